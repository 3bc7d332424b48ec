/* common/memory.c - two ends that are tied together in memory
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/memory.h"

#include <stdlib.h>
#include <string.h>

#define RECORD_HEADER_LEN	5
#define FIRST_ROOM		4096

/* ---- pipes ------------------------------------------------------------- */

size_t
common_pipe_len(const struct common_pipe *pipe)
{
	return pipe->end - pipe->next;
}

size_t
common_pipe_take(struct common_pipe *pipe, uint8_t *buf, size_t len)
{
	if (len > common_pipe_len(pipe))
		len = common_pipe_len(pipe);
	if (len)
		memcpy(buf, pipe->data + pipe->next, len);
	pipe->next += len;
	if (pipe->next == pipe->end)
		pipe->next = pipe->end = 0;
	return len;
}

static bool
make_room(struct common_pipe *pipe, size_t len)
{
	size_t room = pipe->room ? pipe->room : FIRST_ROOM;
	uint8_t *grown;

	while (room - pipe->end < len)
		room *= 2;
	if (room == pipe->room)
		return true;
	grown = realloc(pipe->data, room);
	if (!grown)
		return false;
	pipe->data = grown;
	pipe->room = room;
	return true;
}

size_t
common_pipe_put(struct common_pipe *pipe, const uint8_t *buf, size_t len)
{
	if (len > COMMON_PIPE_MAX - common_pipe_len(pipe))
		len = COMMON_PIPE_MAX - common_pipe_len(pipe);
	if (len == 0 || !make_room(pipe, len))
		return 0;
	memcpy(pipe->data + pipe->end, buf, len);
	pipe->end += len;
	return len;
}

static void
clear(struct common_pipe *pipe)
{
	/* Traffic of made-up keys: nobody's secret. */
	free(pipe->data);
	*pipe = (struct common_pipe){ .data = NULL };
}

bool
common_pipe_cut(struct common_pipe *pipe, size_t most)
{
	struct common_pipe whole = *pipe;
	uint8_t head[RECORD_HEADER_LEN];
	bool done = true;

	*pipe = (struct common_pipe){ .data = NULL };
	while (done && common_pipe_take(&whole, head, sizeof head) ==
	    sizeof head) {
		size_t left = (size_t)head[3] << 8 | head[4];

		if (left > common_pipe_len(&whole))
			left = common_pipe_len(&whole);
		while (done && left) {
			size_t len = left < most ? left : most;

			head[3] = (uint8_t)(len >> 8);
			head[4] = (uint8_t)len;
			done = common_pipe_put(pipe, head, sizeof head) ==
			    sizeof head && common_pipe_put(pipe,
			    whole.data + whole.next, len) == len;
			whole.next += len;
			left -= len;
		}
	}
	clear(&whole);
	return done;
}

/* ---- the server's end -------------------------------------------------- */

static enum tls_status
read_memory(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct common_memory *memory = (struct common_memory *)io;

	*done = common_pipe_take(&memory->to_server, buf, len);
	return *done ? TLS_OK : TLS_WANT_READ;
}

static enum tls_status
write_memory(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct common_memory *memory = (struct common_memory *)io;

	*done = common_pipe_put(&memory->to_client, buf, len);
	return *done ? TLS_OK : TLS_WANT_WRITE;
}

static bool
pending(struct tls_io *io)
{
	return common_pipe_len(&((struct common_memory *)io)->to_server) > 0;
}

void
common_memory_init(struct common_memory *memory)
{
	static const struct tls_io_ops ops = {
		.read = read_memory,
		.write = write_memory,
		.pending = pending,
		.kind = TLS_IO_STREAM,
	};

	*memory = (struct common_memory){ .io = { &ops } };
}

void
common_memory_clear(struct common_memory *memory)
{
	clear(&memory->to_server);
	clear(&memory->to_client);
}
