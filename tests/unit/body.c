/* body.c - reading past the bodies of requests
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "app/body.h"
#include "base/buf.h"

static const struct http_request in_chunks = { .chunked = true };

/* Whether `text` is taken, all but its last `left` bytes, in pieces of `step`
 * bytes, after which the body is complete. */
static bool
takes(const struct http_request *request, const char *text, size_t left,
    size_t step)
{
	struct body body = BODY_INIT;
	struct tls_span all = span_of(text), piece;
	size_t taken = 0;

	if (!body_begin(&body, request))
		return false;
	while (body_pending(&body) && taken < all.len) {
		piece.data = all.data + taken;
		piece.len = all.len - taken < step ? all.len - taken : step;
		taken += piece.len;
		if (!body_skip(&body, &piece))
			return false;
		taken -= piece.len;
	}
	return !body_pending(&body) && taken == all.len - left;
}

static void
takes_as_many_bytes_as_were_announced(void **state)
{
	const struct http_request five = { .content_len = 5 };
	const struct http_request none = { 0 };

	(void)state;
	assert_true(takes(&five, "12345GET /", 5, 100));
	assert_true(takes(&five, "12345GET /", 5, 1));
	assert_false(takes(&five, "1234", 0, 100));
	assert_true(takes(&none, "GET /", 5, 100));
}

static void
takes_chunks_whatever_their_pieces(void **state)
{
	static const char text[] = "5\r\nhello\r\n"
	    "A;name=\"value\"\r\n0123456789\r\n"
	    "0\r\nField: value\r\nOther: x\r\n\r\nGET /";

	(void)state;
	for (size_t step = 1; step < sizeof text; step++)
		assert_true(takes(&in_chunks, text, 5, step));
	assert_true(takes(&in_chunks, "0\r\n\r\n", 0, 1));
	assert_true(takes(&in_chunks, "3\nabc\n0\n\n", 0, 1));
}

static void
refuses_broken_chunks(void **state)
{
	static const char *const broken[] = {
		"\r\n", "x\r\n", ";a\r\n", "-1\r\n", "5\r\nhelloX",
		"fffffffffffffffff\r\n", "100001\r\n",
		"5 5\r\n", "5\t5\r\n", "5 \r\n", "5\r5\r\n", "5\r\r\n",
		"5\r;a\r\n", " 5\r\n", "0x5\r\n", "5 \n", "+5\r\n",
		"5\r\nhello\r\r\n", "5\r\nhello\r5\r\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct body body = BODY_INIT;
		struct tls_span span = span_of(broken[i]);

		assert_true(body_begin(&body, &in_chunks));
		assert_false(body_skip(&body, &span));
	}
}

static void
refuses_what_is_too_long(void **state)
{
	const struct http_request longest = { .content_len = BODY_MAX_LEN };
	const struct http_request longer = { .content_len = BODY_MAX_LEN + 1 };
	struct body body = BODY_INIT;
	static uint8_t chunk[65536];
	bool taken = true;

	(void)state;
	assert_true(body_begin(&body, &longest));
	assert_false(body_begin(&body, &longer));

	assert_true(body_begin(&body, &in_chunks));
	for (unsigned i = 0; taken && i <= BODY_MAX_LEN / sizeof chunk; i++) {
		struct tls_span size = span_of("10000\r\n");
		struct tls_span data = { chunk, sizeof chunk };
		struct tls_span end = span_of("\r\n");

		taken = body_skip(&body, &size);
		if (!taken)
			assert_int_equal(i, BODY_MAX_LEN / sizeof chunk);
		taken = taken && body_skip(&body, &data) &&
		    body_skip(&body, &end);
	}
	assert_false(taken);
}

static void
refuses_framing_without_end(void **state)
{
	struct body body = BODY_INIT;
	bool taken = true;
	unsigned long fields = 0;

	(void)state;
	assert_true(body_begin(&body, &in_chunks));
	for (struct tls_span end = span_of("0\r\n"); taken && fields < 100000;
	    end = span_of("a: b\r\n")) {
		taken = body_skip(&body, &end);
		fields++;
	}
	assert_false(taken);
	assert_in_range(fields, BODY_MAX_FRAMING / 6,
	    BODY_MAX_FRAMING / 6 + 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_as_many_bytes_as_were_announced),
		cmocka_unit_test(takes_chunks_whatever_their_pieces),
		cmocka_unit_test(refuses_broken_chunks),
		cmocka_unit_test(refuses_what_is_too_long),
		cmocka_unit_test(refuses_framing_without_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
