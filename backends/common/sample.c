/* common/sample.c - certificates, keys and CRLs for trials
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/sample.h"

#include <stdlib.h>
#include <string.h>

/* ---- DER, written from its end ------------------------------------------ */

struct der {
	uint8_t *bytes;
	size_t at;		/* of the first one; 0: there is no room */
};

static void
put(struct der *der, const void *bytes, size_t len)
{
	der->at = len < der->at ? der->at - len : 0;
	if (der->at)
		memcpy(der->bytes + der->at, bytes, len);
}

/* Makes what is before `end` the content of something with `tag`. */
static void
wrap(struct der *der, uint8_t tag, size_t end)
{
	size_t len = end - der->at;
	const uint8_t head[] = { tag, 0x82, (uint8_t)(len >> 8),
	    (uint8_t)len };
	const uint8_t middling[] = { tag, 0x81, (uint8_t)len };
	const uint8_t brief[] = { tag, (uint8_t)len };

	if (!der->at)
		return;
	if (len < 0x80)
		put(der, brief, sizeof brief);
	else if (len < 0x100)
		put(der, middling, sizeof middling);
	else
		put(der, head, sizeof head);
}

static void
put_name(struct der *der, uint8_t number)
{
	const uint8_t name[] = { 0x30, 0x10, 0x31, 0x0e, 0x30, 0x0c, 0x06, 3,
	    0x55, 4, 3, 0x0c, 5, 't', 'r', 'i', 'a', (uint8_t)('0' + number) };

	put(der, name, sizeof name);
}

#define TIME_LEN	15
#define FIRST_TIME	"\x17\x0d" "700101000000Z"
#define LAST_TIME	"\x17\x0d" "491231235959Z"

/* ---- what the root signs ------------------------------------------------ */

/* ecdsa-with-SHA256 */
static const uint8_t algorithm[] = { 0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 4, 3, 2 };

/* Puts what is to be signed, and its signature, to the end of `out`. */
static struct tls_span
sign(struct common_lab *lab, const struct der *body,
    uint8_t out[COMMON_SAMPLE_ROOM])
{
	const struct common_sample *root = lab->samples[COMMON_P256];
	const struct tls_span key = { root->key.der, root->key.der_len };
	const struct tls_span text = { body->bytes + body->at,
	    COMMON_SAMPLE_ROOM - body->at };
	struct der whole = { out, COMMON_SAMPLE_ROOM };
	uint8_t signature[TLS_KEY_MAX_LEN];
	size_t len;
	struct tls_error err;

	if (!body->at || !lab->base.primitives->sign(key,
	    TLS_SCHEME_ECDSA_P256_SHA256, text, signature, &len, &err))
		return (struct tls_span){ NULL, 0 };
	put(&whole, signature, len);
	put(&whole, "", 1);		/* no bits are unused */
	wrap(&whole, 0x03, COMMON_SAMPLE_ROOM);
	put(&whole, algorithm, sizeof algorithm);
	put(&whole, text.data, text.len);
	wrap(&whole, 0x30, COMMON_SAMPLE_ROOM);
	return (struct tls_span){ out + whole.at,
	    whole.at ? COMMON_SAMPLE_ROOM - whole.at : 0 };
}

static struct tls_span
issue(struct common_lab *lab, enum common_sample_kind kind,
    struct common_sample *made)
{
	static const uint8_t is_ca[] = { 0xa3, 0x13, 0x30, 0x11, 0x30, 0x0f,
	    6, 3, 0x55, 0x1d, 0x13, 1, 1, 0xff, 4, 5, 0x30, 3, 1, 1, 0xff };
	const uint8_t begin[] = { 0xa0, 3, 2, 1, 2, 2, 1,
	    (uint8_t)(kind + 1) };	/* version 3, the serial number */
	uint8_t bytes[COMMON_SAMPLE_ROOM];
	struct der der = { bytes, sizeof bytes };
	size_t end;

	if (kind == COMMON_P256)
		put(&der, is_ca, sizeof is_ca);
	put(&der, made->key.spki, made->key.spki_len);
	put_name(&der, (uint8_t)kind);
	end = der.at;
	put(&der, LAST_TIME, TIME_LEN);
	put(&der, FIRST_TIME, TIME_LEN);
	wrap(&der, 0x30, end);
	put_name(&der, COMMON_P256);
	put(&der, algorithm, sizeof algorithm);
	put(&der, begin, sizeof begin);
	wrap(&der, 0x30, sizeof bytes);
	return sign(lab, &der, made->der);
}

