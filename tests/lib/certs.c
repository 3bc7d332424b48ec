/* certs.c - certificates for tests, made on the spot
 * SPDX-License-Identifier: Apache-2.0
 */
#include "certs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rsa.h>
#include <openssl/ec.h>
#include <openssl/x509v3.h>

#define DAY	86400L

struct recipe {
	const char *subject;
	const char *key;		/* "RSA", "P-256" or "ED25519" */
	enum cert_name issuer;
	bool ca;
	long from, to;			/* days from now */
};

/* Issuers stand before what they sign, but for CERT_CA. */
static const struct recipe recipes[CERT_COUNT] = {
	[CERT_RSA] = { "rsa.test", "RSA", CERT_CA, false, -1, 30 },
	[CERT_P256] = { "p256.test", "P-256", CERT_CA, false, -1, 30 },
	[CERT_ED25519] = { "ed25519.test", "ED25519", CERT_CA, false, -1, 30 },
	[CERT_CA] = { "Test CA", "P-256", CERT_CA, true, -30, 60 },
	[CERT_MIDDLE] = { "Middle CA", "P-256", CERT_CA, true, -30, 60 },
	[CERT_UNDER_MIDDLE] =
	    { "middle.test", "P-256", CERT_MIDDLE, false, -1, 30 },
	[CERT_CLIENT] = { "client", "P-256", CERT_CA, false, -1, 30 },
	[CERT_CLIENT_RSA] = { "client RSA", "RSA", CERT_CA, false, -1, 30 },
	[CERT_CLIENT_EXPIRED] =
	    { "client of old", "P-256", CERT_CA, false, -20, -10 },
	[CERT_CLIENT_MIDDLE] =
	    { "middle client", "P-256", CERT_MIDDLE, false, -1, 30 },
	[CERT_CLIENT_SELF] =
	    { "selfish client", "P-256", CERT_CLIENT_SELF, false, -1, 30 },
	[CERT_STRANGER_CA] =
	    { "Stranger CA", "P-256", CERT_STRANGER_CA, true, -30, 60 },
	[CERT_CLIENT_STRANGER] =
	    { "stranger", "P-256", CERT_STRANGER_CA, false, -1, 30 },
};

static void
must(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "cannot make a certificate: %s\n", what);
	abort();
}

static EVP_PKEY *
make_key(const char *kind)
{
	EVP_PKEY *key;

	if (!strcmp(kind, "RSA"))
		key = EVP_RSA_gen(2048);
	else if (!strcmp(kind, "ED25519"))
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		key = EVP_EC_gen(kind);
	must(key != NULL, kind);
	return key;
}

static void
add_extension(X509 *x509, int nid, const char *value)
{
	X509_EXTENSION *extension;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, x509, x509, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	must(extension && X509_add_ext(x509, extension, -1), value);
	X509_EXTENSION_free(extension);
}

static X509 *
make_x509(const struct certs *certs, enum cert_name name)
{
	const struct recipe *recipe = &recipes[name];
	const struct recipe *issuer = &recipes[recipe->issuer];
	EVP_PKEY *signer = certs->list[recipe->issuer].pkey;
	X509 *x509 = X509_new();
	X509_NAME *by;

	must(x509 != NULL, "X509_new");
	X509_set_version(x509, 2);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 100 + name);
	X509_gmtime_adj(X509_getm_notBefore(x509), recipe->from * DAY);
	X509_gmtime_adj(X509_getm_notAfter(x509), recipe->to * DAY);
	X509_set_pubkey(x509, certs->list[name].pkey);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN",
	    MBSTRING_ASC, (const unsigned char *)recipe->subject, -1, -1, 0);
	by = X509_NAME_new();
	X509_NAME_add_entry_by_txt(by, "CN", MBSTRING_ASC,
	    (const unsigned char *)issuer->subject, -1, -1, 0);
	X509_set_issuer_name(x509, by);
	X509_NAME_free(by);
	add_extension(x509, NID_basic_constraints,
	    recipe->ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
	if (recipe->ca)
		add_extension(x509, NID_key_usage,
		    "critical,keyCertSign,cRLSign");
	must(X509_sign(x509, signer, EVP_sha256()) > 0, recipe->subject);
	return x509;
}

