/* io.c - the library's input and output over tls_io
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <errno.h>
#include <string.h>

/* The io said something other than TLS_OK: what the library is told. */
static ssize_t
stop(struct tls_session *session, enum tls_status status, int broken)
{
	session->blocked = status;
	gnutls_transport_set_errno(session->tls,
	    status == TLS_FAILED ? broken : EAGAIN);
	return status == TLS_CLOSED ? 0 : -1;
}

/* Whether all records that came are whole. */
static bool
is_between(const struct tls_session *session)
{
	return session->header_len == 0 && session->record_left == 0;
}

static ssize_t
pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
	struct tls_session *session = ptr;
	enum tls_status status = TLS_OK;

	if (session->ahead_len > 0) {
		if (len > session->ahead_len)
			len = session->ahead_len;
		memcpy(buf, session->ahead, len);
		session->ahead_len -= len;
		memmove(session->ahead, session->ahead + len,
		    session->ahead_len);
	} else if (session->replay.len > 0) {
		if (len > session->replay.len)
			len = session->replay.len;
		memcpy(buf, session->replay.data, len);
		session->replay.data += len;
		session->replay.len -= len;
	} else {
		status = session->write_only ||
		    (session->one_record && is_between(session)) ?
		    TLS_WANT_READ :
		    session->io->ops->read(session->io, buf, len, &len);
		if (status != TLS_OK)
			return stop(session, status, ECONNRESET);
		session->received += len;
	}
	common_alerts_add(&session->alerts, (struct tls_span){ buf, len });
	gnu_observe_input(session, buf, len);
	return (ssize_t)len;
}

size_t
gnu_io_next_record(struct tls_session *session)
{
	uint8_t *ahead = session->ahead;
	size_t *have = &session->ahead_len, some;

	if (!is_between(session))
		return 0;
	for (; *have < sizeof session->ahead; *have += some)
		if (session->io->ops->read(session->io, ahead + *have,
		    sizeof session->ahead - *have, &some) != TLS_OK)
			return 0;
	return common_get_u16(ahead + 3);
}

static int
pull_timeout(gnutls_transport_ptr_t ptr, unsigned int ms)
{
	struct tls_session *session = ptr;

	(void)ms;
	return session->ahead_len > 0 || session->replay.len > 0 ||
	    session->io->ops->pending(session->io);
}

void
gnu_io_rewind(struct tls_session *session)
{
	struct tls_span wire = session->hello->wire;

	if (wire.len > session->received)
		wire.len = session->received;
	session->replay = wire;
	session->header_len = 0;
	session->record_left = 0;
}

static ssize_t
push(gnutls_transport_ptr_t ptr, const giovec_t *vec, int num)
{
	struct tls_session *session = ptr;
	ssize_t total = 0;

	session->answered = true;
	session->walking = false;
	for (int i = 0; i < num; i++) {
		const uint8_t *data = vec[i].iov_base;

		for (size_t at = 0, n; at < vec[i].iov_len; at += n) {
			enum tls_status status = session->io->ops->write(
			    session->io, data + at, vec[i].iov_len - at, &n);

			if (status != TLS_OK && total > 0)
				return total;
			if (status != TLS_OK)
				return stop(session, status, EPIPE);
			total += (ssize_t)n;
		}
	}
	return total;
}

void
gnu_io_open(struct tls_session *session)
{
	gnutls_session_t tls = session->tls;

	gnutls_transport_set_ptr(tls, session);
	gnutls_transport_set_pull_function(tls, pull);
	gnutls_transport_set_pull_timeout_function(tls, pull_timeout);
	gnutls_transport_set_vec_push_function(tls, push);
}
