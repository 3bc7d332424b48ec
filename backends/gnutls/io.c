/* io.c - the library's input and output over tls_io
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library asks for a record's five bytes of header, then for the rest;
 * input is therefore read in chunks that hold a whole record.  Output of a
 * handshake is gathered, so that a flight is one write.
 */
#include "gnutls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A full record of TLS 1.2 with its header and expansion. */
#define CHUNK	(5 + 16384 + 2048)

static bool
bytes_make_room(struct bytes *b, size_t more)
{
	size_t room = b->room ? b->room : 512;
	uint8_t *data;

	if (b->room - b->end >= more)
		return true;
	while (room - b->end < more)
		room *= 2;
	data = realloc(b->data, room);
	if (!data)
		return false;
	b->data = data;
	b->room = room;
	return true;
}

static void
bytes_clear(struct bytes *b)
{
	free(b->data);
	*b = (struct bytes){ NULL, 0, 0, 0 };
}

/* ---- input ------------------------------------------------------------ */

static enum tls_status
fill(struct tls_session *session)
{
	struct bytes *in = &session->in;
	enum tls_status status;
	size_t done = 0;

	/* While the walk goes on, the hello may be needed once more. */
	if (in->start == in->end && !session->walking)
		in->start = in->end = 0;
	if (in->room - in->end < 2048 || !in->data) {
		size_t room = in->end + CHUNK;
		uint8_t *data = realloc(in->data, room);

		if (!data)
			return TLS_FAILED;
		in->data = data;
		in->room = room;
	}
	status = session->io->ops->read(session->io, in->data + in->end,
	    in->room - in->end, &done);
	if (status == TLS_OK)
		in->end += done;
	return status;
}

static void
keep_tail(struct tls_session *session, const uint8_t *data, size_t len)
{
	const size_t room = sizeof session->tail;
	size_t n = len < room ? len : room;

	memmove(session->tail, session->tail + n, room - n);
	memcpy(session->tail + room - n, data + len - n, n);
}

/* A client of TLS 1.3 that dislikes our flight may say so before it has keys
 * (RFC 8446, 6.2); the library takes that for garbage. */
int
gnu_io_clear_alert(const struct tls_session *session)
{
	static const uint8_t header[5] = { 21, 3, 3, 0, 2 };

	if (memcmp(session->tail, header, sizeof header) != 0 ||
	    session->tail[5] != GNUTLS_AL_FATAL)
		return -1;
	return session->tail[6];
}

static ssize_t
pull(gnutls_transport_ptr_t ptr, void *buf, size_t len)
{
	struct tls_session *session = ptr;
	struct bytes *in = &session->in;
	enum tls_status status;

	if (in->start == in->end && session->deaf) {
		session->blocked = TLS_WANT_READ;
		gnutls_transport_set_errno(session->tls, EAGAIN);
		return -1;
	}
	if (in->start == in->end) {
		/* The other side may wait for what has been gathered. */
		if (session->gather &&
		    gnu_io_flush(session) == TLS_WANT_WRITE) {
			session->blocked = TLS_WANT_WRITE;
			gnutls_transport_set_errno(session->tls, EAGAIN);
			return -1;
		}
		status = fill(session);
		if (status != TLS_OK)
			session->blocked = status;
		if (status == TLS_CLOSED)
			return 0;
		if (status != TLS_OK) {
			gnutls_transport_set_errno(session->tls,
			    status == TLS_FAILED ? ECONNRESET : EAGAIN);
			return -1;
		}
	}
	if (len > in->end - in->start)
		len = in->end - in->start;
	memcpy(buf, in->data + in->start, len);
	in->start += len;
	keep_tail(session, buf, len);
	gnu_observe_input(session, buf, len);
	return (ssize_t)len;
}

static int
pull_timeout(gnutls_transport_ptr_t ptr, unsigned int ms)
{
	struct tls_session *session = ptr;

	(void)ms;
	return gnu_io_pending(session) ? 1 : 0;
}

bool
gnu_io_pending(const struct tls_session *session)
{
	return session->in.start < session->in.end ||
	    session->io->ops->pending(session->io);
}

void
gnu_io_rewind(struct tls_session *session)
{
	session->in.start = 0;
	session->header_len = 0;
	session->record_left = 0;
}

/* ---- output ----------------------------------------------------------- */

static enum tls_status
write_some(struct tls_session *session, const uint8_t *data, size_t len,
    size_t *done)
{
	enum tls_status status = TLS_OK;

	*done = 0;
	while (*done < len && status == TLS_OK) {
		size_t n = 0;

		status = session->io->ops->write(session->io, data + *done,
		    len - *done, &n);
		if (status == TLS_OK)
			*done += n;
	}
	if (status == TLS_FAILED)
		session->out_broken = true;
	return status;
}

enum tls_status
gnu_io_flush(struct tls_session *session)
{
	struct bytes *out = &session->out;
	enum tls_status status = TLS_OK;
	size_t done;

	if (session->out_broken)
		return TLS_FAILED;
	if (out->start < out->end) {
		status = write_some(session, out->data + out->start,
		    out->end - out->start, &done);
		out->start += done;
	}
	if (out->start == out->end)
		bytes_clear(out);
	return status;
}

static ssize_t
push(gnutls_transport_ptr_t ptr, const giovec_t *vec, int num)
{
	struct tls_session *session = ptr;
	struct bytes *out = &session->out;
	size_t total = 0;

	session->answered = true;
	session->walking = false;
	for (int i = 0; i < num && !session->out_broken; i++) {
		const uint8_t *data = vec[i].iov_base;
		size_t len = vec[i].iov_len, done = 0;

		total += len;
		if (!session->gather && out->start == out->end)
			(void)write_some(session, data, len, &done);
		if (done == len || session->out_broken)
			continue;
		if (!bytes_make_room(out, len - done)) {
			gnutls_transport_set_errno(session->tls, ENOMEM);
			return -1;
		}
		memcpy(out->data + out->end, data + done, len - done);
		out->end += len - done;
	}
	if (session->out_broken) {
		gnutls_transport_set_errno(session->tls, EPIPE);
		return -1;
	}
	return (ssize_t)total;
}

/* ---- both ------------------------------------------------------------- */

void
gnu_io_open(struct tls_session *session)
{
	gnutls_session_t tls = session->tls;

	gnutls_transport_set_ptr(tls, session);
	gnutls_transport_set_pull_function(tls, pull);
	gnutls_transport_set_pull_timeout_function(tls, pull_timeout);
	gnutls_transport_set_vec_push_function(tls, push);
}

void
gnu_io_tidy(struct tls_session *session)
{
	if (session->in.start == session->in.end && !session->walking)
		bytes_clear(&session->in);
	if (session->out.start == session->out.end)
		bytes_clear(&session->out);
}

void
gnu_io_close(struct tls_session *session)
{
	bytes_clear(&session->in);
	bytes_clear(&session->out);
}
