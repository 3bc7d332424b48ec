/* cmd/found.h - what is told of backends, inside this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct found_all all;
 *
 *	found_find(&all);
 *	for (size_t i = 0; i < all.num; i++)
 *		puts(all.list[i].name);
 *	found_clear(&all);
 */
#ifndef CMD_FOUND_H
#define CMD_FOUND_H

#include <jansson.h>

#include "plug/plug.h"

/* A backend, or why it is none. */
struct found {
	const char *name;		/* borrowed from `names` */
	struct plug *plug;		/* owned; null: it does not load */
	struct tls_error err;
};

struct found_all {
	char **names;
	struct found *list;
	size_t num;
	size_t num_loaded;
};

void found_find(struct found_all *all);
void found_clear(struct found_all *all);

/* Prints `words` behind `column` columns that are already there, the lines
 * after the first indented by `indent`. */
void found_wrap(const char *words, size_t column, size_t indent);

/* A string that may not be UTF-8: a path, or a library's words. */
json_t *found_text(const char *string);

/* The same, or JSON's null where it is null or empty. */
json_t *found_text_or_null(const char *string);

/* Name, module and versions of one, as members of an object. */
json_t *found_identity(const struct found *found);

/* Prints `root`, which is taken. */
void found_print_json(json_t *root);

/* Why some do not load. */
void found_print_failures(const struct found_all *all);

bool found_is_default(const struct found *found);

/* Every option of s_server on every backend that loads, as a table with notes;
 * as the value of "options"; and as a part of the manual page, in man(7) with
 * tbl(1). */
void able_print(const struct found_all *all);
json_t *able_json(const struct found_all *all);
void able_print_manual(const struct found_all *all);

#endif
