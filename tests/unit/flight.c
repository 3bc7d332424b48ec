/* flight.c - the reader of a server's first flight, with made-up flights
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_flight.h"
#include "wire/flight.h"

#define RETRY_RANDOM \
	"\xcf\x21\xad\x74\xe5\x9a\x61\x11\xbe\x1d\x8c\x02\x1e\x65\xb8\x91" \
	"\xc2\xa2\x11\x16\x7a\xbb\x8c\x5e\x07\x9e\x09\xe2\xc8\xa8\x33\x9c"

/* Asks for secp384r1, with a cookie. */
static void
add_retry(struct buf *out)
{
	add_message(out, 2, SPAN("\x03\x03" RETRY_RANDOM "\0\x13\x02\0"
	    "\0\x15" "\0\x2b\0\x02\x03\x04" "\0\x33\0\x02\0\x18"
	    "\0\x2c\0\x05\0\x03" "abc"));
}

/* All messages of a full handshake of TLS 1.2. */
static void
add_full(struct buf *out)
{
	add_hello(out, 0x0303, "DOWNGRD\x01", 0xc02f, SPAN(
	    "\xff\x01\0\x01\0" "\0\x17\0\0" "\0\x23\0\0"
	    "\0\x10\0\x05\0\x03\x02h2" "\0\x05\0\0"));
	add_message(out, 11, SPAN("\0\0\x0c" "\0\0\x04leaf" "\0\0\x02up"));
	add_message(out, 22, SPAN("\x01\0\0\x04ocsp"));
	add_message(out, 12, SPAN("\x03\0\x1d\x03pqr" "\x08\x04\0\x03sig"));
	add_message(out, 13, SPAN("\x02\x01\x40" "\0\x04\x08\x04\x04\x03"
	    "\0\x09" "\0\x03one" "\0\x02to"));
	add_message(out, 14, SPAN(""));
}

static void
check_full(const struct flight *flight)
{
	const struct server_hello *hello = &flight->hello;
	const struct certificate_request *request = &flight->request;
	struct tls_span names = request->authorities, name;

	assert_int_equal(flight->version, TLS_VERSION_1_2);
	assert_int_equal(flight->suite, 0xc02f);
	assert_int_equal(flight->group, 29);
	assert_int_equal(flight->signature, 0x0804);
	assert_true(span_equal(flight->alpn, span_of("h2")));
	assert_true(span_equal(flight->status, span_of("ocsp")));
	assert_int_equal(flight->alert, -1);
	assert_true(flight->ended);
	assert_false(flight->abbreviated);
	assert_int_equal(flight->num_messages, 6);
	assert_int_equal(flight->retry.message.len, 0);

	assert_int_equal(hello->downgrade, DOWNGRADE_TLS1_2);
	assert_true(span_equal(hello->session_id, span_of("id")));
	assert_true(hello->expects_ticket && hello->extended_master &&
	    hello->secure_renegotiation);
	assert_false(hello->has_psk || hello->retry || hello->raw_key);
	assert_int_equal(flight->certificate.num_chain, 2);
	assert_true(span_equal(flight->certificate.chain[0],
	    span_of("leaf")));
	assert_true(span_equal(flight->certificate.chain[1], span_of("up")));

	assert_true(span_equal(request->types, span_of("\x01\x40")));
	assert_int_equal(request->signatures.len, 4);
	assert_int_equal(answer_number(request->signatures, 1), 0x0403);
	assert_int_equal(request->num_authorities, 2);
	assert_true(answer_next_name(&names, &name));
	assert_true(span_equal(name, span_of("one")));
	assert_true(answer_next_name(&names, &name));
	assert_true(span_equal(name, span_of("to")));
	assert_false(answer_next_name(&names, &name));
}

static void
reads_records_and_pieces_cut_at_any_place(void **state)
{
	struct buf messages = BUF_INIT;

	(void)state;
	add_full(&messages);
	for (size_t size = 1; size <= messages.len; size++) {
		struct buf wire = BUF_INIT;

		add_records(&wire, 22, buf_span(&messages), size);
		for (size_t piece = 1; piece <= wire.len;
		    piece += piece < 12 ? 1 : 37) {
			struct flight flight;

			flight_init(&flight);
			feed(&flight, buf_span(&wire), piece);
			assert_true(flight_is_whole(&flight));
			check_full(&flight);
			assert_int_equal(flight.num_records,
			    (messages.len + size - 1) / size);
			assert_int_equal(flight.record_version, 0x0303);
			flight_clear(&flight);
		}
		buf_clear(&wire);
	}
	buf_clear(&messages);
}

/* Less of a flight is never wrong, only less. */
static void
stands_every_truncation(void **state)
{
	struct buf messages = BUF_INIT, wire = BUF_INIT;
	struct tls_span span;

	(void)state;
	add_full(&messages);
	add_records(&wire, 22, buf_span(&messages), 70);
	span = buf_span(&wire);
	for (span.len = 0; span.len < wire.len; span.len++) {
		struct flight flight;

		flight_init(&flight);
		feed(&flight, span, SIZE_MAX);
		assert_false(flight.ended);
		assert_true(flight.num_messages < 6);
		assert_true(flight.version == 0 || flight.suite == 0xc02f);
		assert_int_equal(flight.num_records, (span.len + 70) / 75);
		flight_clear(&flight);
	}
	buf_clear(&messages);
	buf_clear(&wire);
}

