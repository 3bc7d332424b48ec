/* npn.c - scenes: an application protocol by NPN
 * SPDX-License-Identifier: Apache-2.0
 * Reference: draft-agl-tls-nextprotoneg-04
 */
#include "scene.h"

#include <string.h>

#define OFFER	"\003foo\003bar"

static void
npn_stage(const struct scene *scene, struct stage *stage, const char *offer)
{
	scene_stage(scene, stage);
	stage->config.npn = span_of(offer);
}

/* The handshake succeeds, and both sides believe in `expected`. */
static void
expect_npn(struct pair *pair, const char *expected)
{
	struct tls_facts facts;

	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
	pair_facts(pair, &facts);
	assert_pair(pair, span_equal(client_npn(pair->client),
	    span_of(expected)));
	assert_pair(pair, span_equal(facts.npn, span_of(expected)));
	pair_talk(pair);
}

static void
lets_the_client_choose(const struct scene *scene)
{
	static const struct {
		const char *offer, *known, *chosen;
	} rows[] = {
		{ OFFER, "\003bar", "bar" },
		{ OFFER, "\003foo", "foo" },
		/* the client of OpenSSL goes by the server's order */
		{ OFFER, "\003bar\003foo", "foo" },
		/* and takes its own first where it finds none */
		{ OFFER, "\004none\003nor", "none" },
		{ "\001a", "\001a", "a" },
	};
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		npn_stage(scene, &stage, rows[i].offer);
		scene_pair(scene, &stage, &pair);
		pair.options.npn = span_of(rows[i].known);
		expect_npn(&pair, rows[i].chosen);
		pair_clear(&pair);
	}
}

static void
offers_long_names(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct buf offer = BUF_INIT, known = BUF_INIT;

	for (int i = 0; i < 20; i++) {
		buf_add_u8(&offer, 255);
		for (int j = 0; j < 255; j++)
			buf_add_u8(&offer, (unsigned)('a' + i));
	}
	buf_add(&known, offer.data + 256 * 19, 256);
	npn_stage(scene, &stage, OFFER);
	stage.config.npn = buf_span(&offer);
	scene_pair(scene, &stage, &pair);
	pair.options.npn = buf_span(&known);
	expect_npn(&pair, buf_string(&known) + 1);
	pair_clear(&pair);
	buf_clear(&offer);
	buf_clear(&known);
}

static void
offers_no_npn_unasked(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	npn_stage(scene, &stage, OFFER);
	scene_pair(scene, &stage, &pair);
	expect_npn(&pair, "");
	pair_clear(&pair);
}

static void
offers_no_npn_without_names(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	npn_stage(scene, &stage, "");
	scene_pair(scene, &stage, &pair);
	pair.options.npn = span_of(OFFER);
	expect_npn(&pair, "");
	pair_clear(&pair);
}

static void
prefers_alpn_to_npn(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	npn_stage(scene, &stage, OFFER);
	stage.alpn = span_of("\002h2");
	scene_pair(scene, &stage, &pair);
	pair.options.npn = span_of(OFFER);
	pair.options.alpn = span_of("\002h2");
	expect_npn(&pair, "");
	pair_facts(&pair, &facts);
	assert_true(span_equal(facts.alpn, span_of("h2")));
	pair_clear(&pair);
}

/* A client that offers both, to a server without ALPN. */
static void
takes_npn_where_alpn_agrees_to_nothing(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	npn_stage(scene, &stage, OFFER);
	scene_pair(scene, &stage, &pair);
	pair.options.npn = span_of("\003bar");
	pair.options.alpn = span_of("\002h2");
	expect_npn(&pair, "bar");
	pair_clear(&pair);
}

/* In an abbreviated handshake the client chooses after the server's
 * Finished. */
static void
lets_a_resuming_client_choose_again(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	SSL_SESSION *session;

	npn_stage(scene, &stage, OFFER);
	stage_tickets(&stage, 1);
	scene_pair(scene, &stage, &pair);
	pair.options.npn = span_of("\003bar");
	expect_npn(&pair, "bar");
	session = pair.client->session;
	pair.client->session = NULL;
	pair_clear(&pair);
	assert_non_null(session);
	scene_pair(scene, &stage, &pair);
	pair.options.session = session;
	pair.options.npn = span_of("\003foo");
	expect_npn(&pair, "foo");
	assert_int_equal(SSL_session_reused(pair.client->ssl), 1);
	pair_clear(&pair);
	SSL_SESSION_free(session);
}

static void
lets_a_client_with_a_certificate_choose(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	npn_stage(scene, &stage, OFFER);
	stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
	scene_pair(scene, &stage, &pair);
	pair.options.npn = span_of("\003bar");
	pair.options.cert = &scene->lab->certs->list[CERT_CLIENT];
	pair_disturb(&pair, scene->version, 30);
	expect_npn(&pair, "bar");
	pair_facts(&pair, &facts);
	assert_int_equal(facts.num_peer_chain, 1);
	pair_clear(&pair);
}

static void
tells_of_the_choice(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	unsigned told = 0;

	npn_stage(scene, &stage, OFFER);
	scene_pair(scene, &stage, &pair);
	pair.options.npn = span_of("\003bar");
	pair.host.quiet.host.wants = TLS_WANTS_MESSAGES;
	expect_npn(&pair, "bar");
	for (size_t i = 0; i < pair.host.quiet.num_messages; i++)
		if (pair.host.quiet.messages[i].direction == TLS_RECEIVED &&
		    host_is_message(&pair.host.quiet.messages[i], 67))
			told++;
	assert_int_equal(told, 1);
	pair_clear(&pair);
}

static void
offers_no_npn_in_tls1_3(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	npn_stage(scene, &stage, OFFER);
	scene_pair(scene, &stage, &pair);
	pair.options.min_version = TLS_VERSION_1_2;
	pair.options.npn = span_of(OFFER);
	expect_npn(&pair, "");
	pair_clear(&pair);
}

const struct scene_row scenes_of_npn[] = {
	{ "lets_the_client_choose", lets_the_client_choose, UP_TO_TLS1_2,
	  { NEED(NPN) } },
	{ "offers_long_names", offers_long_names, IN_TLS1_2, { NEED(NPN) } },
	{ "offers_no_npn_unasked", offers_no_npn_unasked, UP_TO_TLS1_2,
	  { NEED(NPN) } },
	{ "offers_no_npn_without_names", offers_no_npn_without_names,
	  UP_TO_TLS1_2, { NOTHING } },
	{ "prefers_alpn_to_npn", prefers_alpn_to_npn, UP_TO_TLS1_2, { NEED(NPN),
	  NEED(ALPN) } },
	{ "takes_npn_where_alpn_agrees_to_nothing",
	  takes_npn_where_alpn_agrees_to_nothing, UP_TO_TLS1_2, { NEED(NPN) } },
	{ "lets_a_resuming_client_choose_again",
	  lets_a_resuming_client_choose_again, UP_TO_TLS1_2, { NEED(NPN),
	  NEED(TICKETS) } },
	{ "lets_a_client_with_a_certificate_choose",
	  lets_a_client_with_a_certificate_choose, UP_TO_TLS1_2, { NEED(NPN),
	  NEED(CLIENT_CERTIFICATE) } },
	{ "tells_of_the_choice", tells_of_the_choice, UP_TO_TLS1_2, { NEED(NPN),
	  NEED(MESSAGES) } },
	{ "offers_no_npn_in_tls1_3", offers_no_npn_in_tls1_3, IN_TLS1_3,
	  { NEED(NPN) } },
	{ NULL, NULL, 0, { NOTHING } },
};
