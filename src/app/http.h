/* app/http.h - HTTP over connections: requests in, answers out
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9110, RFC 9112
 *
 *	static void
 *	answer(struct conn *conn, const struct http_request *request)
 *	{
 *		struct http_content hi = { .type = "text/plain" };
 *
 *		hi.body = span_of("hi\n");
 *		http_reply(conn, request, 200, &hi);
 *	}
 *
 *	static const struct http_site site = { .answer = answer };
 *
 *	struct app *app = http_new(&site, &options, loop, &err);
 *
 * Rules.  A site is asked for GET and HEAD only.  It replies to each request
 * once, before it returns, with one of the functions below, or postpones the
 * answer (http_wait).  They handle HEAD, old versions of HTTP and the end of
 * the connection, and post the event.  An idle connection has no state of its
 * own.
 */
#ifndef APP_HTTP_H
#define APP_HTTP_H

#include "app/app.h"
#include "app/body.h"
#include "base/buf.h"
#include "conn/conn.h"
#include "wire/http.h"

/* Bytes of a file that are read and sent at a time. */
#define HTTP_BLOCK_LEN		65536

struct h2;			/* app/h2.h */

/* What a site is. */
struct http_site {
	void (*answer)(struct conn *conn, const struct http_request *request);
	/* Answers a request that http_wait postponed until a change. */
	void (*changed)(struct conn *conn, const struct http_request *request);
	bool has_files;		/* `root` is opened */
	bool verbatim;		/* its files are whole responses */
};

/* The application of all three web modes. */
struct http {
	struct app app;				/* first */
	const struct http_site *site;
	const struct app_options *options;	/* borrowed */
	struct hold *hold;			/* owned; null: no page waits */
	int root;				/* directory, or -1 */
	uint8_t *block;				/* HTTP_BLOCK_LEN, or null */
	int64_t date_at;			/* seconds */
	char date[32];				/* of `date_at` */
};

/* One connection, while a request is under way. */
struct app_state {
	struct h2 *h2;		/* owned; null: HTTP/1, to which the rest
				 * belongs */
	struct buf input;	/* received and not handled yet */
	struct body body;	/* of the request answered last */
	int file;		/* being sent, or -1 */
	uint64_t file_left;	/* bytes of it to be sent */
	struct kept_request *waiting; /* postponed; owned */
	bool changed;		/* it can be answered now */
	/* While an answer waits for the shadow: hold.c. */
	struct conn *conn;
	struct hold *held;	/* null: none does */
	struct app_state *held_next, **held_link;
	uint64_t held_until;	/* milliseconds; 0: none has waited yet */
	bool ended;		/* the peer will send nothing more */
	bool closing;		/* the last answer of this connection */
	bool closed;		/* conn_close or conn_abort was called */
	bool busy;		/* advance() runs; do not enter it again */
};

/* Makes the application that serves `site`. */
struct app *http_new(const struct http_site *site,
    const struct app_options *options, struct loop *loop,
    struct tls_error *err);
void http_free(struct app *app);

/* Postpones the answer until the session has changed; the site's `changed` is
 * called then, instead of a reply now.  For requests of HTTP/1. */
void http_wait(struct conn *conn, const struct http_request *request);

/* Postpones the answer, if it has to wait for the shadow (hold.h); the site's
 * `answer` is called again.  False: reply now. */
bool http_hold(struct conn *conn, const struct http_request *request);

/* What to reply with; copied.  `bare`: after the reference's two header lines,
 * which always say 200, and as the last answer of the connection.  `old`: the
 * status is 200, and the status line the reference's, "HTTP/1.0 200 ok". */
struct http_content {
	const char *type;	/* media type */
	const char *fields;	/* further header lines with CR LF, or null */
	struct tls_span body;
	bool bare, old;
};

void http_reply(struct conn *conn, const struct http_request *request,
    int status, const struct http_content *content);

/* Replies with an error page that gives `reason`, one clause, or, if it is
 * null, only the standard words of the status. */
void http_refuse(struct conn *conn, const struct http_request *request,
    int status, const char *reason);

/* A file to reply with. */
struct http_file {
	int fd;			/* taken */
	uint64_t len;		/* bytes */
	const char *type;	/* media type */
	const char *name;	/* for the event */
	bool bare;		/* as in http_content */
};

/* Replies with `file`, sent piece by piece as the peer takes it: after a head
 * of ours, or without one if the site is verbatim. */
void http_reply_file(struct conn *conn, const struct http_request *request,
    const struct http_file *file);

/* Sends the next piece of the current file. */
void http_send_piece(struct conn *conn);

#endif
