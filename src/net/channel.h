/* net/channel.h - a transport that can be waited for
 * SPDX-License-Identifier: Apache-2.0
 *
 *	channel->ops->wait(channel, CHANNEL_READ, 10000);
 *	...
 *	static void
 *	ready(struct channel *channel, unsigned what)
 *	{
 *		if (what & CHANNEL_TIMEOUT)
 *			give_up();
 *	}
 *
 * Rules.  A channel is a tls_io with an end that can be closed half, and that
 * calls `ready` of its user when what was waited for happens, again and again
 * until `wait` asks for something else.  The one for sockets is
 * net/transport.c; tests have one in memory.
 */
#ifndef NET_CHANNEL_H
#define NET_CHANNEL_H

#include "tls_host.h"

#define CHANNEL_READ	0x1u
#define CHANNEL_WRITE	0x2u
#define CHANNEL_TIMEOUT	0x4u

struct channel;
struct conn;			/* its user; completed elsewhere */
typedef void (*channel_ready_fn)(struct channel *channel, unsigned what);

struct channel_ops {
	/* Waits for any of `what`, at most `timeout_ms` (0: for ever), then
	 * calls `ready` from the loop, never from in here.  Replaces an
	 * earlier wait; `what` of 0 with no timeout waits for nothing. */
	void (*wait)(struct channel *channel, unsigned what,
	    unsigned timeout_ms);
	/* Calls `ready` with CHANNEL_READ soon, from the loop, whether or not
	 * there is something. */
	void (*soon)(struct channel *channel);
	/* Ends our sending side: the peer reads end of stream. */
	void (*shutdown)(struct channel *channel);
	/* Closes and frees. */
	void (*close)(struct channel *channel);
};

struct channel {
	struct tls_io io;		/* first: a channel is a tls_io */
	const struct channel_ops *ops;
	channel_ready_fn ready;		/* set by the user */
	struct conn *user;		/* the user's own, never looked into */
	/* Set by the user: another write follows at once, so this one need not
	 * be a packet of its own. */
	bool more;
	/* Set by the channel as it goes. */
	bool ended;			/* the peer's end of stream was read */
	bool reset;			/* it is broken: ECONNRESET, EPIPE... */
	int error;			/* errno of that, or 0 */
	uint64_t received, sent;	/* bytes */
};

#endif
