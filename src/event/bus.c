/* event/bus.c - passes each event to every sink
 * SPDX-License-Identifier: Apache-2.0
 */
#include "event/bus.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/buf.h"

struct bus {
	const struct clock *clock;
	struct sink *sinks;
	struct sink **last;
	uint64_t wants;			/* of all sinks together */
	uint64_t follows;		/* of those with something to post */
	pthread_mutex_t lock;		/* one sink at a time */
};

struct bus *
bus_new(const struct clock *clock)
{
	struct bus *bus = mem_zero(1, sizeof *bus);

	bus->clock = clock;
	bus->last = &bus->sinks;
	pthread_mutex_init(&bus->lock, NULL);
	return bus;
}

void
bus_free(struct bus *bus)
{
	if (!bus)
		return;
	while (bus->sinks) {
		struct sink *sink = bus->sinks;

		bus->sinks = sink->next;
		sink->ops->free(sink);
	}
	pthread_mutex_destroy(&bus->lock);
	free(bus);
}

void
bus_add(struct bus *bus, struct sink *sink)
{
	sink->next = NULL;
	*bus->last = sink;
	bus->last = &sink->next;
	bus->wants |= sink->wants;
	if (sink->ops->follow)
		bus->follows |= sink->wants;
}

bool
bus_wants(const struct bus *bus, enum event_kind kind)
{
	return bus->wants & EVENT_BIT(kind);
}

static void
set_times(struct bus *bus, struct event *event)
{
	event->at_us = bus->clock->wall_us(bus->clock);
	event->since_us = event->from.begun_us ?
	    bus->clock->monotonic_us(bus->clock) - event->from.begun_us : 0;
}

static void
follow(struct bus *bus, uint64_t bit)
{
	for (struct sink *sink = bus->sinks; sink; sink = sink->next)
		if (sink->wants & bit && sink->ops->follow)
			sink->ops->follow(sink, bus);
}

void
bus_post(struct bus *bus, struct event *event)
{
	uint64_t bit = EVENT_BIT(event->kind);
	struct buf remarks = BUF_INIT;

	if (!(bus->wants & bit))
		return;
	pthread_mutex_lock(&bus->lock);
	set_times(bus, event);
	for (struct sink *sink = bus->sinks; sink; sink = sink->next) {
		if (!(sink->wants & bit))
			continue;
		sink->ops->event(sink, event);
		if (sink->ops->add_remark)
			sink->ops->add_remark(sink, &remarks);
	}
	pthread_mutex_unlock(&bus->lock);
	if (remarks.len)
		bus_note(bus, NULL, "%s", buf_string(&remarks));
	buf_clear(&remarks);
	if (bus->follows & bit)
		follow(bus, bit);
}

bool
bus_finish(struct bus *bus)
{
	bool complete = true;

	pthread_mutex_lock(&bus->lock);
	for (struct sink *sink = bus->sinks; sink; sink = sink->next)
		if (sink->ops->finish && !sink->ops->finish(sink))
			complete = false;
	pthread_mutex_unlock(&bus->lock);
	return complete;
}

void
bus_note(struct bus *bus, const struct origin *from, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	struct event event = { .kind = EVENT_NOTE };
	va_list ap;

	if (!bus_wants(bus, EVENT_NOTE))
		return;
	if (from)
		event.from = *from;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	event.note.text = buf_string(&text);
	bus_post(bus, &event);
	buf_clear(&text);
}
