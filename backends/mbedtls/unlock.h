/* unlock.h - what is encrypted under a pass phrase, as PKCS#5 and #12 say
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct mbed_bytes plain;
 *	int status = mbed_unlock_key(der, "open sesame", &plain);
 *
 *	if (status == UNLOCK_UNKNOWN)
 *		...			// the library may know better
 *	mbed_unlock_wipe(&plain);
 *
 * Rules.  Functions return 0 or a status of the library, which is
 * MBEDTLS_ERR_PK_PASSWORD_MISMATCH for a wrong pass phrase and UNLOCK_UNKNOWN
 * for an algorithm that is not here.  What they give is empty then.
 */
#ifndef BACKEND_MBEDTLS_UNLOCK_H
#define BACKEND_MBEDTLS_UNLOCK_H

#include "compat.h"

#define UNLOCK_UNKNOWN	MBEDTLS_ERR_PK_FEATURE_UNAVAILABLE

/* What PKCS#12 makes of a pass phrase, with its end, fits the library. */
#define UNLOCK_PASS_MAX	64

#define DER_SEQUENCE	(MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE)

/* DER that is left to be read.  Of a step that fails nothing is, and its status
 * stays: steps are made one after another, and it is asked for once. */
struct mbed_der {
	unsigned char *p;		/* the library's functions move it */
	const unsigned char *end;
	int *status;			/* of all parts of one thing */
};

struct mbed_der mbed_der_of(struct tls_span der, int *status);
/* Takes an element; what is in it. */
struct mbed_der mbed_der_take(struct mbed_der *from, int tag);
int mbed_der_number(struct mbed_der *from);
bool mbed_der_is(struct tls_span oid, const char *bytes, size_t len);
#define DER_IS(oid, bytes) \
	mbed_der_is(oid, bytes, sizeof (bytes) - 1)

static inline struct tls_span
der_span(struct mbed_der part)
{
	return (struct tls_span){ part.p, (size_t)(part.end - part.p) };
}

struct unlock_algorithm {
	struct tls_span oid;
	struct mbed_der params;
};

struct unlock_algorithm mbed_der_algorithm(struct mbed_der *from);

/* Decrypts `in`; fails as the status of the algorithm's parameters. */
int mbed_unlock_bytes(const struct unlock_algorithm *algorithm,
    const char *pass, struct tls_span in, struct mbed_bytes *out);

/* The DER of an encrypted PKCS#8 key, or a PEM block of one. */
int mbed_unlock_key(struct tls_span key, const char *pass,
    struct mbed_bytes *out);
int mbed_unlock_pem(struct tls_span text, const char *pass,
    struct mbed_bytes *out);

/* For PKCS#12: a key of `out.len` bytes for `use` (RFC 7292, B.3), with the
 * salt and the count that `params` begins with. */
int mbed_unlock_derive(const char *pass, struct mbed_der params, int use,
    mbedtls_md_type_t md, struct mbed_bytes out);

void mbed_unlock_wipe(struct mbed_bytes *bytes);

#endif
