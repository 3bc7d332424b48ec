/* unlock.c - what is encrypted under a pass phrase, as PKCS#5 and #12 say
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8018, 6.2, A.2, A.4; RFC 7292, B, C; RFC 5958, 3
 *
 * The older release reads PBES2 only with DES, and neither reads it with
 * everything that openssl(1) writes.  Hash functions and ciphers are there.
 */
#include "unlock.h"

#include <mbedtls/cipher.h>
#include <mbedtls/pkcs12.h>

#include <stdlib.h>

#define KEY_MAX		32
#define BLOCK_MAX	16

enum key_use {			/* the ID of RFC 7292, B.3 */
	FOR_KEY = 1,
	FOR_IV = 2,
};

#define AES_OID(last)	"\x60\x86\x48\x01\x65\x03\x04\x01" last

static const struct cipher {
	const char *oid;
	size_t oid_len;
	mbedtls_cipher_type_t type;
	uint8_t key_len, block_len;
} ciphers[] = {
	{ AES_OID("\x02"), 9, MBEDTLS_CIPHER_AES_128_CBC, 16, 16 },
	{ AES_OID("\x16"), 9, MBEDTLS_CIPHER_AES_192_CBC, 24, 16 },
	{ AES_OID("\x2a"), 9, MBEDTLS_CIPHER_AES_256_CBC, 32, 16 },
	{ MBEDTLS_OID_DES_EDE3_CBC, sizeof MBEDTLS_OID_DES_EDE3_CBC - 1,
	    MBEDTLS_CIPHER_DES_EDE3_CBC, 24, 8 },
};
#define NUM_CIPHERS	(sizeof ciphers / sizeof *ciphers)
#define TRIPLE_DES	(&ciphers[NUM_CIPHERS - 1])

/* What decrypts; whoever fills it wipes it. */
struct lock {
	const struct cipher *cipher;
	uint8_t key[KEY_MAX], iv[BLOCK_MAX];
};

/* ---- DER --------------------------------------------------------------- */

struct mbed_der
mbed_der_of(struct tls_span bytes, int *status)
{
	/* The library's parsers change nothing, but take no const. */
	return (struct mbed_der){ (unsigned char *)(uintptr_t)bytes.data,
		bytes.data + bytes.len, status };
}

struct mbed_der
mbed_der_take(struct mbed_der *from, int tag)
{
	struct mbed_der into = { NULL, NULL, from->status };
	size_t len;

	if (!*from->status)
		*from->status = mbedtls_asn1_get_tag(&from->p, from->end, &len,
		    tag);
	if (*from->status)
		return into;
	into.p = from->p;
	from->p += len;
	into.end = from->p;
	return into;
}

int
mbed_der_number(struct mbed_der *from)
{
	int number = 0;

	if (!*from->status)
		*from->status = mbedtls_asn1_get_int(&from->p, from->end,
		    &number);
	return number;
}

struct unlock_algorithm
mbed_der_algorithm(struct mbed_der *from)
{
	mbedtls_asn1_buf oid = { .len = 0 }, params = { .len = 0 };

	if (!*from->status)
		*from->status = mbedtls_asn1_get_alg(&from->p, from->end, &oid,
		    &params);
	return (struct unlock_algorithm){ { oid.p, oid.len },
		mbed_der_of((struct tls_span){ params.p, params.len },
		    from->status) };
}

bool
mbed_der_is(struct tls_span oid, const char *bytes, size_t len)
{
	return oid.data && oid.len == len && !memcmp(oid.data, bytes, len);
}

/* ---- derivation -------------------------------------------------------- */

static void
derive_pbes2(struct mbed_der params, const char *pass, struct lock *lock)
{
	struct unlock_algorithm kdf, cipher, prf;
	struct mbed_der salt;
	struct tls_span iv;
	mbedtls_md_type_t md = MBEDTLS_MD_SHA1;
	int iterations, *status = params.status;

	params = mbed_der_of(der_span(params), status);
	kdf = mbed_der_algorithm(&params);
	cipher = mbed_der_algorithm(&params);
	salt = mbed_der_take(&kdf.params, MBEDTLS_ASN1_OCTET_STRING);
	iterations = mbed_der_number(&kdf.params);
	if (kdf.params.p < kdf.params.end &&
	    *kdf.params.p == MBEDTLS_ASN1_INTEGER)
		mbed_der_number(&kdf.params);
	if (*status == 0 && kdf.params.p < kdf.params.end) {
		mbedtls_asn1_buf oid = { .len = 0 };

		prf = mbed_der_algorithm(&kdf.params);
		oid.p = (unsigned char *)(uintptr_t)prf.oid.data;
		oid.len = prf.oid.len;
		if (!*status && mbedtls_oid_get_md_hmac(&oid, &md))
			*status = UNLOCK_UNKNOWN;
	}
	for (size_t i = 0; i < NUM_CIPHERS; i++)
		if (mbed_der_is(cipher.oid, ciphers[i].oid,
		    ciphers[i].oid_len))
			lock->cipher = &ciphers[i];
	if (!*status && (!lock->cipher ||
	    !DER_IS(kdf.oid, MBEDTLS_OID_PKCS5_PBKDF2)))
		*status = UNLOCK_UNKNOWN;
	/* What the library takes for parameters is the content of the IV. */
	iv = der_span(cipher.params);
	if (!*status && (iv.len != lock->cipher->block_len || iterations < 1))
		*status = MBEDTLS_ERR_ASN1_INVALID_DATA;
	if (*status)
		return;
	memcpy(lock->iv, iv.data, iv.len);
	*status = mbed_compat_pbkdf2(md, pass, der_span(salt),
	    (unsigned)iterations, (struct mbed_bytes){ lock->key,
		lock->cipher->key_len });
}

