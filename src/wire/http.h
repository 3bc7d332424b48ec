/* wire/http.h - the head of an HTTP/1 request, bounded
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9112
 *
 *	struct http_request request;
 *
 *	switch (http_parse(bytes, &request)) {
 *	case HTTP_MORE:
 *		return;
 *	case HTTP_OK:
 *		break;
 *	default:
 *		status = request.status;	// 400, 414, 431, 501, 505
 *	}
 *
 * Nothing is allocated; spans point into the bytes that were parsed.
 */
#ifndef WIRE_HTTP_H
#define WIRE_HTTP_H

#include "tls_types.h"

/* The longest request line, the longest head, the most fields, and the
 * longest body that is read past, in bytes. */
#define HTTP_MAX_LINE	8192
#define HTTP_MAX_HEAD	32768
#define HTTP_MAX_FIELDS	100

enum http_result {
	HTTP_MORE,		/* the head is not whole yet */
	HTTP_OK,
	HTTP_BAD,		/* `status` says which answer it gets */
};

struct http_request {
	struct tls_span method;		/* "GET", or any other token */
	struct tls_span target;		/* as sent */
	uint32_t stream;		/* of HTTP/2, which h2.c sets; else 0 */
	unsigned minor;			/* HTTP/1.minor; 0 for only "GET /x" */
	bool simple;			/* HTTP/0.9: a line without a version */
	bool keep_alive;		/* as version and Connection say */
	bool expects_continue;
	bool chunked;			/* a body in chunks */
	uint64_t content_len;		/* bytes of body that follow, 0: none */
	struct tls_span host;
	struct tls_span user_agent;
	struct tls_span head;		/* all of it, for show */
	size_t head_len;		/* bytes to drop, empty line too */
	int status;			/* after HTTP_BAD: 400, 414, 431, 505 */
	const char *reason;		/* after HTTP_BAD: one clause */
};

/* Parses the head at the start of `bytes`.  Empty lines before it are
 * skipped, a bare LF ends a line; folded lines, spaces before a colon, NUL and
 * contradicting lengths are bad. */
enum http_result http_parse(struct tls_span bytes,
    struct http_request *request);

/* Adds the path of a request target, without query, %XX decoded; false (400)
 * where it does not begin with "/" (an absolute URI's authority is skipped),
 * decodes to a NUL, or is cut in a %XX. */
struct buf;
bool http_add_path(struct buf *out, struct tls_span target);

/* The standard words of a status code (RFC 9110, 15). */
const char *http_reason(int status);

#endif
