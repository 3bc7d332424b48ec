/* table.c - scenes: what a backend says of itself
 * SPDX-License-Identifier: Apache-2.0
 */
#include "scene.h"

#include <string.h>

static void
fills_every_mandatory_member(const struct scene *scene)
{
	const struct tls_backend *b = scene->lab->plug->backend;

	assert_int_equal(b->abi, TLS_BACKEND_ABI);
	assert_int_equal(b->size, sizeof *b);
	assert_string_equal(b->name, BACKEND);
	assert_int_equal(b->num_features, TLS_FEATURE_COUNT);
	assert_true(b->about && b->start && b->suites);
	assert_true(b->probe_open && b->probe_close && b->answer);
	assert_true(b->groups && b->signatures);
	assert_true(b->server_open && b->server_close);
	assert_true(b->session_open && b->session_close);
	assert_true(b->handshake && b->read && b->write && b->goodbye);
	assert_non_null(b->facts);
}

static void
says_what_library_it_is(const struct scene *scene)
{
	struct tls_about about = { NULL, NULL, NULL, NULL, "" };

	scene->lab->plug->backend->about(&about);
	assert_non_null(about.library);
	assert_non_null(about.built);
	assert_non_null(about.running);
	assert_non_null(about.file);
	assert_true(about.library[0] != '\0');
	assert_true(about.built[0] != '\0');
	assert_true(about.running[0] != '\0');
}

static void
null_pointers_and_answers_agree(const struct scene *scene)
{
	const struct tls_backend *b = scene->lab->plug->backend;
	const struct {
		enum tls_feature feature;
		bool has;
	} marked[] = {
		{ TLS_FEATURE_RENEGOTIATE, b->renegotiate != NULL },
		{ TLS_FEATURE_POST_HANDSHAKE_AUTH,
		    b->ask_certificate != NULL },
		{ TLS_FEATURE_KEY_UPDATE, b->key_update != NULL },
		{ TLS_FEATURE_MAKE_KEY, b->primitives != NULL },
		{ TLS_FEATURE_EXPORTER, b->export_keys != NULL },
		{ TLS_FEATURE_EARLY_DATA, b->read_early != NULL },
		{ TLS_FEATURE_RANDOM_SEED, b->seed != NULL },
		{ TLS_FEATURE_KEY_PKCS12, b->unpack != NULL },
	};

	for (size_t i = 0; i < sizeof marked / sizeof *marked; i++) {
		bool none = lab_support(scene->lab, marked[i].feature) ==
		    TLS_SUPPORT_NONE;

		if (marked[i].has == none)
			fail_msg("%s: the answer is %s, the pointer is %s",
			    plug_feature_name(marked[i].feature),
			    none ? "none" : "not none",
			    marked[i].has ? "set" : "null");
	}
}

static void
answers_every_feature(const struct scene *scene)
{
	for (int i = 0; i < TLS_FEATURE_COUNT; i++) {
		enum tls_support support =
		    lab_support(scene->lab, (enum tls_feature)i);

		if (support <= TLS_SUPPORT_UNANSWERED ||
		    support > TLS_SUPPORT_FULL)
			fail_msg("%s is not answered",
			    plug_feature_name((enum tls_feature)i));
	}
}

static void
every_answer_but_full_has_a_note(const struct scene *scene)
{
	for (int i = 0; i < TLS_FEATURE_COUNT; i++) {
		struct tls_answer answer = plug_answer(scene->lab->plug,
		    (enum tls_feature)i);
		const char *name = plug_feature_name((enum tls_feature)i);
		size_t len;

		if (answer.support == TLS_SUPPORT_FULL)
			continue;
		if (!answer.note || !answer.note[0])
			fail_msg("%s has no note", name);
		len = strlen(answer.note);
		if (answer.note[len - 1] == '.' ||
		    strchr(answer.note, '\n'))
			fail_msg("%s: a note is one clause without a full "
			    "stop: %s", name, answer.note);
	}
}

static void
every_correction_has_a_name_and_words(const struct scene *scene)
{
	const struct tls_backend *b = scene->lab->plug->backend;

	for (size_t i = 0; i < b->num_corrections; i++) {
		const struct tls_correction *row = &b->corrections[i];
		size_t len = strlen(row->name);

		if (len == 0 || strspn(row->name, "abcdefghijklmnopqrstuvwxyz"
		    "0123456789_") != len)
			fail_msg("\"%s\" is no name", row->name);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(row->name,
			    b->corrections[j].name);
		assert_in_range(row->feature, 0, TLS_FEATURE_COUNT - 1);
		len = strlen(row->what);
		if (len == 0 || row->what[len - 1] == '.')
			fail_msg("%s: one clause without a full stop: %s",
			    row->name, row->what);
	}
}

/* Features are tried when they are asked for: what is found of one must not
 * rest on what was asked before it. */
