/* recorded/list.c - the hellos of a file
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "recorded/internal.h"

struct recorded_hello *
recorded_add(struct recorded *out, struct buf *bytes, bool bare)
{
	struct recorded_hello *hello;

	/* Twice as much room whenever the number is a power of two. */
	if ((out->num & (out->num - 1)) == 0)
		out->list = mem_grow(out->list,
		    (out->num ? 2 * out->num : 1) * sizeof *out->list);
	hello = &out->list[out->num++];
	memset(hello, 0, sizeof *hello);
	hello->bytes = *bytes;
	hello->bare = bare;
	*bytes = (struct buf)BUF_INIT;
	return hello;
}

void
recorded_clear(struct recorded *recorded)
{
	for (size_t i = 0; i < recorded->num; i++)
		buf_clear(&recorded->list[i].bytes);
	free(recorded->list);
	buf_clear(&recorded->notes);
	memset(recorded, 0, sizeof *recorded);
}
