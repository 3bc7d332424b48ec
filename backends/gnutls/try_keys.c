/* try_keys.c - what keys and certificates can be used, and what they do
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <string.h>

#include <gnutls/pkcs12.h>

/* ---- identities --------------------------------------------------------- */

static bool
serves(struct trial *trial, enum tls_feature feature)
{
	gnu_trial_identity(trial, feature == TLS_FEATURE_KEY_RSA ?
	    TLS_KEY_RSA : feature == TLS_FEATURE_KEY_EDDSA ?
	    TLS_KEY_ED25519 : TLS_KEY_P256);
	return gnu_trial_meet(trial);
}

/* The client can use the second one only. */
#define OFFER_P384	"+ECDHE-ECDSA:+AES-128-CBC:+AES-128-GCM:+SHA1:+AEAD:" \
	"+SIGN-ECDSA-SHA384:+SIGN-ECDSA-SECP384R1-SHA384:+GROUP-SECP384R1"

static bool
chooses_identity(struct trial *trial, enum tls_feature feature)
{
	struct tls_identity first = trial->identities[0];

	(void)feature;
	if (trial->config.num_identities == 0)
		return false;
	gnu_trial_identity(trial, TLS_KEY_P384);
	trial->identities[1] = trial->identities[0];
	trial->identities[0] = first;
	trial->config.num_identities *= 2;
	return gnu_trial_meet(trial) && trial->facts.identity == 1;
}

static bool
decrypts_key(struct trial *trial, enum tls_feature feature)
{
	gnutls_x509_privkey_t key = gnu_trial_privkey(trial->probe,
	    TLS_KEY_P256);
	gnutls_datum_t der = { NULL, 0 };
	bool works;

	(void)feature;
	if (key)
		gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER,
		    "trial", GNUTLS_PKCS_PBES2_AES_128, &der);
	trial->identities[0].key = (struct tls_span){ der.data, der.size };
	trial->identities[0].pass = "trial";
	works = der.data && gnu_trial_meet(trial);
	gnutls_free(der.data);
	if (key)
		gnutls_x509_privkey_deinit(key);
	return works;
}

/* There may be no token; the library says whether it could use one. */
static bool
knows_tokens(struct trial *trial, enum tls_feature feature)
{
	(void)trial;
	(void)feature;
	return gnutls_url_is_supported("pkcs11:") != 0;
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

static bool
unpacks(struct trial *trial, enum tls_feature feature)
{
	struct counted counted = { { count_certificate, count_key }, 0, 0 };
	struct tls_error err = TLS_ERROR_INIT;
	gnutls_datum_t der = { NULL, 0 };
	gnutls_pkcs12_t pfx = NULL;
	gnutls_pkcs12_bag_t bag = NULL;
	bool wants_pass, works;

	(void)feature;
	if (gnu_trial_key(trial->probe, TLS_KEY_P256) &&
	    gnutls_pkcs12_init(&pfx) >= 0 &&
	    gnutls_pkcs12_bag_init(&bag) >= 0)
		(void)pack(trial->probe, pfx, bag, &der);
	works = der.data && gnu_unpack((struct tls_span){ der.data, der.size },
	    "trial", &counted.bag, &wants_pass, &err) &&
	    counted.certificates == 1 && counted.keys == 1;
	gnutls_free(der.data);
	if (bag)
		gnutls_pkcs12_bag_deinit(bag);
	if (pfx)
		gnutls_pkcs12_deinit(pfx);
	return works;
}

/* ---- clients' certificates ---------------------------------------------- */

static bool
judges_client(struct trial *trial, enum tls_feature feature)
{
	trial->config.peer_certificate = TLS_PEER_DEMAND;
	if (!gnu_trial_certify_client(trial) || !gnu_trial_meet(trial))
		return false;
	switch (feature) {
	case TLS_FEATURE_VERIFY_STEPS:
		return trial->witness.steps == 2 && trial->witness.error == 0;
	case TLS_FEATURE_FACT_PEER_SIGNATURE:
		return trial->facts.peer_signature != 0;
	default:
		return trial->facts.num_peer_chain == 2;
	}
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

static bool
knows_revoked(struct trial *trial, enum tls_feature feature)
{
	gnutls_x509_crl_t crl = NULL;
	gnutls_datum_t der = { NULL, 0 };
	struct tls_span span;
	bool works;

	(void)feature;
	if (gnutls_x509_crl_init(&crl) >= 0)
		(void)revoke(trial->probe, crl, &der);
	span = (struct tls_span){ der.data, der.size };
	trial->config.peer_certificate = TLS_PEER_DEMAND;
	trial->config.crl_check = TLS_CRL_LEAF;
	trial->config.crls = &span;
	trial->config.num_crls = 1;
	/* X509_V_ERR_CERT_REVOKED */
	works = der.data && gnu_trial_certify_client(trial) &&
	    gnu_trial_meet(trial) && trial->witness.error == 23;
	gnutls_free(der.data);
	if (crl)
		gnutls_x509_crl_deinit(crl);
	return works;
}

/* ---- the rows ----------------------------------------------------------- */

#define NO_PKCS11	"this GnuTLS was built without PKCS#11"

const struct row gnu_try_keys[] = {
	TRY(IDENTITIES, chooses_identity, OFFER_P384, ANY, FULL, FAILED),
	TRY(KEY_RSA, serves, OFFER_KEY ":+ECDHE-RSA", ANY, FULL, OFF),
	TRY(KEY_ECDSA, serves, OFFER_KEY, ANY, FULL, OFF),
	TRY(KEY_EDDSA, serves, OFFER_KEY, ANY, FULL, OFF),
	TRY(KEY_ENCRYPTED, decrypts_key, OFFER_KEY, ANY, PART("all but PKCS#8 "
	    "under scrypt"), FAILED),
	TRY_MEMBER(KEY_PKCS12, unpacks, NULL, ANY, FULL),
	TRY(KEY_URI, knows_tokens, NULL, ANY, FULL, NO_PKCS11),
	TRY(ENGINE, knows_tokens, NULL, ANY, PART("\"pkcs11\" for the tokens "
	    "of the system, or \"pkcs11:FILE\" for a module"), NO_PKCS11),
	TRY(CLIENT_CERTIFICATE, judges_client, OFFER_KEY, ANY, FULL, FAILED),
	TRY(VERIFY_STEPS, judges_client, OFFER_KEY, ANY, FULL, FAILED),
	TRY(FACT_PEER_CHAIN, judges_client, OFFER_KEY, ANY, FULL, FAILED),
	TRY(FACT_PEER_SIGNATURE, judges_client, OFFER_KEY, ANY, FULL, FAILED),
	TRY(CRLS, knows_revoked, OFFER_KEY, ANY, FULL, FAILED),
	{ .works = NULL },
};
