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

struct oid {
	uint8_t len, bytes[10];
};

#define PKCS(n, ...)	{ sizeof (uint8_t[]){ 0x2a, 0x86, 0x48, 0x86, 0xf7, \
	0x0d, n, __VA_ARGS__ }, { 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, n, \
	__VA_ARGS__ } }
#define AES(n)	{ 9, { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x01, n } }

static const struct oid pbes2 = PKCS(0x01, 0x05, 0x0d);
static const struct oid pbkdf2 = PKCS(0x01, 0x05, 0x0c);
static const struct oid pbe_3des = PKCS(0x01, 0x0c, 0x01, 0x03);

static const struct {
	struct oid oid;
	mbedtls_cipher_type_t cipher;
	uint8_t key_len, block_len;
} ciphers[] = {
	{ AES(0x02), MBEDTLS_CIPHER_AES_128_CBC, 16, 16 },
	{ AES(0x16), MBEDTLS_CIPHER_AES_192_CBC, 24, 16 },
	{ AES(0x2a), MBEDTLS_CIPHER_AES_256_CBC, 32, 16 },
	{ PKCS(0x03, 0x07), MBEDTLS_CIPHER_DES_EDE3_CBC, 24, 8 },
};
#define NUM_CIPHERS	(sizeof ciphers / sizeof *ciphers)

static const struct {
	struct oid oid;
	mbedtls_md_type_t md;
} prfs[] = {
	{ PKCS(0x02, 0x07), MBEDTLS_MD_SHA1 },
	{ PKCS(0x02, 0x08), MBEDTLS_MD_SHA224 },
	{ PKCS(0x02, 0x09), MBEDTLS_MD_SHA256 },
	{ PKCS(0x02, 0x0a), MBEDTLS_MD_SHA384 },
	{ PKCS(0x02, 0x0b), MBEDTLS_MD_SHA512 },
};
#define NUM_PRFS	(sizeof prfs / sizeof *prfs)

/* What decrypts; whoever fills it wipes it. */
struct lock {
	size_t cipher;			/* place in `ciphers` */
	uint8_t key[KEY_MAX], iv[BLOCK_MAX];
};

static bool
is_oid(const mbedtls_asn1_buf *found, const struct oid *oid)
{
	return found->len == oid->len &&
	    memcmp(found->p, oid->bytes, oid->len) == 0;
}

static int
decrypt(const struct lock *lock, struct tls_span in, uint8_t *out,
    size_t *out_len)
{
	mbedtls_cipher_context_t cipher;
	int status;

	mbedtls_cipher_init(&cipher);
	status = mbedtls_cipher_setup(&cipher, mbedtls_cipher_info_from_type(
	    ciphers[lock->cipher].cipher));
	if (!status)
		status = mbedtls_cipher_setkey(&cipher, lock->key,
		    8 * ciphers[lock->cipher].key_len, MBEDTLS_DECRYPT);
	if (!status)
		status = mbedtls_cipher_set_padding_mode(&cipher,
		    MBEDTLS_PADDING_PKCS7);
	if (!status)
		status = mbedtls_cipher_crypt(&cipher, lock->iv,
		    ciphers[lock->cipher].block_len, in.data, in.len, out,
		    out_len);
	mbedtls_cipher_free(&cipher);
	if (status == MBEDTLS_ERR_CIPHER_INVALID_PADDING ||
	    status == MBEDTLS_ERR_CIPHER_FULL_BLOCK_EXPECTED)
		return MBEDTLS_ERR_PK_PASSWORD_MISMATCH;
	return status;
}

/* ---- PBES2 ------------------------------------------------------------- */

struct derivation {
	mbedtls_asn1_buf salt;
	int iterations;
	mbedtls_md_type_t md;
};

static int
read_derivation(const mbedtls_asn1_buf *params, struct derivation *out)
{
	unsigned char *p = params->p, *end = p + params->len;
	mbedtls_asn1_buf oid, none;
	int ignored, status = mbedtls_asn1_get_tag(&p, end, &out->salt.len,
	    MBEDTLS_ASN1_OCTET_STRING);

	if (status)
		return status;
	out->salt.p = p;
	p += out->salt.len;
	status = mbedtls_asn1_get_int(&p, end, &out->iterations);
	if (!status && p < end && *p == MBEDTLS_ASN1_INTEGER)
		status = mbedtls_asn1_get_int(&p, end, &ignored);
	out->md = MBEDTLS_MD_SHA1;
	if (status || p == end)
		return status;
	status = mbedtls_asn1_get_alg(&p, end, &oid, &none);
	if (status)
		return status;
	for (size_t i = 0; i < NUM_PRFS; i++)
		if (is_oid(&oid, &prfs[i].oid)) {
			out->md = prfs[i].md;
			return 0;
		}
	return UNLOCK_UNKNOWN;
}

static int
read_pbes2(const mbedtls_asn1_buf *params, struct lock *lock,
    struct derivation *how)
{
	unsigned char *p = params->p, *end = p + params->len;
	mbedtls_asn1_buf kdf, kdf_params, cipher, iv;
	size_t i;
	int status = mbedtls_asn1_get_alg(&p, end, &kdf, &kdf_params);

