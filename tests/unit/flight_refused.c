/* flight_refused.c - what the reader of a first flight refuses, and its limits
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "sample_flight.h"
#include "wire/flight.h"

#define SOUND_HELLO \
	"\x16\x03\x03\0\x2a\x02\0\0\x26\x03\x03" \
	"0123456789abcdef0123456789abcdef\0\xc0\x2f\0"

static void
refuses_what_no_server_may_send(void **state)
{
	static const struct {
		struct tls_span bytes;
		const char *text;
	} rows[] = {
		{ BYTES("HTTP/1.1 400 Bad Request"), "no TLS record" },
		{ BYTES("\x16\x03\x03\x48\x01"), "no TLS record" },
		{ BYTES("\x80\x2e\x01\x03\x01"), "SSLv2" },
		{ BYTES("\x16\x03\x03\0\x04\x0e\0\0\0"),
		  "ServerHelloDone before the ServerHello" },
		{ BYTES("\x16\x03\x03\0\x04\x02\0\0\0"),
		  "the lengths in the ServerHello" },
		{ BYTES("\x16\x03\x03\0\x04\x02\xff\xff\xff"),
		  "a handshake message of 16777219 bytes" },
		{ BYTES("\x16\x03\x03\0\x01\x02\x14\x03\x03\0\x01\x01"),
		  "inside a handshake message" },
		{ BYTES(SOUND_HELLO SOUND_HELLO), "a second ServerHello" },
		{ BYTES(SOUND_HELLO "\x16\x03\x03\0\x05\x0e\0\0\x01x"),
		  "the lengths in the ServerHelloDone" },
		{ BYTES(SOUND_HELLO "\x16\x03\x03\0\x07\x0b\0\0\x03\0\0\x01"),
		  "the lengths in the Certificate" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct tls_error err = TLS_ERROR_INIT, again = TLS_ERROR_INIT;
		struct flight flight;

		flight_init(&flight);
		if (flight_add_records(&flight, rows[i].bytes, &err))
			fail_msg("row %zu is taken", i);
		assert_int_equal(err.blame, TLS_BLAME_PEER);
		if (!strstr(err.text, rows[i].text))
			fail_msg("row %zu: %s", i, err.text);
		/* It stays so. */
		assert_false(flight_add_records(&flight, SPAN(SOUND_HELLO),
		    &again));
		assert_string_equal(again.text, err.text);
		assert_false(flight_add_message(&flight, 21, SPAN("\x02\x28"),
		    &again));
		flight_clear(&flight);
	}
}

static void
refuses_clear_text_after_the_hello_of_tls1_3(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct buf messages = BUF_INIT, wire = BUF_INIT;
	struct flight flight;

	(void)state;
	add_hello_tls1_3(&messages);
	add_records(&wire, 22, buf_span(&messages), 16384);
	add_records(&wire, 22, SPAN("\x08\0\0\x02\0\0"), 16384);
	flight_init(&flight);
	assert_false(flight_add_records(&flight, buf_span(&wire), &err));
	assert_non_null(strstr(err.text, "in clear after the ServerHello"));
	assert_int_equal(flight.version, TLS_VERSION_1_3);
	flight_clear(&flight);

	/* Nor in the same record, whichever piece it comes with. */
	wire.len = 0;
	add_message(&messages, 8, SPAN("\0\0"));
	add_records(&wire, 22, buf_span(&messages), 16384);
	for (size_t first = 0; first < wire.len; first += wire.len - 6) {
		feed(&flight, (struct tls_span){ wire.data, first }, SIZE_MAX);
		assert_false(flight_add_records(&flight, (struct tls_span){
		    wire.data + first, wire.len - first }, &err));
		assert_non_null(strstr(err.text, "goes on after it"));
		flight_clear(&flight);
	}

	/* An alert may be in clear, if the server has no keys. */
	wire.len = 0;
	messages.len -= 6;
	add_records(&wire, 22, buf_span(&messages), 16384);
	add_records(&wire, 21, SPAN("\x02\x28"), 2);
	feed(&flight, buf_span(&wire), SIZE_MAX);
	assert_int_equal(flight.alert, 40);
	flight_clear(&flight);
	buf_clear(&messages);
	buf_clear(&wire);
}

static void
refuses_a_told_message_that_is_not_whole(void **state)
{
	static const struct tls_span rows[] = {
		BYTES(""), BYTES("\x02"), BYTES("\x02\0\0\x01"),
		BYTES("\x0e\0\0\0\0"),
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct tls_error err = TLS_ERROR_INIT;
		struct flight flight;

		flight_init(&flight);
		assert_false(flight_add_message(&flight, 22, rows[i], &err));
		assert_non_null(strstr(err.text, "wrong length"));
		flight_clear(&flight);
	}
}

/* Neither many messages nor long ones make it grow without an end. */
static void
holds_no_more_than_its_limits(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct buf messages = BUF_INIT, body = BUF_INIT;
	struct flight flight;
	unsigned type;

	(void)state;
	flight_init(&flight);
	for (type = 100; type < 200; type++) {
		messages.len = 0;
		add_message(&messages, type, SPAN("x"));
		if (!flight_add_message(&flight, 22, buf_span(&messages),
		    &err))
			break;
	}
	assert_int_equal(type, 100 + FLIGHT_MAX_MESSAGES);
	flight_clear(&flight);

	memset(buf_reserve(&body, 100000), 0, 100000);
	body.len = 100000;
	for (type = 100; type < 200; type++) {
		messages.len = 0;
		add_message(&messages, type, buf_span(&body));
		if (!flight_add_message(&flight, 22, buf_span(&messages),
		    &err))
			break;
	}
	assert_int_equal(type, 102);
	flight_clear(&flight);
	buf_clear(&messages);
	buf_clear(&body);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refuses_what_no_server_may_send),
		cmocka_unit_test(refuses_clear_text_after_the_hello_of_tls1_3),
		cmocka_unit_test(refuses_a_told_message_that_is_not_whole),
		cmocka_unit_test(holds_no_more_than_its_limits),
	};

	return cmocka_run_group_tests_name("flight refused", tests, NULL,
	    NULL);
}
