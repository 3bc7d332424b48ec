/* sink/backlog.h - what a reader has not taken yet, written by a thread
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct backlog *backlog = backlog_new(&outlet, add_lost);
 *
 *	if (!backlog_is_empty(backlog))
 *		backlog_add(backlog, text);
 *	complete = backlog_finish(backlog);
 *	backlog_free(backlog);
 *
 * Rules.  Used by one thread at a time, its user; the thread that writes is
 * its own.  While a backlog is not empty its user writes nothing else to the
 * outlet.
 *
 * It holds up to BACKLOG_MOST bytes.  backlog_add waits for room for as long as
 * the reader goes on reading, and for at most BACKLOG_PATIENCE_MS after it read
 * last; then texts are lost.  How many is said in their place, as soon as
 * there is room: by what `add_lost` adds.
 *
 * An error that may pass (a full disk) is tried again, several times a
 * second.
 */
#ifndef SINK_BACKLOG_H
#define SINK_BACKLOG_H

#include "base/buf.h"
#include "sink/outlet.h"

#define BACKLOG_MOST		(1024 * 1024)
#define BACKLOG_PATIENCE_MS	1000

/* At the end of the program: no longer than this for a reader that reads. */
#define BACKLOG_END_MS		5000

struct backlog;

/* `outlet` is taken: backlog_free closes it.  `add_lost` adds a line that says
 * that `count` texts are missing; either thread calls it. */
struct backlog *backlog_new(const struct outlet *outlet,
    void (*add_lost)(struct buf *out, uint64_t count));

/* Whether everything has been written: the user may write to the outlet. */
bool backlog_is_empty(struct backlog *backlog);

/* Adds `text`, which is copied.  False if it was lost. */
bool backlog_add(struct backlog *backlog, struct tls_span text);

/* The reader has gone: nothing will be written any more. */
bool backlog_is_gone(struct backlog *backlog);

/* Waits until all is written, as long as above.  False if something was lost,
 * now or before. */
bool backlog_finish(struct backlog *backlog);

/* Ends the thread, and wipes what is left; does not wait for a write that does
 * not return. */
void backlog_free(struct backlog *backlog);

#endif
