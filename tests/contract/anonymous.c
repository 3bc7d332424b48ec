/* anonymous.c - scenes: suites without a certificate, and whose DH group
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <openssl/bn.h>
#include <string.h>

static const struct kind {
	const char *cipher;
	uint16_t suite;
} kinds[] = {
	{ "ADH-AES128-SHA", 0x0034 },
	{ "AECDH-AES128-SHA", 0xc018 },
};

#define NUM_KINDS	(sizeof kinds / sizeof *kinds)

/* The prime of RFC 3526, 3, which is none of RFC 7919, and 2 as PKCS#3. */
struct parameters {
	struct buf prime;
	struct buf der;
};

static void
make_parameters(struct parameters *p)
{
	static const uint8_t generator[] = { 2, 1, 2 };
	BIGNUM *prime = BN_get_rfc3526_prime_2048(NULL);
	uint8_t bytes[256];

	assert_int_equal(BN_bn2binpad(prime, bytes, sizeof bytes),
	    sizeof bytes);
	BN_free(prime);
	*p = (struct parameters){ BUF_INIT, BUF_INIT };
	buf_add(&p->prime, bytes, sizeof bytes);
	buf_add_u16(&p->der, 0x3082);
	buf_add_u16(&p->der, 4 + 1 + sizeof bytes + sizeof generator);
	buf_add_u16(&p->der, 0x0282);
	buf_add_u16(&p->der, 1 + sizeof bytes);
	buf_add_u8(&p->der, 0);
	buf_add(&p->der, bytes, sizeof bytes);
	buf_add(&p->der, generator, sizeof generator);
}

static void
clear_parameters(struct parameters *p)
{
	buf_clear(&p->prime);
	buf_clear(&p->der);
}

static void
does_without_a_certificate(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	for (size_t i = 0; i < NUM_KINDS * 2; i++) {
		const struct kind *kind = &kinds[i / 2];

		scene_stage(scene, &stage);
		stage.suites[0] = kind->suite;
		stage.config.num_suites = 1;
		if (i % 2)
			stage.config.num_identities = 0;
		scene_pair(scene, &stage, &pair);
		pair.options.ciphers = kind->cipher;
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		assert_int_equal(client_suite(pair.client), kind->suite);
		assert_null(SSL_get0_peer_certificate(pair.client->ssl));
		pair_facts(&pair, &facts);
		assert_int_equal(facts.identity, -1);
		assert_int_equal(facts.signature, 0);
		assert_int_equal(facts.suite, kind->suite);
		pair_talk(&pair);
		pair_clear(&pair);
	}
}

/* Without a certificate, only what needs none is chosen. */
static void
passes_over_what_needs_a_certificate(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage.suites[0] = 0xc013;
	stage.suites[1] = 0xc018;
	stage.config.num_suites = 2;
	stage.config.num_identities = 0;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = "ECDHE-RSA-AES128-SHA:AECDH-AES128-SHA";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(client_suite(pair.client), 0xc018);
	pair_clear(&pair);
}

/* ---- Diffie-Hellman parameters ---------------------------------------- */

static void
expect_parameters(const struct scene *scene, uint16_t suite,
    const char *cipher, const char *groups, const struct parameters *given)
{
	struct stage stage;
	struct pair pair;
	struct buf prime = BUF_INIT;

	scene_stage(scene, &stage);
	stage.suites[0] = suite;
	stage.config.num_suites = 1;
	if (given)
		stage.config.dh_params = buf_span(&given->der);
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = cipher;
	pair.options.groups = groups;
	/* A client that knows TLS 1.3 offers groups of finite fields. */
	if (groups)
		pair.options.max_version = TLS_VERSION_1_3;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(client_suite(pair.client), suite);
	client_dh_prime(pair.client, &prime);
	if (given)
		assert_true(span_equal(buf_span(&prime),
		    buf_span(&given->prime)));
	assert_true(prime.len >= 256);
	pair_talk(&pair);
	buf_clear(&prime);
	pair_clear(&pair);
}

