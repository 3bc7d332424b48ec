/* lib/disturb.h - a transport that blocks at random over one that does not
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct memory_io memory;
 *	struct disturb disturb;
 *
 *	memory_init(&memory, MEMORY_NO_LIMIT);
 *	disturb_init(&disturb, &memory.io);
 *	disturb_start(&disturb, 7, 40);
 *	session = backend->session_open(server, hello, choice, &disturb.io,
 *	    host, &err);
 *
 * Rules.  Until disturb_start it passes everything on.  From then on it says
 * "again" at random points and moves small pieces, the same ones for the same
 * seed.
 */
#ifndef LIB_DISTURB_H
#define LIB_DISTURB_H

#include "tls_host.h"

struct disturb {
	struct tls_io io;		/* first: a disturb is a tls_io */
	struct tls_io *below;		/* borrowed */
	bool started;
	uint64_t seed;
	size_t max_chunk;		/* bytes that one call moves at most */
	unsigned long blocked;		/* times it returned TLS_WANT_* */
};

void disturb_init(struct disturb *disturb, struct tls_io *below);

/* `max_chunk` is at least 1. */
void disturb_start(struct disturb *disturb, uint64_t seed, size_t max_chunk);

/* The next number of a sequence that a seed determines (splitmix64). */
uint64_t random_next(uint64_t *seed);
/* One of 0 to `below` - 1. */
size_t random_below(uint64_t *seed, size_t below);

#endif