	if (!status)
		status = mbedtls_asn1_get_alg(&p, end, &cipher, &iv);
	if (status)
		return status;
	for (i = 0; i < NUM_CIPHERS; i++)
		if (is_oid(&cipher, &ciphers[i].oid))
			break;
	if (i == NUM_CIPHERS || !is_oid(&kdf, &pbkdf2))
		return UNLOCK_UNKNOWN;
	if (iv.len != ciphers[i].block_len)
		return MBEDTLS_ERR_ASN1_INVALID_LENGTH;
	lock->cipher = i;
	memcpy(lock->iv, iv.p, iv.len);
	return read_derivation(&kdf_params, how);
}

static int
derive_pbes2(const mbedtls_asn1_buf *params, const char *pass,
    struct lock *lock)
{
	struct derivation how;
	int status = read_pbes2(params, lock, &how);

	if (status)
		return status;
	if (how.iterations < 1)
		return MBEDTLS_ERR_ASN1_INVALID_DATA;
	return mbed_compat_pbkdf2(how.md, pass, (struct tls_span){ how.salt.p,
		how.salt.len }, (unsigned)how.iterations, (struct mbed_bytes){
		lock->key, ciphers[lock->cipher].key_len });
}

/* ---- PKCS#12 ----------------------------------------------------------- */

int
mbed_unlock_derive(const char *pass, const struct unlock_salt *salt, int use,
    mbedtls_md_type_t md, struct mbed_bytes out)
{
	uint8_t wide[UNLOCK_PASS_MAX];
	size_t len = pass ? strlen(pass) : 0;
	int status;

	if (2 * len + 2 > sizeof wide)
		return UNLOCK_UNKNOWN;
	for (size_t i = 0; i <= len; i++) {
		wide[2 * i] = 0;
		wide[2 * i + 1] = pass ? (uint8_t)pass[i] : 0;
	}
	/* None at all is not the same as an empty one. */
	status = mbedtls_pkcs12_derivation(out.data, out.len,
	    pass ? wide : NULL, pass ? 2 * len + 2 : 0, salt->bytes.data,
	    salt->bytes.len, md, use, salt->iterations);
	mbedtls_platform_zeroize(wide, sizeof wide);
	return status;
}

int
mbed_unlock_read_salt(unsigned char **p, const unsigned char *end,
    struct unlock_salt *out)
{
	size_t len;
	int status = mbedtls_asn1_get_tag(p, end, &len,
	    MBEDTLS_ASN1_OCTET_STRING);

	if (status)
		return status;
	out->bytes = (struct tls_span){ *p, len };
	out->iterations = 1;
	*p += len;
	if (*p < end)
		status = mbedtls_asn1_get_int(p, end, &out->iterations);
	return status;
}

static int
derive_pkcs12(const mbedtls_asn1_buf *params, const char *pass,
    struct lock *lock)
{
	unsigned char *p = params->p;
	struct unlock_salt salt;
	int status = mbed_unlock_read_salt(&p, p + params->len, &salt);

	lock->cipher = NUM_CIPHERS - 1;
	if (!status)
		status = mbed_unlock_derive(pass, &salt, FOR_KEY,
		    MBEDTLS_MD_SHA1, (struct mbed_bytes){ lock->key, 24 });
	if (!status)
		status = mbed_unlock_derive(pass, &salt, FOR_IV,
		    MBEDTLS_MD_SHA1, (struct mbed_bytes){ lock->iv, 8 });
	return status;
}

/* ---- both -------------------------------------------------------------- */

int
mbed_unlock_bytes(const struct unlock_algorithm *algorithm, const char *pass,
    struct tls_span in, struct mbed_bytes *out)
{
	struct lock lock;
	int status = UNLOCK_UNKNOWN;

	*out = (struct mbed_bytes){ NULL, 0 };
	if (is_oid(&algorithm->oid, &pbes2))
		status = derive_pbes2(&algorithm->params, pass ? pass : "",
		    &lock);
	else if (is_oid(&algorithm->oid, &pbe_3des))
		status = derive_pkcs12(&algorithm->params, pass, &lock);
	if (!status) {
		out->data = malloc(in.len + BLOCK_MAX);
		status = out->data ? decrypt(&lock, in, out->data, &out->len) :
		    MBEDTLS_ERR_PK_ALLOC_FAILED;
	}
	mbedtls_platform_zeroize(&lock, sizeof lock);
	if (status) {
		free(out->data);
		*out = (struct mbed_bytes){ NULL, 0 };
	}
	return status;
}

int
mbed_unlock_key(struct tls_span key, const char *pass,
    struct mbed_bytes *out)
{
	/* The library's parsers change nothing, but take no const. */
	unsigned char *p = (unsigned char *)(uintptr_t)key.data;
	const unsigned char *end = key.data + key.len;
	struct unlock_algorithm algorithm;
	size_t len;
	int status = mbedtls_asn1_get_tag(&p, end, &len,
	    MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE);

	if (!status)
		status = mbedtls_asn1_get_alg(&p, end, &algorithm.oid,
		    &algorithm.params);
	if (!status)
		status = mbedtls_asn1_get_tag(&p, end, &len,
		    MBEDTLS_ASN1_OCTET_STRING);
	if (status)
		return status;
	return mbed_unlock_bytes(&algorithm, pass, (struct tls_span){ p, len },
	    out);
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
