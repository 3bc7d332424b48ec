/* lib/slow.h - a channel that wraps another: with delays, in small pieces
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct slow slow;
 *
 *	slow_init(&slow, &fake.channel, 7, 250);
 *	conn_new(&env, &slow.channel, "::1", 4242);
 *
 * The readiness of the channel below is passed on so many milliseconds later,
 * and a read or write moves at most `most` bytes.  The rest is passed on
 * unchanged.
 */
#ifndef LIB_SLOW_H
#define LIB_SLOW_H

#include "net/channel.h"

struct slow {
	struct channel channel;		/* first: a slow is a channel */
	struct channel_user user;	/* of the one below */
	struct channel_timer timer;	/* the wrapper's own */
	struct channel *below;		/* owned, from slow_init to close */
	size_t most;			/* bytes */
	unsigned delay_ms;
	unsigned what;			/* what is to be passed on then */
};

void slow_init(struct slow *slow, struct channel *below, size_t most,
    unsigned delay_ms);

#endif
