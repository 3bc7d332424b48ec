/* primitives.c - scenes: digests, keys and signatures, held against OpenSSL's
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

/* ---- keys ------------------------------------------------------------- */

/* A new key: both of its halves are what OpenSSL makes of them, nothing follows
 * them, and they belong together. */
static void
make(const struct scene *scene, enum tls_key_kind kind, unsigned bits,
    int type, int len)
{
	const struct tls_primitives *p = primitives_of(scene);
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_key key, again, other;
	const unsigned char *at = key.spki, *der = key.der;
	EVP_PKEY *public, *private;

	if (!p->make_key(kind, bits, &key, &err) ||
	    !p->make_key(kind, bits, &other, &err))
		fail_msg("kind %d: %s", kind, err.text);
	public = d2i_PUBKEY(NULL, &at, (long)key.spki_len);
	private = d2i_AutoPrivateKey(NULL, &der, (long)key.der_len);
	assert_non_null(public);
	assert_non_null(private);
	assert_ptr_equal(at, key.spki + key.spki_len);
	assert_ptr_equal(der, key.der + key.der_len);
	assert_int_equal(EVP_PKEY_get_base_id(public), type);
	assert_int_equal(EVP_PKEY_get_bits(public), len);
	assert_int_equal(EVP_PKEY_eq(public, private), 1);
	EVP_PKEY_free(public);
	EVP_PKEY_free(private);
	/* no key twice */
	assert_false(span_equal((struct tls_span){ key.spki, key.spki_len },
	    (struct tls_span){ other.spki, other.spki_len }));
	if (!p->read_key((struct tls_span){ key.der, key.der_len }, &again,
	    &err))
		fail_msg("kind %d is not read: %s", kind, err.text);
	assert_true(span_equal((struct tls_span){ key.spki, key.spki_len },
	    (struct tls_span){ again.spki, again.spki_len }));
}

static void
makes_rsa_keys(const struct scene *scene)
{
	make(scene, TLS_KEY_RSA, 1024, EVP_PKEY_RSA, 1024);
	make(scene, TLS_KEY_RSA, 2048, EVP_PKEY_RSA, 2048);
}

static void
makes_keys_on_p256(const struct scene *scene)
{
	make(scene, TLS_KEY_P256, 0, EVP_PKEY_EC, 256);
}

static void
makes_keys_on_p384(const struct scene *scene)
{
	make(scene, TLS_KEY_P384, 0, EVP_PKEY_EC, 384);
}

static void
makes_keys_on_p521(const struct scene *scene)
{
	make(scene, TLS_KEY_P521, 0, EVP_PKEY_EC, 521);
}

static void
makes_ed25519_keys(const struct scene *scene)
{
	EVP_PKEY *reference = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	make(scene, TLS_KEY_ED25519, 0, EVP_PKEY_ED25519,
	    EVP_PKEY_get_bits(reference));
	EVP_PKEY_free(reference);
}

/* A kind that it answers not to make it does not make, and says whose fault
 * that is. */
static void
makes_the_keys_that_it_answers_to_make(const struct scene *scene)
{
	static const struct {
		enum tls_key_kind kind;
		enum tls_feature feature;
	} kinds[] = {
		{ TLS_KEY_RSA, TLS_FEATURE_MAKE_RSA },
		{ TLS_KEY_P256, TLS_FEATURE_MAKE_P256 },
		{ TLS_KEY_P384, TLS_FEATURE_MAKE_P384 },
		{ TLS_KEY_P521, TLS_FEATURE_MAKE_P521 },
		{ TLS_KEY_ED25519, TLS_FEATURE_MAKE_ED25519 },
	};

	for (size_t i = 0; i < LENGTH(kinds); i++) {
		struct tls_error err = TLS_ERROR_INIT;
		struct tls_key key;
		bool made = primitives_of(scene)->make_key(kinds[i].kind,
		    1024, &key, &err);

		assert_int_equal(made, lab_support(scene->lab,
		    kinds[i].feature) > TLS_SUPPORT_NOOP);
		assert_true(made || err.blame == TLS_BLAME_FEATURE);
	}
}

