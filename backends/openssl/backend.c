/* backend.c - the OpenSSL backend: the constant, and what needs no server
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <dlfcn.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

static void
about(struct tls_about *out)
{
	/* C has no cast from a function's address, but memcpy. */
	const SSL_METHOD *(*function)(void) = TLS_server_method;
	void *address;
	Dl_info info;

	_Static_assert(sizeof address == sizeof function, "flat addresses");
	*out = (struct tls_about){
		.library = "OpenSSL",
		.built = OPENSSL_VERSION_STR,
		.running = OpenSSL_version(OPENSSL_VERSION_STRING),
		.file = "",
	};
	memcpy(&address, &function, sizeof address);
	if (dladdr(address, &info) && info.dli_fname)
		out->file = info.dli_fname;
}

/* ---- suites ----------------------------------------------------------- */

/* TLS 1.3 suites, by the names that the library knows or does not. */
static const char *const newer_suites[] = {
	"TLS_AES_256_GCM_SHA384",
	"TLS_CHACHA20_POLY1305_SHA256",
	"TLS_AES_128_GCM_SHA256",
	"TLS_AES_128_CCM_SHA256",
	"TLS_AES_128_CCM_8_SHA256",
	"TLS_SHA256_SHA256",
	"TLS_SHA384_SHA384",
};

/* Adds those of `ctx` to `out`, where `num` stand already. */
static size_t
add_suites(SSL_CTX *ctx, bool newer, uint16_t *out, size_t room, size_t num)
{
	const STACK_OF(SSL_CIPHER) *list = SSL_CTX_get_ciphers(ctx);
	const SSL_CIPHER *cipher;

	for (int i = 0; i < sk_SSL_CIPHER_num(list); i++) {
		cipher = sk_SSL_CIPHER_value(list, i);
		if (SSL_CIPHER_get_kx_nid(cipher) == NID_kx_srp ||
		    newer != !strcmp(SSL_CIPHER_get_version(cipher),
		    "TLSv1.3"))
			continue;
		if (num < room)
			out[num] = SSL_CIPHER_get_protocol_id(cipher);
		num++;
	}
	return num;
}

size_t
openssl_suites(uint16_t *out, size_t room)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
	size_t num = 0;

	if (ctx) {
		SSL_CTX_set_security_level(ctx, 0);
		/* One by one, since a list with an unknown name fails. */
		for (size_t i = 0; i < sizeof newer_suites /
		    sizeof *newer_suites; i++)
			if (SSL_CTX_set_ciphersuites(ctx,
			    newer_suites[i]) == 1)
				num = add_suites(ctx, true, out, room, num);
		if (SSL_CTX_set_cipher_list(ctx, "ALL:COMPLEMENTOFALL") == 1)
			num = add_suites(ctx, false, out, room, num);
	}
	SSL_CTX_free(ctx);
	openssl_forgive();
	return num;
}

/* ---- primitives ------------------------------------------------------- */

static size_t
digest(enum tls_digest kind, struct tls_span in,
    uint8_t out[TLS_DIGEST_MAX_LEN])
{
	size_t len;
	int done = EVP_Q_digest(NULL, kind == TLS_DIGEST_SHA1 ?
	    "SHA1" : "SHA256", NULL, in.data, in.len, out, &len);

	openssl_forgive();
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

bool
openssl_make_key(enum tls_key_kind kind, uint8_t *key, size_t *key_len,
    uint8_t *spki, size_t *spki_len, struct tls_error *err)
{
	EVP_PKEY *pkey;
	bool done;

	openssl_forgive();
	if (kind == TLS_KEY_P256)
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	else
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
	done = pkey && write_key(pkey, key, key_len) &&
	    write_public(pkey, spki, spki_len);
	EVP_PKEY_free(pkey);
	return done ||
	    openssl_explain(err, TLS_BLAME_LIBRARY, "making a key");
}

/* The library has one generator for all its servers. */
bool
openssl_seed(struct tls_server *server, struct tls_span bytes,
    struct tls_error *err)
{
	enum { PIECE = 1 << 20 };
	size_t len;

	(void)server;
	openssl_forgive();
	for (; bytes.len; bytes.data += len, bytes.len -= len) {
		len = bytes.len < PIECE ? bytes.len : PIECE;
		RAND_seed(bytes.data, (int)len);
	}
	return RAND_status() == 1 ||
	    openssl_explain(err, TLS_BLAME_LIBRARY, "seeding");
}

static bool
sign(struct tls_span key, struct tls_span data, uint8_t *signature,
    size_t *signature_len, struct tls_error *err)
{
	const unsigned char *p = key.data;
	EVP_PKEY *pkey;
	EVP_MD_CTX *ctx = NULL;
	bool done = false;

	openssl_forgive();
	*signature_len = TLS_KEY_MAX_LEN;
	pkey = d2i_AutoPrivateKey(NULL, &p, (long)key.len);
	if (pkey)
		ctx = EVP_MD_CTX_new();
	if (ctx)
		done = EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL,
		    pkey, NULL) == 1 && EVP_DigestSign(ctx, signature,
		    signature_len, data.data, data.len) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(pkey);
	return done || openssl_explain(err, TLS_BLAME_LIBRARY, "signing");
}

/* ---- the backend ------------------------------------------------------ */

const struct tls_backend tls_backend_openssl = {
	TLS_BACKEND_HEAD("openssl"),
	.about = about,
	.probe = openssl_probe,
	.suites = openssl_suites,
	.groups = openssl_groups,
	.signatures = openssl_signatures,
	.server_open = openssl_server_open,
	.server_close = openssl_server_close,
	.session_open = openssl_session_open,
	.session_close = openssl_session_close,
	.handshake = openssl_handshake,
	.read = openssl_read,
	.write = openssl_write,
	.goodbye = openssl_goodbye,
	.facts = openssl_facts,
	.renegotiate = openssl_renegotiate,
	.ask_certificate = openssl_ask_certificate,
	.key_update = openssl_key_update,
	.seed = openssl_seed,
	.unpack = openssl_unpack,
	.digest = digest,
	.make_key = openssl_make_key,
	.sign = sign,
};
