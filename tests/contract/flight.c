/* flight.c - scenes: what a session answers in memory, read from its bytes
 * SPDX-License-Identifier: Apache-2.0
 *
 * The ground of every comparison: no socket, no connection, a host that has
 * no answers, and the answer read by wire/flight.
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "oracle.h"
#include "plug/quiet.h"
#include "wire/flight.h"
#include "wire/hello.h"

/* Bytes that a session may write before its client does. */
#define ROOM	65536

/* A session by itself, and what it was read to have answered. */
struct answer {
	const struct tls_backend *backend;
	struct memory_io io;
	struct quiet_host host;
	struct tls_hello *hello;
	struct policy_choice chosen;
	struct tls_server *server;
	struct tls_session *session;
	enum tls_status status;
	struct tls_error err;
	struct flight flight;
	size_t num_told;		/* messages of `host` that were read */
};

static void
answer_open(struct answer *answer, const struct scene *scene,
    const struct stage *stage, struct tls_span hello, unsigned wants)
{
	const struct policy_alpn alpn = { stage->alpn, false };

	memset(answer, 0, sizeof *answer);
	answer->err = (struct tls_error)TLS_ERROR_INIT;
	answer->backend = scene->lab->plug->backend;
	memory_init(&answer->io, ROOM);
	quiet_init(&answer->host, &clock_system, wants);
	flight_init(&answer->flight);
	buf_add_span(&answer->io.to_server, hello);
	answer->hello = hello_new(hello, &answer->err);
	assert_non_null(answer->hello);
	policy_choose(&answer->chosen, &stage->config, &alpn, answer->hello);
	answer->server = answer->backend->server_open(&stage->config,
	    &answer->err);
	assert_non_null(answer->server);
	answer->session = answer->backend->session_open(answer->server,
	    answer->hello, &answer->chosen.choice, &answer->io.io,
	    &answer->host.host, &answer->err);
	assert_non_null(answer->session);
}

static void
answer_clear(struct answer *answer)
{
	answer->backend->session_close(answer->session);
	answer->backend->server_close(answer->server);
	policy_choice_clear(&answer->chosen);
	hello_free(answer->hello);
	flight_clear(&answer->flight);
	quiet_clear(&answer->host);
	memory_clear(&answer->io);
}

static void
read_told(struct answer *answer)
{
	struct tls_error err;

	for (; answer->num_told < answer->host.num_messages;
	    answer->num_told++) {
		const struct quiet_message *m =
		    &answer->host.messages[answer->num_told];

		if (m->direction == TLS_SENT && !flight_add_message(
		    &answer->flight, m->content_type, m->message, &err))
			fail_msg("told: %s", err.text);
	}
}

/* Lets the session go on, and reads what it wrote and told. */
static void
answer_go_on(struct answer *answer)
{
	struct tls_error err;

	answer->status = answer->backend->handshake(answer->session,
	    &answer->err);
	if (!flight_add_records(&answer->flight,
	    buf_span(&answer->io.to_client), &err))
		fail_msg("written: %s", err.text);
	assert_true(flight_is_whole(&answer->flight));
	read_told(answer);
}

/* Hands what was written to the client, and what that says to the session. */
static void
answer_deliver(struct answer *answer, struct client *client)
{
	buf_add_span(&client->incoming, buf_span(&answer->io.to_client));
	answer->io.to_client.len = 0;
	client_step(client);
	buf_add_span(&answer->io.to_server, buf_span(&client->sent));
	client->sent.len = 0;
}

/* A client that has said its hello, and the session's answer to it. */
static struct client *
ask(struct answer *answer, const struct scene *scene,
    const struct stage *stage, struct client_options *options, unsigned wants)
{
	struct client *client;

	options->min_version = options->max_version = scene->version;
	client = client_new(options);
	client_step(client);
	answer_open(answer, scene, stage, buf_span(&client->sent), wants);
	client->sent.len = 0;
	answer_go_on(answer);
	answer_deliver(answer, client);
	return client;
}

