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

/* TLS_OK when what was just made is on its way. */
static enum tls_status
send_off(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status = gnu_io_flush(session);

	if (status == TLS_FAILED)
		return gnu_session_fail(session, GNUTLS_E_PUSH_ERROR, err);
	gnu_io_tidy(session);
	return status;
}

enum tls_status
gnu_renegotiate(struct tls_session *session, bool with_certificate,
    struct tls_error *err)
{
	int code;

	if (is_tls1_3(session))
		return gnu_error_unsupported(err,
		    "there is no renegotiation in TLS 1.3");
	if (!gnutls_safe_renegotiation_status(session->tls))
		return gnu_error_unsupported(err, "the client does not "
		    "renegotiate securely (RFC 5746), and GnuTLS refuses to "
		    "otherwise");
	if (session->asked)
		return send_off(session, err);
	if (with_certificate)
		request_certificate(session);
	/* A certificate is not asked for in a handshake that resumes.  And
	 * where one resumes by ticket in a renegotiation, the library tries to
	 * make a new ticket before it has the session, and fails (3.7). */
	gnu_resume_forbid(session);
	session->gather = true;
	code = gnutls_rehandshake(session->tls);
	if (code < 0)
		return gnu_session_fail(session, code, err);
	session->asked = true;
	return send_off(session, err);
}

enum tls_status
gnu_ask_certificate(struct tls_session *session, struct tls_error *err)
{
	int code;

	if (!is_tls1_3(session))
		return gnu_error_unsupported(err, "post-handshake "
		    "authentication is of TLS 1.3; renegotiate instead");
	if (!session->offers_reauth)
		return gnu_error_unsupported(err, "the client did not offer "
		    "post_handshake_auth");
	if (session->doing == DOING_REAUTH)
		return send_off(session, err);
	request_certificate(session);
	session->gather = true;
	session->deaf = true;		/* the answer is for `read` */
	session->doing = DOING_REAUTH;
	code = gnutls_reauth(session->tls, 0);
	session->deaf = false;
	if (code < 0 && code != GNUTLS_E_AGAIN &&
	    code != GNUTLS_E_INTERRUPTED &&
	    code != GNUTLS_E_GOT_APPLICATION_DATA)
		return gnu_session_fail(session, code, err);
	return send_off(session, err);
}

enum tls_status
gnu_key_update(struct tls_session *session, bool ask_peer,
    struct tls_error *err)
{
	int code;

	if (!is_tls1_3(session))
		return gnu_error_unsupported(err,
		    "there is no KeyUpdate before TLS 1.3");
	session->gather = true;
	if (!session->updating) {
		/* Not by the library's own flag: with it, a request of the
		 * client that crosses ours is an error (3.7, 3.8), against
		 * RFC 8446, 4.6.3.  The observer turns the message's byte. */
		session->ask_for_key = ask_peer;
		gnu_observe_messages(session);
		code = gnutls_session_key_update(session->tls, 0);
		session->ask_for_key = false;
		if (code < 0)
			return gnu_session_fail(session, code, err);
	}
	session->updating = gnu_io_flush(session) == TLS_WANT_WRITE;
	return send_off(session, err);
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
		gnu_resume_allow(session);
	session->asked = false;
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
