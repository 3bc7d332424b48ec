/* fuzz/hello.c - first bytes of every kind
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fuzz.h"
#include "wire/hello.h"

/* What stands in one list stands in the message. */
static void
check_hello(const struct tls_hello *hello, struct tls_span input)
{
	struct tls_span list = hello->alpn, name, request;
	size_t num = 0;

	CHECK(hello->wire.len <= input.len);
	CHECK(span_equal(hello->wire, (struct tls_span){ input.data,
	    hello->wire.len }));
	CHECK(fuzz_is_within(hello->random, hello->message));
	CHECK(fuzz_is_within(hello->session_id, hello->message));
	CHECK(fuzz_is_within(hello->compression, hello->message));
	CHECK(fuzz_is_within(hello->server_name, hello->message));
	CHECK(fuzz_is_within(hello->alpn, hello->message));
	CHECK(hello->session_id.len <= 32);
	CHECK(hello->num_suites <= hello->message.len / 2);
	CHECK(hello->num_groups <= hello->message.len / 2);
	CHECK(hello->num_signatures <= hello->message.len / 2);
	CHECK(hello->num_versions <= 127);
	for (size_t i = 0; i < hello->num_extensions; i++)
		CHECK(fuzz_is_within(hello->extensions[i].body,
		    hello->message));
	while (hello_next_protocol(&list, &name)) {
		CHECK(fuzz_is_within(name, hello->alpn) && name.len > 0);
		CHECK(++num <= hello->alpn.len);
	}
	CHECK(list.len == 0);
	CHECK((num > 0) == (hello_extension(hello, 16) != NULL));
	CHECK((hello->num_groups > 0) ==
	    (hello_extension(hello, 10) != NULL));
	if (hello_asks_status(hello, &request))
		CHECK(fuzz_is_within(request, hello->message));
	else
		CHECK(request.len == 0);
}

/* A hello in one record is the same hello. */
static void
check_coalesced(const struct tls_hello *hello)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct buf again = BUF_INIT;
	struct tls_hello *same;

	if (hello_coalesce(hello, &again)) {
		CHECK(opening_of(buf_span(&again)) == OPENING_HELLO);
		same = hello_new(buf_span(&again), &err);
		CHECK(same && same->num_records == 1);
		CHECK(span_equal(same->message, hello->message));
		CHECK(same->num_extensions == hello->num_extensions);
		CHECK(same->record_version == hello->record_version);
		hello_free(same);
	} else {
		CHECK(again.len == 0);
	}
	buf_clear(&again);
}

/* So is its message without any record. */
static void
check_bare(const struct tls_hello *hello)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_hello *same;

	if (hello->sslv2)
		return;
	same = hello_of_message(hello->message, &err);
	CHECK(same && same->num_records == 0 && same->wire.len == 0);
	CHECK(span_equal(same->message, hello->message));
	CHECK(same->num_suites == hello->num_suites);
	CHECK(same->num_extensions == hello->num_extensions);
	CHECK(same->num_groups == hello->num_groups);
	CHECK(span_equal(same->server_name, hello->server_name));
	CHECK(fuzz_is_within(same->server_name, same->message));
	hello_free(same);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_span input = { data, len };
	enum opening opening = opening_of(input);
	struct opening_scan scan = { .at = 0 };
	struct tls_hello *hello;

	CHECK(opening_name(opening));
	/* Less of the same is not judged otherwise, unless not at all. */
	for (size_t part = 0; part < 64 && part < len; part++) {
		enum opening early = opening_of((struct tls_span){ data,
		    part * part * len / 4096 });

		CHECK(early == OPENING_MORE || early == opening);
	}

	/* Nor is it if it comes in pieces. */
	for (size_t part = 0, step = len / 64 + 1; part < len; part += step)
		CHECK(opening_next(&scan, (struct tls_span){ data, part }) ==
		    opening_of((struct tls_span){ data, part }));
	CHECK(opening_next(&scan, input) == opening);

	/* Whatever was judged: both must stand it. */
	hello_free(hello_of_message(input, &err));
	hello = hello_new(input, &err);
	if (!hello) {
		CHECK(err.blame == TLS_BLAME_PEER);
		CHECK(err.alert_sent == 50 || err.alert_sent == 47);
		return 0;
	}
	if (opening == OPENING_HELLO || opening == OPENING_HELLO_SSLV2) {
		CHECK(hello->sslv2 == (opening == OPENING_HELLO_SSLV2));
		check_hello(hello, input);
		check_coalesced(hello);
		check_bare(hello);
	}
	hello_free(hello);
	return 0;
}
