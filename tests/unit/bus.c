/* bus.c - the bus, the shapes of events and the observer
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "event/bus.h"
#include "event/observer.h"
#include "sample.h"

/* Records the events that it gets, in a buf that outlives it. */
struct notebook {
	struct sink sink;
	struct buf *out;
	char name;
};

static void
note(struct sink *sink, const struct event *event)
{
	struct notebook *notebook = (struct notebook *)sink;

	buf_printf(notebook->out, "%c:%s:%llu:%llu", notebook->name,
	    event_name(event->kind), (unsigned long long)event->from.conn,
	    (unsigned long long)event->since_us);
	if (event->kind == EVENT_RECORD)
		buf_printf(notebook->out, ":%u+%u", event->record.type,
		    event->record.len);
	if (event->kind == EVENT_NOTE)
		buf_printf(notebook->out, ":%s", event->note.text);
	buf_add_u8(notebook->out, '\n');
}

static void
free_notebook(struct sink *sink)
{
	struct notebook *notebook = (struct notebook *)sink;

	buf_printf(notebook->out, "%c:freed\n", notebook->name);
	free(notebook);
}

static const struct sink_ops notebook_ops = {
	.event = note,
	.free = free_notebook,
};

static struct sink *
notebook_new(struct buf *out, char name, uint64_t wants)
{
	struct notebook *notebook = mem_zero(1, sizeof *notebook);

	notebook->sink.ops = &notebook_ops;
	notebook->sink.wants = wants;
	notebook->out = out;
	notebook->name = name;
	return &notebook->sink;
}

static void
hands_an_event_to_those_who_want_it_in_order(void **state)
{
	struct sample_clock clock;
	struct buf out = BUF_INIT;
	struct event alert = { .kind = EVENT_ALERT, .from.conn = 1 };
	struct event stop = { .kind = EVENT_STOP };
	const struct origin origin = { .conn = 2 };
	struct bus *bus;

	(void)state;
	sample_clock_init(&clock);
	bus = bus_new(&clock.clock);
	bus_add(bus, notebook_new(&out, 'a', EVENT_BIT(EVENT_ALERT)));
	bus_add(bus, notebook_new(&out, 'b', EVENT_BIT(EVENT_ALERT) |
	    EVENT_BIT(EVENT_NOTE)));
	assert_true(bus_wants(bus, EVENT_ALERT));
	assert_true(bus_wants(bus, EVENT_NOTE));
	assert_false(bus_wants(bus, EVENT_STOP));
	bus_post(bus, &alert);
	bus_post(bus, &stop);
	bus_note(bus, &origin, "%s %d", "number", 5);
	assert_int_equal(alert.at_us, 1795341600000001);
	assert_int_equal(clock.now_us, 0);	/* nobody shows it */
	bus_free(bus);
	assert_string_equal(buf_string(&out),
	    "a:alert:1:0\nb:alert:1:0\nb:note:2:0:number 5\n"
	    "a:freed\nb:freed\n");
	buf_clear(&out);
}

static void
counts_from_the_accept_of_each_connection(void **state)
{
	struct sample_clock clock;
	struct buf out = BUF_INIT;
	struct event event = { .kind = EVENT_ACCEPTED, .from.conn = 1 };
	const struct origin origin = { .conn = 1, .begun_us = 400 };
	struct bus *bus;

	(void)state;
	sample_clock_init(&clock);
	bus = bus_new(&clock.clock);
	bus_add(bus, notebook_new(&out, 'a', EVENT_BIT(EVENT_ACCEPTED) |
	    EVENT_BIT(EVENT_ALERT) | EVENT_BIT(EVENT_NOTE)));
	event.from = origin;
	bus_post(bus, &event);			/* at 1000 */
	event.kind = EVENT_ALERT;
	bus_post(bus, &event);			/* at 2000 */
	bus_note(bus, &origin, "hm");		/* at 3000 */
	bus_note(bus, NULL, "oh");		/* the program's own */
	bus_free(bus);
	assert_string_equal(buf_string(&out),
	    "a:accepted:1:600\na:alert:1:1600\na:note:1:2600:hm\n"
	    "a:note:0:0:oh\na:freed\n");
	buf_clear(&out);
}

static void
gives_every_kind_a_name_and_a_shape(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < EVENT_COUNT; kind++) {
		const struct field *field = event_fields(kind);
		size_t num = 0;

		assert_true(strlen(event_name(kind)) > 0);
		assert_true(strlen(event_meaning(kind)) > 0);
		for (; field->type != FIELD_END; field++) {
			assert_true(++num < EVENT_MAX_FIELDS);
			assert_true(strlen(field->name) > 0);
			assert_true(field->offset < sizeof(struct event));
		}
		assert_true(num > 0);
	}
	for (unsigned i = 0; i < OUTCOME_COUNT; i++)
		assert_true(strlen(outcome_name(i)) > 0);
}

static void
observes_records_in_whatever_pieces_they_come(void **state)
{
	static const uint8_t bytes[] = {
		22, 3, 1, 0, 2, 'x', 'y', 23, 3, 3, 0, 1, 'z'
	};
	const struct origin origin = { .conn = 4 };
	struct buf out = BUF_INIT;
	struct observer observer;
	struct bus *bus = bus_new(&clock_system);

	(void)state;
	assert_false(observer_wanted(bus));
	bus_add(bus, notebook_new(&out, 'a', EVENT_BIT(EVENT_RECORD)));
	assert_true(observer_wanted(bus));
	observer_init(&observer, bus, &origin);
	for (size_t i = 0; i < sizeof bytes; i++)
		observer_bytes(&observer, TLS_RECEIVED, 1, TLS_OK,
		    (struct tls_span){ bytes + i, 1 });
	observer_bytes(&observer, TLS_SENT, sizeof bytes, TLS_OK,
	    (struct tls_span){ bytes, sizeof bytes });
	bus_free(bus);
	assert_string_equal(buf_string(&out),
	    "a:record:4:0:22+2\na:record:4:0:23+1\n"
	    "a:record:4:0:22+2\na:record:4:0:23+1\na:freed\n");
	buf_clear(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hands_an_event_to_those_who_want_it_in_order),
		cmocka_unit_test(counts_from_the_accept_of_each_connection),
		cmocka_unit_test(gives_every_kind_a_name_and_a_shape),
		cmocka_unit_test(observes_records_in_whatever_pieces_they_come),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
