/* primitives.c - scenes: digests and signatures, held against OpenSSL's
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string.h>

#define LENGTH(array)	(sizeof (array) / sizeof *(array))

static const struct tls_primitives *
primitives_of(const struct scene *scene)
{
	return scene->lab->plug->backend->primitives;
}

/* ---- digests ---------------------------------------------------------- */

static void
hash(const struct scene *scene, enum tls_digest digest, const EVP_MD *md)
{
	static const size_t lens[] = { 0, 1, 63, 64, 127, 128, 5000 };
	uint8_t in[5000], ours[TLS_DIGEST_MAX_LEN], theirs[EVP_MAX_MD_SIZE];
	unsigned len;

	memset(in, 'x', sizeof in);
	for (size_t i = 0; i < LENGTH(lens); i++) {
		EVP_Digest(in, lens[i], theirs, &len, md, NULL);
		assert_int_equal(primitives_of(scene)->digest(digest,
		    (struct tls_span){ in, lens[i] }, ours), len);
		assert_memory_equal(ours, theirs, len);
	}
}

static void
hashes_with_sha1(const struct scene *scene)
{
	hash(scene, TLS_DIGEST_SHA1, EVP_sha1());
}

static void
hashes_with_sha2(const struct scene *scene)
{
	hash(scene, TLS_DIGEST_SHA256, EVP_sha256());
	hash(scene, TLS_DIGEST_SHA384, EVP_sha384());
	hash(scene, TLS_DIGEST_SHA512, EVP_sha512());
}

/* ---- signatures ------------------------------------------------------- */

enum test_key {
	KEY_OF_RSA,
	KEY_OF_P256,
	KEY_OF_P384,
	KEY_OF_P521,
	KEY_OF_ED25519,
	NUM_TEST_KEYS
};

static EVP_PKEY *
new_key(enum test_key key)
{
	switch (key) {
	case KEY_OF_RSA:
		return EVP_RSA_gen(2048);
	case KEY_OF_P256:
		return EVP_EC_gen("P-256");
	case KEY_OF_P384:
		return EVP_EC_gen("P-384");
	case KEY_OF_P521:
		return EVP_EC_gen("P-521");
	default:
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	}
}

static const struct scheme {
	enum tls_scheme scheme;
	const char *digest;
	enum test_key key;
	bool pss;
} of_sha256[] = {
	{ TLS_SCHEME_RSA_SHA256, "SHA256", KEY_OF_RSA, false },
	{ TLS_SCHEME_ECDSA_P256_SHA256, "SHA256", KEY_OF_P256, false },
}, of_longer_sha2[] = {
	{ TLS_SCHEME_RSA_SHA384, "SHA384", KEY_OF_RSA, false },
	{ TLS_SCHEME_RSA_SHA512, "SHA512", KEY_OF_RSA, false },
	{ TLS_SCHEME_ECDSA_P384_SHA384, "SHA384", KEY_OF_P384, false },
	{ TLS_SCHEME_ECDSA_P521_SHA512, "SHA512", KEY_OF_P521, false },
	/* with any curve */
	{ TLS_SCHEME_ECDSA_P384_SHA384, "SHA384", KEY_OF_P256, false },
}, of_sha1[] = {
	{ TLS_SCHEME_RSA_SHA1, "SHA1", KEY_OF_RSA, false },
	{ TLS_SCHEME_ECDSA_SHA1, "SHA1", KEY_OF_P256, false },
}, of_pss[] = {
	{ TLS_SCHEME_RSA_PSS_SHA256, "SHA256", KEY_OF_RSA, true },
	{ TLS_SCHEME_RSA_PSS_SHA384, "SHA384", KEY_OF_RSA, true },
	{ TLS_SCHEME_RSA_PSS_SHA512, "SHA512", KEY_OF_RSA, true },
}, of_ed25519[] = {
	{ TLS_SCHEME_ED25519, NULL, KEY_OF_ED25519, false },
};

/* OpenSSL's own, for `scheme` with `pkey`. */
static EVP_MD_CTX *
prepare(const struct scheme *scheme, EVP_PKEY *pkey, bool signs)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;

	assert_int_equal(signs ? EVP_DigestSignInit_ex(ctx, &key_ctx,
	    scheme->digest, NULL, NULL, pkey, NULL) :
	    EVP_DigestVerifyInit_ex(ctx, &key_ctx, scheme->digest, NULL,
	    NULL, pkey, NULL), 1);
	assert_true(!scheme->pss || (EVP_PKEY_CTX_set_rsa_padding(key_ctx,
	    RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(
	    key_ctx, RSA_PSS_SALTLEN_DIGEST) == 1));
	return ctx;
}

