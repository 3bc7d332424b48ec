/* common/experiments.c - the experiments by which features are tried
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/experiments.h"

#include <string.h>

#include "common/sample.h"
#include "common/wire.h"

#define SHA256	0x0403		/* with ECDSA */
#define SHA384	0x0503

#define meet	common_trial_meet

static bool
same(struct tls_span a, struct tls_span b)
{
	return a.len && a.len == b.len && !memcmp(a.data, b.data, a.len);
}

/* Offers that suite only, besides those of TLS 1.3. */
static void
offer(struct common_trial *trial, const uint16_t *suites, size_t num)
{
	trial->offer.suites = trial->config.suites = suites;
	trial->offer.num_suites = trial->config.num_suites = num;
}

static void
identify(struct common_trial *trial, const struct tls_identity *own)
{
	trial->config.identities = own;
	trial->config.num_identities = own ? 1 : 0;
}

/* Gives the client a certificate, and the server the root of it. */
static void
certify(struct common_trial *trial)
{
	const struct tls_identity *root = common_sample(trial->lab,
	    COMMON_P256);

	trial->offer.identity = common_sample(trial->lab, COMMON_CLIENT);
	trial->config.roots = root ? root->chain : NULL;
	trial->config.num_roots = trial->config.num_named_roots = root ? 1 : 0;
}

/* ---- hellos ------------------------------------------------------------- */

/* TLS 1.0, 32 bytes of challenge, ECDHE-ECDSA and anonymous DH with AES-128-CBC
 * and SHA-1, in the frame of SSLv2 (RFC 5246, E.2): not every library takes a
 * curve that was not offered. */
bool
common_reads_sslv2(struct common_trial *trial)
{
	static const uint16_t suites[] = { 0xc009, 0x0034 };
	static const uint8_t hello[49] = { 0x80, 47, 1, 3, 1, 0, 6, 0, 0, 0,
	    32, 0x00, 0xc0, 0x09, 0x00, 0x00, 0x34 };
	const struct common_pipe *answer = &trial->memory.to_client;

	offer(trial, suites, 2);
	trial->choice.version = TLS_VERSION_UNKNOWN;
	common_pipe_put(&trial->memory.to_server, hello, sizeof hello);
	trial->server = trial->backend->server_open(&trial->config,
	    &trial->err);
	if (trial->server)
		trial->session = trial->backend->session_open(
		    trial->server, NULL, &trial->choice, &trial->memory.io,
		    &trial->witness.host, &trial->err);
	return trial->session && trial->backend->handshake(trial->session,
	    &trial->err) == TLS_WANT_READ &&
	    common_pipe_len(answer) > COMMON_RECORD_HEADER_LEN &&
	    answer->data[answer->next] == COMMON_HANDSHAKE;
}

/* Cut below the header of a message, where some lose their way. */
bool
common_reads_fragments(struct common_trial *trial)
{
	trial->pieces = 3;
	return meet(trial);
}

/* ---- lists -------------------------------------------------------------- */

/* A list that is no product: AES-128 with SHA-1 and AES-256 with SHA-384, for a
 * client that prefers AES-256 with SHA-1, which the product would have. */
bool
common_keeps_to_suites(struct common_trial *trial)
{
	static const uint16_t theirs[] = { 0x008d, 0x00af, 0x008c };
	static const uint16_t ours[] = { 0x008c, 0x00af };
	const bool our_way = trial->feature == TLS_FEATURE_SERVER_PREFERENCE;

	trial->offer.suites = theirs;
	trial->offer.num_suites = 3;
	trial->config.suites = ours;
	trial->config.num_suites = 2;
	trial->config.server_preference = our_way;
	return meet(trial) && trial->hello.suites[0] == theirs[0] &&
	    trial->facts.suite == ours[our_way ? 0 : 1];
}

bool
common_keeps_to_groups(struct common_trial *trial)
{
	static const uint16_t theirs[] = { 23, 24 };

	trial->offer.groups = theirs;
	trial->config.groups = theirs + 1;
	trial->config.num_groups = 1;
	return meet(trial) && trial->facts.group == theirs[1];
}

