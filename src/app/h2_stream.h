/* app/h2_stream.h - one request of HTTP/2 and its answer
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct stream *stream = stream_new(id);
 *
 *	if (!stream_field(stream, name, value))
 *		status = 431;
 *	...
 *	stream_free(stream);
 *
 * For h2.c only.
 */
#ifndef APP_H2_STREAM_H
#define APP_H2_STREAM_H

#include <sys/types.h>

#include "app/http.h"

struct stream {
	struct stream *next;
	uint32_t id;
	struct buf method, target, host, user_agent;
	struct buf head;		/* all of it, for show */
	size_t num_fields;
	uint64_t announced;		/* content-length */
	uint64_t body_len;		/* bytes of the request's body so far */
	int bad;			/* the status that refuses it, or 0 */
	bool ready;			/* it can be answered */
	bool answered;
	bool whole;			/* the peer has sent all of it */
	/* The answer's body: bytes, or a file. */
	struct buf body;
	size_t body_next;
	int file;			/* or -1 */
	uint64_t file_left;
};

struct stream *stream_new(uint32_t id);
void stream_free(struct stream *stream);

/* Keeps a field of the request's head, as far as it is needed; false once the
 * head is larger than one of HTTP/1 may be: `bad` is set. */
bool stream_field(struct stream *stream, struct tls_span name,
    struct tls_span value);

/* The request as sites see it; it points into `stream`. */
struct http_request stream_request(const struct stream *stream);

/* Takes up to `len` bytes of the answer's body.  -1: the file has become
 * shorter. */
ssize_t stream_read(struct stream *stream, uint8_t *out, size_t len);

/* Bytes of the answer's body that are kept in memory. */
size_t stream_held(const struct stream *stream);
bool stream_is_sent(const struct stream *stream);

#endif
