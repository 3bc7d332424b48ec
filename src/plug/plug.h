/* plug/plug.h - finding a backend, and asking what it supports
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct plug *plug = plug_load("gnutls", &err);
 *
 *	if (!plug)
 *		return err_exit_status(&err);
 *	if (plug_answer(plug, TLS_FEATURE_TLS1_3).support == TLS_SUPPORT_NONE)
 *		puts(plug_answer(plug, TLS_FEATURE_TLS1_3).note);
 *
 * Rules.
 *
 * - A plug is a backend that was loaded and started.  Built-in ones come
 *   first, then the directories of POLYTLS_BACKEND_PATH (between colons;
 *   ignored when the program runs with raised rights), then the directory
 *   compiled in.
 * - A module is opened RTLD_NOW | RTLD_LOCAL and never unloaded.
 * - A feature is tried when somebody asks for it, and once; so are the lists
 *   of numbers.  Any thread may ask.
 * - A module has 20 seconds for a call (POLYTLS_BACKEND_TIMEOUT says how many)
 *   while it is started and asked.  One that takes longer is not called again:
 *   plug_timed_out says so, and what it has not answered by then is NONE.
 */
#ifndef PLUG_PLUG_H
#define PLUG_PLUG_H

#include "tls_backend.h"

struct plug_known;		/* what it has answered: answers.c */

struct plug {
	/* As this program knows the contract: null for members that were added
	 * after the module was built. */
	const struct tls_backend *backend;
	struct tls_about about;
	char *file;		/* path of the module, owned; null: linked in */
	struct plug_known *known;	/* owned */
};

/* Finds, loads, checks and starts the backend called `name`; free with
 * plug_free.  Null with blame CONFIG if there is none of that name (the text
 * lists those there are) or it was built for another contract, FEATURE if its
 * library cannot be used. */
struct plug *plug_load(const char *name, struct tls_error *err);
void plug_free(struct plug *plug);	/* the memory; the module stays */

/* Finds a file where modules are looked for, and puts its path into `path`;
 * false if there is none. */
struct buf;
bool plug_find(const char *file, struct buf *path);

/* A plug of a backend that is in memory already, neither checked nor
 * started. */
struct plug *plug_new(const struct tls_backend *backend);

/* What the backend answers for `feature`: never UNANSWERED, and with a note
 * unless it is FULL. */
struct tls_answer plug_answer(const struct plug *plug,
    enum tls_feature feature);

/* Whether that is better than NONE. */
bool plug_can(const struct plug *plug, enum tls_feature feature);

/* Whether a call to the backend took too long; `err` then says which, with
 * blame FEATURE, and the backend must not be used any more. */
bool plug_timed_out(const struct plug *plug, struct tls_error *err);

/* Sets the answer to `feature` without trying it. */
void plug_set_answer(struct plug *plug, enum tls_feature feature,
    struct tls_answer answer);

/* A list of numbers, owned by the plug. */
struct plug_numbers {
	const uint16_t *list;
	size_t num;
};

/* The lists of `suites`, `groups` and `signatures` of the backend. */
struct plug_numbers plug_suites(const struct plug *plug);
struct plug_numbers plug_groups(const struct plug *plug);
struct plug_numbers plug_signatures(const struct plug *plug);

/* The names of all backends that could be loaded, sorted, with a null at the
 * end; free with plug_names_free. */
char **plug_names(void);
void plug_names_free(char **names);

/* The name of the backend used without -backend. */
const char *plug_default_name(void);

/* "full", "part", "noop", "none". */
const char *plug_support_name(enum tls_support support);
/* The name and meaning of a feature. */
const char *plug_feature_name(enum tls_feature feature);
const char *plug_feature_meaning(enum tls_feature feature);

/* False with blame FEATURE and one line, "backend: option: reason", unless the
 * answer to `feature` is better than NONE.  `option` is as the user typed it,
 * with its dash. */
bool plug_require(const struct plug *plug, enum tls_feature feature,
    const char *option, struct tls_error *err);

#endif
