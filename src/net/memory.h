/* net/memory.h - a transport in memory, for a session without a socket
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct memory_io io;
 *
 *	memory_init(&io, 65536);
 *	buf_add_span(&io.to_server, hello);
 *	session = backend->session_open(server, parsed, choice, &io.io, host,
 *	    &err);
 *	status = backend->handshake(session, &err);
 *	read_flight(buf_span(&io.to_client));
 *	memory_clear(&io);
 *
 * Rules.  The session uses `io`; the test or probe that plays the client adds
 * to `to_server` and takes from `to_client`.  Nothing blocks: a read of an
 * empty `to_server` is TLS_WANT_READ, or TLS_CLOSED after `ended` was set; a
 * write that exceeds `room` is TLS_WANT_WRITE, so that the memory which a
 * session can use is bounded.
 */
#ifndef NET_MEMORY_H
#define NET_MEMORY_H

#include "base/buf.h"
#include "tls_host.h"

struct memory_io {
	struct tls_io io;		/* first: a memory_io is a tls_io */
	struct buf to_server;		/* not read yet */
	struct buf to_client;		/* written by the session */
	size_t room;			/* bytes that may still be written */
	bool ended;			/* set when the client sends nothing
					 * more */
	bool broken;			/* every call fails */
	uint64_t moved;			/* bytes read and written so far */
};

/* For `room`: writes without a limit. */
#define MEMORY_NO_LIMIT		SIZE_MAX

/* `room` is the number of bytes that can be written; the client makes more room
 * by raising the member. */
void memory_init(struct memory_io *memory, size_t room);
void memory_clear(struct memory_io *memory);

/* Whether a read would return anything but TLS_WANT_READ now. */
bool memory_readable(const struct memory_io *memory);

#endif
