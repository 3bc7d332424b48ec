/* pki/internal.h - what certificates, CRLs and OCSP responses have in common
 * SPDX-License-Identifier: Apache-2.0
 *
 *	size_t whole = der_begin(&out), inner = der_begin(&out);
 *
 *	add_inner(&out);
 *	der_end(&out, inner, DER_SEQUENCE);
 *	made = pki_sign(&out, inner, &signer, &err);
 *	der_end(&out, whole, DER_SEQUENCE);
 */
#ifndef PKI_INTERNAL_H
#define PKI_INTERNAL_H

#include "pki/pki.h"
#include "wire/der_out.h"

/* A span of a constant array: the content of an OBJECT IDENTIFIER, say. */
#define PKI_SPAN(array)	((struct tls_span){ array, sizeof array })

/* The signer. */
struct pki_signer {
	const struct tls_primitives *primitives;
	struct tls_span key;		/* unencrypted DER */
	enum tls_scheme scheme;
};

/* Fills `signer` with the key of `issuer` and with `scheme`, or the usual
 * scheme for its kind of key if that is 0; false with blame FEATURE if
 * `backend` makes no signatures. */
bool pki_signer_init(struct pki_signer *signer,
    const struct tls_backend *backend, const struct pki_cert *issuer,
    enum tls_scheme scheme, struct tls_error *err);

/* Adds the AlgorithmIdentifier of a signature. */
void pki_add_algorithm(struct buf *out, enum tls_scheme scheme);

/* Signs what was added since `mark`, and appends algorithm and signature. */
bool pki_sign(struct buf *out, size_t mark, const struct pki_signer *signer,
    struct tls_error *err);

/* Adds an Extension with this content; empties `value`. */
void pki_add_extension(struct buf *out, struct tls_span oid, bool critical,
    struct buf *value);

/* The 20 bytes that identify the key of a SubjectPublicKeyInfo: its SHA-1, or,
 * if the library lacks that, part of its SHA-256 (RFC 7093).  False if it has
 * neither, or `spki` is malformed. */
#define PKI_KEY_ID_LEN	20
bool pki_key_id(const struct tls_primitives *primitives, struct tls_span spki,
    uint8_t id[TLS_DIGEST_MAX_LEN]);

/* Adds authorityKeyIdentifier for the certificate `issuer`. */
void pki_add_authority(struct buf *out,
    const struct tls_primitives *primitives, struct tls_span issuer_spki);

#endif
