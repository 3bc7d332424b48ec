/* draw.c - random numbers, and the session IDs among them
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The library has no callback for session IDs, but draws them straight to
 * where the session keeps them, and so can be told from all else.
 */
#include "mbedtls.h"

#include <string.h>

#define ID_LEN		32

static bool
is_taken(const struct tls_session *session, struct tls_span id)
{
	struct tls_host *host = session->host;

	return session->server->config->session_store &&
	    host->ops->resume(host, id).len > 0;
}

int
mbed_draw(void *context, unsigned char *out, size_t len)
{
	struct tls_session *session = context;
	struct tls_server *server = session->server;
	struct tls_span prefix = server->config->id_prefix;
	const mbedtls_ssl_session *made = FIELD(&session->ssl,
	    session_negotiate);
	bool is_id = prefix.len > 0 && prefix.len <= ID_LEN &&
	    len == ID_LEN && made && out == FIELD(made, id);

	for (int i = 0; i < COMMON_ID_TRIES; i++) {
		int status = mbedtls_ctr_drbg_random(&server->drbg, out, len);

		if (status || !is_id)
			return status;
		memcpy(out, prefix.data, prefix.len);
		if (!is_taken(session, (struct tls_span){ out, len }))
			return 0;
	}
	session->no_id = true;
	return MBEDTLS_ERR_SSL_INTERNAL_ERROR;
}
