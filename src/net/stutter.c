/* stutter.c - a tls_io that moves a few bytes at a time, or none
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/stutter.h"

/* xorshift64*: random enough, and the same on every machine. */
static unsigned
draw(struct stutter *stutter)
{
	uint64_t x = stutter->seed;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	stutter->seed = x;
	return (unsigned)(x * UINT64_C(0x2545f4914f6cdd1d) >> 61);
}

/* How many of `len` bytes may move this time; 0: none. */
static size_t
portion(struct stutter *stutter, enum tls_direction direction, size_t len)
{
	size_t most = draw(stutter);

	if (most == 0 && stutter->refused[direction])
		most = 1;
	stutter->refused[direction] = most == 0;
	return most < len ? most : len;
}

static enum tls_status
read_little(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct stutter *stutter = (struct stutter *)io;

	*done = 0;
	len = portion(stutter, TLS_RECEIVED, len);
	if (len == 0)
		return TLS_WANT_READ;
	return stutter->below->ops->read(stutter->below, buf, len, done);
}

static enum tls_status
write_little(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct stutter *stutter = (struct stutter *)io;

	*done = 0;
	len = portion(stutter, TLS_SENT, len);
	if (len == 0)
		return TLS_WANT_WRITE;
	return stutter->below->ops->write(stutter->below, buf, len, done);
}

/* The next read may be refused, so nothing is promised. */
static bool
pending(struct tls_io *io)
{
	(void)io;
	return false;
}

static const struct tls_io_ops ops = {
	.read = read_little,
	.write = write_little,
	.pending = pending,
};

void
stutter_init(struct stutter *stutter, struct tls_io *below, uint64_t seed)
{
	/* A state of 0 would stay 0. */
	*stutter = (struct stutter){
		.io = { &ops }, .below = below,
		.seed = seed * UINT64_C(0x9e3779b97f4a7c15) | 1,
	};
}
