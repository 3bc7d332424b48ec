/* resume.c - scenes: sessions that go on in another connection
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

/* A first connection on `stage`; its session in `*out`, or null.  The caller
 * frees it. */
static void
get_session(const struct scene *scene, const struct stage *stage,
    struct host_store *store, bool no_tickets, SSL_SESSION **out)
{
	struct pair pair;

	scene_pair(scene, stage, &pair);
	pair.options.no_tickets = no_tickets;
	pair.host.store = store;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	*out = pair.client->session;
	pair.client->session = NULL;
	pair_goodbye(&pair);
	pair_run(&pair);
	pair_clear(&pair);
}

/* A second one that offers `session`; whether it was resumed. */
static bool
offer_session(const struct scene *scene, const struct stage *stage,
    struct host_store *store, bool no_tickets, SSL_SESSION *session)
{
	struct pair pair;
	struct tls_facts facts;
	bool reused;

	assert_non_null(session);
	assert_true(SSL_SESSION_is_resumable(session));
	scene_pair(scene, stage, &pair);
	pair.options.no_tickets = no_tickets;
	pair.options.session = session;
	pair.host.store = store;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	reused = SSL_session_reused(pair.client->ssl) == 1;
	pair_facts(&pair, &facts);
	assert_true(fact_holds(scene->lab, TLS_FEATURE_FACT_RESUMED,
	    facts.resumed, reused ? TLS_YES : TLS_NO));
	assert_int_equal(facts.version, client_version(pair.client));
	assert_int_equal(facts.suite, client_suite(pair.client));
	/* Up to TLS 1.2 no key is exchanged then. */
	assert_true(!reused || scene->version == TLS_VERSION_1_3 ||
	    facts.group == 0);
	pair_goodbye(&pair);
	pair_run(&pair);
	pair_clear(&pair);
	return reused;
}

static void
resumes_by_ticket(const struct scene *scene)
{
	struct stage stage;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 1);
	get_session(scene, &stage, NULL, false, &session);
	assert_non_null(session);
	assert_true(SSL_SESSION_has_ticket(session));
	assert_true(offer_session(scene, &stage, NULL, false, session));
	SSL_SESSION_free(session);
}

static void
shares_tickets_between_servers(const struct scene *scene)
{
	struct stage first, second;
	SSL_SESSION *session;

	scene_stage(scene, &first);
	stage_tickets(&first, 7);
	scene_stage(scene, &second);
	stage_tickets(&second, 7);
	get_session(scene, &first, NULL, false, &session);
	assert_true(offer_session(scene, &second, NULL, false, session));
	SSL_SESSION_free(session);
}

static void
resumes_no_ticket_of_another_key(const struct scene *scene)
{
	struct stage first, second;
	SSL_SESSION *session;

	scene_stage(scene, &first);
	stage_tickets(&first, 1);
	scene_stage(scene, &second);
	stage_tickets(&second, 2);
	get_session(scene, &first, NULL, false, &session);
	assert_false(offer_session(scene, &second, NULL, false, session));
	SSL_SESSION_free(session);
}

static void
resumes_no_ticket_of_another_context(const struct scene *scene)
{
	struct stage first, second;
	SSL_SESSION *session;

	scene_stage(scene, &first);
	stage_tickets(&first, 1);
	first.config.session_context = span_of("first");
	scene_stage(scene, &second);
	stage_tickets(&second, 1);
	second.config.session_context = span_of("other");
	get_session(scene, &first, NULL, false, &session);
	assert_false(offer_session(scene, &second, NULL, false, session));
	assert_true(offer_session(scene, &first, NULL, false, session));
	SSL_SESSION_free(session);
}

/* Whether a client that was given `session`, or nothing, cannot go on with it;
 * frees it. */
static bool
is_of_no_use(const struct scene *scene, const struct stage *stage,
    struct host_store *store, SSL_SESSION *session)
{
	const bool no_tickets = store != NULL;
	bool used = session &&
	    offer_session(scene, stage, store, no_tickets, session);

