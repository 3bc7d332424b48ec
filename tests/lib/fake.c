/* lib/fake.c - a channel in memory that a test moves by hand
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fake.h"

#include <string.h>

static struct fake *
of(struct tls_io *io)
{
	return (struct fake *)io;
}

static enum tls_status
fake_read(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct fake *fake = of(io);

	*done = 0;
	if (fake->broken || fake->state.reset) {
		fake->state.reset = true;
		return TLS_FAILED;
	}
	if (fake->in.len == 0) {
		fake->state.ended = fake->in_ended;
		return fake->in_ended ? TLS_CLOSED : TLS_WANT_READ;
	}
	*done = len < fake->in.len ? len : fake->in.len;
	memcpy(buf, fake->in.data, *done);
	buf_drop(&fake->in, *done);
	fake->state.received += *done;
	fake->reads++;
	return TLS_OK;
}

static enum tls_status
fake_write(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct fake *fake = of(io);

	*done = 0;
	if (fake->deaf || fake->state.reset) {
		fake->state.reset = true;
		return TLS_FAILED;
	}
	if (fake->room == 0)
		return TLS_WANT_WRITE;
	*done = len < fake->room ? len : fake->room;
	fake->room -= *done;
	buf_add(&fake->out, buf, *done);
	fake->state.sent += *done;
	fake->writes++;
	fake->hints += fake->more;
	return TLS_OK;
}

static bool
fake_pending(struct tls_io *io)
{
	(void)io;
	return false;
}

static void
fake_wait(struct channel *channel, unsigned what, unsigned timeout_ms)
{
	of(&channel->io)->waits = what;
	of(&channel->io)->timeout_ms = timeout_ms;
}

static void
fake_soon(struct channel *channel)
{
	of(&channel->io)->soon = true;
}

static void
fake_wake(struct channel *channel, struct channel_timer *timer, unsigned ms)
{
	of(&channel->io)->timer = ms ? timer : NULL;
	of(&channel->io)->timer_ms = ms;
}

static void
fake_more(struct channel *channel, bool more)
{
	of(&channel->io)->more = more;
}

static void
fake_state(const struct channel *channel, struct channel_state *out)
{
	*out = ((const struct fake *)channel)->state;
}

static void
fake_shutdown(struct channel *channel)
{
	of(&channel->io)->shut = true;
}

static void
fake_reset(struct channel *channel)
{
	of(&channel->io)->was_reset = true;
	of(&channel->io)->state.reset = true;
}

static void
fake_close(struct channel *channel)
{
	of(&channel->io)->closed = true;
}

void
fake_fire(struct fake *fake)
{
	struct channel_timer *timer = fake->timer;

	fake->timer = NULL;
	fake->timer_ms = 0;
	timer->fired(timer);
}

static const struct tls_io_ops fake_io_ops = {
	.read = fake_read, .write = fake_write, .pending = fake_pending,
};

static const struct channel_ops fake_ops = {
	.wait = fake_wait, .soon = fake_soon, .wake = fake_wake,
	.more = fake_more, .state = fake_state, .shutdown = fake_shutdown,
	.reset = fake_reset, .close = fake_close,
};

void
fake_init(struct fake *fake)
{
	memset(fake, 0, sizeof *fake);
	fake->channel.io.ops = &fake_io_ops;
	fake->channel.ops = &fake_ops;
	fake->room = SIZE_MAX;
}

void
fake_clear(struct fake *fake)
{
	buf_clear(&fake->in);
	buf_clear(&fake->out);
}

void
fake_add_hello(struct buf *out, const char *name)
{
	size_t len = strlen(name);
	struct buf body = BUF_INIT;

	buf_add_u16(&body, 0x0303);
	for (int i = 0; i < 32; i++)
		buf_add_u8(&body, 7);
	buf_add_u8(&body, 0);
	buf_add_u16(&body, 2);
	buf_add_u16(&body, 0xc02f);
	buf_add_u16(&body, 0x0100);
	buf_add_u16(&body, (unsigned)len + 9);
	buf_add_u16(&body, len ? 0 : 0x2a2a);	/* no name: no such one */
	buf_add_u16(&body, (unsigned)len + 5);
	buf_add_u16(&body, (unsigned)len + 3);
	buf_add_u8(&body, 0);
	buf_add_u16(&body, (unsigned)len);
	buf_add(&body, name, len);
	buf_add_u8(out, 22);
	buf_add_u16(out, 0x0301);
	buf_add_u16(out, (unsigned)body.len + 4);
	buf_add_u8(out, 1);
	buf_add_u24(out, (unsigned)body.len);
	buf_add_span(out, buf_span(&body));
	buf_clear(&body);
}
