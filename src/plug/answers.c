/* answers.c - what a backend supports, probed on demand
 * SPDX-License-Identifier: Apache-2.0
 *
 * Every call into the module from here has a time limit.
 */
#include "plug/internal.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "plug/bounded.h"

/* Seconds that a call may take if POLYTLS_BACKEND_TIMEOUT is not set: enough to
 * make keys with an instrumented library on a busy machine. */
#define TIMEOUT_S	20
#define MOST_TIMEOUT_S	3600

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
	struct tls_backend backend;	/* with null for members that it
					 * lacks */
	struct tls_primitives primitives;
	pthread_mutex_t lock;		/* protects what follows */
	unsigned timeout_s;		/* seconds */
	struct bounded *bounded;	/* owned */
	bool hung;			/* a call did not return */
	struct tls_error timed_out;	/* if `hung`: the reason */
	struct tls_probe *probe;	/* null: not needed yet */
	bool failed;			/* it cannot be opened */
	struct tls_error why;		/* if `failed`: the reason */
	struct tls_answer answers[TLS_FEATURE_COUNT];
	struct numbers_known numbers[NUMBERS_COUNT];

	/* For the current call, which may outlive the plug. */
	struct tls_about about;
	struct tls_error err;
	bool started;
	enum tls_feature feature;
	struct tls_answer answer;
	size_t (*list)(uint16_t *out, size_t room);
	struct numbers_known listed;
};

/* The members of the contract that stand for a feature. */
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

static unsigned
timeout_s(void)
{
	const char *words = secure_getenv("POLYTLS_BACKEND_TIMEOUT");
	long seconds = words ? strtol(words, NULL, 10) : TIMEOUT_S;

	return seconds < 1 || seconds > MOST_TIMEOUT_S ? TIMEOUT_S :
	    (unsigned)seconds;
}

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
	known->timeout_s = timeout_s();
	known->bounded = bounded_new(known->timeout_s);
	plug->backend = &known->backend;
	plug->known = known;
	return plug;
}

/* A call that hangs still uses its arguments and its libraries, so they are not
 * freed. */
static void
free_known(struct plug_known *known)
{
	bounded_free(known->bounded);
	if (known->hung)
		return;
	if (known->probe)
		known->backend.probe_close(known->probe);
	for (size_t i = 0; i < NUMBERS_COUNT; i++)
		free(known->numbers[i].list);
	pthread_mutex_destroy(&known->lock);
	free(known);
}

void
plug_free(struct plug *plug)
{
	if (!plug)
		return;
	free_known(plug->known);
	free(plug->file);
	free(plug);
}

/* Calls into the module; `what` says what for, in the message if it hangs. */
static bool
call(struct plug_known *known, void (*question)(void *known),
    const char *what)
{
	if (known->hung)
		return false;
	if (bounded_call(known->bounded, question, known))
		return true;
	known->hung = true;
	return err_set(&known->timed_out, TLS_BLAME_FEATURE, "the %s backend "
	    "did not %s within %u seconds (POLYTLS_BACKEND_TIMEOUT)",
	    known->backend.name, what, known->timeout_s);
}

bool
plug_timed_out(const struct plug *plug, struct tls_error *err)
{
	struct plug_known *known = plug->known;
	bool hung;

	pthread_mutex_lock(&known->lock);
	hung = known->hung;
	if (hung)
		*err = known->timed_out;
	pthread_mutex_unlock(&known->lock);
	return hung;
}

/* ---- starting ----------------------------------------------------------- */

static void
do_start(void *user)
{
	struct plug_known *known = user;

	known->backend.about(&known->about);
	known->started = known->backend.start(&known->err);
}

static void
do_open(void *user)
{
	struct plug_known *known = user;

	known->probe = known->backend.probe_open(&known->err);
}

/* Opens the probe, if that has not been done yet. */
static bool
open_probe(struct plug_known *known)
{
	if (known->probe || known->failed)
		return !known->failed;
	known->err = (struct tls_error)TLS_ERROR_INIT;
	if (!call(known, do_open, "make room to try its features"))
		return false;
	known->failed = !known->probe;
	known->why = known->err;
	if (known->failed && !known->why.text[0])
		err_set(&known->why, TLS_BLAME_LIBRARY, "the %s backend cannot "
		    "be tried", known->backend.name);
	return !known->failed;
}

bool
plug_start(struct plug *plug, struct tls_error *err)
{
	struct plug_known *known = plug->known;
	bool ok;

	pthread_mutex_lock(&known->lock);
	known->err = (struct tls_error)TLS_ERROR_INIT;
	ok = call(known, do_start, "start");
	if (ok) {
		plug->about = known->about;
		ok = known->started;
		*err = known->err;
	}
	if (ok && !open_probe(known)) {
		ok = false;
		*err = known->why;
	}
	if (known->hung)
		*err = known->timed_out;
	pthread_mutex_unlock(&known->lock);
	if (!ok)
		err->blame = TLS_BLAME_FEATURE;
	return ok;
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

static void
do_answer(void *user)
{
	struct plug_known *known = user;

	known->answer = known->backend.answer(known->probe, known->feature);
}

static struct tls_answer
ask(struct plug_known *known, enum tls_feature feature)
{
	const struct tls_backend *backend = &known->backend;
	struct tls_answer answer;

	if (feature >= backend->num_features)
		return (struct tls_answer){ TLS_SUPPORT_NONE,
		    "the module is older than this feature of polytls" };
	if (!open_probe(known))
		return (struct tls_answer){ TLS_SUPPORT_NONE,
		    known->failed ? known->why.text : known->timed_out.text };
	known->feature = feature;
	if (!call(known, do_answer, "say what it can"))
		return (struct tls_answer){ TLS_SUPPORT_NONE,
		    known->timed_out.text };
	answer = known->answer;
	if (answer.support == TLS_SUPPORT_UNANSWERED)
		return (struct tls_answer){ TLS_SUPPORT_NONE,
		    "the module gives no answer" };
	if (answer.support > TLS_SUPPORT_NONE && !has_member(backend, feature))
		return (struct tls_answer){ TLS_SUPPORT_NONE, "the module says "
		    "that it can, but lacks the function for it: it is wrong, "
		    "or older than this part of the contract" };
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
do_list(void *user)
{
	struct plug_known *known = user;
	struct numbers_known *listed = &known->listed;
	size_t room = 256, num;

	/* Mostly once: a library may have to look for all of them. */
	listed->list = mem_zero(room, sizeof *listed->list);
	num = known->list(listed->list, room);
	if (num > room) {
		listed->list = mem_grow(listed->list,
		    num * sizeof *listed->list);
		room = num;
		num = known->list(listed->list, room);
	}
	listed->num = num < room ? num : room;
}

static struct plug_numbers
numbers_of(const struct plug *plug, enum numbers which,
    size_t (*list)(uint16_t *out, size_t room))
{
	struct plug_known *known = plug->known;
	struct numbers_known *numbers = &known->numbers[which];

	pthread_mutex_lock(&known->lock);
	if (!numbers->asked) {
		known->list = list;
		if (call(known, do_list, "list what it has"))
			*numbers = known->listed;
		numbers->asked = true;
	}
	pthread_mutex_unlock(&known->lock);
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
