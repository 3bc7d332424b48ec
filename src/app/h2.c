/* h2.c - HTTP/2 over connections, by nghttp2
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9113; https://nghttp2.org/documentation/
 */
#include "app/h2.h"

#include <inttypes.h>
#include <nghttp2/nghttp2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/body.h"
#include "app/h2_stream.h"

/* Streams that a client may have open, and how much of their answers is made
 * and kept before it has read some: further requests wait. */
#define MAX_STREAMS	100
#define MAX_HELD	262144

/* Bytes to give to the connection at a time; with so many queued there, no
 * more, since it reads nothing from a peer that does not read. */
#define PIECE		16384
#define MAX_QUEUED	65536
#define MAX_ROUNDS	16

/* How much more than what was served a client may cancel or say for nothing;
 * acknowledgements that wait to be sent. */
#define MAX_RESETS	100
#define MAX_CHATTER	1000
#define MAX_ACKS	100

/* Bytes of a body that is too long which are read past, so that a client that
 * sends it first reads why. */
#define MAX_PAST	(16 * BODY_MAX_LEN)

#define MAX_FIELDS	16

struct h2 {
	nghttp2_session *session;
	struct conn *conn;
	h2_answer_fn *answer;
	struct stream *streams;		/* the oldest first */
	size_t held;			/* bytes of answers in memory */
	unsigned resets, chatter;	/* see above */
	bool ended;			/* the peer will send nothing more */
	bool closed;			/* conn_close was called */
	bool busy;
};

const char *
h2_version(void)
{
	return nghttp2_version(0)->version_str;
}

static struct stream *
find(struct h2 *h2, int32_t id)
{
	struct stream *stream = h2->streams;

	while (stream && stream->id != (uint32_t)id)
		stream = stream->next;
	return stream;
}

static void
drop(struct h2 *h2, struct stream *stream)
{
	struct stream **link = &h2->streams;

	while (*link != stream)
		link = &(*link)->next;
	*link = stream->next;
	h2->held -= stream_held(stream);
	stream_free(stream);
}

/* Sends a client away that costs much and takes nothing. */
static void
calm(struct h2 *h2)
{
	nghttp2_session_terminate_session(h2->session,
	    NGHTTP2_ENHANCE_YOUR_CALM);
}

/* ---- what arrives ---------------------------------------------------- */

static int
begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
	struct h2 *h2 = user;
	struct stream **link = &h2->streams;

	(void)session;
	if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
		return 0;
	while (*link)
		link = &(*link)->next;
	*link = stream_new((uint32_t)frame->hd.stream_id);
	return 0;
}

