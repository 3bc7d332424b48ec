/* contract.c - does this backend keep the contract?
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

/* All scenes, in the order in which they are played. */
static const struct scene_row *const scenes[] = {
	scenes_of_the_table,
	scenes_of_handshakes,
	scenes_of_negotiation,
	scenes_of_native_servers,
	scenes_of_telling,
	scenes_of_facts,
	scenes_of_resumption,
	scenes_of_tickets,
	scenes_of_status,
	scenes_of_npn,
	scenes_of_client_certificates,
	scenes_of_mutants,
	scenes_of_crls,
	scenes_of_change,
	scenes_of_keys,
	scenes_of_primitives,
	scenes_of_made_keys,
	scenes_of_exporting,
	scenes_of_pkcs12,
	scenes_of_wishes,
	scenes_of_trouble,
	scenes_of_storms,
	scenes_of_threads,
	scenes_of_choice,
	scenes_of_first_flights,
	scenes_of_comparisons,
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

/* All scenes, those included that do not apply. */
struct programme {
	const struct lab *lab;
	struct CMUnitTest *tests;
	struct show *shows;
	size_t num;
};

/* One of them. */
struct show {
	struct scene scene;
	char *missing;		/* why it does not apply; null: it does */
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

struct tls_span
scene_stored(const struct scene *scene, struct stage *stage,
    struct host_store *store, struct pair *pair)
{
	const uint8_t *id;
	unsigned len;

	scene_stage(scene, stage);
	stage->config.session_store = true;
	scene_pair(scene, stage, pair);
	pair->options.no_tickets = true;
	pair->host.store = store;
	pair_run(pair);
	assert_pair(pair, pair->phase == PHASE_OPEN);
	id = SSL_SESSION_get_id(SSL_get_session(pair->client->ssl), &len);
	assert_true(len > 0);
	return (struct tls_span){ id, len };
}

bool
fact_holds(const struct lab *lab, enum tls_feature feature, int told,
    int expected)
{
	const int unknown = feature == TLS_FEATURE_FACT_IDENTITY ? -1 : 0;

	return told == expected || (told == unknown &&
	    lab_support(lab, feature) < TLS_SUPPORT_FULL);
}

static void
play(void **state)
{
	const struct show *show = *state;

	if (show->missing)
		tap_skip(show->missing);
	show->scene.row->run(&show->scene);
}

/* Why `need` is not met, in words to be freed; null: it is. */
static char *
missing(const struct lab *lab, struct need need)
{
	struct buf text = BUF_INIT;
	enum tls_support support;

	if (need.at_least == TLS_SUPPORT_UNANSWERED)
		return NULL;
	support = lab_support(lab, need.feature);
	if (support >= need.at_least)
		return NULL;
	buf_printf(&text, "%s: %s%s", plug_feature_meaning(need.feature),
	    support == TLS_SUPPORT_PART ? "not all of it: " : "",
	    plug_answer(lab->plug, need.feature).note);
	buf_string(&text);
	return (char *)text.data;
}

/* What the programme still asks of a row: the features of a version and of a
 * key, and what to call the result. */
struct variant {
	struct scene scene;
	struct need version, key;
	char words[64];
};

static void
add(struct programme *programme, const struct variant *variant)
{
	const struct scene_row *row = variant->scene.row;
	const char *only = getenv("CONTRACT_SCENES");
	struct show show = { variant->scene, NULL };
	struct buf name = BUF_INIT;

	buf_printf(&name, "%s%s", row->name, variant->words);
	if (only && !strstr(buf_string(&name), only)) {
		buf_clear(&name);
		return;
	}
	show.missing = missing(programme->lab, variant->version);
	if (!show.missing)
		show.missing = missing(programme->lab, variant->key);
	for (size_t i = 0; i < SCENE_MAX_NEEDS && !show.missing; i++)
		show.missing = missing(programme->lab, row->needs[i]);
	programme->tests = mem_grow(programme->tests,
	    (programme->num + 1) * sizeof *programme->tests);
	programme->shows = mem_grow(programme->shows,
	    (programme->num + 1) * sizeof *programme->shows);
	programme->shows[programme->num] = show;
	programme->tests[programme->num++] = (struct CMUnitTest){
	    mem_string(buf_string(&name)), play, NULL, NULL, NULL };
	buf_clear(&name);
}

static void
add_keys(struct programme *programme, struct variant variant)
{
	const size_t len = strlen(variant.words);
	const unsigned repeat = variant.scene.row->repeat;

	if (!(repeat & (EACH_KEY | EACH_OLD_KEY))) {
		add(programme, &variant);
		return;
	}
	for (size_t i = 0; i < LENGTH(keys); i++) {
		/* Ed25519 came with TLS 1.2 (RFC 8422). */
		if (keys[i].key == CERT_ED25519 && (repeat & EACH_OLD_KEY ||
		    variant.scene.version < TLS_VERSION_1_2))
			continue;
		variant.scene.key = keys[i].key;
		variant.key = (struct need){ keys[i].feature,
		    TLS_SUPPORT_PART };
		snprintf(variant.words + len, sizeof variant.words - len,
		    " %s", keys[i].name);
		add(programme, &variant);
	}
}

static void
add_row(struct programme *programme, const struct scene_row *row)
{
	struct variant variant = {
		{ row, programme->lab, 0, CERT_SERVERS }, NOTHING, NOTHING, "",
	};

	if (!(row->repeat & EACH_VERSION)) {
		add_keys(programme, variant);
		return;
	}
	for (size_t i = 0; i < LENGTH(versions); i++) {
		if (!(row->repeat & 1u << i))
			continue;
		variant.scene.version = versions[i].version;
		variant.version = (struct need){ versions[i].feature,
		    TLS_SUPPORT_PART };
		snprintf(variant.words, sizeof variant.words, " %s",
		    versions[i].name);
		add_keys(programme, variant);
	}
}

static void
clear(struct programme *programme)
{
	for (size_t i = 0; i < programme->num; i++) {
		free((char *)programme->tests[i].name);
		free(programme->shows[i].missing);
	}
	free(programme->tests);
	free(programme->shows);
}

int
main(void)
{
	struct tap tap;
	struct lab lab;
	struct programme programme = { &lab, NULL, NULL, 0 };
	int failed;

	tap_begin(&tap);
	lab_init(&lab, BACKEND);
	for (size_t i = 0; i < LENGTH(scenes); i++)
		for (size_t j = 0; scenes[i][j].name; j++)
			add_row(&programme, &scenes[i][j]);
	for (size_t i = 0; i < programme.num; i++)
		programme.tests[i].initial_state = &programme.shows[i];
	failed = _cmocka_run_group_tests(BACKEND, programme.tests,
	    programme.num, NULL, NULL);
	clear(&programme);
	lab_clear(&lab);
	return tap_end(&tap) || failed != 0;
}
