/* plug/plug.h - finding a backend, and questioning it
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct plug *plug = plug_load("gnutls", &err);
 *
 *	if (!plug)
 *		return err_exit_status(&err);
 *	if (plug->answers[TLS_FEATURE_TLS1_3].support == TLS_SUPPORT_NONE)
 *		puts(plug->answers[TLS_FEATURE_TLS1_3].note);
 *
 * Rules.  A plug is a loaded and probed backend.  Built-in ones come first,
 * then the directories of POLYTLS_BACKEND_PATH (between colons; ignored when
 * the program runs with raised rights), then the directory compiled in.  A
 * module is opened RTLD_NOW | RTLD_LOCAL and never unloaded.
 */
#ifndef PLUG_PLUG_H
#define PLUG_PLUG_H

#include "tls_backend.h"

struct plug {
	const struct tls_backend *backend;
	struct tls_answer answers[TLS_FEATURE_COUNT];
	struct tls_about about;
	char *file;		/* of the module; null: linked in */
	/* What `suites`, `groups` and `signatures` name; owned. */
	uint16_t *suites, *groups, *signatures;
	size_t num_suites, num_groups, num_signatures;
};

/* Finds, loads, checks and probes the backend called `name`.  Null: CONFIG
 * where there is none of that name (the text lists those there are) or it
 * was built for another contract, FEATURE where its library cannot be used.
 * Never freed before plug_free: libraries stay. */
struct plug *plug_load(const char *name, struct tls_error *err);
void plug_free(struct plug *plug);	/* the memory; the module stays */

/* The names of all backends that could be loaded, sorted, ended by a null;
 * free with plug_names_free. */
char **plug_names(void);
void plug_names_free(char **names);

/* The name used without -backend. */
const char *plug_default_name(void);

/* "full", "part", "noop", "none". */
const char *plug_support_name(enum tls_support support);
/* The name and meaning of a feature. */
const char *plug_feature_name(enum tls_feature feature);
const char *plug_feature_meaning(enum tls_feature feature);

/* False with blame FEATURE and one line, "backend: option: reason", unless
 * the answer to `feature` is better than NONE.  `option` as the user typed
 * it, with its dash. */
bool plug_require(const struct plug *plug, enum tls_feature feature,
    const char *option, struct tls_error *err);

#endif
