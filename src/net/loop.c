/* loop.c - an event loop: descriptors, timers, signals, a way to stop
 * SPDX-License-Identifier: Apache-2.0
 * Reference: epoll(7), signalfd(2)
 *
 * What the kernel is given beside a descriptor is the descriptor's number and
 * a generation: what it says of one that is closed by now, or was opened
 * again, finds no watch and is passed over.
 */
#include "net/loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/err.h"
#include "net/timers.h"

/* Events that are asked of the kernel at once. */
#define BATCH	64

struct loop {
	int epoll;
	int wake_fd;
	struct watch wake;
	bool stopping;
	uint32_t generation;		/* of the last watch */
	struct watch **watches;		/* owned: by descriptor, null: none */
	size_t num_watches;
	struct watch *soon, **last_soon;
	struct timers timers;
};

static uint64_t
now_us(void)
{
	return clock_system.monotonic_us(&clock_system);
}

/* ---- those that are called soon ----------------------------------------- */

static void
add_soon(struct watch *watch, unsigned what)
{
	struct loop *loop = watch->loop;

	watch->soon |= what;
	if (watch->link)
		return;
	watch->next = NULL;
	watch->link = loop->last_soon;
	*loop->last_soon = watch;
	loop->last_soon = &watch->next;
}

static void
drop_soon(struct watch *watch)
{
	if (!watch->link)
		return;
	*watch->link = watch->next;
	if (watch->next)
		watch->next->link = watch->link;
	else if (watch->loop->last_soon == &watch->next)
		watch->loop->last_soon = watch->link;
	watch->link = NULL;
	watch->soon = 0;
}

/* ---- what the kernel watches for ---------------------------------------- */

static bool
tell_kernel(struct watch *watch, int operation, unsigned what)
{
	struct epoll_event event = {
		.events = (what & WATCH_READ ? EPOLLIN : 0u) |
		    (what & WATCH_WRITE ? EPOLLOUT : 0u),
		.data.u64 = (uint64_t)watch->generation << 32 |
		    (uint32_t)watch->fd,
	};

	return epoll_ctl(watch->loop->epoll, operation, watch->fd,
	    &event) == 0;
}

/* Makes the kernel watch for what is asked. */
static void
agree(struct watch *watch)
{
	unsigned what = watch->asked & (WATCH_READ | WATCH_WRITE);
	bool done;

	if (watch->always) {
		drop_soon(watch);
		if (what)
			add_soon(watch, what);
	}
	if (watch->always || watch->fd < 0 || what == watch->known)
		return;
	done = tell_kernel(watch, !what ? EPOLL_CTL_DEL : watch->known ?
	    EPOLL_CTL_MOD : EPOLL_CTL_ADD, what);
	/* A copy of a descriptor that was closed here may be left elsewhere. */
	if (!done && errno == EEXIST)
		done = tell_kernel(watch, EPOLL_CTL_MOD, what);
	watch->known = what;
	if (done || !what)
		return;
	watch->known = 0;
	watch->always = true;		/* a regular file, or /dev/null */
	add_soon(watch, what);
}

static void
enter(struct watch *watch)
{
	struct loop *loop = watch->loop;
	size_t fd = (size_t)watch->fd, more = 64;

	if (watch->fd < 0)
		return;
	if (fd >= loop->num_watches) {
		while (more <= fd)
			more *= 2;
		loop->watches = mem_grow(loop->watches,
		    more * sizeof *loop->watches);
		memset(loop->watches + loop->num_watches, 0,
		    (more - loop->num_watches) * sizeof *loop->watches);
		loop->num_watches = more;
	}
	loop->watches[fd] = watch;
}

/* ---- going round -------------------------------------------------------- */

static void
drain_signal(const struct watch *watch)
{
	struct signalfd_siginfo info;

	while (read(watch->fd, &info, sizeof info) > 0)
		;
}

/* Something came; the watch may be gone afterwards. */
static void
happened(struct watch *watch, unsigned what)
{
	what |= watch->soon;
	drop_soon(watch);
	if (watch->always)
		agree(watch);
	if (watch->of_signal)
		drain_signal(watch);
	if (watch->timeout_ms)
		timers_set(&watch->loop->timers, watch,
		    now_us() + (uint64_t)watch->timeout_ms * 1000);
	watch->ready(watch, what);
}

static void
call_ready(struct loop *loop, const struct epoll_event *event)
{
	size_t fd = (uint32_t)event->data.u64;
	uint32_t generation = (uint32_t)(event->data.u64 >> 32);
	struct watch *watch = loop->watches[fd];
	unsigned what = 0;

	if (!watch || watch->generation != generation)
		return;
	if (event->events & (EPOLLIN | EPOLLHUP | EPOLLERR))
		what |= WATCH_READ;
	if (event->events & (EPOLLOUT | EPOLLHUP | EPOLLERR))
		what |= WATCH_WRITE;
	what &= watch->asked;
	if (what)
		happened(watch, what);
}

