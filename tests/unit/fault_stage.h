/* fault_stage.h - a connection with faults, over a transport in memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	begin(s, "at byte 3: flip");
 *	put_all(s, "abc");
 *	assert_sent(s, "abb");
 */
#ifndef UNIT_FAULT_STAGE_H
#define UNIT_FAULT_STAGE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "fake.h"
#include "fault/fault.h"

struct still {
	struct clock clock;		/* first */
	uint64_t us;
};

static uint64_t
monotonic(const struct clock *clock)
{
	return ((const struct still *)clock)->us;
}

static int64_t
wall(const struct clock *clock)
{
	(void)clock;
	return 0;
}

struct ear {
	struct sink sink;		/* first */
	unsigned faults, notes, shuts;
	char text[100], note[200];
	uint64_t bytes, records;
};

static void
hear(struct sink *sink, const struct event *event)
{
	struct ear *ear = (struct ear *)sink;

	if (event->kind == EVENT_FAULT) {
		ear->faults++;
		strncpy(ear->text, event->fault.text, sizeof ear->text - 1);
		ear->bytes = event->fault.bytes;
		ear->records = event->fault.records;
	} else if (event->kind == EVENT_SHUT) {
		ear->shuts++;
	} else {
		ear->notes++;
		strncpy(ear->note, event->note.text, sizeof ear->note - 1);
	}
}

static void
hear_no_more(struct sink *sink)
{
	(void)sink;
}

struct stage {
	struct channel_user user;	/* first */
	unsigned what;			/* of the last `ready` */
	struct still still;
	struct ear ear;
	struct bus *bus;
	struct fake fake;
	struct fault_script *script;
	struct faults *faults;		/* or null */
	struct channel *channel;
	struct origin origin;
};

static void
ready(struct channel_user *user, unsigned what)
{
	((struct stage *)user)->what |= what;
}

static int
set_up(void **state)
{
	static const struct sink_ops ops = { .event = hear,
	    .free = hear_no_more };
	struct stage *s = mem_zero(1, sizeof *s);

	s->user.ready = ready;
	s->still.clock.monotonic_us = monotonic;
	s->still.clock.wall_us = wall;
	s->still.us = 1000000;
	s->bus = bus_new(&s->still.clock);
	s->ear.sink.ops = &ops;
	s->ear.sink.wants = EVENT_BIT(EVENT_FAULT) | EVENT_BIT(EVENT_NOTE) |
	    EVENT_BIT(EVENT_SHUT);
	bus_add(s->bus, &s->ear.sink);
	s->origin.conn = 1;
	fake_init(&s->fake);
	*state = s;
	return 0;
}

static void
finish(struct stage *s)
{
	if (s->faults)
		s->channel->ops->close(s->channel);
	s->faults = NULL;
	fault_script_free(s->script);
	s->script = NULL;
	fake_clear(&s->fake);
	fake_init(&s->fake);
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	finish(s);
	fake_clear(&s->fake);
	bus_free(s->bus);
	free(s);
	return 0;
}

/* Connection `s->origin.conn`, with the faults of a script. */
static inline void
begin(struct stage *s, const char *text)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct fault_below below = { &s->fake.channel, &s->fake.channel.io,
	    &s->still.clock, s->bus, &s->origin };

	finish(s);
	s->script = fault_script_new();
	if (!fault_script_add(s->script, "-fault", span_of(text), &err) ||
	    !fault_script_check(s->script, &err))
		fail_msg("%s: %s", text, err.text);
	s->faults = faults_new(s->script, &below);
	s->channel = s->faults ? faults_channel(s->faults) :
	    &s->fake.channel;
	channel_attach(s->channel, &s->user);
	if (s->faults)
		faults_mark(s->faults, FAULT_AT_ACCEPT);
	s->what = 0;
}

static inline enum tls_status
put(struct stage *s, const char *text, size_t *done)
{
	return s->channel->io.ops->write(&s->channel->io,
	    (const uint8_t *)text, strlen(text), done);
}

/* Writes all of it, which must be possible. */
static inline void
put_all(struct stage *s, const char *text)
{
	size_t done;

	assert_int_equal(put(s, text, &done), TLS_OK);
	assert_int_equal(done, strlen(text));
}

static inline void
assert_sent(const struct stage *s, const char *text)
{
	assert_int_equal(s->fake.out.len, strlen(text));
	assert_memory_equal(s->fake.out.data, text, strlen(text));
}

static inline enum tls_status
get(struct stage *s, char *out, size_t room)
{
	size_t done;
	enum tls_status status = s->channel->io.ops->read(&s->channel->io,
	    (uint8_t *)out, room - 1, &done);

	out[done] = '\0';
	return status;
}

static inline void
await(struct stage *s, unsigned what)
{
	s->fake.soon = false;
	s->channel->ops->wait(s->channel, what, 10000);
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

#endif
