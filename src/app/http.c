/* http.c - requests of a connection, one after the other
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9112
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/h2.h"
#include "app/hold.h"
#include "app/http.h"
#include "base/err.h"

/* With this many bytes queued no further request is read.  With this many bytes
 * of requests waiting, the connection ends after the current answer: the peer
 * sends the rest again on another one (RFC 9112, 9.3.2). */
#define MAX_QUEUED	262144
#define MAX_WAITING	(2 * HTTP_MAX_HEAD)

/* Pieces of a file to send before other connections get their turn. */
#define MAX_ROUNDS	16

/* A request that is answered later. */
struct kept_request {
	struct http_request request;	/* points into `bytes` */
	struct buf bytes;
	bool held;			/* until the shadow has answered, and
					 * not until a change */
};

static struct app_state *
state_of(struct conn *conn)
{
	struct app_state *state = conn_state(conn);

	if (!state) {
		state = mem_zero(1, sizeof *state);
		state->file = -1;
		conn_set_state(conn, state);
	}
	return state;
}

static void
drop_waiting(struct app_state *state)
{
	if (!state->waiting)
		return;
	buf_clear(&state->waiting->bytes);
	free(state->waiting);
	state->waiting = NULL;
}

static void
drop_state(struct conn *conn)
{
	struct app_state *state = conn_state(conn);

	if (!state)
		return;
	if (state->file != -1)
		close(state->file);
	hold_end(state);
	drop_waiting(state);
	buf_clear(&state->input);
	if (state->h2)
		h2_free(state->h2);
	free(state);
	conn_set_state(conn, NULL);
}

/* Passes the request to the site, if it may see it. */
static void
pass_on(struct conn *conn, const struct http_request *request)
{
	const struct http *http = (const struct http *)conn_app(conn);

	if (!span_equal(request->method, span_of("HEAD")) &&
	    !span_equal(request->method, span_of("GET")))
		http_refuse(conn, request, 405, "only GET and HEAD are served");
	else
		http->site->answer(conn, request);
}

/* A request of HTTP/2. */
static void
answer_h2(struct conn *conn, const struct http_request *request, int bad)
{
	if (bad)
		http_refuse(conn, request, bad, bad == 413 ?
		    "the body is too long" : NULL);
	else
		pass_on(conn, request);
}

static void
answer(struct conn *conn, struct app_state *state,
    const struct http_request *request)
{
	const struct http *http = (const struct http *)conn_app(conn);

	state->closing = !request->keep_alive || !http->options->keep_alive ||
	    request->simple || http->site->verbatim;
	if (!body_begin(&state->body, request)) {
		state->closing = true;
		http_refuse(conn, request, 413, "the body is too long");
		return;
	}
	/* The answer is final: the client may or may not send the body now, so
	 * the next request cannot be found. */
	if (request->expects_continue && body_pending(&state->body))
		state->closing = true;
	pass_on(conn, request);
}

/* Handles the request at the start of `bytes` and takes it off; false if it is
 * not complete yet. */
static bool
take_request(struct conn *conn, struct app_state *state,
    struct tls_span *bytes)
{
	struct http_request request = { 0 };

	switch (http_parse(*bytes, &request)) {
	case HTTP_MORE:
		return false;
	case HTTP_OK:
		answer(conn, state, &request);
		bytes->data += request.head_len;
		bytes->len -= request.head_len;
		return true;
	case HTTP_BAD:
		break;
	}
	state->closing = true;
	http_refuse(conn, &request, request.status, request.reason);
	return true;
}

/* Keeps the request until it can be answered. */
static void
keep_request(struct conn *conn, const struct http_request *request, bool held)
{
	struct app_state *state = conn_state(conn);
	struct kept_request *kept = mem_zero(1, sizeof *kept);
	struct tls_span *const spans[] = {
		&kept->request.method, &kept->request.target,
		&kept->request.host, &kept->request.user_agent,
		&kept->request.head,
	};
	const size_t num = sizeof spans / sizeof *spans;
	size_t at = 0;

	kept->request = *request;
	kept->held = held;
	for (size_t i = 0; i < num; i++)
		buf_add_span(&kept->bytes, *spans[i]);
	for (size_t i = 0; i < num; at += spans[i++]->len)
		if (spans[i]->len)
			spans[i]->data = kept->bytes.data + at;
	state->waiting = kept;
	state->changed = false;
}

void
http_wait(struct conn *conn, const struct http_request *request)
{
	keep_request(conn, request, false);
}

/* A request of HTTP/2 is kept by its stream, and passed on again. */
bool
http_hold(struct conn *conn, const struct http_request *request)
{
	if (!conn_casts_shadow(conn) || !hold_begin(conn))
		return false;
	if (!request->stream)
		keep_request(conn, request, true);
	return true;
}

/* The session must not be used from here, but may be from the loop. */
static void
changed(struct conn *conn)
{
	struct app_state *state = conn_state(conn);

	if (!state || !state->waiting || state->waiting->held)
		return;
	state->changed = true;
	conn_soon(conn);
}

static void
answer_waiting(struct conn *conn, struct app_state *state)
{
	const struct http *http = (const struct http *)conn_app(conn);

	if (!state->waiting || !state->changed)
		return;
	if (state->waiting->held)
		http->site->answer(conn, &state->waiting->request);
	else
		http->site->changed(conn, &state->waiting->request);
	drop_waiting(state);
}

/* Whether an answer is still being sent, so that the next one has to wait. */
static bool
occupied(struct conn *conn, const struct app_state *state)
{
	return state->waiting || state->file != -1 ||
	    conn_queued(conn) > MAX_QUEUED;
}

