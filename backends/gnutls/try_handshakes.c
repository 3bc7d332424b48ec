/* try_handshakes.c - what one handshake shows
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include <string.h>

static bool
is(struct tls_span span, const char *text)
{
	return span.len == strlen(text) &&
	    memcmp(span.data, text, span.len) == 0;
}

/* ---- versions and hellos ----------------------------------------------- */

/* The cheapest handshake first: every server asks before it starts. */
static void
try_version(struct tls_probe *probe, enum tls_feature feature,
    uint16_t version)
{
	static const char *const offers[] = { OFFER_PSK, OFFER_KEY };
	bool works = false;

	for (int i = 0; i < 2 && !works; i++) {
		struct trial trial;

		gnu_trial_init(&trial, probe, version, offers[i]);
		works = gnu_trial_meet(&trial) &&
		    trial.facts.version == version;
		gnu_trial_clear(&trial);
	}
	common_probe_found(probe, feature, works);
}

static void
try_tls1_0(struct tls_probe *probe)
{
	try_version(probe, TLS_FEATURE_TLS1, TLS_VERSION_1_0);
}

static void
try_tls1_1(struct tls_probe *probe)
{
	try_version(probe, TLS_FEATURE_TLS1_1, TLS_VERSION_1_1);
}

static void
try_tls1_2(struct tls_probe *probe)
{
	try_version(probe, TLS_FEATURE_TLS1_2, TLS_VERSION_1_2);
}

static void
try_tls1_3(struct tls_probe *probe)
{
	try_version(probe, TLS_FEATURE_TLS1_3, TLS_VERSION_1_3);
}

/* A session whose priority was refused crashes when it is used (3.7), so the
 * library is only asked. */
static void
try_ssl3(struct tls_probe *probe)
{
	const gnutls_protocol_t *list = gnutls_protocol_list();

	while (*list != 0 && *list != GNUTLS_SSL3)
		list++;
	common_probe_set(probe, TLS_FEATURE_SSL3, TLS_SUPPORT_NONE,
	    *list == 0 ? "left out of this GnuTLS when it was built" :
	    "broken (RFC 7568), and left out of the backend though this "
	    "GnuTLS has it");
}

/* TLS 1.0, 32 bytes of challenge and TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, in
 * the frame of SSLv2 (RFC 5246, E.2). */
static void
try_sslv2_hello(struct tls_probe *probe)
{
	static const uint16_t suite = 0xc009;
	static const uint8_t head[14] = { 0x80, 44, 1, 3, 1, 0, 3, 0, 0, 0,
	    32, 0x00, 0xc0, 0x09 };
	struct tls_error err = TLS_ERROR_INIT;
	const struct common_pipe *answer;
	uint8_t hello[46] = { 0 };
	struct trial trial;

	memcpy(hello, head, sizeof head);
	gnu_trial_init(&trial, probe, TLS_VERSION_1_0, OFFER_KEY);
	trial.choice.version = TLS_VERSION_UNKNOWN;
	trial.config.suites = &suite;
	trial.config.num_suites = 1;
	common_pipe_put(&trial.memory.to_server, hello, sizeof hello);
	trial.server = gnu_server_open(&trial.config, &err);
	if (trial.server)
		trial.session = gnu_session_open(trial.server, NULL,
		    &trial.choice, &trial.memory.io, &trial.witness.host,
		    &err);
	answer = &trial.memory.to_client;
	gnu_trial_found(&trial, TLS_FEATURE_HELLO_SSLV2, trial.session &&
	    gnu_handshake(trial.session, &err) == TLS_WANT_READ &&
	    common_pipe_len(answer) > COMMON_RECORD_HEADER_LEN &&
	    answer->data[answer->next] == COMMON_HANDSHAKE);
	gnu_trial_clear(&trial);
}

static void
try_fragments(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe), OFFER_KEY);
	trial.pieces = 50;
	common_probe_found(probe, TLS_FEATURE_HELLO_FRAGMENTS,
	    gnu_trial_meet(&trial));
	gnu_trial_clear(&trial);
}