struct tls_span
common_sample_crl(struct common_lab *lab, uint8_t out[COMMON_SAMPLE_ROOM])
{
	static const uint8_t serial[] = { 2, 1, COMMON_CLIENT + 1 };
	static const uint8_t version_2[] = { 2, 1, 1 };
	uint8_t bytes[COMMON_SAMPLE_ROOM];
	struct der der = { bytes, sizeof bytes };

	if (!common_sample(lab, COMMON_P256))
		return (struct tls_span){ NULL, 0 };
	put(&der, FIRST_TIME, TIME_LEN);
	put(&der, serial, sizeof serial);
	wrap(&der, 0x30, sizeof bytes);
	wrap(&der, 0x30, sizeof bytes);
	put(&der, LAST_TIME, TIME_LEN);
	put(&der, FIRST_TIME, TIME_LEN);
	put_name(&der, COMMON_P256);
	put(&der, algorithm, sizeof algorithm);
	put(&der, version_2, sizeof version_2);
	wrap(&der, 0x30, sizeof bytes);
	return sign(lab, &der, out);
}

/* ---- the PFX ------------------------------------------------------------ */

void
common_sample_pfx(uint8_t out[COMMON_PFX_LEN])
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	unsigned bits = 0, num = 0;
	size_t len = 0;

	for (const char *p = COMMON_PFX; *p && *p != '='; p++) {
		bits = bits << 6 | (unsigned)(strchr(alphabet, *p) - alphabet);
		num += 6;
		if (num < 8)
			continue;
		num -= 8;
		out[len++] = (uint8_t)(bits >> num);
	}
}

struct taker {
	struct tls_bag bag;		/* first */
	struct common_sample *into;
};

static void
take_certificate(struct tls_bag *bag, struct tls_span der)
{
	struct common_sample *into = ((struct taker *)bag)->into;

	if (der.len > sizeof into->der)
		return;
	memcpy(into->der, der.data, der.len);
	into->chain[0] = (struct tls_span){ into->der, der.len };
}

static void
take_key(struct tls_bag *bag, struct tls_span der)
{
	struct common_sample *into = ((struct taker *)bag)->into;

	if (der.len >= sizeof into->key.der)
		return;
	memcpy(into->key.der, der.data, der.len);
	into->key.der_len = der.len;
}

static bool
unpack(struct common_lab *lab, struct common_sample *made)
{
	struct taker taker = { { take_certificate, take_key }, made };
	uint8_t pfx[COMMON_PFX_LEN];
	bool wants_pass;
	struct tls_error err;

	common_sample_pfx(pfx);
	return lab->library->backend->unpack && lab->library->backend->unpack(
	    (struct tls_span){ pfx, sizeof pfx }, COMMON_PFX_PASS, &taker.bag,
	    &wants_pass, &err) && made->chain[0].len && made->key.der_len;
}

/* ---- all of them -------------------------------------------------------- */

#define RSA_BITS	1024		/* soon made, and for nobody's eyes */

static bool
make(struct common_lab *lab, enum common_sample_kind kind,
    struct common_sample *made)
{
	static const enum tls_key_kind kinds[] = {
		[COMMON_P256] = TLS_KEY_P256, [COMMON_CLIENT] = TLS_KEY_P256,
		[COMMON_RSA] = TLS_KEY_RSA, [COMMON_ED25519] = TLS_KEY_ED25519,
	};
	struct tls_error err;

	if (kind == COMMON_PACKED)
		return unpack(lab, made);
	if (!lab->base.primitives || !lab->base.primitives->make_key(
	    kinds[kind], RSA_BITS, &made->key, &err))
		return false;
	made->chain[0] = issue(lab, kind, made);
	return made->chain[0].len > 0;
}

const struct tls_identity *
common_sample(struct common_lab *lab, enum common_sample_kind kind)
{
	const bool issued = kind != COMMON_P256 && kind != COMMON_PACKED;
	struct common_sample *made = lab->samples[kind];

	if (!made && (!issued || common_sample(lab, COMMON_P256))) {
		made = lab->samples[kind] = calloc(1, sizeof *made);
		if (!made || !make(lab, kind, made))
			return NULL;
		if (issued)
			made->chain[1] = lab->samples[COMMON_P256]->chain[0];
		made->identity = (struct tls_identity){
			.chain = made->chain, .num_chain = issued ? 2 : 1,
			.key = { made->key.der, made->key.der_len },
			.cert_origin = "trial", .key_origin = "trial",
		};
	}
	return made && made->identity.chain ? &made->identity : NULL;
}
