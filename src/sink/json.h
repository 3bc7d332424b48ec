/* sink/json.h - events as JSON, one to a line
 * SPDX-License-Identifier: Apache-2.0
 * Reference: doc/events.md
 *
 *	bus_add(bus, lines_new(&options, fd, true));
 */
#ifndef SINK_JSON_H
#define SINK_JSON_H

#include "event/bus.h"
#include "sink/sink.h"
#include "sink/writer.h"

struct lines {
	struct sink sink;		/* first: it is a sink */
	struct writer out;
	bool secrets;
};

/* `fd` is a descriptor, closed at the end if `owns`, or WRITER_MEMORY. */
struct sink *lines_new(const struct sink_options *output, int fd,
    bool owns);

#endif
