/* pkcs12.c - keys and certificates out of a PFX
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 7292
 *
 * Files of old programs are under ciphers that the library keeps in a provider
 * of their own.  They are opened in a library context apart, so that nothing
 * else gets those ciphers.
 */
#include "openssl.h"

#include <openssl/pkcs12.h>
#include <openssl/provider.h>

/* What came out, and where it lives; owned. */
struct contents {
	OSSL_LIB_CTX *libctx;		/* null: the usual one */
	OSSL_PROVIDER *usual, *legacy;
	EVP_PKEY *key;
	X509 *cert;
	STACK_OF(X509) *others;
};

static void
clear(struct contents *contents)
{
	EVP_PKEY_free(contents->key);
	X509_free(contents->cert);
	sk_X509_pop_free(contents->others, X509_free);
	OSSL_PROVIDER_unload(contents->usual);
	OSSL_PROVIDER_unload(contents->legacy);
	OSSL_LIB_CTX_free(contents->libctx);
	*contents = (struct contents){ .key = NULL };
}

/* Opens `pfx` into `out`.  `*fits` tells whether the pass phrase does. */
static bool
open_pfx(struct tls_span pfx, const char *pass, struct contents *out,
    bool *fits)
{
	const unsigned char *p = pfx.data;
	PKCS12 *made = PKCS12_init_ex(NID_pkcs7_data, out->libctx, NULL);
	PKCS12 *p12 = d2i_PKCS12(made ? &made : NULL, &p, (long)pfx.len);
	bool sealed, done = false;

	*fits = true;
	if (p12) {
		sealed = PKCS12_mac_present(p12);
		if (sealed)
			*fits = PKCS12_verify_mac(p12, pass, -1) == 1;
		/* None and an empty one are different, and mixed up often. */
		if (!*fits && !pass)
			*fits = PKCS12_verify_mac(p12, pass = "", 0) == 1;
		done = *fits && PKCS12_parse(p12, pass, &out->key, &out->cert,
		    &out->others) == 1;
		if (!done && !sealed)
			*fits = false;
	}
	PKCS12_free(p12);
	return done;
}

static bool
open_with_legacy(struct tls_span pfx, const char *pass, struct contents *out,
    bool *fits)
{
	out->libctx = OSSL_LIB_CTX_new();
	if (!out->libctx)
		return false;
	out->usual = OSSL_PROVIDER_load(out->libctx, "default");
	out->legacy = OSSL_PROVIDER_load(out->libctx, "legacy");
	return out->usual && out->legacy && open_pfx(pfx, pass, out, fits);
}

static void
put_certificate(struct tls_bag *bag, X509 *cert)
{
	unsigned char *der = NULL;
	int len = i2d_X509(cert, &der);

	if (len > 0)
		bag->certificate(bag, (struct tls_span){ der, (size_t)len });
	OPENSSL_free(der);
}

static bool
put_all(struct tls_bag *bag, const struct contents *contents,
    struct tls_error *err)
{
	PKCS8_PRIV_KEY_INFO *info;
	unsigned char *der = NULL;
	int len;

	if (!contents->key || !contents->cert)
		return openssl_error(err, TLS_BLAME_CONFIG, "the PKCS#12 "
		    "holds no %s", contents->key ?
		    "certificate of its key" : "private key");
	info = EVP_PKEY2PKCS8(contents->key);
	len = i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	PKCS8_PRIV_KEY_INFO_free(info);
	if (len <= 0)
		return openssl_library_error(err, TLS_BLAME_LIBRARY, "PKCS#12");
	put_certificate(bag, contents->cert);
	for (int i = 0; i < sk_X509_num(contents->others); i++)
		put_certificate(bag, sk_X509_value(contents->others, i));
	bag->key(bag, (struct tls_span){ der, (size_t)len });
	OPENSSL_clear_free(der, (size_t)len);
	return true;
}

bool
openssl_unpack(struct tls_span pfx, const char *pass, struct tls_bag *bag,
    bool *wants_pass, struct tls_error *err)
{
	struct contents contents = { .key = NULL };
	bool fits = true, done;

	openssl_clear_errors();
	done = open_pfx(pfx, pass, &contents, &fits);
	if (!done) {
		clear(&contents);
		done = open_with_legacy(pfx, pass, &contents, &fits);
	}
	*wants_pass = !fits;
	if (!fits)
		openssl_error(err, TLS_BLAME_CONFIG, "%s", pass ?
		    "the pass phrase does not open the PKCS#12" :
		    "the PKCS#12 needs a pass phrase");
	else if (!done)
		openssl_library_error(err, TLS_BLAME_CONFIG,
		    "the PKCS#12 does not open");
	else
		done = put_all(bag, &contents, err);
	clear(&contents);
	openssl_clear_errors();
	return done;
}
