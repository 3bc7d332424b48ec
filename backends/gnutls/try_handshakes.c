/* try_handshakes.c - what one handshake shows
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <string.h>

#define TEXT(text)	{ (const uint8_t *)(text), sizeof (text) - 1 }

static bool
same(struct tls_span span, const void *bytes, size_t len)
{
	return len > 0 && span.len == len && memcmp(span.data, bytes, len) == 0;
}

/* ---- versions and hellos ----------------------------------------------- */

/* The cheapest handshake first: every server asks before it starts. */
static bool
speaks(struct trial *trial, enum tls_feature feature)
{
	bool met = gnu_trial_meet(trial);

	(void)feature;
	if (!met) {
		gnu_trial_clear(trial);
		gnu_trial_init(trial, trial->probe, trial->version, OFFER_KEY);
		met = gnu_trial_meet(trial);
	}
	return met && trial->facts.version == trial->version;
}

/* A session whose priority was refused crashes when it is used (3.7), so the
 * library is only asked. */
static bool
has_ssl3(struct trial *trial, enum tls_feature feature)
{
	const gnutls_protocol_t *list = gnutls_protocol_list();

	(void)trial;
	(void)feature;
	while (*list != 0 && *list != GNUTLS_SSL3)
		list++;
	return *list != 0;
}

/* TLS 1.0, 32 bytes of challenge and TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, in
 * the frame of SSLv2 (RFC 5246, E.2). */
static bool
reads_sslv2(struct trial *trial, enum tls_feature feature)
{
	static const uint16_t suite = 0xc009;
	static const uint8_t hello[46] = { 0x80, 44, 1, 3, 1, 0, 3, 0, 0, 0,
	    32, 0x00, 0xc0, 0x09 };
	const struct common_pipe *answer = &trial->memory.to_client;
	struct tls_error err = TLS_ERROR_INIT;

	(void)feature;
	trial->choice.version = TLS_VERSION_UNKNOWN;
	trial->config.suites = &suite;
	trial->config.num_suites = 1;
	common_pipe_put(&trial->memory.to_server, hello, sizeof hello);
	trial->server = gnu_server_open(&trial->config, &err);
	if (trial->server)
		trial->session = gnu_session_open(trial->server, NULL,
		    &trial->choice, &trial->memory.io, &trial->witness.host,
		    &err);
	return trial->session &&
	    gnu_handshake(trial->session, &err) == TLS_WANT_READ &&
	    common_pipe_len(answer) > COMMON_RECORD_HEADER_LEN &&
	    answer->data[answer->next] == COMMON_HANDSHAKE;
}

static bool
reads_fragments(struct trial *trial, enum tls_feature feature)
{
	(void)feature;
	trial->pieces = 50;
	return gnu_trial_meet(trial);
}

/* ---- lists -------------------------------------------------------------- */

/* A list that is no product: AES-128 with SHA-1 and AES-256 with SHA-384, for a
 * client that prefers AES-256 with SHA-1, which the product would have. */
#define OFFER_THREE	"+PSK:+AES-256-CBC:+AES-128-CBC:+SHA1:+SHA384:" \
	"+SIGN-ALL:+GROUP-ALL"

static bool
keeps_to_list(struct trial *trial, enum tls_feature feature)
{
	static const uint16_t suites[] = { 0x008c, 0x00af };
	const bool ours = feature == TLS_FEATURE_SERVER_PREFERENCE;

	trial->config.suites = suites;
	trial->config.num_suites = 2;
	trial->config.server_preference = ours;
	return gnu_trial_meet(trial) && trial->suites[0] == 0x008d &&
	    trial->facts.suite == (ours ? 0x008c : 0x00af);
}

static bool
keeps_to_groups(struct trial *trial, enum tls_feature feature)
{
	static const uint16_t group = 24;

	(void)feature;
	trial->config.groups = &group;
	trial->config.num_groups = 1;
	return gnu_trial_meet(trial) && trial->facts.group == group;
}

