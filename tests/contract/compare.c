/* compare.c - scenes: the answer that is told, and what a client really gets
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

#include "compare/compare.h"
#include "wire/hello.h"

/* A question, and a connection with the same options. */
struct question {
	struct stage stage;
	struct client_options options;
	struct compare_answer answer;
	struct pair pair;
};

static void
question_init(struct question *q, const struct scene *scene)
{
	memset(q, 0, sizeof *q);
	scene_stage(scene, &q->stage);
	q->options.min_version = q->options.max_version = scene->version;
}

/* Asks as the core would, with the hello of a client that is then gone. */
static void
ask(struct question *q, const struct scene *scene)
{
	const struct policy_alpn alpn = { q->stage.alpn, false };
	const struct compare_subject subject = {
		.plug = scene->lab->plug, .config = &q->stage.config,
		.alpn = &alpn,
	};
	struct client *client = client_new(&q->options);
	struct tls_error err = TLS_ERROR_INIT;
	struct compare_server *server = compare_open(&subject, &err);
	struct tls_hello *hello;

	assert_non_null(server);
	client_step(client);
	hello = hello_new(buf_span(&client->sent), &err);
	assert_non_null(hello);
	compare_ask(server, hello, &q->answer);
	hello_free(hello);
	client_free(client);
	compare_close(server);
}

static void
connect(struct question *q, const struct scene *scene)
{
	pair_init(&q->pair, scene->lab, &q->stage);
	q->pair.options = q->options;
	pair_run(&q->pair);
}

static void
question_clear(struct question *q)
{
	compare_answer_clear(&q->answer);
	pair_clear(&q->pair);
}

/* The text of one cell of the table that has only this answer. */
static void
assert_cell(const struct question *q, const struct scene *scene,
    const char *name, const char *expected)
{
	const struct compare_column column = {
		.plug = scene->lab->plug, .answer = &q->answer,
	};
	const struct compare_table table = { &column, 1, 0 };
	bool found = false;

	for (size_t i = 0; i < compare_num_rows; i++) {
		const struct compare_row *row = &compare_rows[i];
		struct compare_cell cell;
		struct buf text = BUF_INIT;

		if (strcmp(row->name, name) != 0)
			continue;
		compare_cell(&table, row, 0, &cell);
		compare_add_value(&text, row, &cell.value);
		assert_string_equal(buf_string(&text), expected);
		compare_cell_clear(&cell);
		buf_clear(&text);
		found = true;
	}
	assert_true(found);
}

static void
answers_as_to_a_client(const struct scene *scene)
{
	struct question q;
	struct tls_facts facts;
	SSL *ssl;

	question_init(&q, scene);
	q.stage.alpn = span_of("\002h2");
	q.options.alpn = span_of("\002h2");
	q.options.groups = "P-256:X25519";
	ask(&q, scene);
	connect(&q, scene);
	assert_pair(&q.pair, q.pair.client->phase == PHASE_OPEN);
	pair_facts(&q.pair, &facts);
	ssl = q.pair.client->ssl;
	assert_int_equal(q.answer.outcome, COMPARE_ANSWERED);
	assert_int_equal(q.answer.version, SSL_version(ssl));
	assert_int_equal(q.answer.suite, client_suite(q.pair.client));
	assert_int_equal(q.answer.group, client_group(q.pair.client));
	assert_int_equal(q.answer.signature, facts.signature);
	assert_true(span_equal(q.answer.alpn, span_of("h2")));
	assert_true(span_equal(buf_span(&q.answer.certificate),
	    q.stage.identities[0].chain[0]));
	assert_int_equal(q.answer.num_chain, 1);
	assert_int_equal(q.answer.alert, -1);
	assert_cell(&q, scene, "result", "answers");
	assert_cell(&q, scene, "alpn", "h2");
	assert_cell(&q, scene, "words", "-");
	question_clear(&q);
}