/* ---- lists -------------------------------------------------------------- */

/* A list that is no product: AES-128 with SHA-1 and AES-256 with SHA-384, for a
 * client that prefers AES-256 with SHA-1, which the product would have. */
static bool
keeps_to_the_list(struct tls_probe *probe, bool server_preference)
{
	static const uint16_t suites[] = { 0x008c, 0x00af };
	struct trial trial;
	bool works;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, "+PSK:+AES-256-CBC:"
	    "+AES-128-CBC:+SHA1:+SHA384:+SIGN-ALL:+GROUP-ALL");
	trial.config.suites = suites;
	trial.config.num_suites = 2;
	trial.config.server_preference = server_preference;
	works = gnu_trial_meet(&trial) && trial.suites[0] == 0x008d &&
	    trial.facts.suite == (server_preference ? 0x008c : 0x00af);
	gnu_trial_clear(&trial);
	return works;
}

static void
try_list(struct tls_probe *probe)
{
	bool works = keeps_to_the_list(probe, false);

	common_probe_found(probe, TLS_FEATURE_CIPHER_LIST, works);
	common_probe_found(probe, TLS_FEATURE_CLIENT_PREFERENCE, works);
}

static void
try_server_preference(struct tls_probe *probe)
{
	common_probe_found(probe, TLS_FEATURE_SERVER_PREFERENCE,
	    keeps_to_the_list(probe, true));
}

static void
try_groups(struct tls_probe *probe)
{
	static const uint16_t group = 24;
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe),
	    OFFER_KEY ":+GROUP-SECP384R1");
	trial.config.groups = &group;
	trial.config.num_groups = 1;
	common_probe_found(probe, TLS_FEATURE_GROUPS,
	    gnu_trial_meet(&trial) && trial.facts.group == group);
	gnu_trial_clear(&trial);
}

/* ecdsa_secp384r1_sha384 in the sense of TLS 1.2. */
static const uint16_t sigalg = 0x0503;

static void
try_sigalgs(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_KEY);
	trial.config.signatures = &sigalg;
	trial.config.num_signatures = 1;
	gnu_trial_found(&trial, TLS_FEATURE_SIGNATURES,
	    gnu_trial_meet(&trial) && trial.facts.signature == sigalg);
	gnu_trial_clear(&trial);
}

static void
try_client_sigalgs(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_KEY);
	trial.config.peer_certificate = TLS_PEER_DEMAND;
	trial.config.client_signatures = &sigalg;
	trial.config.num_client_signatures = 1;
	gnu_trial_found(&trial, TLS_FEATURE_CLIENT_SIGNATURES,
	    gnu_trial_certify_client(&trial) && gnu_trial_meet(&trial) &&
	    trial.facts.peer_signature == sigalg &&
	    trial.facts.signature != sigalg);
	gnu_trial_clear(&trial);
}

/* With a prime of 3072 bits; the library's own choice has 2048. */
static void
try_dh_parameters(struct tls_probe *probe)
{
	gnutls_dh_params_t params = NULL;
	gnutls_datum_t der = { NULL, 0 };
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, "+DHE-PSK:"
	    "+AES-128-CBC:+SHA1:+SIGN-ALL:+GROUP-SECP256R1");
	if (gnutls_dh_params_init(&params) >= 0 &&
	    gnutls_dh_params_import_raw(params,
	    &gnutls_ffdhe_3072_group_prime,
	    &gnutls_ffdhe_3072_group_generator) >= 0)
		gnutls_dh_params_export2_pkcs3(params, GNUTLS_X509_FMT_DER,
		    &der);
	trial.config.dh_params = (struct tls_span){ der.data, der.size };
	gnu_trial_found(&trial, TLS_FEATURE_DH_PARAMETERS, der.data &&
	    gnu_trial_meet(&trial) &&
	    gnutls_dh_get_prime_bits(trial.client) == 3072);
	gnu_trial_clear(&trial);
	gnutls_free(der.data);
	if (params)
		gnutls_dh_params_deinit(params);
}

