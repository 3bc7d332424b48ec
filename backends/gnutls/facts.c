/* facts.c - what was negotiated
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <string.h>

/* The library has no numbers for groups, and newer ones have more of them:
 * names stay the same. */
static const struct {
	const char *name;
	uint16_t number;
} groups[] = {
	{ "SECP192R1", 19 },
	{ "SECP224R1", 21 },
	{ "SECP256R1", 23 },
	{ "SECP384R1", 24 },
	{ "SECP521R1", 25 },
	{ "X25519", 29 },
	{ "X448", 30 },
	{ "GC256A", 34 },
	{ "GC256B", 35 },
	{ "GC256C", 36 },
	{ "GC256D", 37 },
	{ "GC512A", 38 },
	{ "GC512B", 39 },
	{ "GC512C", 40 },
	{ "FFDHE2048", 256 },
	{ "FFDHE3072", 257 },
	{ "FFDHE4096", 258 },
	{ "FFDHE6144", 259 },
	{ "FFDHE8192", 260 },
	{ "MLKEM768", 0x0201 },
	{ "MLKEM1024", 0x0202 },
	{ "SECP256R1-MLKEM768", 0x11eb },
	{ "X25519-MLKEM768", 0x11ec },
	{ "SECP384R1-MLKEM1024", 0x11ed },
	{ "X25519-KYBER768", 0x6399 },
};

static uint16_t
group_of(gnutls_session_t tls)
{
	gnutls_group_t group = gnutls_group_get(tls);
	const char *name = group == GNUTLS_GROUP_INVALID ? NULL :
	    gnutls_group_get_name(group);

	for (size_t i = 0; name && i < sizeof groups / sizeof *groups; i++)
		if (strcmp(groups[i].name, name) == 0)
			return groups[i].number;
	return 0;
}

static const struct {
	gnutls_sign_algorithm_t algorithm;
	uint16_t number;
} signatures[] = {
	{ GNUTLS_SIGN_RSA_SHA1, 0x0201 },
	{ GNUTLS_SIGN_DSA_SHA1, 0x0202 },
	{ GNUTLS_SIGN_ECDSA_SHA1, 0x0203 },
	{ GNUTLS_SIGN_RSA_SHA224, 0x0301 },
	{ GNUTLS_SIGN_DSA_SHA224, 0x0302 },
	{ GNUTLS_SIGN_ECDSA_SHA224, 0x0303 },
	{ GNUTLS_SIGN_RSA_SHA256, 0x0401 },
	{ GNUTLS_SIGN_DSA_SHA256, 0x0402 },
	{ GNUTLS_SIGN_ECDSA_SHA256, 0x0403 },
	{ GNUTLS_SIGN_ECDSA_SECP256R1_SHA256, 0x0403 },
	{ GNUTLS_SIGN_RSA_SHA384, 0x0501 },
	{ GNUTLS_SIGN_DSA_SHA384, 0x0502 },
	{ GNUTLS_SIGN_ECDSA_SHA384, 0x0503 },
	{ GNUTLS_SIGN_ECDSA_SECP384R1_SHA384, 0x0503 },
	{ GNUTLS_SIGN_RSA_SHA512, 0x0601 },
	{ GNUTLS_SIGN_DSA_SHA512, 0x0602 },
	{ GNUTLS_SIGN_ECDSA_SHA512, 0x0603 },
	{ GNUTLS_SIGN_ECDSA_SECP521R1_SHA512, 0x0603 },
	{ GNUTLS_SIGN_RSA_PSS_RSAE_SHA256, 0x0804 },
	{ GNUTLS_SIGN_RSA_PSS_RSAE_SHA384, 0x0805 },
	{ GNUTLS_SIGN_RSA_PSS_RSAE_SHA512, 0x0806 },
	{ GNUTLS_SIGN_EDDSA_ED25519, 0x0807 },
	{ GNUTLS_SIGN_EDDSA_ED448, 0x0808 },
	{ GNUTLS_SIGN_RSA_PSS_SHA256, 0x0809 },
	{ GNUTLS_SIGN_RSA_PSS_SHA384, 0x080a },
	{ GNUTLS_SIGN_RSA_PSS_SHA512, 0x080b },
};

/* Before TLS 1.2 there are no such numbers. */
static uint16_t
signature_of(int algorithm, uint16_t version)
{
	const size_t num = sizeof signatures / sizeof *signatures;

	for (size_t i = 0; version >= TLS_VERSION_1_2 && i < num; i++)
		if ((int)signatures[i].algorithm == algorithm)
			return signatures[i].number;
	return 0;
}

static int
identity_of(const struct tls_session *session)
{
	const struct tls_config *config = session->server->config;
	const gnutls_datum_t *ours = gnutls_certificate_get_ours(session->tls);

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
	out->group = group_of(tls);
	out->identity = identity_of(session);
	if (gnutls_alpn_get_selected_protocol(tls, &datum) >= 0)
		out->alpn = (struct tls_span){ datum.data, datum.size };
	datum = (gnutls_datum_t){ NULL, 0 };
	if (gnutls_session_get_id2(tls, &datum) >= 0)
		out->session_id = (struct tls_span){ datum.data, datum.size };
	if (!session->open)
		return;
	out->resumed = known(gnutls_session_is_resumed(tls) != 0);
	if (out->resumed == TLS_NO && out->identity >= 0)
		out->signature = signature_of(gnutls_sign_algorithm_get(tls),
		    out->version);
	if (out->version < TLS_VERSION_1_3) {
		out->extended_master =
		    known(gnutls_session_ext_master_secret_status(tls) != 0);
		out->secure_renegotiation =
		    known(gnutls_safe_renegotiation_status(tls) != 0);
	}
	peer_facts(tls, out);
}
