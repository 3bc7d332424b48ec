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
	static const struct sink_options blocks = { .blocks = true };
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
	const struct sink_options output = {
		.quiet = true, .message = true, .state = true,
	};
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &output, MODE_WWW);
	post(&stage, EVENT_RECORD);
	expect(&stage, "<<< TLS 1.0, RecordHeader [length 0005]\n"
	    "    16 03 01 00 b7\n", "");
	/* What is sent waits for its record. */
	post(&stage, EVENT_MESSAGE);
	expect(&stage, "", "");
	event = sample_event(&stage.sample, EVENT_RECORD);
	event.record.direction = TLS_SENT;
	bus_post(stage.bus, &event);
	expect(&stage, ">>> TLS 1.0, RecordHeader [length 0005]\n"
	    "    16 03 01 00 b7\n"
	    ">>> TLS 1.2, Handshake [length 0004], "
	    "ServerHelloDone\n    0e 00 00 00\n", "");

	event = sample_event(&stage.sample, EVENT_MESSAGE);
	event.message.direction = TLS_RECEIVED;
	event.message.version = TLS_VERSION_1_3;
	event.message.content_type = 21;
	event.message.body = (struct tls_span){
		(const uint8_t *)"\2\x28", 2 };
	bus_post(stage.bus, &event);
	expect(&stage, "<<< TLS 1.3, Alert [length 0002], fatal "
	    "handshake_failure\n    02 28\n", "");

	event.message.version = 0x7f1c;
	event.message.content_type = 99;
	event.message.body = (struct tls_span){
		(const uint8_t *)"0123456789abcdef0", 17 };
	bus_post(stage.bus, &event);
	expect(&stage, "<<< version 0x7f1c, Unknown (content_type=99) "
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

/* A message that is sent, of so many bytes; the first one says what it is. */
static void
say(struct stage *stage, uint8_t type, uint8_t first, size_t len)
{
	struct event event = sample_event(&stage->sample, EVENT_MESSAGE);
	uint8_t body[64] = { first };

	event.message.version = TLS_VERSION_1_3;
	event.message.content_type = type;
	event.message.body = (struct tls_span){ body, len };
	bus_post(stage->bus, &event);
}

static void
send_record(struct stage *stage, uint8_t type, uint16_t len)
{
	struct event event = sample_event(&stage->sample, EVENT_RECORD);

	event.record.direction = TLS_SENT;
	event.record.type = type;
	event.record.version = TLS_VERSION_1_2;
	event.record.len = len;
	event.record.header.len = 1;
	bus_post(stage->bus, &event);
}

#define RECORD	">>> TLS 1.2, RecordHeader [length 0001]\n    16\n"
#define INNER	">>> TLS 1.3, InnerContent [length 0001]\n    16\n"
#define HEAD	">>> TLS 1.3, Handshake [length 000"

static void
puts_messages_behind_the_records_that_carry_them(void **state)
{
	static const struct sink_options output = { .message = true };
	struct stage stage;

	(void)state;
	open_stage(&stage, &output, MODE_WWW);
	say(&stage, 22, 2, 1);
	say(&stage, 20, 1, 1);
	say(&stage, 22, 8, 1);
	say(&stage, 22, 11, 40);
	say(&stage, 22, 20, 2);
	expect(&stage, "", "");
	send_record(&stage, 22, 1);
	expect(&stage, RECORD HEAD "1], ServerHello\n    02\n", "");
	send_record(&stage, 20, 1);
	expect(&stage, RECORD ">>> TLS 1.3, ChangeCipherSpec [length 0001]\n"
	    "    01\n", "");
	send_record(&stage, 23, 18);
	expect(&stage, RECORD INNER HEAD "1], EncryptedExtensions\n    08\n",
	    "");
	/* One message in two records, and the next one after it. */
	send_record(&stage, 23, 20);
	expect(&stage, RECORD, "");
	send_record(&stage, 23, 22);
	assert_non_null(strstr(buf_string(&stage.text->out.text),
	    "[length 0028], Certificate\n"));
	assert_non_null(strstr(buf_string(&stage.text->out.text),
	    INNER HEAD "2], Finished\n    14 00\n"));
	stage.text->out.text.len = 0;
	/* Never sent, but reported like the others. */
	say(&stage, 21, 2, 2);
	post(&stage, EVENT_CLOSED);
	expect(&stage, ">>> TLS 1.3, InnerContent [length 0001]\n    15\n"
	    ">>> TLS 1.3, Alert [length 0002], fatal close_notify\n"
	    "    02 00\n", "");
	close_stage(&stage);
}

static void
dumps_the_wire_with_time_in_place_of_pointers(void **state)
{
	const struct sink_options output = { .debug = true };
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &output, MODE_WWW);
	event = sample_event(&stage.sample, EVENT_WIRE);
	event.from.begun_us = 500;
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
	const struct sink_options output = { .extensions = true };
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
		cmocka_unit_test(
		    puts_messages_behind_the_records_that_carry_them),
		cmocka_unit_test(traces_messages_records_and_states),
		cmocka_unit_test(dumps_the_wire_with_time_in_place_of_pointers),
		cmocka_unit_test(shows_every_extension_unknown_ones_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
