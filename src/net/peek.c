/* peek.c - a tls_io whose start can be read twice
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/peek.h"

#include <string.h>

static enum tls_status
read_again(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct peek *peek = (struct peek *)io;
	size_t left = peek->kept.len - peek->next;

	if (left == 0)
		return peek->below->ops->read(peek->below, buf, len, done);
	if (len > left)
		len = left;
	memcpy(buf, peek->kept.data + peek->next, len);
	peek->next += len;
	*done = len;
	if (peek->next == peek->kept.len) {
		buf_clear(&peek->kept);
		peek->next = 0;
	}
	return TLS_OK;
}

static enum tls_status
write_below(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct peek *peek = (struct peek *)io;

	return peek->below->ops->write(peek->below, buf, len, done);
}

static bool
pending(struct tls_io *io)
{
	struct peek *peek = (struct peek *)io;

	return peek->next < peek->kept.len ||
	    peek->below->ops->pending(peek->below);
}

static const struct tls_io_ops ops = {
	.read = read_again,
	.write = write_below,
	.pending = pending,
};

void
peek_init(struct peek *peek, struct tls_io *below)
{
	memset(peek, 0, sizeof *peek);
	peek->io.ops = &ops;
	peek->below = below;
}

void
peek_clear(struct peek *peek)
{
	buf_clear(&peek->kept);
	peek->next = 0;
}

enum tls_status
peek_fill(struct peek *peek, size_t len)
{
	uint8_t *to = buf_reserve(&peek->kept, len);
	enum tls_status status;
	size_t done = 0;

	status = peek->below->ops->read(peek->below, to, len, &done);
	peek->kept.len += done;
	return status;
}

void
peek_replace(struct peek *peek, size_t len, struct tls_span bytes)
{
	struct buf whole = BUF_INIT;

	buf_add_span(&whole, bytes);
	buf_add(&whole, peek->kept.data + len, peek->kept.len - len);
	buf_clear(&peek->kept);
	peek->kept = whole;
	peek->next = 0;
}
