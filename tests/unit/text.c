/* text.c - bytes as text, reasons and times
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"

static void
writes_hex(void **state)
{
	struct buf out = BUF_INIT;
	struct tls_span bytes = { (const uint8_t *)"\x00\x9f\xff", 3 };

	(void)state;
	text_add_hex(&out, bytes);
	text_add_hex_upper(&out, bytes);
	assert_string_equal(buf_string(&out), "009fff009FFF");
	buf_clear(&out);
}

static void
reads_hex(void **state)
{
	static const char *const wrong[] = { "0", "000", "0g", "g0", " 00",
	    "0x00" };
	struct buf out = BUF_INIT;

	(void)state;
	assert_true(text_read_hex(&out, ""));
	assert_true(text_read_hex(&out, "009fFf"));
	assert_true(span_equal(buf_span(&out),
	    (struct tls_span){ (const uint8_t *)"\x00\x9f\xff", 3 }));
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(text_read_hex(&out, wrong[i]));
	buf_clear(&out);
}

/* RFC 4648, 10. */
static const struct {
	const char *plain, *coded;
} vectors[] = {
	{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" },
};

static void
writes_and_reads_base64(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		out.len = 0;
		text_add_base64(&out, span_of(vectors[i].plain), 0);
		assert_string_equal(buf_string(&out), vectors[i].coded);
		out.len = 0;
		assert_true(text_read_base64(&out, span_of(vectors[i].coded)));
		assert_string_equal(buf_string(&out), vectors[i].plain);
	}
	buf_clear(&out);
}

static void
breaks_base64_into_lines(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	text_add_base64(&out, span_of("foobar"), 4);
	assert_string_equal(buf_string(&out), "Zm9v\nYmFy\n");
	out.len = 0;
	text_add_base64(&out, span_of("fooba"), 64);
	assert_string_equal(buf_string(&out), "Zm9vYmE=\n");
	out.len = 0;
	assert_true(text_read_base64(&out, span_of(" Zm\r\n9v\tYmE =\n")));
	assert_string_equal(buf_string(&out), "fooba");
	buf_clear(&out);
}

static void
refuses_what_is_no_base64(void **state)
{
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Zg===", "Zm9v=", "=", "Z-==", "Zg==Zg==",
		"Zm9v*", "Z=g=",
	};
	struct buf out = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (text_read_base64(&out, span_of(bad[i])))
			fail_msg("taken: %s", bad[i]);
	assert_false(text_read_base64(&out,
	    (struct tls_span){ (const uint8_t *)"Zm9v\0", 5 }));
	buf_clear(&out);
}

static void
makes_the_bytes_of_a_peer_harmless(void **state)
{
	struct buf out = BUF_INIT;
	char room[8];

	(void)state;
	text_add_escaped(&out, span_of("a\\b\033[2J\x7f\xc3\xa4\n~ "));
	assert_string_equal(buf_string(&out),
	    "a\\\\b\\x1b[2J\\x7f\\xc3\\xa4\\x0a~ ");
	assert_ptr_equal(text_escape("\n\n\n", room, sizeof room), room);
	assert_string_equal(room, "\\x0a\\x0");
	assert_string_equal(text_escape("ok", room, sizeof room), "ok");
	assert_string_equal(text_escape("", room, sizeof room), "");
	assert_string_equal(text_escape("cut", room, 1), "");
	buf_clear(&out);
}

static void
leaves_a_terminal_what_is_seen(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "a\tb\r\n", "a\tb\r\n" },
		{ "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
		    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\xc2\xa0", "\xc2\xa0" },
		{ "\x1b[31m\x7f", "\\x1b[31m\\x7f" },
		{ "\xc2\x9b", "\\xc2\\x9b" },		/* C1 */
		{ "\xe2\x80\xae", "\\xe2\\x80\\xae" },	/* U+202E */
		{ "\xe2\x80\x8b", "\\xe2\\x80\\x8b" },	/* U+200B */
		{ "\xe2\x81\xa6", "\\xe2\\x81\\xa6" },	/* U+2066 */
		{ "\xd8\x9c", "\\xd8\\x9c" },		/* U+061C */
		{ "\xef\xbb\xbf", "\\xef\\xbb\\xbf" },	/* U+FEFF */
		{ "\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81" }, /* a tag */
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },	/* U+D800 */
		{ "\xe0\x80\xaf", "\\xe0\\x80\\xaf" },	/* overlong */
		{ "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" },
		{ "\xe2\x80", "\\xe2\\x80" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;

		text_add_harmless(&out, span_of(rows[i].from));
		assert_string_equal(buf_string(&out), rows[i].to);
		buf_clear(&out);
	}
}

