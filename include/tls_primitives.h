/* tls_primitives.h - digests, keys and signatures, apart from any session
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	const struct tls_primitives *primitives = backend->primitives;
 *	struct tls_key key;
 *
 *	if (primitives->make_key(TLS_KEY_P256, 0, &key, &err) &&
 *	    primitives->sign((struct tls_span){ key.der, key.der_len },
 *	    TLS_SCHEME_ECDSA_P256_SHA256, data, signature, &len, &err))
 *		puts("signed");
 *
 * Rules.  For certificates, CRLs and OCSP responses that the core makes and
 * reads.  The features of the contract say what a library, as loaded, can; a
 * call for what it cannot returns false with blame FEATURE.  Members keep no
 * state and may be called from any thread once the backend has started.
 * Members are only ever appended; `size` says which of them are there.
 */
#ifndef TLS_PRIMITIVES_H
#define TLS_PRIMITIVES_H

#include "tls_types.h"

/* Hash functions.  (DIGEST_SHA1, DIGEST_SHA2) */
enum tls_digest {
	TLS_DIGEST_SHA1,
	TLS_DIGEST_SHA256,
	TLS_DIGEST_SHA384,
	TLS_DIGEST_SHA512,
};
#define TLS_DIGEST_MAX_LEN	64

/* Kinds of keys.  (MAKE_P256 and so on) */
enum tls_key_kind {
	TLS_KEY_P256,
	TLS_KEY_RSA,
	TLS_KEY_P384,
	TLS_KEY_P521,
	TLS_KEY_ED25519,
};

/* Enough room for any key, public key or signature here, in bytes. */
#define TLS_KEY_MAX_LEN		4096

/* The signature algorithms of certificates, as the equivalent SignatureScheme
 * (RFC 8446, 4.2.3; the SHA-1 ones: RFC 5246, 7.4.1.4.1).  The RSA-PSS ones are
 * the rsae schemes: the key's own algorithm is rsaEncryption. */
enum tls_scheme {
	TLS_SCHEME_RSA_SHA1 = 0x0201,
	TLS_SCHEME_ECDSA_SHA1 = 0x0203,
	TLS_SCHEME_RSA_SHA256 = 0x0401,
	TLS_SCHEME_RSA_SHA384 = 0x0501,
	TLS_SCHEME_RSA_SHA512 = 0x0601,
	/* With any curve, as in certificates (RFC 5758, 3.2). */
	TLS_SCHEME_ECDSA_P256_SHA256 = 0x0403,
	TLS_SCHEME_ECDSA_P384_SHA384 = 0x0503,
	TLS_SCHEME_ECDSA_P521_SHA512 = 0x0603,
	TLS_SCHEME_RSA_PSS_SHA256 = 0x0804,
	TLS_SCHEME_RSA_PSS_SHA384 = 0x0805,
	TLS_SCHEME_RSA_PSS_SHA512 = 0x0806,
	TLS_SCHEME_ED25519 = 0x0807,
};

/* A private key as unencrypted DER that `server_open` reads, and its
 * SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).  Its owner wipes it after use. */
struct tls_key {
	uint8_t der[TLS_KEY_MAX_LEN], spki[TLS_KEY_MAX_LEN];
	size_t der_len, spki_len;
};

struct tls_primitives {
	uint32_t size;			/* sizeof(struct tls_primitives) */

	/* Writes the hash of `in` to `out` and returns its length in bytes, or
	 * 0 if the library, as loaded, lacks it. */
	size_t (*digest)(enum tls_digest digest, struct tls_span in,
	    uint8_t out[TLS_DIGEST_MAX_LEN]);

	/* Makes a new key.  `bits`, 1024 to 4096, is for TLS_KEY_RSA only. */
	bool (*make_key)(enum tls_key_kind kind, unsigned bits,
	    struct tls_key *out, struct tls_error *err);

	/* Fills `out` from the private key `key` (unencrypted DER: PKCS#8,
	 * PKCS#1 or SEC 1), whose public half may be absent.  False with blame
	 * CONFIG for what is no such key. */
	bool (*read_key)(struct tls_span key, struct tls_key *out,
	    struct tls_error *err);

	/* Signs `data` with `key` (unencrypted DER).  The signature has the
	 * format of certificates: for ECDSA a DER Ecdsa-Sig-Value.  `signature`
	 * has room for TLS_KEY_MAX_LEN bytes; `*signature_len` is set.  False
	 * with blame CONFIG if `key` is no key or one of another kind, FEATURE
	 * for a scheme that the library lacks. */
	bool (*sign)(struct tls_span key, enum tls_scheme scheme,
	    struct tls_span data, uint8_t *signature, size_t *signature_len,
	    struct tls_error *err);

	/* CHECK_SIGNATURE.  Whether `signature` is the signature of `data` by
	 * the key in the SubjectPublicKeyInfo `spki`.  False with blame PEER if
	 * it is not, or `spki` is no key; FEATURE for a scheme that the library
	 * lacks. */
	bool (*check)(struct tls_span spki, enum tls_scheme scheme,
	    struct tls_span data, struct tls_span signature,
	    struct tls_error *err);
};

#endif
