/* http.c - the reader of HTTP heads
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "wire/http.h"

static struct http_request
request_of(const char *head)
{
	struct http_request request;

	assert_int_equal(http_parse(span_of(head), &request), HTTP_OK);
	return request;
}

static bool
is(struct tls_span span, const char *string)
{
	return span_equal(span, span_of(string));
}

static void
reads_a_whole_request(void **state)
{
	static const char head[] = "POST /a?b HTTP/1.1\r\n"
	    "Host: example.org:4433\r\n"
	    "user-agent:\t curl/8 \r\n"
	    "Expect: 100-Continue\r\n"
	    "Content-Length: 12\r\n"
	    "Content-Length: 12\r\n"
	    "X-Empty:\r\n"
	    "\r\n";
	struct buf bytes = BUF_INIT;
	struct http_request request;

	(void)state;
	buf_add_string(&bytes, head);
	buf_add_string(&bytes, "the body");
	for (size_t len = 0; len < sizeof head - 1; len++)
		assert_int_equal(http_parse((struct tls_span){ bytes.data,
		    len }, &request), HTTP_MORE);
	assert_int_equal(http_parse(buf_span(&bytes), &request), HTTP_OK);
	assert_true(is(request.method, "POST"));
	assert_true(is(request.target, "/a?b"));
	assert_int_equal(request.minor, 1);
	assert_false(request.simple);
	assert_true(request.keep_alive);
	assert_true(request.expects_continue);
	assert_false(request.chunked);
	assert_int_equal(request.content_len, 12);
	assert_true(is(request.host, "example.org:4433"));
	assert_true(is(request.user_agent, "curl/8"));
	assert_int_equal(request.head_len, sizeof head - 1);
	assert_true(is(request.head, head));
	buf_clear(&bytes);
}

static void
reads_a_simple_request(void **state)
{
	struct http_request request = request_of("\r\n\nGET /x\nmore");

	(void)state;
	assert_true(request.simple);
	assert_int_equal(request.minor, 0);
	assert_false(request.keep_alive);
	assert_true(is(request.target, "/x"));
	assert_int_equal(request.head_len, 10);
	assert_true(is(request.head, "GET /x\n"));
}

static void
keeps_a_connection_as_version_and_field_say(void **state)
{
	(void)state;
	assert_true(request_of("GET / HTTP/1.1\n\n").keep_alive);
	assert_false(request_of("GET / HTTP/1.0\n\n").keep_alive);
	assert_true(request_of("GET / HTTP/1.9\n\n").keep_alive);
	assert_false(request_of("GET / HTTP/1.1\nConnection: x, Close\n\n")
	    .keep_alive);
	assert_true(request_of("GET / HTTP/1.0\nconnection: keep-alive\n\n")
	    .keep_alive);
	assert_false(request_of("GET / HTTP/1.0\nConnection: close\n"
	    "Connection: keep-alive\n\n").keep_alive);
	assert_true(request_of("GET / HTTP/1.1\nTransfer-Encoding: Chunked"
	    "\n\n").chunked);
	assert_false(request_of("GET / HTTP/1.0\nExpect: 100-continue\n\n")
	    .expects_continue);
}

static void
refuses_what_is_wrong_with_the_right_status(void **state)
{
#define ROW(bytes, status) { bytes, sizeof(bytes) - 1, status }
	static const struct {
		const char *bytes;
		size_t len;
		int status;
	} rows[] = {
		ROW("\x16\x03\x01", 400),
		ROW("GE T / HTTP/1.1\n", 400),
		ROW("G(T / HTTP/1.1\n", 400),
		ROW(" GET / HTTP/1.1\n", 400),
		ROW("GET /\x7f HTTP/1.1\n", 400),
		ROW("GET /\x1f HTTP/1.1\n", 400),
		ROW("GET  HTTP/1.1\n", 400),
		ROW("GET\n", 400),
		ROW("POST /x\n", 400),
		ROW("GET / HTTP/1.1 \n", 400),
		ROW("GET / http/1.1\n", 400),
		ROW("GET / HTTP/11\n", 400),
		ROW("GET /\x01 HTTP/1.1\n", 400),
		ROW("GET / HTTP/2.0\n", 505),
		ROW("GET / HTTP/1.1\nA: b\n c\n\n", 400),
		ROW("GET / HTTP/1.1\n A: b\n\n", 400),
		ROW("GET / HTTP/1.1\nA : b\n\n", 400),
		ROW("GET / HTTP/1.1\nA\n\n", 400),
		ROW("GET / HTTP/1.1\n: b\n\n", 400),
		ROW("GET / HTTP/1.1\nA: b\0c\n\n", 400),
		ROW("GET / HTTP/1.1\nA: b\rc\n\n", 400),
		ROW("GET / HTTP/1.1\nHost: a\nHost: b\n\n", 400),
		ROW("GET / HTTP/1.1\nContent-Length: 1\n"
		    "content-length: 2\n\n", 400),
		ROW("GET / HTTP/1.1\nContent-Length: -1\n\n", 400),
		ROW("GET / HTTP/1.1\nContent-Length: \n\n", 400),
		ROW("GET / HTTP/1.1\n"
		    "Content-Length: 18446744073709551616\n\n", 400),
		ROW("GET / HTTP/1.1\nContent-Length: 1\n"
		    "Transfer-Encoding: chunked\n\n", 400),
		ROW("GET / HTTP/1.0\nTransfer-Encoding: chunked\n\n", 400),
		ROW("GET / HTTP/1.1\nTransfer-Encoding: chunked\n"
		    "Transfer-Encoding: chunked\n\n", 400),
		ROW("GET / HTTP/1.1\nTransfer-Encoding: gzip\n\n", 501),
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct http_request request;
		uint8_t *copy = mem_copy(rows[i].bytes, rows[i].len);
		struct tls_span bytes = { copy, rows[i].len };

		if (http_parse(bytes, &request) != HTTP_BAD)
			fail_msg("row %zu is not refused", i);
		if (request.status != rows[i].status)
			fail_msg("row %zu gets %d, not %d (%s)", i,
			    request.status, rows[i].status, request.reason);
		assert_non_null(request.reason);
		free(copy);
	}
#undef ROW
}

static void
add_many(struct buf *out, const char *piece, size_t num)
{
	for (size_t i = 0; i < num; i++)
		buf_add_string(out, piece);
}

/* Parses `out` and empties it. */
static int
status_of(struct buf *out)
{
	struct http_request request;
	enum http_result result = http_parse(buf_span(out), &request);

	buf_clear(out);
	return result == HTTP_BAD ? request.status : 0;
}

