/* negotiate.c - scenes: what the two sides agree on
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <stdio.h>
#include <string.h>

/* ---- versions -------------------------------------------------------- */

static void
takes_the_highest_version_of_both(const struct scene *scene)
{
	static const uint16_t versions[] = {
		TLS_VERSION_1_0, TLS_VERSION_1_1, TLS_VERSION_1_2,
		TLS_VERSION_1_3,
	};
	struct stage stage;
	struct pair pair;
	uint16_t best = 0;

	scene_stage(scene, &stage);
	for (size_t i = 0; i < 4; i++) {
		if (stage.config.versions & TLS_VERSION_BIT(versions[i]))
			best = versions[i];
		if (best == 0)
			continue;	/* nobody speaks that low */
		scene_pair(scene, &stage, &pair);
		pair.options.max_version = versions[i];
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(client_version(pair.client), best);
		pair_clear(&pair);
	}
}

static void
refuses_a_version_that_it_shall_not_speak(const struct scene *scene)
{
	const unsigned bit = TLS_VERSION_BIT(scene->version);
	struct stage stage;
	struct pair pair;

	/* Up to TLS 1.2 a hello stands for all versions below its own, so
	 * only a server that has none but newer ones must refuse. */
	stage_init(&stage, scene->lab, scene->version == TLS_VERSION_1_3 ?
	    bit - 1 : ~(bit | (bit - 1)));
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.client->phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
	assert_int_equal(pair.chosen.choice.version, 0);
	/* OpenSSL has called it handshake_failure in some cases */
	assert_pair(&pair, pair.client->alert_received == 70 ||
	    pair.client->alert_received == 40);
	assert_int_equal(pair.err.alert_sent, pair.client->alert_received);
	pair_clear(&pair);
}

/* ---- suites ---------------------------------------------------------- */

/* Two suites for the stage's list, the first one less liked by clients. */
static void
two_suites(const struct scene *scene, struct stage *stage,
    struct client_options *options)
{
	if (scene->version == TLS_VERSION_1_3) {
		stage->suites[0] = 0x1301;
		stage->suites[1] = 0x1302;
		options->ciphersuites =
		    "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256";
	} else {
		stage->suites[0] = 0xc013;
		stage->suites[1] = 0xc014;
		options->ciphers = "ECDHE-RSA-AES256-SHA:ECDHE-RSA-AES128-SHA";
	}
	stage->config.num_suites = 2;
}

static void
expect_suite(const struct scene *scene, bool server_preference,
    size_t winner)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_RSA);
	scene_pair(scene, &stage, &pair);
	two_suites(scene, &stage, &pair.options);
	stage.config.server_preference = server_preference;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(client_suite(pair.client), stage.suites[winner]);
	pair_clear(&pair);
}

static void
follows_the_clients_order(const struct scene *scene)
{
	expect_suite(scene, false, 1);
}

static void
follows_the_servers_order(const struct scene *scene)
{
	expect_suite(scene, true, 0);
}

/* Whether the test's own means suffice for a suite: its client has it, and
 * some certificate or none at all goes with it. */
static bool
can_test(const SSL_CIPHER *cipher)
{
	switch (SSL_CIPHER_get_auth_nid(cipher)) {
	case NID_auth_rsa:
	case NID_auth_ecdsa:
	case NID_auth_any:
	case NID_auth_null:
		break;
	default:
		return false;
	}
	switch (SSL_CIPHER_get_kx_nid(cipher)) {
	case NID_kx_rsa:
	case NID_kx_dhe:
	case NID_kx_ecdhe:
	case NID_kx_any:
		return true;
	default:
		return false;
	}
}

