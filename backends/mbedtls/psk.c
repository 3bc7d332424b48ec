/* psk.c - pre-shared keys, asked of the host
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#include <stdlib.h>
#include <string.h>

int
mbed_psk_find(void *context, mbedtls_ssl_context *ssl,
    const unsigned char *identity, size_t len)
{
	struct tls_session *session = context;
	struct tls_host *host = session->host;
	struct tls_span key = host->ops->psk(host,
	    (struct tls_span){ identity, len });
	uint8_t *copy;
	int status;

	if (!key.len)
		return MBEDTLS_ERR_SSL_UNKNOWN_IDENTITY;
	status = mbedtls_ssl_set_hs_psk(ssl, key.data, key.len);
	if (status)
		return status;
	copy = malloc(len);
	if (!copy)
		return MBEDTLS_ERR_SSL_ALLOC_FAILED;
	memcpy(copy, identity, len);
	free(session->psk_identity);
	session->psk_identity = copy;
	session->psk_identity_len = len;
	return 0;
}

void
mbed_psk_drop(struct tls_session *session)
{
	free(session->psk_identity);
	session->psk_identity = NULL;
	session->psk_identity_len = 0;
}
