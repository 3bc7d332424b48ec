/* event/observer.h - bytes on a transport -> events
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct observer observer;
 *
 *	if (observer_wanted(bus)) {
 *		observer_init(&observer, bus, &conn->origin);
 *		...
 *		observer_bytes(&observer, TLS_RECEIVED, sizeof buf, status,
 *		    (struct tls_span){ buf, done });
 *	}
 *
 * One for each connection.  It watches both directions and owns nothing.
 */
#ifndef EVENT_OBSERVER_H
#define EVENT_OBSERVER_H

#include "event/bus.h"
#include "wire/record.h"

struct observer {
	struct bus *bus;		/* borrowed */
	const struct origin *origin;	/* borrowed */
	struct record_watch watch[2];	/* by enum tls_direction */
};

/* Whether some sink wants what an observer posts; if none does, the transport
 * need not be watched. */
bool observer_wanted(const struct bus *bus);

/* Events are posted from `origin` as it is then: the connection fills in its
 * backend when that is chosen. */
void observer_init(struct observer *observer, struct bus *bus,
    const struct origin *origin);

/* Posts EVENT_WIRE for a read or write of `asked` bytes that ended with
 * `status` and moved `bytes`, and EVENT_RECORD for each record whose header is
 * complete with them. */
void observer_bytes(struct observer *observer, enum tls_direction direction,
    size_t asked, enum tls_status status, struct tls_span bytes);

#endif
