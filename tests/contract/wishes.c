/* wishes.c - scenes: engines, keys by name, seeds, work-arounds
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

/* `config` cannot be served, by the user's fault, and the text has `name`. */
static void
expect_refusal(const struct scene *scene, const struct tls_config *config,
    const char *name)
{
	const struct tls_backend *backend = scene->lab->plug->backend;
	struct tls_error err = TLS_ERROR_INIT;

	assert_null(backend->server_open(config, &err));
	if (err.blame != TLS_BLAME_CONFIG || !strstr(err.text, name))
		fail_msg("blame %d: %s", err.blame, err.text);
}

static void
refuses_an_engine_that_is_not_there(const struct scene *scene)
{
	struct stage stage;

	scene_stage(scene, &stage);
	stage.config.engine = "no-such-engine";
	expect_refusal(scene, &stage.config, "no-such-engine");
}

static void
refuses_a_key_that_is_not_there(const struct scene *scene)
{
	struct stage stage;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_RSA);
	stage.identities[0].key = (struct tls_span){ NULL, 0 };
	stage.identities[0].key_uri = "pkcs11:token=no-such-token;object=x";
	stage.identities[0].key_origin = "pkcs11:token=no-such-token;object=x";
	expect_refusal(scene, &stage.config, "no-such-token");
}

static void
goes_on_with_a_seed(const struct scene *scene)
{
	static uint8_t seed[3000000];
	static const size_t lens[] = { 0, 1, 4096, sizeof seed };
	struct stage stage;
	struct pair pair;
	struct tls_error err;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_start(&pair);
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++)
		assert_true(pair.backend->seed(pair.server,
		    (struct tls_span){ seed, lens[i] }, &err));
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	pair_clear(&pair);
}

/* A generator with nothing but a known seed would repeat itself. */
static void
stays_random_with_a_seed(const struct scene *scene)
{
	struct tls_span seed = span_of("not much of a secret");
	struct stage stage;
	struct pair pair;
	struct tls_error err;
	uint8_t randoms[2][SSL3_RANDOM_SIZE];

	scene_stage(scene, &stage);
	for (int i = 0; i < 2; i++) {
		scene_pair(scene, &stage, &pair);
		pair_start(&pair);
		assert_true(pair.backend->seed(pair.server, seed, &err));
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(SSL_get_server_random(pair.client->ssl,
		    randoms[i], SSL3_RANDOM_SIZE), SSL3_RANDOM_SIZE);
		pair_clear(&pair);
	}
	assert_memory_not_equal(randoms[0], randoms[1], SSL3_RANDOM_SIZE);
}

static void
serves_with_work_arounds(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage.config.workarounds = true;
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	pair_clear(&pair);
}

const struct scene_row scenes_of_wishes[] = {
	{ "refuses_an_engine_that_is_not_there",
	  refuses_an_engine_that_is_not_there, ONCE, { NEED(ENGINE) } },
	{ "refuses_a_key_that_is_not_there", refuses_a_key_that_is_not_there,
	  ONCE, { NEED(KEY_URI) } },
	{ "goes_on_with_a_seed", goes_on_with_a_seed, FROM_TLS1_2,
	  { NEED(RANDOM_SEED) } },
	{ "stays_random_with_a_seed", stays_random_with_a_seed, FROM_TLS1_2,
	  { NEED(RANDOM_SEED) } },
	{ "serves_with_work_arounds", serves_with_work_arounds, EACH_VERSION,
	  { NEED(WORKAROUNDS) } },
	{ NULL, NULL, 0, { NOTHING } },
};
