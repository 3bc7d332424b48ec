/* sink/keylog.h - the secrets of connections, for decryption by other tools
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9850
 *
 *	bus_add(bus, keylog_new("keys.txt", fd, true));
 */
#ifndef SINK_KEYLOG_H
#define SINK_KEYLOG_H

#include "event/bus.h"
#include "sink/writer.h"

struct keylog {
	struct sink sink;		/* first: it is a sink */
	struct writer out;
};

/* `fd` is a descriptor, closed at the end, or WRITER_MEMORY; `name`, borrowed,
 * is that of its file.  `fresh`: the file is new and begins with a comment. */
struct sink *keylog_new(const char *name, int fd, bool fresh);

#endif
