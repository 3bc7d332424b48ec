/* contract.c - does this backend keep the contract?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* All scenes, in the order in which they are played. */
static const struct scene_row *const scenes[] = {
	scenes_of_the_table,
	scenes_of_handshakes,
	scenes_of_negotiation,
	scenes_of_telling,
	scenes_of_resumption,
	scenes_of_tickets,
	scenes_of_status,
	scenes_of_npn,
	scenes_of_client_certificates,
	scenes_of_crls,
	scenes_of_change,
	scenes_of_keys,
	scenes_of_pkcs12,
	scenes_of_wishes,
	scenes_of_trouble,
	scenes_of_storms,
	scenes_of_threads,
	scenes_of_choice,
	scenes_of_lists,
	scenes_without_certificates,
	scenes_of_shared_keys,
};

static const struct {
	uint16_t version;
	const char *name;
	enum tls_feature feature;
} versions[] = {
	{ TLS_VERSION_1_0, "TLSv1", TLS_FEATURE_TLS1 },
	{ TLS_VERSION_1_1, "TLSv1.1", TLS_FEATURE_TLS1_1 },
	{ TLS_VERSION_1_2, "TLSv1.2", TLS_FEATURE_TLS1_2 },
	{ TLS_VERSION_1_3, "TLSv1.3", TLS_FEATURE_TLS1_3 },
};

static const struct {
	enum cert_name key;
	const char *name;
	enum tls_feature feature;
} keys[] = {
	{ CERT_RSA, "RSA", TLS_FEATURE_KEY_RSA },
	{ CERT_P256, "P-256", TLS_FEATURE_KEY_ECDSA },
	{ CERT_ED25519, "Ed25519", TLS_FEATURE_KEY_EDDSA },
};

#define LENGTH(array)	(sizeof (array) / sizeof *(array))

/* The scenes to be played. */
struct programme {
	const struct lab *lab;
	struct CMUnitTest *tests;
	struct scene *scenes;
	size_t num;
};

void
scene_stage(const struct scene *scene, struct stage *stage)
{
	stage_init(stage, scene->lab,
	    scene->version ? TLS_VERSION_BIT(scene->version) : 0);
	if (scene->key != CERT_SERVERS)
		stage_identity(stage, scene->lab, scene->key);
}

void
scene_pair(const struct scene *scene, const struct stage *stage,
    struct pair *pair)
{
	pair_init(pair, scene->lab, stage);
	pair->options.min_version = scene->version;
	pair->options.max_version = scene->version;
}

static void
play(void **state)
{
	const struct scene *scene = *state;

	scene->row->run(scene);
}

/* The first feature that `scene` needs in vain, or TLS_FEATURE_COUNT. */
static enum tls_feature
lacking(const struct scene *scene, uint64_t needs)
{
	for (int i = 0; i < TLS_FEATURE_COUNT; i++)
		if (needs & UINT64_C(1) << i && lab_support(scene->lab,
		    (enum tls_feature)i) <= TLS_SUPPORT_NOOP)
			return (enum tls_feature)i;
	return TLS_FEATURE_COUNT;
}

static void
add(struct programme *programme, const struct scene *scene, uint64_t needs,
    const char *with)
{
	enum tls_feature feature = lacking(scene, needs);
	const char *only = getenv("CONTRACT_SCENES");
	struct CMUnitTest *test;
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s%s", scene->row->name, with);
	if (only && !strstr(buf_string(&name), only)) {
		buf_clear(&name);
		return;
	}
	if (feature != TLS_FEATURE_COUNT) {
		printf("# not played: %s: %s: %s\n", buf_string(&name),
		    plug_feature_meaning(feature),
		    scene->lab->plug->answers[feature].note);
		buf_clear(&name);
		return;
	}
	programme->tests = mem_grow(programme->tests,
	    (programme->num + 1) * sizeof *programme->tests);
	programme->scenes = mem_grow(programme->scenes,
	    (programme->num + 1) * sizeof *programme->scenes);
	programme->scenes[programme->num] = *scene;
	test = &programme->tests[programme->num++];
	*test = (struct CMUnitTest){ mem_string(buf_string(&name)), play,
	    NULL, NULL, NULL };
	buf_clear(&name);
}

static void
add_keys(struct programme *programme, struct scene *scene, uint64_t needs,
    const char *with)
{
	char words[64];

	scene->key = CERT_SERVERS;
	if (!(scene->row->repeat & EACH_KEY)) {
		add(programme, scene, needs, with);
		return;
	}
	for (size_t i = 0; i < LENGTH(keys); i++) {
		/* Ed25519 came with TLS 1.2 (RFC 8422). */
		if (keys[i].key == CERT_ED25519 &&
		    scene->version < TLS_VERSION_1_2)
			continue;
		scene->key = keys[i].key;
		snprintf(words, sizeof words, "%s %s", with, keys[i].name);
		add(programme, scene, needs | UINT64_C(1) << keys[i].feature,
		    words);
	}
}

static void
add_row(struct programme *programme, const struct scene_row *row)
{
	struct scene scene = { row, programme->lab, 0, CERT_SERVERS };
	char words[32];

	if (!(row->repeat & EACH_VERSION)) {
		add_keys(programme, &scene, row->needs, "");
		return;
	}
	for (size_t i = 0; i < LENGTH(versions); i++) {
		if (!(row->repeat & 1u << i))
			continue;
		scene.version = versions[i].version;
		snprintf(words, sizeof words, " %s", versions[i].name);
		add_keys(programme, &scene, row->needs |
		    UINT64_C(1) << versions[i].feature, words);
	}
}

int
main(void)
{
	struct lab lab;
	struct programme programme = { &lab, NULL, NULL, 0 };
	int failed;

	lab_init(&lab, BACKEND);
	for (size_t i = 0; i < LENGTH(scenes); i++)
		for (size_t j = 0; scenes[i][j].name; j++)
			add_row(&programme, &scenes[i][j]);
	for (size_t i = 0; i < programme.num; i++)
		programme.tests[i].initial_state = &programme.scenes[i];
	failed = _cmocka_run_group_tests(BACKEND, programme.tests,
	    programme.num, NULL, NULL);
	for (size_t i = 0; i < programme.num; i++)
		free((char *)programme.tests[i].name);
	free(programme.tests);
	free(programme.scenes);
	lab_clear(&lab);
	return failed != 0;
}
