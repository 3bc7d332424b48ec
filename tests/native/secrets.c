/* secrets.c - key exchange, key schedule and records of a TLS 1.3 client
 * SPDX-License-Identifier: Apache-2.0
 */
#include "secrets.h"

#include <openssl/hmac.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- key shares -------------------------------------------------------- */

static const struct {
	uint16_t group;
	const char *type, *curve;	/* for EVP_PKEY_Q_keygen */
	bool kem;
} kinds[] = {
	{ 29, "X25519", NULL, false },
	{ 30, "X448", NULL, false },
	{ 23, "EC", "P-256", false },
	{ 24, "EC", "P-384", false },
	{ 25, "EC", "P-521", false },
	{ 4588, "X25519MLKEM768", NULL, true },
	{ 4587, "SecP256r1MLKEM768", NULL, true },
	{ 4589, "SecP384r1MLKEM1024", NULL, true },
};
#define KINDS	(sizeof kinds / sizeof *kinds)

struct shares {
	EVP_PKEY *keys[KINDS];		/* null: the library has none */
	unsigned char *public[KINDS];
	size_t len[KINDS];
};

struct shares *
shares_new(void)
{
	struct shares *shares = mem_zero(1, sizeof *shares);

	for (size_t i = 0; i < KINDS; i++) {
		shares->keys[i] = kinds[i].curve ?
		    EVP_PKEY_Q_keygen(NULL, NULL, kinds[i].type,
		    kinds[i].curve) :
		    EVP_PKEY_Q_keygen(NULL, NULL, kinds[i].type);
		if (shares->keys[i])
			shares->len[i] = EVP_PKEY_get1_encoded_public_key(
			    shares->keys[i], &shares->public[i]);
	}
	return shares;
}

void
shares_free(struct shares *shares)
{
	for (size_t i = 0; i < KINDS; i++) {
		EVP_PKEY_free(shares->keys[i]);
		OPENSSL_free(shares->public[i]);
	}
	free(shares);
}

static size_t
find(const struct shares *shares, uint16_t group)
{
	size_t i = 0;

	while (i < KINDS && (kinds[i].group != group || !shares->keys[i]))
		i++;
	return i;
}

void
shares_put(const struct shares *shares, uint8_t *body, size_t len)
{
	size_t at = 2, size, i;

	for (; at + 4 <= len; at += size) {
		i = find(shares, (uint16_t)(body[at] << 8 | body[at + 1]));
		size = (size_t)body[at + 2] << 8 | body[at + 3];
		at += 4;
		if (size > len - at)
			return;
		if (i < KINDS && shares->len[i] == size)
			memcpy(body + at, shares->public[i], size);
	}
}

static EVP_PKEY *
peer_of(EVP_PKEY *ours, struct tls_span theirs)
{
	EVP_PKEY *peer = EVP_PKEY_new();

	if (EVP_PKEY_copy_parameters(peer, ours) <= 0 ||
	    EVP_PKEY_set1_encoded_public_key(peer, theirs.data,
	    theirs.len) <= 0) {
		EVP_PKEY_free(peer);
		return NULL;
	}
	return peer;
}

bool
shares_derive(const struct shares *shares, uint16_t group,
    struct tls_span theirs, struct buf *secret)
{
	size_t i = find(shares, group), len = 0;
	EVP_PKEY_CTX *ctx;
	EVP_PKEY *peer = NULL;
	bool done;

	if (i == KINDS)
		return false;
	ctx = EVP_PKEY_CTX_new(shares->keys[i], NULL);
	if (kinds[i].kem) {
		done = EVP_PKEY_decapsulate_init(ctx, NULL) > 0 &&
		    EVP_PKEY_decapsulate(ctx, NULL, &len, theirs.data,
		    theirs.len) > 0 &&
		    EVP_PKEY_decapsulate(ctx, buf_reserve(secret, len), &len,
		    theirs.data, theirs.len) > 0;
	} else {
		peer = peer_of(shares->keys[i], theirs);
		done = peer && EVP_PKEY_derive_init(ctx) > 0 &&
		    EVP_PKEY_derive_set_peer(ctx, peer) > 0 &&
		    EVP_PKEY_derive(ctx, NULL, &len) > 0 &&
		    EVP_PKEY_derive(ctx, buf_reserve(secret, len), &len) > 0;
	}
	secret->len += done ? len : 0;
	EVP_PKEY_free(peer);
	EVP_PKEY_CTX_free(ctx);
	return done;
}