static void
answers_the_same_whatever_is_asked_first(const struct scene *scene)
{
	const struct plug *plug = scene->lab->plug;
	const struct tls_backend *b = plug->backend;

	for (int i = 0; i < TLS_FEATURE_COUNT; i++) {
		enum tls_feature feature = (enum tls_feature)i;
		struct tls_answer later = plug_answer(plug, feature), first;
		struct tls_error err = TLS_ERROR_INIT;
		struct tls_probe *probe = b->probe_open(&err);

		assert_non_null(probe);
		first = b->answer(probe, feature);
		b->probe_close(probe);
		if (first.support != later.support)
			fail_msg("%s: %s when it is asked for first, then %s",
			    plug_feature_name(feature),
			    plug_support_name(first.support),
			    plug_support_name(later.support));
	}
}

static void
names_each_suite_once(const struct scene *scene)
{
	struct plug_numbers suites = plug_suites(scene->lab->plug);

	assert_true(suites.num > 0);
	for (size_t i = 0; i < suites.num; i++)
		for (size_t j = 0; j < i; j++)
			if (suites.list[i] == suites.list[j])
				fail_msg("suite %04x is named twice",
				    suites.list[i]);
}

static void
suites_stay_within_their_room(const struct scene *scene)
{
	const struct plug *plug = scene->lab->plug;
	uint16_t few[3] = { 0xffff, 0xffff, 0xffff };

	assert_int_equal(plug->backend->suites(NULL, 0), plug_suites(plug).num);
	assert_int_equal(plug->backend->suites(few, 2), plug_suites(plug).num);
	assert_int_equal(few[2], 0xffff);
}

/* What is open notices nothing of it. */
static void
closes_nothing_without_harm(const struct scene *scene)
{
	const struct tls_backend *backend = scene->lab->plug->backend;
	struct stage stage;
	struct pair pair;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	backend->session_close(NULL);
	backend->server_close(NULL);
	pair_start_raw(&pair, (struct tls_span){ NULL, 0 });
	backend->session_close(NULL);
	backend->server_close(NULL);
	assert_int_not_equal(backend->handshake(pair.session, &pair.err),
	    TLS_FAILED);
	pair_clear(&pair);
}

/* Whatever was in the struct before: here, nothing that a fact could be. */
static void
sets_every_fact(const struct scene *scene)
{
	struct stage stage;
	struct pair pair;
	struct tls_facts facts;

	scene_stage(scene, &stage);
	scene_pair(scene, &stage, &pair);
	pair_start_raw(&pair, (struct tls_span){ NULL, 0 });
	memset(&facts, 0xa5, sizeof facts);
	pair.backend->facts(pair.session, &facts);
	assert_in_range(facts.resumed, TLS_UNKNOWN, TLS_NO);
	assert_in_range(facts.extended_master, TLS_UNKNOWN, TLS_NO);
	assert_in_range(facts.secure_renegotiation, TLS_UNKNOWN, TLS_NO);
	assert_in_range(facts.status_sent, TLS_UNKNOWN, TLS_NO);
	assert_int_equal(facts.suite, 0);
	assert_int_equal(facts.group, 0);
	assert_int_equal(facts.signature, 0);
	assert_int_equal(facts.peer_signature, 0);
	assert_int_equal(facts.identity, -1);
	assert_int_equal(facts.alpn.len, 0);
	assert_int_equal(facts.npn.len, 0);
	assert_int_equal(facts.psk_identity.len, 0);
	assert_int_equal(facts.secret.len, 0);
	assert_int_equal(facts.num_peer_chain, 0);
	pair_clear(&pair);
}

/* A row for each promise that can be checked without a connection. */
const struct scene_row scenes_of_the_table[] = {
	{ "fills_every_mandatory_member", fills_every_mandatory_member, ONCE,
	  { NOTHING } },
	{ "says_what_library_it_is", says_what_library_it_is, ONCE,
	  { NOTHING } },
	{ "answers_every_feature", answers_every_feature, ONCE, { NOTHING } },
	{ "null_pointers_and_answers_agree", null_pointers_and_answers_agree,
	  ONCE, { NOTHING } },
	{ "every_answer_but_full_has_a_note", every_answer_but_full_has_a_note,
	  ONCE, { NOTHING } },
	{ "every_correction_has_a_name_and_words",
	  every_correction_has_a_name_and_words, ONCE, { NOTHING } },
	{ "answers_the_same_whatever_is_asked_first",
	  answers_the_same_whatever_is_asked_first, ONCE, { NOTHING } },
	{ "names_each_suite_once", names_each_suite_once, ONCE, { NOTHING } },
	{ "suites_stay_within_their_room", suites_stay_within_their_room, ONCE,
	  { NOTHING } },
	{ "closes_nothing_without_harm", closes_nothing_without_harm, ONCE,
	  { NOTHING } },
	{ "sets_every_fact", sets_every_fact, ONCE, { NOTHING } },
	{ NULL, NULL, 0, { NOTHING } },
};
