/* sink_trace.c - what -msg, -state, -debug, -tlsextdebug and -nbio print
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sink_stage.h"

static void
tells_where_it_would_have_blocked(void **state)
{
	static const struct settings_output blocks = { .blocks = true };
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &blocks, MODE_TERMINAL);
	post(&stage, EVENT_ACCEPTED);
	expect(&stage, "", "Turned on non blocking io\n");
	post(&stage, EVENT_BLOCKED);
	expect(&stage, "Write BLOCK\n", "");
	event = sample_event(&stage.sample, EVENT_BLOCKED);
	event.blocked.step = BLOCKED_READ;
	bus_post(stage.bus, &event);
	expect(&stage, "Read BLOCK\n", "");
	event.blocked.step = BLOCKED_HANDSHAKE;
	bus_post(stage.bus, &event);
	expect(&stage, "DELAY\n", "");
	close_stage(&stage);
}

static void
traces_messages_records_and_states(void **state)
{
	const struct settings_output output = {
		.quiet = true, .message = true, .state = true,
	};
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &output, MODE_STATUS);
	post(&stage, EVENT_RECORD);
	expect(&stage, "<<< TLS 1.0, RecordHeader [length 0005]\n"
	    "    16 03 01 00 b7\n", "");
	post(&stage, EVENT_MESSAGE);
	expect(&stage, ">>> TLS 1.2, Handshake [length 0004], "
	    "ServerHelloDone\n    0e 00 00 00\n", "");

	event = sample_event(&stage.sample, EVENT_MESSAGE);
	event.message.version = TLS_VERSION_1_3;
	event.message.content_type = 21;
	event.message.body = (struct tls_span){
		(const uint8_t *)"\2\x28", 2 };
	bus_post(stage.bus, &event);
	expect(&stage, ">>> TLS 1.3, Alert [length 0002], fatal "
	    "handshake_failure\n    02 28\n", "");

	event.message.version = 0x7f1c;
	event.message.content_type = 99;
	event.message.body = (struct tls_span){
		(const uint8_t *)"0123456789abcdef0", 17 };
	bus_post(stage.bus, &event);
	expect(&stage, ">>> version 0x7f1c, Unknown (content_type=99) "
	    "[length 0011]\n"
	    "    30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66\n"
	    "    30\n", "");

	post(&stage, EVENT_STATE);
	expect(&stage, "", "SSL_accept:SSLv3/TLS read client hello\n");
	post(&stage, EVENT_ALERT);
	expect(&stage, "", "SSL3 alert write:fatal:handshake failure\n");
	event = sample_event(&stage.sample, EVENT_ALERT);
	event.alert.direction = TLS_RECEIVED;
	event.alert.level = 1;
	event.alert.description = 0;
	bus_post(stage.bus, &event);
	expect(&stage, "", "SSL3 alert read:warning:close notify\n");
	close_stage(&stage);
}

static void
dumps_the_wire_with_time_in_place_of_pointers(void **state)
{
	const struct settings_output output = { .debug = true };
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &output, MODE_STATUS);
	event = sample_event(&stage.sample, EVENT_WIRE);
	event.begun_us = 500;
	bus_post(stage.bus, &event);
	expect(&stage,
	    "read from conn 3 [0.000500] (5 bytes => 5 (0x5))\n"
	    "0000 - 16 03 01 00 b7                              "
	    "      .....\n", "");
	event.wire.direction = TLS_SENT;
	event.wire.asked = 20;
	event.wire.bytes = (struct tls_span){
		(const uint8_t *)"0123456789abcdef\x7f~ \xff", 20 };
	bus_post(stage.bus, &event);
	expect(&stage,
	    "write to conn 3 [0.001500] (20 bytes => 20 (0x14))\n"
	    "0000 - 30 31 32 33 34 35 36 37-38 39 61 62 63 64 65 66   "
	    "0123456789abcdef\n"
	    "0010 - 7f 7e 20 ff                                       "
	    ".~ .\n", "");
	event.wire.direction = TLS_RECEIVED;
	event.wire.status = TLS_WANT_READ;
	event.wire.bytes.len = 0;
	bus_post(stage.bus, &event);
	expect(&stage, "read from conn 3 [0.002500] (20 bytes => -1)\n", "");
	event.wire.status = TLS_CLOSED;
	bus_post(stage.bus, &event);
	expect(&stage, "read from conn 3 [0.003500] (20 bytes => 0 (0x0))\n",
	    "");
	close_stage(&stage);
}

static void
shows_every_extension_unknown_ones_too(void **state)
{
	const struct settings_output output = { .extensions = true };
	const char *start =
	    "TLS client extension \"unknown\" (id=10794), len=0\n"
	    "TLS client extension \"server name\" (id=0), len=15\n"
	    "0000 - 00 0d 00 00 0a 3c 69 3e-26 22 1b 2e 6f 72 67      "
	    ".....<i>&\"..org\n"
	    "TLS client extension \"EC point formats\" (id=11), len=3\n"
	    "0000 - 02 00 01                                          ...\n";
	const char *end =
	    "TLS client extension \"unknown\" (id=4660), len=2\n"
	    "0000 - 3f 3f                                             ??\n";
	const char *out;
	struct stage stage;

	(void)state;
	open_stage(&stage, &output, MODE_TERMINAL);
	post(&stage, EVENT_HELLO);
	out = buf_string(&stage.text->out.text);
	assert_int_equal(strncmp(out, start, strlen(start)), 0);
	assert_non_null(strstr(out, end));
	assert_string_equal(strstr(out, end), end);
	close_stage(&stage);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_where_it_would_have_blocked),
		cmocka_unit_test(traces_messages_records_and_states),
		cmocka_unit_test(dumps_the_wire_with_time_in_place_of_pointers),
		cmocka_unit_test(shows_every_extension_unknown_ones_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
