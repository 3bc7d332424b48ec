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

struct unlock_algorithm {
	mbedtls_asn1_buf oid, params;
};

struct unlock_salt {
	struct tls_span bytes;
	int iterations;
};

/* Decrypts `in`. */
int mbed_unlock_bytes(const struct unlock_algorithm *algorithm,
    const char *pass, struct tls_span in, struct mbed_bytes *out);

/* The DER of an encrypted PKCS#8 key, or a PEM block of one. */
int mbed_unlock_key(struct tls_span key, const char *pass,
    struct mbed_bytes *out);
int mbed_unlock_pem(struct tls_span text, const char *pass,
    struct mbed_bytes *out);

/* For PKCS#12: a key of `out.len` bytes for `use` (RFC 7292, B.3). */
int mbed_unlock_derive(const char *pass, const struct unlock_salt *salt,
    int use, mbedtls_md_type_t md, struct mbed_bytes out);
int mbed_unlock_read_salt(unsigned char **p, const unsigned char *end,
    struct unlock_salt *out);

void mbed_unlock_wipe(struct mbed_bytes *bytes);

#endif
