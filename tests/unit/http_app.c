/* http_app.c - requests and answers, over a connection that is none
 * SPDX-License-Identifier: Apache-2.0
 *
 * The functions of conn/conn.h stand here, as the double that app/http.c and
 * app/reply.c are linked to: what is written goes into a buf, of which the
 * first `room` bytes go at once.
 *
 * Longer than most: both versions of HTTP have the same stage.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/http.h"
#include "base/err.h"

struct conn {
	struct app *app;
	struct app_state *state;
	struct buf out;
	struct tls_span alpn;	/* the protocol agreed on */
	size_t room;		/* bytes that go at once */
	size_t queued;
	unsigned soon;
	unsigned num_requests;	/* events of them */
	int status;		/* of the last */
	bool closed, aborted;
};

struct app *
conn_app(const struct conn *conn)
{
	return conn->app;
}

void
conn_post(struct conn *conn, struct event *event)
{
	assert_int_equal(event->kind, EVENT_REQUEST);
	conn->num_requests++;
	conn->status = event->request.status;
}

struct app_state *
conn_state(const struct conn *conn)
{
	return conn->state;
}

void
conn_set_state(struct conn *conn, struct app_state *state)
{
	conn->state = state;
}

void
conn_write(struct conn *conn, struct tls_span data)
{
	size_t goes = data.len;

	assert_false(conn->closed);
	buf_add_span(&conn->out, data);
	if (goes > conn->room)
		goes = conn->room;
	conn->room -= goes;
	conn->queued += data.len - goes;
}

void
conn_facts(struct conn *conn, struct tls_facts *facts)
{
	*facts = (struct tls_facts){ .alpn = conn->alpn };
}

void
conn_soon(struct conn *conn)
{
	conn->soon++;
}

size_t
conn_queued(const struct conn *conn)
{
	return conn->queued;
}

void
conn_close(struct conn *conn)
{
	conn->closed = true;
}

struct shadow_job *
conn_shadow(const struct conn *conn)
{
	(void)conn;
	return NULL;
}

bool
conn_casts_shadow(const struct conn *conn)
{
	(void)conn;
	return false;
}

void
conn_abort(struct conn *conn)
{
	conn->closed = conn->aborted = true;
}

/* ---- the site ---------------------------------------------------------- */

#define FILE_LEN	300000

static FILE *file;

/* Replies with the target's first letter as often as its number says, or for
 * /file with the file. */
static void
answer(struct conn *conn, const struct http_request *request)
{
	struct http_content content = { .type = "text/plain" };
	struct http_file reply = { -1, FILE_LEN, "text/plain", "file", false };
	struct buf body = BUF_INIT;
	unsigned long num = 0;

	if (span_equal(request->target, span_of("/file"))) {
		reply.fd = dup(fileno(file));
		lseek(reply.fd, 0, SEEK_SET);
		http_reply_file(conn, request, &reply);
		return;
	}
	for (size_t i = 2; i < request->target.len; i++)
		num = num * 10 + (request->target.data[i] - '0');
	memset(buf_reserve(&body, num), request->target.data[1], num);
	body.len = num;
	content.body = buf_span(&body);
	http_reply(conn, request, 200, &content);
	buf_clear(&body);
}

static const struct http_site site = { .answer = answer };
static const struct http_site whole = { .answer = answer, .verbatim = true };

/* ---- the stage --------------------------------------------------------- */

struct stage {
	struct app_options options;
	struct conn conn;
};

static void
begin(struct stage *stage, const struct http_site *which)
{
	struct tls_error err = TLS_ERROR_INIT;

	memset(stage, 0, sizeof *stage);
	stage->options.keep_alive = true;
	stage->conn.room = SIZE_MAX;
	stage->conn.app = http_new(which, &stage->options, NULL, &err);
	assert_non_null(stage->conn.app);
}

static void
end(struct stage *stage)
{
	struct conn *conn = &stage->conn;

	conn->app->ops->closed(conn);
	assert_null(conn->state);
	http_free(conn->app);
	buf_clear(&conn->out);
}