/* Of the server's, or of the client's and not the server's. */
static bool
keeps_to_sigalgs(struct trial *trial, enum tls_feature feature)
{
	/* ecdsa_secp384r1_sha384 in the sense of TLS 1.2 */
	static const uint16_t sigalg = 0x0503;
	const bool ours = feature == TLS_FEATURE_SIGNATURES;

	trial->config.peer_certificate = ours ? TLS_PEER_NONE :
	    TLS_PEER_DEMAND;
	*(ours ? &trial->config.signatures :
	    &trial->config.client_signatures) = &sigalg;
	*(ours ? &trial->config.num_signatures :
	    &trial->config.num_client_signatures) = 1;
	return gnu_trial_certify_client(trial) && gnu_trial_meet(trial) &&
	    (trial->facts.signature == sigalg) == ours &&
	    (trial->facts.peer_signature == sigalg) == !ours;
}

/* With a prime of 3072 bits; the library's own choice has 2048. */
static bool
uses_dh_parameters(struct trial *trial, enum tls_feature feature)
{
	gnutls_dh_params_t params = NULL;
	gnutls_datum_t der = { NULL, 0 };
	bool works;

	(void)feature;
	if (gnutls_dh_params_init(&params) >= 0 &&
	    gnutls_dh_params_import_raw(params,
	    &gnutls_ffdhe_3072_group_prime,
	    &gnutls_ffdhe_3072_group_generator) >= 0)
		gnutls_dh_params_export2_pkcs3(params, GNUTLS_X509_FMT_DER,
		    &der);
	trial->config.dh_params = (struct tls_span){ der.data, der.size };
	works = der.data && gnu_trial_meet(trial) &&
	    gnutls_dh_get_prime_bits(trial->client) == 3072;
	gnutls_free(der.data);
	if (params)
		gnutls_dh_params_deinit(params);
	return works;
}

static bool
works_around_bugs(struct trial *trial, enum tls_feature feature)
{
	(void)feature;
	trial->config.workarounds = true;
	return gnu_trial_meet(trial);
}

/* ---- without certificates ---------------------------------------------- */

static bool
meets(struct trial *trial, enum tls_feature feature)
{
	(void)feature;
	return gnu_trial_meet(trial);
}

static bool
uses_psk(struct trial *trial, enum tls_feature feature)
{
	static const struct tls_span hint = TEXT("ask me");
	const char *got;

	if (feature == TLS_FEATURE_PSK_HINT)
		trial->config.psk_hint = hint;
	if (!gnu_trial_meet(trial))
		return false;
	got = gnutls_psk_client_get_hint(trial->client);
	return feature == TLS_FEATURE_PSK_HINT ?
	    got && same(hint, got, strlen(got)) :
	    same(trial->facts.psk_identity, TRIAL_PSK_IDENTITY,
	    sizeof TRIAL_PSK_IDENTITY - 1);
}

/* ---- extensions --------------------------------------------------------- */

static bool
staples(struct trial *trial, enum tls_feature feature)
{
	static const struct tls_span status = TEXT("no real response");
	gnutls_datum_t got = { NULL, 0 };

	trial->choice.status = &status;
	return trial->client &&
	    gnutls_ocsp_status_request_enable_client(trial->client, NULL, 0,
	    NULL) >= 0 && gnu_trial_meet(trial) &&
	    gnutls_ocsp_status_request_get(trial->client, &got) >= 0 &&
	    same(status, got.data, got.size) &&
	    (feature != TLS_FEATURE_FACT_STATUS_SENT ||
	    trial->facts.status_sent == TLS_YES);
}

static bool
agrees_to_protocol(struct trial *trial, enum tls_feature feature)
{
	static const struct tls_span name = TEXT("trial");
	gnutls_datum_t datum = gnu_datum_of(name);

	(void)feature;
	trial->choice.alpn = name;
	return trial->client &&
	    gnutls_alpn_set_protocols(trial->client, &datum, 1, 0) >= 0 &&
	    gnu_trial_meet(trial) &&
	    same(trial->facts.alpn, name.data, name.len) &&
	    gnutls_alpn_get_selected_protocol(trial->client, &datum) >= 0 &&
	    same(name, datum.data, datum.size);
}