/* The bytes of the six messages, told one by one. */
static void
tell(struct flight *flight, struct tls_span messages)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_span message;
	uint8_t type;

	while (messages.len > 0) {
		assert_true(answer_message(messages, &type, &message));
		if (!flight_add_message(flight, 22, message, &err))
			fail_msg("%s", err.text);
		messages.data += message.len;
		messages.len -= message.len;
	}
}

static void
counts_once_what_came_both_ways(void **state)
{
	struct buf messages = BUF_INIT, wire = BUF_INIT;

	(void)state;
	add_full(&messages);
	add_records(&wire, 22, buf_span(&messages), 16384);
	for (unsigned ways = 1; ways < 4; ways++) {
		struct flight flight;

		flight_init(&flight);
		if (ways & 1)
			tell(&flight, buf_span(&messages));
		if (ways & 2)
			feed(&flight, buf_span(&wire), 100);
		check_full(&flight);
		flight_clear(&flight);

		flight_init(&flight);
		if (ways & 2)
			feed(&flight, buf_span(&wire), 100);
		if (ways & 1)
			tell(&flight, buf_span(&messages));
		check_full(&flight);
		flight_clear(&flight);
	}
	buf_clear(&messages);
	buf_clear(&wire);
}

/* Encrypted messages are known once the backend has told them. */
static void
reads_a_flight_of_tls1_3(void **state)
{
	struct buf hello = BUF_INIT, told = BUF_INIT, wire = BUF_INIT;
	struct tls_extension extension = { 0, { NULL, 0 } };
	struct tls_span rest;
	struct flight flight;

	(void)state;
	add_hello_tls1_3(&hello);
	add_records(&wire, 22, buf_span(&hello), 16384);
	add_records(&wire, 20, SPAN("\x01"), 1);
	add_records(&wire, 23, SPAN("encrypted, and more of it"), 9);
	add_message(&told, 8, SPAN("\0\x0d" "\0\x10\0\x05\0\x03\x02h2"
	    "\0\0\0\0"));
	add_message(&told, 13, SPAN("\0" "\0\x13" "\0\x0d\0\x04\0\x02\x08\x07"
	    "\0\x2f\0\x07\0\x05\0\x03one"));
	add_message(&told, 11, SPAN("\0\0\0\x1a"
	    "\0\0\x04leaf" "\0\x0a" "\0\x05\0\x06\x01\0\0\x02ok"
	    "\0\0\x02up\0\0"));
	add_message(&told, 15, SPAN("\x08\x07\0\x03sig"));
	add_message(&told, 20, SPAN("verify_data"));
	add_message(&told, 4, SPAN("a ticket, which comes too late"));

	flight_init(&flight);
	feed(&flight, buf_span(&wire), SIZE_MAX);
	assert_int_equal(flight.version, TLS_VERSION_1_3);
	assert_int_equal(flight.hello.legacy_version, TLS_VERSION_1_2);
	assert_int_equal(flight.group, 29);
	assert_true(span_equal(flight.hello.key_share, span_of("qrst")));
	assert_int_equal(flight.num_encrypted, 3);
	assert_int_equal(flight.num_ccs, 1);
	assert_false(flight.ended || flight.abbreviated);
	assert_int_equal(flight.signature, 0);
	rest = flight.hello.extensions;
	for (int i = 0; i < 3; i++)
		assert_true(answer_next_extension(&rest, &extension));
	assert_int_equal(extension.type, 0x2a2a);
	assert_false(answer_next_extension(&rest, &extension));

	tell(&flight, buf_span(&told));
	assert_true(flight.ended);
	assert_int_equal(flight.num_messages, 6);
	assert_int_equal(flight.signature, 0x0807);
	assert_true(span_equal(flight.alpn, span_of("h2")));
	assert_true(span_equal(flight.status, span_of("ok")));
	assert_int_equal(flight.certificate.num_chain, 2);
	assert_true(span_equal(flight.certificate.chain[1], span_of("up")));
	assert_int_equal(flight.certificate.extensions.len, 10);
	assert_int_equal(flight.request.num_authorities, 1);
	assert_int_equal(answer_number(flight.request.signatures, 0), 0x0807);
	assert_int_equal(flight_message(&flight, 20).len, 15);
	assert_int_equal(flight_message(&flight, 4).len, 0);
	flight_clear(&flight);
	buf_clear(&hello);
	buf_clear(&told);
	buf_clear(&wire);
}

