/* try_keys.c - what keys and certificates can be used, and what they do
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <string.h>

#include <gnutls/pkcs12.h>

/* ---- primitives --------------------------------------------------------- */

static const struct tls_span text = { (const uint8_t *)"trial", 5 };

/* The hash of nothing begins with `first`. */
static bool
hashes(enum tls_digest digest, size_t len, uint32_t first)
{
	const struct tls_span nothing = { NULL, 0 };
	uint8_t out[TLS_DIGEST_MAX_LEN];

	return gnu_primitives.digest(digest, nothing, out) == len &&
	    ((uint32_t)common_get_u16(out) << 16 |
	    common_get_u16(out + 2)) == first;
}

static void
try_sha1(struct tls_probe *probe)
{
	common_probe_found(probe, TLS_FEATURE_DIGEST_SHA1,
	    hashes(TLS_DIGEST_SHA1, 20, 0xda39a3ee));
}

static void
try_sha2(struct tls_probe *probe)
{
	common_probe_found(probe, TLS_FEATURE_DIGEST_SHA2,
	    hashes(TLS_DIGEST_SHA256, 32, 0xe3b0c442) &&
	    hashes(TLS_DIGEST_SHA384, 48, 0x38b060a7) &&
	    hashes(TLS_DIGEST_SHA512, 64, 0xcf83e135));
}

/* A signature by `key` is right, and wrong of another text. */
static bool
signs(const struct tls_key *key, enum tls_scheme scheme)
{
	const struct tls_span spki = { key->spki, key->spki_len };
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t made[TLS_KEY_MAX_LEN];
	size_t len;

	return gnu_primitives.sign((struct tls_span){ key->der, key->der_len },
	    scheme, text, made, &len, &err) &&
	    gnu_primitives.check(spki, scheme, text,
	    (struct tls_span){ made, len }, &err) &&
	    !gnu_primitives.check(spki, scheme,
	    (struct tls_span){ text.data, text.len - 1 },
	    (struct tls_span){ made, len }, &err);
}

static void
make(struct tls_probe *probe, enum tls_feature feature,
    enum tls_key_kind kind, unsigned bits, enum tls_scheme scheme)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_key key;

	common_probe_found(probe, feature, gnu_primitives.make_key(kind, bits,
	    &key, &err) && signs(&key, scheme));
	gnutls_memset(&key, 0, sizeof key);
}

/* Larger ones differ in how long they take. */
static void
try_make_rsa(struct tls_probe *probe)
{
	make(probe, TLS_FEATURE_MAKE_RSA, TLS_KEY_RSA, 1024,
	    TLS_SCHEME_RSA_SHA256);
}

static void
try_make_p256(struct tls_probe *probe)
{
	make(probe, TLS_FEATURE_MAKE_P256, TLS_KEY_P256, 0,
	    TLS_SCHEME_ECDSA_P256_SHA256);
}

static void
try_make_p384(struct tls_probe *probe)
{
	make(probe, TLS_FEATURE_MAKE_P384, TLS_KEY_P384, 0,
	    TLS_SCHEME_ECDSA_P384_SHA384);
}

static void
try_make_p521(struct tls_probe *probe)
{
	make(probe, TLS_FEATURE_MAKE_P521, TLS_KEY_P521, 0,
	    TLS_SCHEME_ECDSA_P521_SHA512);
}

static void
try_make_ed25519(struct tls_probe *probe)
{
	make(probe, TLS_FEATURE_MAKE_ED25519, TLS_KEY_ED25519, 0,
	    TLS_SCHEME_ED25519);
}

static void
try_make_key(struct tls_probe *probe)
{
	bool works = gnu_trial_key(probe, TLS_KEY_P256) &&
	    signs(&probe->keys[TLS_KEY_P256], TLS_SCHEME_ECDSA_P256_SHA256);

	common_probe_member(probe, TLS_FEATURE_MAKE_KEY, works, OFF);
	common_probe_found(probe, TLS_FEATURE_CHECK_SIGNATURE, works);
}