static void
encode(struct cert *cert)
{
	PKCS8_PRIV_KEY_INFO *pkcs8 = EVP_PKEY2PKCS8(cert->pkey);
	uint8_t *at;
	int len = i2d_X509(cert->x509, NULL);

	at = buf_reserve(&cert->der, (size_t)len);
	cert->der.len += (size_t)i2d_X509(cert->x509, &at);
	cert->span = buf_span(&cert->der);

	must(pkcs8 != NULL, "PKCS#8");
	len = i2d_PKCS8_PRIV_KEY_INFO(pkcs8, NULL);
	at = buf_reserve(&cert->key, (size_t)len);
	cert->key.len += (size_t)i2d_PKCS8_PRIV_KEY_INFO(pkcs8, &at);
	buf_string(&cert->key);
	PKCS8_PRIV_KEY_INFO_free(pkcs8);
}

struct certs *
certs_new(void)
{
	struct certs *certs = mem_zero(1, sizeof *certs);

	for (int i = 0; i < CERT_COUNT; i++)
		certs->list[i].pkey = make_key(recipes[i].key);
	for (int i = 0; i < CERT_COUNT; i++) {
		certs->list[i].x509 = make_x509(certs, (enum cert_name)i);
		encode(&certs->list[i]);
	}
	return certs;
}

void
certs_free(struct certs *certs)
{
	if (!certs)
		return;
	for (int i = 0; i < CERT_COUNT; i++) {
		X509_free(certs->list[i].x509);
		EVP_PKEY_free(certs->list[i].pkey);
		buf_clear(&certs->list[i].der);
		buf_wipe(&certs->list[i].key);
	}
	free(certs);
}

void
certs_identity(const struct certs *certs, enum cert_name name,
    struct tls_identity *out)
{
	const struct cert *cert = &certs->list[name];

	*out = (struct tls_identity){
		.chain = &cert->span, .num_chain = 1,
		.key = buf_span(&cert->key),
		.cert_origin = recipes[name].subject,
		.key_origin = recipes[name].subject,
	};
}

static void
take_bio(BIO *bio, struct buf *out)
{
	char *data;
	long len = BIO_get_mem_data(bio, &data);

	must(len > 0, "an encoded key");
	buf_add(out, data, (size_t)len);
	buf_string(out);
	BIO_free(bio);
}

void
certs_encrypt_key(const struct certs *certs, enum cert_name name,
    const EVP_CIPHER *cipher, const char *pass, bool pem, struct buf *out)
{
	EVP_PKEY *key = certs->list[name].pkey;
	BIO *bio = BIO_new(BIO_s_mem());
	int len = (int)strlen(pass);

	if (pem)
		must(PEM_write_bio_PKCS8PrivateKey(bio, key, cipher, pass,
		    len, NULL, NULL) == 1, "PEM");
	else
		must(i2d_PKCS8PrivateKey_bio(bio, key, cipher, pass, len,
		    NULL, NULL) == 1, "DER");
	take_bio(bio, out);
}

void
certs_encrypt_key_by(const struct certs *certs, enum cert_name name,
    const EVP_CIPHER *cipher, int prf, const char *pass, struct buf *out)
{
	PKCS8_PRIV_KEY_INFO *plain =
	    EVP_PKEY2PKCS8(certs->list[name].pkey);
	X509_ALGOR *how = PKCS5_pbe2_set_iv(cipher, 1000, NULL, 0, NULL, prf);
	X509_SIG *locked;
	uint8_t *at;
	int len;

	must(plain && how, "PBES2");
	locked = PKCS8_set0_pbe(pass, (int)strlen(pass), plain, how);
	must(locked != NULL, "a key by PBES2");
	len = i2d_X509_SIG(locked, NULL);
	at = buf_reserve(out, (size_t)len);
	out->len += (size_t)i2d_X509_SIG(locked, &at);
	buf_string(out);
	X509_SIG_free(locked);
	PKCS8_PRIV_KEY_INFO_free(plain);
}

