/* handshake.c - the handshake, step by step, the first and all later ones
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#include "common/verify.h"

/* Of a certificate's signature. */
#define UNKNOWN_ALGORITHM \
	(MBEDTLS_ERR_X509_UNKNOWN_SIG_ALG + MBEDTLS_ERR_OID_NOT_FOUND)

#define ALERT_CERTIFICATE_REQUIRED	116	/* RFC 8446, 6.2 */

void
mbed_session_abort(struct tls_session *session, uint8_t alert)
{
	bool clear = session->clear &&
	    compat_version(&session->ssl) != TLS_VERSION_1_3;
	bool driving = session->driving;

	session->failed = true;
	session->driving = true;
	compat_use_last_keys(&session->ssl);
	if (mbedtls_ssl_send_alert_message(&session->ssl,
	    MBEDTLS_SSL_ALERT_LEVEL_FATAL, alert) == 0 && !clear)
		mbed_tell_alert(session, TLS_SENT,
		    MBEDTLS_SSL_ALERT_LEVEL_FATAL, alert);
	session->driving = driving;
}

/* The same, told in `err`; false. */
static bool
refuse(struct tls_session *session, uint8_t alert, struct tls_error *err)
{
	mbed_session_abort(session, alert);
	err->alert_sent = session->alert_sent;
	return false;
}

/* The description of a fatal alert in clear where the library expected an
 * encrypted record, or -1. */
static int
alert_in_clear(const struct tls_session *session, int status)
{
	if (status == 0 || session->opened || session->ended ||
	    compat_version(&session->ssl) != TLS_VERSION_1_3)
		return -1;
	return common_alerts_fatal(&session->alerts);
}

/* The alerts that a failing status tells of; returns the better status. */
static int
observe_failure(struct tls_session *session, int status)
{
	mbedtls_ssl_context *ssl = &session->ssl;
	struct tls_span in = mbed_private_received(ssl,
	    MBEDTLS_SSL_MSG_ALERT);
	int queued = compat_queued_alert(ssl, status);
	int clear = alert_in_clear(session, status);

	if (clear >= 0) {
		mbed_tell_alert(session, TLS_RECEIVED,
		    MBEDTLS_SSL_ALERT_LEVEL_FATAL, (uint8_t)clear);
	} else if (status == MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE &&
	    in.len >= 2) {
		mbed_tell_alert(session, TLS_RECEIVED, in.data[0],
		    in.data[1]);
	}
	if (status == MBEDTLS_ERR_SSL_PEER_CLOSE_NOTIFY)
		mbed_tell_alert(session, TLS_RECEIVED,
		    MBEDTLS_SSL_ALERT_LEVEL_WARNING,
		    MBEDTLS_SSL_ALERT_MSG_CLOSE_NOTIFY);
	if (queued < 0 && status == MBEDTLS_ERR_SSL_INVALID_MAC)
		queued = MBEDTLS_SSL_ALERT_MSG_BAD_RECORD_MAC;
	/* One that went out in clear has been told. */
	if (queued >= 0 && session->alert_sent < 0)
		mbed_tell_alert(session, TLS_SENT,
		    MBEDTLS_SSL_ALERT_LEVEL_FATAL, (uint8_t)queued);
	return clear >= 0 ? MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE : status;
}

/* Whether `status` only asks for another call. */
static bool
is_pause(int status)
{
	return status == MBEDTLS_ERR_SSL_WANT_READ ||
	    status == MBEDTLS_ERR_SSL_WANT_WRITE;
}

enum tls_status
mbed_session_status(struct tls_session *session, int status,
    struct tls_error *err)
{
	if (is_pause(status) && session->want != WANT_NOTHING)
		return session->want == WANT_READ ? TLS_WANT_READ :
		    TLS_WANT_WRITE;
	session->failed = true;
	status = observe_failure(session, status);
	/* An alert that mbed_io_send gave back. */
	session->driving = true;
	(void)!mbedtls_ssl_flush_output(&session->ssl);
	session->driving = false;
	mbed_error_of_session(session, status, err);
	if (err->blame == TLS_BLAME_PEER && err->alert_sent < 0 &&
	    err->alert_received < 0 && !session->alerted &&
	    mbed_corrects(session->server, MBED_ALERTS))
		refuse(session, mbed_error_alert(status), err);
	return TLS_FAILED;
}

