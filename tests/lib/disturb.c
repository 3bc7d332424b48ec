/* lib/disturb.c - a transport that blocks at random over one that does not
 * SPDX-License-Identifier: Apache-2.0
 */
#include "disturb.h"

#include <string.h>

uint64_t
random_next(uint64_t *seed)
{
	uint64_t z = *seed += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

size_t
random_below(uint64_t *seed, size_t below)
{
	return (size_t)(random_next(seed) % below);
}

/* How much of `len` moves this time; 0: it blocks. */
static size_t
portion(struct disturb *disturb, size_t len)
{
	size_t chunk;

	if (!disturb->started)
		return len;
	if (random_below(&disturb->seed, 3) == 0) {
		disturb->blocked++;
		return 0;
	}
	chunk = 1 + random_below(&disturb->seed, disturb->max_chunk);
	return chunk < len ? chunk : len;
}

static enum tls_status
disturb_read(struct tls_io *io, uint8_t *data, size_t len, size_t *done)
{
	struct disturb *disturb = (struct disturb *)io;

	*done = 0;
	len = portion(disturb, len);
	if (len == 0)
		return TLS_WANT_READ;
	return disturb->below->ops->read(disturb->below, data, len, done);
}

static enum tls_status
disturb_write(struct tls_io *io, const uint8_t *data, size_t len, size_t *done)
{
	struct disturb *disturb = (struct disturb *)io;

	*done = 0;
	len = portion(disturb, len);
	if (len == 0)
		return TLS_WANT_WRITE;
	return disturb->below->ops->write(disturb->below, data, len, done);
}

/* Disturbed, it cannot promise that the next read gives something. */
static bool
disturb_pending(struct tls_io *io)
{
	const struct disturb *disturb = (const struct disturb *)io;

	return !disturb->started &&
	    disturb->below->ops->pending(disturb->below);
}

void
disturb_init(struct disturb *disturb, struct tls_io *below)
{
	static const struct tls_io_ops ops = {
		.read = disturb_read,
		.write = disturb_write,
		.pending = disturb_pending,
	};

	memset(disturb, 0, sizeof *disturb);
	disturb->io.ops = &ops;
	disturb->below = below;
}

void
disturb_start(struct disturb *disturb, uint64_t seed, size_t max_chunk)
{
	disturb->started = true;
	disturb->seed = seed;
	disturb->max_chunk = max_chunk;
}
