/* pki/pki.h - certificates, CRLs and OCSP responses made on the spot
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280; RFC 6960
 *
 *	struct pki_recipe root = {
 *		.common_name = "Test CA", .not_after = now + 3600,
 *		.ca = true, .path_len = -1,
 *		.usage = PKI_CERT_SIGN | PKI_CRL_SIGN,
 *	};
 *	struct pki_recipe leaf = {
 *		.common_name = "a", .issuer = &ca, .not_after = now + 3600,
 *		.usage = PKI_DIGITAL_SIGNATURE, .purposes = PKI_SERVER,
 *		.dns_names = names, .num_dns_names = 1,
 *	};
 *
 *	if (pki_make(&ca, backend, &root, &err) &&
 *	    pki_make(&cert, backend, &leaf, &err))
 *		puts("made");
 *	pki_cert_clear(&cert);
 *	pki_cert_clear(&ca);
 *
 * Rules.  What is made is what the recipe says: nothing is checked, so that bad
 * certificates can be made as well.  Keys, digests and signatures are made by a
 * backend (struct tls_primitives); what its library lacks fails with blame
 * FEATURE.  Times are seconds since the epoch.
 */
#ifndef PKI_PKI_H
#define PKI_PKI_H

#include "tls_backend.h"

/* A certificate and its private key. */
struct pki_cert {
	struct tls_span der;		/* owned */
	struct tls_span key;		/* owned, wiped; a NUL follows it */
	enum tls_key_kind kind;		/* of the key */
};

/* keyUsage, by the numbers of its bits (RFC 5280, 4.2.1.3). */
enum pki_usage {
	PKI_DIGITAL_SIGNATURE = 1 << 0,
	PKI_KEY_ENCIPHERMENT = 1 << 2,
	PKI_KEY_AGREEMENT = 1 << 4,
	PKI_CERT_SIGN = 1 << 5,
	PKI_CRL_SIGN = 1 << 6,
};

/* extKeyUsage (RFC 5280, 4.2.1.12). */
enum pki_purpose {
	PKI_SERVER = 1 << 0,
	PKI_CLIENT = 1 << 1,
	PKI_OCSP_SIGNING = 1 << 2,
};

/* What goes into a certificate.  All pointers are borrowed for the call. */
struct pki_recipe {
	const char *common_name;	/* of the subject; null: none */
	const struct pki_cert *issuer;	/* null: self-signed */
	enum tls_key_kind kind;
	unsigned bits;			/* of an RSA key; 0: 2048 */
	enum tls_scheme scheme;		/* 0: SHA-256, or the usual one for the
					 * issuer's kind of key */
	int64_t not_before, not_after;
	struct tls_span serial;		/* empty: 16 random bytes */

	/* basicConstraints; `path_len` -1: no limit. */
	bool ca;
	int path_len;
	unsigned usage;			/* enum pki_usage; 0: no extension */
	unsigned purposes;		/* enum pki_purpose; 0: no extension */

	/* subjectAltName: no extension if there are none of either. */
	const char *const *dns_names;
	size_t num_dns_names;
	const struct tls_span *addresses;	/* of 4 or 16 bytes */
	size_t num_addresses;

	/* URLs for authorityInfoAccess and cRLDistributionPoints, or null. */
	const char *ocsp_url, *issuer_url, *crl_url;
	/* No subjectKeyIdentifier and no authorityKeyIdentifier. */
	bool no_key_ids;
};

/* Makes a key and a certificate for it; free with pki_cert_clear.  False with
 * `err` filled; `cert` is then empty. */
bool pki_make(struct pki_cert *cert, const struct tls_backend *backend,
    const struct pki_recipe *recipe, struct tls_error *err);
void pki_cert_clear(struct pki_cert *cert);

/* Makes a self-signed server certificate for localhost, *.localhost, 127.0.0.1
 * and ::1, valid from an hour before `now` for 30 days, with a key made by
 * `backend`. */
bool pki_self_signed(struct pki_cert *cert,
    const struct tls_backend *backend, enum tls_key_kind kind, int64_t now,
    struct tls_error *err);

/* A revoked certificate. */
struct pki_revoked {
	struct tls_span der;		/* the certificate */
	int64_t at;
	int reason;			/* CRLReason (RFC 5280, 5.3.1); -1: none
					 * is given */
};

struct pki_crl {
	const struct pki_cert *issuer;
	enum tls_scheme scheme;		/* 0: as for certificates */
	int64_t this_update, next_update;	/* the latter 0: left out */
	unsigned number;		/* cRLNumber */
	const struct pki_revoked *revoked;
	size_t num_revoked;
};

/* Makes a CertificateList (RFC 5280, 5.1), whose memory is the caller's to
 * free.  False with `err` filled. */
bool pki_make_crl(struct tls_span *der, const struct tls_backend *backend,
    const struct pki_crl *crl, struct tls_error *err);

struct pki_ocsp {
	struct tls_span subject;	/* the certificate asked about, DER */
	const struct pki_cert *issuer;	/* its issuer */
	const struct pki_cert *responder; /* signs, and is sent along; null: the
					   * issuer signs, and is not sent */
	enum tls_scheme scheme;		/* 0: as for certificates */
	bool revoked, unknown;		/* neither: good */
	int64_t revoked_at;
	int reason;			/* as in struct pki_revoked */
	int64_t this_update, next_update;	/* the latter 0: left out */
};

/* Makes a basic OCSPResponse (RFC 6960, 4.2.1), whose memory is the caller's
 * to free.  False with `err` filled. */
bool pki_make_ocsp(struct tls_span *der, const struct tls_backend *backend,
    const struct pki_ocsp *ocsp, struct tls_error *err);

#endif
