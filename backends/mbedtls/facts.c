/* facts.c - what a session turned out to be
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "mbedtls.h"

#include <string.h>

static void
peer_facts(struct tls_session *session, struct tls_facts *out)
{
	const mbedtls_x509_crt *cert =
	    mbedtls_ssl_get_peer_cert(&session->ssl);

	for (; cert && cert->raw.len &&
	    out->num_peer_chain < TLS_FACTS_MAX_CHAIN; cert = cert->next)
		out->peer_chain[out->num_peer_chain++] =
		    (struct tls_span){ cert->raw.p, cert->raw.len };
}

void
mbed_facts(struct tls_session *session, struct tls_facts *out)
{
	const mbedtls_ssl_session *agreed = mbed_private_agreed(&session->ssl);
	const struct seen *seen = &session->seen;
	const char *alpn;

	memset(out, 0, sizeof *out);
	out->version = seen->version;
	out->suite = seen->suite;
	out->group = seen->group;
	out->signature = seen->signature;
	out->peer_signature = seen->peer_signature;
	out->resumed = seen->resumed;
	out->extended_master = seen->extended_master;
	out->secure_renegotiation = seen->secure_renegotiation;
	out->identity = seen->identity;
	if (!seen->version)
		return;
	alpn = mbedtls_ssl_get_alpn_protocol(&session->ssl);
	if (alpn)
		out->alpn = (struct tls_span){ (const uint8_t *)alpn,
			strlen(alpn) };
	out->psk_identity = (struct tls_span){ session->psk_identity,
		session->psk_identity_len };
	out->npn = (struct tls_span){ session->npn, session->npn_len };
	out->status_sent = session->status_sent ? TLS_YES : TLS_NO;
	if (!agreed)
		return;
	out->secret = mbed_compat_secret(agreed, seen->version);
	out->suite = (uint16_t)compat_suite(agreed);
	/* In TLS 1.3 it is but the client's word sent back. */
	if (seen->version < TLS_VERSION_1_3)
		out->session_id = compat_id(agreed);
	peer_facts(session, out);
}