/* Those that ask for it from here on wait for the next round. */
static void
call_soon(struct loop *loop)
{
	struct watch *list = loop->soon;

	if (!list)
		return;
	list->link = &list;
	loop->soon = NULL;
	loop->last_soon = &loop->soon;
	while (list && !loop->stopping)
		happened(list, 0);
	/* The rest of a loop that is to stop. */
	while (list) {
		struct watch *watch = list;
		unsigned what = watch->soon;

		drop_soon(watch);
		add_soon(watch, what);
	}
}

static void
call_late(struct loop *loop)
{
	struct watch *watch;
	uint64_t now;

	if (!timers_first(&loop->timers))
		return;
	now = now_us();
	while (!loop->stopping &&
	    (watch = timers_take(&loop->timers, now)) != NULL)
		happened(watch, WATCH_TIMEOUT);
}

/* Milliseconds that may be waited; -1: for ever. */
static int
patience(struct loop *loop)
{
	uint64_t first = timers_first(&loop->timers), now, ms;

	if (loop->soon)
		return 0;
	if (!first)
		return -1;
	now = now_us();
	if (first <= now)
		return 0;
	ms = (first - now + 999) / 1000;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

void
loop_once(struct loop *loop)
{
	struct epoll_event events[BATCH];
	int num = epoll_wait(loop->epoll, events, BATCH, patience(loop));

	for (int i = 0; i < num && !loop->stopping; i++)
		call_ready(loop, &events[i]);
	if (!loop->stopping)
		call_late(loop);
	if (!loop->stopping)
		call_soon(loop);
}

void
loop_run(struct loop *loop)
{
	while (!loop->stopping)
		loop_once(loop);
}

void
loop_stop(struct loop *loop)
{
	const uint64_t one = 1;

	/* Cannot fail but when it is already full, which wakes as well. */
	if (write(loop->wake_fd, &one, sizeof one) < 0)
		return;
}

static void
woken(struct watch *watch, unsigned what)
{
	(void)what;
	watch->loop->stopping = true;
}

struct loop *
loop_new(struct tls_error *err)
{
	struct loop *loop = mem_zero(1, sizeof *loop);

	loop->last_soon = &loop->soon;
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	loop->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (loop->epoll < 0 || loop->wake_fd < 0) {
		err_set(err, TLS_BLAME_US, "no event loop: %s",
		    strerror(errno));
		loop_free(loop);
		return NULL;
	}
	watch_init(&loop->wake, loop, loop->wake_fd, woken);
	watch_for(&loop->wake, WATCH_READ, 0);
	return loop;
}

void
loop_free(struct loop *loop)
{
	if (!loop)
		return;
	watch_clear(&loop->wake);
	if (loop->wake_fd >= 0)
		close(loop->wake_fd);
	if (loop->epoll >= 0)
		close(loop->epoll);
	timers_clear(&loop->timers);
	free(loop->watches);
	free(loop);
}

/* ---- watches ------------------------------------------------------------ */

void
watch_init(struct watch *watch, struct loop *loop, int fd, watch_fn ready)
{
	*watch = (struct watch){
		.loop = loop, .ready = ready, .fd = fd,
		.generation = ++loop->generation,
	};
	enter(watch);
}

void
watch_init_signal(struct watch *watch, struct loop *loop, int number,
    watch_fn ready)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	watch_init(watch, loop, signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC),
	    ready);
	watch->of_signal = true;
	watch_for(watch, WATCH_READ, 0);
}

void
watch_for(struct watch *watch, unsigned what, unsigned timeout_ms)
{
	if (what == watch->asked && timeout_ms == 0 && watch->timeout_ms == 0)
		return;
	watch->asked = what;
	watch->timeout_ms = timeout_ms;
	timers_set(&watch->loop->timers, watch, timeout_ms ? now_us() +
	    (uint64_t)timeout_ms * 1000 : 0);
	agree(watch);
}

void
watch_soon(struct watch *watch, unsigned what)
{
	add_soon(watch, what);
}

static void
forget(struct watch *watch)
{
	struct loop *loop = watch->loop;

	drop_soon(watch);
	timers_drop(&loop->timers, watch);
	if (watch->fd >= 0 && loop->watches[watch->fd] == watch)
		loop->watches[watch->fd] = NULL;
	watch->loop = NULL;
}

void
watch_clear(struct watch *watch)
{
	if (!watch->loop)
		return;
	watch->asked = 0;
	agree(watch);
	forget(watch);
	if (watch->of_signal)
		close(watch->fd);
}

void
watch_close(struct watch *watch)
{
	if (!watch->loop)
		return;
	forget(watch);
	if (watch->fd >= 0)
		close(watch->fd);
}
