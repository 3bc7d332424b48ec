/* loop.c - an event loop: descriptors, timers, signals, a way to stop
 * SPDX-License-Identifier: Apache-2.0
 * Reference: libevent's event2/event.h
 */
#include "net/loop.h"

#include <errno.h>
#include <event2/event.h>
#include <event2/event_struct.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

/* Time-outs of the same length are kept in a queue instead of a heap; most
 * connections have one of two or three lengths. */
#define MAX_COMMON	8

struct loop_event {
	struct event event;
};

struct loop {
	struct event_base *base;
	struct watch wake;
	int wake_fd;
	bool stopping;
	struct {
		unsigned ms;
		const struct timeval *common;
	} timeouts[MAX_COMMON];
	size_t num_timeouts;
};

static void
woken(struct watch *watch, unsigned what)
{
	struct loop *loop = watch->loop;

	(void)what;
	loop->stopping = true;
	event_base_loopbreak(loop->base);
}

/* libevent ends the program if there are fewer descriptors left than it needs
 * (an epoll, a timer, a pair of sockets); so this is tried first. */
static bool
has_descriptors(int fd)
{
	int spare[4];
	size_t num = 0, wanted = sizeof spare / sizeof *spare;
	int saved;

	while (num < wanted &&
	    (spare[num] = fcntl(fd, F_DUPFD_CLOEXEC, 0)) >= 0)
		num++;
	saved = errno;
	for (size_t i = 0; i < num; i++)
		close(spare[i]);
	errno = saved;
	return num == wanted;
}

static struct event_base *
base_new(bool any_file)
{
	struct event_config *config = event_config_new();
	struct event_base *base;

	if (!config)
		return NULL;
	/* Each loop has one thread and needs no locks. epoll supports neither
	 * regular files nor /dev/null. */
	event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
	if (any_file)
		event_config_require_features(config, EV_FEATURE_FDS);
	base = event_base_new_with_config(config);
	event_config_free(config);
	return base;
}

struct loop *
loop_new(bool any_file, struct tls_error *err)
{
	struct loop *loop = mem_zero(1, sizeof *loop);

	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->wake_fd >= 0 && has_descriptors(loop->wake_fd))
		loop->base = base_new(any_file);
	if (loop->base) {
		watch_init(&loop->wake, loop, loop->wake_fd, woken);
		if (watch_for(&loop->wake, WATCH_READ, 0))
			return loop;
	}
	err_set(err, TLS_BLAME_US, "no event loop: %s", strerror(errno));
	loop_free(loop);
	return NULL;
}

void
loop_free(struct loop *loop)
{
	if (!loop)
		return;
	if (loop->base) {
		watch_clear(&loop->wake);
		event_base_free(loop->base);
	}
	if (loop->wake_fd >= 0)
		close(loop->wake_fd);
	free(loop);
}

void
loop_run(struct loop *loop)
{
	if (!loop->stopping)
		event_base_loop(loop->base, EVLOOP_NO_EXIT_ON_EMPTY);
}

void
loop_stop(struct loop *loop)
{
	const uint64_t one = 1;

	/* Fails only if the counter is full, which wakes the loop as well. */
	if (write(loop->wake_fd, &one, sizeof one) < 0)
		return;
}

struct event_base *
loop_base(struct loop *loop)
{
	return loop->base;
}

/* The time-out of `ms` milliseconds, with a queue of its own if there is room
 * for another one. */
static const struct timeval *
timeout_of(struct loop *loop, unsigned ms, struct timeval *own)
{
	const struct timeval *common;

	for (size_t i = 0; i < loop->num_timeouts; i++)
		if (loop->timeouts[i].ms == ms)
			return loop->timeouts[i].common;
	own->tv_sec = ms / 1000;
	own->tv_usec = ms % 1000 * 1000;
	/* Round lengths come from options; others are the rest of such a time,
	 * and differ each time. */
	if (loop->num_timeouts == MAX_COMMON || ms % 100 != 0)
		return own;
	common = event_base_init_common_timeout(loop->base, own);
	if (!common)
		return own;
	loop->timeouts[loop->num_timeouts].ms = ms;
	loop->timeouts[loop->num_timeouts++].common = common;
	return common;
}

static void
happened(evutil_socket_t fd, short events, void *arg)
{
	struct watch *watch = arg;
	unsigned what = 0;

	(void)fd;
	if (events & (EV_READ | EV_SIGNAL))
		what |= WATCH_READ;
	if (events & EV_WRITE)
		what |= WATCH_WRITE;
	if (events & EV_TIMEOUT)
		what |= WATCH_TIMEOUT;
	watch->soon = 0;
	watch->ready(watch, what);
}

void
watch_init(struct watch *watch, struct loop *loop, int fd, watch_fn ready)
{
	memset(watch, 0, sizeof *watch);
	watch->event = mem_alloc(sizeof *watch->event);
	watch->loop = loop;
	watch->ready = ready;
	event_assign(&watch->event->event, loop->base, fd, EV_PERSIST, happened,
	    watch);
}

bool
watch_init_signal(struct watch *watch, struct loop *loop, int number,
    watch_fn ready)
{
	memset(watch, 0, sizeof *watch);
	watch->event = mem_alloc(sizeof *watch->event);
	watch->loop = loop;
	watch->ready = ready;
	event_assign(&watch->event->event, loop->base, number,
	    EV_SIGNAL | EV_PERSIST, happened, watch);
	return event_add(&watch->event->event, NULL) == 0;
}

bool
watch_for(struct watch *watch, unsigned what, unsigned timeout_ms)
{
	struct event *event = &watch->event->event;
	struct timeval own;
	const struct timeval *timeout = NULL;
	short events = EV_PERSIST;
	bool added = true;

	if (what == watch->asked && timeout_ms == watch->timeout_ms &&
	    timeout_ms == 0)
		return true;
	if (what != watch->asked || (timeout_ms == 0 && watch->timeout_ms)) {
		event_del(event);
		if (what & WATCH_READ)
			events |= EV_READ;
		if (what & WATCH_WRITE)
			events |= EV_WRITE;
		event_assign(event, watch->loop->base,
		    event_get_fd(event), events, happened, watch);
	}
	watch->asked = what;
	watch->timeout_ms = timeout_ms;
	if (timeout_ms)
		timeout = timeout_of(watch->loop, timeout_ms, &own);
	if (what || timeout)
		added = event_add(event, timeout) == 0;
	if (!added) {
		/* The next call is to try again, not to find that it is what
		 * was asked for before. */
		watch->asked = 0;
		watch->timeout_ms = 0;
	}
	/* event_del has cancelled that. */
	if (watch->soon)
		watch_soon(watch, watch->soon);
	return added;
}

void
watch_soon(struct watch *watch, unsigned what)
{
	watch->soon |= what;
	event_active(&watch->event->event,
	    (what & WATCH_READ ? EV_READ : 0) |
	    (what & WATCH_WRITE ? EV_WRITE : 0) |
	    (what & WATCH_TIMEOUT ? EV_TIMEOUT : 0), 0);
}

void
watch_next(struct watch *watch)
{
	static const struct timeval none = { 0, 0 };

	/* A timer of libevent without a length fires once. */
	event_add(&watch->event->event, &none);
}

void
watch_clear(struct watch *watch)
{
	if (!watch->loop)
		return;
	event_del(&watch->event->event);
	free(watch->event);
	watch->loop = NULL;
}
