/* hello.c - the judge of first bytes and the parser of the ClientHello
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/err.h"
#include "wire/hello.h"

static void
add_extension(struct buf *out, unsigned type, const char *body, size_t len)
{
	buf_add_u16(out, type);
	buf_add_u16(out, (unsigned)len);
	buf_add(out, body, len);
}

#define ADD(out, type, body) add_extension(out, type, body, sizeof(body) - 1)

/* A ClientHello message with something of everything. */
static void
add_message(struct buf *out, size_t padding)
{
	struct buf extensions = BUF_INIT, body = BUF_INIT;
	struct buf zeros = BUF_INIT;

	ADD(&extensions, 0x2a2a, "");
	ADD(&extensions, 0, "\0\x08\0\0\x05" "a.org");
	ADD(&extensions, 10, "\0\x04\x00\x1d\x11\xec");
	ADD(&extensions, 13, "\0\x04\x04\x03\x08\x04");
	ADD(&extensions, 16, "\0\x0c\x02h2\x08http/1.1");
	ADD(&extensions, 43, "\x04\x03\x04\x03\x03");
	ADD(&extensions, 23, "");
	ADD(&extensions, 0x2a2a, "twice");
	ADD(&extensions, 0xff01, "\0");
	memset(buf_reserve(&zeros, padding), 0, padding);
	zeros.len = padding;
	if (padding)
		add_extension(&extensions, 21, (char *)zeros.data, padding);

	buf_add_u16(&body, 0x0303);
	for (unsigned i = 0; i < 32; i++)
		buf_add_u8(&body, i);
	buf_add(&body, "\x02id", 3);
	buf_add(&body, "\0\x06\x4a\x4a\x13\x01\xc0\x2f", 8);
	buf_add(&body, "\x01\0", 2);
	buf_add_u16(&body, (unsigned)extensions.len);
	buf_add_span(&body, buf_span(&extensions));

	buf_add_u8(out, 1);
	buf_add_u24(out, (unsigned)body.len);
	buf_add_span(out, buf_span(&body));
	buf_clear(&extensions);
	buf_clear(&body);
	buf_clear(&zeros);
}

/* Frames `message` in records of at most `size` bytes. */
static void
add_records(struct buf *out, struct tls_span message, size_t size)
{
	while (message.len > 0) {
		size_t len = message.len < size ? message.len : size;

		buf_add(out, "\x16\x03\x01", 3);
		buf_add_u16(out, (unsigned)len);
		buf_add(out, message.data, len);
		message.data += len;
		message.len -= len;
	}
}

static struct tls_hello *
hello_in(struct tls_span bytes)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_hello *hello = hello_new(bytes, &err);

	assert_non_null(hello);
	return hello;
}

/* Every part of what add_message wrote. */
static void
check_hello(const struct tls_hello *hello)
{
	assert_int_equal(hello->record_version, 0x0301);
	assert_int_equal(hello->legacy_version, 0x0303);
	assert_int_equal(hello->random.len, 32);
	assert_int_equal(hello->random.data[31], 31);
	assert_true(span_equal(hello->session_id, span_of("id")));
	assert_int_equal(hello->num_suites, 3);
	assert_int_equal(hello->suites[0], 0x4a4a);
	assert_int_equal(hello->suites[1], 0x1301);
	assert_int_equal(hello->suites[2], 0xc02f);
	assert_int_equal(hello->compression.len, 1);
	assert_true(hello->num_extensions >= 9);
	assert_int_equal(hello->extensions[0].type, 0x2a2a);
	assert_int_equal(hello->extensions[7].type, 0x2a2a);
	assert_true(span_equal(hello->extensions[7].body, span_of("twice")));
	assert_true(span_equal(hello->server_name, span_of("a.org")));
	assert_int_equal(hello->num_groups, 2);
	assert_int_equal(hello->groups[1], 0x11ec);
	assert_int_equal(hello->num_signatures, 2);
	assert_int_equal(hello->signatures[1], 0x0804);
	assert_int_equal(hello->num_versions, 2);
	assert_int_equal(hello->versions[0], 0x0304);
	assert_true(hello->offers_extended_master);
	assert_true(hello->offers_secure_renegotiation);
	assert_false(hello->offers_ticket);
	assert_false(hello->offers_psk);
	assert_false(hello->offers_early_data);
}

