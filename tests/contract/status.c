/* status.c - scenes: responses that are stapled
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6066, 8; RFC 8446, 4.4.2.1
 *
 * Nobody here reads a response, so that any bytes will do for one.
 */
#include "scene.h"

#include <string.h>

static const char *const responses[] = {
	"a response for the first", "another one for the second", "the third",
};

/* A pair whose server has a response for each identity of `stage`. */
static void
status_pair(const struct scene *scene, const struct stage *stage,
    struct pair *pair, struct tls_span spans[CERT_COUNT])
{
	scene_pair(scene, stage, pair);
	for (size_t i = 0; i < stage->config.num_identities; i++)
		spans[i] = span_of(responses[i]);
	pair->staples = spans;
	pair->options.status = true;
}

/* Which identity of the stage has the certificate that the client saw. */
static size_t
identity_of(const struct pair *pair)
{
	const struct tls_config *config = &pair->stage->config;
	uint8_t *der = NULL;
	int len = i2d_X509(SSL_get0_peer_certificate(pair->client->ssl), &der);
	struct tls_span seen = { der, (size_t)len };
	size_t i = 0;

	assert_true(len > 0);
	while (i < config->num_identities &&
	    !span_equal(config->identities[i].chain[0], seen))
		i++;
	OPENSSL_free(der);
	assert_true(i < config->num_identities);
	return i;
}

/* The handshake succeeds, and what stands in `spans` for the identity that was
 * used is stapled; null: nothing is. */
static void
expect_status(struct pair *pair, const struct tls_span *spans)
{
	struct tls_span expected = { NULL, 0 };
	struct tls_facts facts;

	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
	pair_facts(pair, &facts);
	if (spans)
		expected = spans[identity_of(pair)];
	assert_pair(pair, span_equal(buf_span(&pair->client->status),
	    expected));
	assert_true(fact_holds(pair->lab, TLS_FEATURE_FACT_STATUS_SENT,
	    facts.status_sent, expected.len ? TLS_YES : TLS_NO));
	pair_talk(pair);
}

static void
staples_what_it_is_given(const struct scene *scene)
{
	struct tls_span spans[CERT_COUNT];
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	status_pair(scene, &stage, &pair, spans);
	expect_status(&pair, spans);
	pair_clear(&pair);
}

/* Each client gets the response of the certificate that it gets. */
static void
staples_for_the_identity_that_is_used(const struct scene *scene)
{
	static const struct {
		const char *ciphers, *signatures;
	} clients[] = {
		{ "aRSA:!kRSA", "RSA-PSS+SHA256:RSA+SHA256" },
		{ "aECDSA", "ECDSA+SHA256" },
		{ "aECDSA", "ed25519" },
	};
	struct tls_span spans[CERT_COUNT];
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	assert_in_range(stage.config.num_identities, 2, 3);
	for (size_t i = 0; i < stage.config.num_identities; i++) {
		status_pair(scene, &stage, &pair, spans);
		pair.options.ciphers = clients[i].ciphers;
		pair.options.signatures = clients[i].signatures;
		expect_status(&pair, spans);
		assert_int_equal(identity_of(&pair), i);
		pair_clear(&pair);
	}
}

static void
staples_nothing_where_there_is_nothing(const struct scene *scene)
{
	struct tls_span spans[CERT_COUNT] = { { NULL, 0 } };
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	for (int with_list = 0; with_list < 2; with_list++) {
		scene_pair(scene, &stage, &pair);
		pair.options.status = true;
		pair.staples = with_list ? spans : NULL;
		expect_status(&pair, NULL);
		pair_clear(&pair);
	}
}

static void
staples_nothing_unasked(const struct scene *scene)
{
	struct tls_span spans[CERT_COUNT];
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	status_pair(scene, &stage, &pair, spans);
	pair.options.status = false;
	expect_status(&pair, NULL);
	assert_int_equal(pair.client->num_status, 0);
	pair_clear(&pair);
}

/* Each client hears its own, though they have one server. */
static void
staples_to_each_client_its_own(const struct scene *scene)
{
	struct tls_span first[CERT_COUNT], second[CERT_COUNT];
	struct stage stage;
	struct pair one, other;

	scene_stage(scene, &stage);
	status_pair(scene, &stage, &one, first);
	pair_start(&one);
	status_pair(scene, &stage, &other, second);
	for (size_t i = 0; i < stage.config.num_identities; i++)
		second[i] = span_of("what came later");
	other.server = one.server;
	expect_status(&other, second);
	expect_status(&one, first);
	pair_clear(&other);
	pair_clear(&one);
}

static void
staples_more_than_a_record_holds(const struct scene *scene)
{
	/* Up to TLS 1.2 the client takes no more in one message. */
	const size_t len = scene->version < TLS_VERSION_1_3 ? 16380 : 40000;
	struct tls_span spans[CERT_COUNT];
	uint8_t *response = mem_zero(1, len);
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < len; i++)
		response[i] = (uint8_t)(i * i >> 8);
	scene_stage(scene, &stage);
	status_pair(scene, &stage, &pair, spans);
	for (size_t i = 0; i < stage.config.num_identities; i++)
		spans[i] = (struct tls_span){ response, len };
	expect_status(&pair, spans);
	pair_clear(&pair);
	free(response);
}

