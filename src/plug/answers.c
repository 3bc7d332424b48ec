/* answers.c - what a backend can, asked for when somebody wants to know
 * SPDX-License-Identifier: Apache-2.0
 */
#include "plug/plug.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

enum numbers {
	NUMBERS_SUITES,
	NUMBERS_GROUPS,
	NUMBERS_SIGNATURES,
	NUMBERS_COUNT
};

struct numbers_known {
	uint16_t *list;			/* owned */
	size_t num;
	bool asked;
};

struct plug_known {
	struct tls_backend backend;	/* as this program knows it */
	struct tls_primitives primitives;
	pthread_mutex_t lock;		/* of all that follows */
	struct tls_probe *probe;	/* or null: not needed yet */
	struct tls_error failed;	/* why there is no probe */
	struct tls_answer answers[TLS_FEATURE_COUNT];
	struct numbers_known numbers[NUMBERS_COUNT];
};

/* What stands for a feature in the contract. */
static const struct {
	enum tls_feature feature;
	size_t offset;
} members[] = {
#define M(feature, name) \
	{ TLS_FEATURE_##feature, offsetof(struct tls_backend, name) },
	M(RENEGOTIATE, renegotiate)
	M(POST_HANDSHAKE_AUTH, ask_certificate)
	M(KEY_UPDATE, key_update)
	M(RANDOM_SEED, seed)
	M(KEY_PKCS12, unpack)
	M(MAKE_KEY, primitives)
	M(EXPORTER, export_keys)
	M(EARLY_DATA, read_early)
#undef M
};

/* ---- the plug ----------------------------------------------------------- */

struct plug *
plug_new(const struct tls_backend *backend)
{
	struct plug *plug = mem_zero(1, sizeof *plug);
	struct plug_known *known = mem_zero(1, sizeof *known);

	memcpy(&known->backend, backend, backend->size);
	if (known->backend.primitives) {
		memcpy(&known->primitives, known->backend.primitives,
		    known->backend.primitives->size <
		    sizeof known->primitives ?
		    known->backend.primitives->size :
		    sizeof known->primitives);
		known->backend.primitives = &known->primitives;
	}
	pthread_mutex_init(&known->lock, NULL);
	plug->backend = &known->backend;
	plug->known = known;
	return plug;
}

void
plug_free(struct plug *plug)
{
	if (!plug)
		return;
	if (plug->known->probe)
		plug->backend->probe_close(plug->known->probe);
	for (size_t i = 0; i < NUMBERS_COUNT; i++)
		free(plug->known->numbers[i].list);
	pthread_mutex_destroy(&plug->known->lock);
	free(plug->known);
	free(plug->file);
	free(plug);
}

/* ---- features ----------------------------------------------------------- */

static bool
has_member(const struct tls_backend *backend, enum tls_feature feature)
{
	void *member;

	for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
		memcpy(&member, (const char *)backend + members[i].offset,
		    sizeof member);
		if (members[i].feature == feature && !member)
			return false;
	}
	return true;
}

static struct tls_answer
ask(struct plug_known *known, enum tls_feature feature)
{
	const struct tls_backend *backend = &known->backend;
	struct tls_answer answer;

	if (feature >= backend->num_features)
		return (struct tls_answer){ TLS_SUPPORT_NONE,
		    "the module is older than this feature of polytls" };
	if (!known->probe && !known->failed.blame) {
		known->failed = (struct tls_error)TLS_ERROR_INIT;
		known->probe = backend->probe_open(&known->failed);
		if (!known->probe)
			known->failed.blame = TLS_BLAME_LIBRARY;
	}
	if (!known->probe)
		return (struct tls_answer){ TLS_SUPPORT_NONE,
		    known->failed.text[0] ? known->failed.text :
		    "the library cannot be tried" };
	answer = backend->answer(known->probe, feature);
	if (answer.support == TLS_SUPPORT_UNANSWERED)
		return (struct tls_answer){ TLS_SUPPORT_NONE,
		    "the module gives no answer" };
	if (answer.support > TLS_SUPPORT_NONE && !has_member(backend, feature))
		return (struct tls_answer){ TLS_SUPPORT_NONE, "the module says "
		    "that it can, but lacks the function for it" };
	if (answer.support != TLS_SUPPORT_FULL && !answer.note)
		answer.note = "the module does not say why";
	return answer;
}

struct tls_answer
plug_answer(const struct plug *plug, enum tls_feature feature)
{
	struct plug_known *known = plug->known;
	struct tls_answer answer;

	pthread_mutex_lock(&known->lock);
	if (known->answers[feature].support == TLS_SUPPORT_UNANSWERED)
		known->answers[feature] = ask(known, feature);
	answer = known->answers[feature];
	pthread_mutex_unlock(&known->lock);
	return answer;
}

bool
plug_can(const struct plug *plug, enum tls_feature feature)
{
	return plug_answer(plug, feature).support > TLS_SUPPORT_NONE;
}

void
plug_set_answer(struct plug *plug, enum tls_feature feature,
    struct tls_answer answer)
{
	pthread_mutex_lock(&plug->known->lock);
	plug->known->answers[feature] = answer;
	pthread_mutex_unlock(&plug->known->lock);
}

/* ---- lists of numbers --------------------------------------------------- */

static void
ask_numbers(struct numbers_known *numbers,
    size_t (*list)(uint16_t *out, size_t room))
{
	size_t room = list(NULL, 0);

	numbers->list = mem_zero(room, sizeof *numbers->list);
	numbers->num = list(numbers->list, room);
	if (numbers->num > room)
		numbers->num = room;
	numbers->asked = true;
}

static struct plug_numbers
numbers_of(const struct plug *plug, enum numbers which,
    size_t (*list)(uint16_t *out, size_t room))
{
	struct numbers_known *numbers = &plug->known->numbers[which];

	pthread_mutex_lock(&plug->known->lock);
	if (!numbers->asked)
		ask_numbers(numbers, list);
	pthread_mutex_unlock(&plug->known->lock);
	return (struct plug_numbers){ numbers->list, numbers->num };
}

struct plug_numbers
plug_suites(const struct plug *plug)
{
	return numbers_of(plug, NUMBERS_SUITES, plug->backend->suites);
}

struct plug_numbers
plug_groups(const struct plug *plug)
{
	return numbers_of(plug, NUMBERS_GROUPS, plug->backend->groups);
}

struct plug_numbers
plug_signatures(const struct plug *plug)
{
	return numbers_of(plug, NUMBERS_SIGNATURES,
	    plug->backend->signatures);
}
