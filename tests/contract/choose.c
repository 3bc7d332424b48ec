/* choose.c - scenes: the suite that OpenSSL would have chosen
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

#include "oracle.h"

#define SEED		20261122u
#define CASES		1500
#define CASES_TLS1_3	300
#define CASES_MIXED	400
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
common_suites(const struct oracle *oracle, const struct lab *lab,
    bool of_tls1_3, uint16_t *out)
{
	size_t num = 0;

	for (size_t i = 0; i < plug_suites(lab->plug).num; i++) {
		uint16_t suite = plug_suites(lab->plug).list[i];
		struct buf name = BUF_INIT;

		oracle_names(oracle, &name, &suite, 1, of_tls1_3);
		/* what needs keys that the config has no place for is never
		 * chosen, and only thins the lists out */
		if (!strstr(buf_string(&name), "PSK") &&
		    oracle_offers(oracle, suite, of_tls1_3))
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

/* One case: what there is beside the stage. */
struct trial {
	struct oracle *oracle;
	unsigned number;
	uint16_t suites[MAX_LIST];
	size_t num_suites;
	uint16_t max_version;		/* 0: the scene's */
	const char *groups;		/* null: the client's own */
	const char *signatures;
};

static void
explain(const struct trial *trial, const struct stage *stage,
    const struct tls_error *err)
{
	struct buf theirs = BUF_INIT, ours = BUF_INIT;

	for (int new = 0; new < 2; new++) {
		oracle_names(trial->oracle, &theirs, trial->suites,
		    trial->num_suites, new);
		oracle_names(trial->oracle, &ours, stage->config.suites,
		    stage->config.num_suites, new);
	}
	print_message("# case %u of seed %u: client %s, server %s, order of "
	    "the %s\n", trial->number, SEED, buf_string(&theirs),
	    buf_string(&ours), stage->config.server_preference ? "server" :
	    "client");
	print_message("# client: up to %04x, groups %s, signatures %s; server: "
	    "%zu identities, first of %s; %s\n", trial->max_version,
	    trial->groups ? trial->groups : "its own", trial->signatures ?
	    trial->signatures : "its own", stage->config.num_identities,
	    stage->identities[0].cert_origin, err->text);
	buf_clear(&theirs);
	buf_clear(&ours);
}

/* The suite that both choose, 0 if both refuse, -1 if they differ. */
static int
compare(const struct scene *scene, const struct stage *stage,
    const struct trial *trial)
{
	struct pair pair;
	struct buf names = BUF_INIT;
	uint16_t expected, chosen;
	bool of_tls1_3 = scene->version == TLS_VERSION_1_3;

	scene_pair(scene, stage, &pair);
	oracle_names(trial->oracle, &names, trial->suites, trial->num_suites,
	    of_tls1_3);
	if (of_tls1_3)
		pair.options.ciphersuites = buf_string(&names);
	else
		pair.options.ciphers = buf_string(&names);
	if (trial->max_version) {
		pair.options.min_version = 0;
		pair.options.max_version = trial->max_version;
	}
	pair.options.groups = trial->groups;
	pair.options.signatures = trial->signatures;
	pair_start(&pair);
	expected = oracle_suite(trial->oracle, &stage->config,
	    buf_span(&pair.io.to_server));
	client_free(pair.client);
	pair.client = NULL;
	pair_handshake(&pair);
	chosen = oracle_server_hello(buf_span(&pair.io.to_client));
	if (chosen != expected) {
		print_message("# %04x expected, %04x chosen\n", expected,
		    chosen);
		explain(trial, stage, &pair.err);
	}
	pair_clear(&pair);
	buf_clear(&names);
	return chosen == expected ? chosen : -1;
}

/* Draws the lists and the order of one case. */
static void
draw_trial(struct stage *stage, struct trial *trial, uint64_t *seed,
    const uint16_t *common, size_t num)
{
	uint16_t pool[POOL];
	size_t num_pool = draw(seed, common, num, POOL, pool);

	trial->num_suites = draw_list(seed, pool, num_pool, trial->suites);
	stage->config.num_suites = draw_list(seed, pool, num_pool,
	    stage->suites);
	stage->config.server_preference = random_below(seed, 2);
}

static void
two_identities(const struct scene *scene, struct stage *stage)
{
	certs_identity(scene->lab->certs, CERT_RSA, &stage->identities[0]);
	certs_identity(scene->lab->certs, CERT_P256, &stage->identities[1]);
	stage->config.num_identities = 2;
}

static void
chooses_as_openssl_does(const struct scene *scene)
{
	bool of_tls1_3 = scene->version == TLS_VERSION_1_3;
	unsigned cases = of_tls1_3 ? CASES_TLS1_3 : CASES;
	unsigned differ = 0, agreed = 0;
	uint16_t common[STAGE_MAX_SUITES];
	struct oracle *oracle = oracle_new();
	size_t num = common_suites(oracle, scene->lab, of_tls1_3, common);
	uint64_t seed = SEED;
	struct stage stage;

	scene_stage(scene, &stage);
	two_identities(scene, &stage);
	print_message("# seed %u, %u cases, %zu suites\n", SEED, cases, num);
	assert_true(num >= 2);
	for (unsigned i = 0; i < cases && differ < 10; i++) {
		struct trial trial = { .oracle = oracle, .number = i };
		int chosen;

		draw_trial(&stage, &trial, &seed, common, num);
		chosen = compare(scene, &stage, &trial);
		differ += chosen < 0;
		agreed += chosen > 0;
	}
	print_message("# agreed on a suite in %u cases\n", agreed);
	oracle_free(oracle);
	assert_int_equal(differ, 0);
	assert_in_range(agreed, cases / 2, cases);
}

