/* inside.c - what the library keeps to itself, and its file exports
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 7.2, 7.3
 */
#include "private/private.h"

#include <stdlib.h>

bool
mbed_inside_known(void)
{
	unsigned series = mbedtls_version_get_number() >> 16;

	return series == MBEDTLS_VERSION_NUMBER >> 16 &&
	    (series == 0x021c || series == 0x0306);
}

int
mbed_inside_write(mbedtls_ssl_context *ssl, struct tls_span message)
{
	memcpy(FIELD(ssl, out_msg), message.data, message.len);
	FIELD(ssl, out_msgtype) = MBEDTLS_SSL_MSG_HANDSHAKE;
	FIELD(ssl, out_msglen) = message.len;
	return mbedtls_ssl_write_record(ssl, 1);
}

int
mbed_inside_read(mbedtls_ssl_context *ssl)
{
	return mbedtls_ssl_read_record(ssl, 1);
}

/* ---- the hash of a handshake ------------------------------------------- */

#if MBEDTLS_VERSION_MAJOR >= 3

static int
hash_flight(mbedtls_ssl_context *ssl, struct tls_span flight)
{
	int status = 0;

	while (flight.len >= 4 && !status) {
		const uint8_t *at = flight.data;
		size_t len = (size_t)at[1] << 16 | (size_t)at[2] << 8 | at[3];

		if (len > flight.len - 4)
			return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
		status = mbedtls_ssl_add_hs_msg_to_checksum(ssl, at[0],
		    at + 4, len);
		flight.data += 4 + len;
		flight.len -= 4 + len;
	}
	return status;
}

int
mbed_inside_rehash(mbedtls_ssl_context *ssl, struct tls_span hello,
    struct tls_span flight)
{
	int status = mbedtls_ssl_reset_checksum(ssl);

	if (!status)
		status = hash_flight(ssl, hello);
	return status ? status : hash_flight(ssl, flight);
}

#else

int
mbed_inside_rehash(mbedtls_ssl_context *ssl, struct tls_span hello,
    struct tls_span flight)
{
	mbedtls_ssl_reset_checksum(ssl);
	ssl->handshake->update_checksum(ssl, hello.data, hello.len);
	ssl->handshake->update_checksum(ssl, flight.data, flight.len);
	return 0;
}

#endif

/* ---- traffic keys ------------------------------------------------------ */

#ifdef MBEDTLS_SSL_PROTO_TLS1_3

/* More than a transform of any build takes; its size is not public. */
#define TRANSFORM_ROOM	4096

static size_t
key_len_of(int suite)
{
	return suite == 0x1302 || suite == 0x1303 ? 32 : 16;
}

static int
make_transform(mbedtls_ssl_context *ssl, const struct mbed_secret *secret,
    int suite, psa_algorithm_t hash, mbedtls_ssl_transform *transform)
{
	struct inside_keys keys = { .key_len = 0 };
	int endpoint = FIELD(FIELD(ssl, conf), endpoint);
	int status = mbedtls_ssl_tls13_make_traffic_keys(hash, secret->bytes,
	    secret->bytes, secret->len, key_len_of(suite), 12, &keys);

	if (!status)
		status = mbedtls_ssl_tls13_populate_transform(transform,
		    endpoint, suite, &keys, ssl);
	mbedtls_platform_zeroize(&keys, sizeof keys);
	return status;
}

int
mbed_inside_renew(mbedtls_ssl_context *ssl, struct mbed_traffic *traffic,
    enum tls_direction direction)
{
	static const unsigned char label[] = "traffic upd";
	const mbedtls_ssl_session *agreed = FIELD(ssl, session);
	int suite = agreed ? FIELD(agreed, ciphersuite) : 0, status;
	psa_algorithm_t hash = suite == 0x1302 ? PSA_ALG_SHA_384 :
	    PSA_ALG_SHA_256;
	mbedtls_ssl_transform *transform = calloc(1, TRANSFORM_ROOM);
	struct mbed_secret next = { .len = traffic->secret.len };

	if (!transform)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	mbedtls_ssl_transform_init(transform);
	status = next.len ? mbedtls_ssl_tls13_hkdf_expand_label(hash,
	    traffic->secret.bytes, next.len, label, sizeof label - 1, NULL, 0,
	    next.bytes, next.len) : MBEDTLS_ERR_SSL_INTERNAL_ERROR;
	if (!status)
		status = make_transform(ssl, &next, suite, hash, transform);
	if (status) {
		mbedtls_ssl_transform_free(transform);
		free(transform);
		mbedtls_platform_zeroize(&next, sizeof next);
		return status;
	}
	if (direction == TLS_SENT)
		mbedtls_ssl_set_outbound_transform(ssl, transform);
	else
		mbedtls_ssl_set_inbound_transform(ssl, transform);
	mbed_inside_free(traffic);
	traffic->secret = next;
	traffic->transform = transform;
	mbedtls_platform_zeroize(&next, sizeof next);
	return 0;
}

void
mbed_inside_free(struct mbed_traffic *traffic)
{
	if (traffic->transform)
		mbedtls_ssl_transform_free(traffic->transform);
	free(traffic->transform);
	mbedtls_platform_zeroize(traffic, sizeof *traffic);
}

#else

int
mbed_inside_renew(mbedtls_ssl_context *ssl, struct mbed_traffic *traffic,
    enum tls_direction direction)
{
	(void)ssl;
	(void)traffic;
	(void)direction;
	return MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE;
}

void
mbed_inside_free(struct mbed_traffic *traffic)
{
	mbedtls_platform_zeroize(traffic, sizeof *traffic);
}

#endif
