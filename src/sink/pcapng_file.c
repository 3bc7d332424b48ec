/* sink/pcapng_file.c - a capture file, written in whole blocks
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "sink/pcapng_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sink/pcapng_block.h"

/* Bytes that are worth a write, and that are reserved at a time. */
#define PIECE		(256 * 1024)
#define RESERVE		(16 * 1024 * 1024)
/* A buffer that is larger than this is not kept for the next packet. */
#define KEPT		(16 * 1024)

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

/* Room beyond the end of a file that grows fast; it is given back at last.  A
 * file system that cannot do it does without. */
static void
reserve(struct capture_file *file)
{
	const uint64_t end = file->size + file->blocks.len;

	if (file->blocks.len < PIECE || end <= file->reserved)
		return;
	file->reserved = end + RESERVE;
	if (fallocate(file->fd, FALLOC_FL_KEEP_SIZE, (off_t)file->size,
	    (off_t)(file->reserved - file->size)) != 0)
		file->reserved = UINT64_MAX;
}

static void
write_regular(struct capture_file *file)
{
	const uint8_t *data = file->blocks.data;
	size_t left = file->blocks.len;
	ssize_t done;

	reserve(file);
	while (left) {
		do
			done = write(file->fd, data, left);
		while (done < 0 && errno == EINTR);
		if (done <= 0) {
			give_up(file, done < 0 ? strerror(errno) :
			    "nothing is taken");
			/* Half a block is none. */
			if (ftruncate(file->fd, (off_t)file->size) != 0)
				give_up(file, "it can neither be written nor "
				    "cut");
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
capture_file_flush(struct capture_file *file, enum capture_flush when)
{
	const bool secret = when == CAPTURE_SECRET;

	if (file->fd < 0 && !file->over)
		return;
	if (when == CAPTURE_LATER && file->regular && !file->over &&
	    file->blocks.len < PIECE)
		return;
	if (!file->over && file->blocks.len) {
		if (file->regular)
			write_regular(file);
		else
			write_stream(file, secret);
	}
	if (secret)
		buf_wipe(&file->blocks);
	else if (when == CAPTURE_NOW && file->blocks.room > KEPT)
		buf_clear(&file->blocks);
	file->blocks.len = 0;
}

bool
capture_file_finish(struct capture_file *file)
{
	if (file->out.fd >= 0 && !writer_finish(&file->out))
		return false;
	return !file->reason;
}

/* What was reserved and is not used.  A file that others have cut or added to
 * is theirs. */
static void
give_back(struct capture_file *file)
{
	struct stat st;

	if (file->reserved > file->size && file->reserved != UINT64_MAX &&
	    fstat(file->fd, &st) == 0 && (uint64_t)st.st_size == file->size &&
	    ftruncate(file->fd, st.st_size) != 0)
		file->reserved = file->size;
}

void
capture_file_close(struct capture_file *file)
{
	capture_file_flush(file, CAPTURE_SECRET);
	if (file->regular) {
		give_back(file);
		close(file->fd);
	} else if (file->fd >= 0) {
		writer_clear(&file->out);
	}
	buf_wipe(&file->blocks);
	file->fd = -1;
	file->over = true;
}
