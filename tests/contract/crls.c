/* crls.c - scenes: clients whose certificates may have been revoked
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5280, 5 and 6.3; error numbers as in openssl-verify(1)
 *
 * That there is no list for a certificate may be told or not, so no scene
 * depends on it; nor does one on what stands above a client's own certificate
 * where only that is to be checked.
 */
#include "scene.h"

#include <string.h>

#define BAD_SIGNATURE	8
#define NOT_YET_VALID	11
#define EXPIRED		12
#define REVOKED		23
#define NO_LIST		3
#define CERTIFICATE_REVOKED_ALERT	44

#define MAX_LISTS	2

struct lists {
	struct buf der[MAX_LISTS];
	struct tls_span spans[MAX_LISTS];
};

/* A pair whose server checks as `how` says against the lists of `recipes`,
 * and whose client is called `name`, under CERT_MIDDLE or not. */
static void
crl_pair(const struct scene *scene, struct stage *stage, struct pair *pair,
    enum tls_crl_check how, enum cert_name name)
{
	const struct cert *list = scene->lab->certs->list;

	scene_stage(scene, stage);
	stage_roots(stage, scene->lab, TLS_PEER_DEMAND);
	stage->config.crl_check = how;
	scene_pair(scene, stage, pair);
	pair->options.cert = &list[name];
	if (name == CERT_CLIENT_MIDDLE)
		pair->options.issuer = &list[CERT_MIDDLE];
}

static void
make_lists(const struct scene *scene, struct stage *stage,
    struct lists *lists, const struct crl_recipe *recipes, size_t num)
{
	memset(lists, 0, sizeof *lists);
	for (size_t i = 0; i < num; i++) {
		certs_crl(scene->lab->certs, &recipes[i], &lists->der[i]);
		lists->spans[i] = buf_span(&lists->der[i]);
	}
	stage->config.crls = lists->spans;
	stage->config.num_crls = num;
}

static void
free_lists(struct lists *lists)
{
	for (size_t i = 0; i < MAX_LISTS; i++)
		buf_clear(&lists->der[i]);
}

static bool
was_told(const struct pair *pair, int depth, int error)
{
	for (size_t i = 0; i < pair->host.num_steps; i++)
		if (pair->host.steps[i].depth == depth &&
		    pair->host.steps[i].error == error)
			return true;
	return false;
}

/* Nothing but `error` (0: nothing) is told of what is to be checked, and that
 * at `depth`. */
static void
expect_told(const struct pair *pair, enum tls_crl_check how, int depth,
    int error)
{
	assert_pair(pair, pair->host.num_steps > 0);
	if (error)
		assert_pair(pair, was_told(pair, depth, error));
	for (size_t i = 0; i < pair->host.num_steps; i++) {
		const struct host_step *step = &pair->host.steps[i];

		if (how == TLS_CRL_LEAF && step->depth > 0)
			continue;
		if (step->error && step->error != NO_LIST)
			assert_pair(pair, step->error == error &&
			    step->depth == depth);
	}
}

struct row {
	enum tls_crl_check how;
	enum cert_name client;
	struct crl_recipe recipes[MAX_LISTS];
	size_t num;
	int depth, error;
};

static void
play_row(const struct scene *scene, const struct row *row)
{
	struct lists lists;
	struct stage stage;
	struct pair pair;

	crl_pair(scene, &stage, &pair, row->how, row->client);
	make_lists(scene, &stage, &lists, row->recipes, row->num);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	expect_told(&pair, row->how, row->depth, row->error);
	pair_talk(&pair);
	pair_clear(&pair);
	free_lists(&lists);
}

