/* reply.c - answers: their heads, their bodies, and files piece by piece
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9110
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/h2.h"
#include "app/http.h"

/* Enough for nearly every head. */
#define HEAD_ROOM	512

static const char *
date_of(struct http *http)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu",
		"Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	int64_t now = clock_system.wall_us(&clock_system) / 1000000;
	time_t seconds = (time_t)now;
	struct tm tm;

	if (now == http->date_at || !gmtime_r(&seconds, &tm))
		return http->date;
	http->date_at = now;
	snprintf(http->date, sizeof http->date,
	    "%s, %02d %s %04d %02d:%02d:%02d GMT", days[tm.tm_wday],
	    tm.tm_mday, months[tm.tm_mon], (tm.tm_year + 1900) % 10000,
	    tm.tm_hour, tm.tm_min, tm.tm_sec);
	return http->date;
}

static void
post(struct conn *conn, const struct http_request *request, int status,
    uint64_t len, const char *file)
{
	struct event event = {
		.kind = EVENT_REQUEST,
		.request = { request->method, request->target, status, len,
		    file },
	};

	conn_post(conn, &event);
}

static bool
wants_body(const struct http_request *request)
{
	return !span_equal(request->method, span_of("HEAD"));
}

/* Adds the head of an answer with a body of `len` bytes. */
static void
add_head(struct buf *out, struct conn *conn,
    const struct http_request *request, int status,
    const struct http_content *content, uint64_t len)
{
	const char *connection = "";

	if (request->simple)
		return;
	if (conn_state(conn)->closing)
		connection = "Connection: close\r\n";
	else if (request->minor == 0)
		connection = "Connection: keep-alive\r\n";
	buf_reserve(out, HEAD_ROOM);
	if (content->old)
		buf_add_string(out, "HTTP/1.0 200 ok\r\n");
	else
		buf_printf(out, "HTTP/1.1 %d %s\r\n", status,
		    http_reason(status));
	buf_printf(out, "Date: %s\r\n", date_of((struct http *)conn_app(conn)));
	buf_printf(out, "Content-Type: %s\r\n", content->type);
	buf_printf(out, "Content-Length: %" PRIu64 "\r\n", len);
	if (status == 405)
		buf_add_string(out, "Allow: GET, HEAD\r\n");
	if (content->fields)
		buf_add_string(out, content->fields);
	buf_printf(out, "%s\r\n", connection);
}

/* The head that the reference sends, whatever was asked. */
static void
add_bare_head(struct buf *out, struct conn *conn, const char *type)
{
	conn_state(conn)->closing = true;
	buf_reserve(out, HEAD_ROOM);
	buf_printf(out, "HTTP/1.0 200 ok\r\nContent-type: %s\r\n\r\n", type);
}

/* Passes the answer to a request of HTTP/2 on: a file of `len` bytes, or, if
 * `fd` is -1, what is in `content`. */
static void
reply_h2(struct conn *conn, const struct http_request *request, int status,
    const struct http_content *content, int fd, uint64_t len)
{
	const struct h2_answer answer = {
		.status = status, .content = content, .fd = fd, .len = len,
		.date = date_of((struct http *)conn_app(conn)),
		.body = wants_body(request),
	};

	h2_reply(conn_state(conn)->h2, request->stream, &answer);
}

void
http_reply(struct conn *conn, const struct http_request *request, int status,
    const struct http_content *content)
{
	struct buf out = BUF_INIT;

	post(conn, request, status, content->body.len, NULL);
	if (request->stream) {
		reply_h2(conn, request, status, content, -1,
		    content->body.len);
		return;
	}
	if (content->bare)
		add_bare_head(&out, conn, content->type);
	else
		add_head(&out, conn, request, status, content,
		    content->body.len);
	if (wants_body(request))
		buf_add_span(&out, content->body);
	if (out.len)
		conn_write(conn, buf_span(&out));
	buf_clear(&out);
}

void
http_refuse(struct conn *conn, const struct http_request *request, int status,
    const char *reason)
{
	struct http_content content = { .type = "text/plain; charset=utf-8" };
	struct buf body = BUF_INIT;

	buf_printf(&body, "%d %s", status, http_reason(status));
	if (reason)
		buf_printf(&body, ": %s", reason);
	buf_add_u8(&body, '\n');
	content.body = buf_span(&body);
	http_reply(conn, request, status, &content);
	buf_clear(&body);
}

/* The length of the head of the response in `piece`, with its final empty line;
 * all of `piece` if there is none. */
static size_t
head_len_of(struct tls_span piece)
{
	for (size_t i = 1; i < piece.len; i++) {
		if (piece.data[i] != '\n')
			continue;
		if (piece.data[i - 1] == '\n' || (i >= 2 &&
		    piece.data[i - 1] == '\r' && piece.data[i - 2] == '\n'))
			return i + 1;
	}
	return piece.len;
}

/* Ends the sending of a file, whether or not all of it went. */
static void
finish(struct conn *conn)
{
	struct app_state *state = conn_state(conn);

	close(state->file);
	state->file = -1;
	/* Its length was announced: only a broken connection tells the peer
	 * that the file is incomplete. */
	if (state->file_left) {
		state->closing = state->closed = true;
		conn_abort(conn);
	}
}

/* Reads the next piece of the file into the worker's block after the first
 * `used` bytes, and sends both. */
static void
send_piece(struct conn *conn, size_t used, bool head_alone)
{
	struct http *http = (struct http *)conn_app(conn);
	struct app_state *state = conn_state(conn);
	struct tls_span piece = { http->block, used };
	size_t room = HTTP_BLOCK_LEN - used;
	ssize_t len;

	if (room > state->file_left)
		room = (size_t)state->file_left;
	do
		len = room ? read(state->file, http->block + used, room) : 0;
	while (len == -1 && errno == EINTR);
	if (len > 0) {
		piece.len += (size_t)len;
		state->file_left -= (uint64_t)len;
	}
	if (head_alone) {
		piece.len = head_len_of(piece);
		state->file_left = 0;
	}
	if (piece.len)
		conn_write(conn, piece);
	if (len <= 0 || !state->file_left)
		finish(conn);
}

void
http_send_piece(struct conn *conn)
{
	send_piece(conn, 0, false);
}

void
http_reply_file(struct conn *conn, const struct http_request *request,
    const struct http_file *file)
{
	struct http *http = (struct http *)conn_app(conn);
	struct app_state *state = conn_state(conn);
	struct http_content content = { .type = file->type };
	struct buf head = BUF_INIT;
	bool verbatim = http->site->verbatim;

	post(conn, request, 200, file->len, file->name);
	if (request->stream) {
		reply_h2(conn, request, 200, &content, file->fd, file->len);
		return;
	}
	if (file->bare && verbatim)
		state->closing = true;
	else if (file->bare)
		add_bare_head(&head, conn, file->type);
	else if (!verbatim)
		add_head(&head, conn, request, 200, &content, file->len);
	if (!http->block)
		http->block = mem_alloc(HTTP_BLOCK_LEN);
	if (head.len)
		memcpy(http->block, head.data, head.len);
	state->file = file->fd;
	state->file_left = file->len;
	if (!verbatim && !wants_body(request))
		state->file_left = 0;
	send_piece(conn, head.len, verbatim && !wants_body(request));
	buf_clear(&head);
}
