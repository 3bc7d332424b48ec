/* lists.c - scenes: groups and signature algorithms, named and in order
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <stdio.h>
#include <string.h>

#include <openssl/obj_mac.h>

/* ---- what a backend names --------------------------------------------- */

static void
check_numbers(size_t (*list)(uint16_t *out, size_t room),
    const uint16_t *numbers, size_t num, const char *what)
{
	uint16_t few[3] = { 0xffff, 0xffff, 0xffff };

	assert_int_equal(list(NULL, 0), num);
	assert_int_equal(list(few, 2), num);
	assert_int_equal(few[2], 0xffff);
	for (size_t i = 0; i < num; i++)
		for (size_t j = 0; j < i; j++)
			if (numbers[i] == numbers[j])
				fail_msg("%s %04x is named twice", what,
				    numbers[i]);
}

static void
names_each_group_and_signature_once(const struct scene *scene)
{
	const struct plug *plug = scene->lab->plug;

	struct plug_numbers groups = plug_groups(plug);
	struct plug_numbers signatures = plug_signatures(plug);

	check_numbers(plug->backend->groups, groups.list, groups.num,
	    "group");
	check_numbers(plug->backend->signatures, signatures.list,
	    signatures.num, "signature algorithm");
	assert_true(lab_support(scene->lab, TLS_FEATURE_GROUPS) <=
	    TLS_SUPPORT_NOOP || groups.num > 0);
	assert_true(lab_support(scene->lab, TLS_FEATURE_SIGNATURES) <=
	    TLS_SUPPORT_NOOP || signatures.num > 0);
}

static bool
named(const uint16_t *list, size_t num, uint16_t number)
{
	for (size_t i = 0; i < num; i++)
		if (list[i] == number)
			return true;
	return false;
}

/* ---- groups ----------------------------------------------------------- */

#define ECDHE	"ECDHE-RSA-AES128-SHA"

static const struct group {
	const char *name;
	uint16_t number;
} groups[] = {
	{ "P-256", 23 }, { "P-384", 24 }, { "P-521", 25 }, { "X25519", 29 },
	{ "X448", 30 },
};

#define NUM_GROUPS	(sizeof groups / sizeof *groups)

/* The group that comes of both lists, or 0 for a refusal. */
static uint16_t
agree_on_group(const struct scene *scene, const uint16_t *ours, size_t num,
    const char *theirs, bool server_preference)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	uint16_t group = 0;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_RSA);
	stage.config.groups = ours;
	stage.config.num_groups = num;
	stage.config.server_preference = server_preference;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = ECDHE;
	pair.options.groups = theirs;
	pair_run(&pair);
	if (pair.phase == PHASE_OPEN) {
		group = client_group(pair.client);
		pair_facts(&pair, &facts);
		assert_true(fact_holds(scene->lab, TLS_FEATURE_FACT_GROUP,
		    facts.group, group));
		pair_talk(&pair);
	} else {
		assert_pair(&pair, pair.phase == PHASE_FAILED);
		assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
		assert_pair(&pair, pair.client->phase == PHASE_FAILED);
	}
	pair_clear(&pair);
	return group;
}

static void
uses_each_group_that_it_names(const struct scene *scene)
{
	const struct plug *plug = scene->lab->plug;
	unsigned used = 0;

	for (size_t i = 0; i < NUM_GROUPS; i++) {
		uint16_t number = groups[i].number;

		if (!named(plug_groups(plug).list,
		    plug_groups(plug).num, number))
			continue;
		/* The client's first share is another group's. */
		assert_int_equal(agree_on_group(scene, &number, 1,
		    "P-256:X25519:P-384:P-521:X448", false), number);
		used++;
	}
	assert_true(used >= 2);
}

static void
refuses_a_client_without_a_group_in_common(const struct scene *scene)
{
	static const uint16_t ours[] = { 23, 24 };

	assert_int_equal(agree_on_group(scene, ours, 2, "P-521:X25519",
	    false), 0);
	assert_int_equal(agree_on_group(scene, ours, 1, "P-384", true), 0);
	assert_int_equal(agree_on_group(scene, ours, 2, "P-384", false), 24);
}

