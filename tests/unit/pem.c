/* pem.c - tests of finding blocks in PEM, and keys in DER
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "load/pem.h"

static void
is_text(struct tls_span span, const char *expected)
{
	assert_int_equal(span.len, strlen(expected));
	assert_memory_equal(span.data, expected, span.len);
}

static void
finds_each_block_with_its_line_ends(void **state)
{
	struct tls_span rest = span_of("subject=x\n"
	    "-----BEGIN CERTIFICATE-----\r\nQUJD\r\n"
	    "-----END CERTIFICATE-----\r\nbetween\n"
	    "-----BEGIN EC PRIVATE KEY-----\nREVG\n"
	    "-----END EC PRIVATE KEY-----");
	struct pem_block block;

	(void)state;
	assert_true(pem_is(rest));
	assert_true(pem_next(&rest, &block));
	assert_true(pem_is_certificate(&block));
	assert_false(pem_is_key(&block));
	assert_true(block.whole);
	is_text(block.label, "CERTIFICATE");
	is_text(block.body, "QUJD\r\n");
	is_text(block.text, "-----BEGIN CERTIFICATE-----\r\nQUJD\r\n"
	    "-----END CERTIFICATE-----\r\n");
	assert_true(pem_next(&rest, &block));
	assert_true(pem_is_key(&block));
	assert_false(pem_is_certificate(&block));
	assert_true(block.whole);
	is_text(block.text, "-----BEGIN EC PRIVATE KEY-----\nREVG\n"
	    "-----END EC PRIVATE KEY-----");
	assert_false(pem_next(&rest, &block));
	assert_int_equal(rest.len, 0);
}

static void
sees_the_headers_of_an_old_encrypted_key(void **state)
{
	struct tls_span rest = span_of("-----BEGIN RSA PRIVATE KEY-----\n"
	    "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nQUJD\n"
	    "-----END RSA PRIVATE KEY-----\n");
	struct pem_block block;

	(void)state;
	assert_true(pem_next(&rest, &block));
	assert_true(block.encrypted);
	is_text(block.body, "QUJD\n");
	rest = span_of("-----BEGIN RSA PRIVATE KEY-----\nQUJD\n"
	    "-----END RSA PRIVATE KEY-----\n");
	assert_true(pem_next(&rest, &block));
	assert_false(block.encrypted);
}

static void
knows_a_block_without_its_end(void **state)
{
	static const char *const broken[] = {
		"-----BEGIN CERTIFICATE-----\nQUJD\n",
		"-----BEGIN CERTIFICATE-----\nQUJD\n-----END KEY-----\n",
		"-----BEGIN CERTIFICATE-----",
		"-----BEGIN ",
	};

	(void)state;
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		struct tls_span rest = span_of(broken[i]);
		struct pem_block block;

		assert_true(pem_next(&rest, &block));
		assert_false(block.whole);
		assert_false(pem_next(&rest, &block));
	}
}

static void
finds_nothing_where_there_is_none(void **state)
{
	struct tls_span rest = span_of("no -----BEGIN CERTIFICATE-----\n");
	struct pem_block block;

	(void)state;
	assert_false(pem_is(rest));
	assert_false(pem_next(&rest, &block));
	rest = (struct tls_span){ NULL, 0 };
	assert_false(pem_next(&rest, &block));
}

/* Every beginning of a file, cut anywhere, is survived. */
static void
survives_any_cut(void **state)
{
	const char *whole = "-----BEGIN RSA PRIVATE KEY-----\n"
	    "Proc-Type: 4,ENCRYPTED\n\nQUJD\n-----END RSA PRIVATE KEY-----\n";

	(void)state;
	for (size_t len = 0; len <= strlen(whole); len++) {
		/* of its very length, so that a sanitizer sees a step past */
		uint8_t *copy = mem_copy(whole, len);
		struct tls_span rest = { copy, len };
		struct pem_block block;
		unsigned blocks = 0;

		while (pem_next(&rest, &block)) {
			blocks++;
			assert_true(block.text.len <= len);
		}
		assert_true(blocks <= 1);
		free(copy);
	}
}

static void
reads_the_outside_of_der(void **state)
{
	static const struct {
		const char *bytes;
		size_t len, expected;
	} cases[] = {
		{ "\x30\x02\x05\x00", 4, 4 },
		{ "\x30\x02\x05\x00rest", 8, 4 },
		{ "\x30\x81\x02\x05\x00", 5, 5 },
		{ "\x30\x03\x05\x00", 4, 0 },		/* cut */
		{ "\x31\x02\x05\x00", 4, 0 },		/* no SEQUENCE */
		{ "\x30\x80\x00\x00", 4, 0 },		/* no length */
		{ "\x30\x84\xff\xff\xff\xff\x00", 7, 0 },
		{ "\x30\x85\x00\x00\x00\x00\x01\x00", 8, 0 },
		{ "\x30", 1, 0 }, { "", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tls_span in = { (const uint8_t *)cases[i].bytes,
		    cases[i].len };

		assert_int_equal(der_sequence(in).len, cases[i].expected);
	}
}

static void
tells_an_encrypted_key_from_a_bare_one(void **state)
{
	static const uint8_t encrypted[] = { 0x30, 0x04, 0x30, 0, 0x04, 0 };
	static const uint8_t pkcs12[] = { 0x30, 0x05, 2, 1, 3, 0x30, 0 };
	static const uint8_t bare[] = { 0x30, 0x05, 2, 1, 0, 0x30, 0 };

	(void)state;
	assert_true(der_is_encrypted_key((struct tls_span){ encrypted,
	    sizeof encrypted }));
	assert_false(der_is_encrypted_key((struct tls_span){ bare,
	    sizeof bare }));
	assert_false(der_is_encrypted_key((struct tls_span){ NULL, 0 }));
	assert_false(der_is_pkcs12((struct tls_span){ bare, sizeof bare }));
	assert_true(der_is_pkcs12((struct tls_span){ pkcs12,
	    sizeof pkcs12 }));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_each_block_with_its_line_ends),
		cmocka_unit_test(sees_the_headers_of_an_old_encrypted_key),
		cmocka_unit_test(knows_a_block_without_its_end),
		cmocka_unit_test(finds_nothing_where_there_is_none),
		cmocka_unit_test(survives_any_cut),
		cmocka_unit_test(reads_the_outside_of_der),
		cmocka_unit_test(tells_an_encrypted_key_from_a_bare_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
