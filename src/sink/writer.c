/* sink/writer.c - text on its way to a descriptor, in whole lines
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/writer.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

void
writer_init(struct writer *writer, int fd)
{
	*writer = (struct writer){ .fd = fd, .text = BUF_INIT };
	writer->terminal = fd >= 0 && isatty(fd);
}

/* Whether a failed write may be tried again.  An inherited descriptor may be
 * non-blocking, if another process that shares it has set that. */
static bool
recovers(const struct writer *writer)
{
	struct pollfd pollfd = { .fd = writer->fd, .events = POLLOUT };

	if (errno == EINTR)
		return true;
	if (errno != EAGAIN && errno != EWOULDBLOCK)
		return false;
	return poll(&pollfd, 1, -1) >= 0 || errno == EINTR;
}

static void
send_out(struct writer *writer)
{
	const uint8_t *at = writer->text.data;
	size_t left = writer->text.len;

	while (left) {
		ssize_t done = write(writer->fd, at, left);

		if (done > 0) {
			at += done;
			left -= (size_t)done;
		} else if (done < 0 && !recovers(writer)) {
			if (writer->owns)
				close(writer->fd);
			writer->fd = WRITER_NOWHERE;
			return;
		}
	}
}

void
writer_flush(struct writer *writer)
{
	if (writer->fd == WRITER_MEMORY)
		return;
	if (writer->fd >= 0)
		send_out(writer);
	writer->text.len = 0;
}

void
writer_flush_secret(struct writer *writer)
{
	if (writer->fd == WRITER_MEMORY)
		return;
	if (writer->fd >= 0)
		send_out(writer);
	buf_wipe(&writer->text);
}

void
writer_clear(struct writer *writer)
{
	writer_flush(writer);
	buf_clear(&writer->text);
	if (writer->owns && writer->fd >= 0)
		close(writer->fd);
	writer->fd = WRITER_NOWHERE;
}
