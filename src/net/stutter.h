/* net/stutter.h - a tls_io that moves a few bytes at a time, or none
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -nbio_test
 *
 *	struct stutter stutter;
 *
 *	stutter_init(&stutter, &channel->io, seed);
 *	...			// the library reads and writes &stutter.io
 *
 * Rules.  Each read and write moves 0 to 7 bytes, at random; 0 means "again".
 * A call is refused before it touches what is below, so a wait for the
 * descriptor ends at once and nothing stalls.  No two calls in a row of one
 * direction are refused.
 */
#ifndef NET_STUTTER_H
#define NET_STUTTER_H

#include "tls_host.h"

#define STUTTER_MOST	7

struct stutter {
	struct tls_io io;		/* first: a stutter is a tls_io */
	struct tls_io *below;		/* borrowed */
	uint64_t seed;
	bool refused[2];		/* the last call was refused, by
					 * tls_direction */
};

/* The same `seed` gives the same sequence. */
void stutter_init(struct stutter *stutter, struct tls_io *below,
    uint64_t seed);

#endif
