/* net/timers.h - the deadlines of a loop's watches, the first one first
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct timers timers = { NULL, 0, 0 };
 *	struct watch *watch;
 *
 *	timers_set(&timers, &one, now + 5000);
 *	while ((watch = timers_take(&timers, now)) != NULL)
 *		watch->ready(watch, WATCH_TIMEOUT);
 *	timers_drop(&timers, &one);
 *	timers_clear(&timers);
 *
 * A heap that is put in order late: a deadline that is put off or taken back,
 * as happens whenever something came in time, costs nothing until its old time
 * has come.
 */
#ifndef NET_TIMERS_H
#define NET_TIMERS_H

#include "net/loop.h"

struct timer {
	uint64_t at_us;			/* not after the watch's deadline */
	struct watch *watch;
};

struct timers {
	struct timer *heap;		/* owned */
	size_t num, room;
};

/* The deadline of `watch` is `at_us`; 0: there is none. */
void timers_set(struct timers *timers, struct watch *watch, uint64_t at_us);
/* It goes, and is no longer known. */
void timers_drop(struct timers *timers, struct watch *watch);
/* No deadline is before that time; 0: there is none. */
uint64_t timers_first(const struct timers *timers);
/* Takes back and returns one whose deadline is `now_us` or before, or null. */
struct watch *timers_take(struct timers *timers, uint64_t now_us);
void timers_clear(struct timers *timers);

#endif
