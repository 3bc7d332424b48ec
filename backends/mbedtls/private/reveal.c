/* reveal.c - our own records of a TLS 1.3 handshake, made readable again
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 5.2, 5.3, 7.1, 7.3
 *
 * The library shows no message before it encrypts it, but tells the secrets
 * that it encrypts with.  Only done where somebody listens to messages.
 */
#include "mbedtls.h"

#include <mbedtls/cipher.h>

#include <stdlib.h>
#include <string.h>

static const struct {
	uint16_t suite;
	mbedtls_cipher_type_t cipher;
	mbedtls_md_type_t hash;
	uint8_t key_len, tag_len;
} suites[] = {
	{ 0x1301, MBEDTLS_CIPHER_AES_128_GCM, MBEDTLS_MD_SHA256, 16, 16 },
	{ 0x1302, MBEDTLS_CIPHER_AES_256_GCM, MBEDTLS_MD_SHA384, 32, 16 },
	{ 0x1303, MBEDTLS_CIPHER_CHACHA20_POLY1305, MBEDTLS_MD_SHA256, 32,
	    16 },
	{ 0x1304, MBEDTLS_CIPHER_AES_128_CCM, MBEDTLS_MD_SHA256, 16, 16 },
	{ 0x1305, MBEDTLS_CIPHER_AES_128_CCM, MBEDTLS_MD_SHA256, 16, 8 },
};
#define NUM_SUITES	(sizeof suites / sizeof *suites)

static size_t
find_suite(const struct tls_session *session)
{
	size_t i = 0;

	while (i < NUM_SUITES && suites[i].suite != session->seen.suite)
		i++;
	return i;
}

/* Opens one record into `out`; its inner length, or 0. */
static size_t
open_record(const struct mbed_reveal *reveal, size_t suite,
    struct tls_span record, uint8_t *out)
{
	uint8_t key[32], nonce[12];
	mbedtls_cipher_context_t cipher;
	size_t len = 0;
	int status = mbed_traffic_expand(suites[suite].hash, &reveal->now,
	    "key", (struct mbed_bytes){ key, suites[suite].key_len });

	if (!status)
		status = mbed_traffic_expand(suites[suite].hash, &reveal->now,
		    "iv", (struct mbed_bytes){ nonce, sizeof nonce });
	for (int i = 0; i < 8; i++)
		nonce[11 - i] ^= (uint8_t)(reveal->sequence >> 8 * i);
	mbedtls_cipher_init(&cipher);
	if (!status)
		status = mbedtls_cipher_setup(&cipher,
		    mbedtls_cipher_info_from_type(suites[suite].cipher));
	if (!status)
		status = mbedtls_cipher_setkey(&cipher, key,
		    suites[suite].key_len * 8, MBEDTLS_DECRYPT);
	if (!status)
		status = mbedtls_cipher_auth_decrypt_ext(&cipher, nonce,
		    sizeof nonce, record.data, COMMON_RECORD_HEADER_LEN,
		    record.data + COMMON_RECORD_HEADER_LEN,
		    record.len - COMMON_RECORD_HEADER_LEN, out, record.len,
		    &len, suites[suite].tag_len);
	mbedtls_cipher_free(&cipher);
	mbedtls_platform_zeroize(key, sizeof key);
	return status ? 0 : len;
}

void
mbed_reveal_secret(struct tls_session *session, const char *label,
    struct tls_span secret)
{
	struct mbed_reveal *reveal = session->reveal;
	bool handshake = !strcmp(label, "SERVER_HANDSHAKE_TRAFFIC_SECRET");
	struct mbed_secret *to;

	if (!reveal || secret.len > sizeof reveal->now.bytes ||
	    (!handshake && strcmp(label, "SERVER_TRAFFIC_SECRET_0")))
		return;
	/* The Finished that still goes out under the first secret may not
	 * have done so when the second one is told. */
	to = handshake ? &reveal->now : &reveal->next;
	memcpy(to->bytes, secret.data, secret.len);
	to->len = secret.len;
}

void
mbed_reveal_record(struct tls_session *session, struct tls_span record)
{
	struct mbed_reveal *reveal = session->reveal;
	size_t suite = find_suite(session), len;
	uint8_t *inner;

	if (!reveal || !reveal->now.len || suite == NUM_SUITES)
		return;
	inner = malloc(record.len);
	len = inner ? open_record(reveal, suite, record, inner) : 0;
	reveal->sequence++;
	/* The type stands after the message, and padding after that. */
	while (len > 0 && inner[len - 1] == 0)
		len--;
	if (len > 1 && inner[len - 1] == COMMON_HANDSHAKE) {
		mbed_tell_message(session, TLS_SENT,
		    COMMON_HANDSHAKE,
		    (struct tls_span){ inner, len - 1 });
		if (inner[0] == COMMON_FINISHED) {
			reveal->now = reveal->next;
			reveal->sequence = 0;
		}
	}
	free(inner);
}

void
mbed_reveal_renew(struct tls_session *session)
{
	struct mbed_reveal *reveal = session->reveal;

	if (!reveal)
		return;
	reveal->now = session->own.secret;
	reveal->sequence = 0;
}

void
mbed_reveal_free(struct mbed_reveal *reveal)
{
	if (reveal)
		mbedtls_platform_zeroize(reveal, sizeof *reveal);
	free(reveal);
}