/* Handles everything in `bytes` that can be handled now. */
static void
take(struct conn *conn, struct app_state *state, struct tls_span *bytes)
{
	while (bytes->len && !state->closed) {
		if (body_pending(&state->body)) {
			if (!body_skip(&state->body, bytes)) {
				state->closing = true;
				state->body.place = BODY_NONE;
			}
		} else if (state->closing || occupied(conn, state) ||
		    !take_request(conn, state, bytes)) {
			return;
		}
		/* Nothing after the last request matters. */
		if (state->closing)
			bytes->len = 0;
	}
}

/* Makes what progress it can: sends what is due, then reads the next request or
 * closes. */
static void
advance(struct conn *conn, struct app_state *state, struct tls_span *bytes)
{
	for (unsigned i = 0; !state->closed; i++) {
		if (i == MAX_ROUNDS) {
			conn_soon(conn);
			break;
		}
		if (state->file != -1 && !conn_queued(conn))
			http_send_piece(conn);
		take(conn, state, bytes);
		if (state->file == -1 || conn_queued(conn))
			break;
	}
	if (state->ended && !occupied(conn, state))
		state->closing = true;
	if (state->closing && state->file == -1 && !state->waiting &&
	    !state->closed) {
		state->closed = true;
		conn_close(conn);
	}
}

/* Keeps the rest of `bytes`, which point into `data` or into the input
 * itself. */
static void
keep(struct app_state *state, struct tls_span bytes, bool own)
{
	if (state->closing)
		buf_clear(&state->input);
	else if (own)
		buf_drop(&state->input, state->input.len - bytes.len);
	else
		buf_add_span(&state->input, bytes);
	if (!state->input.len)
		buf_clear(&state->input);
	if (state->input.len > MAX_WAITING) {
		state->closing = true;
		buf_clear(&state->input);
	}
}

/* Whether the state is needed until the next call. */
static bool
needed(const struct app_state *state)
{
	return !state->closed && (state->file != -1 || state->waiting ||
	    state->input.len ||
	    body_pending(&state->body));
}

/* Whether an incomplete head may be complete now: it has a new line end, or is
 * long enough for the limits to apply.  Saves parsing the head again for every
 * byte of a slow client. */
static bool
worth_parsing(const struct app_state *state, struct tls_span data)
{
	return state->file != -1 || body_pending(&state->body) ||
	    state->input.len + data.len > HTTP_MAX_LINE ||
	    memchr(data.data, '\n', data.len);
}

static void
received(struct conn *conn, struct tls_span data)
{
	struct app_state *state = state_of(conn);
	struct tls_span bytes = data;
	bool own = state->input.len != 0;

	if (state->h2) {
		h2_received(state->h2, data);
		return;
	}
	if (state->closed || state->busy || !data.len)
		return;
	if (own) {
		buf_add_span(&state->input, data);
		bytes = buf_span(&state->input);
	}
	state->busy = true;
	if (worth_parsing(state, data))
		advance(conn, state, &bytes);
	keep(state, bytes, own);
	state->busy = false;
	if (!needed(state))
		drop_state(conn);
}

static void
drained(struct conn *conn)
{
	struct app_state *state = conn_state(conn);
	struct tls_span bytes;

	if (state && state->h2) {
		h2_drained(state->h2);
		return;
	}
	if (!state || state->busy || state->closed)
		return;
	state->busy = true;
	answer_waiting(conn, state);
	bytes = buf_span(&state->input);
	advance(conn, state, &bytes);
	keep(state, bytes, true);
	state->busy = false;
	if (!needed(state))
		drop_state(conn);
}

/* The peer will send nothing more; its requests are still answered. */
static void
ended(struct conn *conn)
{
	struct app_state *state = conn_state(conn);

	if (state && state->h2) {
		h2_ended(state->h2);
		return;
	}
	/* A session that has ended will not change any more. */
	if (!state || (state->waiting && !state->waiting->held) ||
	    !occupied(conn, state)) {
		drop_state(conn);
		conn_close(conn);
		return;
	}
	state->ended = true;
}

static void
opened(struct conn *conn)
{
	const struct http *http = (const struct http *)conn_app(conn);
	struct tls_facts facts;
	struct app_state *state;

	if (!http->options->h2)
		return;
	conn_facts(conn, &facts);
	if (!span_equal(facts.alpn, span_of("h2")))
		return;
	state = state_of(conn);
	state->h2 = h2_new(conn, answer_h2);
	if (state->h2)
		h2_drained(state->h2);	/* our settings */
	else
		conn_abort(conn);
}

static void
leaving(struct conn *conn)
{
	struct app_state *state = conn_state(conn);

	if (state && state->h2)
		h2_leave(state->h2);
}

static const struct app_ops http_ops = {
	.name = "http",
	.keeps_hello = true,
	.opened = opened,
	.received = received,
	.drained = drained,
	.leaving = leaving,
	.changed = changed,
	.ended = ended,
	.closed = drop_state,
};

struct app *
http_new(const struct http_site *site, const struct app_options *options,
    struct loop *loop, struct tls_error *err)
{
	struct http *http = mem_zero(1, sizeof *http);
	const char *root = options->root ? options->root : ".";

	http->app.ops = &http_ops;
	http->site = site;
	http->options = options;
	http->date_at = -1;
	http->root = -1;
	if (options->shadow)
		http->hold = hold_new(loop);
	if (!site->has_files)
		return &http->app;
	http->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (http->root == -1) {
		err_set(err, TLS_BLAME_CONFIG,
		    "-root %s: %s; give a directory that can be read",
		    root, strerror(errno));
		free(http);
		return NULL;
	}
	return &http->app;
}

void
http_free(struct app *app)
{
	struct http *http = (struct http *)app;

	if (http->root != -1)
		close(http->root);
	hold_free(http->hold);
	free(http->block);
	free(http);
}
