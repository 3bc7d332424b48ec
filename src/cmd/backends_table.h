/* cmd/backends_table.h - every option of s_server on every backend
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct plugs_list all = plugs_entries(plugs);
 *
 *	backends_table_print(&all);
 *
 * Only for backends that load and serve TLS.
 */
#ifndef CMD_BACKENDS_TABLE_H
#define CMD_BACKENDS_TABLE_H

#include <jansson.h>

#include "plug/plugs.h"

/* Prints a table with notes below it. */
void backends_table_print(const struct plugs_list *all);

/* The same as an object with one member, "options". */
json_t *backends_table_json(const struct plugs_list *all);

/* Prints it as a part of the manual page, in man(7) with tbl(1). */
void backends_table_print_manual(const struct plugs_list *all);

#endif
