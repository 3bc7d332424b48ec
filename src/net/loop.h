/* net/loop.h - an event loop: descriptors, timers, signals, a way to stop
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct loop *loop = loop_new(false, &err);
 *	struct watch watch;
 *
 *	watch_init(&watch, loop, fd, ready);
 *	watch_for(&watch, WATCH_READ, 10000);
 *	loop_run(loop);
 *	watch_clear(&watch);
 *	loop_free(loop);
 *
 * Rules.  A loop belongs to one thread; only loop_stop may be called from
 * another one or from a signal handler.  With `any_file` it works on any
 * descriptor, regular files and /dev/null included.
 *
 * A descriptor that cannot be watched (a regular file without `any_file`, no
 * memory in the kernel) is told by the result of the call that asked for it.
 */
#ifndef NET_LOOP_H
#define NET_LOOP_H

#include "tls_types.h"

#define WATCH_READ	0x1u
#define WATCH_WRITE	0x2u
#define WATCH_TIMEOUT	0x4u

struct loop;
struct loop_event;	/* libevent's, whose names are not visible here */
struct watch;
typedef void (*watch_fn)(struct watch *watch, unsigned what);

/* Embed it as the first member of its user, to which `ready` casts it. */
struct watch {
	struct loop_event *event;	/* owned */
	struct loop *loop;
	watch_fn ready;
	unsigned asked;		/* what is waited for now */
	unsigned timeout_ms;
	unsigned soon;		/* what watch_soon asked for */
};

/* `any_file`: any descriptor can be watched, regular files too (slower).  Null
 * with `err` filled. */
struct loop *loop_new(bool any_file, struct tls_error *err);
void loop_free(struct loop *loop);

/* Runs until loop_stop; returns at once if that was called before. */
void loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

/* libevent's own loop, for its other functions that this room uses. */
struct event_base;
struct event_base *loop_base(struct loop *loop);

/* A watch over `fd`, or a timer with `fd` -1. */
void watch_init(struct watch *watch, struct loop *loop, int fd,
    watch_fn ready);
/* A watch that is ready (WATCH_READ) when signal `number` comes.  False with
 * errno set if the signal cannot be watched; watch_clear is allowed all the
 * same. */
bool watch_init_signal(struct watch *watch, struct loop *loop, int number,
    watch_fn ready);
/* Waits for `what`, again and again until this is called with something else;
 * `timeout_ms` milliseconds (0: no limit) start anew whenever something
 * happened.  With WATCH_READ `ready` is called as long as there is something to
 * read.  False with errno set if that cannot be waited for: then nothing is. */
bool watch_for(struct watch *watch, unsigned what, unsigned timeout_ms);
/* Calls `ready` with `what` soon, from the loop. */
void watch_soon(struct watch *watch, unsigned what);
/* For a timer: calls `ready` with WATCH_TIMEOUT in the next round of the loop,
 * after what is ready by then.  Unlike watch_soon it lets the loop look at all
 * descriptors before. */
void watch_next(struct watch *watch);
void watch_clear(struct watch *watch);

#endif