	SSL_SESSION_free(session);
	return !used;
}

static void
gives_no_ticket_without_a_key(const struct scene *scene)
{
	struct stage stage;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	get_session(scene, &stage, NULL, false, &session);
	assert_true(!session || scene->version == TLS_VERSION_1_3 ||
	    !SSL_SESSION_has_ticket(session));
	assert_true(is_of_no_use(scene, &stage, NULL, session));
}

static void
survives_a_ticket_that_was_tampered_with(const struct scene *scene)
{
	struct stage stage;
	SSL_SESSION *session, *changed;
	struct buf der = BUF_INIT;
	const unsigned char *ticket, *at;
	uint8_t *end;
	size_t len = 0;
	uint8_t *found;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 1);
	get_session(scene, &stage, NULL, false, &session);
	SSL_SESSION_get0_ticket(session, &ticket, &len);
	assert_true(len > 32);
	end = buf_reserve(&der, (size_t)i2d_SSL_SESSION(session, NULL));
	der.len = (size_t)i2d_SSL_SESSION(session, &end);
	found = NULL;
	for (size_t i = 0; i + len <= der.len && !found; i++)
		if (!memcmp(der.data + i, ticket, len))
			found = der.data + i;
	assert_non_null(found);
	found[len / 2] ^= 0x55;
	at = der.data;
	changed = d2i_SSL_SESSION(NULL, &at, (long)der.len);
	assert_non_null(changed);
	assert_false(offer_session(scene, &stage, NULL, false, changed));
	SSL_SESSION_free(changed);
	SSL_SESSION_free(session);
	buf_clear(&der);
}

/* Tickets belong to the handshake: they are out before it is over. */
static void
sends_its_tickets_within_the_handshake(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 1);
	scene_pair(scene, &stage, &pair);
	pair_handshake(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_deliver(&pair);
	pair_deliver(&pair);
	assert_true(pair.client->num_sessions >= 1);
	pair_clear(&pair);
}

/* ---- from the store -------------------------------------------------- */

static void
resumes_from_the_store(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	stage.config.session_store = true;
	get_session(scene, &stage, &store, true, &session);
	assert_true(store.remembered >= 1);
	assert_true(store.saved[0].seconds > 0);
	assert_true(offer_session(scene, &stage, &store, true, session));
	assert_true(store.found >= 1);
	SSL_SESSION_free(session);
	host_store_clear(&store);
}

static void
remembers_under_the_id_that_the_client_sees(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	struct pair pair;
	struct tls_span id = scene_stored(scene, &stage, &store, &pair);
	struct tls_facts facts;

	assert_int_equal(store.num, 1);
	assert_int_equal(store.saved[0].id_len, id.len);
	assert_memory_equal(store.saved[0].id, id.data, id.len);
	pair_facts(&pair, &facts);
	assert_true(span_equal(facts.session_id, id));
	pair_clear(&pair);
	host_store_clear(&store);
}

static void
resumes_nothing_that_the_store_lost(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	stage.config.session_store = true;
	get_session(scene, &stage, &store, true, &session);
	host_store_clear(&store);
	assert_false(offer_session(scene, &stage, &store, true, session));
	SSL_SESSION_free(session);
	host_store_clear(&store);
}

static void
survives_a_store_that_was_tampered_with(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	stage.config.session_store = true;
	get_session(scene, &stage, &store, true, &session);
	assert_true(store.num >= 1);
	for (size_t i = 0; i < store.num; i++)
		buf_clear(&store.saved[i].session);
	for (size_t i = 0; i < store.num; i++)
		buf_add_string(&store.saved[i].session, "nonsense");
	assert_false(offer_session(scene, &stage, &store, true, session));
	SSL_SESSION_free(session);
	host_store_clear(&store);
}