static void
negotiate_one(const struct scene *scene, struct stage *stage,
    const SSL_CIPHER *cipher)
{
	uint16_t suite = SSL_CIPHER_get_protocol_id(cipher);
	bool of_tls1_3 = SSL_CIPHER_get_kx_nid(cipher) == NID_kx_any;
	struct pair pair;

	stage_init(stage, scene->lab, TLS_VERSION_BIT(of_tls1_3 ?
	    TLS_VERSION_1_3 : TLS_VERSION_1_2));
	assert_int_not_equal(stage->config.versions, 0);
	stage->suites[0] = suite;
	stage->config.num_suites = 1;
	pair_init(&pair, scene->lab, stage);
	pair.options.ciphers = "ALL:eNULL";
	if (of_tls1_3)
		pair.options.ciphersuites = SSL_CIPHER_get_name(cipher);
	pair_run(&pair);
	if (pair.phase != PHASE_OPEN)
		print_message("# suite %s\n", SSL_CIPHER_get_name(cipher));
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(client_suite(pair.client), suite);
	pair_talk(&pair);
	pair_clear(&pair);
}

static void
negotiates_every_suite_that_it_names(const struct scene *scene)
{
	const struct plug *plug = scene->lab->plug;
	SSL_CTX *ctx = SSL_CTX_new(TLS_method());
	SSL *ssl = SSL_new(ctx);
	struct stage stage;
	unsigned tested = 0;

	for (size_t i = 0; i < plug_suites(plug).num; i++) {
		uint8_t bytes[2] = {
			(uint8_t)(plug_suites(plug).list[i] >> 8),
			(uint8_t)plug_suites(plug).list[i],
		};
		const SSL_CIPHER *cipher = SSL_CIPHER_find(ssl, bytes);

		if (!cipher || !can_test(cipher))
			continue;
		negotiate_one(scene, &stage, cipher);
		tested++;
	}
	print_message("# %u of %zu suites\n", tested, plug_suites(plug).num);
	assert_true(tested >= 10);
	SSL_free(ssl);
	SSL_CTX_free(ctx);
}

static void
refuses_a_client_without_a_suite_in_common(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	two_suites(scene, &stage, &pair.options);
	if (scene->version == TLS_VERSION_1_3)
		pair.options.ciphersuites = "TLS_CHACHA20_POLY1305_SHA256";
	else
		pair.options.ciphers = "AES128-SHA";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
	assert_pair(&pair, pair.err.alert_sent == 40);
	assert_pair(&pair, pair.client->alert_received == 40);
	assert_int_equal(pair_goodbye(&pair), TLS_OK);
	pair_clear(&pair);
}

/* ---- identities ------------------------------------------------------ */

static void
expect_identity(const struct scene *scene, const char *ciphers,
    const char *signatures, enum cert_name name)
{
	const struct certs *certs = scene->lab->certs;
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	certs_identity(certs, CERT_RSA, &stage.identities[0]);
	certs_identity(certs, CERT_P256, &stage.identities[1]);
	stage.config.num_identities = 2;
	for (int turn = 0; turn < 2; turn++) {
		struct tls_identity first = stage.identities[0];
		int index = (name == CERT_RSA) == (turn == 0) ? 0 : 1;

		scene_pair(scene, &stage, &pair);
		pair.options.ciphers = ciphers;
		pair.options.signatures = signatures;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(X509_cmp(
		    SSL_get0_peer_certificate(pair.client->ssl),
		    certs->list[name].x509), 0);
		pair_facts(&pair, &facts);
		assert_true(fact_holds(scene->lab, TLS_FEATURE_FACT_IDENTITY,
		    facts.identity, index));
		pair_clear(&pair);
		/* and the other way round */
		stage.identities[0] = stage.identities[1];
		stage.identities[1] = first;
	}
}

static void
picks_the_identity_that_fits(const struct scene *scene)
{
	if (scene->version == TLS_VERSION_1_3) {
		expect_identity(scene, NULL, "RSA-PSS+SHA256", CERT_RSA);
		expect_identity(scene, NULL, "ECDSA+SHA256", CERT_P256);
		return;
	}
	expect_identity(scene, "ECDHE-RSA-AES128-SHA", NULL, CERT_RSA);
	expect_identity(scene, "ECDHE-ECDSA-AES128-SHA", NULL, CERT_P256);
}

