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
 * for TLS 1.3 goes by the client's order: there only the best one is given if
 * ours decides. */
static void
set_suites(struct tls_session *session, const struct tls_choice *choice)
{
	const struct tls_config *config = session->server->config;
	size_t n = 0;

	if (choice->native)
		return;
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

	if (!session->hello || choice->version == TLS_VERSION_1_3 ||
	    !mbed_corrects(server, MBED_VERSIONS))
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

	if (choice->native) {
		list = mbed_native_protocols(session);
	} else if (choice->alpn_refused) {
		list = no_protocol;
	} else if (choice->alpn.len > 0 &&
	    choice->alpn.len < sizeof session->alpn) {
		memcpy(session->alpn, choice->alpn.data, choice->alpn.len);
		session->alpn_list[0] = session->alpn;
		list = session->alpn_list;
	}
	FIELD(&session->conf, alpn_list) = list;
}

struct tls_session *
mbed_session_open(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io,
    struct tls_host *host, struct tls_error *err)
{
	struct tls_session *session;
	int status;

	if (hello && hello->message.len > MBEDTLS_SSL_IN_CONTENT_LEN) {
		common_refuse(err, TLS_BLAME_FEATURE, "Mbed TLS reads a "
		    "ClientHello of at most 16384 bytes");
		return NULL;
	}
	session = calloc(1, sizeof *session +
	    (choice->num_suites + 1) * sizeof *session->suites);
	if (!session) {
		common_refuse_memory(err);
		return NULL;
	}
	session->server = server;
	session->hello = hello;
	session->io = io;
	session->host = host;
	session->clear = true;
	session->version = choice->native ?
	    mbed_native_version(server, hello) : choice->version;
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
	if (hello && hello->offers_status && mbed_compat_known() &&
	    session->version == TLS_VERSION_1_3)
		session->staples = choice->status;
	mbedtls_ssl_init(&session->ssl);
	if (host->wants & TLS_WANTS_MESSAGES)
		session->reveal = calloc(1, sizeof *session->reveal);
	mbed_hooks_set(session);
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
	mbed_traffic_free(&session->own);
	mbed_traffic_free(&session->peer);
	mbed_reveal_free(session->reveal);
	mbed_psk_drop(session);
	mbed_editor_clear(session);
	mbedtls_platform_zeroize(&session->exporter, sizeof session->exporter);
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

	if (mbed_private_at_rest(&session->ssl))
		return TLS_OK;
	status = mbed_session_drive(session, err);
	if (status == TLS_OK)
		end_renegotiation(session);
	return status;
}

/* The library stopped for no want of bytes. */
static void
observe_pause(struct tls_session *session)
{
	struct tls_span alert = mbed_private_received(&session->ssl,
	    MBEDTLS_SSL_MSG_ALERT);

	if (!mbed_private_at_rest(&session->ssl)) {
		/* A renegotiation, as far as its first record. */
		mbed_observe_step(session, MBEDTLS_SSL_CLIENT_HELLO,
		    session->num_sent);
		mbed_observe_step(session, MBEDTLS_SSL_SERVER_HELLO,
		    session->num_sent - 1);
	} else if (alert.len >= 2) {
		mbed_tell_alert(session, TLS_RECEIVED, alert.data[0],
		    alert.data[1]);
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
			observe_pause(session);
			continue;
		}
		if (mbed_keyupdate_read(session, &status))
			continue;
		if (status == 0)
			status = MBEDTLS_ERR_SSL_CONN_EOF;
		if (status != MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
			return mbed_session_status(session, status, err);
		mbed_tell_alert(session, TLS_RECEIVED,
		    MBEDTLS_SSL_ALERT_LEVEL_WARNING,
		    MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY);
		return TLS_CLOSED;
	}
}

