/* tells.c - scenes: what a session tells its host
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

#include "wire/answer.h"

/* A handshake, data and both ends of a conversation, under `wants`. */
static void
converse(const struct scene *scene, struct stage *stage, struct pair *pair,
    unsigned wants)
{
	scene_stage(scene, stage);
	scene_pair(scene, stage, pair);
	pair->host.quiet.host.wants = wants;
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
	pair_talk(pair);
	assert_int_equal(pair_goodbye(pair), TLS_OK);
	pair_run(pair);
	pair_client_goodbye(pair);
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_ENDED);
}

static void
tells_its_states(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	converse(scene, &stage, &pair, TLS_WANTS_STATES);
	assert_true(pair.host.num_states >= 2);
	assert_null(strstr(buf_string(&pair.host.states), "\n\n"));
	assert_int_equal(pair.host.quiet.num_messages, 0);
	assert_int_equal(pair.host.quiet.num_secrets, 0);
	assert_int_equal(pair.host.quiet.num_alerts, 0);
	pair_clear(&pair);
}

static unsigned
count(const struct host *host, enum tls_direction direction,
    uint8_t content_type, int first)
{
	unsigned num = 0;

	for (size_t i = 0; i < host->quiet.num_messages; i++) {
		const struct quiet_message *m = &host->quiet.messages[i];

		if (m->direction == direction &&
		    m->content_type == content_type &&
		    (first < 0 || (m->message.len > 0 &&
		    m->message.data[0] == first)))
			num++;
	}
	return num;
}

static void
expect(const struct host *host, enum tls_direction direction, int first,
    const char *name)
{
	unsigned num = count(host, direction, 22, first);

	if (num != 1)
		fail_msg("%s %s is told %u times", name,
		    direction == TLS_SENT ? "sent" : "received", num);
}

static void
tells_each_handshake_message_once(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	const struct host *host = &pair.host;

	converse(scene, &stage, &pair, TLS_WANTS_MESSAGES);
	for (size_t i = 0; i < host->quiet.num_messages; i++) {
		const struct quiet_message *m = &host->quiet.messages[i];
		struct tls_span whole;
		uint8_t type;

		if (m->content_type == 22 && (!answer_message(m->message,
		    &type, &whole) || whole.len != m->message.len))
			fail_msg("handshake message %zu has no header of its "
			    "own", i);
		if (m->content_type < 20 || m->content_type > 22)
			fail_msg("content type %u is told", m->content_type);
	}
	expect(host, TLS_SENT, 2, "ServerHello");
	expect(host, TLS_SENT, 11, "Certificate");
	expect(host, TLS_SENT, 20, "Finished");
	expect(host, TLS_RECEIVED, 20, "Finished");
	if (scene->version == TLS_VERSION_1_3) {
		expect(host, TLS_SENT, 8, "EncryptedExtensions");
		expect(host, TLS_SENT, 15, "CertificateVerify");
	} else {
		expect(host, TLS_SENT, 14, "ServerHelloDone");
		expect(host, TLS_RECEIVED, 16, "ClientKeyExchange");
	}
	assert_int_equal(host->num_states, 0);
	pair_clear(&pair);
}

static void
tells_of_all_it_says_and_hears(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	const struct host *host = &pair.host;

	converse(scene, &stage, &pair, TLS_WANTS_MESSAGES);
	expect(host, TLS_RECEIVED, 1, "ClientHello");
	assert_int_equal(count(host, TLS_SENT, 21, 1), 1);
	assert_int_equal(count(host, TLS_RECEIVED, 21, 1), 1);
	if (scene->version < TLS_VERSION_1_3) {
		assert_int_equal(count(host, TLS_SENT, 20, 1), 1);
		assert_int_equal(count(host, TLS_RECEIVED, 20, 1), 1);
	}
	pair_clear(&pair);
}

static void
tells_a_renegotiation(const struct scene *scene)
{
	static const uint8_t sent[] = { 0, 2, 11, 14, 20 };
	static const uint8_t received[] = { 1, 16, 20 };
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair.host.quiet.host.wants = TLS_WANTS_MESSAGES;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	quiet_clear(&pair.host.quiet);
	assert_int_equal(pair.backend->renegotiate(pair.session, true,
	    &pair.err), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.host.changed == 1);
	for (size_t i = 0; i < sizeof sent; i++)
		expect(&pair.host, TLS_SENT, sent[i], "a message");
	for (size_t i = 0; i < sizeof received; i++)
		expect(&pair.host, TLS_RECEIVED, received[i], "a message");
	pair_clear(&pair);
}