static void
try_sign_sha1(struct tls_probe *probe)
{
	common_probe_found(probe, TLS_FEATURE_SIGN_SHA1,
	    gnu_trial_key(probe, TLS_KEY_P256) &&
	    signs(&probe->keys[TLS_KEY_P256], TLS_SCHEME_ECDSA_SHA1));
}

static void
try_sign_pss(struct tls_probe *probe)
{
	const struct tls_key *key = &probe->keys[TLS_KEY_RSA];

	common_probe_found(probe, TLS_FEATURE_SIGN_RSA_PSS,
	    gnu_trial_key(probe, TLS_KEY_RSA) &&
	    signs(key, TLS_SCHEME_RSA_PSS_SHA256) &&
	    signs(key, TLS_SCHEME_RSA_PSS_SHA384) &&
	    signs(key, TLS_SCHEME_RSA_PSS_SHA512));
}

/* ---- identities --------------------------------------------------------- */

static void
serve(struct tls_probe *probe, enum tls_feature feature,
    enum tls_key_kind kind)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe),
	    OFFER_KEY ":+ECDHE-RSA");
	gnu_trial_identity(&trial, kind);
	common_probe_found(probe, feature, gnu_trial_meet(&trial));
	gnu_trial_clear(&trial);
}

static void
try_rsa(struct tls_probe *probe)
{
	serve(probe, TLS_FEATURE_KEY_RSA, TLS_KEY_RSA);
}

static void
try_ecdsa(struct tls_probe *probe)
{
	serve(probe, TLS_FEATURE_KEY_ECDSA, TLS_KEY_P256);
}

static void
try_eddsa(struct tls_probe *probe)
{
	serve(probe, TLS_FEATURE_KEY_EDDSA, TLS_KEY_ED25519);
}

/* The client can use the second one only. */
static void
try_identities(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe),
	    "+ECDHE-ECDSA:+AES-128-CBC:+AES-128-GCM:+SHA1:+AEAD:"
	    "+SIGN-ECDSA-SHA384:+SIGN-ECDSA-SECP384R1-SHA384:"
	    "+GROUP-SECP384R1");
	trial.identities[1] = trial.identities[0];
	gnu_trial_identity(&trial, TLS_KEY_P384);
	if (trial.config.num_identities == 1) {
		struct tls_identity other = trial.identities[0];

		trial.identities[0] = trial.identities[1];
		trial.identities[1] = other;
		trial.config.num_identities = 2;
	}
	common_probe_found(probe, TLS_FEATURE_IDENTITIES,
	    gnu_trial_meet(&trial) && trial.facts.identity == 1);
	gnu_trial_clear(&trial);
}

static void
try_encrypted(struct tls_probe *probe)
{
	gnutls_x509_privkey_t key = gnu_trial_privkey(probe, TLS_KEY_P256);
	gnutls_datum_t der = { NULL, 0 };
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe), OFFER_KEY);
	if (key)
		gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER,
		    "trial", GNUTLS_PKCS_PBES2_AES_128, &der);
	trial.identities[0].key = (struct tls_span){ der.data, der.size };
	trial.identities[0].pass = "trial";
	common_probe_found(probe, TLS_FEATURE_KEY_ENCRYPTED,
	    der.data && gnu_trial_meet(&trial));
	gnu_trial_clear(&trial);
	gnutls_free(der.data);
	if (key)
		gnutls_x509_privkey_deinit(key);
}

/* ---- PKCS#12 ------------------------------------------------------------ */

