/* lib/memio.h - a transport in memory that blocks when it likes to
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct memio io;
 *
 *	memio_init(&io);
 *	memio_disturb(&io, 7, 40);
 *	buf_add(&io.to_server, hello, hello_len);
 *	session = backend->session_open(server, hello, choice, &io.io, ...);
 *	...
 *	memio_clear(&io);
 *
 * Rules.  The server's side is a tls_io; the client's side are the two bufs.
 * Undisturbed it gives and takes all there is; disturbed it says "again" at
 * random points and moves small pieces, the same ones for the same seed.
 */
#ifndef LIB_MEMIO_H
#define LIB_MEMIO_H

#include "base/buf.h"
#include "tls_host.h"

struct memio {
	struct tls_io io;		/* first: a memio is a tls_io */
	struct buf to_server;
	struct buf to_client;
	bool ended;			/* the client sends nothing more */
	bool broken;			/* every call fails */
	bool full;			/* the client takes nothing more */
	bool disturbed;
	uint64_t seed;
	size_t max_chunk;		/* bytes a call moves, disturbed */
	uint64_t moved;			/* bytes, both ways */
	unsigned long blocked;		/* times it said "again" */
};

void memio_init(struct memio *io);
void memio_clear(struct memio *io);

/* Blocks at random from now on; `max_chunk` is at least 1. */
void memio_disturb(struct memio *io, uint64_t seed, size_t max_chunk);

/* Whether a read would give something now, were it undisturbed. */
bool memio_readable(const struct memio *io);

/* The next number of a sequence that a seed determines (splitmix64). */
uint64_t random_next(uint64_t *seed);
/* One of 0 to `below` - 1. */
size_t random_below(uint64_t *seed, size_t below);

#endif