static void
try_workarounds(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe), OFFER_KEY);
	trial.config.workarounds = true;
	common_probe_found(probe, TLS_FEATURE_WORKAROUNDS,
	    gnu_trial_meet(&trial));
	gnu_trial_clear(&trial);
}

/* ---- without certificates ---------------------------------------------- */

static void
try_anonymous(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, "+ANON-ECDH:"
	    "+AES-128-CBC:+SHA1:+SIGN-ALL:+GROUP-SECP256R1");
	gnu_trial_found(&trial, TLS_FEATURE_ANONYMOUS,
	    gnu_trial_meet(&trial));
	gnu_trial_clear(&trial);
}

static void
try_psk(struct tls_probe *probe)
{
	static const char hint[] = "ask me";
	const char *got = NULL;
	struct trial trial;
	bool works;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_PSK);
	trial.config.psk_hint = (struct tls_span){ (const uint8_t *)hint,
	    sizeof hint - 1 };
	works = gnu_trial_meet(&trial);
	if (works)
		got = gnutls_psk_client_get_hint(trial.client);
	gnu_trial_found(&trial, TLS_FEATURE_PSK, works);
	gnu_trial_found(&trial, TLS_FEATURE_PSK_HINT,
	    got && strcmp(got, hint) == 0);
	gnu_trial_found(&trial, TLS_FEATURE_FACT_PSK_IDENTITY,
	    is(trial.facts.psk_identity, TRIAL_PSK_IDENTITY));
	gnu_trial_clear(&trial);
}

static void
try_psk_1_3(struct tls_probe *probe)
{
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_3, OFFER_PSK);
	gnu_trial_found(&trial, TLS_FEATURE_PSK_TLS1_3,
	    gnu_trial_meet(&trial) && is(trial.facts.psk_identity,
	    TRIAL_PSK_IDENTITY));
	gnu_trial_clear(&trial);
}

/* ---- extensions --------------------------------------------------------- */

static void
try_status(struct tls_probe *probe, uint16_t version,
    enum tls_feature feature, bool fact)
{
	static const char text[] = "no real response";
	const struct tls_span status = { (const uint8_t *)text,
	    sizeof text - 1 };
	gnutls_datum_t got = { NULL, 0 };
	struct trial trial;
	bool works;

	gnu_trial_init(&trial, probe, version, OFFER_KEY);
	trial.choice.status = &status;
	works = trial.client &&
	    gnutls_ocsp_status_request_enable_client(trial.client, NULL, 0,
	    NULL) >= 0 && gnu_trial_meet(&trial) &&
	    gnutls_ocsp_status_request_get(trial.client, &got) >= 0 &&
	    is((struct tls_span){ got.data, got.size }, text);
	gnu_trial_found(&trial, feature, works);
	if (fact)
		gnu_trial_found(&trial, TLS_FEATURE_FACT_STATUS_SENT, works &&
		    trial.facts.status_sent == TLS_YES);
	gnu_trial_clear(&trial);
}

static void
try_status_1_2(struct tls_probe *probe)
{
	try_status(probe, TLS_VERSION_1_2, TLS_FEATURE_STATUS, true);
}

static void
try_status_1_3(struct tls_probe *probe)
{
	try_status(probe, TLS_VERSION_1_3, TLS_FEATURE_STATUS_TLS1_3, false);
}

static void
try_alpn(struct tls_probe *probe)
{
	static const char name[] = "trial";
	const struct tls_span protocol = { (const uint8_t *)name,
	    sizeof name - 1 };
	gnutls_datum_t datum = gnu_datum_of(protocol);
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe), OFFER_KEY);
	trial.choice.alpn = protocol;
	common_probe_found(probe, TLS_FEATURE_ALPN, trial.client &&
	    gnutls_alpn_set_protocols(trial.client, &datum, 1, 0) >= 0 &&
	    gnu_trial_meet(&trial) && is(trial.facts.alpn, name) &&
	    gnutls_alpn_get_selected_protocol(trial.client, &datum) >= 0 &&
	    is((struct tls_span){ datum.data, datum.size }, name));
	gnu_trial_clear(&trial);
}