static bool
begins_ids(struct trial *trial, enum tls_feature feature)
{
	static const struct tls_span prefix = TEXT("trial");
	gnutls_datum_t id = { NULL, 0 };

	(void)feature;
	trial->config.id_prefix = prefix;
	return gnu_trial_meet(trial) &&
	    gnutls_session_get_id2(trial->client, &id) >= 0 &&
	    id.size > prefix.len && same(prefix, id.data, prefix.len);
}

/* ---- facts and tells ---------------------------------------------------- */

static bool
tells(struct trial *trial, enum tls_feature feature)
{
	const struct common_witness *witness = &trial->witness;
	const struct tls_facts *facts = &trial->facts;
	gnutls_datum_t secret = { NULL, 0 };

	if (!gnu_trial_meet(trial))
		return false;
	switch (feature) {
	case TLS_FEATURE_FACT_GROUP:
		return facts->group == 23;
	case TLS_FEATURE_FACT_SIGNATURE:
		return facts->signature && facts->signature ==
		    gnu_sigalg_number((unsigned)
		    gnutls_sign_algorithm_get(trial->client));
	case TLS_FEATURE_FACT_IDENTITY:
		return facts->identity == 0;
	case TLS_FEATURE_FACT_EXTENDED_MASTER:
		return facts->extended_master == TLS_YES;
	case TLS_FEATURE_FACT_SECURE_RENEGO:
		return facts->secure_renegotiation == TLS_YES;
	case TLS_FEATURE_FACT_SESSION_ID:
		return facts->session_id.len > 0;
	case TLS_FEATURE_FACT_SECRET:
		gnutls_session_get_master_secret(trial->client, &secret);
		return same(facts->secret, secret.data, secret.size);
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

static bool
exports(struct trial *trial, enum tls_feature feature)
{
	static const char label[] = "EXPORTER-trial";
	const struct tls_span none = { NULL, 0 };
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t ours[32], theirs[sizeof ours];

	(void)feature;
	return gnu_trial_meet(trial) && gnu_export_keys(trial->session, label,
	    none, ours, sizeof ours, &err) == TLS_OK &&
	    gnutls_prf_rfc5705(trial->client, sizeof label - 1, label, 0, NULL,
	    sizeof theirs, (char *)theirs) >= 0 &&
	    memcmp(ours, theirs, sizeof ours) == 0;
}

/* ---- the rows ----------------------------------------------------------- */

#define V1_0	TLS_VERSION_1_0
#define V1_1	TLS_VERSION_1_1
#define V1_2	TLS_VERSION_1_2
#define V1_3	TLS_VERSION_1_3

#define WALK		PART("emulated where a priority string cannot say " \
	"it: one suite is tried after the other")
#define LEFT_OUT	"left out of this GnuTLS when it was built"

const struct row gnu_try_handshakes[] = {
	TRY(SSL3, has_ssl3, NULL, ANY, NONE("broken (RFC 7568), and left out "
	    "of the backend though this GnuTLS has it"), LEFT_OUT),
	TRY(TLS1, speaks, OFFER_PSK, V1_0, FULL, OFF),
	TRY(TLS1_1, speaks, OFFER_PSK, V1_1, FULL, OFF),
	TRY(TLS1_2, speaks, OFFER_PSK, V1_2, FULL, OFF),
	TRY(TLS1_3, speaks, OFFER_PSK, V1_3, FULL, OFF),
	TRY(HELLO_SSLV2, reads_sslv2, OFFER_KEY, V1_0, FULL,
	    "this GnuTLS reads no hello in an SSLv2 record"),
	TRY(HELLO_FRAGMENTS, reads_fragments, OFFER_KEY, ANY, FULL,
	    "this GnuTLS reads no hello in several records"),
	TRY(CIPHER_LIST, keeps_to_list, OFFER_THREE, V1_2, WALK, FAILED),
	TRY(CLIENT_PREFERENCE, keeps_to_list, OFFER_THREE, V1_2, FULL,
	    FAILED),
	TRY(SERVER_PREFERENCE, keeps_to_list, OFFER_THREE, V1_2, WALK,
	    FAILED),
	TRY(GROUPS, keeps_to_groups, OFFER_KEY ":+GROUP-SECP384R1", ANY, FULL,
	    FAILED),
	TRY(SIGNATURES, keeps_to_sigalgs, OFFER_KEY, V1_2, FULL, FAILED),
	TRY(CLIENT_SIGNATURES, keeps_to_sigalgs, OFFER_KEY, V1_2, FULL,
	    FAILED),
	TRY(DH_PARAMETERS, uses_dh_parameters, "+DHE-PSK:+AES-128-CBC:+SHA1:"
	    "+SIGN-ALL:+GROUP-SECP256R1", V1_2, FULL, FAILED),
	TRY(WORKAROUNDS, works_around_bugs, OFFER_KEY, ANY, FULL, FAILED),
	TRY(ANONYMOUS, meets, "+ANON-ECDH:+AES-128-CBC:+SHA1:+SIGN-ALL:"
	    "+GROUP-SECP256R1", V1_2, FULL, LEFT_OUT),
	TRY(PSK, uses_psk, OFFER_PSK, V1_2, FULL, LEFT_OUT),
	TRY(PSK_HINT, uses_psk, OFFER_PSK, V1_2, FULL, LEFT_OUT),
	TRY(FACT_PSK_IDENTITY, uses_psk, OFFER_PSK, V1_2, FULL, LEFT_OUT),
	TRY(PSK_TLS1_3, uses_psk, OFFER_PSK, V1_3, PART("with SHA-256, and "
	    "only the first key that a client offers"), LEFT_OUT),
	TRY(STATUS, staples, OFFER_KEY, V1_2, FULL, FAILED),
	TRY(STATUS_TLS1_3, staples, OFFER_KEY, V1_3, FULL, FAILED),
	TRY(FACT_STATUS_SENT, staples, OFFER_KEY, ANY, FULL, FAILED),
	TRY(ALPN, agrees_to_protocol, OFFER_KEY, ANY, FULL, FAILED),
	TRY(ID_PREFIX, begins_ids, OFFER_KEY, V1_2, FULL, FAILED),
	TRY(FACT_GROUP, tells, OFFER_KEY, ANY, FULL, FAILED),
	TRY(FACT_SIGNATURE, tells, OFFER_KEY, ANY, FULL, FAILED),
	TRY(FACT_IDENTITY, tells, OFFER_KEY, ANY, FULL, FAILED),
	TRY(FACT_EXTENDED_MASTER, tells, OFFER_KEY, V1_2, FULL, FAILED),
	TRY(FACT_SECURE_RENEGO, tells, OFFER_KEY, V1_2, FULL, FAILED),
	TRY(FACT_SESSION_ID, tells, OFFER_KEY, ANY, FULL, FAILED),
	TRY(FACT_SECRET, tells, OFFER_KEY, V1_2, PART("up to TLS 1.2; GnuTLS "
	    "does not tell the secret of TLS 1.3"), FAILED),
	TRY(STATES, tells, OFFER_KEY, ANY, PART("derived from the messages, "
	    "since GnuTLS shows no states"), FAILED),
	TRY(MESSAGES, tells, OFFER_KEY, ANY, FULL, FAILED),
	TRY(SECRETS, tells, OFFER_KEY, ANY, FULL, FAILED),
	TRY_MEMBER(EXPORTER, exports, OFFER_KEY, ANY, PART("at most 200 bytes "
	    "before TLS 1.2")),
	{ .works = NULL },
};
