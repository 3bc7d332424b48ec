/* psk.c - scenes: keys that both sides have beforehand
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 4279; RFC 5489; RFC 8446, 4.2.11
 */
#include "scene.h"

#include <string.h>

#define IDENTITY	"somebody"

static const uint8_t key_bytes[16] = "sixteen bytes o";
static const uint8_t wrong_bytes[16] = "sixteen bytes x";

static const struct tls_span key = { key_bytes, sizeof key_bytes };
static const struct tls_span wrong_key = { wrong_bytes, sizeof wrong_bytes };

/* The four key exchanges up to TLS 1.2. */
struct kind {
	const char *cipher;
	uint16_t suite;
	bool with_certificate;
};

static const struct kind kinds[] = {
	{ "PSK-AES128-CBC-SHA", 0x008c, false },
	{ "DHE-PSK-AES128-CBC-SHA", 0x0090, false },
	{ "ECDHE-PSK-AES128-CBC-SHA", 0xc035, false },
	{ "RSA-PSK-AES128-CBC-SHA", 0x0094, true },
};

#define NUM_KINDS	(sizeof kinds / sizeof *kinds)

static bool
has_suite(const struct scene *scene, uint16_t suite)
{
	const struct plug *plug = scene->lab->plug;

	for (size_t i = 0; i < plug_suites(plug).num; i++)
		if (plug_suites(plug).list[i] == suite)
			return true;
	return false;
}

/* A stage and a pair that have `IDENTITY` in common. */
static void
meet(const struct scene *scene, struct stage *stage, struct pair *pair)
{
	scene_stage(scene, stage);
	stage->config.psk = true;
	scene_pair(scene, stage, pair);
	pair->options.psk_identity = IDENTITY;
	pair->options.psk_key = key;
	pair->host.psk_identity = IDENTITY;
	pair->host.psk_key = key;
}

/* The same for one key exchange, with no identity that it does not need. */
static void
meet_for(const struct scene *scene, const struct kind *kind,
    struct stage *stage, struct pair *pair)
{
	meet(scene, stage, pair);
	pair->options.ciphers = kind->cipher;
	stage->config.num_identities = 0;
	if (kind->with_certificate)
		stage_identity(stage, scene->lab, CERT_RSA);
}

static void
expect_key(const struct pair *pair, const struct kind *kind)
{
	struct tls_facts facts;

	pair_facts(pair, &facts);
	assert_true(span_equal(facts.psk_identity, span_of(IDENTITY)));
	assert_int_equal(facts.resumed, TLS_NO);
	assert_int_equal(facts.suite, kind->suite);
	assert_int_equal(facts.identity, kind->with_certificate ? 0 : -1);
}

static void
shares_a_key(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	unsigned played = 0;

	for (size_t i = 0; i < NUM_KINDS; i++) {
		if (!has_suite(scene, kinds[i].suite))
			continue;
		meet_for(scene, &kinds[i], &stage, &pair);
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(client_suite(pair.client), kinds[i].suite);
		assert_int_equal(pair.host.num_psk_asked, 1);
		expect_key(&pair, &kinds[i]);
		pair_talk(&pair);
		pair_clear(&pair);
		played++;
	}
	assert_true(played > 0);
}

static void
refuses_an_unknown_identity(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < NUM_KINDS; i++) {
		if (!has_suite(scene, kinds[i].suite))
			continue;
		meet_for(scene, &kinds[i], &stage, &pair);
		pair.host.psk_identity = "somebody else";
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_FAILED);
		assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
		assert_pair(&pair, pair.err.alert_sent == 115);
		assert_pair(&pair, pair.client->alert_received == 115);
		assert_true(span_equal(buf_span(&pair.host.psk_asked),
		    span_of(IDENTITY)));
		pair_clear(&pair);
	}
}

static void
refuses_a_wrong_key(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < NUM_KINDS; i++) {
		if (!has_suite(scene, kinds[i].suite))
			continue;
		meet_for(scene, &kinds[i], &stage, &pair);
		pair.options.psk_key = wrong_key;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_FAILED);
		assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
		assert_pair(&pair, pair.client->phase == PHASE_FAILED);
		pair_clear(&pair);
	}
}

static void
gives_a_hint(const struct scene *scene)
{
	char longest[129];
	const char *const hints[] = { "a hint", longest, NULL };
	struct stage stage;
	struct pair pair;

	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	for (size_t i = 0; i < NUM_KINDS * 3; i++) {
		const struct kind *kind = &kinds[i / 3];
		const char *hint = hints[i % 3];

		if (!has_suite(scene, kind->suite))
			continue;
		meet_for(scene, kind, &stage, &pair);
		if (hint)
			stage.config.psk_hint = span_of(hint);
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_string_equal(pair.client->psk_hint, hint ? hint : "");
		pair_clear(&pair);
	}
}

static void
asks_for_no_key_unless_it_may(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	meet(scene, &stage, &pair);
	stage.config.psk = false;
	pair.options.ciphers = "PSK:ALL";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(pair.host.num_psk_asked, 0);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.psk_identity.len, 0);
	assert_in_range(facts.identity, 0, CERT_SERVERS);
	pair_clear(&pair);
}

