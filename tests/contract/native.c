/* native.c - scenes: the library decides, but for what an option names
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

/* What -native makes of no other option. */
static void
native_stage(const struct scene *scene, struct stage *stage)
{
	stage_init(stage, scene->lab, 0);
	stage->config.native = true;
	stage->config.suites = NULL;
	stage->config.num_suites = 0;
	stage->config.security_level = -1;
	stage->config.num_tickets = TLS_TICKETS_OWN;
	stage_identity(stage, scene->lab, CERT_RSA);
}

static void
expect_open(struct pair *pair)
{
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
}

static void
serves_with_nothing_configured(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	native_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	expect_open(&pair);
	assert_int_equal(client_version(pair.client), scene->version);
	pair_clear(&pair);
}

static void
speaks_only_the_version_that_is_named(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	native_stage(scene, &stage);
	stage.config.versions = TLS_VERSION_BIT(TLS_VERSION_1_2);
	scene_pair(scene, &stage, &pair);
	pair.options.min_version = TLS_VERSION_1_2;
	pair.options.max_version = TLS_VERSION_1_3;
	expect_open(&pair);
	assert_int_equal(client_version(pair.client), TLS_VERSION_1_2);
	pair_clear(&pair);
}

/* The list is of the versions before TLS 1.3, whose own suites remain. */
static void
uses_the_suites_that_are_named(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint16_t expected = scene->version == TLS_VERSION_1_3 ? 0x1301 :
	    0xc030;

	native_stage(scene, &stage);
	stage.suites[0] = 0xc030;
	stage.config.suites = stage.suites;
	stage.config.num_suites = 1;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = "ECDHE-RSA-AES128-GCM-SHA256:"
	    "ECDHE-RSA-AES256-GCM-SHA384";
	pair.options.ciphersuites = "TLS_AES_128_GCM_SHA256";
	expect_open(&pair);
	assert_int_equal(client_suite(pair.client), expected);
	pair_clear(&pair);
}

static void
agree(const struct scene *scene, enum tls_alpn_mismatch mismatch,
    const char *offer, const char *agreed)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	native_stage(scene, &stage);
	stage.config.alpn = span_of("\001a\002bc");
	stage.config.alpn_mismatch = mismatch;
	scene_pair(scene, &stage, &pair);
	pair.options.alpn = span_of(offer);
	if (agreed) {
		expect_open(&pair);
		pair_facts(&pair, &facts);
		assert_true(span_equal(facts.alpn, span_of(agreed)));
	} else {
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_FAILED);
		assert_int_equal(pair.client->alert_received, 120);
	}
	pair_clear(&pair);
}

static void
selects_a_protocol_by_itself(const struct scene *scene)
{
	agree(scene, TLS_ALPN_OWN, "\001x\002bc", "bc");
	agree(scene, TLS_ALPN_IGNORE, "\001x", "");
	agree(scene, TLS_ALPN_REFUSE, "\001x", NULL);
}

static void
sends_as_many_tickets_as_are_asked_for(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	native_stage(scene, &stage);
	stage_tickets(&stage, 1);
	stage.config.num_tickets = 1;
	scene_pair(scene, &stage, &pair);
	expect_open(&pair);
	assert_int_equal(pair.client->num_sessions, 1);
	pair_clear(&pair);
}

const struct scene_row scenes_of_native_servers[] = {
	{ "serves_with_nothing_configured", serves_with_nothing_configured,
	  FROM_TLS1_2, { NEED(NATIVE), NEED(KEY_RSA) } },
	{ "speaks_only_the_version_that_is_named",
	  speaks_only_the_version_that_is_named, ONCE,
	  { NEED(NATIVE), NEED(KEY_RSA), NEED(TLS1_2) } },
	{ "uses_the_suites_that_are_named", uses_the_suites_that_are_named,
	  FROM_TLS1_2, { NEED(NATIVE), NEED(KEY_RSA), NEED(CIPHER_LIST) } },
	{ "selects_a_protocol_by_itself", selects_a_protocol_by_itself,
	  FROM_TLS1_2, { NEED(NATIVE), NEED(KEY_RSA), NEED(ALPN) } },
	{ "sends_as_many_tickets_as_are_asked_for",
	  sends_as_many_tickets_as_are_asked_for, IN_TLS1_3,
	  { NEED(NATIVE), NEED(KEY_RSA), NEED(NUM_TICKETS),
	    NEED(TICKETS_TLS1_3) } },
	{ NULL, NULL, 0, { NOTHING } },
};
