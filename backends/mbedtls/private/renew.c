/* renew.c - KeyUpdate, both ways
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 4.6.3
 *
 * The library knows no KeyUpdate: it neither sends one, nor reads one that
 * comes, but then only fails the read, and can go on.  All else is there: the
 * secrets are told when they are made, and the rest is exported.
 */
#include "mbedtls.h"

#define KEY_UPDATE	24
#define UPDATE_LEN	5

void
mbed_renew_secret(struct tls_session *session, const char *label,
    struct tls_span secret)
{
	bool own = !strcmp(label, "SERVER_TRAFFIC_SECRET_0");
	struct mbed_traffic *traffic = own ? &session->own : &session->peer;

	if ((!own && strcmp(label, "CLIENT_TRAFFIC_SECRET_0")) ||
	    secret.len > sizeof traffic->secret.bytes)
		return;
	memcpy(traffic->secret.bytes, secret.data, secret.len);
	traffic->secret.len = secret.len;
}

/* Makes the io take all there is, so that the library is left with nothing:
 * it would take the rest for that of a record of data. */
static enum tls_status
make_way(struct tls_session *session)
{
	if (FIELD(&session->ssl, out_left))
		return TLS_WANT_WRITE;
	return mbed_io_flush(session);
}

/* 0 or an error of the library, which is left with nothing to send. */
static int
send_update(struct tls_session *session, bool ask)
{
	uint8_t message[UPDATE_LEN] = { KEY_UPDATE, 0, 0, 1, ask };
	struct tls_span span = { message, sizeof message };
	int status = mbed_inside_write(&session->ssl, span);

	if (!status)
		status = mbed_inside_renew(&session->ssl, &session->own,
		    TLS_SENT);
	if (status)
		return status;
	session->owes_update = false;
	/* Where messages are wanted the record has been read on its way. */
	mbed_reveal_renew(session);
	mbed_observe_state(session, TLS_SENT, MBEDTLS_SSL_MSG_HANDSHAKE, 24);
	return 0;
}

static enum tls_status
fail(struct tls_session *session, int status, struct tls_error *err)
{
	session->failed = true;
	mbed_error_from(err, TLS_BLAME_LIBRARY, status, "KeyUpdate");
	return TLS_FAILED;
}

enum tls_status
mbed_session_key_update(struct tls_session *session, bool ask_peer,
    struct tls_error *err)
{
	enum tls_status done;
	int status;

	if (compat_version(&session->ssl) < TLS_VERSION_1_3) {
		mbed_error_set(err, TLS_BLAME_FEATURE,
		    "KeyUpdate came with TLS 1.3");
		return TLS_UNSUPPORTED;
	}
	if (!mbed_inside_known()) {
		mbed_error_set(err, TLS_BLAME_FEATURE,
		    "this release of Mbed TLS is not known well enough");
		return TLS_UNSUPPORTED;
	}
	if (!session->updating) {
		done = make_way(session);
		if (done == TLS_WANT_WRITE)
			return done;
		status = send_update(session, ask_peer);
		if (status)
			return fail(session, status, err);
	}
	done = mbed_session_flush(session, err);
	session->updating = done == TLS_WANT_WRITE;
	mbed_io_rest(session);
	return done;
}

/* Whether the library failed a read with `status` because of a KeyUpdate. */
static bool
is_update(const struct tls_session *session, int status)
{
	const mbedtls_ssl_context *ssl = &session->ssl;
	const uint8_t *in = FIELD(ssl, in_msg);

	return status == MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE &&
	    compat_version(ssl) == TLS_VERSION_1_3 &&
	    mbed_session_at_rest(session) && session->peer.secret.len &&
	    FIELD(ssl, in_msgtype) == MBEDTLS_SSL_MSG_HANDSHAKE && in &&
	    FIELD(ssl, in_msglen) == UPDATE_LEN && in[0] == KEY_UPDATE;
}

bool
mbed_renew_read(struct tls_session *session, int *status)
{
	const uint8_t *in = FIELD(&session->ssl, in_msg);
	bool asked;

	if (!is_update(session, *status))
		return false;
	asked = in[UPDATE_LEN - 1] == 1;
	mbed_observe_message(session, TLS_RECEIVED, MBEDTLS_SSL_MSG_HANDSHAKE,
	    (struct tls_span){ in, UPDATE_LEN });
	mbed_observe_state(session, TLS_RECEIVED, MBEDTLS_SSL_MSG_HANDSHAKE,
	    24);
	if (in[UPDATE_LEN - 1] > 1)
		return false;
	*status = mbed_inside_renew(&session->ssl, &session->peer,
	    TLS_RECEIVED);
	if (*status)
		return false;
	if (asked)
		session->owes_update = true;
	return true;
}

/* An answer may wait for the next data, but must come before it. */
enum tls_status
mbed_renew_answer(struct tls_session *session, struct tls_error *err)
{
	enum tls_status done;
	int status;

	if (!session->owes_update)
		return TLS_OK;
	done = make_way(session);
	if (done == TLS_WANT_WRITE)
		return done;
	status = send_update(session, false);
	return status ? fail(session, status, err) : TLS_OK;
}
