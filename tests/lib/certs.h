/* lib/certs.h - certificates for tests, made on the spot
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct certs *certs = certs_new();
 *	struct tls_identity identity;
 *
 *	certs_identity(certs, CERT_RSA, &identity);
 *	...
 *	certs_free(certs);
 */
#ifndef LIB_CERTS_H
#define LIB_CERTS_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/buf.h"
#include "tls_config.h"

enum cert_name {
	/* the servers' own: one for each kind of key */
	CERT_RSA,
	CERT_P256,
	CERT_ED25519,
	CERT_SERVERS,

	CERT_CA = CERT_SERVERS,	/* signs all but those marked below */
	CERT_MIDDLE,		/* a CA under CERT_CA */
	CERT_UNDER_MIDDLE,	/* a server (P-256) under CERT_MIDDLE */
	CERT_CLIENT,		/* P-256 */
	CERT_CLIENT_RSA,
	CERT_CLIENT_EXPIRED,
	CERT_CLIENT_MIDDLE,	/* under CERT_MIDDLE */
	CERT_CLIENT_SELF,	/* self-signed */
	CERT_STRANGER_CA,
	CERT_CLIENT_STRANGER,	/* under CERT_STRANGER_CA */
	CERT_COUNT
};

struct cert {
	X509 *x509;
	EVP_PKEY *pkey;
	struct buf der;		/* the certificate */
	struct buf key;		/* PKCS#8, not encrypted */
	struct tls_span span;	/* `der` */
};

struct certs {
	struct cert list[CERT_COUNT];
};

/* A revocation list. */
struct crl_recipe {
	enum cert_name issuer;		/* in whose name */
	enum cert_name signer;		/* and under whose key */
	enum cert_name revoked;		/* CERT_COUNT: nobody is */
	long from, to;			/* days from now */
};

struct certs *certs_new(void);
void certs_free(struct certs *certs);

/* An identity with only that certificate. */
void certs_identity(const struct certs *certs, enum cert_name name,
    struct tls_identity *out);

/* Adds the PKCS#8 key of `name` under `pass` by `cipher`, as DER or as a PEM
 * block. */
void certs_encrypt_key(const struct certs *certs, enum cert_name name,
    const EVP_CIPHER *cipher, const char *pass, bool pem, struct buf *out);

/* The same as DER by PBES2, with HMAC of the hash function `prf` (a NID such as
 * NID_hmacWithSHA256). */
void certs_encrypt_key_by(const struct certs *certs, enum cert_name name,
    const EVP_CIPHER *cipher, int prf, const char *pass, struct buf *out);

/* Adds the key as "PRIVATE KEY" (PKCS#8) or, `traditional`, as the block of
 * its kind ("RSA PRIVATE KEY", "EC PRIVATE KEY"), under `pass` unless null. */
void certs_pem_key(const struct certs *certs, enum cert_name name,
    bool traditional, const char *pass, struct buf *out);

/* Adds the key as DER of its kind: PKCS#1 or SEC 1. */
void certs_old_key(const struct certs *certs, enum cert_name name,
    struct buf *out);

/* Adds the certificate of `name` anew, with those extensions as openssl(1)
 * writes them ("critical,keyAgreement"), or without where null. */
void certs_for_use(const struct certs *certs, enum cert_name name,
    const char *usage, const char *extended, struct buf *out);

/* Fills `out` and `key`, which are empty, with a certificate like that of
 * CERT_RSA for a new key of `bits`, and that key as PKCS#8. */
void certs_rsa(const struct certs *certs, unsigned bits, struct buf *out,
    struct buf *key);

/* Adds that list as DER. */
void certs_crl(const struct certs *certs, const struct crl_recipe *recipe,
    struct buf *out);

#endif