static void
take_the_dh_parameters(const struct scene *scene, uint16_t suite,
    const char *cipher)
{
	static const char *const groups[] = {
		NULL, "X25519:P-256", "ffdhe3072:X25519:ffdhe2048",
	};
	struct parameters given;

	make_parameters(&given);
	for (size_t i = 0; i < 3; i++)
		expect_parameters(scene, suite, cipher, groups[i], &given);
	clear_parameters(&given);
}

static void
takes_the_dh_parameters(const struct scene *scene)
{
	take_the_dh_parameters(scene, 0x0033, "DHE-RSA-AES128-SHA");
}

static void
takes_the_dh_parameters_without_a_certificate(const struct scene *scene)
{
	take_the_dh_parameters(scene, 0x0034, "ADH-AES128-SHA");
}

static void
has_dh_parameters_of_its_own(const struct scene *scene)
{
	expect_parameters(scene, 0x0033, "DHE-RSA-AES128-SHA", NULL, NULL);
}

static void
has_dh_parameters_of_its_own_without_a_certificate(const struct scene *scene)
{
	expect_parameters(scene, 0x0034, "ADH-AES128-SHA", NULL, NULL);
}

/* The list of groups says nothing of a client that names none. */
static void
keeps_dh_beside_a_list_of_curves(const struct scene *scene)
{
	static const uint16_t curve[] = { 23 };
	struct stage stage;
	struct pair pair;
	struct buf prime = BUF_INIT;

	scene_stage(scene, &stage);
	stage.suites[0] = 0x0033;
	stage.config.num_suites = 1;
	stage.config.groups = curve;
	stage.config.num_groups = 1;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = "DHE-RSA-AES128-SHA";
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	client_dh_prime(pair.client, &prime);
	assert_true(prime.len >= 256);
	buf_clear(&prime);
	pair_clear(&pair);
}

static void
refuses_dh_parameters_that_are_none(const struct scene *scene)
{
	static const uint8_t junk[] = { 0x30, 0x03, 0x02, 0x01, 0x05 };
	struct tls_error err = TLS_ERROR_INIT;
	struct stage stage;

	scene_stage(scene, &stage);
	stage.config.dh_params = (struct tls_span){ junk, sizeof junk };
	assert_null(scene->lab->plug->backend->server_open(&stage.config,
	    &err));
	assert_int_equal(err.blame, TLS_BLAME_CONFIG);
	assert_true(err.text[0] != '\0');
}

const struct scene_row scenes_without_certificates[] = {
	{ "does_without_a_certificate", does_without_a_certificate,
	  UP_TO_TLS1_2, { NEED(ANONYMOUS) } },
	{ "passes_over_what_needs_a_certificate",
	  passes_over_what_needs_a_certificate, UP_TO_TLS1_2,
	  { NEED(ANONYMOUS) } },
	{ "takes_the_dh_parameters", takes_the_dh_parameters, UP_TO_TLS1_2,
	  { NEED(DH_PARAMETERS), NEED(KEY_RSA) } },
	{ "has_dh_parameters_of_its_own", has_dh_parameters_of_its_own,
	  UP_TO_TLS1_2, { NEED(DH_PARAMETERS), NEED(KEY_RSA) } },
	{ "takes_the_dh_parameters_without_a_certificate",
	  takes_the_dh_parameters_without_a_certificate, UP_TO_TLS1_2,
	  { NEED(DH_PARAMETERS), NEED(ANONYMOUS) } },
	{ "has_dh_parameters_of_its_own_without_a_certificate",
	  has_dh_parameters_of_its_own_without_a_certificate, UP_TO_TLS1_2,
	  { NEED(DH_PARAMETERS), NEED(ANONYMOUS) } },
	{ "keeps_dh_beside_a_list_of_curves", keeps_dh_beside_a_list_of_curves,
	  UP_TO_TLS1_2, { NEED(DH_PARAMETERS), NEED(GROUPS), NEED(KEY_RSA) } },
	{ "refuses_dh_parameters_that_are_none",
	  refuses_dh_parameters_that_are_none, ONCE, { NEED(DH_PARAMETERS) } },
	{ NULL, NULL, 0, { NOTHING } },
};
