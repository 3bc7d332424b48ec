/* serve/ready.c - the file that says that clients can connect
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static void
add_address(struct buf *out, const struct listener *listener)
{
	if (listener->port == 0)
		buf_add_string(out, listener->host);
	else
		buf_printf(out, strchr(listener->host, ':') ? "[%s]:%u" :
		    "%s:%u", listener->host, listener->port);
}

static bool
cannot_write(const char *name, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "-ready_file %.100s: %s; name a "
	    "file in a directory that can be written", name, strerror(errno));
}

static bool
write_all(int fd, struct tls_span text)
{
	while (text.len) {
		ssize_t put = write(fd, text.data, text.len);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			text.data += put;
			text.len -= (size_t)put;
		}
	}
	return true;
}

/* Makes the file that is renamed when it is complete.  What has its name was
 * left by a program that died, or put there by somebody else: it is removed,
 * never written to, and a symbolic link never followed. */
static int
make_aside(const char *name)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(name, flags, 0666);

	if (fd < 0 && errno == EEXIST && unlink(name) == 0)
		fd = open(name, flags, 0666);
	return fd;
}

/* A plain file appears complete: it is written under another name first.  A
 * FIFO or a device is written directly; opening a FIFO waits for its reader. */
bool
ready_open(struct ready *ready, const char *name, struct tls_error *err)
{
	struct stat st;

	*ready = (struct ready){ .name = name, .aside = BUF_INIT, .fd = -1 };
	if (!name)
		return true;
	ready->in_place = stat(name, &st) == 0 && !S_ISREG(st.st_mode);
	if (ready->in_place) {
		ready->fd = open(name, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	} else {
		buf_printf(&ready->aside, "%s.new", name);
		ready->fd = make_aside(buf_string(&ready->aside));
	}
	return ready->fd >= 0 || cannot_write(name, err);
}

bool
ready_write(struct ready *ready, const struct listener *listener,
    struct tls_error *err)
{
	struct buf line = BUF_INIT;
	bool done;

	if (!ready->name)
		return true;
	add_address(&line, listener);
	buf_add_u8(&line, '\n');
	done = write_all(ready->fd, buf_span(&line));
	if (close(ready->fd) != 0)
		done = false;
	ready->fd = -1;
	if (done && !ready->in_place)
		done = rename(buf_string(&ready->aside), ready->name) == 0;
	if (!done) {
		cannot_write(ready->name, err);
		if (!ready->in_place)
			unlink(buf_string(&ready->aside));
	}
	buf_clear(&line);
	return done;
}

void
ready_clear(struct ready *ready)
{
	if (ready->fd >= 0) {
		close(ready->fd);
		if (!ready->in_place)
			unlink(buf_string(&ready->aside));
	}
	buf_clear(&ready->aside);
}