/* A certificate for a new key, which serves. */
static void
makes_keys_that_servers_use(const struct scene *scene)
{
	static const enum tls_key_kind kinds[] = { TLS_KEY_RSA, TLS_KEY_P256 };
	struct tls_error err = TLS_ERROR_INIT;
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < LENGTH(kinds); i++) {
		struct tls_key key;
		X509 *cert = X509_dup(scene->lab->certs->list[CERT_RSA].x509);
		const unsigned char *at = key.spki;
		EVP_PKEY *public;
		uint8_t *der = NULL;
		struct tls_span chain;

		assert_true(primitives_of(scene)->make_key(kinds[i], 2048,
		    &key, &err));
		public = d2i_PUBKEY(NULL, &at, (long)key.spki_len);
		assert_true(X509_set_pubkey(cert, public) && X509_sign(cert,
		    scene->lab->certs->list[CERT_CA].pkey, EVP_sha256()) > 0);
		chain.len = (size_t)i2d_X509(cert, &der);
		chain.data = der;
		scene_stage(scene, &stage);
		stage_identity(&stage, scene->lab, CERT_RSA);
		stage.identities[0].chain = &chain;
		stage.identities[0].key = (struct tls_span){ key.der,
		    key.der_len };
		scene_pair(scene, &stage, &pair);
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		pair_clear(&pair);
		OPENSSL_free(der);
		EVP_PKEY_free(public);
		X509_free(cert);
	}
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

static void
signs_with_no_key_that_is_none(const struct scene *scene)
{
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t signature[TLS_KEY_MAX_LEN];
	struct tls_key key;
	size_t len = 0;

	assert_false(primitives_of(scene)->sign(span_of("no key"),
	    TLS_SCHEME_ECDSA_P256_SHA256, span_of("data"), signature, &len,
	    &err));
	assert_true(err.text[0] != '\0');
	assert_false(primitives_of(scene)->read_key(span_of("no key"), &key,
	    &err));
}

const struct scene_row scenes_of_primitives[] = {
	{ "hashes_with_sha1", hashes_with_sha1, ONCE, { NEED(DIGEST_SHA1) } },
	{ "hashes_with_sha2", hashes_with_sha2, ONCE, { NEED(DIGEST_SHA2) } },
	{ "makes_rsa_keys", makes_rsa_keys, ONCE, { NEED(MAKE_RSA) } },
	{ "makes_keys_on_p256", makes_keys_on_p256, ONCE, { NEED(MAKE_P256) } },
	{ "makes_keys_on_p384", makes_keys_on_p384, ONCE, { NEED(MAKE_P384) } },
	{ "makes_keys_on_p521", makes_keys_on_p521, ONCE, { NEED(MAKE_P521) } },
	{ "makes_ed25519_keys", makes_ed25519_keys, ONCE,
	  { NEED(MAKE_ED25519) } },
	{ "makes_the_keys_that_it_answers_to_make",
	  makes_the_keys_that_it_answers_to_make, ONCE, { NEED(MAKE_KEY) } },
	{ "makes_keys_that_servers_use", makes_keys_that_servers_use,
	  IN_TLS1_2, { NEED(MAKE_RSA), NEED(MAKE_P256) } },
	{ "signs_with_sha256", signs_with_sha256, ONCE,
	  { NEED(MAKE_KEY), NEED(MAKE_P256) } },
	{ "signs_with_sha384_and_sha512", signs_with_sha384_and_sha512, ONCE,
	  { NEED_ALL_OF(MAKE_KEY), NEED(MAKE_P384), NEED(MAKE_P521) } },
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
	{ "signs_with_no_key_that_is_none", signs_with_no_key_that_is_none,
	  ONCE, { NEED(MAKE_KEY) } },
	{ NULL, NULL, 0, { NOTHING } },
};
