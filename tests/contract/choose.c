/* choose.c - scenes: the suite that OpenSSL would have chosen
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

#include "oracle.h"

#define SEED		20261122u
#define CASES		1500
#define CASES_TLS1_3	300
#define MAX_LIST	12

/* Both lists of a case are drawn from so many suites, lest most cases be
 * refusals. */
#define POOL		20

/* `want` different ones of `from`, which has `num`, at random. */
static size_t
draw(uint64_t *seed, const uint16_t *from, size_t num, size_t want,
    uint16_t *out)
{
	size_t have = 0;

	while (have < want && have < num) {
		uint16_t suite = from[random_below(seed, num)];
		size_t i;

		for (i = 0; i < have && out[i] != suite; i++)
			;
		if (i == have)
			out[have++] = suite;
	}
	return have;
}

/* The suites that the backend and the test client have. */
static size_t
common_suites(const struct lab *lab, bool of_tls1_3, uint16_t *out)
{
	size_t num = 0;

	for (size_t i = 0; i < lab->plug->num_suites; i++) {
		uint16_t suite = lab->plug->suites[i];
		struct buf name = BUF_INIT;

		oracle_names(&name, &suite, 1, of_tls1_3);
		/* what needs keys that the config has no place for is never
		 * chosen, and only thins the lists out */
		if (!strstr(buf_string(&name), "PSK") &&
		    oracle_offers(suite, of_tls1_3))
			out[num++] = suite;
		buf_clear(&name);
	}
	return num;
}

/* A list of 1 to MAX_LIST. */
static size_t
draw_list(uint64_t *seed, const uint16_t *from, size_t num, uint16_t *out)
{
	return draw(seed, from, num, 1 + random_below(seed, MAX_LIST), out);
}

/* One case: the suite that both choose, 0 if both refuse, -1 if they
 * differ. */
static int
compare(const struct scene *scene, struct stage *stage,
    const uint16_t *theirs, size_t num_theirs, unsigned number)
{
	struct pair pair;
	struct buf old = BUF_INIT, new = BUF_INIT, ours = BUF_INIT;
	uint16_t expected, chosen;
	bool of_tls1_3 = scene->version == TLS_VERSION_1_3;

	scene_pair(scene, stage, &pair);
	oracle_names(&old, theirs, num_theirs, false);
	oracle_names(&new, theirs, num_theirs, true);
	if (of_tls1_3)
		pair.options.ciphersuites = buf_string(&new);
	else
		pair.options.ciphers = buf_string(&old);
	pair_start(&pair);
	expected = oracle_suite(scene->lab->certs, &stage->config,
	    buf_span(&pair.io.to_server));
	client_free(pair.client);
	pair.client = NULL;
	pair_handshake(&pair);
	chosen = oracle_server_hello(buf_span(&pair.io.to_client));
	if (chosen != expected) {
		oracle_names(&ours, stage->config.suites,
		    stage->config.num_suites, of_tls1_3);
		print_message("# case %u of seed %u: client %s, server %s, "
		    "%s preference: %04x expected, %04x chosen\n", number,
		    SEED, of_tls1_3 ? buf_string(&new) : buf_string(&old),
		    buf_string(&ours), stage->config.server_preference ?
		    "server's" : "client's", expected, chosen);
		print_message("# %s\n", pair.err.text);
	}
	pair_clear(&pair);
	buf_clear(&old);
	buf_clear(&new);
	buf_clear(&ours);
	return chosen == expected ? chosen : -1;
}

static void
chooses_as_openssl_does(const struct scene *scene)
{
	bool of_tls1_3 = scene->version == TLS_VERSION_1_3;
	unsigned cases = of_tls1_3 ? CASES_TLS1_3 : CASES;
	unsigned differ = 0, agreed = 0;
	int chosen;
	uint16_t common[STAGE_MAX_SUITES], pool[POOL], theirs[MAX_LIST];
	size_t num = common_suites(scene->lab, of_tls1_3, common);
	uint64_t seed = SEED;
	struct stage stage;

	scene_stage(scene, &stage);
	certs_identity(scene->lab->certs, CERT_RSA, &stage.identities[0]);
	certs_identity(scene->lab->certs, CERT_P256, &stage.identities[1]);
	stage.config.num_identities = 2;
	print_message("# seed %u, %u cases, %zu suites\n", SEED, cases, num);
	assert_true(num >= 2);
	for (unsigned i = 0; i < cases; i++) {
		size_t num_pool = draw(&seed, common, num, POOL, pool);
		size_t num_theirs = draw_list(&seed, pool, num_pool, theirs);

		stage.config.num_suites = draw_list(&seed, pool, num_pool,
		    stage.suites);
		stage.config.server_preference = random_below(&seed, 2);
		chosen = compare(scene, &stage, theirs, num_theirs, i);
		if (chosen < 0 && ++differ == 10)
			break;
		agreed += chosen > 0;
	}
	print_message("# agreed on a suite in %u cases\n", agreed);
	assert_int_equal(differ, 0);
	assert_in_range(agreed, cases / 2, cases);
}

const struct scene_row scenes_of_choice[] = {
	{ "chooses_as_openssl_does", chooses_as_openssl_does, FROM_TLS1_2,
	  NEEDS(CIPHER_LIST) | NEEDS(CLIENT_PREFERENCE) |
	  NEEDS(SERVER_PREFERENCE) | NEEDS(KEY_RSA) | NEEDS(KEY_ECDSA) },
	{ NULL, NULL, 0, 0 },
};
