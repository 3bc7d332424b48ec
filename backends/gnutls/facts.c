/* facts.c - what was negotiated
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <string.h>

/* Before TLS 1.2 there are no such numbers. */
static uint16_t
signature_of(int algorithm, uint16_t version)
{
	return version < TLS_VERSION_1_2 || algorithm < 0 ? 0 :
	    gnu_sigalg_number((unsigned)algorithm);
}

static bool
has_rsa_key(struct tls_span leaf)
{
	gnutls_datum_t der = gnu_datum_of(leaf);
	gnutls_x509_crt_t crt;
	bool has;

	if (gnutls_x509_crt_init(&crt) < 0)
		return false;
	has = gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) >= 0 &&
	    gnutls_x509_crt_get_pk_algorithm(crt, NULL) == GNUTLS_PK_RSA;
	gnutls_x509_crt_deinit(crt);
	return has;
}

/* The library names none beside a pre-shared key; it takes the first that
 * fits. */
static int
identity_of_rsa_psk(const struct tls_config *config)
{
	for (size_t i = 0; i < config->num_identities; i++)
		if (has_rsa_key(config->identities[i].chain[0]))
			return (int)i;
	return -1;
}

static int
identity_of(const struct tls_session *session)
{
	const struct tls_config *config = session->server->config;
	const gnutls_datum_t *ours = gnutls_certificate_get_ours(session->tls);

	if (gnutls_kx_get(session->tls) == GNUTLS_KX_RSA_PSK)
		return identity_of_rsa_psk(config);
	for (size_t i = 0; ours && i < config->num_identities; i++) {
		struct tls_span leaf = config->identities[i].chain[0];

		if (leaf.len == ours->size &&
		    memcmp(leaf.data, ours->data, leaf.len) == 0)
			return (int)i;
	}
	return -1;
}

static enum tls_known
known(bool yes)
{
	return yes ? TLS_YES : TLS_NO;
}

static uint16_t
suite_of(gnutls_session_t tls, const struct tls_server *server)
{
	gnutls_cipher_algorithm_t cipher = gnutls_cipher_get(tls);
	gnutls_mac_algorithm_t mac = gnutls_mac_get(tls);
	gnutls_kx_algorithm_t kx = gnutls_kx_get(tls);
	bool tls1_3 = gnutls_protocol_get_version(tls) == GNUTLS_TLS1_3;

	for (size_t i = 0; i < server->num_suites; i++) {
		const struct suite *suite = &server->suites[i];

		if (suite->cipher == cipher && suite->mac == mac &&
		    (suite->min_version >= TLS_VERSION_1_3) == tls1_3 &&
		    (tls1_3 || suite->kx == kx))
			return suite->number;
	}
	return 0;
}

static void
peer_facts(gnutls_session_t tls, struct tls_facts *out)
{
	unsigned num = 0;
	const gnutls_datum_t *list = gnutls_certificate_get_peers(tls, &num);

	for (unsigned i = 0; list && i < num && i < TLS_FACTS_MAX_CHAIN; i++)
		out->peer_chain[out->num_peer_chain++] =
		    (struct tls_span){ list[i].data, list[i].size };
	if (out->num_peer_chain > 0 && out->resumed != TLS_YES)
		out->peer_signature = signature_of(
		    gnutls_sign_algorithm_get_client(tls), out->version);
}

void
gnu_facts(struct tls_session *session, struct tls_facts *out)
{
	gnutls_session_t tls = session->tls;
	gnutls_datum_t datum = { NULL, 0 };

	memset(out, 0, sizeof *out);
	out->identity = -1;
	if (!tls || !session->answered)
		return;
	out->version = gnu_version_number(gnutls_protocol_get_version(tls));
	out->suite = suite_of(tls, session->server);
	out->group = gnu_group_number(gnutls_group_get(tls));
	out->identity = identity_of(session);
	if (gnutls_alpn_get_selected_protocol(tls, &datum) >= 0)
		out->alpn = (struct tls_span){ datum.data, datum.size };
	datum = (gnutls_datum_t){ NULL, 0 };
	if (gnutls_session_get_id2(tls, &datum) >= 0)
		out->session_id = (struct tls_span){ datum.data, datum.size };
	if (!session->open)
		return;
	out->resumed = known(gnutls_session_is_resumed(tls) != 0);
	out->status_sent = known(session->status_sent);
	if (out->resumed == TLS_NO && out->identity >= 0)
		out->signature = signature_of(gnutls_sign_algorithm_get(tls),
		    out->version);
	if (out->version < TLS_VERSION_1_3) {
		if (out->resumed == TLS_YES)
			out->group = 0;		/* that of the first one */
		out->extended_master =
		    known(gnutls_session_ext_master_secret_status(tls) != 0);
		out->secure_renegotiation =
		    known(gnutls_safe_renegotiation_status(tls) != 0);
		datum = (gnutls_datum_t){ NULL, 0 };
		gnutls_session_get_master_secret(tls, &datum);
		out->secret = (struct tls_span){ datum.data, datum.size };
	}
	datum = (gnutls_datum_t){ NULL, 0 };
	if (out->resumed == TLS_NO && session->use_psk &&
	    gnutls_psk_server_get_username2(tls, &datum) >= 0)
		out->psk_identity = (struct tls_span){ datum.data,
		    datum.size };
	peer_facts(tls, out);
}

/* In bytes, with the PRF of TLS 1.0 and 1.1. */
#define MAX_OLD_EXPORT	200

enum tls_status
gnu_export_keys(struct tls_session *session, const char *label,
    struct tls_span context, uint8_t *out, size_t len, struct tls_error *err)
{
	int code;

	/* More than that it leaves undone, and reports success (3.7, 3.8). */
	if (len > MAX_OLD_EXPORT &&
	    gnutls_protocol_get_version(session->tls) < GNUTLS_TLS1_2)
		return common_unsupported(err, "GnuTLS exports at most 200 "
		    "bytes before TLS 1.2");
	code = gnutls_prf_rfc5705(session->tls, strlen(label), label,
	    context.len, (const char *)context.data, len, (char *)out);
	if (code >= 0)
		return TLS_OK;
	gnu_error_code(err, TLS_BLAME_LIBRARY, code, "exporting keys");
	return TLS_FAILED;
}
