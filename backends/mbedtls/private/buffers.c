/* buffers.c - the library's two buffers, lent to the sessions that need them
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * A connection of the library has 33 KiB of buffers from its beginning to its
 * end, and needs them only while a record is on its way.  A session that waits
 * gives them to its server, and one that goes on takes them from there.
 */
#include "mbedtls.h"

#include <mbedtls/platform.h>

/* The number of the next record is kept in the buffer itself. */
#define SEQUENCE_LEN	8

/* Moves `pointer` from the buffer that was at `old` to `now`. */
static unsigned char *
move(unsigned char *pointer, uintptr_t old, unsigned char *now)
{
	return pointer ? now + ((uintptr_t)pointer - old) : NULL;
}

static void
drop(struct mbed_buffers *buffers)
{
	if (buffers->in)
		mbedtls_platform_zeroize(buffers->in,
		    MBEDTLS_SSL_IN_CONTENT_LEN);
	if (buffers->out)
		mbedtls_platform_zeroize(buffers->out,
		    MBEDTLS_SSL_OUT_CONTENT_LEN);
	mbedtls_free(buffers->in);
	mbedtls_free(buffers->out);
}

void
mbed_buffers_rest(struct tls_session *session)
{
	struct tls_server *server = session->server;
	mbedtls_ssl_context *ssl = &session->ssl;
	struct mbed_buffers given = { FIELD(ssl, in_buf), FIELD(ssl, out_buf) };

	/* In a handshake a part of a message may be in there as well. */
	if (!mbed_compat_known() || !given.in || !given.out ||
	    FIELD(ssl, in_left) || FIELD(ssl, out_left) ||
	    mbedtls_ssl_check_pending(ssl) || (!mbed_private_at_rest(ssl) &&
	    (FIELD(ssl, in_hslen) || FIELD(ssl, in_msglen))))
		return;
	memcpy(session->in_sequence, FIELD(ssl, in_ctr), SEQUENCE_LEN);
	session->in_at = (uintptr_t)given.in;
	session->out_at = (uintptr_t)given.out;
	FIELD(ssl, in_buf) = FIELD(ssl, out_buf) = NULL;
	if (server->num_spare < MBED_MAX_SPARE)
		server->spare[server->num_spare++] = given;
	else
		drop(&given);
}

/* Makes a pair by way of another connection, since their size is not public. */
static bool
make(struct tls_session *session, struct mbed_buffers *out)
{
	mbedtls_ssl_context other;
	int status;

	mbedtls_ssl_init(&other);
	status = mbedtls_ssl_setup(&other, &session->conf);
	if (!status) {
		*out = (struct mbed_buffers){ FIELD(&other, in_buf),
			FIELD(&other, out_buf) };
		FIELD(&other, in_buf) = FIELD(&other, out_buf) = NULL;
	}
	mbedtls_ssl_free(&other);
	return !status;
}

bool
mbed_buffers_wake(struct tls_session *session, struct tls_error *err)
{
	struct tls_server *server = session->server;
	mbedtls_ssl_context *ssl = &session->ssl;
	struct mbed_buffers taken;

	if (FIELD(ssl, in_buf))
		return true;
	if (server->num_spare)
		taken = server->spare[--server->num_spare];
	else if (!make(session, &taken))
		return common_refuse_memory(err);
	FIELD(ssl, in_buf) = taken.in;
	FIELD(ssl, out_buf) = taken.out;
#define MOVE_IN(name) \
	FIELD(ssl, name) = move(FIELD(ssl, name), session->in_at, taken.in);
#define MOVE_OUT(name) \
	FIELD(ssl, name) = move(FIELD(ssl, name), session->out_at, taken.out);
	COMPAT_BUFFER_POINTERS(MOVE_IN, in)
	COMPAT_BUFFER_POINTERS(MOVE_OUT, out)
	memcpy(FIELD(ssl, in_ctr), session->in_sequence, SEQUENCE_LEN);
	return true;
}

void
mbed_buffers_free(struct tls_server *server)
{
	while (server->num_spare)
		drop(&server->spare[--server->num_spare]);
}
