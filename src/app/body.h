/* app/body.h - reading past the body of a request
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9112, 6 and 7.1
 *
 *	struct body body = BODY_INIT;
 *
 *	body_begin(&body, &request);
 *	while (body_pending(&body) && bytes.len)
 *		if (!body_skip(&body, &bytes))
 *			conn_close(conn);
 *
 * A body is never kept.
 */
#ifndef APP_BODY_H
#define APP_BODY_H

#include "wire/http.h"

/* The longest body, and the longest run of chunk framing, in bytes. */
#define BODY_MAX_LEN		1048576
#define BODY_MAX_FRAMING	65536

enum body_place {
	BODY_NONE,		/* there is none, or all of it has been read */
	BODY_PLAIN,		/* content_len bytes */
	BODY_SIZE,		/* digits of a chunk's size */
	BODY_SIZE_BLANK,	/* blanks after them */
	BODY_SIZE_CR,		/* the CR after them */
	BODY_EXTENSION,		/* from a semicolon to the end of the line */
	BODY_CHUNK,		/* inside a chunk */
	BODY_CHUNK_END,		/* the empty line after it */
	BODY_CHUNK_CR,		/* its CR */
	BODY_TRAILER,		/* the start of a line of the trailer */
	BODY_FIELD,		/* inside such a line */
};

struct body {
	enum body_place place;
	unsigned digits;	/* of the size being read */
	uint64_t left;		/* bytes of it, or of the chunk */
	uint64_t total;		/* bytes of all chunks so far */
	uint64_t framing;	/* bytes of chunk framing, not of the body */
};

#define BODY_INIT	{ BODY_NONE, 0, 0, 0, 0 }

/* Starts on the body that `request` announces; false when it is known to be
 * longer than BODY_MAX_LEN. */
bool body_begin(struct body *body, const struct http_request *request);

/* Whether more of the body is to come. */
bool body_pending(const struct body *body);

/* Takes the bytes of the body off the front of `bytes`.  False if it is too
 * long or its chunks are malformed. */
bool body_skip(struct body *body, struct tls_span *bytes);

#endif
