/* facts.c - scenes: what a session knows of itself
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row for each feature FACT_...: the fact is told, and is what the client
 * knows.  Other scenes look at facts by the way, with fact_holds.
 */
#include "scene.h"

#include <string.h>

static void
open_pair(const struct scene *scene, struct stage *stage, struct pair *pair,
    struct tls_facts *facts)
{
	scene_pair(scene, stage, pair);
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
	pair_facts(pair, facts);
}

static void
tells_the_group(const struct scene *scene)
{
	static const struct {
		const char *name;
		uint16_t number;
	} groups[] = {
		{ "X25519", 29 }, { "P-256", 23 }, { "P-384", 24 },
	};
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_RSA);
	for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
		scene_pair(scene, &stage, &pair);
		pair.options.ciphers = "ECDHE-RSA-AES128-SHA";
		pair.options.groups = groups[i].name;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		pair_facts(&pair, &facts);
		assert_int_equal(facts.group, groups[i].number);
		pair_clear(&pair);
	}
}

static void
tells_what_it_signed_with(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_P256);
	scene_pair(scene, &stage, &pair);
	pair.options.signatures = "ECDSA+SHA256";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.signature, 0x0403);
	pair_clear(&pair);
}

static void
tells_what_the_client_signed_with(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
	scene_pair(scene, &stage, &pair);
	pair.options.cert = &scene->lab->certs->list[CERT_CLIENT];
	pair.options.signatures = "ECDSA+SHA256";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.peer_signature, 0x0403);
	pair_clear(&pair);
}

static void
tells_whether_a_session_was_resumed(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 1);
	open_pair(scene, &stage, &pair, &facts);
	assert_int_equal(facts.resumed, TLS_NO);
	pair_talk(&pair);
	session = pair.client->session;
	pair.client->session = NULL;
	pair_goodbye(&pair);
	pair_clear(&pair);

	assert_non_null(session);
	scene_pair(scene, &stage, &pair);
	pair.options.session = session;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(SSL_session_reused(pair.client->ssl), 1);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.resumed, TLS_YES);
	pair_clear(&pair);
	SSL_SESSION_free(session);
}

static void
tells_the_extended_master_secret(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	for (int without = 0; without < 2; without++) {
		scene_pair(scene, &stage, &pair);
		pair.options.no_extended_master = without;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(SSL_get_extms_support(pair.client->ssl),
		    !without);
		pair_facts(&pair, &facts);
		assert_int_equal(facts.extended_master,
		    without ? TLS_NO : TLS_YES);
		pair_clear(&pair);
	}
}

static void
tells_secure_renegotiation(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	open_pair(scene, &stage, &pair, &facts);
	assert_int_equal(SSL_get_secure_renegotiation_support(
	    pair.client->ssl), 1);
	assert_int_equal(facts.secure_renegotiation, TLS_YES);
	pair_clear(&pair);
}

/* The second of two, so that a 0 is no accident. */
static void
tells_its_identity(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	certs_identity(scene->lab->certs, CERT_RSA, &stage.identities[0]);
	certs_identity(scene->lab->certs, CERT_P256, &stage.identities[1]);
	stage.config.num_identities = 2;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = "ECDHE-ECDSA-AES128-SHA";
	pair.options.signatures = "ECDSA+SHA256";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(X509_cmp(SSL_get0_peer_certificate(pair.client->ssl),
	    scene->lab->certs->list[CERT_P256].x509), 0);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.identity, 1);
	pair_clear(&pair);
}

static void
tells_the_identity_of_a_shared_key(const struct scene *scene)
{
	static const uint8_t key[16] = "sixteen bytes o";
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	stage.config.psk = true;
	stage.suites[0] = scene->version == TLS_VERSION_1_3 ? 0x1301 : 0x008c;
	stage.config.num_suites = 1;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = "PSK-AES128-CBC-SHA";
	pair.options.ciphersuites = "TLS_AES_128_GCM_SHA256";
	pair.options.psk_identity = pair.host.psk_identity = "somebody";
	pair.options.psk_key = pair.host.psk_key =
	    (struct tls_span){ key, sizeof key };
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_facts(&pair, &facts);
	assert_true(span_equal(facts.psk_identity, span_of("somebody")));
	pair_clear(&pair);
}

static void
tells_of_a_staple(const struct scene *scene)
{
	struct tls_span spans[CERT_COUNT];
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	for (size_t i = 0; i < CERT_COUNT; i++)
		spans[i] = span_of("a response");
	for (int asked = 0; asked < 2; asked++) {
		scene_pair(scene, &stage, &pair);
		pair.staples = spans;
		pair.options.status = asked;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(pair.client->status.len > 0, asked);
		pair_facts(&pair, &facts);
		assert_int_equal(facts.status_sent, asked ? TLS_YES : TLS_NO);
		pair_clear(&pair);
	}
}

static void
tells_the_session_id(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	struct pair pair;
	struct tls_span id = scene_stored(scene, &stage, &store, &pair);
	struct tls_facts facts;

	pair_facts(&pair, &facts);
	assert_true(span_equal(facts.session_id, id));
	pair_clear(&pair);
	host_store_clear(&store);
}

