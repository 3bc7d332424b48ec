/* names/values.c - small registries of what extensions contain
 * SPDX-License-Identifier: Apache-2.0
 */
#include "names/values.h"

#include <stddef.h>

#include "names/names.h"
#include "tls_types.h"

static const struct {
	uint16_t registry;
	uint16_t number;
	const char *name;
} rows[] = {
#define VALUE(registry, number, name)	{ VALUES_##registry, number, name },
#include "names/values.def"
#undef VALUE
};

static const char *
name_of_suite(uint16_t number)
{
	const struct suite *suite = suite_find(number);

	return suite ? suite->iana : is_grease(number) ? "GREASE" : NULL;
}

static const char *
name_of_version(uint16_t number)
{
	char room[8];
	const char *label = version_label(number, room);

	return label == room ? NULL : label;
}

/* The registries with a table of their own. */
static const char *(*const tables[])(uint16_t number) = {
	[VALUES_SUITE] = name_of_suite,
	[VALUES_EXTENSION] = name_of_extension,
	[VALUES_GROUP] = name_of_group,
	[VALUES_SIGNATURE] = name_of_signature,
	[VALUES_VERSION] = name_of_version,
};

const char *
name_of_value(enum values registry, uint64_t number)
{
	size_t low = 0, high = sizeof rows / sizeof *rows;

	if (registry == VALUES_NONE)
		return NULL;
	if (registry <= VALUES_VERSION)
		return number > UINT16_MAX ? NULL :
		    tables[registry]((uint16_t)number);
	if (registry == VALUES_QUIC_PARAMETER && number % 31 == 27)
		return "GREASE";
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (rows[middle].registry < registry ||
		    (rows[middle].registry == registry &&
		    rows[middle].number < number))
			low = middle + 1;
		else
			high = middle;
	}
	return low < sizeof rows / sizeof *rows &&
	    rows[low].registry == registry && rows[low].number == number ?
	    rows[low].name : NULL;
}
