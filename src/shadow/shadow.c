/* shadow/shadow.c - the queue, and the thread that works it off
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/err.h"
#include "base/thread.h"
#include "shadow/internal.h"

/* What may wait: hellos, and bytes of all of them. */
#define MAX_JOBS	64
#define MAX_BYTES	((size_t)2 * 1024 * 1024)

/* Seconds that shadow_finish waits for what is queued, and otherwise for the
 * one that is being asked about. */
#define LAST_SECONDS	20
#define STOP_SECONDS	1

/* The thread gives way to those that serve (setpriority(2)). */
#define NICE		10

struct shadow {
	struct shadow_use use;
	struct cast cast;		/* of the thread */
	pthread_t thread;

	pthread_mutex_t lock;		/* protects what follows */
	pthread_cond_t changed;
	struct shadow_job *first, **last; /* waiting, the oldest first */
	size_t num, bytes;
	uint64_t dropped;		/* not said yet */
	bool running;			/* the thread was started */
	bool ending;			/* ends when nothing is queued */
	bool ended;
	bool given_up;			/* nobody waits for it any more */
};

/* ---- jobs --------------------------------------------------------------- */

static void
job_free(struct shadow_job *job)
{
	for (size_t i = 0; i < job->table.num && job->answers; i++) {
		compare_answer_clear(&job->answers[i]);
		free(job->remarks[i]);
	}
	service_release(job->edition);
	buf_clear(&job->wire);
	free(job->columns);
	free(job->answers);
	free(job->remarks);
	free(job);
}

static void
job_release(struct shadow_job *job)
{
	if (--job->users == 0)
		job_free(job);
}

static struct shadow_job *
job_new(struct shadow *shadow, const struct shadow_hello *hello)
{
	struct shadow_job *job = mem_zero(1, sizeof *job);

	job->shadow = shadow;
	job->users = 2;
	job->edition = service_share(hello->edition);
	job->from = *hello->from;
	job->plug = hello->plug;
	job->native = hello->native;
	job->server = hello->server;
	job->wake = -1;
	job->refused = hello->refusal != NULL;
	if (hello->refusal)
		job->refusal = *hello->refusal;
	else
		buf_add_span(&job->wire, hello->hello->wire);
	return job;
}

void
shadow_drop(struct shadow_job *job)
{
	if (!job)
		return;
	shadow_wake(job, -1);
	job_release(job);
}

const struct compare_table *
shadow_table(struct shadow_job *job)
{
	bool done;

	pthread_mutex_lock(&job->shadow->lock);
	done = job->done;
	pthread_mutex_unlock(&job->shadow->lock);
	return done ? &job->table : NULL;
}

bool
shadow_wake(struct shadow_job *job, int fd)
{
	bool done;

	pthread_mutex_lock(&job->shadow->lock);
	done = job->done;
	job->wake = fd;
	pthread_mutex_unlock(&job->shadow->lock);
	return !done;
}

/* ---- the thread --------------------------------------------------------- */

static void
tell_dropped(struct shadow *shadow, uint64_t dropped)
{
	if (dropped)
		bus_note(shadow->use.bus, NULL, "-shadow: %" PRIu64
		    " ClientHello%s came faster than backends could be asked, "
		    "and %s left out", dropped, dropped == 1 ? "" : "s",
		    dropped == 1 ? "was" : "were");
}

/* A library that comes back after the program's end began to be waited for in
 * vain finds nobody to tell it to. */
static bool
is_given_up(struct shadow *shadow)
{
	bool given_up;

	pthread_mutex_lock(&shadow->lock);
	given_up = shadow->given_up;
	pthread_mutex_unlock(&shadow->lock);
	return given_up;
}

/* Answers one; without the lock.  False: the thread is given up. */
static bool
work(struct shadow *shadow, struct shadow_job *job, uint64_t dropped)
{
	struct event event = { .kind = EVENT_SHADOW, .from = job->from };

	tell_dropped(shadow, dropped);
	cast_answer(&shadow->cast, job);
	if (is_given_up(shadow))
		return false;
	event.shadow.table = &job->table;
	event.shadow.dropped = dropped;
	bus_post(shadow->use.bus, &event);
	return true;
}

/* With the lock. */
static struct shadow_job *
take(struct shadow *shadow)
{
	struct shadow_job *job = shadow->first;

	if (!job)
		return NULL;
	shadow->first = job->next;
	if (!job->next)
		shadow->last = &shadow->first;
	shadow->num--;
	shadow->bytes -= job->wire.len;
	return job;
}

/* With the lock. */
static void
finish_job(struct shadow_job *job)
{
	const uint64_t one = 1;

	job->done = true;
	if (job->wake >= 0)
		(void)!write(job->wake, &one, sizeof one);
}

