/* change.c - scenes: what may happen to an open session
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

/* An open session whose client has a certificate it was not asked for. */
static void
open_pair(const struct scene *scene, struct stage *stage, struct pair *pair)
{
	scene_stage(scene, stage);
	stage_roots(stage, scene->lab, TLS_PEER_NONE);
	scene_pair(scene, stage, pair);
	pair->options.cert = &scene->lab->certs->list[CERT_CLIENT];
	pair->options.post_handshake_auth = true;
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
	assert_pair(pair, pair->client->phase == PHASE_OPEN);
	assert_int_equal(pair->host.num_steps, 0);
}

static size_t
peer_chain(const struct pair *pair)
{
	struct tls_facts facts;

	pair_facts(pair, &facts);
	return facts.num_peer_chain;
}

/* ---- renegotiation --------------------------------------------------- */

static void
renegotiates(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	pair_talk(&pair);
	assert_int_equal(pair.backend->renegotiate(pair.session, false,
	    &pair.err), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.client->num_hello_requests == 1);
	assert_pair(&pair, pair.host.changed == 1);
	pair_talk(&pair);
	assert_int_equal(peer_chain(&pair), 0);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	pair_clear(&pair);
}

static void
renegotiates_twice(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	for (unsigned i = 1; i <= 2; i++) {
		assert_int_equal(pair.backend->renegotiate(pair.session,
		    false, &pair.err), TLS_OK);
		pair_run(&pair);
		assert_pair(&pair, pair.host.changed == i);
		pair_talk(&pair);
	}
	pair_clear(&pair);
}

static void
renegotiates_bit_by_bit(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	enum tls_status status;

	for (uint64_t seed = 1; seed <= 10; seed++) {
		open_pair(scene, &stage, &pair);
		pair_disturb(&pair, seed, 60);
		do
			status = pair.backend->renegotiate(pair.session,
			    false, &pair.err);
		while (status == TLS_WANT_WRITE || status == TLS_WANT_READ);
		assert_pair(&pair, status == TLS_OK);
		pair_run(&pair);
		assert_pair(&pair, pair.host.changed == 1);
		pair_talk(&pair);
		pair_clear(&pair);
	}
}

static void
renegotiates_with_certificate(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	const struct cert *cert = &scene->lab->certs->list[CERT_CLIENT];

	open_pair(scene, &stage, &pair);
	assert_int_equal(peer_chain(&pair), 0);
	assert_int_equal(pair.backend->renegotiate(pair.session, true,
	    &pair.err), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.host.changed == 1);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.num_peer_chain, 1);
	assert_int_equal(facts.peer_chain[0].len, cert->span.len);
	assert_memory_equal(facts.peer_chain[0].data, cert->span.data,
	    cert->span.len);
	assert_int_equal(facts.resumed, TLS_NO);
	assert_pair(&pair, pair.host.num_steps >= 1);
	pair_talk(&pair);
	pair_clear(&pair);
}

/* Data that the client sends until it sees the request is not lost. */
static void
renegotiates_while_data_flows(const struct scene *scene)
{
	static const char data[] = "on its way";
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	buf_add(&pair.client->out, data, sizeof data);
	pair_deliver(&pair);
	assert_int_equal(pair.backend->renegotiate(pair.session, false,
	    &pair.err), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.host.changed == 1);
	assert_int_equal(pair.got.len, sizeof data);
	assert_memory_equal(pair.got.data, data, sizeof data);
	pair_talk(&pair);
	pair_clear(&pair);
}

/* Checks that `status` says it cannot, and that nothing was touched. */
static void
check_unsupported(struct pair *pair, enum tls_status status, uint64_t moved)
{
	assert_pair(pair, status == TLS_UNSUPPORTED);
	assert_true(pair->err.text[0] != '\0');
	assert_true(pair->io.moved == moved);
	assert_int_equal(gather_unsent(&pair->gather), 0);
	pair_talk(pair);
	assert_int_equal(pair->host.changed, 0);
}