static bool
signs_with(struct common_trial *trial, const uint16_t *ours,
    const uint16_t *theirs)
{
	/* ECDHE-ECDSA, AES-256-GCM, SHA-384: some clients go by that hash. */
	static const uint16_t suite = 0xc02c;
	uint16_t version = trial->offer.version;
	struct common_lab *lab = trial->lab;

	common_trial_clear(trial);
	common_trial_init(trial, lab, version, COMMON_WITH_KEY);
	offer(trial, &suite, 1);
	certify(trial);
	trial->config.peer_certificate = TLS_PEER_DEMAND;
	trial->config.signatures = ours;
	trial->config.client_signatures = theirs;
	trial->config.num_signatures = trial->config.num_client_signatures = 1;
	return meet(trial);
}

/* Of the server's, and of the client's: what was not asked for is not used. */
bool
common_keeps_to_signatures(struct common_trial *trial)
{
	static const uint16_t sha256 = SHA256, sha384 = SHA384;

	if (trial->feature == TLS_FEATURE_SIGNATURES ||
	    trial->feature == TLS_FEATURE_FACT_SIGNATURE)
		return signs_with(trial, &sha384, &sha384) &&
		    trial->facts.signature == SHA384;
	return signs_with(trial, &sha256, &sha384) &&
	    trial->facts.peer_signature == SHA384 &&
	    (trial->feature == TLS_FEATURE_FACT_PEER_SIGNATURE ||
	    !signs_with(trial, &sha384, &sha256) ||
	    trial->facts.peer_signature == SHA256);
}

/* p = 2^1536 - DH_LESS, which is prime; g = 2. */
#define DH_LEN		192
#define DH_LESS		3453

bool
common_uses_dh_parameters(struct common_trial *trial)
{
	static const uint16_t suite = 0x0090;	/* DHE, AES-128, SHA-1 */
	static const uint8_t head[] = { 0x30, 0x81, DH_LEN + 7, 2, 0x81,
	    DH_LEN + 1, 0 };
	static const uint8_t tail[] = { 0xff - (DH_LESS >> 8),
	    0x100 - (DH_LESS & 0xff), 2, 1, 2 };
	uint8_t der[DH_LEN + 10];

	memset(der, 0xff, sizeof der);
	memcpy(der, head, sizeof head);
	memcpy(der + sizeof der - sizeof tail, tail, sizeof tail);
	offer(trial, &suite, 1);
	trial->config.dh_params = (struct tls_span){ der, sizeof der };
	return meet(trial) && common_trial_said(trial, (struct tls_span){
	    der + sizeof head, DH_LEN });
}

/* ---- keys --------------------------------------------------------------- */

bool
common_serves_anonymous(struct common_trial *trial)
{
	static const uint16_t suite = 0xc018;	/* ECDH, AES-128-CBC, SHA-1 */

	offer(trial, &suite, 1);
	identify(trial, NULL);
	return meet(trial) && trial->facts.identity < 0;
}

bool
common_works_around(struct common_trial *trial)
{
	trial->config.workarounds = true;
	return meet(trial);
}

/* Whatever the library chooses by itself. */
bool
common_serves_natively(struct common_trial *trial)
{
	trial->config.native = trial->choice.native = true;
	trial->choice.version = 0;
	trial->config.suites = NULL;
	trial->config.num_suites = 0;
	trial->config.security_level = -1;
	trial->config.num_tickets = TLS_TICKETS_OWN;
	return meet(trial);
}

static const uint16_t rsa_suites[] = { 0x1301, 0xc013 };

bool
common_serves(struct common_trial *trial)
{
	if (trial->feature == TLS_FEATURE_KEY_RSA) {
		offer(trial, rsa_suites, 2);
		identify(trial, common_sample(trial->lab, COMMON_RSA));
	} else if (trial->feature == TLS_FEATURE_KEY_EDDSA) {
		identify(trial, common_sample(trial->lab, COMMON_ED25519));
	}
	return meet(trial) && trial->facts.identity == 0;
}

/* The client can use the second one only. */
bool
common_chooses_identity(struct common_trial *trial)
{
	const struct tls_identity *rsa = common_sample(trial->lab, COMMON_RSA);
	const struct tls_identity *first = trial->config.identities;
	struct tls_identity both[2];

	if (!rsa || !first)
		return false;
	both[0] = *first;
	both[1] = *rsa;
	offer(trial, rsa_suites, 2);
	trial->config.identities = both;
	trial->config.num_identities = 2;
	return meet(trial) && trial->facts.identity == 1;
}