static void
reads_a_retry_and_the_hello_after_it(void **state)
{
	struct buf retry = BUF_INIT, hello = BUF_INIT, wire = BUF_INIT;
	struct flight flight;

	(void)state;
	add_retry(&retry);
	add_hello_tls1_3(&hello);
	add_records(&wire, 22, buf_span(&retry), 16384);
	add_records(&wire, 20, SPAN("\x01"), 1);
	flight_init(&flight);
	feed(&flight, buf_span(&wire), SIZE_MAX);
	assert_true(flight.retry.retry);
	assert_int_equal(flight.retry.group, 24);
	assert_true(span_equal(flight.retry.cookie, span_of("abc")));
	assert_int_equal(flight.hello.message.len, 0);
	assert_int_equal(flight.version, TLS_VERSION_1_3);
	assert_int_equal(flight.suite, 0x1302);
	assert_int_equal(flight.group, 24);
	assert_int_equal(flight_message(&flight, 2).len, retry.len);

	wire.len = 0;
	add_records(&wire, 22, buf_span(&hello), 16384);
	feed(&flight, buf_span(&wire), SIZE_MAX);
	tell(&flight, buf_span(&retry));
	tell(&flight, buf_span(&hello));
	assert_int_equal(flight.suite, 0x1301);
	assert_int_equal(flight.group, 29);
	assert_int_equal(flight.retry.group, 24);
	assert_int_equal(flight.num_messages, 2);
	assert_int_equal(flight_message(&flight, 2).len, hello.len);
	flight_clear(&flight);
	buf_clear(&retry);
	buf_clear(&hello);
	buf_clear(&wire);
}

static void
reads_alerts(void **state)
{
	struct buf wire = BUF_INIT;
	struct tls_error err = TLS_ERROR_INIT;
	struct flight flight;

	(void)state;
	/* A warning and a fatal one, cut and joined as TLS 1.2 allows. */
	add_records(&wire, 21, SPAN("\x01\x70\x02"), 2);
	add_records(&wire, 21, SPAN("\x28\x02\x32"), 3);
	flight_init(&flight);
	assert_true(flight_add_message(&flight, 21, SPAN("\x02\x28"), &err));
	feed(&flight, buf_span(&wire), 1);
	assert_true(flight_is_whole(&flight));
	assert_int_equal(flight.version, 0);
	assert_int_equal(flight.alert, 40);
	assert_int_equal(flight.num_alerts, 3);
	assert_int_equal(flight.alerts[1].level, 1);
	assert_int_equal(flight.alerts[1].description, 112);
	assert_int_equal(flight.alerts[2].description, 50);
	for (int i = 0; i < 20; i++)
		feed(&flight, buf_span(&wire), 7);
	assert_int_equal(flight.num_alerts, FLIGHT_MAX_ALERTS);
	assert_int_equal(flight.alert, 40);
	wire.len = 6;
	feed(&flight, buf_span(&wire), 7);
	assert_false(flight_is_whole(&flight));
	flight_clear(&flight);
	buf_clear(&wire);
}

/* Resumption up to TLS 1.2: a ticket, then all is encrypted. */
static void
knows_an_abbreviated_handshake(void **state)
{
	struct buf messages = BUF_INIT, wire = BUF_INIT;
	struct flight flight;

	(void)state;
	add_hello(&messages, 0x0303, "DOWNGRD\0", 0xc02f, SPAN(""));
	add_message(&messages, 4, SPAN("\0\0\x1c\x20\0\x03tic"));
	add_records(&wire, 22, buf_span(&messages), 16384);
	add_records(&wire, 20, SPAN("\x01"), 1);
	add_records(&wire, 22, SPAN("an encrypted Finished"), 16384);
	add_records(&wire, 21, SPAN("an encrypted alert"), 16384);
	flight_init(&flight);
	feed(&flight, buf_span(&wire), SIZE_MAX);
	assert_true(flight.abbreviated);
	assert_int_equal(flight.hello.downgrade, DOWNGRADE_TLS1_1);
	assert_int_equal(flight.num_encrypted, 2);
	assert_int_equal(flight.num_alerts, 0);
	assert_int_equal(flight.num_messages, 2);
	flight_clear(&flight);
	buf_clear(&messages);
	buf_clear(&wire);
}

/* HelloRequests are no part of it, however many come. */
static void
leaves_hello_requests_out(void **state)
{
	struct buf messages = BUF_INIT;
	struct flight flight;

	(void)state;
	for (int i = 0; i < 100; i++)
		add_message(&messages, 0, SPAN(""));
	add_full(&messages);
	flight_init(&flight);
	tell(&flight, buf_span(&messages));
	check_full(&flight);
	flight_clear(&flight);
	buf_clear(&messages);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_records_and_pieces_cut_at_any_place),
		cmocka_unit_test(stands_every_truncation),
		cmocka_unit_test(counts_once_what_came_both_ways),
		cmocka_unit_test(reads_a_flight_of_tls1_3),
		cmocka_unit_test(reads_a_retry_and_the_hello_after_it),
		cmocka_unit_test(reads_alerts),
		cmocka_unit_test(knows_an_abbreviated_handshake),
		cmocka_unit_test(leaves_hello_requests_out),
	};

	return cmocka_run_group_tests_name("flight", tests, NULL, NULL);
}