static void
makes_bytes_harmless_in_html(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	text_add_html(&out, span_of("<a href=\"x\">'&'\n\t\x01\x80"));
	assert_string_equal(buf_string(&out), "&lt;a href=&quot;x&quot;&gt;"
	    "&#39;&amp;&#39;\n\t\\x01\\x80");
	buf_clear(&out);
}

static void
writes_pem(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	text_add_pem(&out, "THING", span_of("foobar"));
	assert_string_equal(buf_string(&out), "-----BEGIN THING-----\n"
	    "Zm9vYmFy\n-----END THING-----\n");
	buf_clear(&out);
}

static void
reads_numbers_within_their_bounds(void **state)
{
	static const char *const bad[] = {
		"", " 1", "+1", "-1", "1 ", "1x", "0x10", "4", "101",
		"99999999999999999999999",
	};
	unsigned long number = 0;

	(void)state;
	assert_true(text_read_number("5", 5, 100, &number));
	assert_int_equal(number, 5);
	assert_true(text_read_number("0100", 5, 100, &number));
	assert_int_equal(number, 100);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (text_read_number(bad[i], 5, 100, &number))
			fail_msg("taken: \"%s\"", bad[i]);
	assert_false(text_read_number("99999999999999999999999", 0, ~0ul,
	    &number));
}

static void
gives_each_blame_a_name_and_an_exit_status(void **state)
{
	static const struct {
		enum tls_blame blame;
		const char *name;
		int status;
	} all[] = {
		{ TLS_BLAME_NOBODY, "nobody", 0 },
		{ TLS_BLAME_CONFIG, "config", 2 },
		{ TLS_BLAME_FEATURE, "feature", 3 },
		{ TLS_BLAME_NETWORK, "network", 1 },
		{ TLS_BLAME_PEER, "peer", 1 },
		{ TLS_BLAME_US, "us", 1 },
		{ TLS_BLAME_LIBRARY, "library", 1 },
	};
	struct tls_error err;

	(void)state;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		err.alert_sent = 40;
		assert_false(err_set(&err, all[i].blame, "%s", all[i].name));
		assert_int_equal(err.blame, all[i].blame);
		assert_int_equal(err.alert_sent, -1);
		assert_string_equal(err.text, err_blame_name(all[i].blame));
		assert_int_equal(err_exit_status(&err), all[i].status);
	}
}

static void
cuts_a_reason_to_its_room(void **state)
{
	struct tls_error err;

	(void)state;
	err_set(&err, TLS_BLAME_US, "%0300d", 1);
	assert_int_equal(strlen(err.text), sizeof err.text - 1);
}

static void
writes_times(void **state)
{
	char out[28];
	uint64_t before;

	(void)state;
	assert_string_equal(clock_format(0, out),
	    "1970-01-01T00:00:00.000000Z");
	assert_string_equal(clock_format(1795341600000007, out),
	    "2026-11-22T10:00:00.000007Z");
	assert_true(clock_system.wall_us(&clock_system) > 1600000000000000);
	before = clock_system.monotonic_us(&clock_system);
	assert_true(before <= clock_system.monotonic_us(&clock_system));
}

static void
takes_parts_between_commas(void **state)
{
	static const char *const parts[] = { "a", "", "bc", "" };
	const char *rest = "a,,bc,";
	struct buf part = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		assert_true(text_next_part(&rest, &part));
		assert_string_equal(buf_string(&part), parts[i]);
	}
	assert_null(rest);
	assert_false(text_next_part(&rest, &part));
	rest = "";
	assert_true(text_next_part(&rest, &part));
	assert_int_equal(part.len, 0);
	assert_null(rest);
	buf_clear(&part);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_hex),
		cmocka_unit_test(reads_hex),
		cmocka_unit_test(writes_and_reads_base64),
		cmocka_unit_test(breaks_base64_into_lines),
		cmocka_unit_test(refuses_what_is_no_base64),
		cmocka_unit_test(makes_the_bytes_of_a_peer_harmless),
		cmocka_unit_test(leaves_a_terminal_what_is_seen),
		cmocka_unit_test(makes_bytes_harmless_in_html),
		cmocka_unit_test(writes_pem),
		cmocka_unit_test(reads_numbers_within_their_bounds),
		cmocka_unit_test(gives_each_blame_a_name_and_an_exit_status),
		cmocka_unit_test(cuts_a_reason_to_its_room),
		cmocka_unit_test(writes_times),
		cmocka_unit_test(takes_parts_between_commas),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
