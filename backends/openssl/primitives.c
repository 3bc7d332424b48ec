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
static const struct scheme {
	enum tls_scheme scheme;
	const char *key, *digest;
	bool pss;
} schemes[] = {
	{ TLS_SCHEME_RSA_SHA1, "RSA", "SHA1", false },
	{ TLS_SCHEME_ECDSA_SHA1, "EC", "SHA1", false },
	{ TLS_SCHEME_RSA_SHA256, "RSA", "SHA256", false },
	{ TLS_SCHEME_RSA_SHA384, "RSA", "SHA384", false },
	{ TLS_SCHEME_RSA_SHA512, "RSA", "SHA512", false },
	{ TLS_SCHEME_ECDSA_P256_SHA256, "EC", "SHA256", false },
	{ TLS_SCHEME_ECDSA_P384_SHA384, "EC", "SHA384", false },
	{ TLS_SCHEME_ECDSA_P521_SHA512, "EC", "SHA512", false },
	{ TLS_SCHEME_RSA_PSS_SHA256, "RSA", "SHA256", true },
	{ TLS_SCHEME_RSA_PSS_SHA384, "RSA", "SHA384", true },
	{ TLS_SCHEME_RSA_PSS_SHA512, "RSA", "SHA512", true },
	{ TLS_SCHEME_ED25519, "ED25519", NULL, false },
};

static const struct scheme *
find_scheme(enum tls_scheme scheme)
{
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (schemes[i].scheme == scheme)
			return &schemes[i];
	return NULL;
}

/* A context to sign with `pkey` or to check by it; null: it has no such
 * scheme. */
static EVP_MD_CTX *
prepare(EVP_PKEY *pkey, const struct scheme *scheme, bool signs)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx = NULL;
	bool done;

	done = ctx && EVP_PKEY_is_a(pkey, scheme->key) && (signs ?
	    EVP_DigestSignInit_ex(ctx, &key_ctx, scheme->digest, NULL, NULL,
	    pkey, NULL) : EVP_DigestVerifyInit_ex(ctx, &key_ctx,
	    scheme->digest, NULL, NULL, pkey, NULL)) == 1 &&
	    (!scheme->pss || (EVP_PKEY_CTX_set_rsa_padding(key_ctx,
	    RSA_PKCS1_PSS_PADDING) == 1 && EVP_PKEY_CTX_set_rsa_pss_saltlen(
	    key_ctx, RSA_PSS_SALTLEN_DIGEST) == 1));
	if (done)
		return ctx;
	EVP_MD_CTX_free(ctx);
	return NULL;
}

static bool
sign(struct tls_span key, enum tls_scheme scheme, struct tls_span data,
    uint8_t *signature, size_t *signature_len, struct tls_error *err)
{
	const struct scheme *how = find_scheme(scheme);
	const unsigned char *p = key.data;
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx;
	bool done;

	openssl_clear_errors();
	*signature_len = TLS_KEY_MAX_LEN;
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)key.len);
	ctx = pkey && how ? prepare(pkey, how, true) : NULL;
	done = ctx && EVP_DigestSign(ctx, signature, signature_len, data.data,
	    data.len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return done || openssl_library_error(err, how ? TLS_BLAME_CONFIG :
	    TLS_BLAME_FEATURE, "signing");
}

static bool
check(struct tls_span spki, enum tls_scheme scheme, struct tls_span data,
    struct tls_span signature, struct tls_error *err)
{
	const struct scheme *how = find_scheme(scheme);
	const unsigned char *p = spki.data;
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx;
	bool done;

	openssl_clear_errors();
	pkey = d2i_PUBKEY(NULL, &p, (long)spki.len);
	ctx = pkey && how ? prepare(pkey, how, false) : NULL;
	done = ctx && EVP_DigestVerify(ctx, signature.data, signature.len,
	    data.data, data.len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return done || openssl_library_error(err, how ? TLS_BLAME_PEER :
	    TLS_BLAME_FEATURE, "checking a signature");
}

const struct tls_primitives openssl_primitives = {
	.size = sizeof(struct tls_primitives),
	.digest = digest,
	.make_key = make_key,
	.read_key = read_key,
	.sign = sign,
	.check = check,
};