bool
common_decrypts_key(struct common_trial *trial)
{
	const struct tls_identity *own = common_sample(trial->lab,
	    COMMON_PACKED);
	uint8_t pfx[COMMON_PFX_LEN + 1] = { 0 };
	struct tls_identity identity;

	if (!own)
		return false;
	common_sample_pfx(pfx);
	identity = *own;
	identity.key = (struct tls_span){ pfx + COMMON_PFX_KEY_AT,
	    COMMON_PFX_KEY_LEN };
	identity.pass = COMMON_PFX_PASS;
	identify(trial, &identity);
	return meet(trial);
}

bool
common_unpacks(struct common_trial *trial)
{
	identify(trial, common_sample(trial->lab, COMMON_PACKED));
	return meet(trial);
}

/* ---- clients' certificates ---------------------------------------------- */

bool
common_judges_client(struct common_trial *trial)
{
	const struct tls_facts *facts = &trial->facts;

	certify(trial);
	trial->config.peer_certificate = TLS_PEER_DEMAND;
	if (!trial->offer.identity || !meet(trial))
		return false;
	return trial->feature == TLS_FEATURE_VERIFY_STEPS ?
	    trial->witness.steps == 2 && trial->witness.error == 0 :
	    facts->num_peer_chain == 2 && same(facts->peer_chain[0],
	    trial->offer.identity->chain[0]);
}

bool
common_knows_revoked(struct common_trial *trial)
{
	uint8_t room[COMMON_SAMPLE_ROOM];
	const struct tls_span crl = common_sample_crl(trial->lab, room);

	certify(trial);
	trial->config.peer_certificate = TLS_PEER_DEMAND;
	trial->config.crl_check = TLS_CRL_LEAF;
	trial->config.crls = &crl;
	trial->config.num_crls = 1;
	return crl.len && meet(trial) &&
	    trial->witness.error == 23;		/* X509_V_ERR_CERT_REVOKED */
}

/* ---- pre-shared keys ---------------------------------------------------- */

/* The client's key works, and under a name that is not known it does not. */
bool
common_uses_psk(struct common_trial *trial)
{
	const struct tls_span hint = COMMON_TEXT("ask me");
	const struct tls_span own = trial->witness.psk_identity;

	if (trial->feature == TLS_FEATURE_PSK_HINT)
		trial->config.psk_hint = hint;
	if (!meet(trial) || !same(trial->facts.psk_identity, own))
		return false;
	if (trial->feature == TLS_FEATURE_PSK_HINT)
		return common_trial_said(trial, hint);
	trial->witness.psk_identity = COMMON_TEXT("someone else");
	return !meet(trial);
}

/* ---- extensions --------------------------------------------------------- */

bool
common_staples(struct common_trial *trial)
{
	const struct tls_span status = COMMON_TEXT("no real response");

	trial->choice.status = &status;
	return meet(trial) && same(trial->told.status, status) &&
	    (trial->feature != TLS_FEATURE_FACT_STATUS_SENT ||
	    trial->facts.status_sent == TLS_YES);
}

bool
common_agrees_to_protocol(struct common_trial *trial)
{
	const struct tls_span name = COMMON_TEXT(COMMON_TRIAL_ALPN);

	trial->choice.alpn = name;
	return meet(trial) && same(trial->facts.alpn, name) &&
	    same(trial->told.alpn, name);
}

bool
common_offers_protocol(struct common_trial *trial)
{
	trial->config.npn = COMMON_TEXT("\5" COMMON_TRIAL_ALPN);
	return meet(trial) && same(trial->facts.npn,
	    COMMON_TEXT(COMMON_TRIAL_ALPN));
}

/* ---- resumption --------------------------------------------------------- */

static const uint8_t ticket_key[TLS_TICKET_KEY_LEN] = "made for trials";

