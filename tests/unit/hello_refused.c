/* hello_refused.c - ClientHellos that cannot be decoded
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.1.2
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "wire/hello.h"

/* Whether a hello is read that goes on with `rest` after its random. */
static bool
is_hello_with(const char *rest, size_t len)
{
	static const char head[] = "\x03\x03" "0123456789abcdef"
	    "0123456789abcdef";
	struct tls_error err = TLS_ERROR_INIT;
	struct buf wire = BUF_INIT;
	size_t body = sizeof head - 1 + len;
	struct tls_hello *hello;
	bool taken;

	buf_add(&wire, "\x16\x03\x01", 3);
	buf_add_u16(&wire, (unsigned)body + 4);
	buf_add_u8(&wire, 1);
	buf_add_u24(&wire, (unsigned)body);
	buf_add(&wire, head, sizeof head - 1);
	buf_add(&wire, rest, len);
	hello = hello_new(buf_span(&wire), &err);
	taken = hello != NULL;
	assert_true(taken || err.blame == TLS_BLAME_PEER);
	hello_free(hello);
	buf_clear(&wire);
	return taken;
}

#define IS_HELLO(rest)	is_hello_with(rest, sizeof(rest) - 1)

static void
refuses_half_a_suite(void **state)
{
	(void)state;
	assert_true(IS_HELLO("\0" "\0\x02\0\x2f" "\x01\0"));
	assert_false(IS_HELLO("\0" "\0\x03\0\x2f\0" "\x01\0"));
}

static void
refuses_a_session_id_of_33_bytes(void **state)
{
	(void)state;
	assert_true(IS_HELLO("\x20" "an ID of thirty-two bytes, not 3"
	    "\0\x02\0\x2f" "\x01\0"));
	assert_false(IS_HELLO("\x21" "an ID of thirty-two bytes, not 33"
	    "\0\x02\0\x2f" "\x01\0"));
}

static void
refuses_bytes_after_the_extensions(void **state)
{
	(void)state;
	assert_true(IS_HELLO("\0" "\0\x02\0\x2f" "\x01\0" "\0\0"));
	assert_false(IS_HELLO("\0" "\0\x02\0\x2f" "\x01\0" "\0\0x"));
}

/* Whether a hello with these extensions is read; `alert` receives the alert to
 * refuse it with. */
static bool
takes(const char *extensions, size_t len, int *alert)
{
	struct tls_error err = TLS_ERROR_INIT;
	bool sound = hello_extensions_are_sound((struct tls_span){
	    (const uint8_t *)extensions, len }, &err);

	*alert = err.alert_sent;
	assert_int_equal(err.blame, sound ? TLS_BLAME_NOBODY :
	    TLS_BLAME_PEER);
	return sound;
}

#define BINDER	"\x20" "a binder of thirty-two bytes, or"

