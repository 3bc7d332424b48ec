/* try_handshakes.c - experiments: what one handshake shows
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include "common/wire.h"

#include <string.h>

/* ---- hellos ----------------------------------------------------------- */

/* Whether the server answers what is on its way with a ServerHello, which in
 * TLS 1.3 may be a HelloRetryRequest. */
static bool
says_hello(struct trial *trial)
{
	uint8_t record[COMMON_RECORD_HEADER_LEN + 1];

	return openssl_handshake(trial->session, &trial->err) ==
	    TLS_WANT_READ && common_pipe_take(&trial->memory.to_client,
	    record, sizeof record) == sizeof record &&
	    record[0] == COMMON_HANDSHAKE &&
	    record[COMMON_RECORD_HEADER_LEN] == COMMON_SERVER_HELLO;
}

void
openssl_try_sslv2_hello(struct tls_probe *probe)
{
	/* TLS 1.2 with DH_anon_WITH_AES_128_CBC_SHA and the SCSV. */
	static const uint8_t hello[] = {
		0x80, 31, 1, 3, 3, 0, 6, 0, 0, 0, 16,
		0, 0, 0x34, 0, 0, 0xff,
		1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
	};
	struct trial trial;

	common_probe_found(probe, TLS_FEATURE_HELLO_SSLV2,
	    openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), TLS_VERSION_1_2) &&
	    openssl_trial_open(&trial) &&
	    common_pipe_put(&trial.memory.to_server, hello, sizeof hello) ==
	    sizeof hello && says_hello(&trial));
	openssl_trial_clear(&trial);
}

void
openssl_try_fragments(struct tls_probe *probe)
{
	struct trial trial;

	common_probe_found(probe, TLS_FEATURE_HELLO_FRAGMENTS,
	    openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), TLS_VERSION_1_2) &&
	    openssl_trial_hello(&trial) &&
	    common_pipe_cut(&trial.memory.to_server, 50) &&
	    says_hello(&trial));
	openssl_trial_clear(&trial);
}

/* ---- versions --------------------------------------------------------- */

/* For what every start asks.  A pre-shared key needs no certificate, and what
 * follows the server's hello takes nearly all the time of a handshake. */
static bool
begins(struct tls_probe *probe, uint16_t version)
{
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_CHEAP), version);
	trial.psk_identity = LAB_PSK_IDENTITY;
	works = works && openssl_trial_hello(&trial) && says_hello(&trial);
	if (works)
		openssl_facts(trial.session, &trial.facts);
	openssl_trial_clear(&trial);
	return works && trial.facts.version == version;
}

static bool
speaks(struct tls_probe *probe, enum lab_name name, uint16_t version)
{
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, name), version) &&
	    openssl_trial_shake(&trial) && trial.facts.version == version;
	openssl_trial_clear(&trial);
	return works;
}

void
openssl_try_version(struct tls_probe *probe)
{
	enum tls_feature feature = probe->base.asked;
	uint16_t version = (uint16_t)(TLS_VERSION_SSL3 + feature -
	    TLS_FEATURE_SSL3);

	if (begins(probe, version) || speaks(probe, LAB_USUAL, version))
		common_probe_found(probe, feature, true);
	else if (speaks(probe, LAB_LENIENT, version))
		common_probe_set(probe, feature, TLS_SUPPORT_PART,
		    "only with @SECLEVEL=0 in the cipher string");
	else
		common_probe_found(probe, feature, false);
}

/* ---- what is told of one ---------------------------------------------- */

static const uint8_t alpn[] = { 1, 'x', 1, 'y' };

static bool
shake_with_all(struct trial *trial, struct tls_probe *probe)
{
	bool works = openssl_trial_init(trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), TLS_VERSION_1_2);

	trial->alpn = (struct tls_span){ &alpn[3], 1 };
	trial->witness.host.wants = TLS_WANTS_STATES | TLS_WANTS_MESSAGES |
	    TLS_WANTS_SECRETS;
	if (works)		/* with one there is no session ID to tell */
		SSL_set_options(trial->client, SSL_OP_NO_TICKET);
	return works && openssl_trial_certify(trial) &&
	    SSL_set_alpn_protos(trial->client, alpn, sizeof alpn) == 0 &&
	    /* The second is that of the certificate (RFC 8422, 5.1). */
	    SSL_set1_groups_list(trial->client, "P-384:P-256") == 1 &&
	    SSL_set1_sigalgs_list(trial->client, "ECDSA+SHA384") == 1 &&
	    openssl_trial_shake(trial);
}

