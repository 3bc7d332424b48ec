/* sink/writer.h - text on its way to a descriptor, in whole lines
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct writer out;
 *
 *	writer_init(&out, 1);
 *	buf_printf(&out.text, "ACCEPT\n");
 *	writer_flush(&out);
 *	writer_clear(&out);
 *
 * Rules.  What is added to `text` is written by writer_flush, with one write(2)
 * if possible.  A reader that went away is no failure: text is dropped from
 * then on.  The descriptor is borrowed unless `owns` is set.
 */
#ifndef SINK_WRITER_H
#define SINK_WRITER_H

#include "base/buf.h"

#define WRITER_MEMORY	(-1)	/* keep all in `text`: for tests */
#define WRITER_NOWHERE	(-2)	/* drop it */

struct writer {
	int fd;			/* or WRITER_* */
	bool owns;		/* writer_clear closes it */
	bool terminal;
	struct buf text;	/* not written yet */
};

void writer_init(struct writer *writer, int fd);
void writer_flush(struct writer *writer);
/* As writer_flush, and the text is wiped. */
void writer_flush_secret(struct writer *writer);
void writer_clear(struct writer *writer);

#endif
