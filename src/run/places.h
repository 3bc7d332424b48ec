/* run/places.h - placeholders and variables, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct places places = { .values = { [PLACE_PORT] = "4433" } };
 *	struct buf word = BUF_INIT;
 *
 *	if (places_fill(&places, "localhost:{port}", &word, &err))
 *		puts(buf_string(&word));
 */
#ifndef RUN_PLACES_H
#define RUN_PLACES_H

#include "base/buf.h"

enum place {
#define P(id, name, variable, about) PLACE_##id,
#include "run/places.def"
#undef P
	PLACE_COUNT
};

/* What the placeholders stand for; borrowed, null: there is none. */
struct places {
	const char *values[PLACE_COUNT];
};

/* Adds `word` with its placeholders replaced: "{" and a name of small letters
 * and "_" and "}".  "{{" becomes "{"; any other "{" stays, and one after "$" or
 * "%".  False with blame CONFIG for a name that is none, or one that there is
 * nothing for. */
bool places_fill(const struct places *places, const char *word,
    struct buf *out, struct tls_error *err);

/* Whether `word` has a placeholder that is no name of one. */
bool places_check(const char *word, struct tls_error *err);

/* Whether `word` uses the placeholder. */
bool places_uses(const char *word, enum place place);

/* The environment of this process, with the variables of `places` in place of
 * those of their names, and with `file` in the place of those that name the
 * certificates to trust, unless it is null.  Free with places_free_environment.
 */
char **places_environment(const struct places *places, const char *file);
void places_free_environment(char **environment);

#endif