/* Whoever's order decides, a suite with a key is one among others. */
static void
keeps_the_order_of_suites(const struct scene *scene)
{
	static const char *const ciphers[] = {
		"PSK-AES128-CBC-SHA:ECDHE-RSA-AES128-SHA",
		"ECDHE-RSA-AES128-SHA:PSK-AES128-CBC-SHA",
	};
	struct stage stage;
	struct pair pair;

	for (unsigned i = 0; i < 8; i++) {
		bool theirs_is_psk = i & 1, ours_is_psk = i & 2;

		meet(scene, &stage, &pair);
		stage_identity(&stage, scene->lab, CERT_RSA);
		stage.suites[0] = ours_is_psk ? 0x008c : 0xc013;
		stage.suites[1] = ours_is_psk ? 0xc013 : 0x008c;
		stage.config.num_suites = 2;
		stage.config.server_preference = i & 4;
		pair.options.ciphers = ciphers[theirs_is_psk ? 0 : 1];
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(client_suite(pair.client),
		    (stage.config.server_preference ? ours_is_psk :
		    theirs_is_psk) ? 0x008c : 0xc013);
		pair_clear(&pair);
	}
}

/* ---- TLS 1.3 ---------------------------------------------------------- */

static void
shares_a_key_in_tls1_3(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	for (int without = 0; without < 2; without++) {
		meet(scene, &stage, &pair);
		if (without)
			stage.config.num_identities = 0;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_null(SSL_get0_peer_certificate(pair.client->ssl));
		pair_facts(&pair, &facts);
		assert_true(span_equal(facts.psk_identity,
		    span_of(IDENTITY)));
		assert_int_equal(facts.resumed, TLS_NO);
		assert_int_equal(facts.identity, -1);
		pair_talk(&pair);
		pair_clear(&pair);
	}
}

static void
goes_on_without_an_unknown_key(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	meet(scene, &stage, &pair);
	pair.host.psk_identity = "somebody else";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_non_null(SSL_get0_peer_certificate(pair.client->ssl));
	assert_true(pair.host.num_psk_asked > 0);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.psk_identity.len, 0);
	assert_in_range(facts.identity, 0, CERT_SERVERS);
	pair_talk(&pair);
	pair_clear(&pair);
}

static void
refuses_a_client_without_key_or_certificate(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	meet(scene, &stage, &pair);
	stage.config.num_identities = 0;
	pair.host.psk_identity = "somebody else";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
	assert_pair(&pair, pair.client->phase == PHASE_FAILED);
	pair_clear(&pair);
}

static void
refuses_a_wrong_key_in_tls1_3(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	meet(scene, &stage, &pair);
	pair.options.psk_key = wrong_key;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
	assert_pair(&pair, pair.client->phase == PHASE_FAILED);
	pair_clear(&pair);
}

/* A ticket of a session that began with a key is a ticket like others. */
static void
resumes_what_began_with_a_key(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	SSL_SESSION *session = NULL;

	for (int turn = 0; turn < 2; turn++) {
		meet(scene, &stage, &pair);
		stage_tickets(&stage, 5);
		stage.config.num_tickets = 2;
		pair.options.ciphers = "PSK-AES128-CBC-SHA";
		pair.options.session = session;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		pair_talk(&pair);
		pair_facts(&pair, &facts);
		assert_int_equal(facts.resumed,
		    turn == 0 ? TLS_NO : TLS_YES);
		if (turn == 1 && scene->version < TLS_VERSION_1_3)
			assert_int_equal(pair.host.num_psk_asked, 0);
		SSL_SESSION_free(session);
		session = pair.client->session;
		pair.client->session = NULL;
		assert_pair(&pair, turn == 1 || session != NULL);
		pair_goodbye(&pair);
		pair_clear(&pair);
	}
	SSL_SESSION_free(session);
}

const struct scene_row scenes_of_shared_keys[] = {
	{ "shares_a_key", shares_a_key, UP_TO_TLS1_2, { NEED(PSK) } },
	{ "refuses_an_unknown_identity", refuses_an_unknown_identity,
	  UP_TO_TLS1_2, { NEED(PSK) } },
	{ "refuses_a_wrong_key", refuses_a_wrong_key, UP_TO_TLS1_2,
	  { NEED(PSK) } },
	{ "gives_a_hint", gives_a_hint, UP_TO_TLS1_2, { NEED(PSK_HINT) } },
	{ "asks_for_no_key_unless_it_may", asks_for_no_key_unless_it_may,
	  UP_TO_TLS1_2, { NEED(PSK) } },
	{ "asks_for_no_key_unless_it_may", asks_for_no_key_unless_it_may,
	  IN_TLS1_3, { NEED(PSK_TLS1_3) } },
	{ "keeps_the_order_of_suites", keeps_the_order_of_suites, UP_TO_TLS1_2,
	  { NEED(PSK), NEED(CIPHER_LIST), NEED(KEY_RSA),
	  NEED(CLIENT_PREFERENCE), NEED(SERVER_PREFERENCE) } },
	{ "shares_a_key_in_tls1_3", shares_a_key_in_tls1_3, IN_TLS1_3,
	  { NEED(PSK_TLS1_3) } },
	{ "goes_on_without_an_unknown_key", goes_on_without_an_unknown_key,
	  IN_TLS1_3, { NEED(PSK_TLS1_3) } },
	{ "refuses_a_client_without_key_or_certificate",
	  refuses_a_client_without_key_or_certificate, IN_TLS1_3,
	  { NEED(PSK_TLS1_3) } },
	{ "refuses_a_wrong_key_in_tls1_3", refuses_a_wrong_key_in_tls1_3,
	  IN_TLS1_3, { NEED(PSK_TLS1_3) } },
	{ "resumes_what_began_with_a_key", resumes_what_began_with_a_key,
	  UP_TO_TLS1_2, { NEED(PSK), NEED(TICKETS) } },
	{ "resumes_what_began_with_a_key", resumes_what_began_with_a_key,
	  IN_TLS1_3, { NEED(PSK_TLS1_3), NEED(TICKETS_TLS1_3) } },
	{ NULL, NULL, 0, { NOTHING } },
};
