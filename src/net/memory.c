/* net/memory.c - a transport in memory, for a session without a socket
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/memory.h"

#include <string.h>

static enum tls_status
memory_read(struct tls_io *io, uint8_t *data, size_t len, size_t *done)
{
	struct memory_io *memory = (struct memory_io *)io;

	*done = 0;
	if (memory->broken)
		return TLS_FAILED;
	if (memory->to_server.len == 0)
		return memory->ended ? TLS_CLOSED : TLS_WANT_READ;
	if (len > memory->to_server.len)
		len = memory->to_server.len;
	memcpy(data, memory->to_server.data, len);
	buf_drop(&memory->to_server, len);
	memory->moved += len;
	*done = len;
	return TLS_OK;
}

static enum tls_status
memory_write(struct tls_io *io, const uint8_t *data, size_t len, size_t *done)
{
	struct memory_io *memory = (struct memory_io *)io;

	*done = 0;
	if (memory->broken)
		return TLS_FAILED;
	if (memory->room == 0)
		return TLS_WANT_WRITE;
	if (len > memory->room)
		len = memory->room;
	if (memory->room != MEMORY_NO_LIMIT)
		memory->room -= len;
	buf_add(&memory->to_client, data, len);
	memory->moved += len;
	*done = len;
	return TLS_OK;
}

static bool
memory_pending(struct tls_io *io)
{
	const struct memory_io *memory = (const struct memory_io *)io;

	return !memory->broken && memory->to_server.len > 0;
}

void
memory_init(struct memory_io *memory, size_t room)
{
	static const struct tls_io_ops ops = {
		.read = memory_read,
		.write = memory_write,
		.pending = memory_pending,
	};

	memset(memory, 0, sizeof *memory);
	memory->io.ops = &ops;
	memory->room = room;
}

void
memory_clear(struct memory_io *memory)
{
	buf_clear(&memory->to_server);
	buf_clear(&memory->to_client);
}

bool
memory_readable(const struct memory_io *memory)
{
	return memory->to_server.len > 0 || memory->ended || memory->broken;
}
