/* writer.c - text on its way to a descriptor, in whole lines
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/writer.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "sink/backlog.h"

void
writer_init(struct writer *writer, int fd, const struct writer_use *use)
{
	*writer = (struct writer){ .fd = fd, .use = *use, .text = BUF_INIT };
	if (fd < 0)
		return;
	outlet_open(&writer->outlet, fd, use->owns);
	writer->terminal = writer->outlet.is_terminal;
}

static void
forget(struct writer *writer)
{
	if (writer->backlog)
		backlog_free(writer->backlog);
	else
		outlet_close(&writer->outlet);
	writer->backlog = NULL;
	writer->error = 0;
	writer->losing = false;
	writer->fd = WRITER_NOWHERE;
}

/* Writes what can be written at once, and returns the rest. */
static struct tls_span
write_now(struct writer *writer, struct tls_span text)
{
	while (text.len) {
		ssize_t done = outlet_write(&writer->outlet, text.data,
		    text.len);

		if (done < 0) {
			writer->error = outlet_is_busy(errno) ? 0 : errno;
			break;
		}
		text.data += done;
		text.len -= (size_t)done;
	}
	return text;
}

static void
send_out(struct writer *writer)
{
	struct tls_span text = buf_span(&writer->text);

	if (!writer->outlet.waits && (!writer->backlog ||
	    backlog_is_empty(writer->backlog))) {
		writer->error = 0;
		writer->losing = writer->told = false;
		text = write_now(writer, text);
	}
	if (!text.len)
		return;
	if (!writer->backlog && writer->error &&
	    outlet_is_gone(&writer->outlet, writer->error)) {
		forget(writer);
		return;
	}
	if (!writer->backlog)
		writer->backlog = backlog_new(&writer->outlet,
		    writer->use.add_lost);
	writer->losing = !backlog_add(writer->backlog, text);
	if (backlog_is_gone(writer->backlog))
		forget(writer);
}

void
writer_flush(struct writer *writer)
{
	if (writer->fd == WRITER_MEMORY || !writer->text.len)
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
writer_add_remark(struct writer *writer, struct buf *out)
{
	const struct writer_use *use = &writer->use;

	if (writer->told || (!writer->error && !writer->losing))
		return;
	writer->told = true;
	buf_printf(out, "%s%s%s: %s: %d KiB wait until there is room, and what "
	    "exceeds that is lost, and counted there\n", use->option,
	    use->file ? " " : "", use->file ? use->file : "",
	    writer->error ? strerror(writer->error) : "nobody reads it",
	    BACKLOG_MOST / 1024);
}

bool
writer_finish(struct writer *writer)
{
	if (writer->backlog && !writer->given_up)
		writer->given_up = !backlog_finish(writer->backlog);
	return !writer->given_up;
}

void
writer_clear(struct writer *writer)
{
	writer_flush(writer);
	writer_finish(writer);
	buf_clear(&writer->text);
	if (writer->fd >= 0)
		forget(writer);
}
