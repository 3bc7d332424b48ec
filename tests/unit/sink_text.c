/* sink_text.c - the words of the text sink, byte for byte
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sink_stage.h"

static const struct sink_options plain = { 0 };
static const struct sink_options silent = { .aside = true, .silent = true };
static const struct sink_options quiet = { .quiet = true };

static void
says_the_port_only_where_any_was_asked_for(void **state)
{
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &plain, MODE_TERMINAL);
	event = sample_event(&stage.sample, EVENT_LISTENING);
	bus_post(stage.bus, &event);
	expect(&stage, "ACCEPT [::]:4433\n", "");
	event.listening.host = "127.0.0.1";
	bus_post(stage.bus, &event);
	expect(&stage, "ACCEPT 127.0.0.1:4433\n", "");
	event.listening.any_port = false;
	bus_post(stage.bus, &event);
	expect(&stage, "ACCEPT\n", "");
	close_stage(&stage);
}

static void
says_which_name_chose_what(void **state)
{
	static const char asked[] =
	    "Hostname in TLS extension: \"<i>&\"\\x1b.org\"\n";
	struct stage stage;
	struct event event;
	struct buf both = BUF_INIT;

	(void)state;
	buf_printf(&both, "%sSwitching server context.\n", asked);
	open_stage(&stage, &plain, MODE_TERMINAL);
	event = sample_event(&stage.sample, EVENT_CHOICE);
	bus_post(stage.bus, &event);
	expect(&stage, asked, "");
	event.choice.server = "a.example";
	bus_post(stage.bus, &event);
	expect(&stage, buf_string(&both), "");
	/* In other modes only where names may choose. */
	stage.text->mode = MODE_WWW;
	bus_post(stage.bus, &event);
	expect(&stage, "", "");
	close_stage(&stage);
	buf_clear(&both);
}

/* All of it on standard error, and nothing of the rest. */
static void
is_brief_if_asked_to(void **state)
{
	struct sink_options output = { .brief = true };
	struct stage stage;

	(void)state;
	open_stage(&stage, &output, MODE_TERMINAL);
	post(&stage, EVENT_LISTENING);
	post(&stage, EVENT_CHOICE);
	post(&stage, EVENT_ENDING);
	post(&stage, EVENT_STATISTICS);
	expect(&stage, "", "");
	post(&stage, EVENT_HANDSHAKE);
	assert_int_equal(stage.text->out.text.len, 0);
	assert_ptr_equal(strstr(buf_string(&stage.text->err.text),
	    "Protocol version: TLSv1.2\nClient cipher list: "),
	    stage.text->err.text.data);
	stage.text->err.text.len = 0;
	post(&stage, EVENT_CLOSED);
	expect(&stage, "", "");
	close_stage(&stage);

	output.strict = true;
	open_stage(&stage, &output, MODE_TERMINAL);
	post(&stage, EVENT_LISTENING);
	expect(&stage, "", "");
	close_stage(&stage);
}

static void
accepts_again_after_a_connection(void **state)
{
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &plain, MODE_TERMINAL);
	post(&stage, EVENT_ENDING);
	expect(&stage, "DONE\n", "");
	post(&stage, EVENT_CLOSED);
	expect(&stage, "shutting down SSL\nCONNECTION CLOSED\nACCEPT\n", "");

	event = sample_event(&stage.sample, EVENT_COMMAND);
	event.command.letter = 'Q';
	event.command.status = TLS_OK;
	bus_post(stage.bus, &event);
	expect(&stage, "", "shutdown accept socket\n");
	post(&stage, EVENT_CLOSED);
	expect(&stage, "shutting down SSL\nCONNECTION CLOSED\n", "");
	close_stage(&stage);
}

static void
is_not_done_where_it_failed(void **state)
{
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &plain, MODE_TERMINAL);
	post(&stage, EVENT_FAILED);
	stage.text->err.text.len = 0;
	post(&stage, EVENT_ENDING);
	expect(&stage, "", "");
	event = sample_event(&stage.sample, EVENT_ENDING);
	event.from.conn = 4;
	bus_post(stage.bus, &event);
	expect(&stage, "DONE\n", "");
	post(&stage, EVENT_CLOSED);
	expect(&stage, "shutting down SSL\nCONNECTION CLOSED\nACCEPT\n", "");
	assert_int_equal(stage.text->num_failed, 0);
	close_stage(&stage);
}

