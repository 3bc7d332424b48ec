/* app/h2.h - HTTP/2 over connections: requests in, answers out
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9113
 *
 *	struct h2 *h2 = h2_new(conn, answer);
 *
 *	h2_received(h2, data);
 *	h2_drained(h2);
 *	...
 *	h2_free(h2);
 *
 * Rules.  Used by http.c and reply.c only: sites see requests whose `stream` is
 * not 0, and reply to them as to any other.  What a client can make this side
 * keep is bounded: streams, the heads of their requests, and answers that wait
 * for it to read.  A client that costs much and takes nothing (streams reset
 * before they are answered, frames that carry nothing) is sent away with
 * ENHANCE_YOUR_CALM.
 */
#ifndef APP_H2_H
#define APP_H2_H

#include "app/http.h"

struct h2;

/* The version of the library, or null: built without one, and then none of the
 * functions below is called. */
const char *h2_version(void);

/* Answers a request with h2_reply before it returns; with an error page if
 * `bad` is not 0. */
typedef void h2_answer_fn(struct conn *conn,
    const struct http_request *request, int bad);

/* Begins: the handshake is complete.  Null when memory ran out. */
struct h2 *h2_new(struct conn *conn, h2_answer_fn *answer);
void h2_free(struct h2 *h2);

void h2_received(struct h2 *h2, struct tls_span data);
/* There is room to send more. */
void h2_drained(struct h2 *h2);
/* The peer will send nothing more; its requests are still answered. */
void h2_ended(struct h2 *h2);
/* The program ends: says so to the peer.  conn_close follows. */
void h2_leave(struct h2 *h2);

/* The answer to a request, from within the site's `answer`. */
struct h2_answer {
	int status;
	const struct http_content *content;
	const char *date;
	uint64_t len;		/* bytes of the body */
	int fd;			/* its file, taken, or -1: content->body */
	bool body;		/* not the answer to HEAD */
};

void h2_reply(struct h2 *h2, uint32_t stream, const struct h2_answer *answer);

#endif
