/* session.c - one connection: opened, read, written, closed
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#include <stdlib.h>
#include <string.h>

/* ---- opening ----------------------------------------------------------- */

/* No protocol of a client's is empty, so nothing matches and the library
 * refuses with its own alert. */
static const char *no_protocol[] = { "", NULL };

/* The candidates, best first, in the shape that the library wants.  Its code
 * for TLS 1.3 goes by the client's order: there the best one stands alone if
 * ours decides. */
static void
set_suites(struct tls_session *session, const struct tls_choice *choice)
{
	const struct tls_config *config = session->server->config;
	size_t n = 0;

	for (size_t i = 0; i < choice->num_suites; i++) {
		if (!mbed_lists_allow(session, choice->suites[i]))
			continue;
		session->suites[n++] = choice->suites[i];
		if (choice->version == TLS_VERSION_1_3 &&
		    config->server_preference)
			break;
	}
	session->suites[n] = 0;
	session->num_suites = n;
	mbedtls_ssl_conf_ciphersuites(&session->conf, session->suites);
}

/* The library takes the highest version between two ends that the hello's
 * legacy version allows.  Where that is not what was chosen (a hole in the
 * set, or a supported_versions extension that 2.28 does not read), the choice
 * is made the only one.  Elsewhere it is left alone, or it would not notice
 * a fallback (RFC 7507). */
static void
set_versions(struct tls_session *session, const struct tls_choice *choice)
{
	const struct tls_server *server = session->server;
	uint16_t legacy = session->hello ? session->hello->legacy_version :
	    0, own = legacy < server->high ? legacy : server->high;

	if (!session->hello || choice->version == TLS_VERSION_1_3)
		return;
	if (choice->version && choice->version != own)
		compat_conf_versions(&session->conf, choice->version,
		    choice->version);
	else if (!choice->version && own >= server->low &&
	    !(server->versions & TLS_VERSION_BIT(own)))
		compat_conf_versions(&session->conf, server->high,
		    server->high);
}

static void
set_protocol(struct tls_session *session, const struct tls_choice *choice)
{
	const char **list = NULL;

	if (choice->alpn_refused) {
		list = no_protocol;
	} else if (choice->alpn.len > 0 &&
	    choice->alpn.len < sizeof session->alpn) {
		memcpy(session->alpn, choice->alpn.data, choice->alpn.len);
		session->alpn_list[0] = session->alpn;
		list = session->alpn_list;
	}
	FIELD(&session->conf, alpn_list) = list;
}

static void
set_callbacks(struct tls_session *session)
{
	const struct tls_config *config = session->server->config;

	mbedtls_ssl_conf_verify(&session->conf, mbed_verify_step, session);
	mbedtls_ssl_conf_rng(&session->conf, mbed_draw, session);
	if (config->psk)
		mbedtls_ssl_conf_psk_cb(&session->conf, mbed_psk_find, session);
	if (config->ticket_key.len || (config->session_store &&
	    session->version == TLS_VERSION_1_3))
		mbedtls_ssl_conf_session_tickets_cb(&session->conf,
		    mbed_ticket_write, mbed_ticket_parse, session);
	if (config->session_store)
		mbedtls_ssl_conf_session_cache(&session->conf, session,
		    compat_cache_get, compat_cache_set);
	if (session->reveal || session->version == TLS_VERSION_1_3 ||
	    session->host->wants & TLS_WANTS_SECRETS)
		compat_tell_secrets(&session->conf, &session->ssl, session);
}

struct tls_session *
mbed_session_open(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io,
    struct tls_host *host, struct tls_error *err)
{
	struct tls_session *session = calloc(1, sizeof *session +
	    (choice->num_suites + 1) * sizeof *session->suites);
	int status;

	if (!session) {
		mbed_error_set(err, TLS_BLAME_LIBRARY, "out of memory");
		return NULL;
	}
	session->server = server;
	session->hello = hello;
	session->io = io;
	session->host = host;
	session->clear = true;
	session->version = choice->version;
	session->secure_renegotiation = hello &&
	    hello->offers_secure_renegotiation;
	session->alert_sent = session->alert_received = -1;
	session->seen.identity = -1;
	session->conf = server->conf;
	mbed_lists_set(session);
	set_suites(session, choice);
	set_versions(session, choice);
	set_protocol(session, choice);
	mbed_editor_set(session, choice);
	if (hello && hello->offers_status && mbed_inside_known() &&
	    choice->version == TLS_VERSION_1_3)
		session->staples = choice->status;
	mbedtls_ssl_init(&session->ssl);
	if (host->wants & TLS_WANTS_MESSAGES)
		session->reveal = calloc(1, sizeof *session->reveal);
	set_callbacks(session);
	status = mbedtls_ssl_setup(&session->ssl, &session->conf);
	if (status) {
		mbed_error_from(err, TLS_BLAME_LIBRARY, status, "session");
		mbed_session_close(session);
		return NULL;
	}
	mbedtls_ssl_set_bio(&session->ssl, session, mbed_io_send,
	    mbed_io_recv, NULL);
	return session;
}

void
mbed_session_close(struct tls_session *session)
{
	if (!session)
		return;
	mbedtls_ssl_free(&session->ssl);
	mbed_inside_free(&session->own);
	mbed_inside_free(&session->peer);
	mbed_io_clear(session);
	mbed_reveal_free(session->reveal);
	mbed_psk_drop(session);
	mbed_editor_clear(session);
	free(session);
}

