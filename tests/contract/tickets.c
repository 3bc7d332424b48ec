/* tickets.c - scenes: how many tickets, and what session IDs look like
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

#define INTERNAL_ERROR	80

/* A connection that offers `session`, or null; returns what the client is
 * left with, to be freed. */
static SSL_SESSION *
connect_again(struct pair *pair, SSL_SESSION *session)
{
	pair->options.session = session;
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
	pair_talk(pair);
	session = pair->client->session;
	pair->client->session = NULL;
	return session;
}

/* ---- the number of tickets ------------------------------------------- */

static void
sends_as_many_tickets_as_asked(const struct scene *scene)
{
	static const unsigned numbers[] = { 0, 1, 2, 5 };
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		scene_stage(scene, &stage);
		stage_tickets(&stage, 1);
		stage.config.num_tickets = numbers[i];
		scene_pair(scene, &stage, &pair);
		SSL_SESSION_free(connect_again(&pair, NULL));
		assert_pair(&pair, pair.client->num_sessions == numbers[i]);
		pair_clear(&pair);
	}
}

/* Tickets that carry nothing, for a server that keeps the sessions. */
static void
sends_as_many_tickets_for_its_store(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage.config.session_store = true;
	stage.config.num_tickets = 3;
	scene_pair(scene, &stage, &pair);
	pair.host.store = &store;
	SSL_SESSION_free(connect_again(&pair, NULL));
	assert_int_equal(pair.client->num_sessions, 3);
	assert_int_equal(store.num, 3);
	pair_clear(&pair);
	host_store_clear(&store);
}

static void
sends_one_ticket_at_most_after_a_resumption(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 1);
	stage.config.num_tickets = 4;
	scene_pair(scene, &stage, &pair);
	session = connect_again(&pair, NULL);
	pair_clear(&pair);
	assert_non_null(session);
	scene_pair(scene, &stage, &pair);
	SSL_SESSION_free(connect_again(&pair, session));
	assert_int_equal(SSL_session_reused(pair.client->ssl), 1);
	assert_in_range(pair.client->num_sessions, 0, 1);
	pair_clear(&pair);
	SSL_SESSION_free(session);
}

/* Its client has all that is needed, and will not come by an ID. */
static void
remembers_nothing_that_a_ticket_carries(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 1);
	stage.config.session_store = true;
	scene_pair(scene, &stage, &pair);
	pair.host.store = &store;
	SSL_SESSION_free(connect_again(&pair, NULL));
	assert_true(pair.client->num_sessions > 0);
	assert_int_equal(store.remembered, 0);
	pair_clear(&pair);
	host_store_clear(&store);
}

/* ---- a prefix of session IDs ----------------------------------------- */

/* The ID that the server gave, as the client saw it. */
static struct tls_span
id_of(const struct pair *pair)
{
	unsigned len;
	const uint8_t *id = SSL_SESSION_get_id(
	    SSL_get_session(pair->client->ssl), &len);

	return (struct tls_span){ id, len };
}

static void
prefix_stage(const struct scene *scene, struct stage *stage,
    const char *prefix)
{
	scene_stage(scene, stage);
	stage->config.session_store = true;
	stage->config.id_prefix = span_of(prefix);
}

static void
prefix_pair(const struct scene *scene, const struct stage *stage,
    struct host_store *store, struct pair *pair)
{
	scene_pair(scene, stage, pair);
	pair->options.no_tickets = true;
	pair->host.store = store;
}

static void
begins_its_ids_with_the_prefix(const struct scene *scene)
{
	static const char *const prefixes[] = {
		"p", "sixteen bytes ..", "thirty one bytes, one is left..",
	};
	struct host_store store = { .num = 0 };
	struct stage stage;
	struct pair pair;
	uint8_t first[32];

	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
		prefix_stage(scene, &stage, prefixes[i]);
		for (int again = 0; again < 2; again++) {
			prefix_pair(scene, &stage, &store, &pair);
			SSL_SESSION_free(connect_again(&pair, NULL));
			assert_int_equal(id_of(&pair).len, 32);
			assert_memory_equal(id_of(&pair).data, prefixes[i],
			    strlen(prefixes[i]));
			if (again)
				assert_memory_not_equal(id_of(&pair).data,
				    first, 32);
			memcpy(first, id_of(&pair).data, 32);
			pair_clear(&pair);
		}
	}
	assert_int_equal(store.num, 6);
	host_store_clear(&store);
}

