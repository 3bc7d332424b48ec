/* serve/leave.c - the end of a server whose owner has gone
 * SPDX-License-Identifier: Apache-2.0
 *
 * What the command has done, the server is to see, although it hears of the
 * command's end by another way: connections that wait to be accepted, requests,
 * the end of connections.
 */
#include "serve/program.h"

#include <poll.h>

#include "base/clock.h"

/* Milliseconds between two looks, and until the rest is closed. */
#define LOOK_MS		2
#define LEAVE_MS	500

/* Whether any client waits to be accepted. */
static bool
is_awaited(const struct program *program)
{
	for (size_t i = 0; i < program->num_workers; i++) {
		struct pollfd one = {
			.fd = program->workers[i].listener.fd,
			.events = POLLIN,
		};

		if (poll(&one, 1, 0) > 0)
			return true;
	}
	return false;
}

/* Other workers may be between accepting and counting: with them two looks are
 * needed. */
static bool
is_idle(struct program *program)
{
	struct common *common = &program->common;
	unsigned looks = program->num_workers > 1 ? 3 : 1;

	if (is_awaited(program) ||
	    common->shared.accepts != common->finished)
		program->idle = 0;
	else
		program->idle++;
	return program->idle >= looks;
}

static void
look(struct program *program)
{
	const struct clock *clock = &clock_system;

	if (!is_idle(program) &&
	    clock->monotonic_us(clock) < program->leave_us)
		return;
	watch_for(&program->leaving, 0, 0);
	program->common.finish(&program->common);
}

static void
look_again(struct watch *watch, unsigned what)
{
	(void)what;
	look((struct program *)((char *)watch -
	    offsetof(struct program, leaving)));
}

void
serve_leave(struct program *program)
{
	watch_init(&program->leaving, program->workers[0].loop, -1,
	    look_again);
	program->leave_us = clock_system.monotonic_us(&clock_system) +
	    LEAVE_MS * 1000;
	watch_for(&program->leaving, 0, LOOK_MS);
	look(program);
}

void
leave_clear(struct program *program)
{
	struct serve_owner *owner = program->serve->owner;

	if (program->leave_us)
		watch_clear(&program->leaving);
	if (owner)
		owner->end(owner);
}
