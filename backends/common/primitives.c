/* common/primitives.c - experiments with the primitives of a backend
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/primitives.h"

#include <string.h>

#include "tls_primitives.h"

static const struct tls_span text = { (const uint8_t *)"abc", 3 };

static const struct tls_primitives *
primitives_of(const struct tls_probe *probe)
{
	return ((const struct common_probe *)probe)->primitives;
}

/* Whether the hash of the text begins so (the examples of FIPS 180-4). */
static bool
hashes(const struct tls_probe *probe, enum tls_digest kind, const char *begin)
{
	uint8_t out[TLS_DIGEST_MAX_LEN];

	return primitives_of(probe)->digest(kind, text, out) &&
	    !memcmp(out, begin, 4);
}

void
common_try_digests(struct tls_probe *probe)
{
	common_probe_found(probe, TLS_FEATURE_DIGEST_SHA1,
	    hashes(probe, TLS_DIGEST_SHA1, "\xa9\x99\x3e\x36"));
	common_probe_found(probe, TLS_FEATURE_DIGEST_SHA2,
	    hashes(probe, TLS_DIGEST_SHA256, "\xba\x78\x16\xbf") &&
	    hashes(probe, TLS_DIGEST_SHA384, "\xcb\x00\x75\x3f") &&
	    hashes(probe, TLS_DIGEST_SHA512, "\xdd\xaf\x35\xa1"));
}

/* Whether `key` signs: what it made is right, and not of another text. */
static bool
signs(const struct tls_probe *probe, const struct tls_key *key,
    enum tls_scheme scheme)
{
	const struct tls_primitives *p = primitives_of(probe);
	const struct tls_span private = { key->der, key->der_len };
	const struct tls_span public = { key->spki, key->spki_len };
	const struct tls_span other = { text.data, text.len - 1 };
	uint8_t made[TLS_KEY_MAX_LEN];
	struct tls_span signature = { made, 0 };
	struct tls_error err;

	return p->sign(private, scheme, text, made, &signature.len, &err) &&
	    p->check(public, scheme, text, signature, &err) &&
	    !p->check(public, scheme, other, signature, &err);
}

static bool
makes(const struct tls_probe *probe, enum tls_key_kind kind,
    enum tls_scheme scheme, struct tls_key *key)
{
	struct tls_error err;

	return primitives_of(probe)->make_key(kind, 1024, key, &err) &&
	    signs(probe, key, scheme);
}

void
common_try_keys(struct tls_probe *probe)
{
	struct tls_key key;	/* nobody's secret */
	bool works;

	works = makes(probe, TLS_KEY_P256, TLS_SCHEME_ECDSA_P256_SHA256, &key);
	common_probe_member(probe, TLS_FEATURE_MAKE_KEY, works,
	    "this build of the library failed when it was tried");
	common_probe_found(probe, TLS_FEATURE_CHECK_SIGNATURE, works);
	common_probe_found(probe, TLS_FEATURE_MAKE_P256, works);
	common_probe_found(probe, TLS_FEATURE_MAKE_P384, makes(probe,
	    TLS_KEY_P384, TLS_SCHEME_ECDSA_P384_SHA384, &key));
	common_probe_found(probe, TLS_FEATURE_MAKE_P521, makes(probe,
	    TLS_KEY_P521, TLS_SCHEME_ECDSA_P521_SHA512, &key));
	common_probe_found(probe, TLS_FEATURE_MAKE_ED25519, makes(probe,
	    TLS_KEY_ED25519, TLS_SCHEME_ED25519, &key));
}

void
common_try_rsa(struct tls_probe *probe)
{
	struct tls_key key;
	bool made;

	made = makes(probe, TLS_KEY_RSA, TLS_SCHEME_RSA_SHA256, &key);
	common_probe_found(probe, TLS_FEATURE_MAKE_RSA, made);
	common_probe_found(probe, TLS_FEATURE_SIGN_SHA1,
	    made && signs(probe, &key, TLS_SCHEME_RSA_SHA1));
	/* Longer hashes differ only in how much room they take. */
	common_probe_found(probe, TLS_FEATURE_SIGN_RSA_PSS,
	    made && signs(probe, &key, TLS_SCHEME_RSA_PSS_SHA256) &&
	    signs(probe, &key, TLS_SCHEME_RSA_PSS_SHA384));
}
