/* pki.c - certificates made on the spot
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280
 */
#include "pki/pki.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/err.h"
#include "wire/der_out.h"

/* Browsers and curl take at most 398 days; a month outlives any test run. */
#define VALID_SECONDS	(30 * 24 * 3600)
#define RSA_BITS	2048
#define EARLY_SECONDS	3600		/* for clients whose clock is slow */

/* Contents of OBJECT IDENTIFIERs. */
static const uint8_t oid_common_name[] = { 0x55, 0x04, 0x03 };
static const uint8_t oid_key_id[] = { 0x55, 0x1d, 0x0e };
static const uint8_t oid_key_usage[] = { 0x55, 0x1d, 0x0f };
static const uint8_t oid_alt_name[] = { 0x55, 0x1d, 0x11 };
static const uint8_t oid_constraints[] = { 0x55, 0x1d, 0x13 };
static const uint8_t oid_extended_usage[] = { 0x55, 0x1d, 0x25 };
static const uint8_t oid_server_auth[] = {
	0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01
};
static const uint8_t oid_ecdsa_sha256[] = {
	0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02
};
static const uint8_t oid_rsa_sha256[] = {
	0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b
};
#define OID(name)	((struct tls_span){ name, sizeof name })

static const uint8_t yes[] = { 0xff };
/* BIT STRINGs of KeyUsage: digitalSignature; and keyEncipherment, for RSA key
 * exchange up to TLS 1.2. */
static const uint8_t usage_sign[] = { 0x07, 0x80 };
static const uint8_t usage_sign_encipher[] = { 0x05, 0xa0 };
static const uint8_t loopback_v4[] = { 127, 0, 0, 1 };
static const uint8_t loopback_v6[16] = { [15] = 1 };

#define SPAN(array)	((struct tls_span){ array, sizeof array })

/* What goes into one certificate. */
struct draft {
	const struct tls_backend *backend;
	enum tls_key_kind kind;
	uint8_t serial[16];
	struct tls_key key;
	int64_t now;
};

static void
add_algorithm(struct buf *out, enum tls_key_kind kind)
{
	size_t mark = der_begin(out);

	if (kind == TLS_KEY_RSA) {
		der_add(out, DER_OID, OID(oid_rsa_sha256));
		der_add(out, DER_NULL, (struct tls_span){ NULL, 0 });
	} else {
		der_add(out, DER_OID, OID(oid_ecdsa_sha256));
	}
	der_end(out, mark, DER_SEQUENCE);
}

static void
add_name(struct buf *out)
{
	size_t name = der_begin(out), set = der_begin(out);
	size_t attribute = der_begin(out);

	der_add(out, DER_OID, OID(oid_common_name));
	der_add(out, DER_UTF8_STRING, span_of("localhost"));
	der_end(out, attribute, DER_SEQUENCE);
	der_end(out, set, DER_SET);
	der_end(out, name, DER_SEQUENCE);
}

static void
add_extension(struct buf *out, struct tls_span oid, bool critical,
    const struct buf *value)
{
	size_t mark = der_begin(out);

	der_add(out, DER_OID, oid);
	if (critical)
		der_add(out, DER_BOOLEAN, SPAN(yes));
	der_add(out, DER_OCTET_STRING, buf_span(value));
	der_end(out, mark, DER_SEQUENCE);
}

/* The content of the BIT STRING at the end of a SubjectPublicKeyInfo, after
 * its first byte, is what a key identifier is the hash of. */
static struct tls_span
public_key(const struct draft *draft)
{
	struct tls_span whole = { draft->key.spki, draft->key.spki_len };
	struct tls_span rest = whole, spki, algorithm, key;

	if (!der_take(&rest, DER_SEQUENCE, &spki) ||
	    !der_take(&spki, DER_SEQUENCE, &algorithm) ||
	    !der_take(&spki, DER_BIT_STRING, &key) || key.len == 0)
		return whole;
	return (struct tls_span){ key.data + 1, key.len - 1 };
}

static void
add_key_id(struct buf *out, const struct draft *draft)
{
	const struct tls_primitives *primitives = draft->backend->primitives;
	uint8_t hash[TLS_DIGEST_MAX_LEN];
	struct tls_span key = public_key(draft);
	struct buf value = BUF_INIT;

	/* A library without SHA-1: the same bits of SHA-256 (RFC 7093). */
	if (primitives->digest(TLS_DIGEST_SHA1, key, hash) < 20 &&
	    primitives->digest(TLS_DIGEST_SHA256, key, hash) < 20)
		return;
	der_add(&value, DER_OCTET_STRING, (struct tls_span){ hash, 20 });
	add_extension(out, OID(oid_key_id), false, &value);
	buf_clear(&value);
}

