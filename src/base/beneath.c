/* beneath.c - opening files that lie below a directory, and no others
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#ifdef SYS_openat2
#include <linux/openat2.h>
#endif

#include "base/beneath.h"

#define FLAGS	(O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)

/* The kernel gives up (EAGAIN) when something is renamed meanwhile. */
#define TRIES	8

/* Opens the first component of `path` and moves `path` past it. */
static int
step(int dir, const char **path)
{
	char name[NAME_MAX + 1];
	const char *end = strchrnul(*path, '/');
	size_t len = (size_t)(end - *path);
	int flags = FLAGS | O_NOFOLLOW;

	if (len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, *path, len);
	name[len] = '\0';
	if (!strcmp(name, "..")) {
		errno = EXDEV;
		return -1;
	}
	if (*end)
		flags |= O_DIRECTORY;
	*path = end + strspn(end, "/");
	return openat(dir, name, flags);
}

int
beneath_open_by_steps(int root, const char *path)
{
	int dir = root, next, saved;

	if (*path == '/') {
		errno = EXDEV;
		return -1;
	}
	if (!*path) {
		errno = ENOENT;
		return -1;
	}
	do {
		next = step(dir, &path);
		saved = errno;
		if (dir != root)
			close(dir);
		errno = saved;
		dir = next;
	} while (dir != -1 && *path);
	return dir;
}

int
beneath_open(int root, const char *path)
{
#ifdef SYS_openat2
	struct open_how how = {
		.flags = FLAGS,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS,
	};
	long fd;
	int tries = 0;

	do
		fd = syscall(SYS_openat2, root, path, &how, sizeof how);
	while (fd == -1 && (errno == EINTR ||
	    (errno == EAGAIN && ++tries < TRIES)));
	/* An old kernel, or a sandbox that blocks the call. */
	if (fd != -1 || (errno != ENOSYS && errno != EPERM))
		return (int)fd;
#endif
	return beneath_open_by_steps(root, path);
}
