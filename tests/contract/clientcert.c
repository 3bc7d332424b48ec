/* clientcert.c - scenes: clients that show a certificate, or do not
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

/* One connection that asks as `how` says, with a client that has `name`, and
 * `issuer` after it (CERT_COUNT: none). */
static void
show(const struct scene *scene, struct stage *stage, struct pair *pair,
    enum tls_peer_certificate how, enum cert_name name)
{
	scene_stage(scene, stage);
	stage_roots(stage, scene->lab, how);
	scene_pair(scene, stage, pair);
	if (name != CERT_COUNT)
		pair->options.cert = &scene->lab->certs->list[name];
}

/* From the top down; and no certificate is both fine and not. */
static void
check_order(const struct pair *pair)
{
	const struct host *host = &pair->host;

	for (size_t i = 0; i < host->num_steps; i++) {
		const struct host_step *a = &host->steps[i];

		for (size_t j = 0; j < i; j++) {
			const struct host_step *b = &host->steps[j];

			assert_pair(pair, b->depth >= a->depth);
			if (b->depth == a->depth)
				assert_pair(pair, b->error != a->error &&
				    b->error != 0 && a->error != 0);
		}
	}
}

static const struct host_step *
find_step(const struct pair *pair, int depth, int error)
{
	for (size_t i = 0; i < pair->host.num_steps; i++)
		if (pair->host.steps[i].depth == depth &&
		    pair->host.steps[i].error == error)
			return &pair->host.steps[i];
	return NULL;
}

static void
check_step(const struct pair *pair, int depth, enum cert_name name)
{
	const struct cert *cert = &pair->lab->certs->list[name];
	const struct host_step *step = find_step(pair, depth, 0);

	assert_pair(pair, step != NULL);
	assert_int_equal(step->der_len, cert->span.len);
	assert_memory_equal(step->der, cert->span.data, cert->span.len);
}

static void
check_chain(const struct pair *pair, enum cert_name name)
{
	const struct cert *cert = &pair->lab->certs->list[name];
	struct tls_facts facts;

	pair_facts(pair, &facts);
	assert_true(facts.num_peer_chain >= 1);
	assert_int_equal(facts.peer_chain[0].len, cert->span.len);
	assert_memory_equal(facts.peer_chain[0].data, cert->span.data,
	    cert->span.len);
}

static void
goes_on_without_a_certificate(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	show(scene, &stage, &pair, TLS_PEER_ASK, CERT_COUNT);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	pair_talk(&pair);
	pair_facts(&pair, &facts);
	assert_int_equal(facts.num_peer_chain, 0);
	assert_pair(&pair, pair.host.num_steps == 0);
	pair_clear(&pair);
}

static void
asks_for_a_certificate(const struct scene *scene)
{
	static const enum tls_peer_certificate ways[] = {
		TLS_PEER_ASK, TLS_PEER_DEMAND,
	};
	static const enum cert_name names[] = {
		CERT_CLIENT, CERT_CLIENT_RSA,
	};
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < 4; i++) {
		show(scene, &stage, &pair, ways[i / 2], names[i % 2]);
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		pair_talk(&pair);
		check_order(&pair);
		assert_int_equal(pair.host.num_steps, 2);
		check_step(&pair, 1, CERT_CA);
		check_step(&pair, 0, names[i % 2]);
		check_chain(&pair, names[i % 2]);
		pair_clear(&pair);
	}
}

static void
sends_the_names_of_its_roots(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	const STACK_OF(X509_NAME) *names;

	show(scene, &stage, &pair, TLS_PEER_ASK, CERT_CLIENT);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	names = SSL_get0_peer_CA_list(pair.client->ssl);
	assert_int_equal(sk_X509_NAME_num(names), 1);
	assert_int_equal(X509_NAME_cmp(sk_X509_NAME_value(names, 0),
	    X509_get_subject_name(scene->lab->certs->list[CERT_CA].x509)), 0);
	pair_clear(&pair);
}

static void
follows_a_chain_from_the_top(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	show(scene, &stage, &pair, TLS_PEER_DEMAND, CERT_CLIENT_MIDDLE);
	pair.options.issuer = &scene->lab->certs->list[CERT_MIDDLE];
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	check_order(&pair);
	assert_pair(&pair, pair.host.num_steps == 3);
	check_step(&pair, 2, CERT_CA);
	check_step(&pair, 1, CERT_MIDDLE);
	check_step(&pair, 0, CERT_CLIENT_MIDDLE);
	check_chain(&pair, CERT_CLIENT_MIDDLE);
	pair_clear(&pair);
}

