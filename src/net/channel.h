/* net/channel.h - a transport that can be waited for
 * SPDX-License-Identifier: Apache-2.0
 *
 *	static void
 *	ready(struct channel_user *user, unsigned what)
 *	{
 *		if (what & CHANNEL_TIMEOUT)
 *			give_up(user);
 *	}
 *
 *	struct channel_user user = { ready };
 *
 *	channel_attach(channel, &user);
 *	channel->ops->wait(channel, CHANNEL_READ, 10000);
 *
 * Rules.  A channel is a tls_io that can be waited for, ended on one side,
 * reset and closed.  It calls `ready` of its user when what was waited for
 * happens, again and again until `wait` asks for something else.  The one for
 * sockets is net/transport.c; tests have one in memory.
 *
 * Everything goes through the operations, so one channel can wrap another: it
 * attaches itself to the one below as its user, and passes on what it does not
 * change.  A timer passes down as it is: many may run at once, the wrapper's
 * own among them.
 */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include "tls_host.h"

#define CHANNEL_READ	0x1u
#define CHANNEL_WRITE	0x2u
#define CHANNEL_TIMEOUT	0x4u

struct channel;

/* Whoever uses a channel; part of what that needs for it. */
struct channel_user {
	/* `what` of CHANNEL_* happened. */
	void (*ready)(struct channel_user *user, unsigned what);
};

/* A moment to be woken at; part of what is woken, zeroed before its first
 * use.  It must not move while it runs. */
struct channel_timer {
	void (*fired)(struct channel_timer *timer);
	struct channel_alarm *alarm;	/* the channel's; null: not running */
};

/* What has become of a channel. */
struct channel_state {
	bool ended;			/* the peer's end of stream was read */
	bool reset;			/* broken: ECONNRESET, EPIPE... */
	int error;			/* errno of that, or 0 */
	uint64_t received, sent;	/* bytes */
};

struct channel_ops {
	/* Waits for any of `what`, at most `timeout_ms` milliseconds (0: for
	 * ever), then calls `ready` from the loop, never from in here.
	 * Replaces an earlier wait; `what` of 0 with no time-out waits for
	 * nothing. */
	void (*wait)(struct channel *channel, unsigned what,
	    unsigned timeout_ms);
	/* Calls `ready` with CHANNEL_READ soon, from the loop, whether or not
	 * there is something. */
	void (*soon)(struct channel *channel);
	/* Calls `fired` of `timer` once, from the loop, in `ms` milliseconds,
	 * whatever is waited for; 0: not at all.  Replaces what was asked of
	 * this timer before.  A timer does not outlive its channel and is not
	 * running when that closes. */
	void (*wake)(struct channel *channel, struct channel_timer *timer,
	    unsigned ms);
	/* Whether another write follows at once, so that one need not be a
	 * packet of its own.  A hint. */
	void (*more)(struct channel *channel, bool more);
	void (*state)(const struct channel *channel,
	    struct channel_state *out);
	/* Ends our sending side: the peer reads end of stream. */
	void (*shutdown)(struct channel *channel);
	/* Breaks the connection off: the peer reads a reset (RST, where there
	 * is TCP below), and what it had not read yet may be lost.  `state`
	 * says `reset` from here on, and nothing can be read or written; the
	 * channel is still to be closed. */
	void (*reset)(struct channel *channel);
	/* Closes and frees. */
	void (*close)(struct channel *channel);
};

struct channel {
	struct tls_io io;		/* first: a channel is a tls_io */
	const struct channel_ops *ops;
	struct channel_user *user;	/* borrowed; by channel_attach */
};

/* Makes `user` the one that is told, which outlives the channel. */
static inline void
channel_attach(struct channel *channel, struct channel_user *user)
{
	channel->user = user;
}

/* For those that implement a channel: tells its user. */
static inline void
channel_ready(struct channel *channel, unsigned what)
{
	channel->user->ready(channel->user, what);
}

static inline struct channel_state
channel_state(const struct channel *channel)
{
	struct channel_state state;

	channel->ops->state(channel, &state);
	return state;
}

#endif
