/* storm.c - scenes: many things at once, and bytes that change on the way
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

static void
completes_whatever_group_comes_first(const struct scene *scene)
{
	static const char *const groups[] = {
		"P-521:P-256", "X448:X25519", "P-384:P-256:X25519",
		"ffdhe3072:P-256", "ffdhe8192:X25519",
	};
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	for (size_t i = 0; i < 2 * sizeof groups / sizeof *groups; i++) {
		scene_pair(scene, &stage, &pair);
		pair.options.groups = groups[i / 2];
		pair_start(&pair);
		if (i % 2)
			pair_disturb(&pair, i, 100);
		pair_run(&pair);
		if (pair.phase != PHASE_OPEN)
			print_message("# groups %s\n", groups[i / 2]);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		pair_talk(&pair);
		pair_clear(&pair);
	}
}

/* Facts may be asked for at any time. */
static void
knows_little_before_the_handshake(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_start(&pair);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.num_peer_chain, 0);
	assert_int_equal(facts.alpn.len, 0);
	assert_int_equal(facts.identity, -1);
	assert_int_not_equal(facts.resumed, TLS_YES);
	assert_int_equal(pair.backend->handshake(pair.session, &pair.err),
	    TLS_WANT_READ);
	pair.handshake_calls++;
	pair.status = TLS_WANT_READ;
	pair_facts(&pair, &facts);
	assert_int_equal(facts.num_peer_chain, 0);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_clear(&pair);
}

static void
uses_the_first_of_two_that_fit(const struct scene *scene)
{
	static const enum cert_name names[] = { CERT_P256, CERT_UNDER_MIDDLE };
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	for (int turn = 0; turn < 2; turn++) {
		for (int i = 0; i < 2; i++)
			certs_identity(scene->lab->certs, names[i ^ turn],
			    &stage.identities[i]);
		stage.config.num_identities = 2;
		scene_pair(scene, &stage, &pair);
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(X509_cmp(
		    SSL_get0_peer_certificate(pair.client->ssl),
		    scene->lab->certs->list[names[turn]].x509), 0);
		pair_facts(&pair, &facts);
		assert_true(fact_holds(scene->lab, TLS_FEATURE_FACT_IDENTITY,
		    facts.identity, 0));
		pair_clear(&pair);
	}
}

/* What a storm is made of. */
struct weather {
	bool tickets, store, certificate, alpn, names, no_tickets;
};

static void
prepare(const struct scene *scene, struct stage *stage,
    const struct weather *weather)
{
	scene_stage(scene, stage);
	if (weather->tickets)
		stage_tickets(stage, 9);
	stage->config.session_store = weather->store;
	if (weather->certificate && lab_support(scene->lab,
	    TLS_FEATURE_CLIENT_CERTIFICATE) > TLS_SUPPORT_NOOP)
		stage_roots(stage, scene->lab, TLS_PEER_ASK);
	if (weather->alpn && lab_support(scene->lab, TLS_FEATURE_ALPN) >
	    TLS_SUPPORT_NOOP)
		stage->alpn = span_of("\002h2");
}

static SSL_SESSION *
connect_in(const struct scene *scene, const struct stage *stage,
    const struct weather *weather, struct host_store *store, uint64_t seed,
    SSL_SESSION *session)
{
	struct pair pair;

	scene_pair(scene, stage, &pair);
	pair.options.session = session;
	pair.options.no_tickets = weather->no_tickets;
	pair.options.alpn = span_of("\010http/1.1\002h2");
	if (weather->names)
		pair.options.server_name = "storm.test";
	if (weather->certificate)
		pair.options.cert = &scene->lab->certs->list[CERT_CLIENT];
	pair.host.store = store;
	pair.host.quiet.host.wants = (unsigned)seed & 0xf;
	pair_start(&pair);
	pair_disturb(&pair, seed, 1 + (size_t)seed * 13 % 500);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.client->phase == PHASE_ENDED);
	session = pair.client->session;
	pair.client->session = NULL;
	pair_clear(&pair);
	return session;
}

static void
survives_everything_at_once(const struct scene *scene)
{
	uint64_t seed = 77;

	for (unsigned i = 0; i < 25; i++) {
		uint64_t dice = random_next(&seed);
		struct weather weather = {
			.tickets = dice & 1, .store = dice & 2,
			.certificate = dice & 4, .alpn = dice & 8,
			.names = dice & 16, .no_tickets = dice & 32,
		};
		struct host_store store = { .num = 0 };
		struct stage stage;
		SSL_SESSION *first, *second;

		prepare(scene, &stage, &weather);
		first = connect_in(scene, &stage, &weather, &store, i, NULL);
		second = connect_in(scene, &stage, &weather, &store, i + 100,
		    first);
		SSL_SESSION_free(first);
		SSL_SESSION_free(second);
		host_store_clear(&store);
	}
}

/* The client's second flight with one byte changed. */
static void
survives_flights_with_a_wrong_byte(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint64_t seed = 4711;
	unsigned refused = 0;

	scene_stage(scene, &stage);
	for (int i = 0; i < 100; i++) {
		scene_pair(scene, &stage, &pair);
		pair_start(&pair);
		assert_int_equal(pair.backend->handshake(pair.session,
		    &pair.err), TLS_WANT_READ);
		pair.handshake_calls++;
		pair.status = TLS_WANT_READ;
		pair_deliver(&pair);
		assert_true(pair.io.to_server.len > 0);
		pair.io.to_server.data[random_below(&seed,
		    pair.io.to_server.len)] ^=
		    (uint8_t)(1 + random_below(&seed, 255));
		pair_run(&pair);
		pair.io.ended = true;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_FAILED);
		assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER ||
		    pair.err.blame == TLS_BLAME_NETWORK);
		refused += pair.err.blame == TLS_BLAME_PEER;
		assert_int_equal(pair_goodbye(&pair), TLS_OK);
		pair_clear(&pair);
	}
	assert_true(refused > 50);
}

static void
says_goodbye_over_a_broken_transport(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair.io.broken = true;
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	pair_clear(&pair);
}

const struct scene_row scenes_of_storms[] = {
	{ "completes_whatever_group_comes_first",
	  completes_whatever_group_comes_first, FROM_TLS1_2, { NOTHING } },
	{ "knows_little_before_the_handshake",
	  knows_little_before_the_handshake, EACH_VERSION, { NOTHING } },
	{ "uses_the_first_of_two_that_fit", uses_the_first_of_two_that_fit,
	  EACH_VERSION, { NEED(IDENTITIES), NEED(KEY_ECDSA) } },
	{ "survives_everything_at_once", survives_everything_at_once,
	  EACH_VERSION, { NOTHING } },
	{ "survives_flights_with_a_wrong_byte",
	  survives_flights_with_a_wrong_byte, EACH_VERSION, { NOTHING } },
	{ "says_goodbye_over_a_broken_transport",
	  says_goodbye_over_a_broken_transport, EACH_VERSION, { NOTHING } },
	{ NULL, NULL, 0, { NOTHING } },
};
