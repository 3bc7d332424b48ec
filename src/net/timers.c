/* timers.c - the deadlines of a loop's watches, the first one first
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/timers.h"

#include <stdlib.h>

#include "base/buf.h"

/* Places count from 1, so the children of n are 2n and 2n + 1. */

static void
put(struct timers *timers, size_t place, struct timer timer)
{
	timers->heap[place - 1] = timer;
	timer.watch->place = place;
}

static void
move_up(struct timers *timers, size_t place, struct timer timer)
{
	while (place > 1 && timers->heap[place / 2 - 1].at_us > timer.at_us) {
		put(timers, place, timers->heap[place / 2 - 1]);
		place /= 2;
	}
	put(timers, place, timer);
}

static void
move_down(struct timers *timers, size_t place, struct timer timer)
{
	size_t child;

	while ((child = 2 * place) <= timers->num) {
		if (child < timers->num && timers->heap[child].at_us <
		    timers->heap[child - 1].at_us)
			child++;
		if (timers->heap[child - 1].at_us >= timer.at_us)
			break;
		put(timers, place, timers->heap[child - 1]);
		place = child;
	}
	put(timers, place, timer);
}

void
timers_set(struct timers *timers, struct watch *watch, uint64_t at_us)
{
	struct timer timer = { at_us, watch };

	watch->deadline_us = at_us;
	if (!at_us)
		return;
	if (watch->place) {
		if (timers->heap[watch->place - 1].at_us > at_us)
			move_up(timers, watch->place, timer);
		return;
	}
	if (timers->num == timers->room) {
		timers->room = timers->room ? 2 * timers->room : 64;
		timers->heap = mem_grow(timers->heap,
		    timers->room * sizeof *timers->heap);
	}
	move_up(timers, ++timers->num, timer);
}

void
timers_drop(struct timers *timers, struct watch *watch)
{
	size_t place = watch->place;
	struct timer last;

	watch->deadline_us = 0;
	if (!place)
		return;
	watch->place = 0;
	last = timers->heap[--timers->num];
	if (last.watch == watch)
		return;
	if (place > 1 && timers->heap[place / 2 - 1].at_us > last.at_us)
		move_up(timers, place, last);
	else
		move_down(timers, place, last);
}

uint64_t
timers_first(const struct timers *timers)
{
	return timers->num ? timers->heap[0].at_us : 0;
}

struct watch *
timers_take(struct timers *timers, uint64_t now_us)
{
	while (timers->num && timers->heap[0].at_us <= now_us) {
		struct timer timer = timers->heap[0];
		uint64_t deadline_us = timer.watch->deadline_us;

		if (deadline_us > now_us) {
			timer.at_us = deadline_us;
			move_down(timers, 1, timer);
			continue;
		}
		timers_drop(timers, timer.watch);
		if (deadline_us)
			return timer.watch;
	}
	return NULL;
}

void
timers_clear(struct timers *timers)
{
	free(timers->heap);
	*timers = (struct timers){ NULL, 0, 0 };
}
