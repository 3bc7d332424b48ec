/* trust.c - tests of what is decided about clients: chains, CRLs, keys
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/buf.h"
#include "policy/psk.h"
#include "policy/verify.h"
#include "wire/der_out.h"
#include "wire/x509.h"

/* ---- certificates and CRLs, as far as they are looked at --------------- */

static void
add_name(struct buf *out, const char *name)
{
	static const uint8_t common_name[] = { 0x55, 0x04, 0x03 };
	size_t whole = der_begin(out), set = der_begin(out);
	size_t pair = der_begin(out);

	der_add(out, DER_OID, (struct tls_span){ common_name, 3 });
	der_add(out, DER_UTF8_STRING, span_of(name));
	der_end(out, pair, DER_SEQUENCE);
	der_end(out, set, DER_SET);
	der_end(out, whole, DER_SEQUENCE);
}

static void
add_empty(struct buf *out)
{
	size_t mark = der_begin(out);

	der_end(out, mark, DER_SEQUENCE);
}

/* An extension with a key identifier, `tag` before it. */
static void
add_key_id(struct buf *out, uint8_t last, unsigned tag, const char *id)
{
	const uint8_t oid[] = { 0x55, 0x1d, last };
	size_t whole = der_begin(out);
	struct buf value = BUF_INIT;
	size_t mark = der_begin(&value);

	der_add(out, DER_OID, (struct tls_span){ oid, 3 });
	der_add(&value, tag, span_of(id));
	if (tag != DER_OCTET_STRING)
		der_end(&value, mark, DER_SEQUENCE);
	der_add(out, DER_OCTET_STRING, buf_span(&value));
	buf_clear(&value);
	der_end(out, whole, DER_SEQUENCE);
}

/* A certificate without a key or a signature; null ids: without. */
static struct buf
cert_of(const char *issuer, const char *subject, const char *above,
    const char *own)
{
	struct buf out = BUF_INIT;
	size_t whole = der_begin(&out), tbs = der_begin(&out), mark, list;

	der_add_small(&out, 7);
	add_empty(&out);
	add_name(&out, issuer);
	mark = der_begin(&out);
	der_add_time(&out, 0);
	der_add_time(&out, 1000000);
	der_end(&out, mark, DER_SEQUENCE);
	add_name(&out, subject);
	add_empty(&out);
	mark = der_begin(&out);
	list = der_begin(&out);
	if (above)
		add_key_id(&out, 0x23, 0x80, above);
	if (own)
		add_key_id(&out, 0x0e, DER_OCTET_STRING, own);
	der_end(&out, list, DER_SEQUENCE);
	der_end(&out, mark, DER_CONTEXT(3));
	der_end(&out, tbs, DER_SEQUENCE);
	der_end(&out, whole, DER_SEQUENCE);
	return out;
}

static struct buf
crl_of(const char *issuer)
{
	struct buf out = BUF_INIT;
	size_t whole = der_begin(&out), tbs = der_begin(&out);

	der_add_small(&out, 1);
	add_empty(&out);
	add_name(&out, issuer);
	der_add_time(&out, 0);
	der_end(&out, tbs, DER_SEQUENCE);
	add_empty(&out);
	der_add_bits(&out, span_of("x"));
	der_end(&out, whole, DER_SEQUENCE);
	return out;
}

/* ---- issuers ----------------------------------------------------------- */

static void
finds_an_issuer_by_name_and_key_identifier(void **state)
{
	struct buf leaf = cert_of("CA", "leaf", "key 2", NULL);
	struct buf other = cert_of("root", "CA", NULL, "key 1");
	struct buf right = cert_of("root", "CA", NULL, "key 2");
	struct buf plain = cert_of("root", "CA", NULL, NULL);
	struct tls_span list[2] = { buf_span(&other), buf_span(&right) };
	struct tls_span found;

	(void)state;
	found = x509_find_issuer(buf_span(&leaf), list, 2);
	assert_ptr_equal(found.data, right.data);
	found = x509_find_issuer(buf_span(&leaf), list, 1);
	assert_int_equal(found.len, 0);
	/* one without an identifier is as good as the name */
	list[0] = buf_span(&plain);
	found = x509_find_issuer(buf_span(&leaf), list, 1);
	assert_ptr_equal(found.data, plain.data);
	found = x509_find_issuer(buf_span(&right), list, 2);
	assert_int_equal(found.len, 0);
	assert_false(x509_is_self_issued(buf_span(&leaf)));
	buf_clear(&leaf);
	buf_clear(&other);
	buf_clear(&right);
	buf_clear(&plain);
}

