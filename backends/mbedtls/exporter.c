/* exporter.c - keying material exported from a session
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 5705, 4; RFC 8446, 7.5
 */
#include "mbedtls.h"

enum tls_status
mbed_export_keys(struct tls_session *session, const char *label,
    struct tls_span context, uint8_t *out, size_t len, struct tls_error *err)
{
	int status;

	if (!session->opened || session->failed) {
		common_refuse(err, TLS_BLAME_US,
		    "nothing can be exported before the handshake is complete");
		return TLS_FAILED;
	}
	status = mbed_compat_export(&session->ssl, &session->exporter, label,
	    context, (struct mbed_bytes){ out, len });
	if (status == MBEDTLS_ERR_SSL_FEATURE_UNAVAILABLE)
		return common_unsupported(err, "this build of Mbed TLS "
		    "exports nothing in this version");
	if (status) {
		mbed_error_from(err, TLS_BLAME_LIBRARY, status,
		    "keying material");
		return TLS_FAILED;
	}
	return TLS_OK;
}
