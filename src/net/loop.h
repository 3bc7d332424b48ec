/* net/loop.h - an event loop: descriptors, timers, signals, a way to stop
 * SPDX-License-Identifier: Apache-2.0
 * Reference: epoll(7), signalfd(2)
 *
 *	struct loop *loop = loop_new(&err);
 *	struct watch watch;
 *
 *	watch_init(&watch, loop, fd, ready);
 *	watch_for(&watch, WATCH_READ, 10000);
 *	loop_run(loop);
 *	watch_clear(&watch);
 *	loop_free(loop);
 *
 * Rules.  One loop a thread; only loop_stop may be called from another thread
 * or from a signal handler.  Works on any descriptor, one watch for each;
 * regular files and /dev/null are always ready.  A watch may be cleared at any
 * time, out of its own `ready` and out of another's too.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "tls_types.h"

#define WATCH_READ	0x1u
#define WATCH_WRITE	0x2u
#define WATCH_TIMEOUT	0x4u

struct loop;
struct watch;
typedef void (*watch_fn)(struct watch *watch, unsigned what);

/* Put it first into what it belongs to; `ready` then casts to that.  It must
 * not move between watch_init and watch_clear.  All of it is loop.c's. */
struct watch {
	struct loop *loop;		/* null: not in use */
	watch_fn ready;
	int fd;				/* or -1: only a timer */
	unsigned asked;			/* what is waited for now */
	unsigned known;			/* what the kernel watches for */
	unsigned timeout_ms;
	unsigned soon;			/* what watch_soon asked for */
	uint32_t generation;		/* of those that had this `fd` */
	uint64_t deadline_us;		/* of the monotonic clock; 0: none */
	size_t place;			/* among the timers, from 1; 0: none */
	struct watch *next, **link;	/* among those that are called soon */
	bool always;			/* the kernel does not watch it: it is
					 * ready whenever it is asked */
	bool of_signal;			/* `fd` is a signalfd, and ours */
};

struct loop *loop_new(struct tls_error *err);
void loop_free(struct loop *loop);

/* Runs until loop_stop; returns at once if that was called before. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* Waits until something has come, and calls those it came for. */
void loop_once(struct loop *loop);

/* A watch over `fd`, or a timer with `fd` -1. */
void watch_init(struct watch *watch, struct loop *loop, int fd,
    watch_fn ready);
/* A watch that is ready (WATCH_READ) when signal `number` comes, which is
 * blocked from here on: call it before other threads are there. */
void watch_init_signal(struct watch *watch, struct loop *loop, int number,
    watch_fn ready);
/* Waits for `what`, again and again until told otherwise; the time starts
 * over whenever something came (0: no limit).  With WATCH_READ of a
 * descriptor `ready` is called as long as there is something. */
void watch_for(struct watch *watch, unsigned what, unsigned timeout_ms);
/* Calls `ready` with `what` soon, from the loop, after the others that are
 * ready now. */
void watch_soon(struct watch *watch, unsigned what);
/* Watches no more.  The descriptor stays open. */
void watch_clear(struct watch *watch);
/* The same, and closes the descriptor, of which there is no other copy: the
 * kernel then forgets it without being told to. */
void watch_close(struct watch *watch);

#endif
