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
	[TLS_DIGEST_SHA384] = { GNUTLS_DIG_SHA384, 48 },
	[TLS_DIGEST_SHA512] = { GNUTLS_DIG_SHA512, 64 },
};

static size_t
digest(enum tls_digest kind, struct tls_span in,
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
generate(enum tls_key_kind kind, unsigned bits, gnutls_x509_privkey_t key)
{
	static const gnutls_ecc_curve_t curves[] = {
		[TLS_KEY_P256] = GNUTLS_ECC_CURVE_SECP256R1,
		[TLS_KEY_P384] = GNUTLS_ECC_CURVE_SECP384R1,
		[TLS_KEY_P521] = GNUTLS_ECC_CURVE_SECP521R1,
	};

	if (kind == TLS_KEY_RSA)
		return gnutls_x509_privkey_generate(key, GNUTLS_PK_RSA, bits,
		    0);
	if (kind == TLS_KEY_ED25519)
		return gnutls_x509_privkey_generate(key,
		    GNUTLS_PK_EDDSA_ED25519, 0, 0);
	return gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(curves[kind]), 0);
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

/* Writes both forms of `key`. */
static int
export_both(gnutls_x509_privkey_t key, struct tls_key *out)
{
	gnutls_datum_t der = { NULL, 0 };
	int code = gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER,
	    NULL, GNUTLS_PKCS_PLAIN, &der);

	if (code >= 0)
		code = hand_over(&der, out->der, &out->der_len);
	if (code >= 0)
		code = export_public(key, out->spki, &out->spki_len);
	return code;
}

static bool
make_key(enum tls_key_kind kind, unsigned bits, struct tls_key *out,
    struct tls_error *err)
{
	gnutls_x509_privkey_t made = NULL;
	int code = gnutls_x509_privkey_init(&made);

	if (code >= 0)
		code = generate(kind, bits, made);
	if (code >= 0)
		code = export_both(made, out);
	if (made)
		gnutls_x509_privkey_deinit(made);
	return code >= 0 || gnu_error_code(err, TLS_BLAME_FEATURE, code,
	    "making a key");
}

static bool
read_key(struct tls_span key, struct tls_key *out, struct tls_error *err)
{
	gnutls_datum_t der = gnu_datum_of(key);
	gnutls_x509_privkey_t read = NULL;
	int code = gnutls_x509_privkey_init(&read);

	if (code >= 0)
		code = gnutls_x509_privkey_import2(read, &der,
		    GNUTLS_X509_FMT_DER, NULL, 0);
	if (code >= 0)
		code = export_both(read, out);
	if (read)
		gnutls_x509_privkey_deinit(read);
	return code >= 0 || gnu_error_code(err, TLS_BLAME_CONFIG, code,
	    "reading a key");
}

/* For a small key the library would take a shorter salt; that of certificates
 * is as long as the hash (RFC 8446, 4.2.3). */
static bool
has_room_for_salt(gnutls_privkey_t key, enum tls_scheme scheme)
{
	unsigned bits = 0, hash = scheme == TLS_SCHEME_RSA_PSS_SHA256 ? 32 :
	    scheme == TLS_SCHEME_RSA_PSS_SHA384 ? 48 :
	    scheme == TLS_SCHEME_RSA_PSS_SHA512 ? 64 : 0;

	(void)gnutls_privkey_get_pk_algorithm(key, &bits);
	return hash == 0 || (bits + 6) / 8 >= 2 * hash + 2;
}

static bool
sign(struct tls_span key, enum tls_scheme scheme, struct tls_span data,
    uint8_t *signature, size_t *signature_len, struct tls_error *err)
{
	gnutls_datum_t der = gnu_datum_of(key), text = gnu_datum_of(data);
	gnutls_datum_t made = { NULL, 0 };
	gnutls_sign_algorithm_t how = gnu_sigalg_of((uint16_t)scheme);
	gnutls_privkey_t with = NULL;
	int code = gnutls_privkey_init(&with);

	if (code >= 0)
		code = gnutls_privkey_import_x509_raw(with, &der,
		    GNUTLS_X509_FMT_DER, NULL, 0);
	if (code >= 0 && !has_room_for_salt(with, scheme))
		code = GNUTLS_E_CONSTRAINT_ERROR;
	if (code >= 0)
		code = gnutls_privkey_sign_data2(with, how, 0, &text, &made);
	if (code >= 0)
		code = hand_over(&made, signature, signature_len);
	if (with)
		gnutls_privkey_deinit(with);
	return code >= 0 || gnu_error_code(err, how == GNUTLS_SIGN_UNKNOWN ?
	    TLS_BLAME_FEATURE : TLS_BLAME_CONFIG, code, "signing");
}

static bool
check(struct tls_span spki, enum tls_scheme scheme, struct tls_span data,
    struct tls_span signature, struct tls_error *err)
{
	gnutls_datum_t der = gnu_datum_of(spki), text = gnu_datum_of(data);
	gnutls_datum_t made = gnu_datum_of(signature);
	gnutls_sign_algorithm_t how = gnu_sigalg_of((uint16_t)scheme);
	gnutls_pubkey_t key = NULL;
	int code = gnutls_pubkey_init(&key);

	if (code >= 0)
		code = gnutls_pubkey_import(key, &der, GNUTLS_X509_FMT_DER);
	if (code >= 0)
		code = gnutls_pubkey_verify_data2(key, how,
		    GNUTLS_VERIFY_ALLOW_BROKEN, &text, &made);
	if (key)
		gnutls_pubkey_deinit(key);
	return code >= 0 || gnu_error_code(err, how == GNUTLS_SIGN_UNKNOWN ?
	    TLS_BLAME_FEATURE : TLS_BLAME_PEER, code, "checking a signature");
}

const struct tls_primitives gnu_primitives = {
	.size = sizeof(struct tls_primitives),
	.digest = digest,
	.make_key = make_key,
	.read_key = read_key,
	.sign = sign,
	.check = check,
};
