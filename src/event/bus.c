/* event/bus.c - one event, every sink
 * SPDX-License-Identifier: Apache-2.0
 */
#include "event/bus.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/buf.h"

#define NUM_BUCKETS	1024	/* a power of two */

/* When an open connection was accepted. */
struct birth {
	uint64_t conn;
	uint64_t at_us;		/* of the monotonic clock */
	struct birth *next;
};

struct bus {
	const struct clock *clock;
	struct sink *sinks;
	struct sink **last;
	uint64_t wants;			/* of all sinks together */
	pthread_mutex_t lock;		/* sinks, and what is below */
	struct birth *births[NUM_BUCKETS];
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
	for (size_t i = 0; i < NUM_BUCKETS; i++)
		while (bus->births[i]) {
			struct birth *birth = bus->births[i];

			bus->births[i] = birth->next;
			free(birth);
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
}

bool
bus_wants(const struct bus *bus, enum event_kind kind)
{
	return bus->wants & EVENT_BIT(kind);
}

/* Finds where the birth of `conn` hangs, or would. */
static struct birth **
find(struct bus *bus, uint64_t conn)
{
	struct birth **at = &bus->births[conn & (NUM_BUCKETS - 1)];

	while (*at && (*at)->conn != conn)
		at = &(*at)->next;
	return at;
}

static void
keep_birth(struct bus *bus, uint64_t conn, uint64_t now_us)
{
	struct birth **at = find(bus, conn);

	if (!*at) {
		*at = mem_zero(1, sizeof **at);
		(*at)->conn = conn;
	}
	(*at)->at_us = now_us;
}

static void
forget_birth(struct bus *bus, uint64_t conn)
{
	struct birth **at = find(bus, conn);
	struct birth *birth = *at;

	if (birth) {
		*at = birth->next;
		free(birth);
	}
}

static void
set_times(struct bus *bus, struct event *event)
{
	uint64_t now_us;
	struct birth *birth;

	event->at_us = bus->clock->wall_us(bus->clock);
	event->since_us = 0;
	if (event->conn == 0 || !bus_wants(bus, EVENT_ACCEPTED))
		return;
	now_us = bus->clock->monotonic_us(bus->clock);
	if (event->kind == EVENT_ACCEPTED)
		keep_birth(bus, event->conn, now_us);
	birth = *find(bus, event->conn);
	if (birth)
		event->since_us = now_us - birth->at_us;
}

void
bus_post(struct bus *bus, struct event *event)
{
	uint64_t bit = EVENT_BIT(event->kind);
	bool ends = event->kind == EVENT_CLOSED &&
	    bus_wants(bus, EVENT_ACCEPTED);

	if (!(bus->wants & bit) && !ends)
		return;
	pthread_mutex_lock(&bus->lock);
	set_times(bus, event);
	for (struct sink *sink = bus->sinks; sink; sink = sink->next)
		if (sink->wants & bit)
			sink->ops->event(sink, event);
	if (ends)
		forget_birth(bus, event->conn);
	pthread_mutex_unlock(&bus->lock);
}

void
bus_note(struct bus *bus, uint64_t conn, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	struct event event = { .kind = EVENT_NOTE, .conn = conn };
	va_list ap;

	if (!bus_wants(bus, EVENT_NOTE))
		return;
	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	event.note.text = buf_string(&text);
	bus_post(bus, &event);
	buf_clear(&text);
}
