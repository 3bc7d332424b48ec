/* net/peek.h - a tls_io whose start can be read twice
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct peek peek;
 *
 *	peek_init(&peek, &channel->io);
 *	status = peek_fill(&peek, 4096);
 *	look(buf_span(&peek.kept));
 *	...		(the library now reads the same bytes from &peek.io)
 *	peek_clear(&peek);
 *
 * The memory is given back as soon as the last kept byte was read again.
 */
#ifndef NET_PEEK_H
#define NET_PEEK_H

#include "base/buf.h"
#include "tls_host.h"

struct peek {
	struct tls_io io;		/* first: a peek is a tls_io */
	struct tls_io *below;		/* borrowed */
	struct buf kept;
	size_t next;			/* first byte not read again yet */
};

void peek_init(struct peek *peek, struct tls_io *below);
void peek_clear(struct peek *peek);

/* Reads once from below, at most `len` bytes, and keeps what came. */
enum tls_status peek_fill(struct peek *peek, size_t len);

/* Puts `bytes` in the place of the first `len` kept ones. */
void peek_replace(struct peek *peek, size_t len, struct tls_span bytes);

#endif