static void
finds_who_was_revoked(const struct scene *scene)
{
	static const struct row rows[] = {
		{ TLS_CRL_LEAF, CERT_CLIENT, {
		  { CERT_CA, CERT_CA, CERT_CLIENT, -1, 10 } }, 1,
		  0, REVOKED },
		{ TLS_CRL_LEAF, CERT_CLIENT, {
		  { CERT_CA, CERT_CA, CERT_CLIENT_RSA, -1, 10 } }, 1, 0, 0 },
		{ TLS_CRL_NONE, CERT_CLIENT, {
		  { CERT_CA, CERT_CA, CERT_CLIENT, -1, 10 } }, 1, 0, 0 },
		{ TLS_CRL_CHAIN, CERT_CLIENT, {
		  { CERT_CA, CERT_CA, CERT_CLIENT, -1, 10 } }, 1,
		  0, REVOKED },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		play_row(scene, &rows[i]);
}

static void
checks_as_much_of_the_chain_as_asked(const struct scene *scene)
{
	static const struct row rows[] = {
		{ TLS_CRL_CHAIN, CERT_CLIENT_MIDDLE, {
		  { CERT_CA, CERT_CA, CERT_COUNT, -1, 10 },
		  { CERT_MIDDLE, CERT_MIDDLE, CERT_COUNT, -1, 10 } }, 2,
		  0, 0 },
		{ TLS_CRL_CHAIN, CERT_CLIENT_MIDDLE, {
		  { CERT_CA, CERT_CA, CERT_MIDDLE, -1, 10 },
		  { CERT_MIDDLE, CERT_MIDDLE, CERT_COUNT, -1, 10 } }, 2,
		  1, REVOKED },
		{ TLS_CRL_CHAIN, CERT_CLIENT_MIDDLE, {
		  { CERT_CA, CERT_CA, CERT_COUNT, -1, 10 },
		  { CERT_MIDDLE, CERT_MIDDLE, CERT_CLIENT_MIDDLE, -1, 10 } },
		  2, 0, REVOKED },
		{ TLS_CRL_LEAF, CERT_CLIENT_MIDDLE, {
		  { CERT_CA, CERT_CA, CERT_MIDDLE, -1, 10 },
		  { CERT_MIDDLE, CERT_MIDDLE, CERT_COUNT, -1, 10 } }, 2,
		  0, 0 },
		{ TLS_CRL_LEAF, CERT_CLIENT_MIDDLE, {
		  { CERT_MIDDLE, CERT_MIDDLE, CERT_CLIENT_MIDDLE, -1, 10 } },
		  1, 0, REVOKED },
		/* a list of another issuer says nothing */
		{ TLS_CRL_LEAF, CERT_CLIENT_MIDDLE, {
		  { CERT_CA, CERT_CA, CERT_CLIENT_MIDDLE, -1, 10 } }, 1,
		  0, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		play_row(scene, &rows[i]);
}

static void
says_what_is_wrong_with_a_list(const struct scene *scene)
{
	static const struct row rows[] = {
		{ TLS_CRL_LEAF, CERT_CLIENT, {
		  { CERT_CA, CERT_CA, CERT_COUNT, -10, -1 } }, 1,
		  0, EXPIRED },
		{ TLS_CRL_LEAF, CERT_CLIENT, {
		  { CERT_CA, CERT_CA, CERT_COUNT, 1, 10 } }, 1,
		  0, NOT_YET_VALID },
		{ TLS_CRL_LEAF, CERT_CLIENT, {
		  { CERT_CA, CERT_STRANGER_CA, CERT_COUNT, -1, 10 } }, 1,
		  0, BAD_SIGNATURE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		play_row(scene, &rows[i]);
}

static void
refuses_who_was_revoked(const struct scene *scene)
{
	static const struct crl_recipe recipe =
	    { CERT_CA, CERT_CA, CERT_CLIENT, -1, 10 };
	struct lists lists;
	struct stage stage;
	struct pair pair;

	crl_pair(scene, &stage, &pair, TLS_CRL_LEAF, CERT_CLIENT);
	make_lists(scene, &stage, &lists, &recipe, 1);
	pair.host.refuse_errors = true;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_FAILED);
	assert_pair(&pair, was_told(&pair, 0, REVOKED));
	assert_pair(&pair, pair.err.alert_sent == CERTIFICATE_REVOKED_ALERT);
	assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
	pair_clear(&pair);
	free_lists(&lists);
}

static void
refuses_a_list_that_is_none(const struct scene *scene)
{
	const struct tls_backend *backend = scene->lab->plug->backend;
	struct tls_span nonsense = span_of("not a list");
	struct tls_error err = TLS_ERROR_INIT;
	struct stage stage;

	scene_stage(scene, &stage);
	stage_roots(&stage, scene->lab, TLS_PEER_ASK);
	stage.config.crl_check = TLS_CRL_LEAF;
	stage.config.crls = &nonsense;
	stage.config.num_crls = 1;
	assert_null(backend->server_open(&stage.config, &err));
	assert_int_equal(err.blame, TLS_BLAME_CONFIG);
	assert_true(err.text[0] != '\0');
}

const struct scene_row scenes_of_crls[] = {
	{ "finds_who_was_revoked", finds_who_was_revoked, EACH_VERSION,
	  { NEED(CRLS) } },
	{ "checks_as_much_of_the_chain_as_asked",
	  checks_as_much_of_the_chain_as_asked, FROM_TLS1_2, { NEED(CRLS) } },
	{ "says_what_is_wrong_with_a_list", says_what_is_wrong_with_a_list,
	  FROM_TLS1_2, { NEED(CRLS) } },
	{ "refuses_who_was_revoked", refuses_who_was_revoked, EACH_VERSION,
	  { NEED(CRLS) } },
	{ "refuses_a_list_that_is_none", refuses_a_list_that_is_none, ONCE,
	  { NEED(CRLS) } },
	{ NULL, NULL, 0, { NOTHING } },
};
