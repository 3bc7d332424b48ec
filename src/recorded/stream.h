/* recorded/stream.h - TCP segments in any order -> the ClientHellos in them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9293, 3.4
 *
 *	struct streams *streams = streams_new(&recorded, 1);
 *
 *	while (next_segment(&segment, &moment) &&
 *	    streams_take(streams, &segment, moment))
 *		continue;
 *	streams_end(streams);
 *
 * Inside this room only.  Of bytes that come twice the first count.  What one
 * direction may keep is bounded, and so is what all keep together.
 */
#ifndef RECORDED_STREAM_H
#define RECORDED_STREAM_H

#include "recorded/frame.h"
#include "recorded/recorded.h"

struct streams;

/* The packet that a byte came in. */
struct moment {
	size_t frame;		/* from 1 */
	int64_t wall_us;
};

/* Adds the hellos to `out`, in the order in which they become complete, until
 * it has `wanted`; 0: all. */
struct streams *streams_new(struct recorded *out, size_t wanted);

/* Takes a segment; false: no more are needed. */
bool streams_take(struct streams *streams, const struct segment *segment,
    struct moment moment);

/* Adds what is there of hellos that are not complete, with a note each, and
 * frees `streams`. */
void streams_end(struct streams *streams);

#endif
