/* cmd/words.h - what is told of backends, inside this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct plugs *plugs = plugs_new();
 *	const struct plugs_list all = plugs_entries(plugs);
 *
 *	words_print_failures(&all);
 *	plugs_free(plugs);
 */
#ifndef CMD_WORDS_H
#define CMD_WORDS_H

#include <jansson.h>

#include "plug/plugs.h"

/* Prints `words` after `column` columns that are already there, the lines
 * after the first indented by `indent`. */
void words_wrap(const char *words, size_t column, size_t indent);

/* A string that may not be UTF-8: a path, or a library's words. */
json_t *words_json(const char *string);

/* The same, or JSON's null where it is null or empty. */
json_t *words_json_or_null(const char *string);

/* Name, module and versions of a backend, as members of an object. */
json_t *words_identity(const struct plugs_entry *entry);

/* Prints `root`, which is taken. */
void words_print_json(json_t *root);

/* Prints why some do not load. */
void words_print_failures(const struct plugs_list *all);

#endif