static void
cannot_renegotiate(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint64_t moved;

	for (int ask = 0; ask < 2; ask++) {
		open_pair(scene, &stage, &pair);
		moved = pair.io.moved;
		check_unsupported(&pair, pair.backend->renegotiate(
		    pair.session, ask, &pair.err), moved);
		pair_clear(&pair);
	}
}

static void
refuses_a_renegotiation_of_the_client(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	pair.host.quiet.host.wants = 0;
	client_renegotiate(pair.client);
	pair_run(&pair);
	assert_pair(&pair, pair.client->alert_received == 100);
	assert_int_equal(pair.host.changed, 0);
	pair_clear(&pair);
}

static void
lets_the_client_renegotiate(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage.config.client_renegotiation = true;
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	client_renegotiate(pair.client);
	pair_run(&pair);
	assert_pair(&pair, pair.client->alert_received == -1);
	assert_pair(&pair, pair.host.changed == 1);
	pair_talk(&pair);
	pair_clear(&pair);
}

/* ---- authentication after the handshake ------------------------------ */

static void
asks_for_a_certificate_later(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	const struct cert *cert = &scene->lab->certs->list[CERT_CLIENT];

	open_pair(scene, &stage, &pair);
	pair_talk(&pair);
	assert_int_equal(pair.backend->ask_certificate(pair.session,
	    &pair.err), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.host.changed == 1);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.num_peer_chain, 1);
	assert_int_equal(facts.peer_chain[0].len, cert->span.len);
	assert_pair(&pair, pair.host.num_steps == 2);
	pair_talk(&pair);
	pair_clear(&pair);
}

static void
asks_a_client_that_has_no_certificate_later(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage_roots(&stage, scene->lab, TLS_PEER_NONE);
	scene_pair(scene, &stage, &pair);
	pair.options.post_handshake_auth = true;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(pair.backend->ask_certificate(pair.session,
	    &pair.err), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.host.changed == 1);
	assert_int_equal(peer_chain(&pair), 0);
	pair_talk(&pair);
	pair_clear(&pair);
}

static void
cannot_ask_a_client_that_did_not_offer_it(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint64_t moved;

	scene_stage(scene, &stage);
	stage_roots(&stage, scene->lab, TLS_PEER_NONE);
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	moved = pair.io.moved;
	check_unsupported(&pair, pair.backend->ask_certificate(pair.session,
	    &pair.err), moved);
	pair_clear(&pair);
}

static void
cannot_ask_for_a_certificate_later(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint64_t moved;

	open_pair(scene, &stage, &pair);
	moved = pair.io.moved;
	check_unsupported(&pair, pair.backend->ask_certificate(pair.session,
	    &pair.err), moved);
	pair_clear(&pair);
}

/* ---- key updates ----------------------------------------------------- */

static void
renews_its_key(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(pair.backend->key_update(pair.session, false,
		    &pair.err), TLS_OK);
		pair_run(&pair);
		assert_pair(&pair, pair.client->num_key_updates == i);
		pair_talk(&pair);
	}
	assert_int_equal(pair.client->num_key_updates_sent, 0);
	pair_clear(&pair);
}

static void
asks_for_a_new_key(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	open_pair(scene, &stage, &pair);
	for (unsigned i = 1; i <= 3; i++) {
		assert_int_equal(pair.backend->key_update(pair.session, true,
		    &pair.err), TLS_OK);
		pair_run(&pair);
		assert_pair(&pair, pair.client->num_key_updates == i);
		pair_talk(&pair);
		pair_talk(&pair);
		assert_int_equal(pair.client->num_key_updates_sent, i);
	}
	pair_clear(&pair);
}

static void
follows_the_key_of_the_client(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	for (int ask = 0; ask < 2; ask++) {
		open_pair(scene, &stage, &pair);
		for (unsigned i = 1; i <= 3; i++) {
			client_key_update(pair.client, ask);
			pair_talk(&pair);
			/* its own may wait for its next data (RFC 8446,
			 * 4.6.3) */
			pair_talk(&pair);
			assert_pair(&pair, pair.client->num_key_updates ==
			    (ask ? i : 0));
		}
		pair_clear(&pair);
	}
}

