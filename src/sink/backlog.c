/* backlog.c - what a reader has not taken yet, written by a thread
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sink/backlog.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"

/* Milliseconds between two tries where nothing tells that there is room. */
#define RETRY_MS	200

/* Once texts are lost, that goes on until this much is free: a reader sees one
 * gap, and not many. */
#define ROOM_AGAIN	(BACKLOG_MOST / 2)

struct backlog {
	struct outlet outlet;
	void (*add_lost)(struct buf *out, uint64_t count);
	atomic_bool empty;		/* set and cleared under the lock */
	pthread_t thread;
	bool has_thread;		/* of the user */

	pthread_mutex_t lock;		/* protects what follows */
	pthread_cond_t changed;
	struct buf queue;		/* added, not taken by the thread yet */
	size_t held;			/* bytes in `queue` and in the thread */
	uint64_t progress_us;		/* when something was written last */
	uint64_t missing;		/* texts that were lost and not told
					 * yet */
	bool lossy;			/* some were lost, at any time */
	bool gone, finishing, ending;
	bool idle;			/* the thread has ended */
};

static uint64_t
now_us(void)
{
	return clock_system.monotonic_us(&clock_system);
}

struct backlog *
backlog_new(const struct outlet *outlet,
    void (*add_lost)(struct buf *out, uint64_t count))
{
	struct backlog *backlog = mem_zero(1, sizeof *backlog);
	pthread_condattr_t clock;

	backlog->outlet = *outlet;
	backlog->add_lost = add_lost;
	backlog->empty = true;
	pthread_mutex_init(&backlog->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&backlog->changed, &clock);
	pthread_condattr_destroy(&clock);
	return backlog;
}

/* Waits for a change, until `end_us` of the monotonic clock at most.  With the
 * lock held. */
static void
wait_until(struct backlog *backlog, uint64_t end_us)
{
	struct timespec end = {
		.tv_sec = (time_t)(end_us / 1000000),
		.tv_nsec = (long)(end_us % 1000000 * 1000),
	};

	pthread_cond_timedwait(&backlog->changed, &backlog->lock, &end);
}

/* ---- the thread --------------------------------------------------------- */

/* Waits until another write is worth a try. */
static void
wait_for_room(struct backlog *backlog, int error)
{
	struct pollfd fd = { backlog->outlet.fd, POLLOUT, 0 };

	if (outlet_is_busy(error)) {
		poll(&fd, 1, RETRY_MS);
		return;
	}
	pthread_mutex_lock(&backlog->lock);
	if (!backlog->finishing)
		wait_until(backlog, now_us() + RETRY_MS * 1000);
	pthread_mutex_unlock(&backlog->lock);
}

/* Notes what a write has come to; false if there is no use in another. */
static bool
note_write(struct backlog *backlog, ssize_t done, int error)
{
	bool failed = done < 0 && !outlet_is_busy(error), on;

	pthread_mutex_lock(&backlog->lock);
	if (done > 0) {
		backlog->held -= (size_t)done;
		backlog->progress_us = now_us();
	} else if (outlet_is_gone(&backlog->outlet, error)) {
		backlog->gone = true;
	}
	on = !backlog->gone && !backlog->ending &&
	    !(failed && backlog->finishing);
	pthread_cond_broadcast(&backlog->changed);
	pthread_mutex_unlock(&backlog->lock);
	return on;
}

static bool
write_out(struct backlog *backlog, struct tls_span text)
{
	while (text.len) {
		ssize_t done = outlet_write(&backlog->outlet, text.data,
		    text.len);
		int error = errno;

		if (!note_write(backlog, done, error))
			return false;
		if (done > 0) {
			text.data += done;
			text.len -= (size_t)done;
		} else {
			wait_for_room(backlog, error);
		}
	}
	return true;
}

static void
say_missing(struct backlog *backlog)
{
	size_t before = backlog->queue.len;

	if (!backlog->missing)
		return;
	backlog->add_lost(&backlog->queue, backlog->missing);
	backlog->held += backlog->queue.len - before;
	backlog->missing = 0;
}

/* Takes what was added.  False if the thread is to end.  With the lock
 * held. */
static bool
take(struct backlog *backlog, struct buf *text)
{
	for (;;) {
		if (backlog->ending)
			return false;
		if (!backlog->queue.len)
			say_missing(backlog);
		if (backlog->queue.len)
			break;
		backlog->empty = true;
		pthread_cond_broadcast(&backlog->changed);
		pthread_cond_wait(&backlog->changed, &backlog->lock);
	}
	*text = backlog->queue;
	backlog->queue = (struct buf)BUF_INIT;
	return true;
}

