/* memory.c - the transport in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "net/memory.h"

static enum tls_status
take(struct memory_io *memory, size_t len, size_t *done)
{
	uint8_t data[16];

	return memory->io.ops->read(&memory->io, data, len, done);
}

static enum tls_status
put(struct memory_io *memory, const char *text, size_t *done)
{
	return memory->io.ops->write(&memory->io, (const uint8_t *)text,
	    strlen(text), done);
}

static void
gives_what_it_has_and_then_the_end(void **state)
{
	struct memory_io memory;
	size_t done = 99;

	(void)state;
	memory_init(&memory, MEMORY_NO_LIMIT);
	assert_false(memory_readable(&memory));
	assert_false(memory.io.ops->pending(&memory.io));
	assert_int_equal(take(&memory, 16, &done), TLS_WANT_READ);
	assert_int_equal(done, 0);

	buf_add_string(&memory.to_server, "abcde");
	assert_true(memory.io.ops->pending(&memory.io));
	assert_int_equal(take(&memory, 3, &done), TLS_OK);
	assert_int_equal(done, 3);
	assert_int_equal(take(&memory, 16, &done), TLS_OK);
	assert_int_equal(done, 2);
	assert_int_equal(memory.moved, 5);

	memory.ended = true;
	assert_true(memory_readable(&memory));
	assert_false(memory.io.ops->pending(&memory.io));
	assert_int_equal(take(&memory, 16, &done), TLS_CLOSED);
	assert_int_equal(done, 0);
	memory_clear(&memory);
}

static void
takes_no_more_than_it_has_room_for(void **state)
{
	struct memory_io memory;
	size_t done;

	(void)state;
	memory_init(&memory, 4);
	assert_int_equal(put(&memory, "abc", &done), TLS_OK);
	assert_int_equal(done, 3);
	assert_int_equal(put(&memory, "def", &done), TLS_OK);
	assert_int_equal(done, 1);
	assert_int_equal(put(&memory, "ef", &done), TLS_WANT_WRITE);
	assert_int_equal(done, 0);
	memory.room = 2;
	assert_int_equal(put(&memory, "ef", &done), TLS_OK);
	assert_int_equal(done, 2);
	assert_true(span_equal(buf_span(&memory.to_client),
	    span_of("abcdef")));
	memory_clear(&memory);
}

static void
fails_once_it_is_broken(void **state)
{
	struct memory_io memory;
	size_t done = 99;

	(void)state;
	memory_init(&memory, MEMORY_NO_LIMIT);
	buf_add_string(&memory.to_server, "abc");
	memory.broken = true;
	assert_true(memory_readable(&memory));
	assert_false(memory.io.ops->pending(&memory.io));
	assert_int_equal(take(&memory, 16, &done), TLS_FAILED);
	assert_int_equal(done, 0);
	assert_int_equal(put(&memory, "d", &done), TLS_FAILED);
	assert_int_equal(done, 0);
	assert_int_equal(memory.to_client.len, 0);
	memory_clear(&memory);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_what_it_has_and_then_the_end),
		cmocka_unit_test(takes_no_more_than_it_has_room_for),
		cmocka_unit_test(fails_once_it_is_broken),
	};

	return cmocka_run_group_tests_name("memory", tests, NULL, NULL);
}
