/* pipe.h - bytes between two ends in one process
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct pipe pipe = { 0 };
 *
 *	pipe_put(&pipe, "hello", 5);
 *	len = pipe_take(&pipe, buf, sizeof buf);	// 0: it is empty
 */
#ifndef BENCH_PIPE_H
#define BENCH_PIPE_H

#include <stdlib.h>
#include <string.h>

struct pipe {
	unsigned char *data;
	size_t begin, end, room;
};

static inline void
pipe_put(struct pipe *pipe, const void *data, size_t len)
{
	if (pipe->begin == pipe->end)
		pipe->begin = pipe->end = 0;
	if (pipe->end + len > pipe->room) {
		pipe->room = (pipe->end + len) * 2;
		pipe->data = realloc(pipe->data, pipe->room);
		if (!pipe->data)
			abort();
	}
	memcpy(pipe->data + pipe->end, data, len);
	pipe->end += len;
}

static inline size_t
pipe_take(struct pipe *pipe, void *data, size_t len)
{
	size_t have = pipe->end - pipe->begin;

	if (len > have)
		len = have;
	if (len)
		memcpy(data, pipe->data + pipe->begin, len);
	pipe->begin += len;
	return len;
}

#endif