static void
renews_keys_bit_by_bit(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	enum tls_status status;

	for (uint64_t seed = 1; seed <= 10; seed++) {
		open_pair(scene, &stage, &pair);
		pair_disturb(&pair, seed, 20);
		do
			status = pair.backend->key_update(pair.session, true,
			    &pair.err);
		while (status == TLS_WANT_WRITE);
		assert_pair(&pair, status == TLS_OK);
		client_key_update(pair.client, true);
		pair_talk(&pair);
		pair_talk(&pair);
		assert_pair(&pair, pair.client->num_key_updates == 2);
		pair_clear(&pair);
	}
}

static void
cannot_update_keys(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint64_t moved;

	for (int ask = 0; ask < 2; ask++) {
		open_pair(scene, &stage, &pair);
		moved = pair.io.moved;
		check_unsupported(&pair, pair.backend->key_update(
		    pair.session, ask, &pair.err), moved);
		pair_clear(&pair);
	}
}

const struct scene_row scenes_of_change[] = {
	{ "renegotiates", renegotiates, UP_TO_TLS1_2, { NEED(RENEGOTIATE) } },
	{ "renegotiates_twice", renegotiates_twice, IN_TLS1_2,
	  { NEED(RENEGOTIATE) } },
	{ "renegotiates_bit_by_bit", renegotiates_bit_by_bit, IN_TLS1_2,
	  { NEED(RENEGOTIATE) } },
	{ "renegotiates_with_certificate", renegotiates_with_certificate,
	  UP_TO_TLS1_2, { NEED(RENEGOTIATE_CERTIFICATE) } },
	{ "renegotiates_while_data_flows", renegotiates_while_data_flows,
	  IN_TLS1_2, { NEED(RENEGOTIATE) } },
	{ "cannot_renegotiate", cannot_renegotiate, IN_TLS1_3,
	  { NEED(RENEGOTIATE) } },
	{ "refuses_a_renegotiation_of_the_client",
	  refuses_a_renegotiation_of_the_client, UP_TO_TLS1_2, { NOTHING } },
	{ "lets_the_client_renegotiate", lets_the_client_renegotiate,
	  UP_TO_TLS1_2, { NEED(RENEGOTIATE) } },
	{ "asks_for_a_certificate_later", asks_for_a_certificate_later,
	  IN_TLS1_3, { NEED(POST_HANDSHAKE_AUTH), NEED(VERIFY_STEPS) } },
	{ "asks_a_client_that_has_no_certificate_later",
	  asks_a_client_that_has_no_certificate_later, IN_TLS1_3,
	  { NEED(POST_HANDSHAKE_AUTH) } },
	{ "cannot_ask_a_client_that_did_not_offer_it",
	  cannot_ask_a_client_that_did_not_offer_it, IN_TLS1_3,
	  { NEED(POST_HANDSHAKE_AUTH) } },
	{ "cannot_ask_for_a_certificate_later",
	  cannot_ask_for_a_certificate_later, IN_TLS1_2,
	  { NEED(POST_HANDSHAKE_AUTH) } },
	{ "renews_its_key", renews_its_key, IN_TLS1_3, { NEED(KEY_UPDATE) } },
	{ "asks_for_a_new_key", asks_for_a_new_key, IN_TLS1_3,
	  { NEED(KEY_UPDATE) } },
	{ "follows_the_key_of_the_client", follows_the_key_of_the_client,
	  IN_TLS1_3, { NEED(KEY_UPDATE) } },
	{ "renews_keys_bit_by_bit", renews_keys_bit_by_bit, IN_TLS1_3,
	  { NEED(KEY_UPDATE) } },
	{ "cannot_update_keys", cannot_update_keys, IN_TLS1_2,
	  { NEED(KEY_UPDATE) } },
	{ NULL, NULL, 0, { NOTHING } },
};
