/* session.c - one connection: the calls that move it on
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <stdlib.h>
#include <string.h>

struct tls_session *
openssl_session_open(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io, struct tls_host *host,
    struct tls_error *err)
{
	size_t alpn_len = choice->alpn.len < 256 ? choice->alpn.len : 0;
	struct tls_session *session;

	(void)hello;		/* the library reads it again, and knows how */
	openssl_clear_errors();
	session = calloc(1, sizeof *session + alpn_len);
	if (!session) {
		common_refuse_memory(err);
		return NULL;
	}
	session->server = server;
	session->io = io;
	session->host = host;
	session->alert_sent = session->alert_received = -1;
	session->status = choice->status;
	session->alpn_refused = choice->alpn_refused;
	session->alpn_len = (uint8_t)alpn_len;
	if (alpn_len)
		memcpy(session->alpn, choice->alpn.data, alpn_len);
	session->ssl = SSL_new(server->ctx);
	if (!session->ssl || SSL_set_app_data(session->ssl, session) != 1) {
		openssl_library_error(err, TLS_BLAME_LIBRARY, "SSL_new");
		openssl_session_close(session);
		return NULL;
	}
	if (!openssl_io_open(session, err)) {
		openssl_session_close(session);
		return NULL;
	}
	SSL_set_accept_state(session->ssl);
	openssl_observe_session(session);
	return session;
}