void
certs_pem_key(const struct certs *certs, enum cert_name name,
    bool traditional, const char *pass, struct buf *out)
{
	EVP_PKEY *key = certs->list[name].pkey;
	const EVP_CIPHER *cipher = pass ? EVP_aes_128_cbc() : NULL;
	const unsigned char *secret = (const unsigned char *)pass;
	int len = pass ? (int)strlen(pass) : 0;
	BIO *bio = BIO_new(BIO_s_mem());
	int good;

	if (traditional)
		good = PEM_write_bio_PrivateKey_traditional(bio, key, cipher,
		    secret, len, NULL, NULL);
	else
		good = PEM_write_bio_PrivateKey(bio, key, cipher, secret, len,
		    NULL, NULL);
	must(good == 1, "PEM");
	take_bio(bio, out);
}

void
certs_old_key(const struct certs *certs, enum cert_name name, struct buf *out)
{
	EVP_PKEY *key = certs->list[name].pkey;
	int len = i2d_PrivateKey(key, NULL);
	uint8_t *at;

	must(len > 0, "a key of its kind");
	at = buf_reserve(out, (size_t)len);
	out->len += (size_t)i2d_PrivateKey(key, &at);
	buf_string(out);
}

void
certs_rsa(const struct certs *certs, unsigned bits, struct buf *out,
    struct buf *key)
{
	struct cert made = { .der = BUF_INIT, .key = BUF_INIT };

	made.x509 = X509_dup(certs->list[CERT_RSA].x509);
	made.pkey = EVP_RSA_gen(bits);
	must(made.x509 && made.pkey && X509_set_pubkey(made.x509, made.pkey) &&
	    X509_sign(made.x509, certs->list[CERT_CA].pkey,
	    EVP_sha256()) > 0, "a certificate for an RSA key");
	encode(&made);
	*out = made.der;
	*key = made.key;
	X509_free(made.x509);
	EVP_PKEY_free(made.pkey);
}

void
certs_for_use(const struct certs *certs, enum cert_name name,
    const char *usage, const char *extended, struct buf *out)
{
	X509 *x509 = X509_dup(certs->list[name].x509);
	uint8_t *at;
	int len;

	must(x509 != NULL, "X509_dup");
	if (usage)
		add_extension(x509, NID_key_usage, usage);
	if (extended)
		add_extension(x509, NID_ext_key_usage, extended);
	must(X509_sign(x509, certs->list[recipes[name].issuer].pkey,
	    EVP_sha256()) > 0, "a certificate for a use");
	len = i2d_X509(x509, NULL);
	at = buf_reserve(out, (size_t)len);
	out->len += (size_t)i2d_X509(x509, &at);
	X509_free(x509);
}

static void
revoke(X509_CRL *crl, const X509 *x509, const ASN1_TIME *when)
{
	X509_REVOKED *revoked = X509_REVOKED_new();

	must(revoked && X509_REVOKED_set_serialNumber(revoked,
	    (ASN1_INTEGER *)X509_get0_serialNumber(x509)) &&
	    X509_REVOKED_set_revocationDate(revoked, (ASN1_TIME *)when) &&
	    X509_CRL_add0_revoked(crl, revoked), "a revocation");
}

void
certs_crl(const struct certs *certs, const struct crl_recipe *recipe,
    struct buf *out)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *from = X509_gmtime_adj(NULL, recipe->from * DAY);
	ASN1_TIME *to = X509_gmtime_adj(NULL, recipe->to * DAY);
	uint8_t *at;
	int len;

	must(crl && from && to && X509_CRL_set_version(crl, 1) &&
	    X509_CRL_set_issuer_name(crl, X509_get_subject_name(
	    certs->list[recipe->issuer].x509)) &&
	    X509_CRL_set1_lastUpdate(crl, from) &&
	    X509_CRL_set1_nextUpdate(crl, to), "a revocation list");
	if (recipe->revoked != CERT_COUNT)
		revoke(crl, certs->list[recipe->revoked].x509, from);
	must(X509_CRL_sign(crl, certs->list[recipe->signer].pkey,
	    EVP_sha256()) > 0, "a signature of a revocation list");
	len = i2d_X509_CRL(crl, NULL);
	at = buf_reserve(out, (size_t)len);
	out->len += (size_t)i2d_X509_CRL(crl, &at);
	ASN1_TIME_free(from);
	ASN1_TIME_free(to);
	X509_CRL_free(crl);
}
