/* hello_refused.c - ClientHellos whose fixed part is wrong
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_half_a_suite),
		cmocka_unit_test(refuses_a_session_id_of_33_bytes),
		cmocka_unit_test(refuses_bytes_after_the_extensions),
	};

	return cmocka_run_group_tests_name("hello_refused", tests, NULL,
	    NULL);
}