static void
try_id_prefix(struct tls_probe *probe)
{
	static const char prefix[] = "trial";
	gnutls_datum_t id = { NULL, 0 };
	struct trial trial;

	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_KEY);
	trial.config.id_prefix = (struct tls_span){ (const uint8_t *)prefix,
	    sizeof prefix - 1 };
	gnu_trial_found(&trial, TLS_FEATURE_ID_PREFIX,
	    gnu_trial_meet(&trial) &&
	    gnutls_session_get_id2(trial.client, &id) >= 0 &&
	    id.size > sizeof prefix &&
	    memcmp(id.data, prefix, sizeof prefix - 1) == 0);
	gnu_trial_clear(&trial);
}

/* ---- facts and tells ---------------------------------------------------- */

static void
try_facts(struct tls_probe *probe)
{
	gnutls_datum_t secret = { NULL, 0 };
	const struct tls_facts *facts;
	struct trial trial;
	bool met;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe), OFFER_KEY);
	met = gnu_trial_meet(&trial);
	facts = &trial.facts;
	if (met)
		gnutls_session_get_master_secret(trial.client, &secret);
	common_probe_found(probe, TLS_FEATURE_FACT_GROUP, facts->group == 23);
	common_probe_found(probe, TLS_FEATURE_FACT_SIGNATURE, met &&
	    facts->signature && facts->signature == gnu_sigalg_number(
	    (unsigned)gnutls_sign_algorithm_get(trial.client)));
	common_probe_found(probe, TLS_FEATURE_FACT_IDENTITY,
	    met && facts->identity == 0);
	gnu_trial_found(&trial, TLS_FEATURE_FACT_EXTENDED_MASTER,
	    facts->extended_master == TLS_YES);
	gnu_trial_found(&trial, TLS_FEATURE_FACT_SECURE_RENEGO,
	    facts->secure_renegotiation == TLS_YES);
	common_probe_found(probe, TLS_FEATURE_FACT_SESSION_ID,
	    facts->session_id.len > 0);
	gnu_trial_found(&trial, TLS_FEATURE_FACT_SECRET, secret.size > 0 &&
	    secret.size == facts->secret.len &&
	    memcmp(secret.data, facts->secret.data, secret.size) == 0);
	common_probe_found(probe, TLS_FEATURE_STATES,
	    trial.witness.states > 0);
	common_probe_found(probe, TLS_FEATURE_MESSAGES,
	    trial.witness.messages > 0);
	common_probe_found(probe, TLS_FEATURE_SECRETS,
	    trial.witness.secrets > 0);
	gnu_trial_clear(&trial);
}

static void
try_exporter(struct tls_probe *probe)
{
	static const char label[] = "EXPORTER-trial";
	const struct tls_span none = { NULL, 0 };
	struct tls_error err = TLS_ERROR_INIT;
	uint8_t ours[32], theirs[sizeof ours];
	struct trial trial;

	gnu_trial_init(&trial, probe, gnu_trial_usual(probe), OFFER_KEY);
	gnu_trial_found_member(&trial, TLS_FEATURE_EXPORTER,
	    gnu_trial_meet(&trial) && gnu_export_keys(trial.session, label,
	    none, ours, sizeof ours, &err) == TLS_OK &&
	    gnutls_prf_rfc5705(trial.client, sizeof label - 1, label, 0, NULL,
	    sizeof theirs, (char *)theirs) >= 0 &&
	    memcmp(ours, theirs, sizeof ours) == 0);
	gnu_trial_clear(&trial);
}

/* ---- the rows ----------------------------------------------------------- */

#define WALK		PART("emulated where a priority string cannot say " \
	"it: one suite is tried after the other")
#define LEFT_OUT	"left out of this GnuTLS when it was built"

