/* exporter.c - scenes: keying material that both sides get of a session
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 5705; RFC 8446, 7.5
 */
#include "scene.h"

#include <string.h>

#define MAX_LEN	300

/* What each side makes of it is the same. */
static void
compare(struct pair *pair, const char *label, struct tls_span context,
    size_t len, uint8_t ours[MAX_LEN])
{
	uint8_t theirs[MAX_LEN];

	memset(ours, 0, MAX_LEN);
	if (pair->backend->export_keys(pair->session, label, context, ours,
	    len, &pair->err) != TLS_OK)
		fail_msg("%s", pair->err.text);
	assert_int_equal(SSL_export_keying_material(pair->client->ssl, theirs,
	    len, label, strlen(label), context.data, context.len,
	    context.data != NULL), 1);
	assert_memory_equal(ours, theirs, len);
	/* and nothing beyond */
	for (size_t i = len; i < MAX_LEN; i++)
		assert_int_equal(ours[i], 0);
}

static void
exports_what_the_client_exports(const struct scene *scene)
{
	static const size_t lens[] = { 1, 20, 32, 200 };
	const struct tls_span contexts[] = {
		{ NULL, 0 }, { (const uint8_t *)"", 0 },
		span_of("a context"),
	};
	struct stage stage;
	struct pair pair;
	uint8_t ours[MAX_LEN];

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	for (size_t i = 0; i < sizeof lens / sizeof *lens; i++)
		for (size_t j = 0; j < 3; j++)
			compare(&pair, "EXPORTER-polytls", contexts[j],
			    lens[i], ours);
	pair_talk(&pair);
	pair_clear(&pair);
}

/* Without the extended master secret (RFC 7627) it is still defined. */
static void
exports_with_an_old_master_secret(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint8_t ours[MAX_LEN];

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair.options.no_extended_master = true;
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	assert_int_equal(SSL_get_extms_support(pair.client->ssl), 0);
	compare(&pair, "EXPORTER-polytls", span_of("a context"), 32, ours);
	compare(&pair, "EXPORTER-polytls", (struct tls_span){ NULL, 0 }, 32,
	    ours);
	pair_clear(&pair);
}

static void
exports_by_its_label(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	uint8_t one[MAX_LEN], other[MAX_LEN];

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	compare(&pair, "EXPORTER-one", span_of("x"), 32, one);
	compare(&pair, "EXPORTER-other", span_of("x"), 32, other);
	assert_memory_not_equal(one, other, 32);
	pair_clear(&pair);
}

/* A library may draw a line, and says so: "part".  It never hands out less, or
 * bytes of its own. */
static void
exports_many_bytes_or_says_why_not(const struct scene *scene)
{
	const struct tls_span none = { NULL, 0 };
	struct stage stage;
	struct pair pair;
	uint8_t ours[MAX_LEN], theirs[MAX_LEN];
	enum tls_status status;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_run(&pair);
	assert_pair(&pair, pair.phase == PHASE_OPEN);
	status = pair.backend->export_keys(pair.session, "EXPORTER-many",
	    none, ours, sizeof ours, &pair.err);
	assert_int_equal(SSL_export_keying_material(pair.client->ssl, theirs,
	    sizeof theirs, "EXPORTER-many", 13, NULL, 0, 0), 1);
	assert_true(status == TLS_OK ?
	    !memcmp(ours, theirs, sizeof ours) :
	    status == TLS_UNSUPPORTED && pair.err.text[0] != '\0' &&
	    lab_support(scene->lab, TLS_FEATURE_EXPORTER) < TLS_SUPPORT_FULL);
	pair_talk(&pair);
	pair_clear(&pair);
}

const struct scene_row scenes_of_exporting[] = {
	{ "exports_what_the_client_exports", exports_what_the_client_exports,
	  EACH_VERSION, { NEED(EXPORTER) } },
	{ "exports_with_an_old_master_secret",
	  exports_with_an_old_master_secret, UP_TO_TLS1_2,
	  { NEED(EXPORTER) } },
	{ "exports_by_its_label", exports_by_its_label, EACH_VERSION,
	  { NEED(EXPORTER) } },
	{ "exports_many_bytes_or_says_why_not",
	  exports_many_bytes_or_says_why_not, EACH_VERSION,
	  { NEED(EXPORTER) } },
	{ NULL, NULL, 0, { NOTHING } },
};
