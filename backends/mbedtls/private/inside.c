/* inside.c - the state of a connection, and functions that have no header
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "private/private.h"

struct tls_span
mbed_private_received(const mbedtls_ssl_context *ssl, int content_type)
{
	if (FIELD(ssl, in_msgtype) != content_type || !FIELD(ssl, in_msg))
		return (struct tls_span){ NULL, 0 };
	return (struct tls_span){ FIELD(ssl, in_msg), FIELD(ssl, in_msglen) };
}

struct tls_span
mbed_private_finished(const mbedtls_ssl_context *ssl)
{
	return (struct tls_span){ (const uint8_t *)FIELD(ssl, own_verify_data),
		FIELD(ssl, verify_data_len) };
}

bool
mbed_private_has_certificate(const mbedtls_ssl_context *ssl)
{
	const mbedtls_ssl_session *agreed = FIELD(ssl, session_negotiate);

	return !agreed || FIELD(agreed, peer_cert);
}

int
mbed_private_write(const struct mbed_originals *originals,
    mbedtls_ssl_context *ssl, struct tls_span message)
{
	if (!originals->write_record)
		return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
	memcpy(FIELD(ssl, out_msg), message.data, message.len);
	FIELD(ssl, out_msgtype) = MBEDTLS_SSL_MSG_HANDSHAKE;
	FIELD(ssl, out_msglen) = message.len;
	return originals->write_record(ssl, 1);
}

/* ---- the hash of a handshake ------------------------------------------- */

static int
hash_messages(const struct mbed_originals *originals,
    mbedtls_ssl_context *ssl, struct tls_span messages)
{
	int status = 0;

	while (messages.len >= 4 && !status) {
		const uint8_t *at = messages.data;
		size_t len = (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];

		if (len > messages.len - 4)
			return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
		status = compat_hash_message(originals->hash_message, ssl,
		    (struct tls_span){ at, 4 + len });
		messages.data += 4 + len;
		messages.len -= 4 + len;
	}
	return status;
}

int
mbed_private_rehash(const struct mbed_originals *originals,
    mbedtls_ssl_context *ssl, struct tls_span hello, struct tls_span flight)
{
	int status = compat_reset_hash(ssl);

	if (!status)
		status = hash_messages(originals, ssl, hello);
	return status ? status : hash_messages(originals, ssl, flight);
}