/* Every line of `some` stands in `all`, and none stands in `some` twice. */
static void
expect_lines_of(struct buf *some, struct buf *all)
{
	const char *line = buf_string(some);

	while (*line) {
		size_t len = strcspn(line, "\n") + 1;
		char copy[512];

		assert_true(len < sizeof copy);
		memcpy(copy, line, len);
		copy[len] = '\0';
		if (!strstr(buf_string(all), copy))
			fail_msg("not in the client's key log: %s", copy);
		line += len;
		if (strstr(line, copy))
			fail_msg("told twice: %s", copy);
	}
}

static void
tells_the_secrets_that_the_client_knows(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	converse(scene, &stage, &pair, TLS_WANTS_SECRETS);
	expect_lines_of(&pair.host.quiet.secrets, &pair.client->keylog);
	if (scene->version < TLS_VERSION_1_3)
		assert_non_null(strstr(buf_string(&pair.host.quiet.secrets),
		    "CLIENT_RANDOM "));
	else
		assert_true(pair.host.quiet.num_secrets >= 4);
	assert_int_equal(pair.host.num_states, 0);
	assert_int_equal(pair.host.quiet.num_messages, 0);
	pair_clear(&pair);
}

static void
tells_every_secret_that_the_client_knows(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	converse(scene, &stage, &pair, TLS_WANTS_SECRETS);
	assert_true(pair.client->keylog.len > 0);
	expect_lines_of(&pair.client->keylog, &pair.host.quiet.secrets);
	pair_clear(&pair);
}

static unsigned
count_alerts(const struct host *host, enum tls_direction direction,
    uint8_t level, uint8_t description)
{
	unsigned num = 0;

	for (size_t i = 0; i < host->quiet.num_alerts; i++)
		if (host->quiet.alerts[i].direction == direction &&
		    host->quiet.alerts[i].level == level &&
		    host->quiet.alerts[i].description == description)
			num++;
	return num;
}

static void
tells_both_close_notifies(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	converse(scene, &stage, &pair, TLS_WANTS_ALERTS);
	assert_int_equal(count_alerts(&pair.host, TLS_SENT, 1, 0), 1);
	assert_int_equal(count_alerts(&pair.host, TLS_RECEIVED, 1, 0), 1);
	assert_int_equal(pair.host.quiet.num_alerts, 2);
	pair_clear(&pair);
}

static void
tells_a_fatal_alert_of_the_client(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair.host.quiet.host.wants = TLS_WANTS_ALERTS;
	pair.options.rejects_server = true;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_int_equal(pair.client->alert_sent, 48);	/* unknown_ca */
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
	assert_int_equal(pair.err.alert_received, pair.client->alert_sent);
	assert_int_equal(count_alerts(&pair.host, TLS_RECEIVED, 2,
	    (uint8_t)pair.client->alert_sent), 1);
	pair_clear(&pair);
}

static void
tells_a_fatal_alert_of_its_own(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_span ours = span_of("\002h2");

	scene_stage(scene, &stage);
	stage.alpn = ours;
	scene_pair(scene, &stage, &pair);
	pair.host.quiet.host.wants = TLS_WANTS_ALERTS;
	pair.options.alpn = span_of("\003foo");
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_int_equal(count_alerts(&pair.host, TLS_SENT, 2, 120), 1);
	pair_clear(&pair);
}

const struct scene_row scenes_of_telling[] = {
	{ "tells_its_states", tells_its_states, EACH_VERSION,
	  { NEED(STATES) } },
	{ "tells_each_handshake_message_once",
	  tells_each_handshake_message_once, EACH_VERSION, { NEED(MESSAGES) } },
	{ "tells_of_all_it_says_and_hears", tells_of_all_it_says_and_hears,
	  EACH_VERSION, { NEED_ALL_OF(MESSAGES) } },
	{ "tells_a_renegotiation", tells_a_renegotiation, UP_TO_TLS1_2,
	  { NEED_ALL_OF(MESSAGES), NEED(RENEGOTIATE_CERTIFICATE) } },
	{ "tells_the_secrets_that_the_client_knows",
	  tells_the_secrets_that_the_client_knows, EACH_VERSION,
	  { NEED(SECRETS) } },
	{ "tells_every_secret_that_the_client_knows",
	  tells_every_secret_that_the_client_knows, EACH_VERSION,
	  { NEED_ALL_OF(SECRETS) } },
	{ "tells_both_close_notifies", tells_both_close_notifies, EACH_VERSION,
	  { NOTHING } },
	{ "tells_a_fatal_alert_of_the_client",
	  tells_a_fatal_alert_of_the_client, EACH_VERSION, { NOTHING } },
	{ "tells_a_fatal_alert_of_its_own", tells_a_fatal_alert_of_its_own,
	  EACH_VERSION, { NEED(ALPN) } },
	{ NULL, NULL, 0, { NOTHING } },
};