static void
come(struct conn *conn, const char *text, size_t step)
{
	struct tls_span rest = span_of(text), piece;

	while (rest.len && !conn->closed) {
		piece.data = rest.data;
		piece.len = rest.len < step ? rest.len : step;
		rest.data += piece.len;
		rest.len -= piece.len;
		conn->app->ops->received(conn, piece);
	}
}

/* The peer takes all that is queued, again and again, `room` bytes more each
 * time, until nothing more comes. */
static void
take_all(struct conn *conn, size_t room)
{
	while ((conn->queued || conn->soon) && !conn->closed) {
		assert_true(conn->queued <= 262144 + 65536);
		conn->queued = 0;
		conn->soon = 0;
		conn->room = room;
		conn->app->ops->drained(conn);
	}
}

static size_t
count(struct conn *conn, const char *what)
{
	const char *at = buf_string(&conn->out);
	size_t num = 0;

	while ((at = strstr(at, what))) {
		num++;
		at += strlen(what);
	}
	return num;
}

#define assert_has(conn, what) \
	assert_true(count(conn, what) == 1)
#define assert_lacks(conn, what) \
	assert_true(count(conn, what) == 0)

/* ---- the scenes -------------------------------------------------------- */

static void
answers_whatever_the_pieces(void **state)
{
	static const char text[] = "GET /a5 HTTP/1.1\r\nHost: x\r\n\r\n"
	    "\r\nGET /b3 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
	    "GET /c2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nmore";
	struct stage stage;

	(void)state;
	for (size_t step = 1; step < sizeof text; step++) {
		begin(&stage, &site);
		come(&stage.conn, text, step);
		assert_true(stage.conn.closed);
		assert_false(stage.conn.aborted);
		assert_true(count(&stage.conn, "HTTP/1.1 200 OK\r\n") == 3);
		assert_has(&stage.conn, "\r\n\r\naaaaaHTTP/1.1");
		assert_has(&stage.conn, "\r\n\r\nbbbHTTP/1.1");
		assert_has(&stage.conn, "\r\n\r\ncc");
		assert_true(count(&stage.conn, "Date: ") == 3);
		assert_has(&stage.conn, "Content-Length: 5\r\n");
		assert_has(&stage.conn, "Connection: close\r\n");
		end(&stage);
	}
}

static void
keeps_no_state_while_idle(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	come(&stage.conn, "GET /a5 HTTP/1.1\r\nHost: x\r\n\r\n", 7);
	assert_null(stage.conn.state);
	assert_false(stage.conn.closed);
	come(&stage.conn, "GET /a5 HTTP/1.1\r\n", 100);
	assert_non_null(stage.conn.state);
	end(&stage);
}

static void
answers_head_without_a_body(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	come(&stage.conn, "HEAD /a5 HTTP/1.1\r\nHost: x\r\n\r\n", 100);
	assert_has(&stage.conn, "Content-Length: 5\r\n");
	assert_lacks(&stage.conn, "aaaaa");
	end(&stage);
}