static void
look_at_tells(const struct trial *trial)
{
	struct tls_probe *probe = trial->probe;
	const struct common_witness *witness = &trial->witness;

	common_probe_found(probe, TLS_FEATURE_VERIFY_STEPS,
	    witness->steps == 1);
	common_probe_found(probe, TLS_FEATURE_STATES, witness->states > 0);
	common_probe_found(probe, TLS_FEATURE_MESSAGES,
	    witness->messages > 0);
	common_probe_found(probe, TLS_FEATURE_SECRETS, witness->secrets > 0);
}

static bool
same(struct tls_span span, const uint8_t *bytes, size_t len)
{
	return len && span.len == len && !memcmp(span.data, bytes, len);
}

static void
look_at_facts(const struct trial *trial)
{
	const struct tls_facts *facts = &trial->facts;
	const struct lab_identity *own = openssl_lab_identity(trial->probe,
	    LAB_P256);
	const SSL_SESSION *session = SSL_get0_session(trial->client);
	uint8_t secret[SSL_MAX_MASTER_KEY_LENGTH];
	unsigned id_len;
	const unsigned char *id = SSL_SESSION_get_id(session, &id_len);
	const struct {
		enum tls_feature feature;
		bool works;
	} found[] = {
		{ TLS_FEATURE_FACT_GROUP, facts->group == 24 },
		{ TLS_FEATURE_FACT_SIGNATURE, facts->signature == 0x0503 },
		{ TLS_FEATURE_FACT_PEER_SIGNATURE,
		    facts->peer_signature == 0x0503 },
		{ TLS_FEATURE_FACT_EXTENDED_MASTER,
		    facts->extended_master == TLS_YES },
		{ TLS_FEATURE_FACT_SECURE_RENEGO,
		    facts->secure_renegotiation == TLS_YES },
		{ TLS_FEATURE_CLIENT_CERTIFICATE,
		    facts->num_peer_chain == 1 },
		{ TLS_FEATURE_FACT_PEER_CHAIN, own &&
		    facts->num_peer_chain == 1 && same(facts->peer_chain[0],
		    own->chain.data, own->chain.len) },
		{ TLS_FEATURE_FACT_SESSION_ID,
		    same(facts->session_id, id, id_len) },
		{ TLS_FEATURE_FACT_SECRET, same(facts->secret, secret,
		    SSL_SESSION_get_master_key(session, secret,
		    sizeof secret)) },
		{ TLS_FEATURE_ALPN, same(facts->alpn, &alpn[3], 1) },
	};

	for (size_t i = 0; i < sizeof found / sizeof *found; i++)
		common_probe_found(trial->probe, found[i].feature,
		    found[i].works);
}

static bool
exports(struct trial *trial)
{
	static const uint8_t context[] = { 1, 2, 3 };
	const struct tls_span span = { context, sizeof context };
	uint8_t ours[32], theirs[32];

	return openssl_export_keys(trial->session, "EXPORTER-probe", span,
	    ours, sizeof ours, &trial->err) == TLS_OK &&
	    SSL_export_keying_material(trial->client, theirs, sizeof theirs,
	    "EXPORTER-probe", 14, context, sizeof context, 1) == 1 &&
	    !memcmp(ours, theirs, sizeof ours);
}

void
openssl_try_facts(struct tls_probe *probe)
{
	struct trial trial;
	bool works = shake_with_all(&trial, probe);

	look_at_tells(&trial);
	if (works)
		look_at_facts(&trial);
	common_probe_member(probe, TLS_FEATURE_EXPORTER,
	    works && exports(&trial),
	    OPENSSL_TRIAL_FAILED);
	openssl_trial_clear(&trial);
}

/* ---- identities ------------------------------------------------------- */

/* The identity that server uses where the client knows no other signatures,
 * or -1. */