/* What the library lets pass when certificates are optional, which is how it
 * is always told: whether one came, and whether the host accepted it. */
static bool
check_client(struct tls_session *session, int before, struct tls_error *err)
{
	const struct tls_config *config = session->server->config;
	bool tls1_3 = compat_version(&session->ssl) == TLS_VERSION_1_3;

	if (session->refused) {
		common_refuse(err, TLS_BLAME_PEER,
		    "the client's certificate was refused (%d)",
		    session->refusal);
		return refuse(session, common_verify_alert(session->refusal),
		    err);
	}
	if (session->unreadable) {
		common_refuse(err, TLS_BLAME_PEER, "Mbed TLS cannot read the "
		    "client's certificate: unknown signature algorithm");
		return refuse(session, MBEDTLS_SSL_ALERT_MSG_UNSUPPORTED_CERT,
		    err);
	}
	if (before == COMPAT_CLIENT_PROOF(tls1_3) &&
	    !mbed_lists_accept(session, session->seen.peer_signature)) {
		common_refuse(err, TLS_BLAME_PEER,
		    "the client signed with %04x, which it was not to use",
		    session->seen.peer_signature);
		return refuse(session, MBEDTLS_SSL_ALERT_MSG_ILLEGAL_PARAMETER,
		    err);
	}
	if (before != MBEDTLS_SSL_CLIENT_CERTIFICATE ||
	    config->peer_certificate != TLS_PEER_DEMAND ||
	    mbed_private_has_certificate(&session->ssl))
		return true;
	common_refuse(err, TLS_BLAME_PEER, "the client sent no certificate");
	return refuse(session, tls1_3 ? ALERT_CERTIFICATE_REQUIRED :
	    MBEDTLS_SSL_ALERT_MSG_HANDSHAKE_FAILURE, err);
}

/* What is the library's for good is ours to change between two steps. */
static void
prepare_step(struct tls_session *session, int state)
{
	struct tls_server *server = session->server;
	bool asks = state == MBEDTLS_SSL_CERTIFICATE_REQUEST;
	bool tls1_3 = compat_version(&session->ssl) == TLS_VERSION_1_3;

	bool shows = state == MBEDTLS_SSL_CLIENT_CERTIFICATE ||
	    state == COMPAT_CLIENT_PROOF(tls1_3);

	/* An alert of the library's would be under keys of the past. */
	if ((shows || state == MBEDTLS_SSL_CLIENT_FINISHED) &&
	    mbed_corrects(server, MBED_LAST_KEYS))
		compat_use_last_keys(&session->ssl);
	mbed_lists_take_turn(session, asks || shows);
	FIELD(&session->conf, ca_chain) = asks ? &server->named_roots :
	    server->has_roots ? &server->roots : NULL;
}

/* Refuses where the library failed for a reason of ours. */
static enum tls_status
fail_step(struct tls_session *session, int status, struct tls_error *err)
{
	if (status == UNKNOWN_ALGORITHM)
		mbed_verify_unread(session);
	if (!session->no_id)
		return mbed_session_status(session, status, err);
	refuse(session, MBEDTLS_SSL_ALERT_MSG_INTERNAL_ERROR, err);
	common_refuse(err, TLS_BLAME_CONFIG, "every session ID with the "
	    "prefix that was asked for is taken");
	return TLS_FAILED;
}

enum tls_status
mbed_session_drive(struct tls_session *session, struct tls_error *err)
{
	while (!mbed_private_at_rest(&session->ssl)) {
		int before = mbed_private_state(&session->ssl), status;
		size_t sent = session->num_sent;

		session->want = WANT_NOTHING;
		session->driving = true;
		prepare_step(session, before);
		status = before == MBEDTLS_SSL_CLIENT_FINISHED ?
		    mbed_editor_read_npn(session) : 0;
		if (status == 0)
			status = mbedtls_ssl_handshake_step(&session->ssl);
		session->driving = false;
		if (status == 0 ||
		    mbed_private_state(&session->ssl) != before)
			mbed_observe_step(session, before, sent);
		if (status == 0 && !check_client(session, before, err))
			return TLS_FAILED;
		if (status && (session->want != WANT_NOTHING ||
		    !is_pause(status)))
			return fail_step(session, status, err);
	}
	return TLS_OK;
}