static int
header(nghttp2_session *session, const nghttp2_frame *frame,
    const uint8_t *name, size_t name_len, const uint8_t *value,
    size_t value_len, uint8_t flags, void *user)
{
	struct stream *stream = find(user, frame->hd.stream_id);

	(void)session;
	(void)flags;
	/* Trailers are read past. */
	if (stream && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
		stream_field(stream, (struct tls_span){ name, name_len },
		    (struct tls_span){ value, value_len });
	return 0;
}

static int
data_chunk(nghttp2_session *session, uint8_t flags, int32_t id,
    const uint8_t *data, size_t len, void *user)
{
	struct stream *stream = find(user, id);

	(void)flags;
	(void)data;
	if (!stream)
		return 0;
	stream->body_len += len;
	if (stream->body_len > MAX_PAST)
		return nghttp2_submit_rst_stream(session, 0, id,
		    NGHTTP2_ENHANCE_YOUR_CALM);
	if (stream->body_len > BODY_MAX_LEN && !stream->ready) {
		stream->bad = 413;
		stream->ready = true;
	}
	return 0;
}

/* Whether a frame brings nothing by itself.  Acknowledgements are ours. */
static bool
is_chatter(const nghttp2_frame *frame)
{
	switch (frame->hd.type) {
	case NGHTTP2_SETTINGS:
	case NGHTTP2_PING:
	case NGHTTP2_PRIORITY:
		return true;
	case NGHTTP2_DATA:
		return frame->hd.length == 0;
	default:
		return false;
	}
}

static int
frame_received(nghttp2_session *session, const nghttp2_frame *frame,
    void *user)
{
	struct h2 *h2 = user;
	struct stream *stream = find(h2, frame->hd.stream_id);
	bool last = (frame->hd.type == NGHTTP2_HEADERS ||
	    frame->hd.type == NGHTTP2_DATA) &&
	    frame->hd.flags & NGHTTP2_FLAG_END_STREAM;

	(void)session;
	if (is_chatter(frame) && ++h2->chatter > MAX_CHATTER)
		calm(h2);
	if (frame->hd.type == NGHTTP2_RST_STREAM &&
	    ++h2->resets > MAX_RESETS)
		calm(h2);
	if (!stream)
		return 0;
	if (frame->hd.type == NGHTTP2_HEADERS &&
	    stream->announced > BODY_MAX_LEN)
		stream->bad = 413;
	if (last)
		stream->whole = true;
	if (last || stream->bad)
		stream->ready = true;
	return 0;
}

static int
stream_closed(nghttp2_session *session, int32_t id, uint32_t error,
    void *user)
{
	struct h2 *h2 = user;
	struct stream *stream = find(h2, id);

	(void)session;
	if (!stream)
		return 0;
	if (error == NGHTTP2_NO_ERROR) {
		h2->resets -= h2->resets > 0;
		h2->chatter = 0;
	}
	drop(h2, stream);
	return 0;
}

/* ---- answers ------------------------------------------------------------- */

static ssize_t
read_body(nghttp2_session *session, int32_t id, uint8_t *out, size_t len,
    uint32_t *flags, nghttp2_data_source *source, void *user)
{
	struct stream *stream = find(user, id);
	ssize_t got = stream ? stream_read(stream, out, len) : -1;

	(void)session;
	(void)source;
	if (got < 0)
		return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
	if (stream_is_sent(stream))
		*flags |= NGHTTP2_DATA_FLAG_EOF;
	return got;
}

/* The fields of an answer, which nghttp2 copies. */
struct fields {
	nghttp2_nv list[MAX_FIELDS];
	size_t num;
};

static void
add_field(struct fields *fields, const char *name, const char *value)
{
	if (fields->num == MAX_FIELDS)
		return;
	fields->list[fields->num++] = (nghttp2_nv){
		.name = (uint8_t *)name, .namelen = strlen(name),
		.value = (uint8_t *)value, .valuelen = strlen(value),
	};
}

/* Adds lines as HTTP/1 has them, "Name: value" CR LF, cutting `lines` up: the
 * names in lower case (RFC 9113, 8.2). */
static void
add_lines(struct fields *fields, char *lines)
{
	char *end, *colon;

	for (; (end = strstr(lines, "\r\n")) != NULL; lines = end + 2) {
		*end = 0;
		colon = strstr(lines, ": ");
		if (!colon)
			continue;
		*colon = 0;
		for (char *c = lines; *c; c++)
			if (*c >= 'A' && *c <= 'Z')
				*c = (char)(*c + 'a' - 'A');
		add_field(fields, lines, colon + 2);
	}
}

void
h2_reply(struct h2 *h2, uint32_t id, const struct h2_answer *answer)
{
	struct stream *stream = find(h2, (int32_t)id);
	nghttp2_data_provider body = { .read_callback = read_body };
	struct fields fields = { .num = 0 };
	struct buf lines = BUF_INIT;
	char status[8], len[24];

	stream->answered = true;
	stream->file = answer->fd;
	stream->file_left = answer->len;
	if (answer->fd == -1 && answer->body) {
		buf_add_span(&stream->body, answer->content->body);
		h2->held += stream->body.len;
	}
	snprintf(status, sizeof status, "%d", answer->status);
	snprintf(len, sizeof len, "%" PRIu64, answer->len);
	add_field(&fields, ":status", status);
	add_field(&fields, "date", answer->date);
	add_field(&fields, "content-type", answer->content->type);
	add_field(&fields, "content-length", len);
	if (answer->status == 405)
		add_field(&fields, "allow", "GET, HEAD");
	if (answer->content->fields)
		buf_add_string(&lines, answer->content->fields);
	add_lines(&fields, (char *)buf_string(&lines));
	if (nghttp2_submit_response(h2->session, (int32_t)id, fields.list,
	    fields.num, answer->body && answer->len ? &body : NULL) != 0)
		nghttp2_submit_rst_stream(h2->session, 0, (int32_t)id,
		    NGHTTP2_INTERNAL_ERROR);
	buf_clear(&lines);
}

/* Answers the requests that are ready, as long as there is room.  A stream is
 * only closed, and freed, by what is sent or received later. */
static void
answer_ready(struct h2 *h2)
{
	for (struct stream *stream = h2->streams; stream;
	    stream = stream->next) {
		struct http_request request;

		if (stream->answered || !stream->ready)
			continue;
		if (h2->held > MAX_HELD)
			return;
		request = stream_request(stream);
		h2->answer(h2->conn, &request, stream->bad);
	}
}

/* ---- what is sent ------------------------------------------------------ */

/* Passes on a piece of what nghttp2 has to send; false if there is none. */
static bool
send_piece(struct h2 *h2)
{
	struct buf out = BUF_INIT;
	const uint8_t *data;
	ssize_t len = 0;

	while (out.len < PIECE &&
	    (len = nghttp2_session_mem_send(h2->session, &data)) > 0)
		buf_add(&out, data, (size_t)len);
	if (out.len)
		conn_write(h2->conn, buf_span(&out));
	buf_clear(&out);
	return len > 0;
}

/* Whether nothing is to be sent or received any more. */
static bool
is_over(struct h2 *h2)
{
	bool writes = nghttp2_session_want_write(h2->session) != 0;

	return !writes && (!nghttp2_session_want_read(h2->session) ||
	    (h2->ended && !h2->streams));
}

static void
advance(struct h2 *h2)
{
	bool more = true;

	if (h2->closed)
		return;
	for (unsigned i = 0; more && i < MAX_ROUNDS &&
	    conn_queued(h2->conn) <= MAX_QUEUED; i++) {
		answer_ready(h2);
		more = send_piece(h2);
	}
	if (is_over(h2)) {
		h2->closed = true;
		conn_close(h2->conn);
	} else if (more && conn_queued(h2->conn) <= MAX_QUEUED) {
		conn_soon(h2->conn);
	}
}

void
h2_received(struct h2 *h2, struct tls_span data)
{
	ssize_t taken;

	if (h2->closed || h2->busy)
		return;
	h2->busy = true;
	taken = nghttp2_session_mem_recv(h2->session, data.data, data.len);
	if (taken == NGHTTP2_ERR_FLOODED)
		calm(h2);
	else if (taken < 0)
		nghttp2_session_terminate_session(h2->session,
		    NGHTTP2_PROTOCOL_ERROR);
	advance(h2);
	h2->busy = false;
}

void
h2_drained(struct h2 *h2)
{
	if (h2->busy)
		return;
	h2->busy = true;
	advance(h2);
	h2->busy = false;
}

void
h2_ended(struct h2 *h2)
{
	h2->ended = true;
	h2_drained(h2);
}

void
h2_leave(struct h2 *h2)
{
	if (h2->closed || h2->busy)
		return;
	nghttp2_session_terminate_session(h2->session, NGHTTP2_NO_ERROR);
	while (send_piece(h2))
		;
	h2->closed = true;
}

/* ---- beginning and end -------------------------------------------------- */

static nghttp2_session *
new_session(struct h2 *h2)
{
	nghttp2_session_callbacks *calls = NULL;
	nghttp2_session *session = NULL;
	nghttp2_option *option = NULL;

	if (nghttp2_session_callbacks_new(&calls) != 0 ||
	    nghttp2_option_new(&option) != 0) {
		nghttp2_session_callbacks_del(calls);
		return NULL;
	}
	nghttp2_session_callbacks_set_on_begin_headers_callback(calls,
	    begin_headers);
	nghttp2_session_callbacks_set_on_header_callback(calls, header);
	nghttp2_session_callbacks_set_on_data_chunk_recv_callback(calls,
	    data_chunk);
	nghttp2_session_callbacks_set_on_frame_recv_callback(calls,
	    frame_received);
	nghttp2_session_callbacks_set_on_stream_close_callback(calls,
	    stream_closed);
	nghttp2_option_set_max_outbound_ack(option, MAX_ACKS);
	nghttp2_option_set_no_closed_streams(option, 1);
	if (nghttp2_session_server_new2(&session, calls, h2, option) != 0)
		session = NULL;
	nghttp2_session_callbacks_del(calls);
	nghttp2_option_del(option);
	return session;
}

struct h2 *
h2_new(struct conn *conn, h2_answer_fn *answer)
{
	const nghttp2_settings_entry settings[] = {
		{ NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, MAX_STREAMS },
		{ NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, HTTP_MAX_HEAD },
	};
	struct h2 *h2 = mem_zero(1, sizeof *h2);

	h2->conn = conn;
	h2->answer = answer;
	h2->session = new_session(h2);
	if (!h2->session || nghttp2_submit_settings(h2->session,
	    NGHTTP2_FLAG_NONE, settings,
	    sizeof settings / sizeof *settings) != 0) {
		h2_free(h2);
		return NULL;
	}
	return h2;
}

void
h2_free(struct h2 *h2)
{
	nghttp2_session_del(h2->session);
	while (h2->streams)
		drop(h2, h2->streams);
	free(h2);
}