/* Certificates with something wrong, and the X509_V_ERR number of it. */
static const struct {
	enum cert_name name;
	int error, alert;
} bad[] = {
	{ CERT_CLIENT_EXPIRED, X509_V_ERR_CERT_HAS_EXPIRED,
	  SSL_AD_CERTIFICATE_EXPIRED },
	{ CERT_CLIENT_STRANGER, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	  SSL_AD_UNKNOWN_CA },
	{ CERT_CLIENT_MIDDLE, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	  SSL_AD_UNKNOWN_CA },
	{ CERT_CLIENT_SELF, X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
	  SSL_AD_UNKNOWN_CA },
};

#define NUM_BAD	(sizeof bad / sizeof *bad)

static void
tells_what_is_wrong_and_is_overruled(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < NUM_BAD; i++) {
		show(scene, &stage, &pair, TLS_PEER_ASK, bad[i].name);
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		pair_talk(&pair);
		check_order(&pair);
		assert_pair(&pair, find_step(&pair, 0, bad[i].error));
		assert_pair(&pair, !find_step(&pair, 0, 0));
		check_chain(&pair, bad[i].name);
		pair_clear(&pair);
	}
}

static void
check_refused(struct pair *pair)
{
	assert_pair(pair, pair->phase == PHASE_FAILED);
	assert_pair(pair, pair->err.blame == TLS_BLAME_PEER);
	assert_pair(pair, pair->err.alert_sent >= 40);
	assert_true(pair->err.text[0] != '\0');
	pair_run(pair);
	assert_pair(pair, pair->client->phase == PHASE_FAILED);
	assert_pair(pair,
	    pair->client->alert_received == pair->err.alert_sent);
}

static void
refuses_what_the_host_refuses(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	for (size_t i = 0; i < NUM_BAD; i++) {
		show(scene, &stage, &pair, TLS_PEER_DEMAND, bad[i].name);
		pair.host.refuse_errors = true;
		pair_run(&pair);
		check_refused(&pair);
		assert_pair(&pair, pair.err.alert_sent == bad[i].alert);
		pair_clear(&pair);
	}
}

static void
refuses_a_good_certificate_if_told_so(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	for (int depth = 0; depth < 2; depth++) {
		show(scene, &stage, &pair, TLS_PEER_ASK, CERT_CLIENT);
		pair.host.refuse_depth = depth;
		pair_run(&pair);
		check_refused(&pair);
		assert_pair(&pair,
		    pair.err.alert_sent == SSL_AD_HANDSHAKE_FAILURE);
		pair_clear(&pair);
	}
}

static void
refuses_a_client_without_certificate(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	show(scene, &stage, &pair, TLS_PEER_DEMAND, CERT_COUNT);
	pair_run(&pair);
	check_refused(&pair);
	pair_clear(&pair);
}

static void
checks_a_certificate_bit_by_bit(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;

	for (uint64_t seed = 1; seed <= 5; seed++) {
		show(scene, &stage, &pair, TLS_PEER_DEMAND, CERT_CLIENT);
		pair_start(&pair);
		pair_disturb(&pair, seed, 50);
		pair_run(&pair);
		assert_pair(&pair, pair.phase == PHASE_OPEN);
		check_order(&pair);
		check_chain(&pair, CERT_CLIENT);
		pair_clear(&pair);
	}
}

const struct scene_row scenes_of_client_certificates[] = {
	{ "goes_on_without_a_certificate", goes_on_without_a_certificate,
	  EACH_VERSION, { NEED(CLIENT_CERTIFICATE) } },
	{ "asks_for_a_certificate", asks_for_a_certificate, EACH_VERSION,
	  { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ "sends_the_names_of_its_roots", sends_the_names_of_its_roots,
	  UP_TO_TLS1_2, { NEED(CLIENT_CERTIFICATE) } },
	{ "sends_the_names_of_its_roots", sends_the_names_of_its_roots,
	  IN_TLS1_3, { NEED_ALL_OF(CLIENT_CERTIFICATE) } },
	{ "follows_a_chain_from_the_top", follows_a_chain_from_the_top,
	  FROM_TLS1_2, { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ "tells_what_is_wrong_and_is_overruled",
	  tells_what_is_wrong_and_is_overruled, FROM_TLS1_2,
	  { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ "refuses_what_the_host_refuses", refuses_what_the_host_refuses,
	  FROM_TLS1_2, { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ "refuses_a_good_certificate_if_told_so",
	  refuses_a_good_certificate_if_told_so, FROM_TLS1_2,
	  { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ "refuses_a_client_without_certificate",
	  refuses_a_client_without_certificate, EACH_VERSION,
	  { NEED(CLIENT_CERTIFICATE) } },
	{ "checks_a_certificate_bit_by_bit", checks_a_certificate_bit_by_bit,
	  FROM_TLS1_2, { NEED(CLIENT_CERTIFICATE) } },
	{ NULL, NULL, 0, { NOTHING } },
};
