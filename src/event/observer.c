/* event/observer.c - bytes on a transport -> events
 * SPDX-License-Identifier: Apache-2.0
 */
#include "event/observer.h"

bool
observer_wanted(const struct bus *bus)
{
	return bus_wants(bus, EVENT_WIRE) || bus_wants(bus, EVENT_RECORD);
}

void
observer_init(struct observer *observer, struct bus *bus,
    const struct origin *origin)
{
	*observer = (struct observer){
		.bus = bus, .origin = origin,
		.watch = { RECORD_WATCH_INIT, RECORD_WATCH_INIT },
	};
}

static void
post_record(struct observer *observer, enum tls_direction direction,
    const struct record *record)
{
	struct event event = {
		.kind = EVENT_RECORD,
		.from = *observer->origin,
		.record = {
			.direction = direction,
			.type = record->type,
			.version = record->version,
			.len = record->len,
			.header = { record->header, sizeof record->header },
		},
	};

	bus_post(observer->bus, &event);
}

void
observer_bytes(struct observer *observer, enum tls_direction direction,
    size_t asked, enum tls_status status, struct tls_span bytes)
{
	struct event event = {
		.kind = EVENT_WIRE,
		.from = *observer->origin,
		.wire = {
			.direction = direction,
			.asked = asked,
			.status = status,
			.bytes = bytes,
		},
	};
	struct record record;

	bus_post(observer->bus, &event);
	if (!bus_wants(observer->bus, EVENT_RECORD))
		return;
	while (record_next(&observer->watch[direction], &bytes, &record))
		post_record(observer, direction, &record);
}