static void
sign_by(const struct scene *scene, const struct scheme *schemes, size_t num)
{
	struct tls_span data = span_of("to be signed");

	for (size_t i = 0; i < num; i++) {
		EVP_PKEY *pkey = new_key(schemes[i].key);
		EVP_MD_CTX *ctx = prepare(&schemes[i], pkey, false);
		struct tls_error err = TLS_ERROR_INIT;
		uint8_t *der = NULL, signature[TLS_KEY_MAX_LEN];
		size_t der_len = (size_t)i2d_PrivateKey(pkey, &der), len = 0;

		if (!primitives_of(scene)->sign((struct tls_span){ der,
		    der_len }, schemes[i].scheme, data, signature, &len,
		    &err))
			fail_msg("%04x: %s", schemes[i].scheme, err.text);
		assert_int_equal(EVP_DigestVerify(ctx, signature, len,
		    data.data, data.len), 1);
		OPENSSL_free(der);
		EVP_MD_CTX_free(ctx);
		EVP_PKEY_free(pkey);
	}
}

/* The signature is good, and not that of other data, nor with another bit. */
static void
check_by(const struct scene *scene, const struct scheme *schemes, size_t num)
{
	const struct tls_primitives *p = primitives_of(scene);
	struct tls_span data = span_of("signed"), other = span_of("sighed");

	for (size_t i = 0; i < num; i++) {
		EVP_PKEY *pkey = new_key(schemes[i].key);
		EVP_MD_CTX *ctx = prepare(&schemes[i], pkey, true);
		struct tls_error err = TLS_ERROR_INIT;
		enum tls_scheme scheme = schemes[i].scheme;
		uint8_t *spki = NULL, bytes[TLS_KEY_MAX_LEN];
		struct tls_span signature = { bytes, sizeof bytes }, public;

		assert_int_equal(EVP_DigestSign(ctx, bytes, &signature.len,
		    data.data, data.len), 1);
		public.len = (size_t)i2d_PUBKEY(pkey, &spki);
		public.data = spki;
		if (!p->check(public, scheme, data, signature, &err))
			fail_msg("%04x: %s", scheme, err.text);
		assert_false(p->check(public, scheme, other, signature,
		    &err));
		assert_int_equal(err.blame, TLS_BLAME_PEER);
		bytes[signature.len - 1] ^= 1;
		err = (struct tls_error)TLS_ERROR_INIT;
		assert_false(p->check(public, scheme, data, signature, &err));
		assert_int_equal(err.blame, TLS_BLAME_PEER);
		OPENSSL_free(spki);
		EVP_MD_CTX_free(ctx);
		EVP_PKEY_free(pkey);
	}
}

#define BY(name, verb, list) \
static void \
name(const struct scene *scene) \
{ \
	verb##_by(scene, list, LENGTH(list)); \
}

BY(signs_with_sha256, sign, of_sha256)
BY(signs_with_sha384_and_sha512, sign, of_longer_sha2)
BY(signs_with_sha1, sign, of_sha1)
BY(signs_with_rsa_pss, sign, of_pss)
BY(signs_with_ed25519, sign, of_ed25519)
BY(checks_signatures_with_sha256, check, of_sha256)
BY(checks_signatures_with_longer_sha2, check, of_longer_sha2)
BY(checks_signatures_with_sha1, check, of_sha1)
BY(checks_signatures_with_rsa_pss, check, of_pss)
BY(checks_signatures_with_ed25519, check, of_ed25519)

/* ---- bad input -------------------------------------------------------- */

/* 1024 bits hold no SHA-512 with a salt of its length. */
static void
signs_with_no_shorter_salt(const struct scene *scene)
{
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t signature[TLS_KEY_MAX_LEN];
	struct tls_key key;
	size_t len;

	assert_true(primitives_of(scene)->make_key(TLS_KEY_RSA, 1024, &key,
	    &err));
	assert_false(primitives_of(scene)->sign((struct tls_span){ key.der,
	    key.der_len }, TLS_SCHEME_RSA_PSS_SHA512, span_of("data"),
	    signature, &len, &err));
	assert_true(err.text[0] != '\0');
}

static void
signs_with_no_key_that_is_none(const struct scene *scene)
{
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t signature[TLS_KEY_MAX_LEN];
	size_t len = 0;

	assert_false(primitives_of(scene)->sign(span_of("no key"),
	    TLS_SCHEME_ECDSA_P256_SHA256, span_of("data"), signature, &len,
	    &err));
	assert_int_equal(err.blame, TLS_BLAME_CONFIG);
	assert_true(err.text[0] != '\0');
}

