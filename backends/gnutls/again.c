/* again.c - handshakes after the first one, and new keys
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

static bool
is_tls1_3(const struct tls_session *session)
{
	return gnutls_protocol_get_version(session->tls) == GNUTLS_TLS1_3;
}

static void
request_certificate(struct tls_session *session)
{
	gnutls_certificate_server_set_request(session->tls,
	    session->server->config->peer_certificate == TLS_PEER_DEMAND ?
	    GNUTLS_CERT_REQUIRE : GNUTLS_CERT_REQUEST);
}

/* What a call says after the library has returned `code`. */
static enum tls_status
outcome(struct tls_session *session, int code, struct tls_error *err)
{
	if (code >= 0)
		return TLS_OK;
	return code == GNUTLS_E_AGAIN ? session->blocked :
	    gnu_session_fail(session, code, err);
}

enum tls_status
gnu_renegotiate(struct tls_session *session, bool with_certificate,
    struct tls_error *err)
{
	int code;

	if (is_tls1_3(session))
		return common_unsupported(err,
		    "there is no renegotiation in TLS 1.3");
	if (!gnutls_safe_renegotiation_status(session->tls))
		return common_unsupported(err, "the client does not "
		    "renegotiate securely (RFC 5746), and GnuTLS refuses to "
		    "otherwise");
	if (session->asked)
		return TLS_OK;
	if (with_certificate)
		request_certificate(session);
	/* A certificate is not asked for in a handshake that resumes.  And
	 * where one resumes by ticket in a renegotiation, the library tries to
	 * make a new ticket before it has the session, and fails (3.7). */
	session->resume_nothing = gnu_corrects(session->server,
	    GNU_RENEGOTIATED_TICKET);
	code = gnutls_rehandshake(session->tls);
	session->asked = code >= 0;
	return outcome(session, code, err);
}

enum tls_status
gnu_ask_certificate(struct tls_session *session, struct tls_error *err)
{
	int code;

	if (!is_tls1_3(session))
		return common_unsupported(err, "post-handshake "
		    "authentication is of TLS 1.3; renegotiate instead");
	if (!session->offers_reauth)
		return common_unsupported(err, "the client did not offer "
		    "post_handshake_auth");
	if (session->doing == DOING_REAUTH)
		return TLS_OK;
	request_certificate(session);
	session->write_only = true;	/* `read` takes the answer */
	code = gnutls_reauth(session->tls, 0);
	session->write_only = false;
	if (code == GNUTLS_E_GOT_APPLICATION_DATA ||
	    (code == GNUTLS_E_AGAIN && session->blocked == TLS_WANT_READ))
		code = 0;
	if (code == 0)
		session->doing = DOING_REAUTH;
	return outcome(session, code, err);
}

enum tls_status
gnu_key_update(struct tls_session *session, bool ask_peer,
    struct tls_error *err)
{
	const bool ours = gnu_corrects(session->server,
	    GNU_CROSSING_KEY_UPDATE);
	int code;

	if (!is_tls1_3(session))
		return common_unsupported(err,
		    "there is no KeyUpdate before TLS 1.3");
	/* Not by the library's own flag: with it, a request of the client that
	 * crosses ours is an error (3.7, 3.8), against RFC 8446, 4.6.3. */
	session->ask_for_key = ask_peer && ours;
	code = gnutls_session_key_update(session->tls, ask_peer && !ours ?
	    GNUTLS_KU_PEER : 0);
	session->ask_for_key = false;
	return outcome(session, code, err);
}

/* ---- while reading ---------------------------------------------------- */

int
gnu_again_hello(struct tls_session *session)
{
	int code;

	if (session->asked || session->server->config->client_renegotiation) {
		session->doing = DOING_REHANDSHAKE;
		return 0;
	}
	session->refused = true;
	code = gnutls_alert_send(session->tls, GNUTLS_AL_WARNING,
	    GNUTLS_A_NO_RENEGOTIATION);
	if (code >= 0)
		gnu_observe_alert(session, TLS_SENT, 1,
		    GNUTLS_A_NO_RENEGOTIATION);
	return code;
}

void
gnu_again_declined(struct tls_session *session)
{
	if (session->asked)
		session->resume_nothing = false;
	session->asked = false;
}

/* A record of TLS 1.3 with a KeyUpdate in it: the message, its type and a tag
 * (RFC 8446, 5.2). */
#define KEY_UPDATE_RECORD	(5 + 1 + 16)

/* The library takes a KeyUpdate that crosses its CertificateRequest for a
 * client without a certificate.  A Certificate is longer. */
bool
gnu_again_comes_other(struct tls_session *session)
{
	size_t len;

	if (session->doing != DOING_REAUTH)
		return false;
	if (gnutls_record_check_pending(session->tls) > 0)
		return true;
	if (!gnu_corrects(session->server, GNU_CROSSING_CERTIFICATE))
		return false;
	len = gnu_io_next_record(session);
	session->one_record = len > 0 && len <= KEY_UPDATE_RECORD;
	return session->one_record;
}

int
gnu_again_step(struct tls_session *session)
{
	int code = session->doing == DOING_REAUTH ?
	    gnutls_reauth(session->tls, 0) : gnutls_handshake(session->tls);

	if (code != 0)
		return code;
	session->doing = DOING_NOTHING;
	session->asked = false;
	session->host->ops->changed(session->host);
	return 0;
}
