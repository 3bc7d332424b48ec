/* names/suites.c - cipher suites by number and by name
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
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

/* ---- looking many names up ---------------------------------------------- */

#define BUCKETS		1024	/* a power of two */

/* Numbers of names plus 1, 0 for none: suite i has the names 2i and 2i + 1. */
struct suite_names {
	uint16_t first[BUCKETS];
	uint16_t next[2 * NUM_SUITES];
};

/* FNV-1a, of small letters. */
static uint32_t
bucket_of(struct tls_span name)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (name.data[i] | 0x20u)) * 16777619u;
	return (hash ^ hash >> 16) & (BUCKETS - 1);
}

static const char *
name_at(size_t i)
{
	return i % 2 ? suites[i / 2].openssl : suites[i / 2].iana;
}

struct suite_names *
suite_names_new(void)
{
	struct suite_names *names = mem_zero(1, sizeof *names);

	/* The first one of its name is found first. */
	for (size_t i = 2 * NUM_SUITES; i-- > 0;) {
		uint16_t *first = &names->first[bucket_of(
		    span_of(name_at(i)))];

		names->next[i] = *first;
		*first = (uint16_t)(i + 1);
	}
	return names;
}

void
suite_names_free(struct suite_names *names)
{
	free(names);
}

const struct suite *
suite_names_find(const struct suite_names *names, struct tls_span name)
{
	size_t i = names->first[bucket_of(name)];

	for (; i; i = names->next[i - 1]) {
		const char *known = name_at(i - 1);

		if (strncasecmp(known, (const char *)name.data,
		    name.len) == 0 && !known[name.len])
			return &suites[(i - 1) / 2];
	}
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

bool
suite_is_tls1_3(uint16_t id)
{
	const struct suite *suite;

	if (id >> 8 == 0x13)
		return true;
	suite = suite_find(id);
	return suite && suite->min_version == TLS_VERSION_1_3;
}

/* By the beginning of the IANA name; the first row that fits counts.  The
 * temporary key of an EXPORT suite is there only where the certificate's is
 * longer than the suite allows. */
static const struct {
	const char *prefix;
	unsigned parts;
} exchanges[] = {
	{ "TLS_ECDHE_PSK_", EXCHANGE_HINT | EXCHANGE_EC },
	{ "TLS_ECDHE_", EXCHANGE_EC | EXCHANGE_SIGNED },
	{ "TLS_ECDH_anon_", EXCHANGE_EC },
	{ "TLS_DHE_PSK_", EXCHANGE_HINT | EXCHANGE_DH },
	{ "TLS_PSK_DHE_", EXCHANGE_HINT | EXCHANGE_DH },
	{ "TLS_DHE_", EXCHANGE_DH | EXCHANGE_SIGNED },
	{ "TLS_DH_anon_", EXCHANGE_DH },
	{ "TLS_RSA_PSK_", EXCHANGE_HINT },
	{ "TLS_PSK_", EXCHANGE_HINT },
	{ "TLS_RSA_EXPORT", EXCHANGE_RSA | EXCHANGE_SIGNED },
	{ "TLS_SRP_SHA_WITH_", EXCHANGE_SRP },
	{ "TLS_SRP_SHA_", EXCHANGE_SRP | EXCHANGE_SIGNED },
};

unsigned
suite_key_exchange(uint16_t id)
{
	const struct suite *suite = suite_find(id);

	for (size_t i = 0; suite && i < sizeof exchanges / sizeof *exchanges;
	    i++)
		if (strncmp(suite->iana, exchanges[i].prefix,
		    strlen(exchanges[i].prefix)) == 0)
			return exchanges[i].parts;
	return 0;
}
