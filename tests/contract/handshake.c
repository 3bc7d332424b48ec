/* handshake.c - scenes: a handshake, data, the end
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

/* What both sides must agree on. */
static void
compare_facts(const struct pair *pair, enum tls_known resumed)
{
	const struct client *client = pair->client;
	struct tls_facts facts;

	pair_facts(pair, &facts);
	assert_int_equal(facts.version, client_version(client));
	assert_int_equal(facts.suite, client_suite(client));
	assert_true(client_group(client) == 0 || fact_holds(pair->lab,
	    TLS_FEATURE_FACT_GROUP, facts.group, client_group(client)));
	assert_true(fact_holds(pair->lab, TLS_FEATURE_FACT_RESUMED,
	    facts.resumed, resumed));
	assert_int_equal(SSL_session_reused(client->ssl),
	    resumed == TLS_YES);
	assert_int_equal(facts.alpn.len, 0);
	assert_int_equal(facts.num_peer_chain, 0);
	assert_int_equal(facts.peer_signature, 0);
	if (facts.version == TLS_VERSION_1_3) {
		assert_int_equal(facts.extended_master, TLS_UNKNOWN);
		assert_int_equal(facts.secure_renegotiation, TLS_UNKNOWN);
	}
}

static void
end_both_ways(struct pair *pair)
{
	struct tls_error untouched = pair->err;

	assert_int_equal(pair_goodbye(pair), TLS_OK);
	pair_run(pair);
	assert_pair(pair, pair->client->phase == PHASE_ENDED);
	pair_client_goodbye(pair);
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_ENDED);
	assert_memory_equal(&pair->err, &untouched, sizeof untouched);
}

static void
completes_a_handshake(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_pair(&pair, pair.client->phase == PHASE_OPEN);
	compare_facts(&pair, TLS_NO);
	pair_facts(&pair, &facts);
	assert_true(fact_holds(scene->lab, TLS_FEATURE_FACT_IDENTITY,
	    facts.identity, 0));
	assert_int_equal(X509_cmp(SSL_get0_peer_certificate(pair.client->ssl),
	    scene->lab->certs->list[scene->key].x509), 0);
	pair_talk(&pair);
	end_both_ways(&pair);
	assert_int_equal(pair.host.changed, 0);
	assert_int_equal(pair.host.num_steps, 0);
	pair_clear(&pair);
}

static void
tells_nothing_when_nothing_is_wanted(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	assert_int_equal(pair.host.num_states, 0);
	assert_int_equal(pair.host.quiet.num_messages, 0);
	assert_int_equal(pair.host.quiet.num_secrets, 0);
	assert_int_equal(pair.host.quiet.num_alerts, 0);
	pair_clear(&pair);
}

static void
says_goodbye_once(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	size_t len;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	len = pair.io.to_client.len;
	assert_true(len > 0);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	assert_int_equal(pair.io.to_client.len, len);
	pair_clear(&pair);
}

static void
closes_a_session_in_mid_handshake(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	for (int calls = 0; calls < 3; calls++) {
		scene_pair(scene, &stage, &pair);
		pair_start(&pair);
		for (int i = 0; i < calls; i++)
			assert_int_equal(pair.backend->handshake(pair.session,
			    &pair.err), TLS_WANT_READ);
		pair_clear(&pair);
	}
}

static void
opens_a_session_without_touching_a_byte(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_start(&pair);
	assert_int_equal(pair.io.moved, 0);
	pair_clear(&pair);
}

static void
survives_would_block_at_random_points(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	unsigned long blocked = 0;

	scene_stage(scene, &stage);
	for (uint64_t seed = 1; seed <= 20; seed++) {
		scene_pair(scene, &stage, &pair);
		pair_start(&pair);
		pair_disturb(&pair, seed, seed % 2 ? 40 : 700);
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		compare_facts(&pair, TLS_NO);
		pair_talk(&pair);
		end_both_ways(&pair);
		blocked += pair.disturb.blocked;
		pair_clear(&pair);
	}
	assert_true(blocked > 200);
}

static void
fill(struct buf *out, size_t len, uint64_t seed)
{
	while (out->len < len)
		buf_add_u32(out, (uint32_t)random_next(&seed));
}

