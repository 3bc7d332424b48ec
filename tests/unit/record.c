/* record.c - the watcher of records
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "wire/record.h"

static void
add_record(struct buf *out, unsigned type, unsigned version, size_t len)
{
	buf_add_u8(out, type);
	buf_add_u16(out, version);
	buf_add_u16(out, (unsigned)len);
	memset(buf_reserve(out, len), 0x17, len);
	out->len += len;
}

/* A handshake, one record without a body, the largest, an alert. */
static void
add_stream(struct buf *out)
{
	add_record(out, 22, 0x0301, 77);
	add_record(out, 23, 0x0303, 0);
	add_record(out, 23, 0x0303, 16384 + 2048);
	add_record(out, 21, 0x0303, 2);
}

static void
finds_every_header_in_pieces_of_any_size(void **state)
{
	static const struct {
		uint8_t type;
		uint16_t version, len;
	} expected[] = {
		{ 22, 0x0301, 77 },
		{ 23, 0x0303, 0 },
		{ 23, 0x0303, 16384 + 2048 },
		{ 21, 0x0303, 2 },
	};
	struct buf stream = BUF_INIT;

	(void)state;
	add_stream(&stream);
	for (size_t size = 1; size <= stream.len; size = size * 3 / 2 + 1) {
		struct record_watch watch = RECORD_WATCH_INIT;
		struct record record;
		size_t num = 0;

		for (size_t at = 0; at < stream.len; at += size) {
			struct tls_span piece = { stream.data + at,
			    stream.len - at < size ? stream.len - at : size };

			while (record_next(&watch, &piece, &record)) {
				assert_true(num < 4);
				assert_int_equal(record.type,
				    expected[num].type);
				assert_int_equal(record.version,
				    expected[num].version);
				assert_int_equal(record.len,
				    expected[num].len);
				assert_int_equal(record.header[0],
				    expected[num].type);
				assert_int_equal(record.header[4],
				    expected[num].len & 0xff);
				num++;
			}
			assert_int_equal(piece.len, 0);
		}
		assert_int_equal(num, 4);
		assert_int_equal(watch.skip, 0);
		assert_false(watch.lost);
	}
	buf_clear(&stream);
}

static void
gives_an_sslv2_hello_and_what_follows(void **state)
{
	struct record_watch watch = RECORD_WATCH_INIT;
	struct buf stream = BUF_INIT;
	struct tls_span rest;
	struct record record;

	(void)state;
	buf_add(&stream, "\x80\x2e\x01\x03\x01", 5);
	memset(buf_reserve(&stream, 43), 0, 43);
	stream.len += 43;
	add_record(&stream, 22, 0x0301, 5);
	rest = buf_span(&stream);
	assert_true(record_next(&watch, &rest, &record));
	assert_int_equal(record.type, 22);
	assert_int_equal(record.version, TLS_VERSION_SSL2);
	assert_int_equal(record.len, 46);
	assert_true(record_next(&watch, &rest, &record));
	assert_int_equal(record.version, 0x0301);
	assert_int_equal(record.len, 5);
	assert_false(record_next(&watch, &rest, &record));
	assert_false(watch.lost);
	buf_clear(&stream);
}

static void
gives_up_on_what_is_no_record(void **state)
{
	static const char *const streams[] = {
		"GET / HTTP/1.1",
		"\x16\x02\x01\x01\x01",
		"\x13\x03\x01\x01\x01",
		"\x17\x03\x03\x48\x01",
		"\x80\x2e\x02\x03\x01",
	};
	struct buf stream = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof streams / sizeof *streams; i++) {
		struct record_watch watch = RECORD_WATCH_INIT;
		struct record record;
		struct tls_span rest;

		buf_clear(&stream);
		add_record(&stream, 22, 0x0301, 3);
		buf_add_string(&stream, streams[i]);
		add_record(&stream, 22, 0x0301, 3);
		rest = buf_span(&stream);
		assert_true(record_next(&watch, &rest, &record));
		assert_false(record_next(&watch, &rest, &record));
		assert_true(watch.lost);
		assert_int_equal(rest.len, 0);
		rest = buf_span(&stream);
		assert_false(record_next(&watch, &rest, &record));
	}
	buf_clear(&stream);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_header_in_pieces_of_any_size),
		cmocka_unit_test(gives_an_sslv2_hello_and_what_follows),
		cmocka_unit_test(gives_up_on_what_is_no_record),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