static int
identity_chosen(struct tls_probe *probe, enum lab_name name,
    const char *signatures)
{
	struct trial trial;
	int identity = -1;

	if (openssl_trial_init(&trial, probe, openssl_lab_server(probe, name),
	    TLS_VERSION_1_2) &&
	    SSL_set1_sigalgs_list(trial.client, signatures) == 1 &&
	    openssl_trial_shake(&trial))
		identity = trial.facts.identity;
	openssl_trial_clear(&trial);
	return identity;
}

void
openssl_try_identities(struct tls_probe *probe)
{
	int ecdsa = identity_chosen(probe, LAB_LENIENT, "ECDSA+SHA256");
	int eddsa = identity_chosen(probe, LAB_LENIENT, "ed25519");

	common_probe_found(probe, TLS_FEATURE_KEY_ECDSA, ecdsa == 0);
	common_probe_found(probe, TLS_FEATURE_KEY_EDDSA, eddsa == 1);
	common_probe_found(probe, TLS_FEATURE_IDENTITIES,
	    ecdsa == 0 && eddsa == 1);
	common_probe_found(probe, TLS_FEATURE_FACT_IDENTITY,
	    ecdsa == 0 && eddsa == 1);
}

void
openssl_try_rsa(struct tls_probe *probe)
{
	common_probe_found(probe, TLS_FEATURE_KEY_RSA,
	    identity_chosen(probe, LAB_RSA_ONLY, "RSA+SHA256") == 0);
}

/* ---- stapled responses ------------------------------------------------ */

static bool
staples(struct tls_probe *probe, uint16_t version, bool *told)
{
	static const uint8_t response[] = "any bytes will do";
	const struct tls_span list[] = {
		{ response, sizeof response }, { response, sizeof response },
	};
	const unsigned char *got;
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_LENIENT), version) &&
	    SSL_set_tlsext_status_type(trial.client,
	    TLSEXT_STATUSTYPE_ocsp) == 1;
	trial.status = list;
	works = works && openssl_trial_shake(&trial) &&
	    SSL_get_tlsext_status_ocsp_resp(trial.client, &got) ==
	    sizeof response && !memcmp(got, response, sizeof response);
	*told = trial.facts.status_sent == TLS_YES;
	openssl_trial_clear(&trial);
	return works;
}

void
openssl_try_status(struct tls_probe *probe)
{
	bool told, told_again;

	common_probe_found(probe, TLS_FEATURE_STATUS,
	    staples(probe, TLS_VERSION_1_2, &told));
	common_probe_found(probe, TLS_FEATURE_STATUS_TLS1_3,
	    staples(probe, TLS_VERSION_1_3, &told_again));
	common_probe_found(probe, TLS_FEATURE_FACT_STATUS_SENT,
	    told && told_again);
}

/* ---- keys without certificates ---------------------------------------- */

/* Whether the particular server agrees to a key under `identity`. */
static bool
shakes_with_key(struct tls_probe *probe, uint16_t version,
    const char *identity, bool *hinted)
{
	struct trial trial;
	bool works;

	works = openssl_trial_init(&trial, probe,
	    openssl_lab_server(probe, LAB_PARTICULAR), version) &&
	    SSL_set_cipher_list(trial.client, "ECDHE-PSK:PSK") == 1;
	trial.psk_identity = identity;
	works = works && openssl_trial_shake(&trial) &&
	    same(trial.facts.psk_identity, (const uint8_t *)identity,
	    strlen(identity)) && trial.facts.resumed == TLS_NO;
	*hinted = trial.hinted;
	openssl_trial_clear(&trial);
	return works;
}

void
openssl_try_psk(struct tls_probe *probe)
{
	static const uint16_t versions[] = { TLS_VERSION_1_3,
	    TLS_VERSION_1_2 };
	bool works[2], hinted = false;

	for (int i = 0; i < 2; i++)
		works[i] = shakes_with_key(probe, versions[i],
		    LAB_PSK_IDENTITY, &hinted) && !shakes_with_key(probe,
		    versions[i], LAB_PSK_STRANGER, &hinted);
	common_probe_found(probe, TLS_FEATURE_PSK_TLS1_3, works[0]);
	common_probe_found(probe, TLS_FEATURE_PSK, works[1]);
	common_probe_found(probe, TLS_FEATURE_PSK_HINT, hinted);
	common_probe_found(probe, TLS_FEATURE_FACT_PSK_IDENTITY,
	    works[0] && works[1]);
}
