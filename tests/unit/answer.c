/* answer.c - the parsers of what a server answers
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sample_flight.h"
#include "wire/answer.h"

static void
knows_what_the_random_says(void **state)
{
	static const struct {
		const char *end;
		enum server_downgrade downgrade;
	} rows[] = {
		{ "DOWNGRD\x01", DOWNGRADE_TLS1_2 },
		{ "DOWNGRD\0", DOWNGRADE_TLS1_1 },
		{ "DOWNGRD\x02", DOWNGRADE_NONE },
		{ "DOWNGRE\x01", DOWNGRADE_NONE },
		{ "downgrd\x01", DOWNGRADE_NONE },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct buf message = BUF_INIT;
		struct server_hello hello;

		add_hello(&message, 0x0303, rows[i].end, 0x002f, SPAN(""));
		assert_true(answer_hello(buf_span(&message), &hello));
		assert_int_equal(hello.downgrade, rows[i].downgrade);
		assert_int_equal(hello.extensions.len, 0);
		buf_clear(&message);
	}
}

/* ---- ServerKeyExchange -------------------------------------------------- */

#define SIGNATURE	"\x04\x01\0\x02ok"

static const struct exchange_row {
	const char *name;
	uint16_t suite, version;
	struct tls_span body;
	uint16_t group, signature;
	unsigned dh_bits;
	const char *hint;		/* null: has none */
} exchanges[] = {
	{ "ECDHE-RSA", 0xc02f, 0x0303, BYTES("\x03\0\x18\x01p" SIGNATURE),
	  24, 0x0401, 0, NULL },
	{ "ECDHE-RSA of TLS 1.1", 0xc013, 0x0302,
	  BYTES("\x03\0\x17\x01p\0\x02ok"), 23, 0, 0, NULL },
	{ "ECDH anonymous", 0xc018, 0x0303, BYTES("\x03\0\x17\x01p"),
	  23, 0, 0, NULL },
	{ "an explicit prime curve", 0xc013, 0x0301, BYTES("\x01whatever"),
	  0xff01, 0, 0, NULL },
	{ "an explicit binary curve", 0xc013, 0x0301, BYTES("\x02"),
	  0xff02, 0, 0, NULL },
	{ "DHE-RSA", 0x009e, 0x0303,
	  BYTES("\0\x03\0\x1f\xff\0\x01g\0\x01y" SIGNATURE),
	  0, 0x0401, 13, NULL },
	{ "DHE whose prime begins as a curve would", 0x009e, 0x0303,
	  BYTES("\0\x02\x80\x01\0\x01g\0\x01y" SIGNATURE),
	  0, 0x0401, 16, NULL },
	{ "DHE with a prime of zeros", 0x0034, 0x0303,
	  BYTES("\0\x02\0\0\0\x01g\0\x01y"), 0, 0, 0, NULL },
	{ "PSK", 0x00ae, 0x0303, BYTES("\0\x04hint"), 0, 0, 0, "hint" },
	{ "PSK, empty hint", 0x00ae, 0x0303, BYTES("\0\0"), 0, 0, 0, "" },
	{ "RSA-PSK", 0x0094, 0x0301, BYTES("\0\x01h"), 0, 0, 0, "h" },
	{ "ECDHE-PSK", 0xc037, 0x0303, BYTES("\0\x01h\x03\0\x1d\x01p"),
	  29, 0, 0, "h" },
	{ "DHE-PSK", 0x00b2, 0x0303, BYTES("\0\0\0\x01\xff\0\x01g\0\x01y"),
	  0, 0, 8, "" },
	{ "temporary RSA", 0x0003, 0x0301, BYTES("\0\x01n\0\x01" "e\0\x02ok"),
	  0, 0, 0, NULL },
	{ "SRP", 0xc01d, 0x0303, BYTES("\0\x01N\0\x01g\x01s\0\x01" "B"),
	  0, 0, 0, NULL },
	{ "SRP-RSA", 0xc01e, 0x0303,
	  BYTES("\0\x01N\0\x01g\x01s\0\x01" "B" SIGNATURE),
	  0, 0x0401, 0, NULL },
};

static void
check_exchange(const struct exchange_row *row)
{
	struct server_hello hello = {
		.suite = row->suite, .version = row->version };
	struct server_key_exchange got;
	struct buf message = BUF_INIT;
	bool explicit = row->group >= 0xff01;

	add_message(&message, 12, row->body);
	if (!answer_key_exchange(buf_span(&message), &hello, &got))
		fail_msg("%s is not read", row->name);
	assert_int_equal(got.group, row->group);
	assert_int_equal(got.signature, row->signature);
	assert_int_equal(got.dh_bits, row->dh_bits);
	assert_int_equal(got.has_hint, row->hint != NULL);
	if (row->hint)
		assert_true(span_equal(got.hint, span_of(row->hint)));

	/* Neither a byte less nor one more, if all of it is looked at. */
	for (size_t len = 0; len < row->body.len && !explicit; len++) {
		message.len = 0;
		add_message(&message, 12, (struct tls_span){ row->body.data,
		    len });
		if (answer_key_exchange(buf_span(&message), &hello, &got))
			fail_msg("%s is read in %zu bytes", row->name, len);
	}
	message.len = 0;
	buf_add_u8(&message, 12);
	buf_add_u24(&message, (unsigned)row->body.len + 1);
	buf_add_span(&message, row->body);
	buf_add_u8(&message, 0);
	assert_int_equal(answer_key_exchange(buf_span(&message), &hello,
	    &got), explicit);
	buf_clear(&message);
}

