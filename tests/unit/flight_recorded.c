/* flight_recorded.c - flights that real servers wrote
 * SPDX-License-Identifier: Apache-2.0
 *
 * They are the corpus of tests/fuzz/flight.c.  What each holds was read from
 * the client that got it, and from tshark(1).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sample_flight.h"
#include "wire/flight.h"

static const struct row {
	const char *file;
	uint16_t version, suite, group, signature;
	int alert;
	size_t num_chain;
	unsigned dh_bits;
	size_t num_messages, status_len;
	const char *alpn;
	const char *extensions;		/* of the ServerHello, in order */
} rows[] = {
	{ "gnutls_1_0",
	  0x0301, 0xc00a, 24, 0x0000, -1, 1, 0, 5, 0, "",
	  "11 22 23 35 65281" },
	{ "gnutls_1_2",
	  0x0303, 0xc02c, 24, 0x0403, -1, 1, 0, 5, 0, "h2",
	  "11 16 23 35 65281" },
	{ "gnutls_1_2_ffdhe",
	  0x0303, 0x009e, 0, 0x0804, -1, 1, 3072, 5, 0, "",
	  "23 35 65281" },
	{ "gnutls_1_2_resumed",
	  0x0303, 0xc02c, 0, 0x0000, -1, 0, 0, 1, 0, "",
	  "23 65281" },
	{ "gnutls_1_3_retry",
	  0x0304, 0x1302, 24, 0x0000, -1, 0, 0, 2, 0, "",
	  "51 43" },
	{ "nginx_1_2",
	  0x0303, 0xc030, 29, 0x0804, -1, 1, 0, 5, 0, "h2",
	  "65281 0 11 35 16 23" },
	{ "nginx_1_3",
	  0x0304, 0x1302, 29, 0x0000, -1, 0, 0, 1, 0, "",
	  "43 51" },
	{ "nginx_old",
	  0x0000, 0x0000, 0, 0x0000, 70, 0, 0, 0, 0, "",
	  "" },
	{ "openssl_1_0_dhe",
	  0x0301, 0x0033, 0, 0x0000, -1, 1, 2048, 5, 0, "",
	  "65281 35 22 23" },
	{ "openssl_1_1_ecdhe",
	  0x0302, 0xc009, 29, 0x0000, -1, 1, 0, 5, 0, "h2",
	  "65281 11 35 16 22 23" },
	{ "openssl_1_2_adh",
	  0x0303, 0x006c, 0, 0x0000, -1, 0, 1024, 3, 0, "",
	  "65281 35 22 23" },
	{ "openssl_1_2_aecdh",
	  0x0303, 0xc018, 24, 0x0000, -1, 0, 0, 3, 0, "",
	  "65281 11 35 22 23" },
	{ "openssl_1_2_dhe",
	  0x0303, 0x0033, 0, 0x0804, -1, 1, 2048, 5, 0, "",
	  "65281 35 22 23" },
	{ "openssl_1_2_dhe_psk",
	  0x0303, 0x00aa, 0, 0x0000, -1, 0, 1024, 3, 0, "",
	  "65281 35 23" },
	{ "openssl_1_2_ecdhe_psk",
	  0x0303, 0xc037, 24, 0x0000, -1, 0, 0, 3, 0, "",
	  "65281 35 22 23" },
	{ "openssl_1_2_psk",
	  0x0303, 0x00a8, 0, 0x0000, -1, 0, 0, 3, 0, "",
	  "65281 35 23" },
	{ "openssl_1_2_rsa",
	  0x0303, 0x009c, 0, 0x0000, -1, 1, 0, 4, 0, "",
	  "65281 35 23" },
	{ "openssl_1_2_rsa_psk",
	  0x0303, 0x00ac, 0, 0x0000, -1, 1, 0, 4, 0, "",
	  "65281 35 23" },
	{ "openssl_1_2_status",
	  0x0303, 0xc030, 29, 0x0804, -1, 1, 0, 5, 700, "",
	  "65281 11 35 5 13172 23" },
	{ "openssl_1_2_warning",
	  0x0303, 0xc02c, 29, 0x0807, -1, 1, 0, 4, 0, "",
	  "65281 11 35 23" },
	{ "openssl_1_3_mlkem",
	  0x0304, 0x1302, 4588, 0x0000, -1, 0, 0, 1, 0, "",
	  "43 51" },
	{ "openssl_1_3_psk",
	  0x0304, 0x1301, 29, 0x0000, -1, 0, 0, 1, 0, "",
	  "43 51 41" },
	{ "openssl_1_3_retry",
	  0x0304, 0x1302, 24, 0x0000, -1, 0, 0, 2, 0, "",
	  "43 51" },
	{ "openssl_1_3_told",
	  0x0304, 0x1302, 23, 0x0804, -1, 1, 0, 6, 0, "h2",
	  "43 51" },
	{ "polytls_gnutls_1_0",
	  0x0301, 0xc00a, 29, 0x0000, -1, 1, 0, 4, 0, "",
	  "11 22 23 35 65281" },
	{ "polytls_gnutls_1_3",
	  0x0304, 0x1302, 29, 0x0000, -1, 0, 0, 1, 0, "",
	  "51 43" },
	{ "polytls_mbedtls_1_2",
	  0x0303, 0xc02c, 29, 0x0403, -1, 1, 0, 5, 0, "h2",
	  "65281 23 35 11 16" },
	{ "polytls_mbedtls_alpn",
	  0x0000, 0x0000, 0, 0x0000, 120, 0, 0, 0, 0, "",
	  "" },
	{ "polytls_mbedtls_resumed",
	  0x0303, 0xc02c, 0, 0x0000, -1, 0, 0, 1, 0, "",
	  "65281 23 11" },
	{ "polytls_openssl_1_2",
	  0x0303, 0xc02c, 29, 0x0403, -1, 1, 0, 5, 0, "h2",
	  "65281 11 35 16 23" },
	{ "polytls_openssl_1_3",
	  0x0304, 0x1302, 29, 0x0000, -1, 0, 0, 1, 0, "",
	  "43 51" },
};