static void
resumes_nothing_of_another_context_from_the_store(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage first, second;
	SSL_SESSION *session;

	scene_stage(scene, &first);
	first.config.session_store = true;
	first.config.session_context = span_of("first");
	scene_stage(scene, &second);
	second.config.session_store = true;
	second.config.session_context = span_of("other");
	get_session(scene, &first, &store, true, &session);
	assert_false(offer_session(scene, &second, &store, true, session));
	SSL_SESSION_free(session);
	host_store_clear(&store);
}

static void
leaves_the_store_alone_when_it_is_off(const struct scene *scene)
{
	struct host_store store = { .num = 0 };
	struct stage stage;
	SSL_SESSION *session;

	scene_stage(scene, &stage);
	get_session(scene, &stage, &store, true, &session);
	assert_true(is_of_no_use(scene, &stage, &store, session));
	assert_int_equal(store.remembered, 0);
	assert_int_equal(store.asked, 0);
	host_store_clear(&store);
}

const struct scene_row scenes_of_resumption[] = {
	{ "resumes_by_ticket", resumes_by_ticket, UP_TO_TLS1_2,
	  { NEED(TICKETS) } },
	{ "resumes_by_ticket", resumes_by_ticket, IN_TLS1_3,
	  { NEED(TICKETS_TLS1_3) } },
	{ "shares_tickets_between_servers", shares_tickets_between_servers,
	  IN_TLS1_2, { NEED(TICKETS) } },
	{ "shares_tickets_between_servers", shares_tickets_between_servers,
	  IN_TLS1_3, { NEED(TICKETS_TLS1_3) } },
	{ "resumes_no_ticket_of_another_key", resumes_no_ticket_of_another_key,
	  IN_TLS1_2, { NEED(TICKETS) } },
	{ "resumes_no_ticket_of_another_key", resumes_no_ticket_of_another_key,
	  IN_TLS1_3, { NEED(TICKETS_TLS1_3) } },
	{ "resumes_no_ticket_of_another_context",
	  resumes_no_ticket_of_another_context, IN_TLS1_2, { NEED(TICKETS) } },
	{ "resumes_no_ticket_of_another_context",
	  resumes_no_ticket_of_another_context, IN_TLS1_3,
	  { NEED(TICKETS_TLS1_3) } },
	{ "gives_no_ticket_without_a_key", gives_no_ticket_without_a_key,
	  EACH_VERSION, { NOTHING } },
	{ "survives_a_ticket_that_was_tampered_with",
	  survives_a_ticket_that_was_tampered_with, IN_TLS1_2,
	  { NEED(TICKETS) } },
	{ "survives_a_ticket_that_was_tampered_with",
	  survives_a_ticket_that_was_tampered_with, IN_TLS1_3,
	  { NEED(TICKETS_TLS1_3) } },
	{ "sends_its_tickets_within_the_handshake",
	  sends_its_tickets_within_the_handshake, IN_TLS1_3,
	  { NEED(TICKETS_TLS1_3) } },
	{ "resumes_from_the_store", resumes_from_the_store, UP_TO_TLS1_2,
	  { NEED(SESSION_STORE) } },
	{ "remembers_under_the_id_that_the_client_sees",
	  remembers_under_the_id_that_the_client_sees, UP_TO_TLS1_2,
	  { NEED(SESSION_STORE) } },
	{ "resumes_nothing_that_the_store_lost",
	  resumes_nothing_that_the_store_lost, IN_TLS1_2,
	  { NEED(SESSION_STORE) } },
	{ "survives_a_store_that_was_tampered_with",
	  survives_a_store_that_was_tampered_with, IN_TLS1_2,
	  { NEED(SESSION_STORE) } },
	{ "resumes_nothing_of_another_context_from_the_store",
	  resumes_nothing_of_another_context_from_the_store, IN_TLS1_2,
	  { NEED(SESSION_STORE) } },
	{ "leaves_the_store_alone_when_it_is_off",
	  leaves_the_store_alone_when_it_is_off, EACH_VERSION, { NOTHING } },
	{ NULL, NULL, 0, { NOTHING } },
};