static void
reads_a_crl_and_nothing_else(void **state)
{
	struct buf list = crl_of("CA"), cert = cert_of("CA", "a", NULL, NULL);
	struct x509_crl crl;
	struct x509 parsed;

	(void)state;
	assert_true(x509_parse_crl(buf_span(&list), &crl));
	assert_true(x509_parse(buf_span(&cert), &parsed));
	assert_true(span_equal(crl.issuer, parsed.issuer));
	assert_false(x509_parse_crl(buf_span(&cert), &crl));
	assert_false(x509_parse(buf_span(&list), &parsed));
	for (size_t len = 0; len < list.len; len++)
		assert_false(x509_parse_crl(
		    (struct tls_span){ list.data, len }, &crl));
	buf_clear(&list);
	buf_clear(&cert);
}

/* ---- verification ------------------------------------------------------ */

static void
says_where_a_crl_is_missing(void **state)
{
	static const struct {
		enum tls_crl_check check;
		int depth;
		const char *issuer;
		int found, expected;
	} cases[] = {
		{ TLS_CRL_NONE, 0, "other", 0, 0 },
		{ TLS_CRL_LEAF, 0, "CA", 0, 0 },
		{ TLS_CRL_LEAF, 0, "other", 0, 3 },
		{ TLS_CRL_LEAF, 1, "other", 0, 0 },
		{ TLS_CRL_CHAIN, 1, "other", 0, 3 },
		{ TLS_CRL_CHAIN, 1, "CA", 0, 0 },
		/* what was not asked for is forgiven, if it is of CRLs */
		{ TLS_CRL_LEAF, 1, "CA", 23, 0 },
		{ TLS_CRL_LEAF, 1, "CA", 12, 0 },
		{ TLS_CRL_LEAF, 1, "CA", 3, 0 },
		{ TLS_CRL_LEAF, 1, "CA", 10, 10 },
		{ TLS_CRL_CHAIN, 1, "CA", 23, 23 },
		{ TLS_CRL_LEAF, 0, "CA", 23, 23 },
		{ TLS_CRL_LEAF, 0, "other", 10, 10 },
	};
	struct verify_rules rules = { .depth = 9, .most = -1 };
	struct buf list = crl_of("CA");
	struct tls_span crls[] = { buf_span(&list) };
	struct tls_config config = { .crls = crls, .num_crls = 1 };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf cert = cert_of(cases[i].issuer, "a", NULL, NULL);
		struct tls_verify_step step = {
			.depth = cases[i].depth, .der = buf_span(&cert),
			.error = cases[i].found,
		};

		config.crl_check = cases[i].check;
		assert_int_equal(verify_error(&rules, &config, &step),
		    cases[i].expected);
		buf_clear(&cert);
	}
	buf_clear(&list);
}

static void
bounds_chains(void **state)
{
	static const struct {
		int depth, most;
		bool strict;
		int at;
		const char *issuer;	/* of a certificate called "a" */
		int expected;
	} cases[] = {
		{ 1, -1, false, 1, "b", 0 },
		{ 1, -1, false, 2, "b", 22 },
		{ 2, 1, false, 2, "b", 22 },
		{ 1, 2, false, 2, "b", 22 },
		{ -1, 1, false, 2, "b", 22 },
		{ -1, -1, false, 99, "b", 0 },
		/* the reference counts no root, and bounds by -verify_depth */
		{ 0, -1, true, 3, "b", 0 },
		{ 0, 1, true, 2, "a", 0 },
		{ 0, 1, true, 2, "b", 22 },
		{ 0, 1, true, 3, "a", 22 },
	};
	struct tls_config config = { .crls = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct verify_rules rules = { .depth = cases[i].depth,
			.most = cases[i].most, .strict = cases[i].strict };
		struct buf cert = cert_of(cases[i].issuer, "a", NULL, NULL);
		struct tls_verify_step step = {
			.depth = cases[i].at, .der = buf_span(&cert),
		};

		assert_int_equal(verify_error(&rules, &config, &step),
		    cases[i].expected);
		buf_clear(&cert);
	}
}