static void *
work(void *user)
{
	struct backlog *backlog = user;
	struct buf text = BUF_INIT;
	bool on = true;

	pthread_mutex_lock(&backlog->lock);
	while (on && take(backlog, &text)) {
		pthread_mutex_unlock(&backlog->lock);
		on = write_out(backlog, buf_span(&text));
		buf_wipe(&text);
		pthread_mutex_lock(&backlog->lock);
	}
	backlog->idle = true;
	pthread_cond_broadcast(&backlog->changed);
	pthread_mutex_unlock(&backlog->lock);
	return NULL;
}

/* ---- its user ----------------------------------------------------------- */

bool
backlog_is_empty(struct backlog *backlog)
{
	return backlog->empty;
}

bool
backlog_is_gone(struct backlog *backlog)
{
	bool gone;

	pthread_mutex_lock(&backlog->lock);
	gone = backlog->gone;
	pthread_mutex_unlock(&backlog->lock);
	return gone;
}

static bool
has_room(const struct backlog *backlog, size_t len)
{
	size_t most = backlog->missing ? ROOM_AGAIN : BACKLOG_MOST;

	return !backlog->held || backlog->held + len <= most;
}

/* Adds `text`, which may have secrets: where the queue was before it grew, none
 * is left. */
static void
add_wiping(struct buf *queue, struct tls_span text)
{
	struct buf grown = BUF_INIT;

	if (queue->room <= queue->len + text.len) {
		buf_reserve(&grown, 2 * queue->len + text.len);
		buf_add_span(&grown, buf_span(queue));
		buf_wipe(queue);
		*queue = grown;
	}
	buf_add_span(queue, text);
}

bool
backlog_add(struct backlog *backlog, struct tls_span text)
{
	bool complete = true;

	pthread_mutex_lock(&backlog->lock);
	if (backlog->empty)
		backlog->progress_us = now_us();
	if (!backlog->has_thread)
		backlog->has_thread = thread_start(&backlog->thread, work,
		    backlog) == 0;
	while (!has_room(backlog, text.len) && !backlog->gone &&
	    now_us() < backlog->progress_us + BACKLOG_PATIENCE_MS * 1000)
		wait_until(backlog, backlog->progress_us +
		    BACKLOG_PATIENCE_MS * 1000);
	if (has_room(backlog, text.len)) {
		say_missing(backlog);
		add_wiping(&backlog->queue, text);
		backlog->held += text.len;
	} else {
		backlog->missing++;
		backlog->lossy = true;
		complete = false;
	}
	backlog->empty = false;
	pthread_cond_broadcast(&backlog->changed);
	pthread_mutex_unlock(&backlog->lock);
	return complete;
}

bool
backlog_finish(struct backlog *backlog)
{
	const uint64_t end_us = now_us() + BACKLOG_END_MS * 1000;
	bool complete;

	pthread_mutex_lock(&backlog->lock);
	backlog->finishing = true;
	backlog->progress_us = now_us();
	pthread_cond_broadcast(&backlog->changed);
	while (!backlog->empty && !backlog->gone && !backlog->idle &&
	    backlog->has_thread && now_us() < end_us &&
	    now_us() < backlog->progress_us + BACKLOG_PATIENCE_MS * 1000)
		wait_until(backlog, backlog->progress_us +
		    BACKLOG_PATIENCE_MS * 1000);
	complete = backlog->gone || (backlog->empty && !backlog->lossy);
	backlog->finishing = false;
	pthread_mutex_unlock(&backlog->lock);
	return complete;
}

void
backlog_free(struct backlog *backlog)
{
	uint64_t end_us = now_us() + RETRY_MS * 2000;
	bool idle;

	if (!backlog)
		return;
	pthread_mutex_lock(&backlog->lock);
	backlog->ending = true;
	pthread_cond_broadcast(&backlog->changed);
	while (backlog->has_thread && !backlog->idle && now_us() < end_us)
		wait_until(backlog, end_us);
	idle = backlog->idle;
	pthread_mutex_unlock(&backlog->lock);
	if (backlog->has_thread && !idle) {
		/* It is in a write that does not return, and uses this. */
		pthread_detach(backlog->thread);
		return;
	}
	if (backlog->has_thread)
		pthread_join(backlog->thread, NULL);
	outlet_close(&backlog->outlet);
	buf_wipe(&backlog->queue);
	pthread_cond_destroy(&backlog->changed);
	pthread_mutex_destroy(&backlog->lock);
	free(backlog);
}