static void
takes_the_group_that_the_client_likes_best(const struct scene *scene)
{
	static const uint16_t ours[] = { 24, 23 };

	assert_int_equal(agree_on_group(scene, ours, 2, "P-256:P-384",
	    false), 23);
	assert_int_equal(agree_on_group(scene, ours, 2, "P-521:P-384:P-256",
	    false), 24);
}

/* The same where the list is the library's own. */
static void
takes_the_group_that_the_client_likes_best_unasked(const struct scene *scene)
{
	assert_int_equal(agree_on_group(scene, NULL, 0, "P-256:P-384",
	    false), 23);
	assert_int_equal(agree_on_group(scene, NULL, 0, "P-384:P-256",
	    false), 24);
}

static void
takes_the_group_that_the_server_likes_best(const struct scene *scene)
{
	static const uint16_t ours[] = { 24, 23 };

	assert_int_equal(agree_on_group(scene, ours, 2, "P-256:P-384", true),
	    24);
	assert_int_equal(agree_on_group(scene, ours, 2, "P-256:P-521", true),
	    23);
}

/* The curve of the ServerKeyExchange (RFC 8422, 5.4) among records in clear; 0:
 * there is none. */
static uint16_t
sent_curve(struct tls_span records)
{
	struct buf messages = BUF_INIT;
	uint16_t curve = 0;
	size_t at = 0, len;

	for (; records.len - at > 5; at += 5 + len) {
		const uint8_t *record = records.data + at;

		len = (size_t)record[3] << 8 | record[4];
		if (record[0] == 22)
			buf_add(&messages, record + 5, len);
	}
	for (at = 0; messages.len - at > 7; at += 4 + len) {
		const uint8_t *message = messages.data + at;

		len = (size_t)message[1] << 16 | (size_t)message[2] << 8 |
		    message[3];
		if (message[0] == 12)
			curve = (uint16_t)(message[5] << 8 | message[6]);
	}
	buf_clear(&messages);
	return curve;
}

/* Without extensions; TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA. */
static void
uses_no_other_group_for_a_client_without_any(const struct scene *scene)
{
	static const uint16_t ours[] = { 24 };
	static const uint8_t head[] = { 22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3 };
	static const uint8_t rest[] = { 0, 0, 2, 0xc0, 0x13, 1, 0 };
	static const uint8_t client_random[32] = { 1 };
	struct buf hello = BUF_INIT;
	struct stage stage;
	struct pair pair;

	buf_add(&hello, head, sizeof head);
	buf_add(&hello, client_random, sizeof client_random);
	buf_add(&hello, rest, sizeof rest);
	for (size_t num = 0; num < 2; num++) {
		uint16_t curve;

		scene_stage(scene, &stage);
		stage_identity(&stage, scene->lab, CERT_RSA);
		stage.config.groups = ours;
		stage.config.num_groups = num;
		scene_pair(scene, &stage, &pair);
		pair_start_raw(&pair, buf_span(&hello));
		pair_run(&pair);
		curve = sent_curve(buf_span(&pair.io.to_client));
		/* It may refuse such a client (RFC 8422, 4). */
		assert_pair(&pair, pair.phase == PHASE_FAILED ||
		    (num > 0 ? curve == ours[0] : curve != 0));
		pair_clear(&pair);
	}
	buf_clear(&hello);
}

/* ---- our signatures --------------------------------------------------- */

/* A signature algorithm of an RSA key, by version. */
struct rsa_signature {
	uint16_t number;
	const char *name;
	int type, digest;
};

static const struct rsa_signature rsa_signatures[2][3] = {
	{
		{ 0x0401, "RSA+SHA256", EVP_PKEY_RSA, NID_sha256 },
		{ 0x0501, "RSA+SHA384", EVP_PKEY_RSA, NID_sha384 },
		{ 0x0601, "RSA+SHA512", EVP_PKEY_RSA, NID_sha512 },
	}, {
		{ 0x0804, "RSA-PSS+SHA256", EVP_PKEY_RSA_PSS, NID_sha256 },
		{ 0x0805, "RSA-PSS+SHA384", EVP_PKEY_RSA_PSS, NID_sha384 },
		{ 0x0806, "RSA-PSS+SHA512", EVP_PKEY_RSA_PSS, NID_sha512 },
	},
};

