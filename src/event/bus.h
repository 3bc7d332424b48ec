/* event/bus.h - passes each event to every sink
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct bus *bus = bus_new(&clock_system);
 *
 *	bus_add(bus, sink);
 *	if (bus_wants(bus, EVENT_MESSAGE))
 *		bus_post(bus, &event);
 *	bus_free(bus);
 *
 * Rules.  Sinks are added before the first post, and are owned by the bus from
 * then on.  bus_post may be called from any thread; sinks are called one at a
 * time, under its lock, in the order in which they were added.
 */
#ifndef EVENT_BUS_H
#define EVENT_BUS_H

#include "base/clock.h"
#include "event/event.h"

struct buf;
struct bus;
struct sink;

struct sink_ops {
	/* An event of a kind in `wants`.  Must not post: see `follow`. */
	void (*event)(struct sink *sink, const struct event *event);
	/* Adds what the user has to be told of the sink itself, as lines: that
	 * it cannot write, say.  Called after each event; what it adds becomes
	 * a note.  May be null. */
	void (*add_remark)(struct sink *sink, struct buf *out);
	/* Posts what follows from the events so far.  Called after each event
	 * of a kind in `wants`, by the thread that posted it, while other
	 * sinks and other threads may be at work.  May be null. */
	void (*follow)(struct sink *sink, struct bus *bus);
	/* Waits until all is written, for a bounded time.  False if something
	 * of what the sink was given is missing where it writes.  May be
	 * null. */
	bool (*finish)(struct sink *sink);
	/* Flushes and frees. */
	void (*free)(struct sink *sink);
};

/* The first member of every sink. */
struct sink {
	const struct sink_ops *ops;
	uint64_t wants;			/* set of EVENT_BIT; fixed */
	struct sink *next;		/* the bus's */
};

#define EVENT_BIT(kind)		(UINT64_C(1) << (kind))
#define EVENT_ALL		(EVENT_BIT(EVENT_COUNT) - 1)

struct bus *bus_new(const struct clock *clock);
void bus_free(struct bus *bus);

/* Adds `sink`, which is taken. */
void bus_add(struct bus *bus, struct sink *sink);

/* Whether any sink wants `kind`: ask before preparing a costly event. */
bool bus_wants(const struct bus *bus, enum event_kind kind);

/* Sets the times and passes the event to every sink that wants it.  Cheap if
 * none does. */
void bus_post(struct bus *bus, struct event *event);

/* Gives every sink the time to write what it has.  False if the output of one
 * is not complete. */
bool bus_finish(struct bus *bus);

/* Posts a note of `from` (null: of the program itself), formatted as by
 * printf. */
void bus_note(struct bus *bus, const struct origin *from, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

#endif