/* A thread's function is given a bare pointer. */
static void *
run(void *user)
{
	struct shadow *shadow = user;
	struct shadow_job *job;

	/* On Linux the priority is that of the thread. */
	setpriority(PRIO_PROCESS, 0, NICE);
	pthread_mutex_lock(&shadow->lock);
	while (shadow->first || !shadow->ending) {
		uint64_t dropped = shadow->dropped;

		job = take(shadow);
		if (!job) {
			pthread_cond_wait(&shadow->changed, &shadow->lock);
			continue;
		}
		shadow->dropped = 0;
		pthread_mutex_unlock(&shadow->lock);
		if (!work(shadow, job, dropped))
			return NULL;
		service_release(job->edition);
		job->edition = NULL;
		pthread_mutex_lock(&shadow->lock);
		finish_job(job);
		pthread_mutex_unlock(&shadow->lock);
		job_release(job);
		pthread_mutex_lock(&shadow->lock);
	}
	pthread_mutex_unlock(&shadow->lock);
	cast_clear(&shadow->cast);
	pthread_mutex_lock(&shadow->lock);
	shadow->ended = true;
	pthread_cond_broadcast(&shadow->changed);
	pthread_mutex_unlock(&shadow->lock);
	return NULL;
}

/* ---- the outside -------------------------------------------------------- */

struct shadow *
shadow_new(const struct shadow_use *use, struct tls_error *err)
{
	struct shadow *shadow = mem_zero(1, sizeof *shadow);
	pthread_condattr_t clock;

	shadow->use = *use;
	shadow->last = &shadow->first;
	pthread_mutex_init(&shadow->lock, NULL);
	pthread_condattr_init(&clock);
	pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
	pthread_cond_init(&shadow->changed, &clock);
	pthread_condattr_destroy(&clock);
	if (cast_init(&shadow->cast, &shadow->use, err))
		return shadow;
	shadow_free(shadow);
	return NULL;
}

void
shadow_free(struct shadow *shadow)
{
	/* A thread that is stuck in a library keeps it. */
	if (!shadow || (shadow->running && !shadow->ended))
		return;
	if (!shadow->running)
		cast_clear(&shadow->cast);
	pthread_cond_destroy(&shadow->changed);
	pthread_mutex_destroy(&shadow->lock);
	free(shadow);
}

/* With the lock: whether there is a thread, and room for so many bytes. */
static bool
has_room(struct shadow *shadow, size_t bytes)
{
	if (!shadow->running)
		shadow->running = thread_start(&shadow->thread, run,
		    shadow) == 0;
	return shadow->running && shadow->num < MAX_JOBS &&
	    (!shadow->num || shadow->bytes + bytes <= MAX_BYTES);
}

struct shadow_job *
shadow_put(struct shadow *shadow, const struct shadow_hello *hello)
{
	size_t bytes = hello->hello ? hello->hello->wire.len : 0;
	struct shadow_job *job = NULL;

	pthread_mutex_lock(&shadow->lock);
	if (has_room(shadow, bytes)) {
		job = job_new(shadow, hello);
		*shadow->last = job;
		shadow->last = &job->next;
		shadow->num++;
		shadow->bytes += job->wire.len;
		pthread_cond_broadcast(&shadow->changed);
	} else {
		shadow->dropped++;
	}
	pthread_mutex_unlock(&shadow->lock);
	return job;
}

/* With the lock: whether the thread has ended, waiting for it. */
static bool
await_end(struct shadow *shadow, unsigned seconds)
{
	struct timespec end;
	int late = 0;

	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += seconds;
	while (shadow->running && !shadow->ended && !late)
		late = pthread_cond_timedwait(&shadow->changed,
		    &shadow->lock, &end);
	return !late;
}

/* With the lock. */
static void
leave_out_rest(struct shadow *shadow)
{
	struct shadow_job *job;

	while ((job = take(shadow))) {
		shadow->dropped++;
		job_release(job);
	}
}

void
shadow_finish(struct shadow *shadow, bool all)
{
	uint64_t dropped;
	bool ended;

	pthread_mutex_lock(&shadow->lock);
	shadow->ending = true;
	if (!all)
		leave_out_rest(shadow);
	pthread_cond_broadcast(&shadow->changed);
	ended = all && await_end(shadow, LAST_SECONDS);
	if (!ended) {
		leave_out_rest(shadow);
		ended = await_end(shadow, STOP_SECONDS);
	}
	dropped = shadow->dropped;
	shadow->dropped = 0;
	shadow->given_up = !ended;
	pthread_mutex_unlock(&shadow->lock);
	if (shadow->running && ended)
		pthread_join(shadow->thread, NULL);
	else if (shadow->running)
		pthread_detach(shadow->thread);
	tell_dropped(shadow, dropped);
}
