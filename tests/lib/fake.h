/* lib/fake.h - a channel in memory that a test drives by hand
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct fake fake;
 *
 *	fake_init(&fake);
 *	conn_new(&env, &fake.channel, "::1", 4242);
 *	buf_add_string(&fake.in, "GET / HTTP/1.0\r\n\r\n");
 *	channel_ready(&fake.channel, CHANNEL_READ);
 *	assert_int_equal(fake.waits, CHANNEL_READ);
 *	fake_clear(&fake);
 *
 * With `deaf` every write fails, as to a peer that has gone; with `broken`
 * every read.
 */
#ifndef LIB_FAKE_H
#define LIB_FAKE_H

#include "base/buf.h"
#include "net/channel.h"

struct fake {
	struct channel channel;		/* first: a fake is a channel */
	struct buf in, out;
	size_t room;			/* bytes that a write still takes */
	unsigned waits, timeout_ms;
	/* The timer that was asked for last, while it runs. */
	struct channel_timer *timer;
	unsigned timer_ms;
	struct channel_state state;
	unsigned writes, reads;		/* calls that moved something */
	unsigned hints;			/* writes with another to follow */
	bool in_ended, broken, deaf, soon, more, shut, was_reset, closed;
};

/* Takes all that is written until `room` says otherwise. */
void fake_init(struct fake *fake);
void fake_clear(struct fake *fake);

/* The time of the timer has come. */
void fake_fire(struct fake *fake);

/* Adds a ClientHello for TLS 1.2 that asks for `name`. */
void fake_add_hello(struct buf *out, const char *name);

#endif