static int
pack(struct tls_probe *probe, gnutls_pkcs12_t pfx, gnutls_pkcs12_bag_t bag,
    gnutls_datum_t *out)
{
	const struct tls_key *key = &probe->keys[TLS_KEY_P256];
	gnutls_datum_t der = gnu_datum_of((struct tls_span){ key->der,
	    key->der_len });
	int code = gnutls_pkcs12_bag_set_data(bag, GNUTLS_BAG_CERTIFICATE,
	    &probe->certs[TLS_KEY_P256]);

	if (code >= 0)
		code = gnutls_pkcs12_bag_set_data(bag,
		    GNUTLS_BAG_PKCS8_KEY, &der);
	if (code >= 0)
		code = gnutls_pkcs12_bag_encrypt(bag, "trial",
		    GNUTLS_PKCS_PBES2_AES_128);
	if (code >= 0)
		code = gnutls_pkcs12_set_bag(pfx, bag);
	if (code >= 0)
		code = gnutls_pkcs12_generate_mac(pfx, "trial");
	return code < 0 ? code : gnutls_pkcs12_export2(pfx,
	    GNUTLS_X509_FMT_DER, out);
}

struct counted {
	struct tls_bag bag;		/* first */
	unsigned certificates, keys;
};

static void
count_certificate(struct tls_bag *bag, struct tls_span der)
{
	(void)der;
	((struct counted *)bag)->certificates++;
}

static void
count_key(struct tls_bag *bag, struct tls_span der)
{
	(void)der;
	((struct counted *)bag)->keys++;
}

static void
try_pkcs12(struct tls_probe *probe)
{
	struct counted counted = { { count_certificate, count_key }, 0, 0 };
	struct tls_error err = TLS_ERROR_INIT;
	gnutls_datum_t der = { NULL, 0 };
	gnutls_pkcs12_t pfx = NULL;
	gnutls_pkcs12_bag_t bag = NULL;
	bool wants_pass;

	if (gnu_trial_key(probe, TLS_KEY_P256) &&
	    gnutls_pkcs12_init(&pfx) >= 0 &&
	    gnutls_pkcs12_bag_init(&bag) >= 0)
		(void)pack(probe, pfx, bag, &der);
	common_probe_member(probe, TLS_FEATURE_KEY_PKCS12, der.data &&
	    gnu_unpack((struct tls_span){ der.data, der.size }, "trial",
	    &counted.bag, &wants_pass, &err) && counted.certificates == 1 &&
	    counted.keys == 1, TRIAL_FAILED);
	gnutls_free(der.data);
	if (bag)
		gnutls_pkcs12_bag_deinit(bag);
	if (pfx)
		gnutls_pkcs12_deinit(pfx);
}

/* ---- clients' certificates ---------------------------------------------- */

static void
try_client_certificate(struct tls_probe *probe)
{
	struct trial trial;
	bool met;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe), OFFER_KEY);
	trial.config.peer_certificate = TLS_PEER_DEMAND;
	met = gnu_trial_certify_client(&trial) && gnu_trial_meet(&trial);
	common_probe_found(probe, TLS_FEATURE_CLIENT_CERTIFICATE,
	    met && trial.facts.num_peer_chain > 0);
	common_probe_found(probe, TLS_FEATURE_VERIFY_STEPS,
	    met && trial.witness.steps == 2 && trial.witness.error == 0);
	common_probe_found(probe, TLS_FEATURE_FACT_PEER_CHAIN,
	    met && trial.facts.num_peer_chain == 2);
	common_probe_found(probe, TLS_FEATURE_FACT_PEER_SIGNATURE,
	    met && trial.facts.peer_signature != 0);
	gnu_trial_clear(&trial);
}

/* A list that has the client's certificate in it. */
static int
revoke(struct tls_probe *probe, gnutls_x509_crl_t crl, gnutls_datum_t *out)
{
	const uint8_t serial = TLS_KEY_P384 + 1;
	gnutls_x509_crt_t issuer = gnu_trial_crt(probe, TLS_KEY_P256);
	gnutls_x509_privkey_t key = gnu_trial_privkey(probe, TLS_KEY_P256);
	int code = issuer && key ? gnutls_x509_crl_set_version(crl, 2) :
	    GNUTLS_E_MEMORY_ERROR;

	if (code >= 0)
		code = gnutls_x509_crl_set_crt_serial(crl, &serial, 1, 1);
	if (code >= 0)
		code = gnutls_x509_crl_set_this_update(crl, 0);
	if (code >= 0)
		code = gnutls_x509_crl_set_next_update(crl, INT32_MAX);
	if (code >= 0)
		code = gnutls_x509_crl_sign2(crl, issuer, key,
		    GNUTLS_DIG_SHA256, 0);
	if (code >= 0)
		code = gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, out);
	if (issuer)
		gnutls_x509_crt_deinit(issuer);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return code;
}

