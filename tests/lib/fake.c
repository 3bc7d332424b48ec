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
	if (fake->broken) {
		fake->channel.reset = true;
		return TLS_FAILED;
	}
	if (fake->in.len == 0) {
		fake->channel.ended = fake->in_ended;
		return fake->in_ended ? TLS_CLOSED : TLS_WANT_READ;
	}
	*done = len < fake->in.len ? len : fake->in.len;
	memcpy(buf, fake->in.data, *done);
	buf_drop(&fake->in, *done);
	return TLS_OK;
}

static enum tls_status
fake_write(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct fake *fake = of(io);

	*done = 0;
	if (fake->room == 0)
		return TLS_WANT_WRITE;
	*done = len < fake->room ? len : fake->room;
	fake->room -= *done;
	buf_add(&fake->out, buf, *done);
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
fake_shutdown(struct channel *channel)
{
	of(&channel->io)->shut = true;
}

static void
fake_close(struct channel *channel)
{
	of(&channel->io)->closed = true;
}

static const struct tls_io_ops fake_io_ops = {
	.read = fake_read, .write = fake_write, .pending = fake_pending,
};

static const struct channel_ops fake_ops = {
	.wait = fake_wait, .soon = fake_soon, .shutdown = fake_shutdown,
	.close = fake_close,
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
	buf_add_u16(&body, 0);
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
