/* search.c - words -> numbers of groups, signature schemes and alerts
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "names/names.h"

/* A word for a number; the first one is printed. */
struct entry {
	const char *word;
	uint16_t number;
};

/* IANA's names, then those of NIST and X9.62. */
static const struct entry groups[] = {
#define GROUP(number, name)	{ name, number },
#include "names/groups.def"
	{ "P-192", 19 }, { "prime192v1", 19 },
	{ "P-224", 21 },
	{ "P-256", 23 }, { "prime256v1", 23 },
	{ "P-384", 24 },
	{ "P-521", 25 },
	{ "X25519", 29 }, { "X448", 30 },
	{ "K-163", 1 }, { "B-163", 3 },
	{ "K-233", 6 }, { "B-233", 7 },
	{ "K-283", 9 }, { "B-283", 10 },
	{ "K-409", 11 }, { "B-409", 12 },
	{ "K-571", 13 }, { "B-571", 14 },
};

/* Names and pairs; a pair means the first scheme that has it. */
static const struct entry signatures[] = {
#define SIGNATURE(number, name, text)	{ name, number }, { text, number },
#include "names/signatures.def"
	{ "PSS+SHA256", 0x0804 },
	{ "PSS+SHA384", 0x0805 },
	{ "PSS+SHA512", 0x0806 },
};

static const struct entry alerts[] = {
#define ALERT(number, name, text)	{ name, number }, { text, number },
#include "names/alerts.def"
};

static const struct entry suites[] = {
#define SUITE(number, name, openssl_name, first, last, from, quality) \
	{ name, number }, { openssl_name, number },
#define OTHER(number, name, first, last, from, quality) { name, number },
#include "names/suites.def"
};

#define SIZE(table)	(sizeof (table) / sizeof *(table))

static bool
find(const struct entry *table, size_t num, const char *word, uint16_t *number)
{
	for (size_t i = 0; i < num; i++)
		if (strcasecmp(table[i].word, word) == 0) {
			*number = table[i].number;
			return true;
		}
	return false;
}

static const char *
nearest(const struct entry *table, size_t num, const char *word)
{
	/* With half of it wrong it is another word. */
	unsigned best = (unsigned)(strlen(word) + 1) / 2;
	const char *found = NULL;

	for (size_t i = 0; i < num; i++) {
		unsigned far = text_distance(word, table[i].word);

		if (far < best) {
			best = far;
			found = table[i].word;
		}
	}
	return found;
}

bool
group_named(const char *name, uint16_t *number)
{
	return find(groups, SIZE(groups), name, number);
}

const char *
openssl_of_group(uint16_t number)
{
	const char *name = NULL;

	/* The first one is IANA's, the next OpenSSL's. */
	for (size_t i = 0, met = 0; i < SIZE(groups) && met < 2; i++)
		if (groups[i].number == number) {
			name = groups[i].word;
			met++;
		}
	return name;
}

bool
signature_named(const char *name, uint16_t *number)
{
	return find(signatures, SIZE(signatures), name, number);
}

const char *
group_nearest(const char *name)
{
	return nearest(groups, SIZE(groups), name);
}

const char *
signature_nearest(const char *name)
{
	return nearest(signatures, SIZE(signatures), name);
}

bool
alert_named(const char *name, uint16_t *number)
{
	return find(alerts, SIZE(alerts), name, number);
}

const char *
alert_nearest(const char *name)
{
	return nearest(alerts, SIZE(alerts), name);
}

const char *
suite_nearest(const char *name)
{
	return nearest(suites, SIZE(suites), name);
}