static void
carries_a_megabyte_both_ways(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct buf up = BUF_INIT, down = BUF_INIT;

	fill(&up, 1 << 20, 1);
	fill(&down, 1 << 20, 2);
	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_start(&pair);
	pair_disturb(&pair, 99, 100000);
	buf_add_span(&pair.client->out, buf_span(&up));
	buf_add_span(&pair.out, buf_span(&down));
	pair_run(&pair);
	assert_pair(&pair, pair.got.len == up.len);
	assert_pair(&pair, pair.client->got.len == down.len);
	assert_memory_equal(pair.got.data, up.data, up.len);
	assert_memory_equal(pair.client->got.data, down.data, down.len);
	end_both_ways(&pair);
	pair_clear(&pair);
	buf_clear(&up);
	buf_clear(&down);
}

static void
reads_a_fragmented_hello(const struct scene *scene)
{
	static const size_t lengths[] = { 50, 77, 100 };
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		scene_pair(scene, &stage, &pair);
		pair.fragment = lengths[i];
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		pair_talk(&pair);
		pair_clear(&pair);
	}
}

static void
reads_a_hello_whose_first_record_is_tiny(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair.fragment = 3;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	pair_clear(&pair);
}

static void
reads_a_long_hello_in_pieces(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair.fragment = 500;
	pair.options.padded = true;
	pair_start(&pair);
	pair_disturb(&pair, 5, 300);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	pair_clear(&pair);
}

static void
sends_the_whole_chain_in_its_order(const struct scene *scene)
{
	const struct certs *certs = scene->lab->certs;
	struct tls_span spans[2] = {
		certs->list[CERT_UNDER_MIDDLE].span,
		certs->list[CERT_MIDDLE].span,
	};
	struct stage stage;
	struct pair pair;
	STACK_OF(X509) *chain;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_UNDER_MIDDLE);
	stage.identities[0].chain = spans;
	stage.identities[0].num_chain = 2;
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	chain = SSL_get_peer_cert_chain(pair.client->ssl);
	assert_int_equal(sk_X509_num(chain), 2);
	assert_int_equal(X509_cmp(sk_X509_value(chain, 0),
	    certs->list[CERT_UNDER_MIDDLE].x509), 0);
	assert_int_equal(X509_cmp(sk_X509_value(chain, 1),
	    certs->list[CERT_MIDDLE].x509), 0);
	pair_clear(&pair);
}

const struct scene_row scenes_of_handshakes[] = {
	{ "completes_a_handshake", completes_a_handshake,
	  EACH_VERSION | EACH_KEY, { NOTHING } },
	{ "opens_a_session_without_touching_a_byte",
	  opens_a_session_without_touching_a_byte, EACH_VERSION, { NOTHING } },
	{ "tells_nothing_when_nothing_is_wanted",
	  tells_nothing_when_nothing_is_wanted, EACH_VERSION, { NOTHING } },
	{ "says_goodbye_once", says_goodbye_once, EACH_VERSION, { NOTHING } },
	{ "closes_a_session_in_mid_handshake",
	  closes_a_session_in_mid_handshake, EACH_VERSION, { NOTHING } },
	{ "survives_would_block_at_random_points",
	  survives_would_block_at_random_points, EACH_VERSION, { NOTHING } },
	{ "carries_a_megabyte_both_ways", carries_a_megabyte_both_ways,
	  FROM_TLS1_2, { NOTHING } },
	{ "reads_a_fragmented_hello", reads_a_fragmented_hello, EACH_VERSION,
	  { NEED(HELLO_FRAGMENTS) } },
	{ "reads_a_hello_whose_first_record_is_tiny",
	  reads_a_hello_whose_first_record_is_tiny, EACH_VERSION,
	  { NEED(HELLO_FRAGMENTS) } },
	{ "reads_a_long_hello_in_pieces", reads_a_long_hello_in_pieces,
	  EACH_VERSION, { NEED(HELLO_FRAGMENTS) } },
	{ "sends_the_whole_chain_in_its_order",
	  sends_the_whole_chain_in_its_order, EACH_VERSION,
	  { NEED(KEY_ECDSA) } },
	{ NULL, NULL, 0, { NOTHING } },
};