static void
tells_of_the_status_message(const struct scene *scene)
{
	struct tls_span spans[CERT_COUNT];
	struct stage stage;
	struct pair pair;
	unsigned told = 0;

	scene_stage(scene, &stage);
	status_pair(scene, &stage, &pair, spans);
	pair.host.quiet.host.wants = TLS_WANTS_MESSAGES;
	expect_status(&pair, spans);
	for (size_t i = 0; i < pair.host.quiet.num_messages; i++)
		if (host_is_message(&pair.host.quiet.messages[i], 22))
			told++;
	assert_int_equal(told, 1);
	pair_clear(&pair);
}

/* Nothing is certified anew where a session goes on. */
static void
staples_nothing_to_a_resumed_session(const struct scene *scene)
{
	struct tls_span spans[CERT_COUNT];
	struct stage stage;
	struct pair pair;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 1);
	status_pair(scene, &stage, &pair, spans);
	expect_status(&pair, spans);
	session = pair.client->session;
	pair.client->session = NULL;
	pair_clear(&pair);
	assert_non_null(session);
	status_pair(scene, &stage, &pair, spans);
	pair.options.session = session;
	expect_status(&pair, NULL);
	assert_int_equal(SSL_session_reused(pair.client->ssl), 1);
	pair_clear(&pair);
	SSL_SESSION_free(session);
}

static void
staples_while_it_asks_for_a_certificate(const struct scene *scene)
{
	struct tls_span spans[CERT_COUNT];
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
	status_pair(scene, &stage, &pair, spans);
	pair.options.cert = &scene->lab->certs->list[CERT_CLIENT];
	pair_disturb(&pair, scene->version, 100);
	expect_status(&pair, spans);
	assert_true(pair.host.num_steps > 0);
	pair_clear(&pair);
}

#define IN_OLD	UP_TO_TLS1_2, { NEED(STATUS) }
#define IN_NEW	IN_TLS1_3, { NEED(STATUS_TLS1_3) }

const struct scene_row scenes_of_status[] = {
	{ "staples_what_it_is_given", staples_what_it_is_given,
	  EACH_KEY | IN_OLD },
	{ "staples_what_it_is_given", staples_what_it_is_given,
	  EACH_KEY | IN_NEW },
	{ "staples_for_the_identity_that_is_used",
	  staples_for_the_identity_that_is_used, IN_TLS1_2, { NEED(STATUS),
	  NEED(IDENTITIES) } },
	{ "staples_for_the_identity_that_is_used",
	  staples_for_the_identity_that_is_used, IN_TLS1_3,
	  { NEED(STATUS_TLS1_3), NEED(IDENTITIES) } },
	{ "staples_nothing_where_there_is_nothing",
	  staples_nothing_where_there_is_nothing, IN_OLD },
	{ "staples_nothing_where_there_is_nothing",
	  staples_nothing_where_there_is_nothing, IN_NEW },
	{ "staples_nothing_unasked", staples_nothing_unasked, IN_OLD },
	{ "staples_nothing_unasked", staples_nothing_unasked, IN_NEW },
	{ "staples_to_each_client_its_own", staples_to_each_client_its_own,
	  IN_OLD },
	{ "staples_to_each_client_its_own", staples_to_each_client_its_own,
	  IN_NEW },
	{ "staples_more_than_a_record_holds", staples_more_than_a_record_holds,
	  IN_OLD },
	{ "staples_more_than_a_record_holds", staples_more_than_a_record_holds,
	  IN_TLS1_3, { NEED_ALL_OF(STATUS_TLS1_3) } },
	{ "tells_of_the_status_message", tells_of_the_status_message,
	  UP_TO_TLS1_2, { NEED(STATUS), NEED(MESSAGES) } },
	{ "staples_nothing_to_a_resumed_session",
	  staples_nothing_to_a_resumed_session, UP_TO_TLS1_2, { NEED(STATUS),
	  NEED(TICKETS) } },
	{ "staples_nothing_to_a_resumed_session",
	  staples_nothing_to_a_resumed_session, IN_TLS1_3,
	  { NEED(STATUS_TLS1_3), NEED(TICKETS_TLS1_3) } },
	{ "staples_while_it_asks_for_a_certificate",
	  staples_while_it_asks_for_a_certificate, UP_TO_TLS1_2, { NEED(STATUS),
	  NEED(CLIENT_CERTIFICATE) } },
	{ "staples_while_it_asks_for_a_certificate",
	  staples_while_it_asks_for_a_certificate, IN_TLS1_3,
	  { NEED(STATUS_TLS1_3), NEED(CLIENT_CERTIFICATE) } },
	{ NULL, NULL, 0, { NOTHING } },
};