/* Completes the handshake, of which the first flight has been read. */
static void
complete(struct answer *answer, struct client *client)
{
	for (int i = 0; i < 5 && answer->status == TLS_WANT_READ; i++) {
		answer_go_on(answer);
		answer_deliver(answer, client);
	}
	if (answer->status != TLS_OK)
		fail_msg("the handshake fails: %s", answer->err.text);
	assert_int_equal(client->phase, PHASE_OPEN);
}

/* ---- agreement ---------------------------------------------------------- */

/* That the bytes, the backend and the client tell the same story. */
static void
check_facts(const struct answer *answer, const struct client *client)
{
	const struct flight *flight = &answer->flight;
	struct tls_facts facts;

	answer->backend->facts(answer->session, &facts);
	assert_int_equal(flight->version, facts.version);
	assert_int_equal(flight->version, client_version(client));
	assert_int_equal(flight->suite, facts.suite);
	assert_int_equal(flight->suite, client_suite(client));
	assert_int_equal(flight->group, facts.group);
	assert_int_equal(flight->group, client_group(client));
	assert_true(flight->group != 0);
	assert_true(span_equal(facts.alpn, span_of("h2")));
	assert_int_equal(flight->alert, -1);
	assert_int_equal(flight->num_alerts, 0);
	assert_int_equal(flight->retry.message.len, 0);
}

/* What a flight in clear, or one that is told, shows besides. */
static void
check_clear(const struct answer *answer, const struct stage *stage)
{
	const struct flight *flight = &answer->flight;

	assert_true(flight->ended);
	assert_true(span_equal(flight->alpn, span_of("h2")));
	assert_int_equal(flight->certificate.num_sent, 1);
	assert_true(span_equal(flight->certificate.chain[0],
	    stage->identities[0].chain[0]));
	assert_int_equal(flight->request.message.len, 0);
	assert_int_equal(answer->host.num_left_out, 0);
}

static void
check_signature(const struct answer *answer)
{
	struct tls_facts facts;

	answer->backend->facts(answer->session, &facts);
	assert_true(answer->flight.signature != 0);
	assert_int_equal(answer->flight.signature, facts.signature);
}

static void
stage_alpn(const struct scene *scene, struct stage *stage)
{
	scene_stage(scene, stage);
	stage->alpn = span_of("\002h2");
}

static void
answers_in_clear(const struct scene *scene)
{
	struct client_options options = { .alpn = span_of("\002h2"),
	    .ciphers = "kEECDH:@SECLEVEL=0" };
	struct stage stage;
	struct answer answer;
	struct client *client;

	stage_alpn(scene, &stage);
	client = ask(&answer, scene, &stage, &options, 0);
	check_clear(&answer, &stage);
	assert_int_equal(answer.flight.num_encrypted, 0);
	assert_false(answer.flight.hello.expects_ticket);
	complete(&answer, client);
	check_facts(&answer, client);
	client_free(client);
	answer_clear(&answer);
}

static void
signs_as_its_facts_say(const struct scene *scene)
{
	struct client_options options = {
	    .ciphers = "kEECDH:@SECLEVEL=0" };
	struct stage stage;
	struct answer answer;
	struct client *client;

	scene_stage(scene, &stage);
	client = ask(&answer, scene, &stage, &options, TLS_WANTS_MESSAGES);
	complete(&answer, client);
	check_signature(&answer);
	client_free(client);
	answer_clear(&answer);
}

/* In TLS 1.3 only the ServerHello is in clear. */
static void
answers_under_encryption(const struct scene *scene)
{
	struct client_options options = { .alpn = span_of("\002h2"),
	    .groups = "X25519:P-256" };
	struct stage stage;
	struct answer answer;
	struct client *client;

	stage_alpn(scene, &stage);
	client = ask(&answer, scene, &stage, &options, 0);
	assert_int_equal(answer.flight.num_messages, 1);
	assert_true(answer.flight.num_encrypted > 0);
	assert_false(answer.flight.ended);
	complete(&answer, client);
	check_facts(&answer, client);
	client_free(client);
	answer_clear(&answer);
}