static void
accepts_what_is_to_be_accepted(void **state)
{
	struct verify_rules ours = { .depth = 1, .most = -1 };
	struct verify_rules refuse = { .depth = 1, .most = -1, .refuse = true };
	struct verify_rules strict = { .depth = 1, .most = -1, .strict = true };

	(void)state;
	assert_true(verify_accepts(&refuse, 0, 0));
	assert_true(verify_accepts(&ours, 0, 18));
	assert_true(verify_accepts(&ours, 5, 18));
	assert_false(verify_accepts(&ours, 2, 22));
	assert_false(verify_accepts(&refuse, 0, 18));
	assert_true(verify_accepts(&strict, 1, 18));
	assert_false(verify_accepts(&strict, 2, 18));
	assert_true(verify_accepts(&strict, 1, 22));
}

/* ---- pre-shared keys --------------------------------------------------- */

static void
finds_the_key_of_exactly_one_identity(void **state)
{
	struct psk_table table = PSK_TABLE_INIT;
	struct tls_span key;

	(void)state;
	assert_true(psk_add(&table, span_of("alice"), span_of("one")));
	assert_true(psk_add(&table, span_of("bob"), span_of("two")));
	assert_false(psk_add(&table, span_of("bob"), span_of("three")));
	assert_int_equal(psk_find(&table, span_of("bob"), 0x0303, &key),
	    PSK_FOUND);
	assert_true(span_equal(key, span_of("two")));
	assert_int_equal(psk_find(&table, span_of("bo"), 0x0303, &key),
	    PSK_UNKNOWN);
	assert_int_equal(key.len, 0);
	assert_int_equal(psk_find(&table, span_of("bobb"), 0x0303, &key),
	    PSK_UNKNOWN);
	psk_clear(&table);
	assert_int_equal(psk_find(&table, span_of("bob"), 0x0303, &key),
	    PSK_UNKNOWN);
}

static void
lends_the_first_key_where_that_is_asked_for(void **state)
{
	struct psk_table table = PSK_TABLE_INIT;
	struct tls_span key;

	(void)state;
	table.lenient = true;
	psk_add(&table, span_of("alice"), span_of("one"));
	psk_add(&table, span_of("bob"), span_of("two"));
	assert_int_equal(psk_find(&table, span_of("bob"), 0x0303, &key),
	    PSK_FOUND);
	assert_true(span_equal(key, span_of("two")));
	assert_int_equal(psk_find(&table, span_of("x"), 0x0303, &key),
	    PSK_FALLBACK);
	assert_true(span_equal(key, span_of("one")));
	assert_int_equal(psk_find(&table, span_of("x"), 0x0304, &key),
	    PSK_UNKNOWN);
	assert_int_equal(psk_find(&table, span_of("x"), 0, &key),
	    PSK_UNKNOWN);
	psk_clear(&table);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_an_issuer_by_name_and_key_identifier),
		cmocka_unit_test(reads_a_crl_and_nothing_else),
		cmocka_unit_test(says_where_a_crl_is_missing),
		cmocka_unit_test(bounds_chains),
		cmocka_unit_test(accepts_what_is_to_be_accepted),
		cmocka_unit_test(finds_the_key_of_exactly_one_identity),
		cmocka_unit_test(lends_the_first_key_where_that_is_asked_for),
	};

	return cmocka_run_group_tests_name("trust", tests, NULL, NULL);
}