int
mbed_unlock_derive(const char *pass, struct mbed_der params, int use,
    mbedtls_md_type_t md, struct mbed_bytes out)
{
	uint8_t wide[UNLOCK_PASS_MAX];
	size_t len = pass ? strlen(pass) : 0;
	struct mbed_der salt = mbed_der_take(&params,
	    MBEDTLS_ASN1_OCTET_STRING);
	int iterations = params.p < params.end ? mbed_der_number(&params) :
	    1, status = *params.status;

	if (status)
		return status;
	if (2 * len + 2 > sizeof wide)
		return UNLOCK_UNKNOWN;
	for (size_t i = 0; i <= len; i++) {
		wide[2 * i] = 0;
		wide[2 * i + 1] = pass ? (uint8_t)pass[i] : 0;
	}
	/* None at all is not the same as an empty one. */
	status = mbedtls_pkcs12_derivation(out.data, out.len,
	    pass ? wide : NULL, pass ? 2 * len + 2 : 0, salt.p,
	    (size_t)(salt.end - salt.p), md, use, iterations);
	mbedtls_platform_zeroize(wide, sizeof wide);
	return status;
}

static int
derive(const struct unlock_algorithm *algorithm, const char *pass,
    struct lock *lock)
{
	struct mbed_der params = algorithm->params;
	int status = 0;

	params.status = &status;
	if (DER_IS(algorithm->oid, MBEDTLS_OID_PKCS5_PBES2)) {
		derive_pbes2(params, pass ? pass : "", lock);
		return status;
	}
	if (!DER_IS(algorithm->oid,
	    MBEDTLS_OID_PKCS12_PBE_SHA1_DES3_EDE_CBC))
		return UNLOCK_UNKNOWN;
	lock->cipher = TRIPLE_DES;
	status = mbed_unlock_derive(pass, params, FOR_KEY, MBEDTLS_MD_SHA1,
	    (struct mbed_bytes){ lock->key, lock->cipher->key_len });
	return status ? status : mbed_unlock_derive(pass, params, FOR_IV,
	    MBEDTLS_MD_SHA1, (struct mbed_bytes){ lock->iv,
		lock->cipher->block_len });
}

/* ---- decryption -------------------------------------------------------- */

static int
decrypt(const struct lock *lock, struct tls_span in, struct mbed_bytes *out)
{
	mbedtls_cipher_context_t cipher;
	int status;

	out->data = malloc(in.len + BLOCK_MAX);
	if (!out->data)
		return MBEDTLS_ERR_PK_ALLOC_FAILED;
	mbedtls_cipher_init(&cipher);
	status = mbedtls_cipher_setup(&cipher,
	    mbedtls_cipher_info_from_type(lock->cipher->type));
	if (!status)
		status = mbedtls_cipher_setkey(&cipher, lock->key,
		    8 * lock->cipher->key_len, MBEDTLS_DECRYPT);
	if (!status)
		status = mbedtls_cipher_set_padding_mode(&cipher,
		    MBEDTLS_PADDING_PKCS7);
	if (!status)
		status = mbedtls_cipher_crypt(&cipher, lock->iv,
		    lock->cipher->block_len, in.data, in.len, out->data,
		    &out->len);
	mbedtls_cipher_free(&cipher);
	return status == MBEDTLS_ERR_CIPHER_INVALID_PADDING ||
	    status == MBEDTLS_ERR_CIPHER_FULL_BLOCK_EXPECTED ?
	    MBEDTLS_ERR_PK_PASSWORD_MISMATCH : status;
}

int
mbed_unlock_bytes(const struct unlock_algorithm *algorithm, const char *pass,
    struct tls_span in, struct mbed_bytes *out)
{
	struct lock lock = { NULL, { 0 }, { 0 } };
	int status = derive(algorithm, pass, &lock);

	*out = (struct mbed_bytes){ NULL, 0 };
	if (!status)
		status = decrypt(&lock, in, out);
	mbedtls_platform_zeroize(&lock, sizeof lock);
	if (status)
		mbed_unlock_wipe(out);
	return status;
}

int
mbed_unlock_key(struct tls_span key, const char *pass, struct mbed_bytes *out)
{
	int status = 0;
	struct mbed_der der = mbed_der_of(key, &status);
	struct mbed_der info = mbed_der_take(&der, DER_SEQUENCE);
	struct unlock_algorithm algorithm = mbed_der_algorithm(&info);
	struct mbed_der in = mbed_der_take(&info,
	    MBEDTLS_ASN1_OCTET_STRING);

	return status ? status : mbed_unlock_bytes(&algorithm, pass,
	    der_span(in), out);
}

int
mbed_unlock_pem(struct tls_span text, const char *pass,
    struct mbed_bytes *out)
{
	mbedtls_pem_context pem;
	size_t used;
	int status;

	mbedtls_pem_init(&pem);
	status = mbedtls_pem_read_buffer(&pem,
	    "-----BEGIN ENCRYPTED PRIVATE KEY-----",
	    "-----END ENCRYPTED PRIVATE KEY-----", text.data, NULL, 0, &used);
	if (!status)
		status = mbed_unlock_key((struct tls_span){ FIELD(&pem, buf),
			FIELD(&pem, buflen) }, pass, out);
	mbedtls_pem_free(&pem);
	return status;
}

void
mbed_unlock_wipe(struct mbed_bytes *bytes)
{
	if (bytes->data)
		mbedtls_platform_zeroize(bytes->data, bytes->len);
	free(bytes->data);
	*bytes = (struct mbed_bytes){ NULL, 0 };
}