/* ---- extensions ------------------------------------------------------ */

static void
expect_protocol(const struct scene *scene, const char *ours,
    const char *theirs, const char *agreed)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	const unsigned char *seen;
	unsigned len;

	scene_stage(scene, &stage);
	stage.alpn = span_of(ours);
	scene_pair(scene, &stage, &pair);
	pair.options.alpn = span_of(theirs);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	SSL_get0_alpn_selected(pair.client->ssl, &seen, &len);
	assert_int_equal(len, strlen(agreed));
	if (len)
		assert_memory_equal(seen, agreed, len);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.alpn.len, len);
	if (len)
		assert_memory_equal(facts.alpn.data, agreed, len);
	pair_talk(&pair);
	pair_clear(&pair);
}

static void
agrees_to_an_application_protocol(const struct scene *scene)
{
	expect_protocol(scene, "\002h2\010http/1.1", "\010http/1.1\002h2",
	    "h2");
	expect_protocol(scene, "\010http/1.1", "\002h2\010http/1.1",
	    "http/1.1");
	expect_protocol(scene, "\002h2", "", "");
	expect_protocol(scene, "", "\002h2", "");
}

static void
refuses_a_client_without_a_protocol_in_common(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage.alpn = span_of("\002h2");
	scene_pair(scene, &stage, &pair);
	pair.options.alpn = span_of("\003foo\003bar");
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
	assert_pair(&pair, pair.err.alert_sent == 120);
	assert_pair(&pair, pair.client->alert_received == 120);
	pair_clear(&pair);
}

static void
goes_on_under_any_server_name(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair.options.server_name = "nobody.knows.example";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_clear(&pair);
}

const struct scene_row scenes_of_negotiation[] = {
	{ "takes_the_highest_version_of_both",
	  takes_the_highest_version_of_both, ONCE, { NEED(TLS1_2) } },
	{ "refuses_a_version_that_it_shall_not_speak",
	  refuses_a_version_that_it_shall_not_speak, BEFORE_TLS1_2,
	  { NEED(TLS1_2) } },
	{ "refuses_a_version_that_it_shall_not_speak",
	  refuses_a_version_that_it_shall_not_speak, IN_TLS1_2,
	  { NEED(TLS1_3) } },
	{ "refuses_a_version_that_it_shall_not_speak",
	  refuses_a_version_that_it_shall_not_speak, IN_TLS1_3,
	  { NEED(TLS1_2) } },
	{ "follows_the_clients_order", follows_the_clients_order, EACH_VERSION,
	  { NEED(CLIENT_PREFERENCE) } },
	{ "follows_the_servers_order", follows_the_servers_order, EACH_VERSION,
	  { NEED(SERVER_PREFERENCE) } },
	{ "negotiates_every_suite_that_it_names",
	  negotiates_every_suite_that_it_names, ONCE, { NEED(CIPHER_LIST) } },
	{ "refuses_a_client_without_a_suite_in_common",
	  refuses_a_client_without_a_suite_in_common, EACH_VERSION,
	  { NEED(CIPHER_LIST) } },
	{ "picks_the_identity_that_fits", picks_the_identity_that_fits,
	  EACH_VERSION, { NEED(IDENTITIES) } },
	{ "agrees_to_an_application_protocol",
	  agrees_to_an_application_protocol, EACH_VERSION, { NEED(ALPN) } },
	{ "refuses_a_client_without_a_protocol_in_common",
	  refuses_a_client_without_a_protocol_in_common, EACH_VERSION,
	  { NEED(ALPN) } },
	{ "goes_on_under_any_server_name", goes_on_under_any_server_name,
	  EACH_VERSION, { NOTHING } },
	{ NULL, NULL, 0, { NOTHING } },
};
