/* pki.c - tests of the writer of DER, and of certificates made with it
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "wire/der_out.h"
#include "pki/pki.h"

static void
is_hex(struct buf *out, const char *expected)
{
	struct buf hex = BUF_INIT;

	text_add_hex(&hex, buf_span(out));
	assert_string_equal(buf_string(&hex), expected);
	buf_clear(&hex);
	buf_clear(out);
}

/* ---- the writer --------------------------------------------------------- */

static void
writes_lengths_in_their_shortest_form(void **state)
{
	static const struct {
		size_t len;
		const char *head;
	} cases[] = {
		{ 0, "0400" }, { 1, "0401" }, { 127, "047f" },
		{ 128, "048180" }, { 255, "0481ff" }, { 256, "04820100" },
		{ 65535, "0482ffff" }, { 65536, "0483010000" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t head = strlen(cases[i].head) / 2;
		struct buf out = BUF_INIT;
		size_t mark = der_begin(&out);

		for (size_t j = 0; j < cases[i].len; j++)
			buf_add_u8(&out, j & 0xff);
		der_end(&out, mark, DER_OCTET_STRING);
		assert_int_equal(out.len, head + cases[i].len);
		for (size_t j = 0; j < cases[i].len; j++)
			assert_int_equal(out.data[head + j], j & 0xff);
		assert_int_equal(out.data[out.len], 0);
		out.len = head;
		is_hex(&out, cases[i].head);
	}
}

static void
writes_integers_that_are_positive_and_short(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *expected;
	} cases[] = {
		{ "", 0, "020100" }, { "\0", 1, "020100" },
		{ "\0\0\1", 3, "020101" }, { "\177", 1, "02017f" },
		{ "\200", 1, "02020080" }, { "\0\200", 2, "02020080" },
		{ "\377\0", 2, "020300ff00" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT;

		der_add_integer(&out, (struct tls_span){
		    (const uint8_t *)cases[i].bytes, cases[i].len });
		is_hex(&out, cases[i].expected);
	}
}

static void
writes_times_of_both_kinds(void **state)
{
	static const struct {
		int64_t seconds;
		const char *expected;
	} cases[] = {
		{ 0, "\x17\x0d" "700101000000Z" },
		{ 2524607999, "\x17\x0d" "491231235959Z" },
		{ 2524608000, "\x18\x0f" "20500101000000Z" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out = BUF_INIT;

		der_add_time(&out, cases[i].seconds);
		assert_string_equal(buf_string(&out), cases[i].expected);
		buf_clear(&out);
	}
}

static void
nests(void **state)
{
	struct buf out = BUF_INIT;
	size_t outer = der_begin(&out), inner = der_begin(&out);

	(void)state;
	der_add_small(&out, 2);
	der_end(&out, inner, DER_CONTEXT(0));
	der_add_bits(&out, span_of("ab"));
	der_add_small(&out, 300);
	der_end(&out, outer, DER_SEQUENCE);
	is_hex(&out, "300e" "a003020102" "0303006162" "0202012c");
}

/* ---- certificates ------------------------------------------------------- */

/* A SubjectPublicKeyInfo in shape: an algorithm and the key "K". */
static const uint8_t canned_spki[] = {
	0x30, 0x08, 0x30, 0x02, 0x05, 0x00, 0x03, 0x02, 0x00, 'K',
};
static const char canned_signature[] = "signed";

static bool
make_canned_key(enum tls_key_kind kind, unsigned bits, struct tls_key *out,
    struct tls_error *err)
{
	(void)kind;
	(void)bits;
	(void)err;
	memcpy(out->der, "secret", 6);
	out->der_len = 6;
	memcpy(out->spki, canned_spki, sizeof canned_spki);
	out->spki_len = sizeof canned_spki;
	return true;
}

/* Signs only with the key made, and only what looks like a certificate's
 * inside. */
static bool
sign_canned(struct tls_span key, enum tls_scheme scheme, struct tls_span data,
    uint8_t *signature, size_t *signature_len, struct tls_error *err)
{
	assert_true(scheme == TLS_SCHEME_ECDSA_P256_SHA256 ||
	    scheme == TLS_SCHEME_RSA_SHA256);
	if (!span_equal(key, span_of("secret")) || data.data[0] != 0x30)
		return err_set(err, TLS_BLAME_US, "wrong key");
	memcpy(signature, canned_signature, strlen(canned_signature));
	*signature_len = strlen(canned_signature);
	return true;
}

static bool
refuse_to_sign(struct tls_span key, enum tls_scheme scheme,
    struct tls_span data, uint8_t *signature, size_t *signature_len,
    struct tls_error *err)
{
	(void)scheme;
	(void)key;
	(void)data;
	(void)signature;
	(void)signature_len;
	return err_set(err, TLS_BLAME_LIBRARY, "out of ink");
}

/* A hash of only "K". */
static size_t
hash_k(enum tls_digest digest, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	assert_true(span_equal(in, span_of("K")));
	memset(out, digest == TLS_DIGEST_SHA1 ? 0x11 : 0x22,
	    TLS_DIGEST_MAX_LEN);
	return digest == TLS_DIGEST_SHA1 ? 20 : 32;
}

static size_t
hash_k_without_sha1(enum tls_digest digest, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	return digest == TLS_DIGEST_SHA1 ? 0 : hash_k(digest, in, out);
}

static const struct tls_primitives canned_primitives = {
	.size = sizeof(struct tls_primitives),
	.digest = hash_k, .make_key = make_canned_key, .sign = sign_canned,
};
static const struct tls_primitives primitives_without_sha1 = {
	.size = sizeof(struct tls_primitives),
	.digest = hash_k_without_sha1, .make_key = make_canned_key,
	.sign = sign_canned,
};
static const struct tls_primitives unwilling_primitives = {
	.size = sizeof(struct tls_primitives),
	.digest = hash_k, .make_key = make_canned_key,
	.sign = refuse_to_sign,
};
static const struct tls_backend canned = {
	TLS_BACKEND_HEAD("canned"), .primitives = &canned_primitives,
};
static const struct tls_backend without_sha1 = {
	TLS_BACKEND_HEAD("without_sha1"),
	.primitives = &primitives_without_sha1,
};
static const struct tls_backend unwilling = {
	TLS_BACKEND_HEAD("unwilling"), .primitives = &unwilling_primitives,
};
static const struct tls_backend keyless = { TLS_BACKEND_HEAD("keyless") };

static bool
holds(struct tls_span der, const char *bytes, size_t len)
{
	for (size_t i = 0; i + len <= der.len; i++)
		if (!memcmp(der.data + i, bytes, len))
			return true;
	return false;
}
#define HOLDS(der, bytes)	holds(der, bytes, sizeof bytes - 1)

static void
says_what_a_client_wants_to_read(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct pki_cert cert;

	(void)state;
	assert_true(pki_self_signed(&cert, &canned, TLS_KEY_P256, 2000000000,
	    &err));
	assert_true(span_equal(cert.key, span_of("secret")));
	assert_int_equal(cert.key.data[cert.key.len], 0);
	/* version 3, names, an hour back and thirty days on */
	assert_true(HOLDS(cert.der, "\xa0\3\2\1\2\2\x10"));
	assert_true(HOLDS(cert.der, "\x0c\tlocalhost"));
	assert_true(HOLDS(cert.der, "\x17\r330518023320Z"
	    "\x17\r330617033320Z"));
	assert_true(HOLDS(cert.der, "\x82\tlocalhost\x82\x0b*.localhost"
	    "\x87\4\x7f\0\0\1\x87\x10\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\1"));
	/* no CA, digitalSignature, serverAuth */
	assert_true(HOLDS(cert.der, "\x55\x1d\x13\1\1\xff\4\2\x30\0"));
	assert_true(HOLDS(cert.der, "\x55\x1d\x0f\1\1\xff\4\4\3\2\7\x80"));
	assert_true(HOLDS(cert.der, "\x2b\6\1\5\5\7\3\1"));
	assert_true(HOLDS(cert.der, "\x55\x1d\x0e\4\x16\4\x14\x11\x11"));
	assert_true(HOLDS(cert.der, "\x2a\x86\x48\xce\x3d\4\3\2\3\7\0signed"));
	pki_cert_clear(&cert);
	assert_null(cert.key.data);
}

static void
lets_an_rsa_key_encipher_keys(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct pki_cert cert;

	(void)state;
	assert_true(pki_self_signed(&cert, &canned, TLS_KEY_RSA, 0,
	    &err));
	assert_true(HOLDS(cert.der, "\x55\x1d\x0f\1\1\xff\4\4\3\2\5\xa0"));
	assert_true(HOLDS(cert.der,
	    "\x2a\x86\x48\x86\xf7\x0d\1\1\x0b\5\0\3\7\0signed"));
	pki_cert_clear(&cert);
}

static void
never_gives_a_serial_number_twice(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct pki_cert a, b;

	(void)state;
	assert_true(pki_self_signed(&a, &canned, TLS_KEY_P256, 0, &err));
	assert_true(pki_self_signed(&b, &canned, TLS_KEY_P256, 0, &err));
	assert_int_equal(a.der.len, b.der.len);
	assert_false(span_equal(a.der, b.der));
	pki_cert_clear(&a);
	pki_cert_clear(&b);
}

static void
takes_sha256_for_the_key_identifier_where_there_is_no_sha1(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct pki_cert cert;

	(void)state;
	assert_true(pki_self_signed(&cert, &without_sha1, TLS_KEY_P256, 0,
	    &err));
	assert_true(HOLDS(cert.der, "\x55\x1d\x0e\4\x16\4\x14\x22\x22"));
	pki_cert_clear(&cert);
}

static void
passes_on_why_a_library_cannot(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct pki_cert cert;

	(void)state;
	assert_false(pki_self_signed(&cert, &unwilling, TLS_KEY_P256, 0,
	    &err));
	assert_string_equal(err.text, "out of ink");
	assert_null(cert.der.data);
	assert_null(cert.key.data);
	assert_false(pki_self_signed(&cert, &keyless, TLS_KEY_P256, 0, &err));
	assert_int_equal(err.blame, TLS_BLAME_FEATURE);
	pki_cert_clear(&cert);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_lengths_in_their_shortest_form),
		cmocka_unit_test(writes_integers_that_are_positive_and_short),
		cmocka_unit_test(writes_times_of_both_kinds),
		cmocka_unit_test(nests),
		cmocka_unit_test(says_what_a_client_wants_to_read),
		cmocka_unit_test(lets_an_rsa_key_encipher_keys),
		cmocka_unit_test(never_gives_a_serial_number_twice),
		cmocka_unit_test(
		    takes_sha256_for_the_key_identifier_where_there_is_no_sha1),
		cmocka_unit_test(passes_on_why_a_library_cannot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