void
openssl_session_close(struct tls_session *session)
{
	if (!session)
		return;
	/* A connection that broke off does not make its session unfit (RFC
	 * 5246, 7.2.1); the library would forget it. */
	if (session->ssl)
		SSL_set_shutdown(session->ssl,
		    SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
	SSL_free(session->ssl);
	if (session->server->active == session)
		session->server->active = NULL;
	free(session->peer_chain);
	openssl_forget_psk(session);
	OPENSSL_cleanse(session->secret, sizeof session->secret);
	free(session);
}

/* ---- how each call begins and ends ------------------------------------ */

static void
begin(struct tls_session *session)
{
	openssl_clear_errors();
	session->server->active = session;
	session->io_status = TLS_OK;
}

/* A handshake after the first is over: the habits that it suspended return,
 * and the host is told. */
static void
renew(struct tls_session *session)
{
	session->renewed = false;
	if (session->with_certificate) {
		session->with_certificate = false;
		SSL_set_verify(session->ssl,
		    openssl_verify_mode(session->server->config), NULL);
		SSL_clear_options(session->ssl,
		    SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
	}
	session->host->ops->changed(session->host);
}

/* Ends a call that gave `ret`. */
static enum tls_status
settle(struct tls_session *session, int ret, struct tls_error *err)
{
	enum tls_status status = openssl_outcome(session, ret, err);

	if (session->renewed && !SSL_in_init(session->ssl))
		renew(session);
	return status;
}

/* ---- the first handshake ---------------------------------------------- */

enum tls_status
openssl_handshake(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status;

	begin(session);
	status = settle(session, SSL_do_handshake(session->ssl), err);
	if (status != TLS_WANT_READ && status != TLS_WANT_WRITE)
		session->status = NULL;
	if (status == TLS_OK)
		session->established = true;
	return status;
}

/* ---- data ------------------------------------------------------------- */

enum tls_status
openssl_read(struct tls_session *session, uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	begin(session);
	*done = 0;
	return settle(session, SSL_read_ex(session->ssl, buf, len, done), err);
}

enum tls_status
openssl_write(struct tls_session *session, const uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	begin(session);
	*done = 0;
	return settle(session, SSL_write_ex(session->ssl, buf, len, done),
	    err);
}

enum tls_status
openssl_goodbye(struct tls_session *session, struct tls_error *err)
{
	(void)err;
	begin(session);
	/* Does nothing where there is nobody to say it to: in the midst of a
	 * handshake, and after a fatal alert. */
	if (session->established && (session->unsent_goodbye ||
	    !(SSL_get_shutdown(session->ssl) & SSL_SENT_SHUTDOWN)))
		SSL_shutdown(session->ssl);
	openssl_clear_errors();
	session->unsent_goodbye = session->io_status == TLS_WANT_WRITE;
	return session->unsent_goodbye ? TLS_WANT_WRITE : TLS_OK;
}

enum tls_status
openssl_export_keys(struct tls_session *session, const char *label,
    struct tls_span context, uint8_t *out, size_t len, struct tls_error *err)
{
	openssl_clear_errors();
	if (SSL_export_keying_material(session->ssl, out, len, label,
	    strlen(label), context.data, context.len,
	    context.data != NULL) == 1)
		return TLS_OK;
	openssl_library_error(err, TLS_BLAME_LIBRARY, "exporting keys");
	return TLS_FAILED;
}

/* ---- requests --------------------------------------------------------- */

/* Sends what has been asked of the library. */
static enum tls_status
request(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status;

	status = settle(session, SSL_do_handshake(session->ssl), err);
	session->asked = status == TLS_WANT_WRITE;
	/* What the client answers, reads deal with. */
	return status == TLS_WANT_READ ? TLS_OK : status;
}

static bool
busy(const struct tls_session *session)
{
	return !session->established || SSL_in_init(session->ssl) ||
	    SSL_renegotiate_pending(session->ssl) ||
	    session->with_certificate;
}

/* As the config asks, or else without insisting; again, though it was asked
 * once. */
static void
ask_again(struct tls_session *session)
{
	int mode = openssl_verify_mode(session->server->config);

	session->with_certificate = true;
	SSL_set_verify(session->ssl,
	    (mode & ~SSL_VERIFY_CLIENT_ONCE) | SSL_VERIFY_PEER, NULL);
}

enum tls_status
openssl_renegotiate(struct tls_session *session, bool ask_certificate,
    struct tls_error *err)
{
	begin(session);
	if (session->asked)
		return request(session, err);
	if (SSL_version(session->ssl) >= TLS1_3_VERSION)
		return common_unsupported(err, "TLS 1.3 has no renegotiation");
	if (busy(session))
		return common_unsupported(err, "a handshake is under way");
	if (!SSL_get_secure_renegotiation_support(session->ssl))
		return common_unsupported(err,
		    "the client did not offer secure renegotiation");
	if (ask_certificate) {
		/* An abbreviated handshake has no room for a certificate. */
		SSL_set_options(session->ssl,
		    SSL_OP_NO_SESSION_RESUMPTION_ON_RENEGOTIATION);
		ask_again(session);
	}
	if (SSL_renegotiate(session->ssl) != 1) {
		openssl_library_error(err, TLS_BLAME_LIBRARY, "renegotiation");
		return TLS_FAILED;
	}
	return request(session, err);
}

enum tls_status
openssl_ask_certificate(struct tls_session *session, struct tls_error *err)
{
	int reason;

	begin(session);
	if (session->asked)
		return request(session, err);
	if (SSL_version(session->ssl) < TLS1_3_VERSION)
		return common_unsupported(err,
		    "only TLS 1.3 asks after the handshake");
	if (busy(session))
		return common_unsupported(err, "a handshake is under way");
	ask_again(session);
	if (SSL_verify_client_post_handshake(session->ssl) == 1)
		return request(session, err);
	session->with_certificate = false;
	SSL_set_verify(session->ssl,
	    openssl_verify_mode(session->server->config), NULL);
	reason = openssl_reason();
	if (reason == SSL_R_EXTENSION_NOT_RECEIVED)
		return common_unsupported(err,
		    "the client did not offer post-handshake authentication");
	if (reason == SSL_R_REQUEST_PENDING || reason == SSL_R_REQUEST_SENT)
		return common_unsupported(err,
		    "a certificate is already asked for");
	return common_unsupported(err, "the library cannot ask now");
}

enum tls_status
openssl_key_update(struct tls_session *session, bool ask_peer,
    struct tls_error *err)
{
	begin(session);
	if (session->asked)
		return request(session, err);
	if (SSL_version(session->ssl) < TLS1_3_VERSION)
		return common_unsupported(err, "only TLS 1.3 has KeyUpdate");
	if (!session->established || SSL_in_init(session->ssl))
		return common_unsupported(err, "a handshake is under way");
	if (SSL_key_update(session->ssl, ask_peer ?
	    SSL_KEY_UPDATE_REQUESTED : SSL_KEY_UPDATE_NOT_REQUESTED) != 1) {
		openssl_library_error(err, TLS_BLAME_LIBRARY, "KeyUpdate");
		return TLS_FAILED;
	}
	return request(session, err);
}