static void
add_extensions(struct buf *out, const struct draft *draft)
{
	size_t outer = der_begin(out), list = der_begin(out), mark;
	struct buf value = BUF_INIT;

	mark = der_begin(&value);
	der_end(&value, mark, DER_SEQUENCE);	/* cA: FALSE, by default */
	add_extension(out, OID(oid_constraints), true, &value);

	value.len = 0;
	der_add(&value, DER_BIT_STRING, draft->kind == TLS_KEY_RSA ?
	    SPAN(usage_sign_encipher) : SPAN(usage_sign));
	add_extension(out, OID(oid_key_usage), true, &value);

	value.len = 0;
	mark = der_begin(&value);
	der_add(&value, DER_OID, OID(oid_server_auth));
	der_end(&value, mark, DER_SEQUENCE);
	add_extension(out, OID(oid_extended_usage), false, &value);

	value.len = 0;
	mark = der_begin(&value);
	der_add(&value, DER_IMPLICIT(2), span_of("localhost"));
	der_add(&value, DER_IMPLICIT(2), span_of("*.localhost"));
	der_add(&value, DER_IMPLICIT(7), SPAN(loopback_v4));
	der_add(&value, DER_IMPLICIT(7), SPAN(loopback_v6));
	der_end(&value, mark, DER_SEQUENCE);
	add_extension(out, OID(oid_alt_name), false, &value);

	add_key_id(out, draft);
	buf_clear(&value);
	der_end(out, list, DER_SEQUENCE);
	der_end(out, outer, DER_CONTEXT(3));
}

static void
add_to_be_signed(struct buf *out, const struct draft *draft)
{
	size_t whole = der_begin(out), mark;

	mark = der_begin(out);
	der_add_small(out, 2);			/* v3 */
	der_end(out, mark, DER_CONTEXT(0));
	der_add_integer(out, SPAN(draft->serial));
	add_algorithm(out, draft->kind);
	add_name(out);				/* issuer */
	mark = der_begin(out);
	der_add_time(out, draft->now - EARLY_SECONDS);
	der_add_time(out, draft->now + VALID_SECONDS);
	der_end(out, mark, DER_SEQUENCE);
	add_name(out);				/* subject */
	buf_add(out, draft->key.spki, draft->key.spki_len);
	add_extensions(out, draft);
	der_end(out, whole, DER_SEQUENCE);
}

static bool
fill_draft(struct draft *draft, struct tls_error *err)
{
	const struct tls_backend *backend = draft->backend;

	if (!backend->primitives)
		return err_set(err, TLS_BLAME_FEATURE,
		    "the %s backend makes no keys", backend->name);
	if (getrandom(draft->serial, sizeof draft->serial, 0) !=
	    (ssize_t)sizeof draft->serial)
		return err_set(err, TLS_BLAME_US, "no random bytes: %s",
		    strerror(errno));
	/* positive, and of 16 bytes without a zero before it */
	draft->serial[0] = (draft->serial[0] & 0x7f) | 0x40;
	return backend->primitives->make_key(draft->kind, RSA_BITS, &draft->key,
	    err);
}

bool
pki_self_signed(struct pki_cert *cert, const struct tls_backend *backend,
    enum tls_key_kind kind, int64_t now, struct tls_error *err)
{
	struct draft draft = { .backend = backend, .kind = kind, .now = now };
	struct buf out = BUF_INIT, key = BUF_INIT;
	uint8_t signature[TLS_KEY_MAX_LEN];
	size_t signature_len, whole = der_begin(&out);
	bool made;

	*cert = (struct pki_cert){ { NULL, 0 }, { NULL, 0 } };
	made = fill_draft(&draft, err);
	if (made) {
		add_to_be_signed(&out, &draft);
		made = backend->primitives->sign((struct tls_span){
		    draft.key.der, draft.key.der_len }, kind == TLS_KEY_RSA ?
		    TLS_SCHEME_RSA_SHA256 : TLS_SCHEME_ECDSA_P256_SHA256,
		    buf_span(&out), signature, &signature_len, err);
	}
	if (made) {
		add_algorithm(&out, kind);
		der_add_bits(&out, (struct tls_span){ signature,
		    signature_len });
		der_end(&out, whole, DER_SEQUENCE);
		cert->der = buf_span(&out);
		buf_add(&key, draft.key.der, draft.key.der_len);
		cert->key = buf_span(&key);
	} else {
		buf_clear(&out);
	}
	mem_wipe(&draft.key, sizeof draft.key);
	return made;
}

void
pki_cert_clear(struct pki_cert *cert)
{
	/* ours, though a span is read only */
	if (cert->key.data)
		mem_wipe((uint8_t *)cert->key.data, cert->key.len);
	free((uint8_t *)cert->key.data);
	free((uint8_t *)cert->der.data);
	*cert = (struct pki_cert){ { NULL, 0 }, { NULL, 0 } };
}
