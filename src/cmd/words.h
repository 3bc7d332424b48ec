/* cmd/words.h - printing about backends, for this room only
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

/* Prints `words` at column `column`, wrapped, with further lines indented by
 * `indent`. */
void words_wrap(const char *words, size_t column, size_t indent);

/* A JSON string of bytes that may not be UTF-8: a path, or a library's
 * words. */
json_t *words_json(const char *string);

/* The same; JSON's null if `string` is null or empty. */
json_t *words_json_or_null(const char *string);

/* Name, module and versions of a backend, as members of an object. */
json_t *words_identity(const struct plugs_entry *entry);

/* Prints `root`, which is taken. */
void words_print_json(json_t *root);

/* Prints the keys of -expect and their values, by the table. */
void words_print_keys(void);

/* Prints why backends do not load. */
void words_print_failures(const struct plugs_list *all);

#endif
