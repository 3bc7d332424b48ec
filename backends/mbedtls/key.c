/* key.c - keys, hashes and signatures for certificates made on the spot
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#include <stdio.h>
#include <string.h>

#define RSA_EXPONENT	65537

size_t
mbed_key_digest(enum tls_digest digest, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	static const mbedtls_md_type_t types[] = {
		[TLS_DIGEST_SHA1] = MBEDTLS_MD_SHA1,
		[TLS_DIGEST_SHA256] = MBEDTLS_MD_SHA256,
		[TLS_DIGEST_SHA384] = MBEDTLS_MD_SHA384,
		[TLS_DIGEST_SHA512] = MBEDTLS_MD_SHA512,
	};
	const mbedtls_md_info_t *md = mbedtls_md_info_from_type(types[digest]);

	if (!md || mbedtls_md(md, in.data, in.len, out) != 0)
		return 0;
	return mbedtls_md_get_size(md);
}

static int
generate(mbedtls_pk_context *pk, enum tls_key_kind kind, unsigned bits,
    mbedtls_ctr_drbg_context *drbg)
{
	static const mbedtls_ecp_group_id curves[] = {
		[TLS_KEY_P256] = MBEDTLS_ECP_DP_SECP256R1,
		[TLS_KEY_P384] = MBEDTLS_ECP_DP_SECP384R1,
		[TLS_KEY_P521] = MBEDTLS_ECP_DP_SECP521R1,
	};
	bool rsa = kind == TLS_KEY_RSA;
	int status = mbedtls_pk_setup(pk, mbedtls_pk_info_from_type(rsa ?
	    MBEDTLS_PK_RSA : MBEDTLS_PK_ECKEY));

	if (status)
		return status;
	if (rsa)
		return mbedtls_rsa_gen_key(mbedtls_pk_rsa(*pk),
		    mbedtls_ctr_drbg_random, drbg, bits, RSA_EXPONENT);
	return mbedtls_ecp_gen_key(curves[kind], mbedtls_pk_ec(*pk),
	    mbedtls_ctr_drbg_random, drbg);
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

/* Writes both forms of `pk`. */
static int
write_both(mbedtls_pk_context *pk, struct tls_key *out)
{
	int status = to_front(out->der, mbedtls_pk_write_key_der(pk, out->der,
	    TLS_KEY_MAX_LEN), &out->der_len);

	if (!status)
		status = to_front(out->spki, mbedtls_pk_write_pubkey_der(pk,
		    out->spki, TLS_KEY_MAX_LEN), &out->spki_len);
	return status;
}

static bool
refuse(struct tls_error *err, const char *what)
{
	err->blame = TLS_BLAME_FEATURE;
	snprintf(err->text, sizeof err->text, "%s", what);
	return false;
}

bool
mbed_key_make(enum tls_key_kind kind, unsigned bits, struct tls_key *out,
    struct tls_error *err)
{
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context pk;
	bool done;

	if (kind == TLS_KEY_ED25519)
		return refuse(err, "Mbed TLS does not know Ed25519");
	done = mbed_server_seed(&entropy, &drbg, err);
	mbedtls_pk_init(&pk);
	if (done) {
		int status = generate(&pk, kind, bits, &drbg);

		if (!status)
			status = write_both(&pk, out);
		done = status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY,
		    status, "making a key");
	}
	mbedtls_pk_free(&pk);
	mbedtls_ctr_drbg_free(&drbg);
	mbedtls_entropy_free(&entropy);
	return done;
}

static bool
read_key(struct tls_span key, struct tls_key *out, struct tls_error *err)
{
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context pk;
	bool done = mbed_server_seed(&entropy, &drbg, err);

	mbedtls_pk_init(&pk);
	if (done) {
		int status = compat_parse_key(&pk, key, NULL, 0, &drbg);

		if (!status)
			status = write_both(&pk, out);
		done = status == 0 || mbed_error_from(err, TLS_BLAME_CONFIG,
		    status, "reading a key");
	}
	mbedtls_pk_free(&pk);
	mbedtls_ctr_drbg_free(&drbg);
	mbedtls_entropy_free(&entropy);
	return done;
}

static bool
sign(struct tls_span key, enum tls_scheme scheme, struct tls_span data,
    uint8_t *signature, size_t *signature_len, struct tls_error *err)
{
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context pk;
	uint8_t hash[TLS_DIGEST_MAX_LEN];
	bool done;

	if (scheme != TLS_SCHEME_ECDSA_P256_SHA256 &&
	    scheme != TLS_SCHEME_RSA_SHA256)
		return refuse(err, "this backend signs with SHA-256 only");
	done = mbed_server_seed(&entropy, &drbg, err);
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

static bool
check(struct tls_span spki, enum tls_scheme scheme, struct tls_span data,
    struct tls_span signature, struct tls_error *err)
{
	(void)spki;
	(void)scheme;
	(void)data;
	(void)signature;
	return refuse(err, "this backend does not check signatures yet");
}

const struct tls_primitives mbed_primitives = {
	.size = sizeof(struct tls_primitives),
	.digest = mbed_key_digest,
	.make_key = mbed_key_make,
	.read_key = read_key,
	.sign = sign,
	.check = check,
};
