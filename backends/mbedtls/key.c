/* key.c - keys, hashes and signatures for certificates made on the spot
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#include <string.h>

#define RSA_BITS	2048
#define RSA_EXPONENT	65537

size_t
mbed_key_digest(enum tls_digest digest, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(
	    digest == TLS_DIGEST_SHA1 ? MBEDTLS_MD_SHA1 : MBEDTLS_MD_SHA256);

	if (!md || mbedtls_md(md, in.data, in.len, out) != 0)
		return 0;
	return mbedtls_md_get_size(md);
}

static int
generate(mbedtls_pk_context *pk, enum tls_key_kind kind,
    mbedtls_ctr_drbg_context *drbg)
{
	bool rsa = kind == TLS_KEY_RSA2048;
	int status = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(rsa ?
	    MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY));

	if (status)
		return status;
	if (rsa)
		return mbedtls_rsa_gen_key(mbedtls_pk_rsa(*pk),
		    mbedtls_ctr_drbg_random, drbg, RSA_BITS, RSA_EXPONENT);
	return mbedtls_ecp_gen_key(MBEDTLS_ECP_DP_SECP256R1,
	    mbedtls_pk_ec(*pk), mbedtls_ctr_drbg_random, drbg);
}

/* The library writes to the end of a buffer. */
static int
to_front(uint8_t *buf, int len, size_t *out_len)
{
	if (len < 0)
		return len;
	memmove(buf, buf + TLS_KEY_MAX_LEN - len, (size_t)len);
	*out_len = (size_t)len;
	return 0;
}

bool
mbed_key_make(enum tls_key_kind kind, uint8_t *key, size_t *key_len,
    uint8_t *spki, size_t *spki_len, struct tls_error *err)
{
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context pk;
	bool done = mbed_server_seed(&entropy, &drbg, err);

	mbedtls_pk_init(&pk);
	if (done) {
		int status = generate(&pk, kind, &drbg);

		if (!status)
			status = to_front(key, mbedtls_pk_write_key_der(&pk,
			    key, TLS_KEY_MAX_LEN), key_len);
		if (!status)
			status = to_front(spki,
			    mbedtls_pk_write_pubkey_der(&pk, spki,
			    TLS_KEY_MAX_LEN), spki_len);
		done = status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY,
		    status, "making a key");
	}
	mbedtls_pk_free(&pk);
	mbedtls_ctr_drbg_free(&drbg);
	mbedtls_entropy_free(&entropy);
	return done;
}

bool
mbed_key_sign(struct tls_span key, struct tls_span data, uint8_t *signature,
    size_t *signature_len, struct tls_error *err)
{
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context pk;
	uint8_t hash[TLS_DIGEST_MAX_LEN];
	bool done = mbed_server_seed(&entropy, &drbg, err);

	mbedtls_pk_init(&pk);
	if (done) {
		int status = compat_parse_key(&pk, key, NULL, 0, &drbg);

		mbed_key_digest(TLS_DIGEST_SHA256, data, hash);
		*signature_len = TLS_KEY_MAX_LEN;
		if (!status)
			status = compat_sign(&pk, hash, signature,
			    signature_len, &drbg);
		done = status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY,
		    status, "signing");
	}
	mbedtls_pk_free(&pk);
	mbedtls_ctr_drbg_free(&drbg);
	mbedtls_entropy_free(&entropy);
	return done;
}
