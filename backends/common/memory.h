/* common/memory.h - two ends that are tied together in memory
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct common_memory memory;
 *
 *	common_memory_init(&memory);
 *	session = backend->session_open(server, NULL, &choice,
 *	    &memory.io, host, &err);
 *	len = common_pipe_take(&memory.to_client, buf, sizeof buf);
 *	common_memory_clear(&memory);
 *
 * Rules.  `io` is the server's end; the client's library takes what is in
 * `to_client` and puts what it says into `to_server`.  Nothing blocks: an
 * empty pipe is TLS_WANT_READ.  A pipe holds at most COMMON_PIPE_MAX bytes;
 * what does not fit is TLS_WANT_WRITE.
 */
#ifndef COMMON_MEMORY_H
#define COMMON_MEMORY_H

#include "tls_host.h"

#define COMMON_PIPE_MAX	65536

/* Bytes on their way; a reader may look at them, and change them. */
struct common_pipe {
	uint8_t *data;			/* owned, or null */
	size_t next, end, room;		/* first byte not taken, end, size */
};

struct common_memory {
	struct tls_io io;		/* first: a memory is a tls_io */
	struct common_pipe to_server, to_client;
};

void common_memory_init(struct common_memory *memory);
/* Frees what the pipes hold. */
void common_memory_clear(struct common_memory *memory);

/* Moves up to `len` bytes; returns how many. */
size_t common_pipe_take(struct common_pipe *pipe, uint8_t *buf, size_t len);
size_t common_pipe_put(struct common_pipe *pipe, const uint8_t *buf,
    size_t len);

/* How many bytes wait. */
size_t common_pipe_len(const struct common_pipe *pipe);

/* Cuts the records that wait into ones of at most `most` bytes of content. */
bool common_pipe_cut(struct common_pipe *pipe, size_t most);

#endif
