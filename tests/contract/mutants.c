/* mutants.c - scenes: certificates of clients with wrong bytes in them
 * SPDX-License-Identifier: Apache-2.0
 *
 * Up to TLS 1.2 the message is changed on its way, so that any bytes can be
 * tried.  In TLS 1.3 it is encrypted: there the client's own library has to
 * take the certificate, and signs with the key that belongs to it.
 */
#include "scene.h"

#include <string.h>

#define NUM_MUTANTS	150

#define RECORD_HEADER	5
#define MESSAGE_HEADER	4

/* Everybody who is refused is told so, and we know why. */
static void
check_answered(struct pair *pair)
{
	assert_pair(pair, pair->phase == PHASE_FAILED);
	assert_pair(pair, pair->err.blame == TLS_BLAME_PEER);
	assert_pair(pair, pair->err.text[0] != '\0');
	assert_pair(pair, pair->err.alert_sent > 0);
	pair_run(pair);
	assert_pair(pair,
	    pair->client->alert_received == pair->err.alert_sent);
}

/* Changes one to four of `len` bytes. */
static void
mutate(uint8_t *bytes, size_t len, uint64_t *seed)
{
	for (size_t n = 1 + random_below(seed, 4); n > 0; n--)
		bytes[random_below(seed, len)] ^=
		    (uint8_t)(1 + random_below(seed, 255));
}

/* Changes the Certificate in the first flight that has one. */
static void
alter_certificate(struct pair *pair, struct buf *sent)
{
	size_t at = 0, len;

	for (; at + RECORD_HEADER + MESSAGE_HEADER < sent->len; at += len) {
		uint8_t *record = sent->data + at;

		len = RECORD_HEADER + (size_t)(record[3] << 8 | record[4]);
		if (record[0] != 22 || record[RECORD_HEADER] != 11 ||
		    at + len > sent->len)
			continue;
		mutate(record + RECORD_HEADER + MESSAGE_HEADER,
		    len - RECORD_HEADER - MESSAGE_HEADER, &pair->seed);
		pair->alter = NULL;
		return;
	}
}

static void
answers_every_changed_certificate(const struct scene *scene)
{
	const struct certs *certs = scene->lab->certs;
	struct stage stage;
	struct pair pair;

	for (uint64_t seed = 1; seed <= NUM_MUTANTS; seed++) {
		scene_stage(scene, &stage);
		stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
		scene_pair(scene, &stage, &pair);
		pair.options.cert = &certs->list[CERT_CLIENT_MIDDLE];
		pair.options.issuer = &certs->list[CERT_MIDDLE];
		pair.host.refuse_errors = seed % 2;
		pair.seed = seed;
		pair.alter = alter_certificate;
		pair_run(&pair);
		assert_null(pair.alter);
		check_answered(&pair);
		pair_clear(&pair);
	}
}

/* A certificate that OpenSSL reads and takes for the key of `from`; null: these
 * changes leave none. */
static X509 *
make_mutant(const struct cert *from, uint64_t *seed)
{
	struct buf der = BUF_INIT;
	const uint8_t *p;
	uint8_t *again = NULL;
	X509 *made;
	int len = 0;

	buf_add_span(&der, from->span);
	mutate(der.data, der.len, seed);
	p = der.data;
	made = d2i_X509(NULL, &p, (long)der.len);
	if (made)
		len = i2d_X509(made, &again);
	/* What it reads in another way is written as it was. */
	if (len <= 0 || ((size_t)len == from->span.len &&
	    !memcmp(again, from->span.data, from->span.len)) ||
	    !X509_get0_pubkey(made) ||
	    X509_check_private_key(made, from->pkey) != 1) {
		X509_free(made);
		made = NULL;
	}
	OPENSSL_free(again);
	buf_clear(&der);
	return made;
}

static void
refuses_every_mutant(const struct scene *scene)
{
	const struct cert *from = &scene->lab->certs->list[CERT_CLIENT];
	struct stage stage;
	struct pair pair;
	uint64_t seed = 1;

	for (int i = 0; i < NUM_MUTANTS; ) {
		struct cert mutant = *from;

		mutant.x509 = make_mutant(from, &seed);
		if (!mutant.x509)
			continue;
		scene_stage(scene, &stage);
		stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
		scene_pair(scene, &stage, &pair);
		pair.options.cert = &mutant;
		pair.host.refuse_errors = true;
		pair_run(&pair);
		check_answered(&pair);
		pair_clear(&pair);
		X509_free(mutant.x509);
		i++;
	}
}

/* Replaces the OIDs of ecdsa-with-SHA256 by one that nobody has. */
static X509 *
make_unknown(const struct cert *from)
{
	static const uint8_t known[] = {
		0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02,
	};
	struct buf der = BUF_INIT;
	const uint8_t *p;
	unsigned found = 0;
	X509 *made;

	buf_add_span(&der, from->span);
	for (size_t i = 0; i + sizeof known <= der.len; i++)
		if (!memcmp(der.data + i, known, sizeof known)) {
			der.data[i + sizeof known - 1] = 0x7f;
			found++;
		}
	assert_int_equal(found, 2);
	p = der.data;
	made = d2i_X509(NULL, &p, (long)der.len);
	assert_non_null(made);
	buf_clear(&der);
	return made;
}