static void
says_which_group_it_asks_for(const struct scene *scene)
{
	static const uint16_t secp384r1 = 24;
	struct question q;

	question_init(&q, scene);
	q.options.groups = "X25519:P-384";
	q.stage.config.groups = &secp384r1;
	q.stage.config.num_groups = 1;
	ask(&q, scene);
	connect(&q, scene);
	assert_int_equal(client_group(q.pair.client), secp384r1);
	assert_int_equal(q.answer.outcome, COMPARE_RETRY);
	assert_int_equal(q.answer.version, TLS_VERSION_1_3);
	assert_int_equal(q.answer.suite, client_suite(q.pair.client));
	assert_cell(&q, scene, "result", "asks again");
	assert_cell(&q, scene, "retry", "secp384r1");
	assert_cell(&q, scene, "certificate", "?");
	assert_cell(&q, scene, "alpn", "?");
	question_clear(&q);
}

static void
says_what_it_refuses_with(const struct scene *scene)
{
	static const uint16_t suites[] = { 0x1301, 0xc02f, 0xc02b };
	struct question q;

	question_init(&q, scene);
	q.options.ciphers = "ECDHE-RSA-AES256-GCM-SHA384";
	q.options.ciphersuites = "TLS_AES_256_GCM_SHA384";
	q.stage.config.suites = suites;
	q.stage.config.num_suites = 3;
	ask(&q, scene);
	connect(&q, scene);
	assert_int_equal(q.answer.outcome, COMPARE_REFUSED);
	assert_int_equal(q.answer.alert, q.pair.client->alert_received);
	assert_string_equal(q.answer.err.text, q.pair.err.text);
	assert_cell(&q, scene, "result", "refuses");
	assert_cell(&q, scene, "version", "-");
	question_clear(&q);
}

static void
says_that_it_asks_for_a_certificate(const struct scene *scene)
{
	struct question q;

	question_init(&q, scene);
	stage_roots(&q.stage, scene->lab, TLS_PEER_ASK);
	ask(&q, scene);
	connect(&q, scene);
	assert_pair(&q.pair, q.pair.client->phase == PHASE_OPEN);
	assert_cell(&q, scene, "request", "yes");
	question_clear(&q);
}

/* The client brings a ticket of a server with the same configuration. */
static void
accepts_no_ticket(const struct scene *scene)
{
	struct question q, again;

	question_init(&q, scene);
	stage_tickets(&q.stage, 7);
	q.stage.config.num_tickets = 1;
	connect(&q, scene);
	assert_pair(&q.pair, q.pair.client->session != NULL);
	question_init(&again, scene);
	stage_tickets(&again.stage, 7);
	again.stage.config.num_tickets = 1;
	again.options.session = q.pair.client->session;
	ask(&again, scene);
	connect(&again, scene);
	assert_true(SSL_session_reused(again.pair.client->ssl));
	assert_int_equal(again.answer.outcome, COMPARE_ANSWERED);
	assert_false(again.answer.flight.abbreviated);
	assert_false(again.answer.flight.hello.has_psk);
	assert_true(again.answer.certificate.len > 0);
	question_clear(&again);
	question_clear(&q);
}

const struct scene_row scenes_of_comparisons[] = {
	{ "answers_as_to_a_client", answers_as_to_a_client,
	  FROM_TLS1_2 | EACH_KEY,
	  { NEED(MESSAGES), NEED(ALPN) } },
	{ "says_which_group_it_asks_for", says_which_group_it_asks_for,
	  IN_TLS1_3, { NEED(GROUPS) } },
	{ "says_what_it_refuses_with", says_what_it_refuses_with,
	  FROM_TLS1_2, { NEED(CIPHER_LIST) } },
	{ "says_that_it_asks_for_a_certificate",
	  says_that_it_asks_for_a_certificate, FROM_TLS1_2,
	  { NEED(CLIENT_CERTIFICATE), NEED(MESSAGES) } },
	{ "accepts_no_ticket", accepts_no_ticket, IN_TLS1_2,
	  { NEED(TICKETS) } },
	{ "accepts_no_ticket", accepts_no_ticket, IN_TLS1_3,
	  { NEED(TICKETS_TLS1_3) } },
	{ NULL, NULL, 0, { NOTHING } },
};
