/* traffic.c - traffic keys of TLS 1.3, renewed
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 7.1, 7.2, 7.3
 */
#include "private/private.h"

#include <mbedtls/hkdf.h>

#define AES_256_GCM_SHA384		0x1302
#define CHACHA20_POLY1305_SHA256	0x1303

#define NONCE_LEN	12

int
mbed_traffic_expand(mbedtls_md_type_t hash, const struct mbed_secret *secret,
    const char *label, struct mbed_bytes out)
{
	static const char prefix[] = "tls13 ";
	uint8_t info[32];
	size_t label_len = strlen(label), n = 0;

	info[n++] = 0;
	info[n++] = (uint8_t)out.len;
	info[n++] = (uint8_t)(sizeof prefix - 1 + label_len);
	memcpy(info + n, prefix, sizeof prefix - 1);
	n += sizeof prefix - 1;
	memcpy(info + n, label, label_len);
	n += label_len;
	info[n++] = 0;
	return mbedtls_hkdf_expand(mbedtls_md_info_from_type(hash),
	    secret->bytes, secret->len, info, n, out.data, out.len);
}

/* Has the library use keys made of `secret`, which are the same for both
 * directions: only one of them is looked at. */
static int
use(mbedtls_ssl_context *ssl, const struct mbed_secret *secret, int suite,
    enum tls_direction direction, struct mbedtls_ssl_transform **made)
{
	mbedtls_md_type_t hash = suite == AES_256_GCM_SHA384 ?
	    MBEDTLS_MD_SHA384 : MBEDTLS_MD_SHA256;
	struct compat_keys keys = { .nonce_len = NONCE_LEN, .key_len =
	    suite == AES_256_GCM_SHA384 || suite == CHACHA20_POLY1305_SHA256 ?
	    32 : 16 };
	int status = mbed_traffic_expand(hash, secret, "key",
	    (struct mbed_bytes){ keys.keys[0], keys.key_len });

	if (!status)
		status = mbed_traffic_expand(hash, secret, "iv",
		    (struct mbed_bytes){ keys.nonces[0], keys.nonce_len });
	memcpy(keys.keys[1], keys.keys[0], sizeof keys.keys[0]);
	memcpy(keys.nonces[1], keys.nonces[0], sizeof keys.nonces[0]);
	if (!status)
		status = mbed_compat_use_keys(ssl, &keys, suite,
		    direction == TLS_SENT, made);
	mbedtls_platform_zeroize(&keys, sizeof keys);
	return status;
}

int
mbed_traffic_renew(mbedtls_ssl_context *ssl, struct mbed_traffic *traffic,
    enum tls_direction direction)
{
	const mbedtls_ssl_session *agreed = mbed_private_agreed(ssl);
	int suite = agreed ? compat_suite(agreed) : 0;
	struct mbed_traffic next = { .secret.len = traffic->secret.len };
	int status = traffic->secret.len ? mbed_traffic_expand(
	    suite == AES_256_GCM_SHA384 ? MBEDTLS_MD_SHA384 :
	    MBEDTLS_MD_SHA256, &traffic->secret, "traffic upd",
	    (struct mbed_bytes){ next.secret.bytes, next.secret.len }) :
	    MBEDTLS_ERR_SSL_INTERNAL_ERROR;

	if (!status)
		status = use(ssl, &next.secret, suite, direction,
		    &next.transform);
	if (!status) {
		mbed_traffic_free(traffic);
		*traffic = next;
	}
	mbedtls_platform_zeroize(&next, sizeof next);
	return status;
}

void
mbed_traffic_free(struct mbed_traffic *traffic)
{
	mbed_compat_free_keys(traffic->transform);
	mbedtls_platform_zeroize(traffic, sizeof *traffic);
}