/* Two tickets more than libraries give by themselves. */
bool
common_resumes_by_ticket(struct common_trial *trial)
{
	trial->config.ticket_key = (struct tls_span){ ticket_key,
	    sizeof ticket_key };
	trial->config.num_tickets = 4;
	if (!meet(trial) || trial->facts.resumed != TLS_NO)
		return false;
	(void)common_trial_talk(trial);
	if (trial->feature == TLS_FEATURE_NUM_TICKETS)
		return trial->told.tickets == 4;
	return meet(trial) && trial->facts.resumed == TLS_YES;
}

bool
common_resumes_from_store(struct common_trial *trial)
{
	trial->config.session_store = true;
	return meet(trial) && trial->witness.remembered == 1 && meet(trial) &&
	    trial->witness.resumed == 1 && trial->facts.resumed == TLS_YES;
}

bool
common_has_session_id(struct common_trial *trial)
{
	const struct tls_span prefix = COMMON_TEXT("a prefix");

	trial->config.session_store = true;
	if (trial->feature == TLS_FEATURE_ID_PREFIX)
		trial->config.id_prefix = prefix;
	return meet(trial) && trial->facts.session_id.len > prefix.len &&
	    common_trial_said(trial, trial->facts.session_id) &&
	    (trial->feature != TLS_FEATURE_ID_PREFIX ||
	    !memcmp(trial->facts.session_id.data, prefix.data, prefix.len));
}

/* ---- requests ----------------------------------------------------------- */

/* A certificate comes when it is asked for, and only then. */
bool
common_renegotiates(struct common_trial *trial)
{
	const bool ask = trial->feature == TLS_FEATURE_RENEGOTIATE_CERTIFICATE;

	certify(trial);
	return trial->backend->renegotiate && meet(trial) &&
	    !trial->facts.num_peer_chain && trial->backend->renegotiate(
	    trial->session, ask, &trial->err) == TLS_OK &&
	    common_trial_talk(trial) && trial->witness.changed == 1 &&
	    (trial->facts.num_peer_chain > 0) == ask;
}

bool
common_asks_for_certificate(struct common_trial *trial)
{
	certify(trial);
	return trial->backend->ask_certificate && meet(trial) &&
	    trial->backend->ask_certificate(trial->session, &trial->err) ==
	    TLS_OK && common_trial_talk(trial) &&
	    trial->witness.changed == 1 && trial->facts.num_peer_chain > 0;
}

/* It sends something, and data goes both ways under the new keys. */
bool
common_updates_keys(struct common_trial *trial)
{
	return trial->backend->key_update && meet(trial) &&
	    common_trial_talk(trial) && trial->backend->key_update(
	    trial->session, true, &trial->err) == TLS_OK &&
	    common_pipe_len(&trial->memory.to_client) > 0 &&
	    common_trial_talk(trial);
}

/* ---- facts and tells ---------------------------------------------------- */

bool
common_tells(struct common_trial *trial)
{
	const struct common_witness *witness = &trial->witness;
	const struct tls_facts *facts = &trial->facts;

	if (!meet(trial))
		return false;
	switch (trial->feature) {
	case TLS_FEATURE_FACT_EXTENDED_MASTER:
		return facts->extended_master == TLS_YES;
	case TLS_FEATURE_FACT_SECURE_RENEGO:
		return facts->secure_renegotiation == TLS_YES;
	case TLS_FEATURE_FACT_SECRET:
		return same(facts->secret,
		    (struct tls_span){ trial->told.secret, 48 });
	case TLS_FEATURE_STATES:
		return witness->states > 0;
	case TLS_FEATURE_MESSAGES:
		return witness->messages > 0;
	case TLS_FEATURE_SECRETS:
		return witness->secrets > 0;
	default:
		return false;
	}
}

bool
common_exports(struct common_trial *trial)
{
	const struct tls_span none = { NULL, 0 };
	uint8_t ours[32], theirs[sizeof ours];

	return trial->backend->export_keys && meet(trial) &&
	    trial->backend->export_keys(trial->session, COMMON_TRIAL_LABEL,
	    none, ours, sizeof ours, &trial->err) == TLS_OK &&
	    trial->lab->library->client->export_keys(trial, theirs,
	    sizeof theirs) && !memcmp(ours, theirs, sizeof ours);
}

bool
common_takes_seed(struct common_trial *trial)
{
	return trial->backend->seed && meet(trial) &&
	    trial->backend->seed(trial->server, trial->witness.psk,
	    &trial->err);
}
