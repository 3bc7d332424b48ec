/* x509.c - the reader of certificates
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "pki/der.h"
#include "sample.h"
#include "wire/x509.h"

static void
reads_a_certificate(void **state)
{
	struct sample sample;
	struct buf text = BUF_INIT;
	struct x509 cert;

	(void)state;
	sample_init(&sample);
	assert_true(x509_parse(buf_span(&sample.cert), &cert));
	assert_string_equal(cert.key, "RSA");
	assert_int_equal(cert.key_bits, 1024);
	assert_false(cert.is_ca);
	x509_add_name(&text, cert.subject);
	assert_string_equal(buf_string(&text),
	    "CN = \"Ann <b>\\1B[2J\"");
	buf_clear(&text);
	x509_add_time(&text, cert.not_before);
	assert_string_equal(buf_string(&text), "Jan  1 00:00:00 2020 GMT");
	buf_clear(&text);
	sample_clear(&sample);
}

/* Each length in memory of its own, so that sanitizers see a byte too far. */
static void
refuses_a_certificate_that_is_cut(void **state)
{
	struct sample sample;
	struct x509 cert;

	(void)state;
	sample_init(&sample);
	for (size_t len = 0; len < sample.cert.len; len++) {
		uint8_t *copy = mem_copy(sample.cert.data, len);

		assert_false(x509_parse((struct tls_span){ copy, len },
		    &cert));
		free(copy);
	}
	sample_clear(&sample);
}

static void
refuses_elements_that_are_not_der(void **state)
{
#define ROW(bytes) { (const uint8_t *)bytes, sizeof(bytes) - 1 }
	static const struct tls_span rows[] = {
		ROW(""),
		ROW("\x30"),
		ROW("\x30\x01"),
		ROW("\x30\x80\x00\x00"),
		ROW("\x30\x85\x00\x00\x00\x00\x00"),
		ROW("\x30\x84\xff\xff\xff\xff"),
		ROW("\x1f\x81\x01\x00"),
	};
#undef ROW
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_span rest = rows[i];
		struct der_element element;

		if (der_next(&rest, &element))
			fail_msg("row %zu is taken", i);
		assert_ptr_equal(rest.data, rows[i].data);
		assert_int_equal(rest.len, rows[i].len);
	}
}

static void
expect_name(unsigned tag, const char *value, size_t len, const char *text)
{
	struct buf der = BUF_INIT, out = BUF_INIT;
	size_t name = der_begin(&der), set = der_begin(&der);
	size_t attribute = der_begin(&der);

	der_add(&der, DER_OID, span_of("\x55\x04\x0a"));
	der_add(&der, tag, (struct tls_span){ (const uint8_t *)value, len });
	der_end(&der, attribute, DER_SEQUENCE);
	der_end(&der, set, DER_SET);
	der_end(&der, name, DER_SEQUENCE);
	x509_add_name(&out, buf_span(&der));
	assert_string_equal(buf_string(&out), text);
	buf_clear(&der);
	buf_clear(&out);
}

#define EXPECT_NAME(tag, value, text) \
	expect_name(tag, value, sizeof(value) - 1, text)

static void
makes_every_name_harmless(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	EXPECT_NAME(DER_UTF8_STRING, "", "O = ");
	EXPECT_NAME(DER_UTF8_STRING, "a\nb\x1b[2J\0",
	    "O = a\\0Ab\\1B[2J\\00");
	EXPECT_NAME(DER_UTF8_STRING, "\xff\xc3", "O = \\FF\\C3");
	EXPECT_NAME(DER_T61_STRING, "\xe9", "O = \\C3\\A9");
	EXPECT_NAME(DER_BMP_STRING, "\x20\xac\0,", "O = \"\\E2\\82\\AC,\"");
	EXPECT_NAME(DER_BMP_STRING, "\0a\0", "O = #1E03006100");
	EXPECT_NAME(DER_UNIVERSAL_STRING, "\0\1\xf6\x42",
	    "O = \\F0\\9F\\99\\82");
	EXPECT_NAME(DER_UNIVERSAL_STRING, "\xff\xff\xff\xff",
	    "O = \\F7\\BF\\BF\\BF");
	EXPECT_NAME(DER_OCTET_STRING, "\1\2", "O = #04020102");
	x509_add_name(&out, span_of("\x30"));
	assert_string_equal(buf_string(&out), "<none>");
	buf_clear(&out);
}

static void
writes_numbers_of_objects(void **state)
{
	char room[DER_OID_ROOM];
	uint8_t many[80];

	(void)state;
	assert_string_equal(der_oid(span_of("\x2a\x86\x48\xce\x3d\x02\x01"),
	    room), "1.2.840.10045.2.1");
	assert_string_equal(der_oid(span_of("\x55\x04\x03"), room),
	    "2.5.4.3");
	assert_string_equal(der_oid(span_of("\x88\x37"), room), "2.999");
	assert_string_equal(der_oid((struct tls_span){ NULL, 0 }, room), "?");
	assert_string_equal(der_oid(span_of("\x2a\x86"), room), "?");
	memset(many, 0x7f, sizeof many);
	assert_string_equal(der_oid((struct tls_span){ many, sizeof many },
	    room), "?");
	memset(many, 0xff, sizeof many);
	assert_string_equal(der_oid((struct tls_span){ many, sizeof many },
	    room), "?");
}

static void
writes_times(void **state)
{
	static const struct {
		int64_t seconds;
		const char *text;
	} rows[] = {
		{ 0, "Jan  1 00:00:00 1970 GMT" },
		{ -1, "Dec 31 23:59:59 1969 GMT" },
		{ 951782399, "Feb 28 23:59:59 2000 GMT" },
		{ 951782400, "Feb 29 00:00:00 2000 GMT" },
		{ 951868800, "Mar  1 00:00:00 2000 GMT" },
		{ 1580515200, "Feb  1 00:00:00 2020 GMT" },
		{ 4107542399, "Feb 28 23:59:59 2100 GMT" },
		{ 4107542400, "Mar  1 00:00:00 2100 GMT" },
		{ 253402300799, "Dec 31 23:59:59 9999 GMT" },
		{ -62167219200, "Jan  1 00:00:00 0 GMT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;

		x509_add_time(&out, rows[i].seconds);
		assert_string_equal(buf_string(&out), rows[i].text);
		buf_clear(&out);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_a_certificate),
		cmocka_unit_test(refuses_a_certificate_that_is_cut),
		cmocka_unit_test(refuses_elements_that_are_not_der),
		cmocka_unit_test(makes_every_name_harmless),
		cmocka_unit_test(writes_numbers_of_objects),
		cmocka_unit_test(writes_times),
	};

	return cmocka_run_group_tests_name("x509", tests, NULL, NULL);
}