static const struct host_step *
last_step(const struct pair *pair)
{
	assert_pair(pair, pair->host.num_steps > 0);
	return &pair->host.steps[pair->host.num_steps - 1];
}

static void
names_who_signed_in_an_unknown_way(const struct scene *scene)
{
	const struct certs *certs = scene->lab->certs;
	struct cert unknown = certs->list[CERT_CLIENT];
	struct stage stage;
	struct pair pair;
	const struct host_step *step;
	uint8_t *der = NULL;
	int len;

	unknown.x509 = make_unknown(&unknown);
	len = i2d_X509(unknown.x509, &der);
	for (int i = 0; i < 2; i++) {
		scene_stage(scene, &stage);
		stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
		scene_pair(scene, &stage, &pair);
		pair.options.cert = &unknown;
		if (i)
			pair.options.issuer = &certs->list[CERT_CA];
		pair.host.refuse_errors = true;
		pair_run(&pair);
		check_answered(&pair);
		step = last_step(&pair);
		assert_pair(&pair, step->depth == 0);
		assert_pair(&pair, step->error ==
		    X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
		assert_int_equal(step->der_len, len);
		assert_memory_equal(step->der, der, len);
		pair_clear(&pair);
	}
	OPENSSL_free(der);
	X509_free(unknown.x509);
}

/* A chain that the server's roots do not sign, and where and how that is told
 * first: the one thing a host that refuses gets to hear. */
struct wrong {
	enum cert_name leaf, issuer, root;	/* CERT_COUNT: none */
	int depth, error;
};

static void
check_wrong(const struct scene *scene, const struct wrong *wrong,
    const struct cert *leaf, const struct cert *issuer)
{
	const struct certs *certs = scene->lab->certs;
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
	stage.config.roots = &certs->list[wrong->root].span;
	scene_pair(scene, &stage, &pair);
	pair.options.cert = leaf;
	pair.options.issuer = issuer;
	pair.host.refuse_errors = true;
	pair_run(&pair);
	check_answered(&pair);
	assert_pair(&pair, last_step(&pair)->depth == wrong->depth);
	assert_pair(&pair, last_step(&pair)->error == wrong->error);
	pair_clear(&pair);
}

static void
numbers_a_wrong_issuer(const struct scene *scene)
{
	static const struct wrong all[] = {
		{ CERT_CLIENT_STRANGER, CERT_COUNT, CERT_CA, 0,
		  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY },
		{ CERT_CLIENT_STRANGER, CERT_STRANGER_CA, CERT_CA, 1,
		  X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN },
		{ CERT_CLIENT_MIDDLE, CERT_COUNT, CERT_CA, 0,
		  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY },
		{ CERT_CLIENT_MIDDLE, CERT_MIDDLE, CERT_STRANGER_CA, 1,
		  X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY },
		{ CERT_CLIENT_SELF, CERT_COUNT, CERT_CA, 0,
		  X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT },
	};
	const struct cert *list = scene->lab->certs->list;

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		check_wrong(scene, &all[i], &list[all[i].leaf],
		    all[i].issuer == CERT_COUNT ? NULL : &list[all[i].issuer]);
}

/* Has `cert` claim to come from `issuer`, and `key` sign that. */
static void
forge(struct cert *cert, const struct cert *issuer, EVP_PKEY *key)
{
	cert->x509 = X509_dup(cert->x509);
	assert_non_null(cert->x509);
	X509_set_issuer_name(cert->x509, X509_get_subject_name(issuer->x509));
	assert_true(X509_sign(cert->x509, key, EVP_sha256()) > 0);
}

static void
sees_through_an_issuer_of_the_same_name(const struct scene *scene)
{
	static const struct wrong wrong = {
		.root = CERT_CA, .error = X509_V_ERR_CERT_SIGNATURE_FAILURE,
	};
	const struct cert *list = scene->lab->certs->list;
	const struct cert *ca = &list[CERT_CA];
	struct cert leaf = list[CERT_CLIENT_STRANGER];
	struct cert false_ca = list[CERT_STRANGER_CA];

	forge(&leaf, ca, false_ca.pkey);
	forge(&false_ca, ca, false_ca.pkey);
	X509_set_subject_name(false_ca.x509, X509_get_subject_name(ca->x509));
	assert_true(X509_sign(false_ca.x509, false_ca.pkey,
	    EVP_sha256()) > 0);
	check_wrong(scene, &wrong, &leaf, NULL);
	check_wrong(scene, &wrong, &leaf, &false_ca);
	X509_free(leaf.x509);
	X509_free(false_ca.x509);
}

const struct scene_row scenes_of_mutants[] = {
	{ "answers_every_changed_certificate",
	  answers_every_changed_certificate, IN_TLS1_2,
	  { NEED(CLIENT_CERTIFICATE) } },
	{ "refuses_every_mutant", refuses_every_mutant, FROM_TLS1_2,
	  { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ "names_who_signed_in_an_unknown_way",
	  names_who_signed_in_an_unknown_way, FROM_TLS1_2,
	  { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ "numbers_a_wrong_issuer", numbers_a_wrong_issuer, FROM_TLS1_2,
	  { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ "sees_through_an_issuer_of_the_same_name",
	  sees_through_an_issuer_of_the_same_name, FROM_TLS1_2,
	  { NEED(CLIENT_CERTIFICATE), NEED(VERIFY_STEPS) } },
	{ NULL, NULL, 0, { NOTHING } },
};