static void
speaks_the_old_versions(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	come(&stage.conn, "GET /a5\r\n", 100);
	assert_string_equal(buf_string(&stage.conn.out), "aaaaa");
	assert_true(stage.conn.closed);
	end(&stage);

	begin(&stage, &site);
	come(&stage.conn, "GET /a5 HTTP/1.0\r\n\r\n", 100);
	assert_has(&stage.conn, "Connection: close\r\n");
	assert_true(stage.conn.closed);
	end(&stage);

	begin(&stage, &site);
	come(&stage.conn,
	    "GET /a5 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 100);
	assert_has(&stage.conn, "Connection: keep-alive\r\n");
	assert_false(stage.conn.closed);
	end(&stage);
}

static void
closes_unless_told_to_keep_alive(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	stage.options.keep_alive = false;
	come(&stage.conn, "GET /a5 HTTP/1.1\r\nHost: x\r\n\r\n", 100);
	assert_has(&stage.conn, "Connection: close\r\n");
	assert_true(stage.conn.closed);
	end(&stage);
}

static void
refuses_other_methods(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	come(&stage.conn, "POST /a5 HTTP/1.1\r\nHost: x\r\n"
	    "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
	    "GET /b3 HTTP/1.1\r\nHost: x\r\n\r\n", 100);
	assert_has(&stage.conn, "HTTP/1.1 405 Method Not Allowed\r\n");
	assert_has(&stage.conn, "Allow: GET, HEAD\r\n");
	assert_has(&stage.conn, "\r\n\r\nbbb");
	end(&stage);
}

static void
refuses_long_bodies_and_closes(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	come(&stage.conn, "GET /a5 HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 1048577\r\n\r\n", 100);
	assert_has(&stage.conn, "HTTP/1.1 413 ");
	assert_int_equal(stage.conn.num_requests, 1);
	assert_int_equal(stage.conn.status, 413);
	assert_true(stage.conn.closed);
	end(&stage);
}

/* Whether the body comes after a final answer cannot be known. */
static void
answers_an_expectation_and_closes(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	come(&stage.conn, "PUT /a5 HTTP/1.1\r\nHost: x\r\n"
	    "Content-Length: 10\r\nExpect: 100-continue\r\n\r\n", 100);
	assert_has(&stage.conn, "HTTP/1.1 405 ");
	assert_has(&stage.conn, "Connection: close\r\n");
	assert_true(stage.conn.closed);
	end(&stage);
}

static void
refuses_garbage_and_closes(void **state)
{
	static const char *const garbage[] = {
		"\x16\x03\x01 garbage\r\n\r\n", "GET\r\n\r\n",
		"GET /a5 HTTP/1.1\r\nHost : x\r\n\r\n", "a b c d e\n\n",
	};
	struct stage stage;

	(void)state;
	for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
		begin(&stage, &site);
		come(&stage.conn, garbage[i], 1);
		assert_has(&stage.conn, "HTTP/1.1 400 Bad Request\r\n");
		assert_true(stage.conn.closed);
		end(&stage);
	}
}

static void
bounds_a_head_without_end(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	for (unsigned i = 0; i < 100000 && !stage.conn.closed; i++)
		come(&stage.conn, "x", 1);
	assert_true(stage.conn.closed);
	assert_has(&stage.conn, "HTTP/1.1 4");
	end(&stage);
}

static void
waits_for_a_peer_that_does_not_read(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	stage.conn.room = 1000;
	for (unsigned i = 0; i < 40; i++)
		come(&stage.conn,
		    "GET /a60000 HTTP/1.1\r\nHost: x\r\n\r\n", 100);
	assert_true(stage.conn.queued < 262144 + 61000);
	take_all(&stage.conn, 1000);
	assert_true(count(&stage.conn, "HTTP/1.1 200 OK\r\n") == 40);
	assert_null(stage.conn.state);
	assert_false(stage.conn.closed);
	end(&stage);
}

static void
ends_with_what_was_asked_before_the_peers_end(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	stage.conn.room = 1000;
	come(&stage.conn, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n"
	    "GET /b7 HTTP/1.1\r\nHost: x\r\n\r\nGET /c", 1000);
	stage.conn.app->ops->ended(&stage.conn);
	assert_false(stage.conn.closed);
	take_all(&stage.conn, 1000);
	assert_has(&stage.conn, "\r\n\r\nbbbbbbb");
	assert_true(stage.conn.closed);
	assert_false(stage.conn.aborted);
	end(&stage);

	begin(&stage, &site);
	stage.conn.app->ops->ended(&stage.conn);
	assert_true(stage.conn.closed);
	end(&stage);
}

static void
sends_a_file_as_fast_as_it_is_taken(void **state)
{
	static const size_t rooms[] = { 1, 1000, 65536, 100000, SIZE_MAX };
	struct stage stage;
	const char *body;

	(void)state;
	for (size_t i = 0; i < sizeof rooms / sizeof *rooms; i++) {
		begin(&stage, &site);
		stage.conn.room = rooms[i];
		come(&stage.conn, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n"
		    "GET /z1 HTTP/1.1\r\nHost: x\r\n\r\n", 1000);
		take_all(&stage.conn, rooms[i]);
		body = strstr(buf_string(&stage.conn.out), "\r\n\r\n") + 4;
		for (unsigned n = 0; n < FILE_LEN; n++)
			assert_true(body[n] == 'a' + (int)(n % 7));
		assert_true(!strncmp(body + FILE_LEN, "HTTP/1.1 200", 12));
		assert_null(stage.conn.state);
		end(&stage);
	}
}

