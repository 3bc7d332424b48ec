/* x509.c - the reader of certificates
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "wire/der_out.h"
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

/* ---- certificates made from a table ------------------------------- */

#define SPAN_INIT(text)	{ (const uint8_t *)(text), sizeof(text) - 1 }
#define SPAN(text)	((struct tls_span)SPAN_INIT(text))

/* Adds a certificate without names, valid from `time` on, whose key has this
 * algorithm (an OID and what follows it) and these bits. */
static void
add_certificate(struct buf *out, unsigned tag, struct tls_span time,
    struct tls_span algorithm, struct tls_span bits)
{
	size_t whole = der_begin(out), tbs = der_begin(out), mark;

	der_add_small(out, 7);
	der_add(out, DER_SEQUENCE, SPAN(""));
	der_add(out, DER_SEQUENCE, SPAN(""));
	mark = der_begin(out);
	der_add(out, tag, time);
	der_add(out, DER_UTC_TIME, SPAN("491231235959Z"));
	der_end(out, mark, DER_SEQUENCE);
	der_add(out, DER_SEQUENCE, SPAN(""));
	mark = der_begin(out);
	der_add(out, DER_SEQUENCE, algorithm);
	der_add_bits(out, bits);
	der_end(out, mark, DER_SEQUENCE);
	der_end(out, tbs, DER_SEQUENCE);
	der_end(out, whole, DER_SEQUENCE);
}

static void
reads_times_of_both_kinds_and_no_others(void **state)
{
	static const struct {
		unsigned tag;
		const char *time;
		int64_t seconds;	/* or -1: refused */
	} rows[] = {
		{ DER_UTC_TIME, "700101000001Z", 1 },
		{ DER_UTC_TIME, "000229000000Z", 951782400 },
		{ DER_UTC_TIME, "490101000000Z", 2493072000 },
		{ DER_GENERALIZED_TIME, "19700101000001Z", 1 },
		{ DER_GENERALIZED_TIME, "19700101000001.25Z", 1 },
		{ DER_GENERALIZED_TIME, "21000228235959Z", 4107542399 },
		{ DER_UTC_TIME, "990229000000Z", -1 },
		{ DER_UTC_TIME, "991301000000Z", -1 },
		{ DER_UTC_TIME, "990001000000Z", -1 },
		{ DER_UTC_TIME, "990100000000Z", -1 },
		{ DER_UTC_TIME, "990101240000Z", -1 },
		{ DER_UTC_TIME, "990101006000Z", -1 },
		{ DER_UTC_TIME, "990101000060Z", -1 },
		{ DER_UTC_TIME, "990101000000", -1 },
		{ DER_UTC_TIME, "990101000000ZZ", -1 },
		{ DER_UTC_TIME, "990101000000+0100", -1 },
		{ DER_UTC_TIME, "9901010000Z", -1 },
		{ DER_UTC_TIME, "99010100000aZ", -1 },
		{ DER_UTC_TIME, "990101000000.5Z", -1 },
		{ DER_GENERALIZED_TIME, "x9990101000000Z", -1 },
		{ DER_GENERALIZED_TIME, "21000229000000Z", -1 },
		{ DER_GENERALIZED_TIME, "", -1 },
		{ DER_IA5_STRING, "700101000001Z", -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf der = BUF_INIT;
		struct x509 cert;

		add_certificate(&der, rows[i].tag, span_of(rows[i].time),
		    SPAN(""), SPAN(""));
		if (x509_parse(buf_span(&der), &cert) !=
		    (rows[i].seconds >= 0))
			fail_msg("row %zu", i);
		if (rows[i].seconds >= 0)
			assert_int_equal(cert.not_before, rows[i].seconds);
		buf_clear(&der);
	}
}

static void
tells_keys_apart_however_odd(void **state)
{
#define RSA	"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"
#define DSA	"\x06\x07\x2a\x86\x48\xce\x38\x04\x01"
#define EC	"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
	static const struct {
		struct tls_span algorithm, bits;
		const char *key;
		unsigned key_bits;
	} rows[] = {
		{ SPAN_INIT(RSA), SPAN_INIT("\x30\x04\x02\x02\x01\xff"),
		    "RSA", 9 },
		{ SPAN_INIT(RSA), SPAN_INIT("\x30\x03\x02\x01\x00"), "RSA", 0 },
		{ SPAN_INIT(RSA), SPAN_INIT("\x30\x00"), "RSA", 0 },
		{ SPAN_INIT(RSA), SPAN_INIT(""), "RSA", 0 },
		{ SPAN_INIT(DSA "\x30\x05\x02\x03\x00\x80\x00"), SPAN_INIT(""),
		    "DSA", 16 },
		{ SPAN_INIT(DSA), SPAN_INIT(""), "DSA", 0 },
		{ SPAN_INIT(EC "\x06\x05\x2b\x81\x04\x00\x22"), SPAN_INIT(""),
		    "EC", 384 },
		{ SPAN_INIT(EC "\x06\x03\x2b\x81\x04"), SPAN_INIT(""),
		    "EC", 0 },
		{ SPAN_INIT(EC "\x30\x00"), SPAN_INIT(""), "EC", 0 },
		{ SPAN_INIT("\x06\x03\x2b\x65\x70"), SPAN_INIT(""),
		    "Ed25519", 253 },
		{ SPAN_INIT("\x06\x03\x2b\x65\x7f"), SPAN_INIT(""),
		    "unknown", 0 },
		{ SPAN_INIT("\x06\x00"), SPAN_INIT(""), "unknown", 0 },
		{ SPAN_INIT(""), SPAN_INIT(""), "unknown", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf der = BUF_INIT;
		struct x509 cert;

		add_certificate(&der, DER_UTC_TIME, SPAN("700101000000Z"),
		    rows[i].algorithm, rows[i].bits);
		assert_true(x509_parse(buf_span(&der), &cert));
		assert_string_equal(cert.key, rows[i].key);
		assert_int_equal(cert.key_bits, rows[i].key_bits);
		assert_int_equal(cert.serial.len, 1);
		assert_int_equal(cert.extensions.len, 0);
		buf_clear(&der);
	}
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
		cmocka_unit_test(reads_times_of_both_kinds_and_no_others),
		cmocka_unit_test(tells_keys_apart_however_odd),
		cmocka_unit_test(writes_numbers_of_objects),
		cmocka_unit_test(writes_times),
	};

	return cmocka_run_group_tests_name("x509", tests, NULL, NULL);
}