static const struct rsa_signature *
signatures_for(const struct scene *scene)
{
	return rsa_signatures[scene->version == TLS_VERSION_1_3];
}

static void
add_name(struct buf *out, const struct rsa_signature *signature)
{
	buf_printf(out, "%s%s", out->len ? ":" : "", signature->name);
}

static uint16_t
number_of(const struct rsa_signature *list, int type, int digest)
{
	for (size_t i = 0; i < 3; i++)
		if (list[i].type == type && list[i].digest == digest)
			return list[i].number;
	return 0;
}

/* The signature that comes of `ours` and `theirs`, places in the list of three
 * above, -1 at their ends; or 0 for a refusal. */
static uint16_t
agree_on_signature(const struct scene *scene, const int *ours,
    const int *theirs, bool server_preference)
{
	const struct rsa_signature *list = signatures_for(scene);
	uint16_t numbers[3], signature = 0;
	struct buf names = BUF_INIT;
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	int type = 0, digest = 0;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_RSA);
	stage.config.signatures = numbers;
	for (; *ours >= 0; ours++)
		numbers[stage.config.num_signatures++] = list[*ours].number;
	for (; *theirs >= 0; theirs++)
		add_name(&names, &list[*theirs]);
	stage.config.server_preference = server_preference;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = ECDHE;
	pair.options.signatures = buf_string(&names);
	pair_run(&pair);
	buf_clear(&names);
	if (pair.phase == PHASE_OPEN) {
		SSL_get_peer_signature_type_nid(pair.client->ssl, &type);
		SSL_get_peer_signature_nid(pair.client->ssl, &digest);
		signature = number_of(list, type, digest);
		assert_int_not_equal(signature, 0);
		pair_facts(&pair, &facts);
		assert_true(fact_holds(scene->lab, TLS_FEATURE_FACT_SIGNATURE,
		    facts.signature, signature));
	} else {
		assert_pair(&pair, pair.phase == PHASE_FAILED);
		assert_pair(&pair, pair.err.blame == TLS_BLAME_PEER);
		assert_pair(&pair, pair.client->phase == PHASE_FAILED);
	}
	pair_clear(&pair);
	return signature;
}

static void
signs_with_what_is_listed(const struct scene *scene)
{
	static const int all[] = { 0, 1, 2, -1 };

	for (int i = 0; i < 3; i++) {
		int one[] = { i, -1 };

		assert_int_equal(agree_on_signature(scene, one, all, false),
		    signatures_for(scene)[i].number);
		assert_int_equal(agree_on_signature(scene, all, one, false),
		    signatures_for(scene)[i].number);
	}
}

static void
refuses_a_client_without_a_signature_in_common(const struct scene *scene)
{
	static const int ours[] = { 0, 1, -1 }, theirs[] = { 2, -1 };

	assert_int_equal(agree_on_signature(scene, ours, theirs, false), 0);
	assert_int_equal(agree_on_signature(scene, ours, theirs, true), 0);
}

static void
signs_as_the_client_likes_best(const struct scene *scene)
{
	static const int ours[] = { 1, 0, -1 }, theirs[] = { 2, 0, 1, -1 };

	assert_int_equal(agree_on_signature(scene, ours, theirs, false),
	    signatures_for(scene)[0].number);
}

static void
signs_as_the_server_likes_best(const struct scene *scene)
{
	static const int ours[] = { 1, 0, -1 }, theirs[] = { 2, 0, 1, -1 };

	assert_int_equal(agree_on_signature(scene, ours, theirs, true),
	    signatures_for(scene)[1].number);
}

/* ---- the client's signatures ------------------------------------------ */

/* What the client signs with under the two lists of one or none, or 0: it did
 * not. */
