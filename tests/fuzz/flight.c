/* fuzz/flight.c - what a server wrote, or its messages one after another
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "fuzz.h"
#include "wire/flight.h"

/* A span of a result lies in one of the messages that are held. */
static bool
is_held(const struct flight *flight, struct tls_span span)
{
	for (size_t i = 0; i < flight->num_messages; i++)
		if (fuzz_is_within(span, flight->messages[i].message))
			return true;
	return span.len == 0;
}

static void
check_extensions(const struct flight *flight, struct tls_span list)
{
	struct tls_extension extension;
	size_t num = 0;

	CHECK(is_held(flight, list));
	while (answer_next_extension(&list, &extension)) {
		CHECK(is_held(flight, extension.body));
		CHECK(++num <= FLIGHT_MAX_LEN / 4);
	}
}

static void
check_hello(const struct flight *flight, const struct server_hello *hello)
{
	check_extensions(flight, hello->extensions);
	CHECK(is_held(flight, hello->message));
	CHECK(is_held(flight, hello->session_id));
	CHECK(is_held(flight, hello->key_share));
	CHECK(is_held(flight, hello->cookie));
	CHECK(is_held(flight, hello->alpn));
	CHECK(hello->session_id.len <= 32);
	CHECK(hello->message.len == 0 || hello->random.len == 32);
}

/* The lists of a message that was not sound are not looked at. */
static void
check_request(const struct flight *flight)
{
	const struct certificate_request *request = &flight->request;
	struct tls_span names = request->authorities, name;
	size_t num = 0;

	check_extensions(flight, request->extensions);
	CHECK(is_held(flight, request->types));
	CHECK(is_held(flight, request->signatures));
	CHECK(request->signatures.len % 2 == 0);
	for (size_t i = 0; i < request->signatures.len / 2; i++)
		answer_number(request->signatures, i);
	while (answer_next_name(&names, &name)) {
		CHECK(is_held(flight, name));
		num++;
	}
	CHECK(num == request->num_authorities && names.len == 0);
}

static void
check(const struct flight *flight)
{
	const struct server_certificate *certificate = &flight->certificate;
	size_t held = 0;

	CHECK(flight->num_messages <= FLIGHT_MAX_MESSAGES);
	CHECK(flight->num_alerts <= FLIGHT_MAX_ALERTS);
	CHECK(flight->pending.len <= FLIGHT_MAX_LEN + 18432);
	for (size_t i = 0; i < flight->num_messages; i++)
		held += flight->messages[i].message.len;
	CHECK(held == flight->held && held <= FLIGHT_MAX_LEN);
	CHECK(flight->alert < 256);
	CHECK(is_held(flight, flight->alpn));
	CHECK(is_held(flight, flight->status));
	check_hello(flight, &flight->hello);
	check_hello(flight, &flight->retry);
	check_extensions(flight, flight->extensions.extensions);
	CHECK(certificate->num_chain <= ANSWER_MAX_CHAIN);
	CHECK(certificate->num_chain <= certificate->num_sent);
	for (size_t i = 0; i < certificate->num_chain; i++)
		CHECK(is_held(flight, certificate->chain[i]));
	CHECK(is_held(flight, flight->key_exchange.hint));
	CHECK(is_held(flight, flight->key_exchange.dh_prime));
	CHECK(flight->key_exchange.dh_bits <=
	    8 * flight->key_exchange.dh_prime.len);
	if (!flight->failed)
		check_request(flight);
}

/* Feeds `input` in pieces of at most `size` bytes. */
static bool
feed(struct flight *flight, struct tls_span input, size_t size)
{
	struct tls_error err = TLS_ERROR_INIT;

	while (input.len > 0) {
		struct tls_span piece = input;

		if (piece.len > size)
			piece.len = size;
		if (!flight_add_records(flight, piece, &err)) {
			CHECK(err.text[0] && err.blame == TLS_BLAME_PEER);
			return false;
		}
		input.data += piece.len;
		input.len -= piece.len;
	}
	return true;
}

static void
check_same(const struct flight *a, const struct flight *b)
{
	CHECK(a->version == b->version && a->suite == b->suite);
	CHECK(a->group == b->group && a->signature == b->signature);
	CHECK(span_equal(a->alpn, b->alpn));
	CHECK(span_equal(a->status, b->status));
	CHECK(a->alert == b->alert && a->num_alerts == b->num_alerts);
	CHECK(a->certificate.num_sent == b->certificate.num_sent);
	CHECK(a->ended == b->ended);
	CHECK(a->retry.group == b->retry.group);
}

/* Tells each message of `input`, with its type and length before it. */
static bool
tell(struct flight *flight, struct tls_span input)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_span message;
	uint8_t type;

	while (answer_message(input, &type, &message)) {
		if (!flight_add_message(flight, 22, message, &err))
			return false;
		input.data += message.len;
		input.len -= message.len;
	}
	return true;
}

static void
play_records(struct tls_span input)
{
	struct flight whole, cut, told;
	struct tls_error err = TLS_ERROR_INIT;
	bool good;

	flight_init(&whole);
	flight_init(&cut);
	flight_init(&told);
	good = feed(&whole, input, SIZE_MAX);
	check(&whole);
	CHECK(feed(&cut, input, 1 + input.len % 7) == good);
	check(&cut);
	check_same(&whole, &cut);

	/* All that was read, told again, changes nothing; and by itself says
	 * the same. */
	for (size_t i = 0; good && i < whole.num_messages; i++) {
		CHECK(flight_add_message(&cut, 22, whole.messages[i].message,
		    &err));
		CHECK(flight_add_message(&told, 22, whole.messages[i].message,
		    &err));
	}
	if (good) {
		CHECK(cut.num_messages == whole.num_messages);
		check_same(&whole, &cut);
		CHECK(told.suite == whole.suite && told.group == whole.group);
		CHECK(told.ended == whole.ended);
	}
	flight_clear(&whole);
	flight_clear(&cut);
	flight_clear(&told);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len };
	struct flight flight;

	play_records(input);
	flight_init(&flight);
	tell(&flight, input);
	check(&flight);
	flight_clear(&flight);
	return 0;
}
