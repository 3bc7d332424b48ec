/* sink/outlet.h - a descriptor that is written to without waiting
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct outlet outlet;
 *
 *	outlet_open(&outlet, STDOUT_FILENO, false);
 *	done = outlet_write(&outlet, data, len);
 *	outlet_close(&outlet);
 *
 * Rules.  A descriptor that others share keeps its flags: setting O_NONBLOCK
 * would surprise them.  A pipe, a FIFO and a terminal are opened once more, for
 * this program only; a socket is asked not to wait with each call.  Where that
 * is not possible `waits` is set, and a write may take as long as the reader
 * likes: only for a thread that has nothing else to do.
 */
#ifndef SINK_OUTLET_H
#define SINK_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct outlet {
	int fd;
	bool owns;		/* outlet_close closes it */
	bool is_socket, is_terminal;
	bool waits;
};

/* `fd` is open for writing; it is closed at the end if `owns`. */
void outlet_open(struct outlet *outlet, int fd, bool owns);
void outlet_close(struct outlet *outlet);

/* How many bytes were taken, at least 1, or -1 with errno set. */
ssize_t outlet_write(const struct outlet *outlet, const uint8_t *data,
    size_t len);

/* What an errno of outlet_write means: the reader has gone for good, or has
 * only to read.  Otherwise there is no room, or something else that may pass,
 * as a full disk does. */
bool outlet_is_gone(const struct outlet *outlet, int error);
bool outlet_is_busy(int error);

#endif