static const struct common_row rows[] = {
	{ TLS_FEATURE_SSL3, try_ssl3, WORKS, NULL },
	{ TLS_FEATURE_TLS1, try_tls1_0, WORKS, OFF },
	{ TLS_FEATURE_TLS1_1, try_tls1_1, WORKS, OFF },
	{ TLS_FEATURE_TLS1_2, try_tls1_2, WORKS, OFF },
	{ TLS_FEATURE_TLS1_3, try_tls1_3, WORKS, OFF },
	{ TLS_FEATURE_HELLO_SSLV2, try_sslv2_hello, WORKS,
	    "this GnuTLS reads no hello in an SSLv2 record" },
	{ TLS_FEATURE_HELLO_FRAGMENTS, try_fragments, WORKS,
	    "this GnuTLS reads no hello in several records" },
	{ TLS_FEATURE_CIPHER_LIST, try_list, WALK, NULL },
	{ TLS_FEATURE_CLIENT_PREFERENCE, try_list, WORKS, NULL },
	{ TLS_FEATURE_SERVER_PREFERENCE, try_server_preference, WALK, NULL },
	{ TLS_FEATURE_GROUPS, try_groups, WORKS, NULL },
	{ TLS_FEATURE_SIGNATURES, try_sigalgs, WORKS, NULL },
	{ TLS_FEATURE_CLIENT_SIGNATURES, try_client_sigalgs, WORKS, NULL },
	{ TLS_FEATURE_DH_PARAMETERS, try_dh_parameters, WORKS, NULL },
	{ TLS_FEATURE_WORKAROUNDS, try_workarounds, WORKS, NULL },
	{ TLS_FEATURE_ANONYMOUS, try_anonymous, WORKS, LEFT_OUT },
	{ TLS_FEATURE_PSK, try_psk, WORKS, LEFT_OUT },
	{ TLS_FEATURE_PSK_HINT, try_psk, WORKS, LEFT_OUT },
	{ TLS_FEATURE_FACT_PSK_IDENTITY, try_psk, WORKS, LEFT_OUT },
	{ TLS_FEATURE_PSK_TLS1_3, try_psk_1_3, PART("with SHA-256, and only "
	    "the first key that a client offers"), LEFT_OUT },
	{ TLS_FEATURE_STATUS, try_status_1_2, WORKS, NULL },
	{ TLS_FEATURE_FACT_STATUS_SENT, try_status_1_2, WORKS, NULL },
	{ TLS_FEATURE_STATUS_TLS1_3, try_status_1_3, WORKS, NULL },
	{ TLS_FEATURE_ALPN, try_alpn, WORKS, NULL },
	{ TLS_FEATURE_ID_PREFIX, try_id_prefix, WORKS, NULL },
	{ TLS_FEATURE_FACT_GROUP, try_facts, WORKS, NULL },
	{ TLS_FEATURE_FACT_SIGNATURE, try_facts, WORKS, NULL },
	{ TLS_FEATURE_FACT_IDENTITY, try_facts, WORKS, NULL },
	{ TLS_FEATURE_FACT_EXTENDED_MASTER, try_facts, WORKS, NULL },
	{ TLS_FEATURE_FACT_SECURE_RENEGO, try_facts, WORKS, NULL },
	{ TLS_FEATURE_FACT_SESSION_ID, try_facts, WORKS, NULL },
	{ TLS_FEATURE_FACT_SECRET, try_facts, PART("up to TLS 1.2; GnuTLS "
	    "does not tell the secret of TLS 1.3"), NULL },
	{ TLS_FEATURE_STATES, try_facts, PART("derived from the messages, "
	    "since GnuTLS shows no states"), NULL },
	{ TLS_FEATURE_MESSAGES, try_facts, WORKS, NULL },
	{ TLS_FEATURE_SECRETS, try_facts, WORKS, NULL },
	{ TLS_FEATURE_EXPORTER, try_exporter, PART("at most 200 bytes before "
	    "TLS 1.2"), NULL },
};

const struct common_table gnu_try_handshakes = { ROWS(rows), TRIAL_FAILED };
