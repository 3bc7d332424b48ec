/* sink/pcapng_file.c - a capture file, written in whole blocks
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "sink/pcapng_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sink/pcapng_block.h"

void
capture_file_init(struct capture_file *file)
{
	*file = (struct capture_file){
		.fd = -1, .out = { .fd = WRITER_NOWHERE },
	};
}

/* After a loss nothing follows. */
static void
add_lost(struct buf *out, uint64_t count)
{
	(void)out;
	(void)count;
}

void
capture_file_open(struct capture_file *file, int fd, bool owns,
    const char *comment)
{
	static const struct writer_use use = {
		.option = "-pcapng", .add_lost = add_lost,
	};
	struct writer_use mine = use;
	struct buf blocks = file->blocks;
	struct stat st;

	file->blocks = (struct buf)BUF_INIT;
	pcapng_add_header(&file->blocks, "polytls " PACKAGE_VERSION, comment);
	pcapng_add_interface(&file->blocks, "polytls", "bytes that the server "
	    "read and wrote; segments and acknowledgements are made up");
	/* Secrets may be among them. */
	buf_reserve(&file->blocks, blocks.len);
	buf_add_span(&file->blocks, buf_span(&blocks));
	buf_wipe(&blocks);
	mine.owns = owns;
	file->fd = fd;
	file->regular = owns && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
	if (!file->regular)
		writer_init(&file->out, fd, &mine);
}

/* The end, for a reason: nothing more is written. */
static void
give_up(struct capture_file *file, const char *reason)
{
	file->over = true;
	file->reason = reason;
}

static void
write_regular(struct capture_file *file)
{
	const uint8_t *data = file->blocks.data;
	size_t left = file->blocks.len;
	ssize_t done;

	while (left) {
		do
			done = write(file->fd, data, left);
		while (done < 0 && errno == EINTR);
		if (done <= 0) {
			give_up(file, done < 0 ? strerror(errno) :
			    "nothing is taken");
			/* Half a block is none. */
			if (ftruncate(file->fd, (off_t)file->size) != 0)
				return;
			return;
		}
		data += done;
		left -= (size_t)done;
	}
	file->size += file->blocks.len;
}

static void
write_stream(struct capture_file *file, bool secret)
{
	struct writer *out = &file->out;

	out->text = file->blocks;
	if (secret)
		writer_flush_secret(out);
	else
		writer_flush(out);
	file->blocks = out->text;
	out->text = (struct buf)BUF_INIT;
	if (out->fd == WRITER_NOWHERE)
		file->over = true;
	else if (out->error || out->losing)
		give_up(file, out->error ? strerror(out->error) :
		    "nobody reads it");
}

void
capture_file_flush(struct capture_file *file, bool secret)
{
	if (file->fd < 0 && !file->over)
		return;
	if (!file->over && file->blocks.len) {
		if (file->regular)
			write_regular(file);
		else
			write_stream(file, secret);
	}
	if (secret)
		buf_wipe(&file->blocks);
	file->blocks.len = 0;
}

bool
capture_file_finish(struct capture_file *file)
{
	if (file->out.fd >= 0 && !writer_finish(&file->out))
		return false;
	return !file->reason;
}

void
capture_file_close(struct capture_file *file)
{
	capture_file_flush(file, true);
	if (file->regular)
		close(file->fd);
	else if (file->fd >= 0)
		writer_clear(&file->out);
	buf_wipe(&file->blocks);
	file->fd = -1;
	file->over = true;
}