static void
answers_under_encryption_and_tells(const struct scene *scene)
{
	struct client_options options = { .alpn = span_of("\002h2"),
	    .groups = "X25519:P-256" };
	struct stage stage;
	struct answer answer;
	struct client *client;

	stage_alpn(scene, &stage);
	client = ask(&answer, scene, &stage, &options, TLS_WANTS_MESSAGES);
	check_clear(&answer, &stage);
	assert_true(flight_message(&answer.flight,
	    MESSAGE_CERTIFICATE_VERIFY).len > 0);
	assert_true(flight_message(&answer.flight, MESSAGE_FINISHED).len > 0);
	complete(&answer, client);
	check_facts(&answer, client);
	client_free(client);
	answer_clear(&answer);
}

/* ---- what else may come first ------------------------------------------- */

static void
asks_for_a_client_certificate(const struct scene *scene)
{
	struct client_options options = { .server_name = NULL };
	struct stage stage;
	struct answer answer;
	struct client *client;
	const struct certificate_request *request = &answer.flight.request;

	scene_stage(scene, &stage);
	stage_roots(&stage, scene->lab, TLS_PEER_ASK);
	client = ask(&answer, scene, &stage, &options, TLS_WANTS_MESSAGES);
	assert_true(request->message.len > 0);
	assert_true(request->signatures.len >= 2);
	/* The name of the one root; in TLS 1.3 it may be left out (RFC 8446,
	 * 4.3.2). */
	assert_in_range(request->num_authorities,
	    scene->version < TLS_VERSION_1_3, 1);
	client_free(client);
	answer_clear(&answer);
}

static void
promises_a_ticket(const struct scene *scene)
{
	struct client_options options = { .server_name = NULL };
	struct stage stage;
	struct answer answer;
	struct client *client;

	scene_stage(scene, &stage);
	stage_tickets(&stage, 7);
	client = ask(&answer, scene, &stage, &options, 0);
	assert_true(answer.flight.hello.expects_ticket);
	complete(&answer, client);
	client_free(client);
	answer_clear(&answer);
}

static void
asks_for_another_group(const struct scene *scene)
{
	static const uint16_t secp384r1 = 24;
	struct client_options options = { .groups = "X25519:P-384",
	    .alpn = span_of("\002h2") };
	struct stage stage;
	struct answer answer;
	struct client *client;

	stage_alpn(scene, &stage);
	stage.config.groups = &secp384r1;
	stage.config.num_groups = 1;
	client = ask(&answer, scene, &stage, &options, 0);
	assert_int_equal(answer.status, TLS_WANT_READ);
	assert_true(answer.flight.retry.retry);
	assert_int_equal(answer.flight.retry.group, secp384r1);
	assert_int_equal(answer.flight.hello.message.len, 0);
	assert_int_equal(answer.flight.version, TLS_VERSION_1_3);
	assert_int_equal(answer.flight.num_encrypted, 0);

	complete(&answer, client);
	assert_int_equal(answer.flight.hello.group, secp384r1);
	assert_int_equal(client_group(client), secp384r1);
	assert_int_equal(answer.flight.suite, client_suite(client));
	assert_int_equal(answer.flight.num_messages, 2);
	client_free(client);
	answer_clear(&answer);
}

static void
refuses_in_an_alert(const struct scene *scene)
{
	static const uint16_t suites[] = { 0x1301, 0xc02f, 0xc02b };
	struct client_options options = {
	    .ciphers = "ECDHE-RSA-AES256-GCM-SHA384",
	    .ciphersuites = "TLS_AES_256_GCM_SHA384" };
	struct stage stage;
	struct answer answer;
	struct client *client;

	scene_stage(scene, &stage);
	stage.config.suites = suites;
	stage.config.num_suites = 3;
	client = ask(&answer, scene, &stage, &options, TLS_WANTS_ALERTS);
	assert_int_equal(answer.status, TLS_FAILED);
	assert_in_range(answer.flight.alert, 1, 255);
	assert_int_equal(answer.flight.alert, answer.err.alert_sent);
	assert_int_equal(answer.flight.alert, client->alert_received);
	assert_int_equal(answer.host.num_alerts, 1);
	assert_int_equal(answer.host.alerts[0].description,
	    answer.flight.alert);
	assert_int_equal(answer.flight.num_messages, 0);
	assert_int_equal(answer.flight.version, 0);
	client_free(client);
	answer_clear(&answer);
}

