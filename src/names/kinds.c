/* kinds.c - what kind of group, and of key, a number stands for
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "names/names.h"

#define SIZE(table)	(sizeof (table) / sizeof *(table))

/* Ranges of the registry (RFC 8446, 4.2.7; RFC 7919; and the drafts for
 * post-quantum groups); the first row that fits counts. */
static const struct {
	uint16_t first, last;
	const char *kind;
} groups[] = {
	{ 1, 33, "EC" },
	{ 41, 41, "EC" },
	{ 256, 511, "FFDHE" },
	{ 512, 514, "PQ" },
	{ 4587, 4590, "hybrid" },
	{ 16696, 16696, "hybrid" },
	{ 25497, 25498, "hybrid" },
	{ 65072, 65073, "hybrid" },
	{ 65281, 65282, "EC" },
};

/* By the beginning of the name; the first row that fits counts. */
static const struct {
	const char *prefix;
	const char *kind;
} signatures[] = {
	{ "rsa_pss_pss_", "RSA-PSS" },
	{ "rsa_", "RSA" },
	{ "dsa_", "DSA" },
	{ "ecdsa_", "ECDSA" },
	{ "ed25519", "EdDSA" },
	{ "ed448", "EdDSA" },
	{ "mldsa", "ML-DSA" },
	{ "slhdsa", "SLH-DSA" },
};

const char *
kind_of_group(uint16_t number)
{
	for (size_t i = 0; i < SIZE(groups); i++)
		if (number >= groups[i].first && number <= groups[i].last)
			return groups[i].kind;
	return name_of_group(number) ? "other" : NULL;
}

const char *
kind_of_signature(uint16_t number)
{
	const char *name = name_of_signature(number);

	for (size_t i = 0; name && i < SIZE(signatures); i++)
		if (strncmp(name, signatures[i].prefix,
		    strlen(signatures[i].prefix)) == 0)
			return signatures[i].kind;
	return name ? "other" : NULL;
}