static void
reads_every_part_of_a_hello(void **state)
{
	struct buf message = BUF_INIT, wire = BUF_INIT;
	struct tls_hello *hello;
	struct tls_span list, name;

	(void)state;
	add_message(&message, 0);
	add_records(&wire, buf_span(&message), 16384);
	buf_add_string(&wire, "what follows");
	assert_int_equal(opening_of(buf_span(&wire)), OPENING_HELLO);
	hello = hello_in(buf_span(&wire));
	check_hello(hello);
	assert_int_equal(hello->num_records, 1);
	assert_true(span_equal(hello->message, buf_span(&message)));
	assert_int_equal(hello->wire.len, message.len + 5);

	list = hello->alpn;
	assert_true(hello_next_protocol(&list, &name));
	assert_true(span_equal(name, span_of("h2")));
	assert_true(hello_next_protocol(&list, &name));
	assert_true(span_equal(name, span_of("http/1.1")));
	assert_false(hello_next_protocol(&list, &name));

	hello_free(hello);
	buf_clear(&message);
	buf_clear(&wire);
}

static void
reads_a_hello_cut_at_any_place(void **state)
{
	struct buf message = BUF_INIT;

	(void)state;
	add_message(&message, 0);
	for (size_t size = 1; size < message.len; size++) {
		struct buf wire = BUF_INIT, again = BUF_INIT;
		struct tls_hello *hello;
		struct tls_span span;

		add_records(&wire, buf_span(&message), size);
		span = buf_span(&wire);
		for (span.len = 0; span.len < wire.len; span.len++)
			assert_int_equal(opening_of(span), OPENING_MORE);
		assert_int_equal(opening_of(span), OPENING_HELLO);
		hello = hello_in(span);
		check_hello(hello);
		assert_int_equal(hello->num_records,
		    (message.len + size - 1) / size);
		assert_true(span_equal(hello->message, buf_span(&message)));
		assert_true(span_equal(hello->wire, span));

		assert_true(hello_coalesce(hello, &again));
		assert_int_equal(again.len, message.len + 5);
		hello_free(hello);
		hello = hello_in(buf_span(&again));
		check_hello(hello);
		hello_free(hello);
		buf_clear(&again);
		buf_clear(&wire);
	}
	buf_clear(&message);
}

static void
reads_a_hello_of_several_full_records(void **state)
{
	struct buf message = BUF_INIT, wire = BUF_INIT, again = BUF_INIT;
	struct tls_hello *hello;

	(void)state;
	add_message(&message, 40000);
	add_records(&wire, buf_span(&message), 16384);
	assert_int_equal(opening_of(buf_span(&wire)), OPENING_HELLO);
	hello = hello_in(buf_span(&wire));
	check_hello(hello);
	assert_int_equal(hello->num_records, 3);
	assert_false(hello_coalesce(hello, &again));
	assert_int_equal(again.len, 0);
	hello_free(hello);
	buf_clear(&message);
	buf_clear(&wire);
}

/* The same parts, whether or not there were records around it. */
static void
reads_a_message_without_records(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct buf message = BUF_INIT, wire = BUF_INIT;
	struct tls_span span;
	struct tls_hello *hello;
	uint8_t *copy;

	(void)state;
	add_message(&message, 0);
	copy = mem_copy(message.data, message.len);
	hello = hello_of_message((struct tls_span){ copy, message.len }, &err);
	free(copy);			/* it has one of its own */
	assert_non_null(hello);
	assert_int_equal(hello->record_version, 0);
	assert_int_equal(hello->num_records, 0);
	assert_int_equal(hello->wire.len, 0);
	assert_true(span_equal(hello->message, buf_span(&message)));
	assert_true(hello_coalesce(hello, &wire));
	hello->record_version = 0x0301;
	check_hello(hello);
	hello_free(hello);

	/* Framed anew it is one that a client could have sent. */
	hello = hello_in(buf_span(&wire));
	check_hello(hello);
	hello_free(hello);

	for (span = buf_span(&message); span.len > 0;) {
		span.len--;
		assert_null(hello_of_message(span, &err));
		assert_int_equal(err.blame, TLS_BLAME_PEER);
	}
	buf_add_u8(&message, 0);
	assert_null(hello_of_message(buf_span(&message), &err));
	message.len--;
	message.data[3]--;		/* the header's length */
	assert_null(hello_of_message(buf_span(&message), &err));
	message.data[3]++;
	message.data[0] = 2;
	assert_null(hello_of_message(buf_span(&message), &err));
	buf_clear(&message);
	buf_clear(&wire);
}