static void
reads_every_kind_of_key_exchange(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(exchanges); i++)
		check_exchange(&exchanges[i]);
}

/* A suite that is not known, or has no such message: kept, not looked into. */
static void
does_not_read_an_unknown_key_exchange(void **state)
{
	static const uint16_t suites[] = { 0x002f, 0x1301, 0xeeee, 0x4a4a };
	struct buf message = BUF_INIT;

	(void)state;
	add_message(&message, 12, SPAN("\x03\0\x1d and so on"));
	for (size_t i = 0; i < LENGTH(suites); i++) {
		struct server_hello hello = { .suite = suites[i] };
		struct server_key_exchange got;

		assert_true(answer_key_exchange(buf_span(&message), &hello,
		    &got));
		assert_int_equal(got.parts, 0);
		assert_int_equal(got.group, 0);
	}
	buf_clear(&message);
}

/* ---- certificates ------------------------------------------------------- */

static void
reads_other_certificates(void **state)
{
	struct server_hello hello = { .version = TLS_VERSION_1_2 };
	struct server_certificate got;
	struct buf message = BUF_INIT, list = BUF_INIT;

	(void)state;
	hello.raw_key = true;
	add_message(&message, 11, SPAN("\0\0\x03key"));
	assert_true(answer_certificate(buf_span(&message), &hello, &got));
	assert_int_equal(got.num_chain, 1);
	assert_true(span_equal(got.chain[0], span_of("key")));
	hello.raw_key = false;
	assert_false(answer_certificate(buf_span(&message), &hello, &got));

	message.len = 0;
	add_message(&message, 25, SPAN("\0\x02\0\x10\0\0\0\x03zip"));
	assert_true(answer_certificate(buf_span(&message), &hello, &got));
	assert_int_equal(got.compression, 2);
	assert_int_equal(got.num_chain, 0);

	/* More than are held. */
	for (unsigned i = 0; i < ANSWER_MAX_CHAIN + 3; i++)
		buf_add(&list, "\0\0\x01x", 4);
	message.len = 0;
	buf_add_u8(&message, 11);
	buf_add_u24(&message, (unsigned)list.len + 3);
	buf_add_u24(&message, (unsigned)list.len);
	buf_add_span(&message, buf_span(&list));
	assert_true(answer_certificate(buf_span(&message), &hello, &got));
	assert_int_equal(got.num_chain, ANSWER_MAX_CHAIN);
	assert_int_equal(got.num_sent, ANSWER_MAX_CHAIN + 3);

	/* None at all, as an empty list. */
	message.len = 0;
	add_message(&message, 11, SPAN("\0\0\0"));
	assert_true(answer_certificate(buf_span(&message), &hello, &got));
	assert_int_equal(got.num_sent, 0);
	buf_clear(&message);
	buf_clear(&list);
}

/* An extension that is broken is still listed; nothing is read from it. */
static void
stands_broken_bodies_of_extensions(void **state)
{
	struct buf message = BUF_INIT;
	struct server_hello hello;
	struct tls_span body;

	(void)state;
	add_hello(&message, 0x0303, "01234567", 0x1301, SPAN(
	    "\0\x2b\0\x03\x03\x04\0" "\0\x33\0\x03\0\x1d\0" "\0\x29\0\x01\0"
	    "\0\x10\0\x04\0\x03\x01h" "\0\x2c\0\x01\0" "\0\x14\0\x02\x02\x02"));
	assert_true(answer_hello(buf_span(&message), &hello));
	assert_int_equal(hello.version, 0x0303);
	assert_int_equal(hello.group, 0);
	assert_int_equal(hello.alpn.len, 0);
	assert_int_equal(hello.cookie.len, 0);
	assert_false(hello.has_psk || hello.raw_key);
	assert_true(answer_extension(hello.extensions, 0x33, &body));
	assert_int_equal(body.len, 3);
	assert_false(answer_extension(hello.extensions, 0x34, &body));
	buf_clear(&message);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_what_the_random_says),
		cmocka_unit_test(reads_every_kind_of_key_exchange),
		cmocka_unit_test(does_not_read_an_unknown_key_exchange),
		cmocka_unit_test(reads_other_certificates),
		cmocka_unit_test(stands_broken_bodies_of_extensions),
	};

	return cmocka_run_group_tests_name("answer", tests, NULL, NULL);
}