static void
resumes_an_id_with_a_prefix(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	struct pair pair;
	SSL_SESSION *session;

	prefix_stage(scene, &stage, "a prefix");
	prefix_pair(scene, &stage, &store, &pair);
	session = connect_again(&pair, NULL);
	pair_clear(&pair);
	assert_non_null(session);
	prefix_pair(scene, &stage, &store, &pair);
	SSL_SESSION_free(connect_again(&pair, session));
	assert_int_equal(SSL_session_reused(pair.client->ssl), 1);
	assert_memory_equal(id_of(&pair).data, "a prefix", 8);
	pair_clear(&pair);
	SSL_SESSION_free(session);
	host_store_clear(&store);
}

/* No byte is left to tell a second session from the first. */
static void
has_one_session_with_a_prefix_of_32_bytes(const struct scene *scene)
{
	static const char prefix[] = "thirty-two bytes leave no room..";
	struct host_store store = { .num = 0 };
	struct stage stage;
	struct pair pair;
	SSL_SESSION *session;

	prefix_stage(scene, &stage, prefix);
	prefix_pair(scene, &stage, &store, &pair);
	session = connect_again(&pair, NULL);
	assert_int_equal(id_of(&pair).len, 32);
	assert_memory_equal(id_of(&pair).data, prefix, 32);
	pair_clear(&pair);

	prefix_pair(scene, &stage, &store, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.alert_sent == INTERNAL_ERROR);
	assert_pair(&pair, pair.client->alert_received == INTERNAL_ERROR);
	assert_true(pair.err.text[0] != '\0');
	pair_clear(&pair);

	/* The first one goes on, and did not suffer. */
	assert_non_null(session);
	prefix_pair(scene, &stage, &store, &pair);
	SSL_SESSION_free(connect_again(&pair, session));
	assert_int_equal(SSL_session_reused(pair.client->ssl), 1);
	pair_clear(&pair);
	SSL_SESSION_free(session);
	host_store_clear(&store);
}

/* A prefix is no reason to keep a session. */
static void
keeps_nothing_for_a_prefix_alone(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	struct pair pair;

	prefix_stage(scene, &stage, "thirty-two bytes leave no room..");
	stage.config.session_store = false;
	for (int i = 0; i < 2; i++) {
		prefix_pair(scene, &stage, &store, &pair);
		SSL_SESSION_free(connect_again(&pair, NULL));
		/* No ID at all says as much. */
		assert_true(id_of(&pair).len == 0 ||
		    span_equal(id_of(&pair), stage.config.id_prefix));
		pair_clear(&pair);
	}
	assert_int_equal(store.remembered, 0);
	assert_int_equal(store.asked, 0);
	host_store_clear(&store);
}

const struct scene_row scenes_of_tickets[] = {
	{ "sends_as_many_tickets_as_asked", sends_as_many_tickets_as_asked,
	  IN_TLS1_3, { NEED(TICKETS_TLS1_3), NEED(NUM_TICKETS) } },
	{ "sends_as_many_tickets_for_its_store",
	  sends_as_many_tickets_for_its_store, IN_TLS1_3,
	  { NEED_ALL_OF(SESSION_STORE), NEED(TICKETS_TLS1_3),
	  NEED(NUM_TICKETS) } },
	{ "sends_one_ticket_at_most_after_a_resumption",
	  sends_one_ticket_at_most_after_a_resumption, IN_TLS1_3,
	  { NEED(TICKETS_TLS1_3), NEED(NUM_TICKETS) } },
	{ "remembers_nothing_that_a_ticket_carries",
	  remembers_nothing_that_a_ticket_carries, UP_TO_TLS1_2,
	  { NEED(SESSION_STORE), NEED(TICKETS) } },
	{ "remembers_nothing_that_a_ticket_carries",
	  remembers_nothing_that_a_ticket_carries, IN_TLS1_3,
	  { NEED(SESSION_STORE), NEED(TICKETS_TLS1_3) } },
	{ "begins_its_ids_with_the_prefix", begins_its_ids_with_the_prefix,
	  UP_TO_TLS1_2, { NEED(ID_PREFIX), NEED(SESSION_STORE) } },
	{ "resumes_an_id_with_a_prefix", resumes_an_id_with_a_prefix,
	  UP_TO_TLS1_2, { NEED(ID_PREFIX), NEED(SESSION_STORE) } },
	{ "has_one_session_with_a_prefix_of_32_bytes",
	  has_one_session_with_a_prefix_of_32_bytes, UP_TO_TLS1_2,
	  { NEED(ID_PREFIX), NEED(SESSION_STORE) } },
	{ "keeps_nothing_for_a_prefix_alone", keeps_nothing_for_a_prefix_alone,
	  UP_TO_TLS1_2, { NEED(ID_PREFIX) } },
	{ NULL, NULL, 0, { NOTHING } },
};
