/* sink/writer.h - text on its way to a descriptor, in whole lines
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct writer_use use = {
 *		.option = "-json", .file = "events.json", .owns = true,
 *		.add_lost = add_lost,
 *	};
 *	struct writer out;
 *
 *	writer_init(&out, fd, &use);
 *	buf_printf(&out.text, "ACCEPT\n");
 *	writer_flush(&out);
 *	writer_clear(&out);
 *
 * Rules.  What is added to `text` is written by writer_flush, with one write(2)
 * if possible.  A reader that went away is no failure: text is dropped from
 * then on.  One that does not read, and a full disk, stop nobody: what cannot
 * be written waits in a backlog (backlog.h), and what that does not hold is
 * lost and counted, in the stream itself.
 */
#ifndef SINK_WRITER_H
#define SINK_WRITER_H

#include "base/buf.h"
#include "sink/outlet.h"

#define WRITER_MEMORY	(-1)	/* keep all in `text`: for tests */
#define WRITER_NOWHERE	(-2)	/* drop it */

/* What the descriptor is used for; strings are borrowed. */
struct writer_use {
	const char *option, *file;	/* "-json", "events.json", for words to
					 * the user; `file` may be null */
	bool owns;			/* writer_clear closes it */
	/* Adds a line that says that `count` texts are missing there. */
	void (*add_lost)(struct buf *out, uint64_t count);
};

struct writer {
	int fd;				/* or WRITER_*; `outlet` is written
					 * to */
	bool terminal;
	struct writer_use use;
	struct outlet outlet;
	struct backlog *backlog;	/* owned; null until it is needed */
	struct buf text;		/* not written yet */
	int error;			/* of the last write, if that was none
					 * of waiting; else 0 */
	bool losing;			/* the last text was lost */
	bool told;			/* what the user has to know was told */
	bool given_up;			/* writer_finish was in vain */
};

void writer_init(struct writer *writer, int fd, const struct writer_use *use);
void writer_flush(struct writer *writer);
/* As writer_flush, and the text is wiped. */
void writer_flush_secret(struct writer *writer);

/* Adds, once for each time that something cannot be written or is lost, what
 * the user has to be told about it. */
void writer_add_remark(struct writer *writer, struct buf *out);

/* Gives a reader that reads the time to take the rest.  False if something was
 * lost, now or before. */
bool writer_finish(struct writer *writer);
void writer_clear(struct writer *writer);

#endif
