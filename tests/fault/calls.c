/* fault/calls.c - stands before the calls that inject.c lets fail
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#include "inject.h"

#define EXPORT	__attribute__((visibility("default")))

/* Bytes for what is asked for while the real functions are being found. */
#define EARLY_ROOM	65536

static uint8_t early[EARLY_ROOM] __attribute__((aligned(16)));
static size_t early_used;

/* The function that this one stands before. */
#define REAL(type, name, ...) \
	static type (*real)(__VA_ARGS__); \
	if (!real) \
		real = (type (*)(__VA_ARGS__))(intptr_t)dlsym(RTLD_NEXT, \
		    name)

/* ---- memory ------------------------------------------------------------ */

/* Looking a function up may need memory itself. */
static void *
take_early(size_t len)
{
	void *taken = early + early_used;

	len = (len + 15) & ~(size_t)15;
	if (len > sizeof early - early_used)
		return NULL;
	early_used += len;
	return taken;
}

static bool
is_early(const void *memory)
{
	const uint8_t *at = memory;

	return at >= early && at < early + sizeof early;
}

/* Looks up what stands behind a function of memory; null while that is going
 * on already. */
static void *
find(const char *name, void **real)
{
	static __thread bool looking;

	if (!*real && !looking) {
		looking = true;
		*real = dlsym(RTLD_NEXT, name);
		looking = false;
	}
	return *real;
}

EXPORT void *
malloc(size_t len)
{
	static void *real;

	if (!find("malloc", &real))
		return take_early(len);
	return fault_fails(KIND_MALLOC) ? NULL :
	    ((void *(*)(size_t))(intptr_t)real)(len);
}

EXPORT void *
calloc(size_t num, size_t len)
{
	static void *real;

	if (!find("calloc", &real))
		return take_early(num * len);
	return fault_fails(KIND_MALLOC) ? NULL :
	    ((void *(*)(size_t, size_t))(intptr_t)real)(num, len);
}

EXPORT void
free(void *memory)
{
	static void *real;

	if (memory && !is_early(memory) && find("free", &real))
		((void (*)(void *))(intptr_t)real)(memory);
}

EXPORT void *
realloc(void *memory, size_t len)
{
	static void *real;

	if (!find("realloc", &real))
		return take_early(len);
	if (fault_fails(KIND_MALLOC))
		return NULL;
	if (is_early(memory)) {
		void *moved = malloc(len);

		/* What lies after it in `early` is copied too: harmless. */
		if (moved)
			memcpy(moved, memory, len < (size_t)(early +
			    sizeof early - (uint8_t *)memory) ? len :
			    (size_t)(early + sizeof early -
			    (uint8_t *)memory));
		return moved;
	}
	return ((void *(*)(void *, size_t))(intptr_t)real)(memory, len);
}

EXPORT void *
reallocarray(void *memory, size_t num, size_t len)
{
	if (len && num > SIZE_MAX / len) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(memory, num * len);
}

EXPORT int
posix_memalign(void **memory, size_t alignment, size_t len)
{
	REAL(int, "posix_memalign", void **, size_t, size_t);
	return fault_fails(KIND_MALLOC) ? ENOMEM : real(memory, alignment, len);
}

EXPORT void *
aligned_alloc(size_t alignment, size_t len)
{
	REAL(void *, "aligned_alloc", size_t, size_t);
	return fault_fails(KIND_MALLOC) ? NULL : real(alignment, len);
}

/* Where the loop is woken; -1: not made yet. */
static int wake_fd = -1;

/* ---- descriptors ------------------------------------------------------- */

EXPORT ssize_t
read(int fd, void *to, size_t len)
{
	REAL(ssize_t, "read", int, void *, size_t);
	return fault_fails(KIND_READ) ? -1 : real(fd, to, len);
}

EXPORT ssize_t
recv(int fd, void *to, size_t len, int flags)
{
	REAL(ssize_t, "recv", int, void *, size_t, int);
	return fault_fails(KIND_READ) ? -1 : real(fd, to, len, flags);
}

EXPORT ssize_t
write(int fd, const void *from, size_t len)
{
	REAL(ssize_t, "write", int, const void *, size_t);
	/* The kernel refuses neither of these: an eventfd, and the byte by
	 * which libevent's handler tells its loop of a signal. */
	if (fd == wake_fd || len == 1)
		return real(fd, from, len);
	return fault_fails(KIND_WRITE) ? -1 : real(fd, from, len);
}

