/* sink/pcapng.h - connections as packets, with the secrets to decrypt them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: draft-ietf-opsawg-pcapng
 *
 *	const struct pcapng_target target = {
 *		.name = "all.pcapng", .fd = fd, .folder = -1, .owns = true,
 *	};
 *
 *	bus_add(bus, pcapng_new(&target));
 *
 * Rules.  A secret is in the file before the first packet that it decrypts, so
 * that a reader need not go through the file twice: what was received stays
 * back until the library has read it.  Each event ends with a whole block
 * written.
 */
#ifndef SINK_PCAPNG_H
#define SINK_PCAPNG_H

#include "sink/sink.h"

/* One file for all connections, or a folder with one for each. */
struct pcapng_target {
	const char *name;	/* as the user gave it; borrowed */
	int fd;			/* a file open for writing, or -1 */
	int folder;		/* or a descriptor of a folder; taken */
	bool owns;		/* `fd` is taken */
};

/* Whether -pcapng WORD is standard output; null is not. */
bool pcapng_is_output(const char *word);

/* Opens what -pcapng names, a file, a folder, standard output or a descriptor,
 * and adds the sink.  False with blame CONFIG. */
bool pcapng_open(struct bus *bus, const struct sink_options *output,
    struct tls_error *err);

struct sink *pcapng_new(const struct pcapng_target *target);

#endif