/* Schemes of other kinds of keys, and such as there are none. */
static void
signs_by_no_scheme_that_does_not_fit(const struct scene *scene)
{
	static const struct {
		enum tls_scheme scheme;
		enum tls_blame blame;
	} rows[] = {
		{ TLS_SCHEME_RSA_SHA256, TLS_BLAME_CONFIG },
		{ TLS_SCHEME_RSA_PSS_SHA256, TLS_BLAME_CONFIG },
		{ (enum tls_scheme)0, TLS_BLAME_FEATURE },
		{ (enum tls_scheme)0x0409, TLS_BLAME_FEATURE },
	};
	struct tls_key key;
	struct tls_error err = TLS_ERROR_INIT;

	assert_true(primitives_of(scene)->make_key(TLS_KEY_P256, 0, &key,
	    &err));
	for (size_t i = 0; i < LENGTH(rows); i++) {
		uint8_t signature[TLS_KEY_MAX_LEN];
		size_t len = 0;

		err = (struct tls_error)TLS_ERROR_INIT;
		assert_false(primitives_of(scene)->sign((struct tls_span){
		    key.der, key.der_len }, rows[i].scheme, span_of("data"),
		    signature, &len, &err));
		assert_int_equal(err.blame, rows[i].blame);
		assert_true(err.text[0] != '\0');
	}
}

/* Neither a key, nor a scheme, nor a signature. */
static void
checks_nothing_that_is_none(const struct scene *scene)
{
	const struct tls_primitives *p = primitives_of(scene);
	const struct tls_span some = span_of("no such thing"), none = { NULL,
	    0 };
	const enum tls_scheme scheme = TLS_SCHEME_ECDSA_P256_SHA256;
	struct tls_key key;
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_span spki;

	assert_true(p->make_key(TLS_KEY_P256, 0, &key, &err));
	spki = (struct tls_span){ key.spki, key.spki_len };
	assert_false(p->check(some, scheme, some, some, &err));
	assert_int_equal(err.blame, TLS_BLAME_PEER);
	err.blame = TLS_BLAME_NOBODY;
	assert_false(p->check(spki, scheme, some, some, &err));
	assert_int_equal(err.blame, TLS_BLAME_PEER);
	err.blame = TLS_BLAME_NOBODY;
	assert_false(p->check(spki, scheme, some, none, &err));
	assert_int_equal(err.blame, TLS_BLAME_PEER);
	assert_false(p->check(spki, (enum tls_scheme)0x0409, some, some,
	    &err));
	assert_int_equal(err.blame, TLS_BLAME_FEATURE);
}

const struct scene_row scenes_of_primitives[] = {
	{ "hashes_with_sha1", hashes_with_sha1, ONCE, { NEED(DIGEST_SHA1) } },
	{ "hashes_with_sha2", hashes_with_sha2, ONCE, { NEED(DIGEST_SHA2) } },
	{ "signs_with_sha256", signs_with_sha256, ONCE,
	  { NEED(MAKE_KEY), NEED(MAKE_P256) } },
	{ "signs_with_sha384_and_sha512", signs_with_sha384_and_sha512, ONCE,
	  { NEED(MAKE_P384), NEED(MAKE_P521) } },
	{ "signs_with_sha1", signs_with_sha1, ONCE, { NEED(SIGN_SHA1) } },
	{ "signs_with_rsa_pss", signs_with_rsa_pss, ONCE,
	  { NEED(SIGN_RSA_PSS) } },
	{ "signs_with_ed25519", signs_with_ed25519, ONCE,
	  { NEED(MAKE_ED25519) } },
	{ "checks_signatures_with_sha256", checks_signatures_with_sha256, ONCE,
	  { NEED(CHECK_SIGNATURE) } },
	{ "checks_signatures_with_longer_sha2",
	  checks_signatures_with_longer_sha2, ONCE,
	  { NEED(CHECK_SIGNATURE), NEED(MAKE_P384), NEED(MAKE_P521) } },
	{ "checks_signatures_with_sha1", checks_signatures_with_sha1, ONCE,
	  { NEED(CHECK_SIGNATURE), NEED(SIGN_SHA1) } },
	{ "checks_signatures_with_rsa_pss", checks_signatures_with_rsa_pss,
	  ONCE, { NEED(CHECK_SIGNATURE), NEED(SIGN_RSA_PSS) } },
	{ "checks_signatures_with_ed25519", checks_signatures_with_ed25519,
	  ONCE, { NEED(CHECK_SIGNATURE), NEED(MAKE_ED25519) } },
	{ "signs_with_no_shorter_salt", signs_with_no_shorter_salt, ONCE,
	  { NEED(SIGN_RSA_PSS), NEED(MAKE_RSA) } },
	{ "signs_with_no_key_that_is_none", signs_with_no_key_that_is_none,
	  ONCE, { NEED(MAKE_KEY) } },
	{ "signs_by_no_scheme_that_does_not_fit",
	  signs_by_no_scheme_that_does_not_fit, ONCE, { NEED(MAKE_P256) } },
	{ "checks_nothing_that_is_none", checks_nothing_that_is_none, ONCE,
	  { NEED(CHECK_SIGNATURE), NEED(MAKE_P256) } },
	{ NULL, NULL, 0, { NOTHING } },
};