/* A hello whose lengths lie is told apart from one that is truncated. */
static void
refuses_a_hello_whose_lengths_contradict(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct buf message = BUF_INIT, wire = BUF_INIT;

	(void)state;
	add_message(&message, 0);
	message.data[38] = 200;		/* the session ID's length */
	add_records(&wire, buf_span(&message), 16384);
	assert_int_equal(opening_of(buf_span(&wire)), OPENING_HELLO);
	assert_null(hello_new(buf_span(&wire), &err));
	assert_int_equal(err.blame, TLS_BLAME_PEER);

	err = (struct tls_error)TLS_ERROR_INIT;
	assert_null(hello_new((struct tls_span){ wire.data, 30 }, &err));
	assert_int_equal(err.blame, TLS_BLAME_PEER);
	err = (struct tls_error)TLS_ERROR_INIT;
	assert_null(hello_new((struct tls_span){ NULL, 0 }, &err));
	assert_int_equal(err.blame, TLS_BLAME_PEER);
	buf_clear(&message);
	buf_clear(&wire);
}

static void
reads_a_hello_without_extensions(void **state)
{
	static const uint8_t wire[] = {
		22, 3, 0, 0, 46, 1, 0, 0, 42, 3, 3,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		0, 0, 4, 0, 47, 0, 255, 0,
	};
	struct tls_span span = { wire, sizeof wire };
	struct tls_hello *hello;

	(void)state;
	assert_int_equal(opening_of(span), OPENING_HELLO);
	hello = hello_in(span);
	assert_int_equal(hello->num_extensions, 0);
	assert_true(hello->offers_secure_renegotiation);
	assert_int_equal(hello->num_versions, 3);
	assert_int_equal(hello->versions[0], 0x0303);
	assert_int_equal(hello->versions[2], 0x0301);
	hello_free(hello);
}

/* The version implies those below it; above TLS 1.2 it implies no more
 * than that, and SSL 3.0 is offered only by name. */
static void
implies_versions_without_the_extension(void **state)
{
	static const struct {
		uint8_t minor;
		size_t num;
		uint16_t first;
	} rows[] = {
		{ 0, 1, 0x0300 }, { 1, 1, 0x0301 }, { 2, 2, 0x0302 },
		{ 3, 3, 0x0303 }, { 4, 3, 0x0303 }, { 0x7f, 3, 0x0303 },
	};
	uint8_t wire[50] = { 22, 3, 1, 0, 45, 1, 0, 0, 41, 3 };
	struct tls_span span = { wire, sizeof wire };

	(void)state;
	wire[45] = 2;			/* bytes of suites */
	wire[48] = 1;			/* and of compression methods */
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_hello *hello;

		wire[10] = rows[i].minor;
		hello = hello_in(span);
		assert_int_equal(hello->num_suites, 1);
		assert_int_equal(hello->num_versions, rows[i].num);
		assert_int_equal(hello->versions[0], rows[i].first);
		hello_free(hello);
	}
}

static void
reads_a_hello_in_an_sslv2_record(void **state)
{
	static const char bytes[] = "\x80\x28\x01\x03\x01\0\x0f\0\0\0\x10"
	    "\0\0\x2f" "\x01\0\x80" "\0\x13\x01" "\x07\0\xc0" "\0\0\xff"
	    "0123456789abcdef";
	struct tls_span span = { (const uint8_t *)bytes, sizeof bytes - 1 };
	struct buf out = BUF_INIT;
	struct tls_hello *hello;

	(void)state;
	for (span.len = 0; span.len < sizeof bytes - 1; span.len++)
		assert_int_equal(opening_of(span), OPENING_MORE);
	assert_int_equal(opening_of(span), OPENING_HELLO_SSLV2);
	hello = hello_in(span);
	assert_true(hello->sslv2);
	assert_int_equal(hello->legacy_version, 0x0301);
	assert_int_equal(hello->message.len, 40);
	assert_int_equal(hello->message.data[0], 1);
	assert_int_equal(hello->num_suites, 3);
	assert_int_equal(hello->suites[0], 0x002f);
	assert_int_equal(hello->suites[1], 0x1301);
	assert_true(hello->offers_secure_renegotiation);
	assert_true(span_equal(hello->random, span_of("0123456789abcdef")));
	assert_int_equal(hello->num_versions, 1);
	assert_false(hello_coalesce(hello, &out));
	hello_free(hello);
}