static void
breaks_off_a_file_that_became_shorter(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage, &site);
	stage.conn.room = 0;
	come(&stage.conn, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n", 1000);
	assert_return_code(ftruncate(fileno(file), 200000), 0);
	take_all(&stage.conn, 1000);
	assert_true(stage.conn.aborted);
	end(&stage);
}

static void
sends_whole_responses_as_they_are(void **state)
{
	struct stage stage;

	(void)state;
	rewind(file);
	assert_return_code(ftruncate(fileno(file), 0), 0);
	fputs("HTTP/1.0 299 Odd\r\nA: b\r\n\r\nbody", file);
	for (int i = 0; i < FILE_LEN - 28; i++)
		fputc('x', file);
	fflush(file);

	begin(&stage, &whole);
	come(&stage.conn, "HEAD /file HTTP/1.1\r\nHost: x\r\n\r\n", 1000);
	assert_string_equal(buf_string(&stage.conn.out),
	    "HTTP/1.0 299 Odd\r\nA: b\r\n\r\n");
	assert_true(stage.conn.closed);
	assert_false(stage.conn.aborted);
	end(&stage);

	begin(&stage, &whole);
	come(&stage.conn, "GET /file HTTP/1.1\r\nHost: x\r\n\r\n", 1000);
	assert_int_equal(stage.conn.out.len, FILE_LEN);
	assert_memory_equal(stage.conn.out.data, "HTTP/1.0 299 Odd", 16);
	assert_true(stage.conn.closed);
	end(&stage);
}

static int
make_file(void **state)
{
	(void)state;
	file = tmpfile();
	for (int i = 0; file && i < FILE_LEN; i++)
		fputc('a' + i % 7, file);
	return file && !fflush(file) ? 0 : -1;
}

/* ---- HTTP/2 ------------------------------------------------------------- */

#define TEXT(bytes)	((struct tls_span){ (const uint8_t *)(bytes), \
	sizeof(bytes) - 1 })

static void
add_frame(struct buf *out, unsigned type, unsigned flags, uint32_t stream,
    struct tls_span body)
{
	buf_add_u24(out, (unsigned)body.len);
	buf_add_u8(out, type);
	buf_add_u8(out, flags);
	buf_add_u32(out, stream);
	buf_add_span(out, body);
}

/* What a client sends (RFC 9113): GET twice, POST with a body, PING.  Fields
 * are of HPACK's static table, with plain strings.  No CONTINUATION is among
 * them: libnghttp2 counts the pieces in which its header comes, and refuses a
 * ninth (ERR_TOO_MANY_CONTINUATIONS). */
