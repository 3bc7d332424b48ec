/* wire/x509.h - what a certificate says: issuer, subject, validity and key
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, RFC 4514
 *
 *	struct x509 cert;
 *	struct buf name = BUF_INIT;
 *
 *	if (x509_parse(der, &cert))
 *		x509_add_name(&name, cert.subject);
 *
 * All spans point into the DER that was parsed.
 */
#ifndef WIRE_X509_H
#define WIRE_X509_H

#include "base/buf.h"
#include "tls_types.h"

struct x509 {
	struct tls_span serial;		/* content of the INTEGER */
	struct tls_span issuer;		/* Name, with tag and length */
	struct tls_span subject;
	int64_t not_before, not_after;	/* seconds since the epoch */
	struct tls_span spki;		/* SubjectPublicKeyInfo */
	const char *key;		/* "RSA", "EC", ... or "unknown" */
	unsigned key_bits;		/* RSA modulus or curve; 0: unknown */
	struct tls_span extensions;	/* content of the SEQUENCE, or empty */
	bool is_ca;			/* basicConstraints */
};

bool x509_parse(struct tls_span der, struct x509 *cert);

/* Whether `issuer` may have issued `cert`: by the names, and the key
 * identifiers where both have one.  No signature is checked. */
bool x509_may_issue(const struct x509 *issuer, const struct x509 *cert);

/* Whether a certificate names itself as its issuer, as roots do. */
bool x509_is_self_issued(struct tls_span der);

/* The first certificate of `among` that may have issued the one in `der`, or
 * an empty span. */
struct tls_span x509_find_issuer(struct tls_span der,
    const struct tls_span *among, size_t num);

/* The Name of the one that issued the issuer of `cert`, where its
 * authorityKeyIdentifier has it, or an empty span.  (RFC 5280, 4.2.1.1) */
struct tls_span x509_issuer_of_issuer(const struct x509 *cert);

/* The value of the first extension of this kind ("2.5.29.19"), or an empty
 * span. */
struct tls_span x509_extension(const struct x509 *cert, const char *oid);

/* The bits of the public key without its algorithm, or an empty span. */
struct tls_span x509_public_key(const struct x509 *cert);

/* The URL of the first OCSP responder that it names, unchanged, or an empty
 * span.  (RFC 5280, 4.2.2.1) */
struct tls_span x509_ocsp_url(const struct x509 *cert);

/* Adds "2027-01-01", with the time of day unless it is midnight. */
void x509_add_date(struct buf *out, int64_t seconds);

/* "MD5" or "SHA-1" if somebody else signed the certificate under it, or
 * null. */
const char *x509_weak_digest(struct tls_span der);

/* Whether its extended key usage, if it has one, allows this (RFC 5280,
 * 4.2.1.12). */
#define X509_SERVER_PURPOSE	"1.3.6.1.5.5.7.3.1"
#define X509_CLIENT_PURPOSE	"1.3.6.1.5.5.7.3.2"
#define X509_ANY_PURPOSE	"2.5.29.37.0"
bool x509_has_purpose(const struct x509 *cert, const char *purpose);

/* Whether its key usage, if it has one, allows digitalSignature. */
bool x509_may_sign(const struct x509 *cert);

/* Whether one of the names in its subjectAltName covers `host`, a name or an
 * address; the first few of these names, escaped, with commas. */
bool x509_is_for_host(const struct x509 *cert, struct tls_span host);
void x509_add_hosts(struct buf *out, const struct x509 *cert);

/* A certificate revocation list. */
struct x509_crl {
	struct tls_span issuer;		/* Name, with tag and length */
};

bool x509_parse_crl(struct tls_span der, struct x509_crl *crl);

/* Adds a Name as the reference prints it, "C = XX, O = Test, CN = a"; what is
 * not printable is escaped.  "<none>" for an empty one. */
void x509_add_name(struct buf *out, struct tls_span name);

/* The same for a line of prose: "C=XX, O=Test, CN=a". */
void x509_add_short_name(struct buf *out, struct tls_span name);

/* Takes a UTCTime or GeneralizedTime from the front of `rest`. */
bool x509_take_time(struct tls_span *rest, int64_t *seconds);

/* Adds a time as "Feb  1 00:00:00 2020 GMT". */
void x509_add_time(struct buf *out, int64_t seconds);

#endif