/* ---- hellos of other clients -------------------------------------------- */

static void
read_hello(const char *name, struct buf *out)
{
	const char *top = getenv("top_srcdir");
	struct buf path = BUF_INIT;
	FILE *file;

	buf_printf(&path, "%s/tests/fuzz/corpus/hello/%s", top ? top : ".",
	    name);
	file = fopen(buf_string(&path), "rb");
	if (!file)
		fail_msg("%s cannot be read", buf_string(&path));
	out->len += fread(buf_reserve(out, 4096), 1, 4096, file);
	fclose(file);
	buf_clear(&path);
}

/* The same answer as OpenSSL's own server with these lists gives. */
static void
answers_a_recorded_hello(const struct scene *scene)
{
	static const char *const names[] = {
		"curl", "gnutls", "openssl_1_2", "openssl_1_3",
	};
	struct oracle *oracle = oracle_new();
	struct stage stage;

	stage_init(&stage, scene->lab, 0);
	certs_identity(scene->lab->certs, CERT_RSA, &stage.identities[0]);
	certs_identity(scene->lab->certs, CERT_P256, &stage.identities[1]);
	stage.config.num_identities = 2;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct buf hello = BUF_INIT;
		struct answer answer;
		uint16_t suite;

		read_hello(names[i], &hello);
		answer_open(&answer, scene, &stage, buf_span(&hello), 0);
		answer_go_on(&answer);
		suite = oracle_suite(oracle, &stage.config, buf_span(&hello));
		print_message("# %s: %04x, suite %04x, group %u\n", names[i],
		    answer.flight.version, suite, answer.flight.group);
		assert_int_equal(answer.status, TLS_WANT_READ);
		assert_true(suite != 0);
		assert_int_equal(answer.flight.suite, suite);
		assert_int_equal(answer.flight.suite,
		    oracle_server_hello(buf_span(&answer.io.to_client)));
		assert_int_equal(answer.flight.version,
		    answer.chosen.choice.version);
		answer_clear(&answer);
		buf_clear(&hello);
	}
	oracle_free(oracle);
}

const struct scene_row scenes_of_first_flights[] = {
	{ "answers_in_clear", answers_in_clear, BEFORE_TLS1_2 | EACH_OLD_KEY,
	  { NEED(ALPN), NEED(FACT_GROUP) } },
	{ "answers_in_clear", answers_in_clear, IN_TLS1_2 | EACH_KEY,
	  { NEED(ALPN), NEED(FACT_GROUP) } },
	{ "answers_under_encryption", answers_under_encryption,
	  IN_TLS1_3 | EACH_KEY, { NEED(ALPN), NEED(FACT_GROUP) } },
	{ "answers_under_encryption_and_tells",
	  answers_under_encryption_and_tells, IN_TLS1_3 | EACH_KEY,
	  { NEED(ALPN), NEED(FACT_GROUP), NEED(MESSAGES) } },
	{ "signs_as_its_facts_say", signs_as_its_facts_say,
	  FROM_TLS1_2 | EACH_KEY, { NEED(FACT_SIGNATURE), NEED(MESSAGES) } },
	{ "asks_for_a_client_certificate", asks_for_a_client_certificate,
	  FROM_TLS1_2, { NEED(CLIENT_CERTIFICATE), NEED(MESSAGES) } },
	{ "promises_a_ticket", promises_a_ticket, UP_TO_TLS1_2,
	  { NEED(TICKETS) } },
	{ "asks_for_another_group", asks_for_another_group, IN_TLS1_3,
	  { NEED(GROUPS) } },
	{ "refuses_in_an_alert", refuses_in_an_alert, FROM_TLS1_2,
	  { NEED(CIPHER_LIST) } },
	{ "answers_a_recorded_hello", answers_a_recorded_hello, ONCE,
	  { NEED(CIPHER_LIST), NEED(CLIENT_PREFERENCE), NEED(KEY_RSA),
	    NEED(KEY_ECDSA) } },
	{ NULL, NULL, 0, { NOTHING } },
};