static void
add_h2_client(struct buf *out)
{
	buf_add_string(out, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	add_frame(out, 4, 0, 0, TEXT("\0\3\0\0\0\x64"));
	add_frame(out, 1, 5, 1, TEXT("\x82\x87\x04\x03/a5\x01\x01x"));
	add_frame(out, 1, 5, 3, TEXT("\x82\x87\x04\x03/" "b3" "\x01\x01x"));
	add_frame(out, 1, 4, 5, TEXT("\x83\x87\x04\x03/c2\x01\x01x"));
	add_frame(out, 0, 0, 5, TEXT("bo"));
	add_frame(out, 0, 1, 5, TEXT("dy"));
	add_frame(out, 6, 0, 0, TEXT("12345678"));
}

/* What a client has got, from whole frames. */
struct got {
	struct buf body[8];		/* by stream */
	bool ended[8];
	unsigned heads, acks;
};

static void
take_frames(struct tls_span bytes, struct got *got)
{
	while (bytes.len) {
		size_t len;
		uint32_t stream;
		const uint8_t *at = bytes.data;

		assert_true(bytes.len >= 9);
		len = (size_t)at[0] << 16 | (size_t)at[1] << 8 | at[2];
		stream = at[8];
		assert_true(bytes.len >= 9 + len && stream < 8);
		if (at[3] == 0)
			buf_add(&got->body[stream], at + 9, len);
		else if (at[3] == 1)
			got->heads++;
		else if (at[3] == 6 && at[4] == 1)
			got->acks += memcmp(at + 9, "12345678", 8) == 0;
		else
			/* SETTINGS and WINDOW_UPDATE. */
			assert_true(at[3] == 4 || at[3] == 8);
		if (at[3] < 2 && at[4] & 1)
			got->ended[stream] = true;
		bytes.data += 9 + len;
		bytes.len -= 9 + len;
	}
}

static void
answers_http_2_whatever_the_pieces(void **state)
{
	struct buf sent = BUF_INIT;

	(void)state;
	add_h2_client(&sent);
	for (size_t step = 1; step <= sent.len; step++) {
		struct stage stage;
		struct got got = { .heads = 0 };
		struct app *app;

		begin(&stage, &site);
		app = stage.conn.app;
		stage.options.h2 = true;
		stage.conn.alpn = span_of("h2");
		if (app->ops->opened)
			app->ops->opened(&stage.conn);
		for (size_t at = 0; at < sent.len; at += step)
			app->ops->received(&stage.conn, (struct tls_span){
			    sent.data + at, sent.len - at < step ?
			    sent.len - at : step });
		take_all(&stage.conn, SIZE_MAX);
		assert_false(stage.conn.closed);
		take_frames(buf_span(&stage.conn.out), &got);
		assert_int_equal(got.heads, 3);
		assert_int_equal(got.acks, 1);
		assert_int_equal(stage.conn.num_requests, 3);
		assert_int_equal(stage.conn.status, 405);
		assert_string_equal(buf_string(&got.body[1]), "aaaaa");
		assert_string_equal(buf_string(&got.body[3]), "bbb");
		for (size_t i = 1; i < 6; i += 2)
			assert_true(got.ended[i]);
		for (size_t i = 0; i < 8; i++)
			buf_clear(&got.body[i]);
		end(&stage);
	}
	buf_clear(&sent);
}

/* A frame that is cut anywhere leaves nothing behind, and answers nothing. */
static void
stands_http_2_that_ends_anywhere(void **state)
{
	struct buf sent = BUF_INIT;

	(void)state;
	add_h2_client(&sent);
	for (size_t len = 0; len < sent.len; len++) {
		struct stage stage;

		begin(&stage, &site);
		stage.options.h2 = true;
		stage.conn.alpn = span_of("h2");
		if (stage.conn.app->ops->opened)
			stage.conn.app->ops->opened(&stage.conn);
		stage.conn.app->ops->received(&stage.conn,
		    (struct tls_span){ sent.data, len });
		assert_true(stage.conn.num_requests <= 3);
		end(&stage);
	}
	buf_clear(&sent);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_http_2_whatever_the_pieces),
		cmocka_unit_test(stands_http_2_that_ends_anywhere),
		cmocka_unit_test(answers_whatever_the_pieces),
		cmocka_unit_test(keeps_no_state_while_idle),
		cmocka_unit_test(answers_head_without_a_body),
		cmocka_unit_test(speaks_the_old_versions),
		cmocka_unit_test(closes_unless_told_to_keep_alive),
		cmocka_unit_test(refuses_other_methods),
		cmocka_unit_test(refuses_long_bodies_and_closes),
		cmocka_unit_test(answers_an_expectation_and_closes),
		cmocka_unit_test(refuses_garbage_and_closes),
		cmocka_unit_test(bounds_a_head_without_end),
		cmocka_unit_test(waits_for_a_peer_that_does_not_read),
		cmocka_unit_test(ends_with_what_was_asked_before_the_peers_end),
		cmocka_unit_test(sends_a_file_as_fast_as_it_is_taken),
		cmocka_unit_test(breaks_off_a_file_that_became_shorter),
		cmocka_unit_test(sends_whole_responses_as_they_are),
	};

	return cmocka_run_group_tests(tests, make_file, NULL);
}