/* The master secret is the client's. */
static void
tells_the_secret_that_the_client_has(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	uint8_t secret[SSL_MAX_MASTER_KEY_LENGTH];
	size_t len;

	scene_stage(scene, &stage);
	open_pair(scene, &stage, &pair, &facts);
	len = SSL_SESSION_get_master_key(SSL_get_session(pair.client->ssl),
	    secret, sizeof secret);
	assert_int_equal(len, sizeof secret);
	assert_true(span_equal(facts.secret, (struct tls_span){ secret, len }));
	pair_clear(&pair);
}

/* What a ticket is made of is the client's last ticket's. */
static void
tells_the_secret_of_resumption(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	uint8_t secret[SSL_MAX_MASTER_KEY_LENGTH];
	size_t len;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 1);
	stage.config.num_tickets = 1;
	open_pair(scene, &stage, &pair, &facts);
	pair_talk(&pair);
	assert_non_null(pair.client->session);
	len = SSL_SESSION_get_master_key(pair.client->session, secret,
	    sizeof secret);
	assert_true(len == 32 || len == 48);
	assert_int_equal(facts.secret.len, len);
	pair_clear(&pair);
}

static void
tells_the_whole_chain_of_a_client(const struct scene *scene)
{
	const struct cert *certs = scene->lab->certs->list;
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
	scene_pair(scene, &stage, &pair);
	pair.options.cert = &certs[CERT_CLIENT_MIDDLE];
	pair.options.issuer = &certs[CERT_MIDDLE];
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.num_peer_chain, 2);
	assert_true(span_equal(facts.peer_chain[0],
	    certs[CERT_CLIENT_MIDDLE].span));
	assert_true(span_equal(facts.peer_chain[1], certs[CERT_MIDDLE].span));
	pair_clear(&pair);
}

const struct scene_row scenes_of_facts[] = {
	{ "tells_the_group", tells_the_group, EACH_VERSION,
	  { NEED(FACT_GROUP), NEED(KEY_RSA) } },
	{ "tells_what_it_signed_with", tells_what_it_signed_with, FROM_TLS1_2,
	  { NEED(FACT_SIGNATURE), NEED(KEY_ECDSA) } },
	{ "tells_what_the_client_signed_with",
	  tells_what_the_client_signed_with, FROM_TLS1_2,
	  { NEED(FACT_PEER_SIGNATURE), NEED(CLIENT_CERTIFICATE),
	  NEED(KEY_ECDSA) } },
	{ "tells_whether_a_session_was_resumed",
	  tells_whether_a_session_was_resumed, UP_TO_TLS1_2,
	  { NEED(FACT_RESUMED), NEED(TICKETS) } },
	{ "tells_whether_a_session_was_resumed",
	  tells_whether_a_session_was_resumed, IN_TLS1_3,
	  { NEED(FACT_RESUMED), NEED(TICKETS_TLS1_3) } },
	{ "tells_the_extended_master_secret", tells_the_extended_master_secret,
	  UP_TO_TLS1_2, { NEED(FACT_EXTENDED_MASTER) } },
	{ "tells_secure_renegotiation", tells_secure_renegotiation,
	  UP_TO_TLS1_2, { NEED(FACT_SECURE_RENEGO) } },
	{ "tells_its_identity", tells_its_identity, EACH_VERSION,
	  { NEED(FACT_IDENTITY), NEED(IDENTITIES), NEED(KEY_RSA),
	  NEED(KEY_ECDSA) } },
	{ "tells_the_identity_of_a_shared_key",
	  tells_the_identity_of_a_shared_key, UP_TO_TLS1_2,
	  { NEED(FACT_PSK_IDENTITY), NEED(PSK) } },
	{ "tells_the_identity_of_a_shared_key",
	  tells_the_identity_of_a_shared_key, IN_TLS1_3,
	  { NEED(FACT_PSK_IDENTITY), NEED(PSK_TLS1_3) } },
	{ "tells_of_a_staple", tells_of_a_staple, UP_TO_TLS1_2,
	  { NEED(FACT_STATUS_SENT), NEED(STATUS) } },
	{ "tells_of_a_staple", tells_of_a_staple, IN_TLS1_3,
	  { NEED(FACT_STATUS_SENT), NEED(STATUS_TLS1_3) } },
	{ "tells_the_session_id", tells_the_session_id, UP_TO_TLS1_2,
	  { NEED(FACT_SESSION_ID), NEED(SESSION_STORE) } },
	{ "tells_the_secret_that_the_client_has",
	  tells_the_secret_that_the_client_has, UP_TO_TLS1_2,
	  { NEED(FACT_SECRET) } },
	{ "tells_the_secret_of_resumption", tells_the_secret_of_resumption,
	  IN_TLS1_3, { NEED_ALL_OF(FACT_SECRET), NEED(TICKETS_TLS1_3) } },
	{ "tells_the_whole_chain_of_a_client",
	  tells_the_whole_chain_of_a_client, FROM_TLS1_2,
	  { NEED(FACT_PEER_CHAIN), NEED(CLIENT_CERTIFICATE) } },
	{ NULL, NULL, 0, { NOTHING } },
};
