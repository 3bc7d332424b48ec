/* app/hold.c - answers that wait, for a bounded time, for the shadow's table
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/hold.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Milliseconds that an answer waits. */
#define WAIT_MS		3000

struct hold {
	struct watch watch;		/* first: of `fd`, and of the time */
	int fd;				/* an eventfd that the shadow writes
					 * to */
	struct app_state *waiting;
};

static uint64_t
now_ms(void)
{
	return clock_system.monotonic_us(&clock_system) / 1000;
}

void
hold_end(struct app_state *state)
{
	if (!state->held)
		return;
	*state->held_link = state->held_next;
	if (state->held_next)
		state->held_next->held_link = state->held_link;
	state->held = NULL;
	shadow_wake(conn_shadow(state->conn), -1);
}

/* Has the page asked for again. */
static void
go_on(struct app_state *state)
{
	hold_end(state);
	state->changed = true;
	conn_soon(state->conn);
}

static void
look(struct watch *watch, unsigned what)
{
	struct hold *hold = (struct hold *)watch;
	struct app_state *state = hold->waiting;
	uint64_t count, now = now_ms();

	(void)what;
	(void)!read(hold->fd, &count, sizeof count);
	while (state) {
		struct app_state *next = state->held_next;

		if (now >= state->held_until ||
		    shadow_table(conn_shadow(state->conn)))
			go_on(state);
		state = next;
	}
	watch_for(&hold->watch, hold->waiting ? WATCH_READ : 0,
	    hold->waiting ? WAIT_MS : 0);
}

struct hold *
hold_new(struct loop *loop)
{
	struct hold *hold;
	int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);

	if (fd < 0)
		return NULL;
	hold = mem_zero(1, sizeof *hold);
	hold->fd = fd;
	watch_init(&hold->watch, loop, fd, look);
	return hold;
}

void
hold_free(struct hold *hold)
{
	if (!hold)
		return;
	watch_clear(&hold->watch);
	close(hold->fd);
	free(hold);
}

bool
hold_begin(struct conn *conn)
{
	struct hold *hold = ((struct http *)conn_app(conn))->hold;
	struct app_state *state = conn_state(conn);
	struct shadow_job *job = conn_shadow(conn);

	if (state->held)
		return true;
	if (!hold || !job || state->waiting || state->held_until ||
	    !watch_for(&hold->watch, WATCH_READ, WAIT_MS) ||
	    !shadow_wake(job, hold->fd))
		return false;
	state->conn = conn;
	state->held = hold;
	state->held_until = now_ms() + WAIT_MS;
	state->held_next = hold->waiting;
	state->held_link = &hold->waiting;
	if (state->held_next)
		state->held_next->held_link = &state->held_next;
	hold->waiting = state;
	return true;
}
