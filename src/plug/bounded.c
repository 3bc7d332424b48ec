/* bounded.c - calls with a time limit, given up when it is over
 * SPDX-License-Identifier: Apache-2.0
 */
#include "plug/bounded.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/thread.h"

struct bounded {
	unsigned seconds;
	pthread_t thread;
	bool running;			/* the thread exists */
	bool hung;			/* a call was given up */

	pthread_mutex_t lock;		/* protects what follows */
	pthread_cond_t changed;
	void (*call)(void *subject);	/* to be made or being made; or null */
	void *subject;
	bool ending;
};

struct bounded *
bounded_new(unsigned seconds)
{
	struct bounded *bounded = mem_zero(1, sizeof *bounded);
	pthread_condattr_t clock;

	bounded->seconds = seconds;
	pthread_mutex_init(&bounded->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&bounded->changed, &clock);
	pthread_condattr_destroy(&clock);
	return bounded;
}

static void *
make_calls(void *user)
{
	struct bounded *bounded = user;

	pthread_mutex_lock(&bounded->lock);
	while (!bounded->ending) {
		if (!bounded->call) {
			pthread_cond_wait(&bounded->changed, &bounded->lock);
			continue;
		}
		pthread_mutex_unlock(&bounded->lock);
		bounded->call(bounded->subject);
		pthread_mutex_lock(&bounded->lock);
		bounded->call = NULL;
		pthread_cond_broadcast(&bounded->changed);
	}
	pthread_mutex_unlock(&bounded->lock);
	return NULL;
}

static bool
begin(struct bounded *bounded)
{
	bounded->running = thread_start(&bounded->thread, make_calls,
	    bounded) == 0;
	return bounded->running;
}

bool
bounded_call(struct bounded *bounded, void (*call)(void *subject),
    void *subject)
{
	struct timespec end;
	int late = 0;

	if (bounded->hung)
		return false;
	if (!bounded->running && !begin(bounded)) {
		/* A call without a limit is better than none. */
		call(subject);
		return true;
	}
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += bounded->seconds;
	pthread_mutex_lock(&bounded->lock);
	bounded->call = call;
	bounded->subject = subject;
	pthread_cond_broadcast(&bounded->changed);
	while (bounded->call && late != ETIMEDOUT)
		late = pthread_cond_timedwait(&bounded->changed,
		    &bounded->lock, &end);
	bounded->hung = bounded->call != NULL;
	pthread_mutex_unlock(&bounded->lock);
	return !bounded->hung;
}

void
bounded_free(struct bounded *bounded)
{
	if (!bounded)
		return;
	if (bounded->hung) {
		pthread_detach(bounded->thread);
		return;
	}
	if (bounded->running) {
		pthread_mutex_lock(&bounded->lock);
		bounded->ending = true;
		pthread_cond_broadcast(&bounded->changed);
		pthread_mutex_unlock(&bounded->lock);
		pthread_join(bounded->thread, NULL);
	}
	pthread_cond_destroy(&bounded->changed);
	pthread_mutex_destroy(&bounded->lock);
	free(bounded);
}
