/* primitives.c - digests, keys and signatures, apart from any session
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

static const char *const digests[] = {
	[TLS_DIGEST_SHA1] = "SHA1",
	[TLS_DIGEST_SHA256] = "SHA256",
	[TLS_DIGEST_SHA384] = "SHA384",
	[TLS_DIGEST_SHA512] = "SHA512",
};

static size_t
digest(enum tls_digest kind, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	size_t len;
	int done = EVP_Q_digest(NULL, digests[kind], NULL, in.data, in.len,
	    out, &len);

	openssl_clear_errors();
	return done == 1 ? len : 0;
}

static bool
write_key(EVP_PKEY *pkey, uint8_t *key, size_t *key_len)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(pkey);
	int len = i2d_PKCS8_PRIV_KEY_INFO(info, NULL);
	bool fits = len > 0 && len <= TLS_KEY_MAX_LEN;

	if (fits)
		*key_len = (size_t)i2d_PKCS8_PRIV_KEY_INFO(info, &key);
	PKCS8_PRIV_KEY_INFO_free(info);
	return fits;
}

static bool
write_public(EVP_PKEY *pkey, uint8_t *spki, size_t *spki_len)
{
	int len = i2d_PUBKEY(pkey, NULL);

	if (len <= 0 || len > TLS_KEY_MAX_LEN)
		return false;
	*spki_len = (size_t)i2d_PUBKEY(pkey, &spki);
	return true;
}

static EVP_PKEY *
generate(enum tls_key_kind kind, unsigned bits)
{
	static const char *const curves[] = {
		[TLS_KEY_P256] = "P-256",
		[TLS_KEY_P384] = "P-384",
		[TLS_KEY_P521] = "P-521",
	};

	if (kind == TLS_KEY_RSA)
		return EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)bits);
	if (kind == TLS_KEY_ED25519)
		return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	return EVP_PKEY_Q_keygen(NULL, NULL, "EC", curves[kind]);
}

static bool
write_both(EVP_PKEY *pkey, struct tls_key *out)
{
	return pkey && write_key(pkey, out->der, &out->der_len) &&
	    write_public(pkey, out->spki, &out->spki_len);
}

static bool
make_key(enum tls_key_kind kind, unsigned bits, struct tls_key *out,
    struct tls_error *err)
{
	EVP_PKEY *pkey;
	bool done;

	openssl_clear_errors();
	pkey = generate(kind, bits);
	done = write_both(pkey, out);
	EVP_PKEY_free(pkey);
	return done ||
	    openssl_library_error(err, TLS_BLAME_LIBRARY, "making a key");
}

static bool
read_key(struct tls_span key, struct tls_key *out, struct tls_error *err)
{
	const unsigned char *p = key.data;
	EVP_PKEY *pkey;
	bool done;

	openssl_clear_errors();
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)key.len);
	done = write_both(pkey, out);
	EVP_PKEY_free(pkey);
	return done ||
	    openssl_library_error(err, TLS_BLAME_CONFIG, "reading a key");
}

/* The library has one generator for all its servers. */
bool
openssl_seed(struct tls_server *server, struct tls_span bytes,
    struct tls_error *err)
{
	enum { PIECE = 1 << 20 };
	size_t len;

	(void)server;
	openssl_clear_errors();
	for (; bytes.len; bytes.data += len, bytes.len -= len) {
		len = bytes.len < PIECE ? bytes.len : PIECE;
		RAND_seed(bytes.data, (int)len);
	}
	return RAND_status() == 1 ||
	    openssl_library_error(err, TLS_BLAME_LIBRARY, "seeding");
}

/* What a scheme asks of the library. */
static const struct {
	enum tls_scheme scheme;
	const char *digest;
	bool pss;
} schemes[] = {
	{ TLS_SCHEME_RSA_SHA1, "SHA1", false },
	{ TLS_SCHEME_ECDSA_SHA1, "SHA1", false },
	{ TLS_SCHEME_RSA_SHA256, "SHA256", false },
	{ TLS_SCHEME_RSA_SHA384, "SHA384", false },
	{ TLS_SCHEME_RSA_SHA512, "SHA512", false },
	{ TLS_SCHEME_ECDSA_P256_SHA256, "SHA256", false },
	{ TLS_SCHEME_ECDSA_P384_SHA384, "SHA384", false },
	{ TLS_SCHEME_ECDSA_P521_SHA512, "SHA512", false },
	{ TLS_SCHEME_RSA_PSS_SHA256, "SHA256", true },
	{ TLS_SCHEME_RSA_PSS_SHA384, "SHA384", true },
	{ TLS_SCHEME_RSA_PSS_SHA512, "SHA512", true },
	{ TLS_SCHEME_ED25519, NULL, false },
};

/* Prepares `ctx` to sign with `pkey`, or to verify by it. */
static bool
prepare(EVP_MD_CTX *ctx, EVP_PKEY *pkey, enum tls_scheme scheme, bool signs)
{
	EVP_PKEY_CTX *key_ctx = NULL;
	size_t i = 0;

	while (i < sizeof schemes / sizeof *schemes &&
	    schemes[i].scheme != scheme)
		i++;
	if (!ctx || i == sizeof schemes / sizeof *schemes ||
	    (signs ? EVP_DigestSignInit_ex(ctx, &key_ctx, schemes[i].digest,
	    NULL, NULL, pkey, NULL) : EVP_DigestVerifyInit_ex(ctx, &key_ctx,
	    schemes[i].digest, NULL, NULL, pkey, NULL)) != 1)
		return false;
	return !schemes[i].pss || (EVP_PKEY_CTX_set_rsa_padding(key_ctx,
	    RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(
	    key_ctx, RSA_PSS_SALTLEN_DIGEST) == 1);
}

static bool
sign(struct tls_span key, enum tls_scheme scheme, struct tls_span data,
    uint8_t *signature, size_t *signature_len, struct tls_error *err)
{
	const unsigned char *p = key.data;
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx = NULL;
	bool done = false;

	openssl_clear_errors();
	*signature_len = TLS_KEY_MAX_LEN;
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)key.len);
	if (pkey)
		ctx = EVP_MD_CTX_new();
	if (ctx)
		done = prepare(ctx, pkey, scheme, true) &&
		    EVP_DigestSign(ctx, signature, signature_len, data.data,
		    data.len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return done || openssl_library_error(err, TLS_BLAME_FEATURE, "signing");
}

static bool
check(struct tls_span spki, enum tls_scheme scheme, struct tls_span data,
    struct tls_span signature, struct tls_error *err)
{
	const unsigned char *p = spki.data;
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx = NULL;
	enum tls_blame blame = TLS_BLAME_FEATURE;
	bool done = false;

	openssl_clear_errors();
	pkey = d2i_PUBKEY(NULL, &p, (long)spki.len);
	if (pkey)
		ctx = EVP_MD_CTX_new();
	if (ctx && prepare(ctx, pkey, scheme, false)) {
		blame = TLS_BLAME_PEER;
		done = EVP_DigestVerify(ctx, signature.data, signature.len,
		    data.data, data.len) == 1;
	}
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return done ||
	    openssl_library_error(err, blame, "checking a signature");
}

const struct tls_primitives openssl_primitives = {
	.size = sizeof(struct tls_primitives),
	.digest = digest,
	.make_key = make_key,
	.read_key = read_key,
	.sign = sign,
	.check = check,
};