static void
tells_whose_fault_a_failure_was(void **state)
{
	struct stage stage;
	struct event event;
	struct tls_error error = { TLS_BLAME_NETWORK, -1, -1, 0, "" };

	(void)state;
	open_stage(&stage, &plain, MODE_TERMINAL);
	event = sample_event(&stage.sample, EVENT_FAILED);
	event.failed.refused = NULL;
	bus_post(stage.bus, &event);
	expect(&stage, "", "ERROR\nconn 3: handshake failed: peer: no "
	    "agreement with the client (alert sent: handshake_failure 40; "
	    "null: no shared cipher\\x0a\\x1b[2J\\xff)\n"
	    "conn 3: why: no group in common\n");

	event.failed.explanation = NULL;
	event.failed.verify_error = 10;
	stage.sample.error.alert_sent = -1;
	stage.sample.error.alert_received = 48;
	bus_post(stage.bus, &event);
	expect(&stage, "", "ERROR\n"
	    "verify error:certificate has expired\n"
	    "conn 3: handshake failed: peer: the client refused us (alert "
	    "received: unknown_ca 48; "
	    "null: no shared cipher\\x0a\\x1b[2J\\xff)\n");

	event.failed.error = &error;
	event.failed.handshaking = false;
	bus_post(stage.bus, &event);
	expect(&stage, "ERROR\n", "conn 3: connection failed: network: the "
	    "connection broke off\n");
	close_stage(&stage);

	/* without the word where the reference leaves it out */
	open_stage(&stage, &plain, MODE_WWW);
	event.from.backend = "x";
	bus_post(stage.bus, &event);
	expect(&stage, "", "conn 3: connection failed: network: the "
	    "connection broke off\n");
	close_stage(&stage);
}

static void
tells_a_verification_step_by_step(void **state)
{
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &quiet, MODE_WWW);
	event = sample_event(&stage.sample, EVENT_VERIFY);
	bus_post(stage.bus, &event);
	expect(&stage, "", "depth=0 CN = \"Ann <b>\\1B[2J\"\n"
	    "verify error:num=10:certificate has expired\n"
	    "notAfter=Dec 31 23:59:59 2020 GMT\nverify return:1\n");

	stage.sample.step.error = 9;
	event.verify.accepted = false;
	bus_post(stage.bus, &event);
	expect(&stage, "", "depth=0 CN = \"Ann <b>\\1B[2J\"\n"
	    "verify error:num=9:certificate is not yet valid\n"
	    "notBefore=Jan  1 00:00:00 2020 GMT\nverify return:0\n");

	stage.sample.step.error = 2;
	bus_post(stage.bus, &event);
	expect(&stage, "", "depth=0 CN = \"Ann <b>\\1B[2J\"\n"
	    "verify error:num=2:unable to get issuer certificate\n"
	    "issuer= CN = Ann's CA\nverify return:0\n");

	stage.sample.step.error = 9999;
	stage.sample.step.depth = 1;
	stage.sample.step.der.len = 0;
	bus_post(stage.bus, &event);
	expect(&stage, "", "depth=1 <no cert>\n"
	    "verify error:num=9999:too old\nverify return:0\n");

	stage.sample.step.error = 0;
	stage.sample.step.der = buf_span(&stage.sample.cert);
	event.verify.accepted = true;
	bus_post(stage.bus, &event);
	expect(&stage, "", "depth=1 CN = \"Ann <b>\\1B[2J\"\n"
	    "verify return:1\n");
	close_stage(&stage);
}

static void
answers_command_letters(void **state)
{
	struct stage stage;
	struct event event;

	(void)state;
	open_stage(&stage, &plain, MODE_TERMINAL);
	event = sample_event(&stage.sample, EVENT_COMMAND);
	bus_post(stage.bus, &event);
	expect(&stage, "", "conn 3: command 'r': "
	    "no shared cipher\\x0a\\x1b[2J\\xff\n");
	event.command.status = TLS_OK;
	for (const char *at = "rRkKc"; *at; at++) {
		event.command.letter = *at;
		bus_post(stage.bus, &event);
		expect(&stage, "SSL_do_handshake -> 1\n", "");
	}
	for (const char *at = "qSP"; *at; at++) {
		event.command.letter = *at;
		bus_post(stage.bus, &event);
		expect(&stage, "", "");
	}
	post(&stage, EVENT_STATISTICS);
	expect(&stage,
	    "   1 items in the session cache\n"
	    "   0 client connects (SSL_connect())\n"
	    "   0 client renegotiates (SSL_connect())\n"
	    "   0 client connects that finished\n"
	    "  20 server accepts (SSL_accept())\n"
	    "   0 server renegotiates (SSL_accept())\n"
	    "  19 server accepts that finished\n"
	    "   3 session cache hits\n"
	    "   0 session cache misses\n"
	    "   0 session cache timeouts\n"
	    "   0 callback cache hits\n"
	    "   0 cache full overflows (128 allowed)\n", "");
	close_stage(&stage);
}

static void
passes_data_on_but_never_commands_to_a_terminal(void **state)
{
	struct stage stage;
	struct event event;
	const char *text = "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 "
	    "\xc2\x9b\x9b\xc3\x7f\r\n\t\x1b]\xe2\x82";

	(void)state;
	open_stage(&stage, &quiet, MODE_TERMINAL);
	event = sample_event(&stage.sample, EVENT_DATA);
	bus_post(stage.bus, &event);
	assert_int_equal(stage.text->out.text.len, event.data.bytes.len);
	assert_memory_equal(stage.text->out.text.data, event.data.bytes.data,
	    event.data.bytes.len);
	stage.text->out.text.len = 0;

	stage.text->out.terminal = true;
	bus_post(stage.bus, &event);
	expect(&stage, "a\\x1b[\\xff\\x00\\\"\n", "");
	event.data.bytes = span_of(text);
	bus_post(stage.bus, &event);
	expect(&stage, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 "
	    "\\xc2\\x9b\\x9b\\xc3\\x7f\r\n\t\\x1b]\\xe2\\x82", "");
	event.data.direction = TLS_SENT;
	bus_post(stage.bus, &event);
	expect(&stage, "", "");
	close_stage(&stage);
}

