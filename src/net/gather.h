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
 * Rules.  It stands right below the library, so that a flight is one write and
 * a record is one read whatever the library does.
 *
 * What is written is kept in memory, and goes out before something is read
 * from below and with gather_send, which the core calls when it has nothing
 * more to do for the connection: what several calls of the backend wrote may
 * be one write.  All bytes are taken; TLS_WANT_WRITE comes only while
 * GATHER_MOST or more are unsent.  Reading from below stops as well then: a
 * peer that asks for answers and does not read them has to wait.
 *
 * A read from below takes whatever is there.  Bytes that were read ahead are
 * not lost: they can be looked at, and are then read from here.
 *
 * Memory is borrowed from a pool that all connections of a thread share, for as
 * long as calls go on. gather_release moves what is left over into memory of
 * the gather's own, of which there is none when nothing is left.
 */
#ifndef NET_GATHER_H
#define NET_GATHER_H

#include "tls_host.h"

/* Unsent bytes from which no more are taken, or read. */
#define GATHER_MOST	65536

struct gather_pool;

/* Bytes on their way. */
struct gather_bytes {
	uint8_t *data;			/* of the pool, owned, or null */
	size_t next, len, room;		/* first byte not taken, end, size */
};

struct gather {
	struct tls_io io;		/* first: a gather is a tls_io */
	struct tls_io *below;		/* borrowed */
	struct gather_pool *pool;	/* borrowed */
	struct gather_bytes in, out;
	/* Set by the user: what is written is application data, of which a
	 * large record goes out at once, without a copy. */
	bool direct;
	bool blocked;			/* the last write took less than it was
					 * given: what is unsent waits */
	bool broken;			/* a write failed for good */
};

/* What the connections of one thread share. */
struct gather_pool *gather_pool_new(void);
/* Null is allowed. */
void gather_pool_free(struct gather_pool *pool);

void gather_init(struct gather *gather, struct tls_io *below,
    struct gather_pool *pool);
/* Drops whatever it holds. */
void gather_clear(struct gather *gather);

/* Reads once from below and keeps what came behind what was kept before. */
enum tls_status gather_fill(struct gather *gather);

/* The bytes that were read ahead; until the next call of anything here. */
struct tls_span gather_ahead(const struct gather *gather);

/* Puts `bytes` in the place of the first `len` that were read ahead. */
void gather_replace(struct gather *gather, size_t len, struct tls_span bytes);

/* Sends what was written: TLS_OK when nothing is left, TLS_WANT_WRITE, or
 * TLS_FAILED: what was left is dropped, then and from then on. */
enum tls_status gather_send(struct gather *gather);

/* Bytes written and not yet sent, for want of room or of gather_send. */
size_t gather_unsent(const struct gather *gather);

/* Calls are over for now: gives the pool's memory back. */
void gather_release(struct gather *gather);

#endif
