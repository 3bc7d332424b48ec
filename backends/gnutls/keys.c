/* keys.c - making keys, hashing, signing
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <string.h>

static const struct {
	gnutls_digest_algorithm_t algorithm;
	size_t len;
} digests[] = {
	[TLS_DIGEST_SHA1] = { GNUTLS_DIG_SHA1, 20 },
	[TLS_DIGEST_SHA256] = { GNUTLS_DIG_SHA256, 32 },
};

size_t
gnu_digest(enum tls_digest kind, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	if (gnutls_hash_fast(digests[kind].algorithm, in.data, in.len,
	    out) < 0)
		return 0;
	return digests[kind].len;
}

/* Moves `from` to a buffer of TLS_KEY_MAX_LEN bytes. */
static int
hand_over(gnutls_datum_t *from, uint8_t *to, size_t *len)
{
	int code = from->size > TLS_KEY_MAX_LEN ?
	    GNUTLS_E_SHORT_MEMORY_BUFFER : 0;

	if (code == 0) {
		memcpy(to, from->data, from->size);
		*len = from->size;
	}
	gnutls_memset(from->data, 0, from->size);
	gnutls_free(from->data);
	return code;
}

static int
generate(enum tls_key_kind kind, gnutls_x509_privkey_t key)
{
	if (kind == TLS_KEY_P256)
		return gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
		    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
	return gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, 2048, 0);
}

static int
export_public(gnutls_x509_privkey_t key, uint8_t *spki, size_t *spki_len)
{
	gnutls_datum_t der = { NULL, 0 };
	gnutls_privkey_t whole = NULL;
	gnutls_pubkey_t public = NULL;
	int code = gnutls_privkey_init(&whole);

	if (code >= 0)
		code = gnutls_privkey_import_x509(whole, key,
		    GNUTLS_PRIVKEY_IMPORT_COPY);
	if (code >= 0)
		code = gnutls_pubkey_init(&public);
	if (code >= 0)
		code = gnutls_pubkey_import_privkey(public, whole, 0, 0);
	if (code >= 0)
		code = gnutls_pubkey_export2(public, GNUTLS_X509_FMT_DER,
		    &der);
	if (code >= 0)
		code = hand_over(&der, spki, spki_len);
	if (public)
		gnutls_pubkey_deinit(public);
	if (whole)
		gnutls_privkey_deinit(whole);
	return code;
}

bool
gnu_make_key(enum tls_key_kind kind, uint8_t *key, size_t *key_len,
    uint8_t *spki, size_t *spki_len, struct tls_error *err)
{
	gnutls_datum_t der = { NULL, 0 };
	gnutls_x509_privkey_t made = NULL;
	int code = gnutls_x509_privkey_init(&made);

	if (code >= 0)
		code = generate(kind, made);
	if (code >= 0)
		code = gnutls_x509_privkey_export2_pkcs8(made,
		    GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, &der);
	if (code >= 0)
		code = hand_over(&der, key, key_len);
	if (code >= 0)
		code = export_public(made, spki, spki_len);
	if (made)
		gnutls_x509_privkey_deinit(made);
	return code >= 0 || gnu_error_code(err, TLS_BLAME_LIBRARY, code,
	    "making a key");
}

bool
gnu_sign(struct tls_span key, struct tls_span data, uint8_t *signature,
    size_t *signature_len, struct tls_error *err)
{
	gnutls_datum_t der = gnu_datum_of(key), text = gnu_datum_of(data);
	gnutls_datum_t made = { NULL, 0 };
	gnutls_privkey_t with = NULL;
	int code = gnutls_privkey_init(&with);

	if (code >= 0)
		code = gnutls_privkey_import_x509_raw(with, &der,
		    GNUTLS_X509_FMT_DER, NULL, 0);
	if (code >= 0)
		code = gnutls_privkey_sign_data(with, GNUTLS_DIG_SHA256, 0,
		    &text, &made);
	if (code >= 0)
		code = hand_over(&made, signature, signature_len);
	if (with)
		gnutls_privkey_deinit(with);
	return code >= 0 || gnu_error_code(err, TLS_BLAME_LIBRARY, code,
	    "signing");
}