/* One extension in each row: how it is, and what is wrong with it. */
static void
refuses_extensions_that_are_not_sound(void **state)
{
#define ROW(type, body, sound) { type, body, sizeof(body) - 1, sound }
	static const struct {
		uint16_t type;
		const char *body;
		size_t len;
		bool sound;
	} rows[] = {
		ROW(0, "\0\x08\0\0\x05" "a.org", true),
		ROW(0, "\0\x08\x01\0\x05" "a.org", true),
		ROW(0, "", false), ROW(0, "\0\0", false),
		ROW(0, "\0\x03\0\0\0", false),
		ROW(0, "\0\x08\0\0\x06" "a.org", false),
		ROW(0, "\0\x08\0\0\x05" "a.org.", false),
		ROW(0, "\0\x08\0\0\x01" "a\0\0\1b", false),
		ROW(5, "\1\0\0\0\0", true), ROW(5, "\2anything", true),
		ROW(5, "\1\0\4\0\2ab\0\0", true),
		ROW(5, "", false), ROW(5, "\1\0\0\0", false),
		ROW(5, "\1\0\2\0\0\0\0", false),
		ROW(5, "\1\0\0\0\0x", false),
		ROW(10, "\0\2\0\x1d", true), ROW(10, "", false),
		ROW(10, "\0\0", false), ROW(10, "\0\1\0", false),
		ROW(10, "\0\4\0\x1d", false), ROW(10, "\0\2\0\x1d.", false),
		ROW(11, "\1\0", true), ROW(11, "\0", false),
		ROW(13, "\0\2\4\3", true), ROW(13, "\0\0", false),
		ROW(13, "\0\3\4\3\4", false),
		ROW(16, "\0\3\2h2", true), ROW(16, "", false),
		ROW(16, "\0\0", false), ROW(16, "\0\1\0", false),
		ROW(16, "\0\x09\2h2", false), ROW(16, "\0\3\3h2", false),
		ROW(16, "\0\4\2h2\0", false), ROW(16, "\0\3\2h2x", false),
		ROW(23, "", true), ROW(23, "x", false),
		ROW(41, "\0\7\0\1a\0\0\0\0\0\x21" BINDER, true),
		ROW(41, "\0\0\0\x21" BINDER, false),
		ROW(41, "\0\7\0\1a\0\0\0\0\0\0", false),
		ROW(41, "\0\7\0\1a\0\0\0\0", false),
		ROW(41, "\0\6\0\1a\0\0\0\0\x21" BINDER, false),
		ROW(41, "\0\7\0\1a\0\0\0\0\0\3\2ab", false),
		ROW(42, "", true), ROW(42, "x", false),
		ROW(43, "\2\3\4", true), ROW(43, "\0", false),
		ROW(43, "\3\3\4\3", false), ROW(43, "\2\3\4x", false),
		ROW(45, "\1\1", true), ROW(45, "\0", false),
		ROW(45, "\2\1", false),
		ROW(49, "", true), ROW(49, "x", false),
		ROW(50, "\0\2\4\3", true), ROW(50, "\0\0", false),
		ROW(51, "\0\0", true), ROW(51, "\0\5\0\x1d\0\1k", true),
		ROW(51, "", false), ROW(51, "\0\4\0\x1d\0\0", false),
		ROW(51, "\0\5\0\x1d\0\2k", false),
		ROW(0xff01, "\0", true), ROW(0xff01, "", false),
		ROW(0xff01, "\0\0", false),
		ROW(35, "whatever", true), ROW(0x2a2a, "", true),
	};
	int alert;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf list = BUF_INIT;

		buf_add_u16(&list, rows[i].type);
		buf_add_u16(&list, (unsigned)rows[i].len);
		buf_add(&list, rows[i].body, rows[i].len);
		if (takes((char *)list.data, list.len, &alert) !=
		    rows[i].sound)
			fail_msg("row %zu", i);
		assert_int_equal(alert, rows[i].sound ? -1 : 50);
		buf_clear(&list);
	}
#undef ROW
}

/* Both are illegal_parameter. */
static void
refuses_extensions_out_of_place(void **state)
{
	static const char twice[] = "\0\x17\0\0" "\0\x2a\0\0" "\0\x17\0\0";
	static const char early[] = "\0\x29\0\x2c" "\0\7\0\1a\0\0\0\0\0\x21"
	    BINDER "\0\x17\0\0";
	int alert;

	(void)state;
	assert_false(takes(twice, sizeof twice - 1, &alert));
	assert_int_equal(alert, 47);
	assert_true(takes(twice, sizeof twice - 5, &alert));
	assert_false(takes(early, sizeof early - 1, &alert));
	assert_int_equal(alert, 47);
	assert_true(takes(early, sizeof early - 5, &alert));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_half_a_suite),
		cmocka_unit_test(refuses_a_session_id_of_33_bytes),
		cmocka_unit_test(refuses_bytes_after_the_extensions),
		cmocka_unit_test(refuses_extensions_that_are_not_sound),
		cmocka_unit_test(refuses_extensions_out_of_place),
	};

	return cmocka_run_group_tests_name("hello_refused", tests, NULL,
	    NULL);
}