/* ---- data -------------------------------------------------------------- */

/* A handshake that a read came upon is over. */
static void
end_renegotiation(struct tls_session *session)
{
	const struct tls_config *config = session->server->config;

	mbedtls_ssl_conf_renegotiation(&session->conf,
	    config->client_renegotiation ? MBEDTLS_SSL_RENEGOTIATION_ENABLED :
	    MBEDTLS_SSL_RENEGOTIATION_DISABLED);
	session->host->ops->changed(session->host);
}

static enum tls_status
finish_handshake(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status;

	if (mbed_session_at_rest(session))
		return TLS_OK;
	status = mbed_session_drive(session, err);
	if (status == TLS_OK)
		end_renegotiation(session);
	return status;
}

/* The library stopped for no want of bytes. */
static void
look_around(struct tls_session *session)
{
	mbedtls_ssl_context *ssl = &session->ssl;
	const uint8_t *in = FIELD(ssl, in_msg);

	if (!mbed_session_at_rest(session)) {
		/* A renegotiation, as far as its first record. */
		mbed_observe_step(session, MBEDTLS_SSL_CLIENT_HELLO,
		    session->num_sent);
		mbed_observe_step(session, MBEDTLS_SSL_SERVER_HELLO,
		    session->num_sent - 1);
	} else if (FIELD(ssl, in_msgtype) == MBEDTLS_SSL_MSG_ALERT) {
		mbed_observe_alert(session, TLS_RECEIVED, in[0], in[1]);
	}
}

static enum tls_status
read_some(struct tls_session *session, uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	for (;;) {
		enum tls_status shaken = finish_handshake(session, err);
		int status;

		if (shaken != TLS_OK)
			return shaken;
		session->want = WANT_NOTHING;
		status = mbedtls_ssl_read(&session->ssl, buf, len);
		if (status > 0) {
			*done = (size_t)status;
			return TLS_OK;
		}
		if (status == 0 && !session->ended)
			continue;	/* an empty record */
		if (session->want == WANT_NOTHING &&
		    (status == MBEDTLS_ERR_SSL_WANT_READ ||
		    status == MBEDTLS_ERR_SSL_WANT_WRITE)) {
			look_around(session);
			continue;
		}
		if (mbed_renew_read(session, &status))
			continue;
		if (status == 0)
			status = MBEDTLS_ERR_SSL_CONN_EOF;
		if (status != MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
			return mbed_session_status(session, status, err);
		mbed_observe_alert(session, TLS_RECEIVED,
		    MBEDTLS_SSL_ALERT_LEVEL_WARNING,
		    MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY);
		return TLS_CLOSED;
	}
}

enum tls_status
mbed_session_read(struct tls_session *session, uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status;

	*done = 0;
	status = read_some(session, buf, len, done, err);
	if (status != TLS_FAILED && session->owes_update) {
		if (mbed_renew_answer(session, err) == TLS_FAILED)
			return TLS_FAILED;
		if (mbed_io_flush(session) == TLS_WANT_WRITE &&
		    status == TLS_WANT_READ)
			status = TLS_WANT_WRITE;
	}
	if (status == TLS_OK || status == TLS_CLOSED)
		mbed_io_flush(session);	/* a ticket or an alert, if any */
	mbed_io_rest(session);
	return status;
}

enum tls_status
mbed_session_write(struct tls_session *session, const uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status = finish_handshake(session, err);

	*done = 0;
	if (status == TLS_OK && !session->written &&
	    !FIELD(&session->ssl, out_left))
		status = mbed_renew_answer(session, err);
	if (status != TLS_OK)
		return status;
	if (!session->written) {
		int taken;

		session->want = WANT_NOTHING;
		taken = mbedtls_ssl_write(&session->ssl, buf, len);
		if (taken < 0)
			return mbed_session_status(session, taken, err);
		session->written = (size_t)taken;
	}
	status = mbed_io_flush(session);
	if (status == TLS_OK) {
		*done = session->written;
		session->written = 0;
	} else if (status == TLS_FAILED) {
		session->failed = true;
		mbed_error_of_session(session, MBEDTLS_ERR_NET_SEND_FAILED,
		    err);
	}
	mbed_io_rest(session);
	return status;
}

enum tls_status
mbed_session_goodbye(struct tls_session *session, struct tls_error *err)
{
	enum tls_status flushed;
	size_t left = 1;

	(void)err;
	if (!session->said_goodbye && !session->failed &&
	    mbed_session_at_rest(session)) {
		/* With a record half sent the library finishes that one and
		 * forgets the alert. */
		while (left) {
			left = FIELD(&session->ssl, out_left);
			session->want = WANT_NOTHING;
			if (mbedtls_ssl_close_notify(&session->ssl) != 0)
				break;
		}
		if (session->want == WANT_WRITE)
			return TLS_WANT_WRITE;
		session->said_goodbye = true;
		if (!session->broken)
			mbed_observe_alert(session, TLS_SENT,
			    MBEDTLS_SSL_ALERT_LEVEL_WARNING,
			    MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY);
	}
	flushed = mbed_io_flush(session);
	mbed_io_rest(session);
	return flushed == TLS_WANT_WRITE ? TLS_WANT_WRITE : TLS_OK;
}
