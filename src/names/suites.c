/* names/suites.c - cipher suites by number and by name
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <strings.h>

#include "names/names.h"
#include "tls_types.h"

#define WEAK	true
#define FAIR	false

static const struct suite suites[] = {
#define SUITE(number, name, openssl_name, first, last, from, quality) \
	{ number, name, openssl_name, TLS_VERSION_##first, \
	    TLS_VERSION_##last, from, quality },
#define OTHER(number, name, first, last, from, quality) \
	SUITE(number, name, name, first, last, from, quality)
#include "names/suites.def"
#undef OTHER
#undef SUITE
};

#define NUM_SUITES	(sizeof suites / sizeof *suites)

const struct suite *
suite_find(uint16_t id)
{
	size_t low = 0, high = NUM_SUITES;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (suites[middle].id == id)
			return &suites[middle];
		if (suites[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

const struct suite *
suite_named(const char *name)
{
	for (size_t i = 0; i < NUM_SUITES; i++)
		if (strcasecmp(suites[i].iana, name) == 0 ||
		    strcasecmp(suites[i].openssl, name) == 0)
			return &suites[i];
	return NULL;
}

const char *
suite_label(uint16_t id, char *room)
{
	const struct suite *suite = suite_find(id);

	if (suite)
		return suite->openssl;
	if (is_grease(id))
		return "GREASE";
	snprintf(room, 8, "0x%04x", id);
	return room;
}
