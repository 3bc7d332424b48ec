/* buf.c - growing bytes, spans, and the bounded reader
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/reader.h"

static void
is_a_string_even_when_empty(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	assert_string_equal(buf_string(&buf), "");
	assert_int_equal(buf.len, 0);
	buf_clear(&buf);
	assert_null(buf.data);
	buf_add(&buf, NULL, 0);
	assert_int_equal(buf_span(&buf).len, 0);
	buf_clear(&buf);
}

static void
has_a_nul_behind_its_bytes(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		buf_add_u8(&buf, 'x');
		assert_int_equal(buf.len, i + 1);
		assert_int_equal(buf.data[buf.len], 0);
		assert_true(buf.room > buf.len);
	}
	buf_drop(&buf, 4999);
	assert_string_equal((const char *)buf.data, "x");
	buf_drop(&buf, 0);
	buf_drop(&buf, 1);
	assert_string_equal((const char *)buf.data, "");
	buf_clear(&buf);
}

static void
writes_numbers_in_network_order(void **state)
{
	static const uint8_t expected[] = {
		0x12, 0x12, 0x34, 0x12, 0x34, 0x56, 0x12, 0x34, 0x56, 0x78,
	};
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_u8(&buf, 0x12);
	buf_add_u16(&buf, 0x1234);
	buf_add_u24(&buf, 0x123456);
	buf_add_u32(&buf, 0x12345678);
	assert_int_equal(buf.len, sizeof expected);
	assert_memory_equal(buf.data, expected, sizeof expected);
	buf_clear(&buf);
}

static void
cuts_numbers_to_their_room(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_u8(&buf, 0x1ff);
	buf_add_u16(&buf, 0x1ffff);
	buf_add_u24(&buf, 0x1ffffff);
	assert_int_equal(buf.len, 6);
	assert_memory_equal(buf.data, "\xff\xff\xff\xff\xff\xff", 6);
	buf_clear(&buf);
}

static void
prints_behind_what_is_there(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_printf(&buf, "%s", "");
	buf_printf(&buf, "%d-%s", 12, "ab");
	buf_printf(&buf, "%0200d", 7);
	assert_int_equal(buf.len, 205);
	assert_memory_equal(buf.data, "12-ab000", 8);
	assert_int_equal(buf.data[204], '7');
	buf_wipe(&buf);
	assert_null(buf.data);
}

static void
reserves_room_without_counting_it(void **state)
{
	struct buf buf = BUF_INIT;
	uint8_t *at;

	(void)state;
	buf_add_string(&buf, "ab");
	at = buf_reserve(&buf, 1000);
	assert_int_equal(buf.len, 2);
	assert_ptr_equal(at, buf.data + 2);
	memset(at, 'c', 1000);
	buf.len += 1000;
	assert_int_equal(strlen(buf_string(&buf)), 1002);
	buf_clear(&buf);
}

static void
compares_spans_by_content(void **state)
{
	struct tls_span nothing = { NULL, 0 };

	(void)state;
	assert_true(span_equal(nothing, span_of("")));
	assert_true(span_equal(span_of("abc"), span_of("abc")));
	assert_false(span_equal(span_of("abc"), span_of("abd")));
	assert_false(span_equal(span_of("abc"), span_of("ab")));
	assert_false(span_equal(span_of("ab"), span_of("abc")));
	assert_false(span_equal(nothing, span_of("a")));
}

static void
copies_memory(void **state)
{
	uint8_t *copy = mem_copy("abc", 3);
	char *string = mem_string("def");
	void *nothing = mem_copy(NULL, 0);
	uint8_t *zeros = mem_zero(3, 5);

	(void)state;
	assert_memory_equal(copy, "abc", 3);
	assert_string_equal(string, "def");
	assert_non_null(nothing);
	for (size_t i = 0; i < 15; i++)
		assert_int_equal(zeros[i], 0);
	mem_wipe(copy, 3);
	assert_memory_equal(copy, "\0\0\0", 3);
	mem_wipe(NULL, 0);
	free(copy);
	free(string);
	free(nothing);
	free(zeros);
}

/* ---- the reader ------------------------------------------------------ */

static void
reads_what_was_written(void **state)
{
	static const uint8_t bytes[] = {
		1, 1, 2, 1, 2, 3, 0xff, 2, 3, 4,
		2, 'a', 'b', 0, 1, 'c', 0, 0, 0,
	};
	struct reader r = reader_of((struct tls_span){ bytes, sizeof bytes });

	(void)state;
	assert_int_equal(read_u8(&r), 1);
	assert_int_equal(read_u16(&r), 0x0102);
	assert_int_equal(read_u24(&r), 0x010203);
	assert_int_equal(read_u32(&r), 0xff020304);
	assert_true(span_equal(read_vec8(&r), span_of("ab")));
	assert_true(span_equal(read_vec16(&r), span_of("c")));
	assert_int_equal(read_vec24(&r).len, 0);
	assert_int_equal(r.left, 0);
	assert_false(r.broken);
}

static void
is_broken_for_good_by_a_read_past_the_end(void **state)
{
	static const uint8_t bytes[] = { 3, 'a', 'b', 7 };
	struct reader r = reader_of((struct tls_span){ bytes, 3 });

	(void)state;
	assert_int_equal(read_vec8(&r).len, 0);
	assert_true(r.broken);
	assert_int_equal(r.left, 0);
	assert_int_equal(read_u8(&r), 0);
	assert_int_equal(read_bytes(&r, 0).len, 0);
	assert_true(r.broken);
}

static void
takes_nothing_from_nothing(void **state)
{
	struct reader r = reader_of((struct tls_span){ NULL, 0 });

	(void)state;
	assert_int_equal(read_bytes(&r, 0).len, 0);
	assert_false(r.broken);
	assert_int_equal(read_u32(&r), 0);
	assert_true(r.broken);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_a_string_even_when_empty),
		cmocka_unit_test(has_a_nul_behind_its_bytes),
		cmocka_unit_test(writes_numbers_in_network_order),
		cmocka_unit_test(cuts_numbers_to_their_room),
		cmocka_unit_test(prints_behind_what_is_there),
		cmocka_unit_test(reserves_room_without_counting_it),
		cmocka_unit_test(compares_spans_by_content),
		cmocka_unit_test(copies_memory),
		cmocka_unit_test(reads_what_was_written),
		cmocka_unit_test(is_broken_for_good_by_a_read_past_the_end),
		cmocka_unit_test(takes_nothing_from_nothing),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