/* The same where certificates, groups, signatures or the version may stand
 * in the way of a suite. */
static void
chooses_as_openssl_does_with_less(const struct scene *scene)
{
	static const char *const groups[] = {
		NULL, "X25519", "P-256:X25519", "P-384",
	};
	static const char *const signatures[] = {
		NULL, "RSA+SHA256", "ECDSA+SHA256:RSA+SHA256",
		"RSA+SHA1:ECDSA+SHA1",
	};
	unsigned differ = 0, agreed = 0;
	uint16_t common[STAGE_MAX_SUITES];
	struct oracle *oracle = oracle_new();
	size_t num = common_suites(oracle, scene->lab, false, common);
	uint64_t seed = SEED + 1;
	/* A library without the old versions is only asked for TLS 1.2. */
	bool old = lab_support(scene->lab, TLS_FEATURE_TLS1) >
	    TLS_SUPPORT_NONE && lab_support(scene->lab, TLS_FEATURE_TLS1_1) >
	    TLS_SUPPORT_NONE;
	struct stage stage;

	for (unsigned i = 0; i < CASES_MIXED && differ < 10; i++) {
		struct trial trial = { .oracle = oracle, .number = i };
		int chosen;

		stage_init(&stage, scene->lab, old ?
		    TLS_VERSION_BIT(TLS_VERSION_1_0) |
		    TLS_VERSION_BIT(TLS_VERSION_1_1) |
		    TLS_VERSION_BIT(TLS_VERSION_1_2) :
		    TLS_VERSION_BIT(TLS_VERSION_1_2));
		two_identities(scene, &stage);
		if (random_below(&seed, 2))
			stage_identity(&stage, scene->lab,
			    random_below(&seed, 2) ? CERT_RSA : CERT_P256);
		draw_trial(&stage, &trial, &seed, common, num);
		trial.groups = groups[random_below(&seed, 4)];
		trial.signatures = signatures[random_below(&seed, 4)];
		trial.max_version = (uint16_t)(old ? TLS_VERSION_1_0 +
		    random_below(&seed, 3) : TLS_VERSION_1_2);
		chosen = compare(scene, &stage, &trial);
		differ += chosen < 0;
		agreed += chosen > 0;
	}
	print_message("# agreed on a suite in %u of %u cases\n", agreed,
	    CASES_MIXED);
	oracle_free(oracle);
	assert_int_equal(differ, 0);
	assert_in_range(agreed, CASES_MIXED / 5, CASES_MIXED);
}

/* What a certificate says that it is for; OpenSSL looks only at whether one on
 * a curve is for signatures, and only up to TLS 1.2. */
static void
chooses_as_openssl_does_by_usage(const struct scene *scene)
{
	static const char *const usages[][2] = {
		{ "critical,digitalSignature", NULL },
		{ "critical,keyEncipherment", NULL },
		{ "critical,keyAgreement", NULL },
		{ "critical,keyCertSign", NULL },
		{ NULL, "critical,clientAuth" },
		{ "critical,keyAgreement", "critical,codeSigning" },
	};
	/* RSA, and ECDHE with either kind of key; TLS 1.3. */
	static const uint16_t suites[][2] = {
		{ 0x009c, 0x009c }, { 0xc02f, 0xc02b }, { 0x1301, 0x1301 },
	};
	const bool new = scene->version == TLS_VERSION_1_3;
	struct stage stage;

	scene_stage(scene, &stage);
	for (size_t i = 0; i < sizeof usages / sizeof *usages; i++) {
		struct trial trial = { .oracle = oracle_new() };
		struct buf der = BUF_INIT;
		struct tls_span cert;

		certs_for_use(scene->lab->certs, scene->key, usages[i][0],
		    usages[i][1], &der);
		cert = buf_span(&der);
		stage.identities[0].chain = &cert;
		for (size_t j = new ? 2 : 0; j < (new ? 3 : 2); j++) {
			memcpy(trial.suites, suites[j], sizeof *suites);
			trial.num_suites = 2;
			assert_true(compare(scene, &stage, &trial) >= 0);
		}
		oracle_free(trial.oracle);
		buf_clear(&der);
	}
}

const struct scene_row scenes_of_choice[] = {
	{ "chooses_as_openssl_does", chooses_as_openssl_does, FROM_TLS1_2,
	  { NEED(CIPHER_LIST), NEED(CLIENT_PREFERENCE), NEED(SERVER_PREFERENCE),
	  NEED(KEY_RSA), NEED(KEY_ECDSA) } },
	{ "chooses_as_openssl_does_with_less",
	  chooses_as_openssl_does_with_less, IN_TLS1_2, { NEED(CIPHER_LIST),
	  NEED(CLIENT_PREFERENCE), NEED(SERVER_PREFERENCE), NEED(KEY_RSA),
	  NEED(KEY_ECDSA) } },
	{ "chooses_as_openssl_does_by_usage", chooses_as_openssl_does_by_usage,
	  FROM_TLS1_2 | EACH_KEY, { NEED(CIPHER_LIST) } },
	{ NULL, NULL, 0, { NOTHING } },
};
