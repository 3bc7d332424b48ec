/* memio.c - a transport in memory that blocks when it likes to
 * SPDX-License-Identifier: Apache-2.0
 */
#include "memio.h"

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
portion(struct memio *io, size_t len)
{
	size_t chunk;

	if (!io->disturbed)
		return len;
	if (random_below(&io->seed, 3) == 0) {
		io->blocked++;
		return 0;
	}
	chunk = 1 + random_below(&io->seed, io->max_chunk);
	return chunk < len ? chunk : len;
}

static enum tls_status
memio_read(struct tls_io *base, uint8_t *data, size_t len, size_t *done)
{
	struct memio *io = (struct memio *)base;
	size_t have = io->to_server.len;

	*done = 0;
	if (io->broken)
		return TLS_FAILED;
	if (have == 0)
		return io->ended ? TLS_CLOSED : TLS_WANT_READ;
	len = portion(io, len < have ? len : have);
	if (len == 0)
		return TLS_WANT_READ;
	memcpy(data, io->to_server.data, len);
	buf_drop(&io->to_server, len);
	io->moved += len;
	*done = len;
	return TLS_OK;
}

static enum tls_status
memio_write(struct tls_io *base, const uint8_t *data, size_t len, size_t *done)
{
	struct memio *io = (struct memio *)base;

	*done = 0;
	if (io->broken)
		return TLS_FAILED;
	if (io->full)
		return TLS_WANT_WRITE;
	len = portion(io, len);
	if (len == 0)
		return TLS_WANT_WRITE;
	buf_add(&io->to_client, data, len);
	io->moved += len;
	*done = len;
	return TLS_OK;
}

/* Disturbed, it cannot promise that the next read gives something. */
static bool
memio_pending(struct tls_io *base)
{
	struct memio *io = (struct memio *)base;

	return !io->disturbed && !io->broken && io->to_server.len > 0;
}

void
memio_init(struct memio *io)
{
	static const struct tls_io_ops ops = {
		.read = memio_read,
		.write = memio_write,
		.pending = memio_pending,
	};

	memset(io, 0, sizeof *io);
	io->io.ops = &ops;
}

void
memio_clear(struct memio *io)
{
	buf_clear(&io->to_server);
	buf_clear(&io->to_client);
}

void
memio_disturb(struct memio *io, uint64_t seed, size_t max_chunk)
{
	io->disturbed = true;
	io->seed = seed;
	io->max_chunk = max_chunk;
}

bool
memio_readable(const struct memio *io)
{
	return io->to_server.len > 0 || io->ended || io->broken;
}