static uint16_t
client_signs_with(const struct scene *scene, int ours, int clients,
    const char *theirs)
{
	const struct rsa_signature *list = signatures_for(scene);
	const uint16_t our_number = ours < 0 ? 0 : list[ours].number;
	const uint16_t clients_number = clients < 0 ? 0 :
	    list[clients].number;
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;
	uint16_t signature = 0;
	int type = 0, digest = 0;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_RSA);
	stage_roots(&stage, scene->lab, TLS_PEER_DEMAND);
	stage.config.signatures = &our_number;
	stage.config.num_signatures = ours < 0 ? 0 : 1;
	stage.config.client_signatures = &clients_number;
	stage.config.num_client_signatures = clients < 0 ? 0 : 1;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = ECDHE;
	pair.options.cert = &scene->lab->certs->list[CERT_CLIENT_RSA];
	pair.options.signatures = theirs;
	pair_run(&pair);
	if (pair.phase == PHASE_OPEN) {
		pair_facts(&pair, &facts);
		assert_true(facts.num_peer_chain > 0);
		SSL_get_signature_type_nid(pair.client->ssl, &type);
		SSL_get_signature_nid(pair.client->ssl, &digest);
		signature = number_of(list, type, digest);
		assert_true(fact_holds(scene->lab,
		    TLS_FEATURE_FACT_PEER_SIGNATURE, facts.peer_signature,
		    signature));
		assert_true(ours < 0 || fact_holds(scene->lab,
		    TLS_FEATURE_FACT_SIGNATURE, facts.signature, our_number));
	} else {
		assert_pair(&pair, pair.phase == PHASE_FAILED ||
		    pair.client->phase == PHASE_FAILED);
	}
	pair_clear(&pair);
	return signature;
}

/* The client signs with `clients`, whatever the server signs with. */
static void
expect_signature_of_client(const struct scene *scene, int clients)
{
	for (int ours = -1; ours < 3; ours++)
		assert_int_equal(client_signs_with(scene, ours, clients,
		    NULL), signatures_for(scene)[clients].number);
}

static void
asks_clients_for_what_is_listed(const struct scene *scene)
{
	expect_signature_of_client(scene, 0);
	expect_signature_of_client(scene, 1);
	/* without a list of its own, the server's */
	assert_int_equal(client_signs_with(scene, 1, -1, NULL),
	    signatures_for(scene)[1].number);
}

/* The longest hash function is the one that libraries lack here. */
static void
asks_clients_for_sha512(const struct scene *scene)
{
	expect_signature_of_client(scene, 2);
}

static void
takes_no_other_signature_of_a_client(const struct scene *scene)
{
	const struct rsa_signature *list = signatures_for(scene);
	struct buf names = BUF_INIT;

	add_name(&names, &list[0]);
	assert_int_equal(client_signs_with(scene, 0, 1, buf_string(&names)),
	    0);
	add_name(&names, &list[1]);
	assert_int_equal(client_signs_with(scene, 0, 1, buf_string(&names)),
	    list[1].number);
	buf_clear(&names);
}

/* Whatever was asked for at first, and was not. */
static void
asks_later_for_what_is_listed(const struct scene *scene)
{
	const struct rsa_signature *list = signatures_for(scene);
	const bool tls1_3 = scene->version == TLS_VERSION_1_3;
	struct stage stage;
	struct pair pair;
	int type = 0, digest = 0;

	scene_stage(scene, &stage);
	stage_identity(&stage, scene->lab, CERT_RSA);
	stage_roots(&stage, scene->lab, TLS_PEER_NONE);
	stage.config.signatures = &list[0].number;
	stage.config.client_signatures = &list[1].number;
	stage.config.num_signatures = stage.config.num_client_signatures = 1;
	scene_pair(scene, &stage, &pair);
	pair.options.ciphers = ECDHE;
	pair.options.cert = &scene->lab->certs->list[CERT_CLIENT_RSA];
	pair.options.post_handshake_auth = tls1_3;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(tls1_3 ?
	    pair.backend->ask_certificate(pair.session, &pair.err) :
	    pair.backend->renegotiate(pair.session, true, &pair.err), TLS_OK);
	pair_run(&pair);
	assert_pair(&pair, pair.host.changed == 1);
	SSL_get_signature_type_nid(pair.client->ssl, &type);
	SSL_get_signature_nid(pair.client->ssl, &digest);
	assert_int_equal(number_of(list, type, digest), list[1].number);
	if (!tls1_3) {
		/* and the server signed by its own list again */
		SSL_get_peer_signature_type_nid(pair.client->ssl, &type);
		SSL_get_peer_signature_nid(pair.client->ssl, &digest);
		assert_int_equal(number_of(list, type, digest),
		    list[0].number);
	}
	pair_talk(&pair);
	pair_clear(&pair);
}