/* What begins so is judged so, however little of it came. */
static void
judges_every_other_beginning(void **state)
{
#define ROW(bytes, opening) { bytes, sizeof(bytes) - 1, OPENING_##opening }
	static const struct {
		const char *bytes;
		size_t len;
		enum opening opening;
	} rows[] = {
		ROW("", MORE),
		ROW("G", MORE),
		ROW("GET", MORE),
		ROW("GET ", HTTP),
		ROW("GET / HTTP/1.1\r\n", HTTP),
		ROW("POST ", HTTP),
		ROW("HEAD ", HTTP),
		ROW("PUT ", HTTP),
		ROW("P", MORE),
		ROW("OPTIONS *", HTTP),
		ROW("CONNECT a:1", HTTP),
		ROW("PRI * HTTP/2.0", HTTP),
		ROW("GETS ", GARBAGE),
		ROW("get ", GARBAGE),
		ROW("EHLO a", GARBAGE),
		ROW("\0", GARBAGE),
		ROW("\x15\x03\x01\0\x02\x02\x28", GARBAGE),
		ROW("\x16", MORE),
		ROW("\x16\x02", GARBAGE),
		ROW("\x16\x03\x01\x40\x00", MORE),
		ROW("\x16\x03\x01\x40\x01", GARBAGE),
		ROW("\x16\x03\x01\0\x04\x02", GARBAGE),
		ROW("\x16\x03\x01\0\x04\x01\0\0\0", HELLO),
		ROW("\x16\x03\x01\0\x04\x01\x02\x01\x44", MORE),
		ROW("\x16\x03\x01\0\x04\x01\x02\x01\x45", OVERSIZED),
		ROW("\x16\x03\x01\0\x04\x01\x01", MORE),
		ROW("\x16\x03\x01\0\x01\x01\x15\x03\x01\0\x02", GARBAGE),
		ROW("\x16\x03\x01\0\x05\x01\0\0\0", MORE),
		ROW("\x80", MORE),
		ROW("\x80\x2e\x02", GARBAGE),
		ROW("\x80\x2e\x01\0\x02", SSLV2),
		ROW("\x80\x2e\x01\x02\x00", GARBAGE),
		ROW("\x80\x08\x01", GARBAGE),
		ROW("\x80\x2e\x01\x03\x00", MORE),
		ROW("\x80\x2e\x01\x03\x00\0\x15\0\0\0\x11", GARBAGE),
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		/* A copy of just that length, for the sanitizers. */
		uint8_t *copy = mem_copy(rows[i].bytes, rows[i].len);
		struct tls_span span = { copy, rows[i].len };

		if (opening_of(span) != rows[i].opening)
			fail_msg("row %zu is %s, not %s", i,
			    opening_name(opening_of(span)),
			    opening_name(rows[i].opening));
		free(copy);
	}
#undef ROW
}

/* Empty records count, or a peer could keep a judge busy for ever. */
static void
stops_after_too_many_records(void **state)
{
	struct opening_scan scan = { .at = 0 };
	struct buf wire = BUF_INIT;

	(void)state;
	while (wire.len < HELLO_MAX_WIRE) {
		buf_add(&wire, "\x16\x03\x01\0\0", 5);
		assert_int_equal(opening_next(&scan, buf_span(&wire)),
		    OPENING_MORE);
	}
	buf_add_u8(&wire, 22);
	assert_int_equal(opening_next(&scan, buf_span(&wire)),
	    OPENING_OVERSIZED);
	assert_int_equal(opening_of(buf_span(&wire)), OPENING_OVERSIZED);
	buf_clear(&wire);
}

