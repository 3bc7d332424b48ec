/* slow.c - a channel that wraps another: late, and in small pieces
 * SPDX-License-Identifier: Apache-2.0
 */
#include "slow.h"

#include <string.h>

static struct channel *
below(const struct channel *channel)
{
	return ((const struct slow *)channel)->below;
}

static size_t
cut(const struct tls_io *io, size_t len)
{
	size_t most = ((const struct slow *)io)->most;

	return len < most ? len : most;
}

static enum tls_status
slow_read(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct tls_io *next = &((struct slow *)io)->below->io;

	return next->ops->read(next, buf, cut(io, len), done);
}

static enum tls_status
slow_write(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct tls_io *next = &((struct slow *)io)->below->io;

	return next->ops->write(next, buf, cut(io, len), done);
}

static bool
slow_pending(struct tls_io *io)
{
	struct tls_io *next = &((struct slow *)io)->below->io;

	return next->ops->pending(next);
}

static void
ready(struct channel_user *user, unsigned what)
{
	struct slow *slow = (struct slow *)((char *)user -
	    offsetof(struct slow, user));

	/* Our user's time is its own. */
	if (what & CHANNEL_TIMEOUT)
		channel_ready(&slow->channel, CHANNEL_TIMEOUT);
	else if (!slow->what)
		slow->below->ops->wake(slow->below, &slow->timer,
		    slow->delay_ms);
	slow->what |= what & ~CHANNEL_TIMEOUT;
}

static void
fired(struct channel_timer *timer)
{
	struct slow *slow = (struct slow *)((char *)timer -
	    offsetof(struct slow, timer));
	unsigned what = slow->what;

	slow->what = 0;
	channel_ready(&slow->channel, what);
}

static void
slow_wait(struct channel *channel, unsigned what, unsigned timeout_ms)
{
	below(channel)->ops->wait(below(channel), what, timeout_ms);
}

static void
slow_soon(struct channel *channel)
{
	below(channel)->ops->soon(below(channel));
}

static void
slow_wake(struct channel *channel, struct channel_timer *timer, unsigned ms)
{
	below(channel)->ops->wake(below(channel), timer, ms);
}

static void
slow_more(struct channel *channel, bool more)
{
	below(channel)->ops->more(below(channel), more);
}

static void
slow_state(const struct channel *channel, struct channel_state *out)
{
	below(channel)->ops->state(below(channel), out);
}

static void
slow_shutdown(struct channel *channel)
{
	below(channel)->ops->shutdown(below(channel));
}

static void
slow_reset(struct channel *channel)
{
	below(channel)->ops->reset(below(channel));
}

static void
slow_look(const struct channel *channel, struct channel_look *out)
{
	if (below(channel)->ops->look)
		below(channel)->ops->look(below(channel), out);
}

static void
slow_close(struct channel *channel)
{
	struct slow *slow = (struct slow *)channel;

	slow->below->ops->wake(slow->below, &slow->timer, 0);
	slow->below->ops->close(slow->below);
	slow->below = NULL;
}

void
slow_init(struct slow *slow, struct channel *channel, size_t most,
    unsigned delay_ms)
{
	static const struct tls_io_ops io_ops = {
		.read = slow_read, .write = slow_write,
		.pending = slow_pending,
	};
	static const struct channel_ops ops = {
		.wait = slow_wait, .soon = slow_soon, .wake = slow_wake,
		.more = slow_more, .state = slow_state,
		.shutdown = slow_shutdown, .reset = slow_reset,
		.look = slow_look, .close = slow_close,
	};

	memset(slow, 0, sizeof *slow);
	slow->channel.io.ops = &io_ops;
	slow->channel.ops = &ops;
	slow->user.ready = ready;
	slow->timer.fired = fired;
	slow->below = channel;
	slow->most = most;
	slow->delay_ms = delay_ms;
	channel_attach(channel, &slow->user);
}