/* ---- the key schedule -------------------------------------------------- */

static void
hmac(const EVP_MD *md, const uint8_t *key, size_t key_len,
    struct tls_span data, uint8_t *out)
{
	HMAC(md, key, (int)key_len, data.data, data.len, out, NULL);
}

/* HKDF-Expand-Label; what is asked for is never longer than the hash. */
static void
expand(const EVP_MD *md, const uint8_t *secret, const char *label,
    struct tls_span context, uint8_t *out, size_t len)
{
	struct buf info = BUF_INIT;
	uint8_t block[EVP_MAX_MD_SIZE];

	buf_add_u16(&info, (unsigned)len);
	buf_add_u8(&info, (unsigned)strlen(label) + 6);
	buf_add_string(&info, "tls13 ");
	buf_add_string(&info, label);
	buf_add_u8(&info, (unsigned)context.len);
	buf_add_span(&info, context);
	buf_add_u8(&info, 1);
	hmac(md, secret, (size_t)EVP_MD_get_size(md), buf_span(&info), block);
	memcpy(out, block, len);
	buf_clear(&info);
}

/* Derive-Secret. */
static void
derive(const EVP_MD *md, const uint8_t *secret, const char *label,
    struct tls_span transcript, uint8_t *out)
{
	uint8_t hash[EVP_MAX_MD_SIZE];
	unsigned len;

	EVP_Digest(transcript.data, transcript.len, hash, &len, md, NULL);
	expand(md, secret, label, (struct tls_span){ hash, len }, out, len);
}

static void
key_box(const struct schedule *s, const uint8_t *secret, struct box *box)
{
	const struct tls_span nothing = { (const uint8_t *)"", 0 };

	box->cipher = s->cipher;
	box->tag = s->tag;
	box->ccm = EVP_CIPHER_get_mode(s->cipher) == EVP_CIPH_CCM_MODE;
	box->number = 0;
	expand(s->md, secret, "key", nothing, box->key,
	    (size_t)EVP_CIPHER_get_key_length(s->cipher));
	expand(s->md, secret, "iv", nothing, box->iv, sizeof box->iv);
}

bool
schedule_start(struct schedule *s, uint16_t suite, struct tls_span shared,
    struct tls_span transcript)
{
	static const uint8_t zeros[EVP_MAX_MD_SIZE];
	const struct tls_span nothing = { (const uint8_t *)"", 0 };
	uint8_t secret[EVP_MAX_MD_SIZE];
	size_t len;

	s->md = suite == 0x1302 ? EVP_sha384() : EVP_sha256();
	s->tag = suite == 0x1305 ? 8 : 16;
	s->cipher = suite == 0x1301 ? EVP_aes_128_gcm() :
	    suite == 0x1302 ? EVP_aes_256_gcm() :
	    suite == 0x1303 ? EVP_chacha20_poly1305() :
	    suite == 0x1304 || suite == 0x1305 ? EVP_aes_128_ccm() : NULL;
	if (!s->cipher)
		return false;
	len = (size_t)EVP_MD_get_size(s->md);
	hmac(s->md, zeros, len, (struct tls_span){ zeros, len }, secret);
	derive(s->md, secret, "derived", nothing, secret);
	hmac(s->md, secret, len, shared, s->handshake);
	derive(s->md, s->handshake, "s hs traffic", transcript, s->theirs);
	derive(s->md, s->handshake, "c hs traffic", transcript, s->ours);
	key_box(s, s->theirs, &s->server);
	key_box(s, s->ours, &s->client);
	return true;
}

