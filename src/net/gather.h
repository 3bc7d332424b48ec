/* net/gather.h - a tls_io that gathers what is written and reads ahead
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct gather gather;
 *
 *	gather_init(&gather, &channel->io, pool);
 *	gather_fill(&gather);
 *	look(gather_ahead(&gather));
 *	status = backend->handshake(session, &err);	// over &gather.io
 *	sent = gather_send(&gather);
 *	gather_release(&gather);
 *	...
 *	gather_clear(&gather);
 *
 * Rules.  It is directly below the library, so that a flight is one write and a
 * record is one read whatever the library does.
 *
 * What is written is kept in memory.  It is sent before anything is read from
 * below, and by gather_send, which the core calls when it has nothing more to
 * do for the connection, so that what several calls of the backend wrote may be
 * one write.  All bytes are taken; TLS_WANT_WRITE comes only while GATHER_MOST
 * or more are unsent.  Until then is sent, nothing is read from below either: a
 * peer that asks for answers and does not read them has to wait.
 *
 * A read from below takes whatever is there.  Bytes that were read ahead can be
 * looked at, and are then read from here.
 *
 * Memory is borrowed from a pool that all connections of a thread share, for as
 * long as calls go on. gather_release moves what is left over into memory of
 * the gather's own, of which there is none when nothing is left.
 */
#ifndef NET_GATHER_H
#define NET_GATHER_H

#include "tls_host.h"

/* With this many bytes unsent no more are taken, and none are read. */
#define GATHER_MOST	65536

struct gather_pool;

/* Bytes on their way in one direction. */
struct gather_bytes {
	uint8_t *data;			/* the pool's, or owned, or null */
	size_t next, len, room;		/* first byte not taken, end, size */
};

struct gather {
	struct tls_io io;		/* first: a gather is a tls_io */
	struct tls_io *below;		/* borrowed */
	struct gather_pool *pool;	/* borrowed */
	struct gather_bytes in, out;
	/* Set by the user: what is written is application data, and a large
	 * record of it is sent at once, without a copy. */
	bool direct;
	bool blocked;			/* the last write from here took less
					 * than it was given: the rest waits */
	bool broken;			/* a write failed; nothing can be sent
					 * any more */
};

/* The memory that the connections of one thread share. */
struct gather_pool *gather_pool_new(void);
/* Null is allowed. */
void gather_pool_free(struct gather_pool *pool);

void gather_init(struct gather *gather, struct tls_io *below,
    struct gather_pool *pool);
/* Drops what it holds, and frees its memory. */
void gather_clear(struct gather *gather);

/* Reads once from below and appends that to what was read ahead. */
enum tls_status gather_fill(struct gather *gather);

/* The bytes that were read ahead; valid until the next call of any function
 * here. */
struct tls_span gather_ahead(const struct gather *gather);

/* Replaces the first `len` bytes that were read ahead by `bytes`. */
void gather_replace(struct gather *gather, size_t len, struct tls_span bytes);

/* Sends what was written.  TLS_OK if nothing is left; TLS_WANT_WRITE;
 * TLS_FAILED if the transport broke: what is left is dropped, and so is all
 * that is written later. */
enum tls_status gather_send(struct gather *gather);

/* Bytes written and not sent yet, because there was no room or gather_send was
 * not called. */
size_t gather_unsent(const struct gather *gather);

/* No calls are in progress any more: gives the pool's memory back. */
void gather_release(struct gather *gather);

#endif