static void
try_crls(struct tls_probe *probe)
{
	gnutls_x509_crl_t crl = NULL;
	gnutls_datum_t der = { NULL, 0 };
	struct tls_span span;
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe), OFFER_KEY);
	trial.config.peer_certificate = TLS_PEER_DEMAND;
	trial.config.crl_check = TLS_CRL_LEAF;
	trial.config.crls = &span;
	trial.config.num_crls = 1;
	if (gnutls_x509_crl_init(&crl) >= 0)
		(void)revoke(probe, crl, &der);
	span = (struct tls_span){ der.data, der.size };
	/* X509_V_ERR_CERT_REVOKED */
	common_probe_found(probe, TLS_FEATURE_CRLS, der.data &&
	    gnu_trial_certify_client(&trial) && gnu_trial_meet(&trial) &&
	    trial.witness.error == 23);
	gnu_trial_clear(&trial);
	gnutls_free(der.data);
	if (crl)
		gnutls_x509_crl_deinit(crl);
}

/* ---- the rows ----------------------------------------------------------- */

static const struct common_row rows[] = {
	{ TLS_FEATURE_IDENTITIES, try_identities, WORKS, NULL },
	{ TLS_FEATURE_KEY_RSA, try_rsa, WORKS, OFF },
	{ TLS_FEATURE_KEY_ECDSA, try_ecdsa, WORKS, OFF },
	{ TLS_FEATURE_KEY_EDDSA, try_eddsa, WORKS, OFF },
	{ TLS_FEATURE_KEY_ENCRYPTED, try_encrypted, PART("all but PKCS#8 "
	    "under scrypt"), NULL },
	{ TLS_FEATURE_KEY_PKCS12, try_pkcs12, WORKS, NULL },
	{ TLS_FEATURE_CLIENT_CERTIFICATE, try_client_certificate, WORKS,
	    NULL },
	{ TLS_FEATURE_VERIFY_STEPS, try_client_certificate, WORKS, NULL },
	{ TLS_FEATURE_FACT_PEER_CHAIN, try_client_certificate, WORKS, NULL },
	{ TLS_FEATURE_FACT_PEER_SIGNATURE, try_client_certificate, WORKS,
	    NULL },
	{ TLS_FEATURE_CRLS, try_crls, WORKS, NULL },
	{ TLS_FEATURE_MAKE_KEY, try_make_key, { TLS_SUPPORT_PART,
	    "keys on curves are read only with their public halves" }, OFF },
	{ TLS_FEATURE_CHECK_SIGNATURE, try_make_key, WORKS, OFF },
	{ TLS_FEATURE_DIGEST_SHA1, try_sha1, WORKS, OFF },
	{ TLS_FEATURE_DIGEST_SHA2, try_sha2, WORKS, OFF },
	{ TLS_FEATURE_MAKE_RSA, try_make_rsa, WORKS, OFF },
	{ TLS_FEATURE_MAKE_P256, try_make_p256, WORKS, OFF },
	{ TLS_FEATURE_MAKE_P384, try_make_p384, WORKS, OFF },
	{ TLS_FEATURE_MAKE_P521, try_make_p521, WORKS, OFF },
	{ TLS_FEATURE_MAKE_ED25519, try_make_ed25519, WORKS, OFF },
	{ TLS_FEATURE_SIGN_SHA1, try_sign_sha1, WORKS, OFF },
	{ TLS_FEATURE_SIGN_RSA_PSS, try_sign_pss, WORKS, OFF },
};

const struct common_table gnu_try_keys = { ROWS(rows), TRIAL_FAILED };