static void
read_file(const struct row *row, struct buf *out)
{
	const char *top = getenv("top_srcdir");
	struct buf path = BUF_INIT;
	FILE *file;

	buf_printf(&path, "%s/tests/fuzz/corpus/flight/%s", top ? top : ".",
	    row->file);
	file = fopen(buf_string(&path), "rb");
	if (!file)
		fail_msg("%s cannot be read", buf_string(&path));
	out->len += fread(buf_reserve(out, 65536), 1, 65536, file);
	fclose(file);
	buf_clear(&path);
	assert_true(out->len > 0);
}

/* Whether a file has messages one after another, and no records. */
static bool
is_told(const struct buf *bytes)
{
	return bytes->data[0] == MESSAGE_SERVER_HELLO;
}

/* Plays `bytes` as what they are; whether all of it was taken. */
static bool
play(struct flight *flight, struct tls_span bytes, bool told, size_t piece)
{
	struct tls_error err;
	struct tls_span part;
	uint8_t type;
	bool good = true;

	while (good && bytes.len > 0) {
		part.data = bytes.data;
		part.len = bytes.len < piece ? bytes.len : piece;
		if (told && !answer_message(bytes, &type, &part))
			part = bytes;		/* to be refused */
		good = told ? flight_add_message(flight, 22, part, &err) :
		    flight_add_records(flight, part, &err);
		bytes.data += part.len;
		bytes.len -= part.len;
	}
	return good;
}

static void
check(const struct flight *flight, const struct row *row)
{
	struct tls_span rest = flight->hello.extensions;
	struct tls_extension extension;
	struct buf list = BUF_INIT;

	while (answer_next_extension(&rest, &extension))
		buf_printf(&list, "%s%u", list.len ? " " : "",
		    extension.type);
	buf_add(&list, "", 0);
	if (flight->version != row->version || flight->suite != row->suite ||
	    flight->group != row->group ||
	    flight->signature != row->signature ||
	    flight->alert != row->alert ||
	    flight->certificate.num_chain != row->num_chain ||
	    flight->key_exchange.dh_bits != row->dh_bits ||
	    flight->num_messages != row->num_messages ||
	    flight->status.len != row->status_len ||
	    !span_equal(flight->alpn, span_of(row->alpn)) ||
	    strcmp(buf_string(&list), row->extensions) != 0)
		fail_msg("%s: %04x %04x %u %04x %d, %zu %u %zu %zu, %s",
		    row->file, flight->version, flight->suite, flight->group,
		    flight->signature, flight->alert,
		    flight->certificate.num_chain,
		    flight->key_exchange.dh_bits, flight->num_messages,
		    flight->status.len, buf_string(&list));
	buf_clear(&list);
}

static void
reads_what_servers_wrote(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct buf bytes = BUF_INIT;

		read_file(&rows[i], &bytes);
		for (size_t piece = 1; piece < 3 * bytes.len; piece *= 3) {
			struct flight flight;

			flight_init(&flight);
			assert_true(play(&flight, buf_span(&bytes),
			    is_told(&bytes), piece));
			assert_true(flight_is_whole(&flight));
			check(&flight, &rows[i]);
			flight_clear(&flight);
		}
		buf_clear(&bytes);
	}
}

/* A part of a flight is no error, wherever it ends. */
static void
takes_every_truncation(void **state)
{
	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct buf bytes = BUF_INIT;

		read_file(&rows[i], &bytes);
		for (size_t len = 0; len < bytes.len && !is_told(&bytes);
		    len++) {
			uint8_t *copy = mem_copy(bytes.data, len);
			struct flight flight;

			flight_init(&flight);
			if (!play(&flight, (struct tls_span){ copy, len },
			    false, SIZE_MAX))
				fail_msg("%s, %zu bytes: %s", rows[i].file,
				    len, flight.error.text);
			assert_true(flight.num_messages <=
			    rows[i].num_messages);
			flight_clear(&flight);
			free(copy);
		}
		buf_clear(&bytes);
	}
}

/* Whatever one byte becomes, it is read, or refused in words. */
static void
stands_each_byte_changed(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x80, 0xff };
	size_t num_read = 0, num_refused = 0;

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		struct buf bytes = BUF_INIT;

		read_file(&rows[i], &bytes);
		for (size_t at = 0; at < bytes.len * LENGTH(flips); at++) {
			uint8_t *byte = &bytes.data[at / LENGTH(flips)];
			struct flight flight;

			flight_init(&flight);
			*byte ^= flips[at % LENGTH(flips)];
			if (play(&flight, buf_span(&bytes), is_told(&bytes),
			    SIZE_MAX))
				num_read++;
			else
				num_refused++;
			assert_int_equal(flight.failed,
			    flight.error.text[0] != 0);
			*byte ^= flips[at % LENGTH(flips)];
			flight_clear(&flight);
		}
		buf_clear(&bytes);
	}
	/* Most bytes are of certificates and keys. */
	assert_in_range(num_refused, num_read / 100, num_read);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_servers_wrote),
		cmocka_unit_test(takes_every_truncation),
		cmocka_unit_test(stands_each_byte_changed),
	};

	return cmocka_run_group_tests_name("flight recorded", tests, NULL,
	    NULL);
}
