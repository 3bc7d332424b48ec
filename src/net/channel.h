/* net/channel.h - a transport that its user can wait for
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
 * Rules.  A channel is a tls_io that can be waited for, shut down for writing,
 * reset and closed.  It calls `ready` of its user when what was waited for
 * happens, again and again until `wait` asks for something else.
 * net/transport.c makes one of a socket; tests have one in memory.
 *
 * All access is through the operations, so that one channel can wrap another:
 * it attaches itself to the one below as its user, and passes on what it does
 * not change.  It passes timers down unchanged: several may run at once, the
 * wrapper's own among them.
 */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include "tls_host.h"

#define CHANNEL_READ	0x1u
#define CHANNEL_WRITE	0x2u
#define CHANNEL_TIMEOUT	0x4u

struct channel;

/* The user of a channel; it embeds this. */
struct channel_user {
	/* One or more of CHANNEL_* in `what` happened. */
	void (*ready)(struct channel_user *user, unsigned what);
};

/* A timer, embedded in what it wakes and zeroed before its first use.  It must
 * not move while it runs. */
struct channel_timer {
	void (*fired)(struct channel_timer *timer);
	struct channel_alarm *alarm;	/* the channel's; null: not running */
};

/* The state of a channel. */
struct channel_state {
	bool ended;			/* the peer's end of stream was read */
	bool reset;			/* broken: ECONNRESET, EPIPE... */
	int error;			/* errno of that, or 0 */
	uint64_t received, sent;	/* bytes */
};

/* Room for a numeric address, in bytes. */
#define CHANNEL_HOST	64

/* What only the system knows of a transport. */
struct channel_look {
	char host[CHANNEL_HOST];	/* our own address, numeric; empty: not
					 * known */
	unsigned port;
	/* What waits to be read: bytes, for whose loss closing resets the
	 * connection; or the peer's end of stream; or its reset. */
	bool unread, ended, reset;
};

struct channel_ops {
	/* Waits for any of `what`, at most `timeout_ms` milliseconds (0: for
	 * ever), then calls `ready` from the loop, never from in here.
	 * Replaces an earlier wait; `what` of 0 with no time-out waits for
	 * nothing. */
	void (*wait)(struct channel *channel, unsigned what,
	    unsigned timeout_ms);
	/* Calls `ready` with CHANNEL_READ soon, from the loop, whether or not
	 * there is something to read. */
	void (*soon)(struct channel *channel);
	/* Calls `fired` of `timer` once, from the loop, in `ms` milliseconds,
	 * whatever is waited for; 0 stops it.  Replaces an earlier request for
	 * this timer.  A timer must not be running when its channel is
	 * closed. */
	void (*wake)(struct channel *channel, struct channel_timer *timer,
	    unsigned ms);
	/* A hint: whether another write follows at once, so that this one need
	 * not be a packet of its own. */
	void (*more)(struct channel *channel, bool more);
	void (*state)(const struct channel *channel,
	    struct channel_state *out);
	/* Ends the sending side: the peer reads the end of the stream. */
	void (*shutdown)(struct channel *channel);
	/* Resets the connection: the peer reads a reset (RST, if there is TCP
	 * below), and may lose what it had not read yet.  From then on `reset`
	 * of the state is set and nothing can be read or written; the channel
	 * still has to be closed. */
	void (*reset)(struct channel *channel);
	/* Asks the system, which costs some calls of it.  May be null: nothing
	 * is known. */
	void (*look)(const struct channel *channel, struct channel_look *out);
	/* Closes and frees. */
	void (*close)(struct channel *channel);
};

struct channel {
	struct tls_io io;		/* first: a channel is a tls_io */
	const struct channel_ops *ops;
	struct channel_user *user;	/* borrowed; by channel_attach */
};

/* Makes `user`, which outlives the channel, the one that is called. */
static inline void
channel_attach(struct channel *channel, struct channel_user *user)
{
	channel->user = user;
}

/* For implementations of a channel: calls the user. */
static inline void
channel_ready(struct channel *channel, unsigned what)
{
	channel->user->ready(channel->user, what);
}

static inline struct channel_look
channel_look(const struct channel *channel)
{
	struct channel_look look = { .port = 0 };

	if (channel->ops->look)
		channel->ops->look(channel, &look);
	return look;
}

static inline struct channel_state
channel_state(const struct channel *channel)
{
	struct channel_state state;

	channel->ops->state(channel, &state);
	return state;
}

#endif
