/* print_schema.c - prints the JSON Schema of the events, or samples of them
 * SPDX-License-Identifier: Apache-2.0
 *
 * With the argument "samples": a line of each kind, with all its members; twice
 * that of a secret, shown and hidden.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "report/json.h"
#include "report/schema.h"
#include "sample.h"
#include "sink/json.h"

static void
print_sample(struct sample *sample, enum event_kind kind, bool secrets)
{
	const struct sink_options output = {
		.debug = true, .secrets = secrets,
	};
	struct sample_clock clock;
	struct sink *sink = lines_new(&output, WRITER_MEMORY, false);
	struct event event = sample_event(sample, kind);
	struct bus *bus;

	sample_clock_init(&clock);
	bus = bus_new(&clock.clock);
	bus_add(bus, sink);
	bus_post(bus, &event);
	fputs(buf_string(&((struct lines *)sink)->out.text), stdout);
	bus_free(bus);
}

static void
print_samples(void)
{
	struct sample sample;

	sample_init(&sample);
	for (unsigned kind = 0; kind < EVENT_COUNT; kind++)
		print_sample(&sample, kind, false);
	print_sample(&sample, EVENT_SECRET, true);
	sample_clear(&sample);
}

static void
print_schema(void)
{
	struct buf out = BUF_INIT;
	json_t *schema = schema_of_events();

	json_add(&out, schema, 1);
	puts(buf_string(&out));
	json_decref(schema);
	buf_clear(&out);
}

int
main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "samples"))
		print_samples();
	else
		print_schema();
	return 0;
}
