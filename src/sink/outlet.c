/* outlet.c - a descriptor that is written to without waiting
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe or a terminal, opened anew; false if the system does not allow it. */
static bool
open_again(struct outlet *outlet)
{
	char name[40];
	int fd;

	snprintf(name, sizeof name, "/proc/self/fd/%d", outlet->fd);
	fd = open(name, O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return false;
	if (outlet->owns)
		close(outlet->fd);
	outlet->fd = fd;
	outlet->owns = true;
	return true;
}

void
outlet_open(struct outlet *outlet, int fd, bool owns)
{
	int flags = fcntl(fd, F_GETFL);
	struct stat st;

	*outlet = (struct outlet){
		.fd = fd, .owns = owns, .is_terminal = isatty(fd),
	};
	if (fstat(fd, &st) != 0)
		return;
	outlet->is_socket = S_ISSOCK(st.st_mode);
	if ((S_ISFIFO(st.st_mode) || outlet->is_terminal) &&
	    !(flags & O_NONBLOCK))
		outlet->waits = !open_again(outlet);
}

void
outlet_close(struct outlet *outlet)
{
	if (outlet->owns && outlet->fd >= 0)
		close(outlet->fd);
	outlet->fd = -1;
}

ssize_t
outlet_write(const struct outlet *outlet, const uint8_t *data, size_t len)
{
	ssize_t done;

	do
		done = outlet->is_socket ? send(outlet->fd, data, len,
		    MSG_DONTWAIT | MSG_NOSIGNAL) :
		    write(outlet->fd, data, len);
	while (done < 0 && errno == EINTR);
	if (done == 0) {
		errno = EIO;
		return -1;
	}
	return done;
}

bool
outlet_is_gone(const struct outlet *outlet, int error)
{
	switch (error) {
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
	case EBADF:
		return true;
	default:
		/* A terminal that was hung up. */
		return error == EIO && outlet->is_terminal;
	}
}

bool
outlet_is_busy(int error)
{
	return error == EAGAIN || error == EWOULDBLOCK;
}
