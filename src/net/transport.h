/* net/transport.h - a connected socket as a channel
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct channel *channel = transport_new(loop, fd);
 *
 *	channel_attach(channel, &user);
 *	channel->ops->wait(channel, CHANNEL_READ, 10000);
 *	...
 *	channel->ops->close(channel);
 */
#ifndef NET_TRANSPORT_H
#define NET_TRANSPORT_H

#include "net/channel.h"
#include "net/loop.h"

/* Takes `fd`, a non-blocking stream socket.  Never null. */
struct channel *transport_new(struct loop *loop, int fd);

#endif
