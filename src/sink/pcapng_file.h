/* sink/pcapng_file.h - a capture file, written in whole blocks
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct capture_file file;
 *
 *	capture_file_init(&file);
 *	pcapng_add_packet(&file.blocks, &packet);
 *	capture_file_open(&file, fd, true, NULL);
 *	capture_file_flush(&file, CAPTURE_NOW);
 *	capture_file_close(&file);
 *
 * Rules.  Blocks are added to `blocks`, before the file is open as well.  What
 * cannot be written ends the capture: a regular file is cut after its last
 * whole block, and `reason` says why.  A pipe's reader may pause as it may for
 * other outputs (backlog.h).
 *
 * A large file is written in large pieces, into room that was reserved before:
 * that costs half as much as a write for each packet.
 */
#ifndef SINK_PCAPNG_FILE_H
#define SINK_PCAPNG_FILE_H

#include "sink/writer.h"

struct capture_file {
	int fd;				/* -1: not open, or at its end */
	bool regular;			/* written to directly, not by `out` */
	bool over;			/* it has come to its end */
	uint64_t size;			/* bytes written, of whole blocks */
	uint64_t reserved;		/* bytes of the disk that it has */
	struct writer out;		/* of a pipe or a device */
	struct buf blocks;		/* not written yet */
	int64_t last_us;		/* time of the last packet */
	int64_t flushed_us;		/* when no block waited last */
	const char *reason;		/* why it ended early, or null */
};

void capture_file_init(struct capture_file *file);

/* Begins with a section header, which has `comment` if that is not null, and
 * the interface.  `fd` is open for writing at the end of the file; it is closed
 * at last if `owns`. */
void capture_file_open(struct capture_file *file, int fd, bool owns,
    const char *comment);

enum capture_flush {
	CAPTURE_LATER,		/* soon more will come: when it is worth a
				 * write */
	CAPTURE_NOW,
	CAPTURE_SECRET,		/* now, and wipe it */
};

/* Writes `blocks`. */
void capture_file_flush(struct capture_file *file, enum capture_flush when);

/* Gives a pipe's reader time to take the rest.  False if something is
 * missing. */
bool capture_file_finish(struct capture_file *file);
void capture_file_close(struct capture_file *file);

#endif
