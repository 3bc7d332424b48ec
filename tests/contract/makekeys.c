/* makekeys.c - scenes: keys that are made and read apart from any session
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string.h>

#define LENGTH(array)	(sizeof (array) / sizeof *(array))

static const struct tls_primitives *
primitives_of(const struct scene *scene)
{
	return scene->lab->plug->backend->primitives;
}

/* ---- making ----------------------------------------------------------- */

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

/* ---- reading ---------------------------------------------------------- */

/* `der` is read as `pkey`; what comes of it is read again. */
static void
read_as(const struct scene *scene, EVP_PKEY *pkey, struct tls_span der)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_key key;
	uint8_t *spki = NULL;
	const unsigned char *at;
	size_t len = (size_t)i2d_PUBKEY(pkey, &spki);
	EVP_PKEY *private;

	for (int i = 0; i < 2; i++) {
		if (!primitives_of(scene)->read_key(der, &key, &err))
			fail_msg("%s", err.text);
		assert_int_equal(key.spki_len, len);
		assert_memory_equal(key.spki, spki, len);
		at = key.der;
		private = d2i_AutoPrivateKey(NULL, &at, (long)key.der_len);
		assert_int_equal(EVP_PKEY_eq(private, pkey), 1);
		EVP_PKEY_free(private);
		der = (struct tls_span){ key.der, key.der_len };
	}
	OPENSSL_free(spki);
}

/* As PKCS#8, and as DER of its kind: PKCS#1 or SEC 1. */
static void
read_both(const struct scene *scene, EVP_PKEY *pkey)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
	uint8_t *der = NULL;
	int len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);

	read_as(scene, pkey, (struct tls_span){ der, (size_t)len });
	OPENSSL_free(der);
	PKCS8_PRIV_KEY_INFO_free(info);
	der = NULL;
	len = i2d_PrivateKey(pkey, &der);
	read_as(scene, pkey, (struct tls_span){ der, (size_t)len });
	OPENSSL_free(der);
}

static void
read_curve(const struct scene *scene, const char *curve)
{
	EVP_PKEY *pkey = EVP_EC_gen(curve);

	read_both(scene, pkey);
	EVP_PKEY_free(pkey);
}

static void
reads_keys_without_their_public_halves(const struct scene *scene)
{
	static const char *const curves[] = { "P-256", "P-384", "P-521" };

	for (size_t i = 0; i < LENGTH(curves); i++) {
		EVP_PKEY *pkey = EVP_EC_gen(curves[i]);

		assert_int_equal(EVP_PKEY_set_int_param(pkey,
		    OSSL_PKEY_PARAM_EC_INCLUDE_PUBLIC, 0), 1);
		read_both(scene, pkey);
		EVP_PKEY_free(pkey);
	}
}

static void
reads_rsa_keys(const struct scene *scene)
{
	static const unsigned bits[] = { 1024, 2048, 4096 };

	for (size_t i = 0; i < LENGTH(bits); i++) {
		EVP_PKEY *pkey = EVP_RSA_gen(bits[i]);

		read_both(scene, pkey);
		EVP_PKEY_free(pkey);
	}
}

static void
reads_keys_on_p256(const struct scene *scene)
{
	read_curve(scene, "P-256");
}

static void
reads_keys_on_p384(const struct scene *scene)
{
	read_curve(scene, "P-384");
}

static void
reads_keys_on_p521(const struct scene *scene)
{
	read_curve(scene, "P-521");
}

static void
reads_ed25519_keys(const struct scene *scene)
{
	EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	read_both(scene, pkey);
	EVP_PKEY_free(pkey);
}

static void
reads_no_key_that_is_cut_short(const struct scene *scene)
{
	EVP_PKEY *pkey = EVP_EC_gen("P-256");
	uint8_t *der = NULL;
	struct tls_span whole = { NULL, (size_t)i2d_PrivateKey(pkey, &der) };
	struct tls_key key;

	whole.data = der;
	for (struct tls_span cut = whole; cut.len-- > 0;) {
		struct tls_error err = TLS_ERROR_INIT;

		assert_false(primitives_of(scene)->read_key(cut, &key, &err));
		assert_int_equal(err.blame, TLS_BLAME_CONFIG);
		assert_true(err.text[0] != '\0');
	}
	OPENSSL_free(der);
	EVP_PKEY_free(pkey);
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

const struct scene_row scenes_of_made_keys[] = {
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
	{ "reads_rsa_keys", reads_rsa_keys, ONCE, { NEED(MAKE_RSA) } },
	{ "reads_keys_on_p256", reads_keys_on_p256, ONCE, { NEED(MAKE_P256) } },
	{ "reads_keys_on_p384", reads_keys_on_p384, ONCE, { NEED(MAKE_P384) } },
	{ "reads_keys_on_p521", reads_keys_on_p521, ONCE, { NEED(MAKE_P521) } },
	{ "reads_ed25519_keys", reads_ed25519_keys, ONCE,
	  { NEED(MAKE_ED25519) } },
	{ "reads_keys_without_their_public_halves",
	  reads_keys_without_their_public_halves, ONCE,
	  { NEED_ALL_OF(MAKE_KEY), NEED(MAKE_P384), NEED(MAKE_P521) } },
	{ "reads_no_key_that_is_cut_short", reads_no_key_that_is_cut_short,
	  ONCE, { NEED(MAKE_KEY) } },
	{ NULL, NULL, 0, { NOTHING } },
};