static void
refuses_what_is_too_long(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	add_many(&out, "A", HTTP_MAX_LINE + 1);
	assert_int_equal(status_of(&out), 414);
	buf_add_string(&out, "GET /");
	add_many(&out, "a", HTTP_MAX_LINE);
	buf_add_string(&out, " HTTP/1.1\r\n\r\n");
	assert_int_equal(status_of(&out), 414);
	buf_add_string(&out, "GET / HTTP/1.1\r\n");
	add_many(&out, "A: b\r\n", HTTP_MAX_FIELDS + 1);
	buf_add_string(&out, "\r\n");
	assert_int_equal(status_of(&out), 431);
	buf_add_string(&out, "GET / HTTP/1.1\r\n");
	add_many(&out, "A: b\r\n", HTTP_MAX_FIELDS);
	buf_add_string(&out, "\r\n");
	assert_int_equal(status_of(&out), 0);
	buf_add_string(&out, "GET / HTTP/1.1\r\nA: ");
	add_many(&out, "b", HTTP_MAX_HEAD);
	assert_int_equal(status_of(&out), 431);
	add_many(&out, "\r\n", HTTP_MAX_HEAD);
	assert_int_equal(status_of(&out), 431);
}

static void
expect_path(const char *target, const char *path)
{
	struct buf out = BUF_INIT;

	assert_int_equal(http_add_path(&out, span_of(target)), path != NULL);
	if (path)
		assert_true(is(buf_span(&out), path));
	buf_clear(&out);
}

static void
decodes_the_path_of_a_target(void **state)
{
	(void)state;
	expect_path("/", "/");
	expect_path("/a%20b/%2e%2E?c=%zz", "/a b/..");
	expect_path("/a#b", "/a");
	expect_path("http://example.org:1/x?y", "/x");
	expect_path("HTTPS://example.org", "/");
	expect_path("http://example.org?x", "/");
	expect_path("*", NULL);
	expect_path("", NULL);
	expect_path("example.org:443", NULL);
	expect_path("/%0", NULL);
	expect_path("/%", NULL);
	expect_path("/%0g", NULL);
	expect_path("/%00", NULL);
}

static void
knows_the_reasons(void **state)
{
	(void)state;
	assert_string_equal(http_reason(200), "OK");
	assert_string_equal(http_reason(404), "Not Found");
	assert_string_equal(http_reason(431),
	    "Request Header Fields Too Large");
	assert_string_equal(http_reason(299), "Unknown");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_whole_request),
		cmocka_unit_test(reads_a_simple_request),
		cmocka_unit_test(keeps_a_connection_as_version_and_field_say),
		cmocka_unit_test(refuses_what_is_wrong_with_the_right_status),
		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(decodes_the_path_of_a_target),
		cmocka_unit_test(knows_the_reasons),
	};

	return cmocka_run_group_tests_name("http", tests, NULL, NULL);
}