/* A hello whose fields are all as long as they can be, in the smallest
 * fragments, with each record judged when it comes; and one byte more. */
static void
reads_the_largest_hello(void **state)
{
	static const size_t sizes[] = { 16384, 1 };
	struct buf message = BUF_INIT, zeros = BUF_INIT;
	struct tls_span one;

	(void)state;
	buf_add_u8(&message, 1);
	buf_add_u24(&message, HELLO_MAX_LEN - 4);
	buf_add_u16(&message, 0x0303);
	memset(buf_reserve(&zeros, 65535), 0, 65535);
	buf_add(&message, zeros.data, 32);
	buf_add_u8(&message, 32);
	buf_add(&message, zeros.data, 32);
	buf_add_u16(&message, 65534);
	buf_add(&message, zeros.data, 65534);
	buf_add_u8(&message, 255);
	buf_add(&message, zeros.data, 255);
	buf_add_u16(&message, 65535);
	add_extension(&message, 21, (char *)zeros.data, 65531);
	assert_int_equal(message.len, HELLO_MAX_LEN);
	for (size_t i = 0; i < 2; i++) {
		struct opening_scan scan = { .at = 0 };
		struct buf wire = BUF_INIT;
		struct tls_hello *hello;

		add_records(&wire, buf_span(&message), sizes[i]);
		assert_true(wire.len <= HELLO_MAX_WIRE);
		one = buf_span(&wire);
		for (one.len = 1; one.len < wire.len; one.len++)
			assert_int_equal(opening_next(&scan, one),
			    OPENING_MORE);
		assert_int_equal(opening_next(&scan, one), OPENING_HELLO);
		hello = hello_in(one);
		assert_int_equal(hello->num_suites, 32767);
		assert_int_equal(hello->num_extensions, 1);
		assert_true(span_equal(hello->message, buf_span(&message)));
		hello_free(hello);
		buf_clear(&wire);
	}
	buf_clear(&message);
	buf_clear(&zeros);
}

static void
tells_who_asks_for_an_ocsp_response(void **state)
{
#define ROW(body, asks, request) \
	{ { (const uint8_t *)(body), sizeof(body) - 1 }, asks, request }
	static const struct {
		struct tls_span body;
		bool asks;
		size_t request;		/* bytes of its own extensions */
	} rows[] = {
		ROW("\1\0\0\0\0", true, 0),
		ROW("\1\0\4\0\2xy\0\4\x30\2\5\0", true, 4),
		ROW("\1\0\0\0\4\x31\2\5\0", true, 0),	/* no SEQUENCE */
		ROW("\1\0\0\0\6\x30\2\5\0\5\0", true, 0),	/* two */
		ROW("\2\0\0\0\0", false, 0),		/* ocsp_multi */
		ROW("\1\0\0\0\0\0", false, 0),
		ROW("\1\0\0\0\1", false, 0),
		ROW("\1\0\0", false, 0),
		ROW("", false, 0),
	};
#undef ROW
	struct tls_extension extension = { .type = 5 };
	struct tls_hello hello = { .extensions = &extension };
	struct tls_span request;

	(void)state;
	assert_false(hello_asks_status(&hello, &request));
	hello.num_extensions = 1;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		extension.body = rows[i].body;
		if (hello_asks_status(&hello, &request) != rows[i].asks ||
		    request.len != rows[i].request)
			fail_msg("row %zu: %zu bytes", i, request.len);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_every_part_of_a_hello),
		cmocka_unit_test(reads_a_hello_cut_at_any_place),
		cmocka_unit_test(reads_a_hello_of_several_full_records),
		cmocka_unit_test(reads_a_message_without_records),
		cmocka_unit_test(refuses_a_hello_whose_lengths_contradict),
		cmocka_unit_test(reads_a_hello_without_extensions),
		cmocka_unit_test(implies_versions_without_the_extension),
		cmocka_unit_test(reads_a_hello_in_an_sslv2_record),
		cmocka_unit_test(judges_every_other_beginning),
		cmocka_unit_test(stops_after_too_many_records),
		cmocka_unit_test(reads_the_largest_hello),
		cmocka_unit_test(tells_who_asks_for_an_ocsp_response),
	};

	return cmocka_run_group_tests_name("hello", tests, NULL, NULL);
}