static void
tells_files_and_first_bytes_and_notes(void **state)
{
	struct stage stage;

	(void)state;
	open_stage(&stage, &plain, MODE_FILES);
	post(&stage, EVENT_REQUEST);
	expect(&stage, "", "FILE:a\\x1b\n");
	post(&stage, EVENT_OPENING);
	expect(&stage, "", "conn 3: no ClientHello: http: "
	    "GET / HTTP/1.1\\x0d\\x0a\n");
	post(&stage, EVENT_NOTE);
	expect(&stage, "", "conn 3: one\nconn 3: two\\x1b\n");
	close_stage(&stage);
}

/* What is costly to find out is not asked for when nobody prints it. */
static void
wants_little_when_quiet(void **state)
{
	struct sink *sink = text_new(&quiet, MODE_WWW, WRITER_MEMORY,
	    WRITER_MEMORY);

	(void)state;
	assert_int_equal(sink->wants, EVENT_BIT(EVENT_VERIFY) |
	    EVENT_BIT(EVENT_NOTE) | EVENT_BIT(EVENT_OCSP) |
	    EVENT_BIT(EVENT_RELOADED) | EVENT_BIT(EVENT_MISMATCH));
	sink->ops->free(sink);
	sink = text_new(&quiet, MODE_TERMINAL, WRITER_MEMORY, WRITER_MEMORY);
	assert_int_equal(sink->wants, EVENT_BIT(EVENT_VERIFY) |
	    EVENT_BIT(EVENT_NOTE) | EVENT_BIT(EVENT_OPENING) |
	    EVENT_BIT(EVENT_FAILED) | EVENT_BIT(EVENT_DATA) |
	    EVENT_BIT(EVENT_OCSP) | EVENT_BIT(EVENT_RELOADED) |
	    EVENT_BIT(EVENT_MISMATCH));
	sink->ops->free(sink);
	sink = text_new(&silent, MODE_WWW, WRITER_NOWHERE, WRITER_MEMORY);
	assert_int_equal(sink->wants, EVENT_BIT(EVENT_NOTE) |
	    EVENT_BIT(EVENT_MISMATCH));
	sink->ops->free(sink);
	sink = text_new(&plain, MODE_WWW, WRITER_MEMORY, WRITER_MEMORY);
	assert_false(sink->wants & (EVENT_BIT(EVENT_WIRE) |
	    EVENT_BIT(EVENT_RECORD) | EVENT_BIT(EVENT_MESSAGE) |
	    EVENT_BIT(EVENT_STATE) | EVENT_BIT(EVENT_HELLO) |
	    EVENT_BIT(EVENT_DATA) | EVENT_BIT(EVENT_HANDSHAKE)));
	sink->ops->free(sink);
}

/* Standard output belongs to JSON then. */
static void
leaves_standard_output_alone_when_told(void **state)
{
	const struct sink_options all = {
		.message = true, .debug = true, .extensions = true,
	};
	struct sink *sink = text_new(&all, MODE_TERMINAL, WRITER_NOWHERE,
	    WRITER_MEMORY);
	struct text *text = (struct text *)sink;
	struct sample sample;

	(void)state;
	sample_init(&sample);
	for (unsigned kind = 0; kind < EVENT_COUNT; kind++) {
		struct event event = sample_event(&sample, kind);

		if (sink->wants & EVENT_BIT(kind))
			sink->ops->event(sink, &event);
		assert_int_equal(text->out.text.len, 0);
	}
	assert_true(text->err.text.len > 0);
	assert_false(sink->wants & EVENT_BIT(EVENT_MESSAGE));
	sink->ops->free(sink);
	sample_clear(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_the_port_only_where_any_was_asked_for),
		cmocka_unit_test(says_which_name_chose_what),
		cmocka_unit_test(is_brief_if_asked_to),
		cmocka_unit_test(accepts_again_after_a_connection),
		cmocka_unit_test(is_not_done_where_it_failed),
		cmocka_unit_test(tells_whose_fault_a_failure_was),
		cmocka_unit_test(tells_a_verification_step_by_step),
		cmocka_unit_test(answers_command_letters),
		cmocka_unit_test(
		    passes_data_on_but_never_commands_to_a_terminal),
		cmocka_unit_test(tells_files_and_first_bytes_and_notes),
		cmocka_unit_test(wants_little_when_quiet),
		cmocka_unit_test(leaves_standard_output_alone_when_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
