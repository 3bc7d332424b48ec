/* option.c - looking up options in a table
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/option.h"

#include <string.h>

#include "base/text.h"

const struct option *
option_find(const struct option_table *table, const char *name, size_t len)
{
	for (size_t i = 0; i < table->num; i++)
		if (strlen(table->list[i].name) == len &&
		    !memcmp(table->list[i].name, name, len))
			return &table->list[i];
	return NULL;
}

const char *
option_instead(const struct option_table *table, const char *name)
{
	const size_t len = strlen(name);

	for (size_t i = 0; i < table->num_absent; i++) {
		const char *at = table->absent[i].names;

		while (len && *at) {
			size_t word = strcspn(at, " ");

			if (word == len && !memcmp(at, name, len))
				return table->absent[i].instead;
			at += word;
			at += *at == ' ';
		}
	}
	return NULL;
}

const struct option *
option_nearest(const struct option_table *table, const char *name)
{
	const struct option *nearest = NULL;
	size_t len = strlen(name);
	/* One typing error in four letters still looks alike. */
	unsigned best = len < 4 ? 1 : (unsigned)(len + 1) / 4;

	if (len == 0)
		return NULL;
	for (size_t i = 0; i < table->num; i++) {
		const struct option *option = &table->list[i];
		unsigned far = text_distance(name, option->name);

		/* An abbreviation: refused like any other, but understood. */
		if (len >= 3 && !strncmp(name, option->name, len))
			far = far < 1 ? far : 1;
		if (far < best || (far == best && !nearest)) {
			best = far;
			nearest = option;
		}
	}
	return nearest;
}