EXPORT ssize_t
writev(int fd, const struct iovec *from, int num)
{
	REAL(ssize_t, "writev", int, const struct iovec *, int);
	return fault_fails(KIND_WRITE) ? -1 : real(fd, from, num);
}

EXPORT ssize_t
send(int fd, const void *from, size_t len, int flags)
{
	REAL(ssize_t, "send", int, const void *, size_t, int);
	return fault_fails(KIND_WRITE) ? -1 : real(fd, from, len, flags);
}

EXPORT ssize_t
sendmsg(int fd, const struct msghdr *message, int flags)
{
	REAL(ssize_t, "sendmsg", int, const struct msghdr *, int);
	return fault_fails(KIND_WRITE) ? -1 : real(fd, message, flags);
}

EXPORT int
accept4(int fd, struct sockaddr *address, socklen_t *len, int flags)
{
	REAL(int, "accept4", int, struct sockaddr *, socklen_t *, int);
	int client;

	if (fault_fails(KIND_ACCEPT))
		return -1;
	client = real(fd, address, len, flags);
	if (client >= 0)
		fault_turn();
	return client;
}

/* The permissions that open(2) takes if it may make a file. */
#define MODE_AFTER(flags) \
	mode_t mode = 0; \
	if ((flags) & (O_CREAT | O_TMPFILE)) { \
		va_list ap; \
		va_start(ap, flags); \
		mode = va_arg(ap, mode_t); \
		va_end(ap); \
	}

EXPORT int
open(const char *name, int flags, ...)
{
	REAL(int, "open", const char *, int, ...);
	MODE_AFTER(flags)

	return fault_fails(KIND_OPEN) ? -1 : real(name, flags, mode);
}

EXPORT int
open64(const char *name, int flags, ...)
{
	REAL(int, "open64", const char *, int, ...);
	MODE_AFTER(flags)

	return fault_fails(KIND_OPEN) ? -1 : real(name, flags, mode);
}

EXPORT int
openat(int dir, const char *name, int flags, ...)
{
	REAL(int, "openat", int, const char *, int, ...);
	MODE_AFTER(flags)

	return fault_fails(KIND_OPEN) ? -1 : real(dir, name, flags, mode);
}

EXPORT FILE *
fopen(const char *name, const char *how)
{
	REAL(FILE *, "fopen", const char *, const char *);
	return fault_fails(KIND_OPEN) ? NULL : real(name, how);
}

EXPORT FILE *
fopen64(const char *name, const char *how)
{
	REAL(FILE *, "fopen64", const char *, const char *);
	return fault_fails(KIND_OPEN) ? NULL : real(name, how);
}

/* ---- the loop ---------------------------------------------------------- */

EXPORT int
epoll_ctl(int epoll, int what, int fd, struct epoll_event *event)
{
	REAL(int, "epoll_ctl", int, int, int, struct epoll_event *);
	return fault_fails(KIND_EPOLL_CTL) ? -1 : real(epoll, what, fd, event);
}

EXPORT int
epoll_wait(int epoll, struct epoll_event *events, int num, int ms)
{
	REAL(int, "epoll_wait", int, struct epoll_event *, int, int);
	fault_waits();
	return real(epoll, events, num, ms);
}

EXPORT int
poll(struct pollfd *fds, nfds_t num, int ms)
{
	REAL(int, "poll", struct pollfd *, nfds_t, int);
	fault_waits();
	return real(fds, num, ms);
}

/* What libevent is left with if it cannot set up the others. */
EXPORT int
select(int num, fd_set *reading, fd_set *writing, fd_set *failing,
    struct timeval *limit)
{
	REAL(int, "select", int, fd_set *, fd_set *, fd_set *,
	    struct timeval *);
	fault_waits();
	return real(num, reading, writing, failing, limit);
}

EXPORT int
eventfd(unsigned count, int flags)
{
	REAL(int, "eventfd", unsigned, int);
	return fault_fails(KIND_EVENTFD) ? -1 :
	    (wake_fd = real(count, flags));
}

EXPORT int
pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
    void *(*start)(void *), void *with)
{
	REAL(int, "pthread_create", pthread_t *, const pthread_attr_t *,
	    void *(*)(void *), void *);
	return fault_fails(KIND_THREAD) ? EAGAIN :
	    real(thread, attributes, start, with);
}
