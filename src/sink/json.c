/* sink/json.c - events as JSON, one to a line
 * SPDX-License-Identifier: Apache-2.0
 * Reference: doc/events.md
 */
#include "sink/json.h"

#include <stdlib.h>

#include "base/clock.h"
#include "report/json.h"

static void
add_event(struct buf *out, const struct event *event, bool secrets)
{
	json_t *line = json_object();
	char time[48];

	json_object_set_new(line, "v", json_integer(EVENTS_VERSION));
	json_object_set_new(line, "time",
	    json_string(clock_format(event->at_us, time)));
	json_object_set_new(line, "event",
	    json_string(event_name(event->kind)));
	json_object_set_new(line, "conn",
	    json_integer((json_int_t)event->from.conn));
	if (event->from.conn)
		json_object_set_new(line, "since_us",
		    json_integer((json_int_t)event->since_us));
	if (event->from.backend)
		json_object_set_new(line, "backend",
		    json_of_words(event->from.backend));
	json_add_fields(line, event, secrets);
	json_add(out, line, 0);
	json_decref(line);
	buf_add_u8(out, '\n');
}

static void
add_line(struct sink *sink, const struct event *event)
{
	struct lines *lines = (struct lines *)sink;

	add_event(&lines->out.text, event, lines->secrets);
	if (event->kind == EVENT_SECRET)
		writer_flush_secret(&lines->out);
	else
		writer_flush(&lines->out);
}

static void
free_lines(struct sink *sink)
{
	struct lines *lines = (struct lines *)sink;

	writer_clear(&lines->out);
	free(lines);
}

static void
add_lost(struct buf *out, uint64_t count)
{
	const struct event event = {
		.kind = EVENT_LOST,
		.at_us = clock_system.wall_us(&clock_system),
		.lost = { count },
	};

	add_event(out, &event, false);
}

static void
add_remark(struct sink *sink, struct buf *out)
{
	writer_add_remark(&((struct lines *)sink)->out, out);
}

static bool
finish(struct sink *sink)
{
	return writer_finish(&((struct lines *)sink)->out);
}

static const struct sink_ops lines_ops = {
	.event = add_line,
	.add_remark = add_remark,
	.finish = finish,
	.free = free_lines,
};

struct sink *
lines_new(const struct sink_options *output, int fd, bool owns)
{
	const struct writer_use use = {
		.option = "-json", .file = output->json, .owns = owns,
		.add_lost = add_lost,
	};
	struct lines *lines = mem_zero(1, sizeof *lines);

	lines->sink.ops = &lines_ops;
	/* Transport bytes in hex are written only on request. */
	lines->sink.wants = EVENT_ALL;
	if (!output->debug)
		lines->sink.wants &= ~(EVENT_BIT(EVENT_WIRE) |
		    EVENT_BIT(EVENT_SHUT));
	lines->secrets = output->secrets;
	writer_init(&lines->out, fd, &use);
	return &lines->sink;
}
