/* extensions.c - application protocols and stapled responses
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 7301; draft-agl-tls-nextprotoneg-04; RFC 6066, 8
 */
#include "openssl.h"

#include <string.h>

/* ---- application protocols -------------------------------------------- */

/* The core has chosen; what is answered must point into the client's list. */
static int
select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	const struct tls_session *session = SSL_get_app_data(ssl);
	unsigned len;

	(void)arg;
	if (session->alpn_refused)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	for (; session->alpn_len && in_len > 0; in += len, in_len -= len) {
		len = *in++;
		in_len--;
		if (len > in_len)
			break;
		if (len != session->alpn_len ||
		    memcmp(in, session->alpn, len))
			continue;
		*out = in;
		*out_len = (unsigned char)len;
		return SSL_TLSEXT_ERR_OK;
	}
	return SSL_TLSEXT_ERR_NOACK;
}

/* The library's own way: its server refuses where nothing is in common. */
static int
select_natively(SSL *ssl, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	const struct tls_session *session = SSL_get_app_data(ssl);
	const struct tls_config *config = session->server->config;
	unsigned char *found;

	(void)arg;
	if (SSL_select_next_proto(&found, out_len, config->alpn.data,
	    (unsigned)config->alpn.len, in, in_len) == OPENSSL_NPN_NEGOTIATED) {
		*out = found;
		return SSL_TLSEXT_ERR_OK;
	}
	return config->alpn_mismatch == TLS_ALPN_IGNORE ?
	    SSL_TLSEXT_ERR_NOACK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

#if OPENSSL_HAS_NPN
/* The library leaves it out by itself where ALPN agrees to something. */
static int
offer_protocols(SSL *ssl, const unsigned char **out, unsigned *out_len,
    void *arg)
{
	const struct tls_session *session = SSL_get_app_data(ssl);

	(void)arg;
	*out = session->server->config->npn.data;
	*out_len = (unsigned)session->server->config->npn.len;
	return SSL_TLSEXT_ERR_OK;
}
#endif

/* ---- responses -------------------------------------------------------- */

/* Asked only for clients that want one, with the certificate chosen. */
static int
staple(SSL *ssl, void *arg)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	int identity = openssl_identity_in_use(session);
	struct tls_span response;
	unsigned char *copy;

	(void)arg;
	if (!session->status || identity < 0)
		return SSL_TLSEXT_ERR_NOACK;
	response = session->status[identity];
	copy = response.len ? OPENSSL_memdup(response.data, response.len) :
	    NULL;
	/* The library takes the copy. */
	if (!copy || SSL_set_tlsext_status_ocsp_resp(ssl, copy,
	    (long)response.len) != 1) {
		OPENSSL_free(copy);
		return SSL_TLSEXT_ERR_NOACK;
	}
	session->status_sent = true;
	return SSL_TLSEXT_ERR_OK;
}

void
openssl_set_extensions(struct tls_server *server)
{
	SSL_CTX *ctx = server->ctx;

	if (!server->config->native)
		SSL_CTX_set_alpn_select_cb(ctx, select_protocol, NULL);
	else if (server->config->alpn.len)
		SSL_CTX_set_alpn_select_cb(ctx, select_natively, NULL);
#if OPENSSL_HAS_NPN
	if (server->config->npn.len)
		SSL_CTX_set_next_protos_advertised_cb(ctx, offer_protocols,
		    NULL);
#endif
	SSL_CTX_set_tlsext_status_cb(ctx, staple);
}
