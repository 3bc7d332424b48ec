/* io.c - the library's bytes over a tls_io, a flight at a time
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The library writes record by record and reads five bytes before each
 * record.  Here what it writes is held back until it waits for input or the
 * call ends, so that a flight is one write; and what it reads comes out of a
 * larger chunk.  Both stocks have memory only while something is in them.
 */
#include "mbedtls.h"

#include <stdlib.h>
#include <string.h>

/* One record of any size and a bit of the next. */
#define CHUNK		(16384 + 1024)
/* A stock has at least as many bytes; most flights fit. */
#define LEAST		4096
/* Above this a record goes to the io as it is, without being copied. */
#define DIRECT		2048
/* As much is held back at most; a longer flight goes out in parts. */
#define HELD_MAX	(64 * 1024)

bool
mbed_io_make_room(struct stock *stock, size_t more)
{
	size_t room = stock->room;
	uint8_t *data;

	if (stock->next > 0) {
		stock->len -= stock->next;
		memmove(stock->data, stock->data + stock->next, stock->len);
		stock->next = 0;
	}
	if (room - stock->len >= more)
		return true;
	room = 2 * room > LEAST ? 2 * room : LEAST;
	if (room < stock->len + more)
		room = stock->len + more;
	data = realloc(stock->data, room);
	if (!data)
		return false;
	stock->data = data;
	stock->room = room;
	return true;
}

static bool
is_empty(const struct stock *stock)
{
	return stock->next == stock->len;
}

static void
drop(struct stock *stock)
{
	free(stock->data);
	*stock = (struct stock){ NULL, 0, 0, 0 };
}

void
mbed_io_rest(struct tls_session *session)
{
	if (is_empty(&session->in))
		drop(&session->in);
	if (is_empty(&session->out))
		drop(&session->out);
}

void
mbed_io_clear(struct tls_session *session)
{
	drop(&session->in);
	drop(&session->out);
}

enum tls_status
mbed_io_flush(struct tls_session *session)
{
	struct stock *out = &session->out;
	struct tls_io *io = session->io;

	while (!is_empty(out)) {
		size_t done = 0;
		enum tls_status status = io->ops->write(io,
		    out->data + out->next, out->len - out->next, &done);

		if (status == TLS_FAILED) {
			session->broken = true;
			out->next = out->len;
		}
		if (status != TLS_OK)
			return status;
		out->next += done;
	}
	out->next = out->len = 0;
	return session->broken ? TLS_FAILED : TLS_OK;
}

/* A large record of application data: not worth a copy. */
static int
send_directly(struct tls_session *session, const uint8_t *buf, size_t len)
{
	size_t done = 0;

	switch (session->io->ops->write(session->io, buf, len, &done)) {
	case TLS_OK:
		return (int)done;
	case TLS_WANT_WRITE:
		session->want = WANT_WRITE;
		return MBEDTLS_ERR_SSL_WANT_WRITE;
	default:
		session->broken = true;
		return MBEDTLS_ERR_NET_SEND_FAILED;
	}
}

int
mbed_io_send(void *context, const unsigned char *buf, size_t len)
{
	struct tls_session *session = context;
	struct stock *out = &session->out;
	bool at_rest = mbed_session_at_rest(session);
	struct tls_span record = { buf, len };

	if (session->broken)
		return MBEDTLS_ERR_NET_SEND_FAILED;
	/* A handshake that began inside a read is given back to those who
	 * watch its steps; nothing of it is lost. */
	if (!at_rest && !session->driving)
		return MBEDTLS_ERR_SSL_WANT_WRITE;
	if (at_rest && is_empty(out) && len >= DIRECT)
		return send_directly(session, buf, len);
	if (out->len - out->next + len > HELD_MAX) {
		enum tls_status status = mbed_io_flush(session);

		if (status == TLS_FAILED)
			return MBEDTLS_ERR_NET_SEND_FAILED;
		if (status != TLS_OK) {
			session->want = WANT_WRITE;
			return MBEDTLS_ERR_SSL_WANT_WRITE;
		}
	}
	if (mbed_editor_takes(session, record)) {
		session->num_sent++;
		return mbed_editor_send(session, record) ? (int)len :
		    MBEDTLS_ERR_SSL_ALLOC_FAILED;
	}
	if (!mbed_io_make_room(out, len))
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	memcpy(out->data + out->len, buf, len);
	out->len += len;
	session->num_sent++;
	if (session->clear)
		mbed_observe_records(session, record);
	return (int)len;
}

static int
take(struct stock *in, uint8_t *buf, size_t len)
{
	if (len > in->len - in->next)
		len = in->len - in->next;
	memcpy(buf, in->data + in->next, len);
	in->next += len;
	if (is_empty(in))
		in->next = in->len = 0;
	return (int)len;
}

/* Where the wait for input is also one for room to write: what is held back
 * must go out, or the peer never answers.  A write that will be repeated sees
 * to its own bytes. */
static int
nothing_to_read(struct tls_session *session, enum tls_status status)
{
	bool held = !is_empty(&session->out) && !session->written;

	if (session->broken)
		return MBEDTLS_ERR_NET_SEND_FAILED;
	if (held || status == TLS_WANT_WRITE) {
		session->want = WANT_WRITE;
		return MBEDTLS_ERR_SSL_WANT_WRITE;
	}
	session->want = WANT_READ;
	return MBEDTLS_ERR_SSL_WANT_READ;
}

int
mbed_io_recv(void *context, unsigned char *buf, size_t len)
{
	struct tls_session *session = context;
	struct stock *in = &session->in;
	struct tls_io *io = session->io;
	bool directly = len >= DIRECT;
	enum tls_status status;
	size_t done = 0;

	if (!is_empty(in))
		return take(in, buf, len);
	/* A peer that no longer reads may still have said why. */
	mbed_io_flush(session);
	if (!directly && !mbed_io_make_room(in, CHUNK))
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	status = directly ? io->ops->read(io, buf, len, &done) :
	    io->ops->read(io, in->data, CHUNK, &done);
	switch (status) {
	case TLS_OK:
		if (directly)
			return (int)done;
		in->len = done;
		return take(in, buf, len);
	case TLS_WANT_READ:
	case TLS_WANT_WRITE:
		return nothing_to_read(session, status);
	case TLS_CLOSED:
		session->ended = true;
		return 0;
	default:
		session->broken = true;
		return MBEDTLS_ERR_NET_RECV_FAILED;
	}
}