const struct scene_row scenes_of_lists[] = {
	{ "names_each_group_and_signature_once",
	  names_each_group_and_signature_once, ONCE, { NOTHING } },
	{ "uses_each_group_that_it_names", uses_each_group_that_it_names,
	  EACH_VERSION, { NEED(GROUPS), NEED(KEY_RSA) } },
	{ "refuses_a_client_without_a_group_in_common",
	  refuses_a_client_without_a_group_in_common, EACH_VERSION,
	  { NEED(GROUPS), NEED(KEY_RSA) } },
	{ "takes_the_group_that_the_client_likes_best",
	  takes_the_group_that_the_client_likes_best, EACH_VERSION,
	  { NEED(GROUPS), NEED(KEY_RSA) } },
	{ "takes_the_group_that_the_client_likes_best_unasked",
	  takes_the_group_that_the_client_likes_best_unasked, EACH_VERSION,
	  { NEED(GROUPS), NEED(CLIENT_GROUPS), NEED(KEY_RSA) } },
	/* In TLS 1.3 a share that is there saves a round trip. */
	{ "takes_the_group_that_the_server_likes_best",
	  takes_the_group_that_the_server_likes_best, UP_TO_TLS1_2,
	  { NEED(GROUPS), NEED(KEY_RSA), NEED(SERVER_PREFERENCE) } },
	{ "uses_no_other_group_for_a_client_without_any",
	  uses_no_other_group_for_a_client_without_any, IN_TLS1_2,
	  { NEED(GROUPS), NEED(KEY_RSA) } },
	{ "signs_with_what_is_listed", signs_with_what_is_listed, FROM_TLS1_2,
	  { NEED(SIGNATURES), NEED(KEY_RSA) } },
	{ "refuses_a_client_without_a_signature_in_common",
	  refuses_a_client_without_a_signature_in_common, FROM_TLS1_2,
	  { NEED(SIGNATURES), NEED(KEY_RSA) } },
	{ "signs_as_the_client_likes_best", signs_as_the_client_likes_best,
	  FROM_TLS1_2, { NEED(SIGNATURES), NEED(KEY_RSA),
	  NEED(CLIENT_PREFERENCE) } },
	{ "signs_as_the_server_likes_best", signs_as_the_server_likes_best,
	  FROM_TLS1_2, { NEED(SIGNATURES), NEED(KEY_RSA),
	  NEED(SERVER_PREFERENCE) } },
	{ "asks_clients_for_what_is_listed", asks_clients_for_what_is_listed,
	  FROM_TLS1_2, { NEED(SIGNATURES), NEED(CLIENT_SIGNATURES),
	  NEED(CLIENT_CERTIFICATE), NEED(KEY_RSA) } },
	{ "asks_clients_for_sha512", asks_clients_for_sha512, FROM_TLS1_2,
	  { NEED(SIGNATURES), NEED_ALL_OF(CLIENT_SIGNATURES),
	  NEED(CLIENT_CERTIFICATE), NEED(KEY_RSA) } },
	{ "takes_no_other_signature_of_a_client",
	  takes_no_other_signature_of_a_client, FROM_TLS1_2, { NEED(SIGNATURES),
	  NEED(CLIENT_SIGNATURES), NEED(CLIENT_CERTIFICATE), NEED(KEY_RSA) } },
	{ "asks_later_for_what_is_listed", asks_later_for_what_is_listed,
	  IN_TLS1_2, { NEED(SIGNATURES), NEED_ALL_OF(CLIENT_SIGNATURES),
	  NEED(RENEGOTIATE_CERTIFICATE), NEED(KEY_RSA) } },
	{ "asks_later_for_what_is_listed", asks_later_for_what_is_listed,
	  IN_TLS1_3, { NEED(SIGNATURES), NEED_ALL_OF(CLIENT_SIGNATURES),
	  NEED(POST_HANDSHAKE_AUTH), NEED(KEY_RSA) } },
	{ NULL, NULL, 0, { NOTHING } },
};
