/* listen_file.c - a socket file, from its making to its removal
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/listen.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/err.h"

/* Why this socket file must stay, as an errno; 0: nobody has it.  A datagram
 * socket cannot be connected to a listening one: the kernel says EPROTOTYPE,
 * and the server there, which might be counting its clients, does not
 * notice. */
static int
in_use(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = 0;

	if (fd < 0)
		return errno;
	if (connect(fd, (const struct sockaddr *)address,
	    sizeof *address) == 0)
		error = EPROTOTYPE;
	else if (errno != ECONNREFUSED && errno != ENOENT)
		error = errno;
	close(fd);
	return error;
}

/* Removes the file of this name, if it is a socket that a server left. */
static bool
make_room(const struct sockaddr_un *address, struct tls_error *err)
{
	const char *path = address->sun_path;
	struct stat st;
	int error;

	if (lstat(path, &st) != 0)
		return true;	/* There is no such file, or bind will report
				 * the error. */
	if (!S_ISSOCK(st.st_mode))
		return err_set(err, TLS_BLAME_CONFIG, "-unix %.100s: -unlink "
		    "removes a socket, and this is something else: choose "
		    "another name", path);
	error = in_use(address);
	if (error == EPROTOTYPE)
		return err_set(err, TLS_BLAME_CONFIG, "-unix %.100s: a "
		    "program listens there, and -unlink removes only what was "
		    "left behind: end it, or choose another name", path);
	if (error)
		return err_set(err, TLS_BLAME_CONFIG, "-unix %.100s: -unlink "
		    "cannot know whether a program listens there: %s: remove "
		    "it, or choose another name", path, strerror(error));
	if (unlink(path) != 0 && errno != ENOENT)
		return err_set(err, TLS_BLAME_CONFIG, "-unix %.100s: -unlink "
		    "cannot remove it: %s", path, strerror(errno));
	return true;
}

static bool
refuse(const char *path, int error, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "-unix %.100s: %s%s", path,
	    strerror(error), error == EADDRINUSE ? "; there is a file of that "
	    "name already: -unlink removes a socket" : "");
}

/* Another server may have taken the name meanwhile: its file is left alone.
 * While our socket is open, no other file can have its inode number. */
void
listen_file_remove(struct listener *listener)
{
	struct stat st;

	if (listener->made_file && lstat(listener->host, &st) == 0 &&
	    st.st_dev == listener->device && st.st_ino == listener->inode)
		unlink(listener->host);
	listener->made_file = false;
}

bool
listen_file(struct listener *listener, const char *path, bool unlink,
    struct tls_error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct stat st;
	int fd, saved;

	if (strlen(path) >= sizeof address.sun_path)
		return err_set(err, TLS_BLAME_CONFIG, "-unix %.60s...: a name "
		    "of at most %zu bytes", path, sizeof address.sun_path - 1);
	memcpy(address.sun_path, path, strlen(path));
	if (unlink && !make_room(&address, err))
		return false;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return refuse(path, errno, err);
	if (bind(fd, (struct sockaddr *)&address, sizeof address) != 0) {
		saved = errno;
		close(fd);
		return refuse(path, saved, err);
	}
	listener->fd = fd;
	listener->shared = true;
	listener->any_port = true;
	memcpy(listener->host, path, strlen(path) + 1);
	if (lstat(path, &st) == 0) {
		listener->made_file = true;
		listener->device = st.st_dev;
		listener->inode = st.st_ino;
	}
	if (listen(fd, LISTEN_BACKLOG) == 0)
		return true;
	saved = errno;
	listen_file_remove(listener);
	close(fd);
	listener->fd = -1;
	return refuse(path, saved, err);
}
