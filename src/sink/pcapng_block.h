/* sink/pcapng_block.h - the blocks of a pcapng file
 * SPDX-License-Identifier: Apache-2.0
 * Reference: draft-ietf-opsawg-pcapng, draft-ietf-opsawg-pcaplinktype
 *
 *	struct buf out = BUF_INIT;
 *
 *	pcapng_add_header(&out, "polytls 1.0", NULL);
 *	pcapng_add_interface(&out, "polytls", "as the server saw it");
 *	pcapng_add_secret(&out, "CLIENT_RANDOM", client_random, secret);
 *	pcapng_add_packet(&out, &packet);
 *
 * Rules.  Each call adds one whole block, in the byte order of this machine,
 * as the format allows.  Strings are UTF-8.
 */
#ifndef SINK_PCAPNG_BLOCK_H
#define SINK_PCAPNG_BLOCK_H

#include "base/buf.h"

/* The longest packet in bytes; longer ones are the caller's to split. */
#define PCAPNG_MOST	65535

struct pcapng_packet {
	int64_t at_us;			/* since the epoch */
	enum tls_direction direction;
	struct tls_span head;		/* IP and TCP headers */
	struct tls_span payload;
	const char *comment;		/* or null */
};

/* A section header: the file begins with it.  `application` made it; `comment`
 * may be null. */
void pcapng_add_header(struct buf *out, const char *application,
    const char *comment);

/* The one interface that all packets belong to; they begin with an IP header,
 * of version 4 or 6, and their times are in microseconds. */
void pcapng_add_interface(struct buf *out, const char *name,
    const char *description);

/* A Decryption Secrets Block with one line of a key log (RFC 9850). */
void pcapng_add_secret(struct buf *out, const char *label,
    struct tls_span client_random, struct tls_span secret);

/* An Enhanced Packet Block. */
void pcapng_add_packet(struct buf *out, const struct pcapng_packet *packet);

#endif