static enum tls_status
send_update(struct tls_session *session, bool ask_peer, struct tls_error *err)
{
	int status;

	session->want = WANT_NOTHING;
	status = mbed_keyupdate_send(session, ask_peer);
	if (!status)
		return TLS_OK;
	if (status == MBEDTLS_ERR_SSL_WANT_WRITE)
		return TLS_WANT_WRITE;
	session->failed = true;
	mbed_error_from(err, TLS_BLAME_LIBRARY, status, "KeyUpdate");
	return TLS_FAILED;
}

/* Sends the KeyUpdate that the client asked for, if it did; before the next
 * data at the latest. */
static enum tls_status
answer_update(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status = mbed_session_make_way(session, err);

	if (status != TLS_OK || !session->owes_update)
		return status;
	return send_update(session, false, err);
}

enum tls_status
mbed_read(struct tls_session *session, uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status, answered;

	*done = 0;
	if (!mbed_buffers_wake(session, err))
		return TLS_FAILED;
	status = read_some(session, buf, len, done, err);
	if (status == TLS_FAILED || session->writing)
		return status;
	answered = answer_update(session, err);
	if (answered == TLS_FAILED)
		return TLS_FAILED;
	if (status == TLS_WANT_READ)
		mbed_buffers_rest(session);
	return status == TLS_WANT_READ && answered != TLS_OK ? answered :
	    status;
}

enum tls_status
mbed_write(struct tls_session *session, const uint8_t *buf, size_t len,
    size_t *done, struct tls_error *err)
{
	enum tls_status status;
	int taken;

	*done = 0;
	if (!mbed_buffers_wake(session, err))
		return TLS_FAILED;
	status = finish_handshake(session, err);
	if (status == TLS_OK && !session->writing)
		status = answer_update(session, err);
	if (status != TLS_OK)
		return status;
	session->want = WANT_NOTHING;
	taken = mbedtls_ssl_write(&session->ssl, buf, len);
	session->writing = taken == MBEDTLS_ERR_SSL_WANT_WRITE;
	if (taken < 0)
		return mbed_session_status(session, taken, err);
	*done = (size_t)taken;
	return TLS_OK;
}

enum tls_status
mbed_key_update(struct tls_session *session, bool ask_peer,
    struct tls_error *err)
{
	enum tls_status status;

	if (compat_version(&session->ssl) < TLS_VERSION_1_3)
		return common_unsupported(err, "KeyUpdate came with TLS 1.3");
	if (!mbed_compat_known() ||
	    !mbed_corrects(session->server, MBED_KEY_UPDATE))
		return common_unsupported(err, mbed_compat_known() ?
		    "Mbed TLS has no KeyUpdate of its own, and with -native "
		    "it gets none" :
		    "this release of Mbed TLS is not known well enough");
	if (!mbed_buffers_wake(session, err))
		return TLS_FAILED;
	status = mbed_session_make_way(session, err);
	if (status == TLS_OK && !session->updating) {
		status = send_update(session, ask_peer, err);
		session->updating = status == TLS_WANT_WRITE;
	} else if (status == TLS_OK) {
		session->updating = false;	/* the rest of it is sent */
	}
	return status;
}

enum tls_status
mbed_goodbye(struct tls_session *session, struct tls_error *err)
{
	int status = 0;

	if (session->said_goodbye || session->failed ||
	    !mbed_private_at_rest(&session->ssl) ||
	    !mbed_buffers_wake(session, err))
		return TLS_OK;
	session->want = WANT_NOTHING;
	/* With a record half sent the library would finish that one and forget
	 * the alert. */
	status = mbedtls_ssl_flush_output(&session->ssl);
	if (!status && !session->saying_goodbye) {
		session->saying_goodbye = true;
		status = mbedtls_ssl_close_notify(&session->ssl);
	}
	if (status && session->want == WANT_WRITE)
		return TLS_WANT_WRITE;
	session->said_goodbye = true;
	if (!session->broken)
		mbed_tell_alert(session, TLS_SENT,
		    MBEDTLS_SSL_ALERT_LEVEL_WARNING,
		    MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY);
	return TLS_OK;
}