void
schedule_go_on(struct schedule *s, struct tls_span transcript)
{
	static const uint8_t zeros[EVP_MAX_MD_SIZE];
	const struct tls_span nothing = { (const uint8_t *)"", 0 };
	size_t len = (size_t)EVP_MD_get_size(s->md);
	uint8_t secret[EVP_MAX_MD_SIZE], master[EVP_MAX_MD_SIZE];

	derive(s->md, s->handshake, "derived", nothing, secret);
	hmac(s->md, secret, len, (struct tls_span){ zeros, len }, master);
	derive(s->md, master, "s ap traffic", transcript, secret);
	key_box(s, secret, &s->server);
	derive(s->md, master, "c ap traffic", transcript, secret);
	key_box(s, secret, &s->client);
}

void
schedule_finished(const struct schedule *s, struct tls_span transcript,
    struct buf *message)
{
	const struct tls_span nothing = { (const uint8_t *)"", 0 };
	uint8_t key[EVP_MAX_MD_SIZE], hash[EVP_MAX_MD_SIZE];
	uint8_t check[EVP_MAX_MD_SIZE];
	unsigned len;

	EVP_Digest(transcript.data, transcript.len, hash, &len, s->md, NULL);
	expand(s->md, s->ours, "finished", nothing, key, len);
	hmac(s->md, key, len, (struct tls_span){ hash, len }, check);
	buf_add_u8(message, 20);
	buf_add_u24(message, len);
	buf_add(message, check, len);
}

/* ---- records ----------------------------------------------------------- */

/* A context for the next record; the tag is null where one is to be made. */
static EVP_CIPHER_CTX *
begin(struct box *box, bool seal, const uint8_t *tag, size_t len,
    const uint8_t header[5])
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t iv[12];
	int n;

	memcpy(iv, box->iv, sizeof iv);
	for (int i = 0; i < 8; i++)
		iv[11 - i] ^= (uint8_t)(box->number >> 8 * i);
	box->number++;
	EVP_CipherInit_ex(ctx, box->cipher, NULL, NULL, NULL, seal);
	EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_IVLEN, sizeof iv, NULL);
	if (tag || box->ccm)
		EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG,
		    (int)box->tag, (void *)tag);
	EVP_CipherInit_ex(ctx, NULL, NULL, box->key, iv, seal);
	if (box->ccm)
		EVP_CipherUpdate(ctx, NULL, &n, NULL, (int)len);
	EVP_CipherUpdate(ctx, NULL, &n, header, 5);
	return ctx;
}

bool
box_open(struct box *box, struct tls_span record, struct buf *content)
{
	EVP_CIPHER_CTX *ctx;
	size_t len;
	uint8_t *out;
	int n = 0, last = 0;
	bool good;

	if (record.len < 5 + box->tag + 1)
		return false;
	len = record.len - 5 - box->tag;
	ctx = begin(box, false, record.data + 5 + len, len, record.data);
	out = buf_reserve(content, len + 16);
	good = EVP_CipherUpdate(ctx, out, &n, record.data + 5, (int)len) > 0 &&
	    (box->ccm || EVP_CipherFinal_ex(ctx, out + n, &last) > 0);
	EVP_CIPHER_CTX_free(ctx);
	while (good && n > 0 && out[n - 1] == 0)
		n--;
	content->len += good ? (size_t)n : 0;
	return good && n > 0;
}

void
box_seal(struct box *box, uint8_t type, struct tls_span content,
    struct buf *record)
{
	size_t len = content.len + 1;
	uint8_t header[5] = { 23, 3, 3, (uint8_t)((len + box->tag) >> 8),
	    (uint8_t)(len + box->tag) };
	struct buf inner = BUF_INIT;
	EVP_CIPHER_CTX *ctx;
	uint8_t *out;
	int n = 0, last = 0;

	buf_add_span(&inner, content);
	buf_add_u8(&inner, type);
	buf_add(record, header, sizeof header);
	ctx = begin(box, true, NULL, len, header);
	out = buf_reserve(record, len + 32);
	EVP_CipherUpdate(ctx, out, &n, inner.data, (int)len);
	EVP_CipherFinal_ex(ctx, out + n, &last);
	EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, (int)box->tag,
	    out + n);
	record->len += (size_t)n + box->tag;
	EVP_CIPHER_CTX_free(ctx);
	buf_clear(&inner);
}
