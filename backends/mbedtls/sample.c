/* sample.c - certificates and keys for trials
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "trial.h"

#include <mbedtls/base64.h>

#define RSA_BITS	1024		/* soon made, and for nobody's eyes */

static void
set(struct mbed_sample *sample, size_t cert_len, size_t key_len)
{
	/* The library writes to the end of a buffer. */
	sample->chain = (struct tls_span){ sample->cert + sizeof sample->cert -
	    cert_len, cert_len };
	sample->identity = (struct tls_identity){
		.chain = &sample->chain, .num_chain = 1,
		.key = { sample->key, key_len },
		.cert_origin = "trial", .key_origin = "trial",
	};
}

/* ---- from the sample that backends share -------------------------------- */

struct sample_bag {
	struct tls_bag bag;		/* first */
	struct mbed_sample *sample;
	size_t cert_len, key_len;
};

static void
take_certificate(struct tls_bag *bag, struct tls_span der)
{
	struct sample_bag *into = (struct sample_bag *)bag;

	if (der.len > sizeof into->sample->cert)
		return;
	memcpy(into->sample->cert + sizeof into->sample->cert - der.len,
	    der.data, der.len);
	into->cert_len = der.len;
}

static void
take_key(struct tls_bag *bag, struct tls_span der)
{
	struct sample_bag *into = (struct sample_bag *)bag;

	if (der.len > sizeof into->sample->key)
		return;
	memcpy(into->sample->key, der.data, der.len);
	into->key_len = der.len;
}

bool
mbed_sample_pfx(uint8_t out[COMMON_PFX_LEN])
{
	static const char text[] = COMMON_PFX;
	size_t len;

	return mbedtls_base64_decode(out, COMMON_PFX_LEN, &len,
	    (const unsigned char *)text, sizeof text - 1) == 0;
}

const struct mbed_sample *
mbed_sample_p256(struct tls_probe *probe)
{
	struct sample_bag bag = { { take_certificate, take_key },
		&probe->p256, 0, 0 };
	uint8_t pfx[COMMON_PFX_LEN];
	struct tls_error ignored;
	bool wants_pass;

	if (probe->p256.identity.chain)
		return &probe->p256;
	if (!mbed_sample_pfx(pfx) || !mbed_pkcs12_unpack((struct tls_span){
		pfx, sizeof pfx }, COMMON_PFX_PASS, &bag.bag, &wants_pass,
		&ignored) || !bag.cert_len || !bag.key_len)
		return NULL;
	set(&probe->p256, bag.cert_len, bag.key_len);
	return &probe->p256;
}

/* ---- made on the spot --------------------------------------------------- */

static int
write_certificate(struct mbed_sample *out, mbedtls_pk_context *key,
    mbedtls_pk_context *issuer, mbedtls_ctr_drbg_context *drbg)
{
	mbedtls_x509write_cert cert;
	int status;

	mbedtls_x509write_crt_init(&cert);
	mbedtls_x509write_crt_set_version(&cert, MBEDTLS_X509_CRT_VERSION_3);
	mbedtls_x509write_crt_set_md_alg(&cert, MBEDTLS_MD_SHA256);
	mbedtls_x509write_crt_set_subject_key(&cert, key);
	mbedtls_x509write_crt_set_issuer_key(&cert, issuer);
	status = mbed_compat_set_serial(&cert, 1);
	if (!status)
		status = mbedtls_x509write_crt_set_subject_name(&cert,
		    "CN=trial");
	if (!status)		/* as the sample that backends share */
		status = mbedtls_x509write_crt_set_issuer_name(&cert, "CN=s");
	if (!status)
		status = mbedtls_x509write_crt_set_validity(&cert,
		    "20200101000000", "20491231235959");
	if (!status)
		status = mbedtls_x509write_crt_der(&cert, out->cert,
		    sizeof out->cert, mbedtls_ctr_drbg_random, drbg);
	mbedtls_x509write_crt_free(&cert);
	return status;
}

bool
mbed_sample_issue(const struct mbed_sample *issuer, struct tls_span key,
    struct mbed_sample *out)
{
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_pk_context own, theirs;
	struct tls_error ignored;
	int len = 0;

	mbedtls_pk_init(&own);
	mbedtls_pk_init(&theirs);
	if (mbed_server_seed(&entropy, &drbg, &ignored) &&
	    key.len <= sizeof out->key &&
	    compat_parse_key(&own, key, NULL, 0, &drbg) == 0 &&
	    compat_parse_key(&theirs, issuer->identity.key, NULL, 0,
	    &drbg) == 0)
		len = write_certificate(out, &own, &theirs, &drbg);
	if (len > 0) {
		memcpy(out->key, key.data, key.len);
		set(out, (size_t)len, key.len);
	}
	mbedtls_pk_free(&own);
	mbedtls_pk_free(&theirs);
	mbedtls_ctr_drbg_free(&drbg);
	mbedtls_entropy_free(&entropy);
	return len > 0;
}

const struct mbed_sample *
mbed_sample_rsa(struct tls_probe *probe)
{
	const struct mbed_sample *issuer = mbed_sample_p256(probe);
	struct tls_error ignored;
	struct tls_key key;

	if (probe->rsa.identity.chain)
		return &probe->rsa;
	return issuer && mbed_primitives.make_key(TLS_KEY_RSA, RSA_BITS, &key,
	    &ignored) && mbed_sample_issue(issuer, (struct tls_span){ key.der,
	    key.der_len }, &probe->rsa) ? &probe->rsa : NULL;
}