enum tls_status
mbed_session_make_way(struct tls_session *session, struct tls_error *err)
{
	int status;

	if (!mbed_private_unsent(&session->ssl))
		return TLS_OK;
	/* Only the caller has the whole of what is being written. */
	if (session->writing)
		return TLS_WANT_WRITE;
	session->want = WANT_NOTHING;
	status = mbedtls_ssl_flush_output(&session->ssl);
	return status ? mbed_session_status(session, status, err) : TLS_OK;
}

/* The library goes by the version that is written where TLS 1.3 writes that of
 * TLS 1.2, and would then find no suite. */
static enum tls_status
refuse_version(struct tls_session *session, struct tls_error *err)
{
	static const uint8_t record[] = {
		COMMON_ALERT, 3, 3, 0, 2, COMMON_ALERT_FATAL,
		MBEDTLS_SSL_ALERT_MSG_PROTOCOL_VERSION,
	};
	size_t done;

	session->failed = true;
	mbed_tell_message(session, TLS_RECEIVED, COMMON_HANDSHAKE,
	    session->hello->message);
	mbed_tell_state(session, TLS_RECEIVED, COMMON_HANDSHAKE, 1);
	if (session->io->ops->write(session->io, record, sizeof record,
	    &done) == TLS_OK)
		mbed_tell_alert(session, TLS_SENT, record[5], record[6]);
	err->alert_sent = session->alert_sent;
	common_refuse(err, TLS_BLAME_PEER, "no protocol version in common");
	return TLS_FAILED;
}

enum tls_status
mbed_handshake(struct tls_session *session, struct tls_error *err)
{
	enum tls_status status;

	if (session->hello && !session->hello->sslv2 && !session->version &&
	    mbed_corrects(session->server, MBED_PROTOCOL_VERSION))
		status = refuse_version(session, err);
	else if (mbed_buffers_wake(session, err))
		status = mbed_session_drive(session, err);
	else
		status = TLS_FAILED;
	if (status == TLS_OK)
		status = mbed_session_make_way(session, err);
	if (status == TLS_WANT_READ)
		mbed_buffers_rest(session);
	if (status != TLS_WANT_READ && status != TLS_WANT_WRITE) {
		session->hello = NULL;
		session->staples = NULL;
	}
	if (status == TLS_OK)
		session->opened = true;
	return status;
}

static enum tls_status
request_hello(struct tls_session *session, struct tls_error *err)
{
	static const uint8_t hello_request[] = { 0, 0, 0, 0 };
	int status;

	session->want = WANT_NOTHING;
	status = mbedtls_ssl_renegotiate(&session->ssl);
	if (status && status != MBEDTLS_ERR_SSL_WANT_WRITE)
		return mbed_session_status(session, status, err);
	mbed_tell_state(session, TLS_SENT, COMMON_HANDSHAKE,
	    COMMON_HELLO_REQUEST);
	mbed_tell_message(session, TLS_SENT, COMMON_HANDSHAKE,
	    (struct tls_span){ hello_request, sizeof hello_request });
	return status ? TLS_WANT_WRITE : TLS_OK;
}

enum tls_status
mbed_renegotiate(struct tls_session *session, bool ask_certificate,
    struct tls_error *err)
{
	enum tls_status done;

	if (compat_version(&session->ssl) >= TLS_VERSION_1_3)
		return common_unsupported(err, "TLS 1.3 has no renegotiation");
	if (!session->secure_renegotiation)
		return common_unsupported(err, "the client does not offer "
		    "secure renegotiation");
	if (!mbed_buffers_wake(session, err))
		return TLS_FAILED;
	done = mbed_session_make_way(session, err);
	if (done == TLS_OK && !session->asking) {
		mbedtls_ssl_conf_renegotiation(&session->conf,
		    MBEDTLS_SSL_RENEGOTIATION_ENABLED);
		if (ask_certificate)
			mbedtls_ssl_conf_authmode(&session->conf,
			    MBEDTLS_SSL_VERIFY_OPTIONAL);
		done = request_hello(session, err);
		session->asking = done == TLS_WANT_WRITE;
	} else if (done == TLS_OK) {
		session->asking = false;	/* the rest of it is sent */
	}
	return done;
}
