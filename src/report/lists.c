/* report/lists.c - what client and server have in common, as lists of names
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/lists.h"

#include <stdio.h>
#include <string.h>

#include "base/numbers.h"
#include "names/names.h"
#include "wire/x509.h"

const char *
lists_suite(uint16_t id, char *room)
{
	const struct suite *suite = suite_find(id);

	if (suite)
		return suite->openssl;
	snprintf(room, LABEL_ROOM, "0x%04X", id);
	return room;
}

const char *
lists_group(uint16_t id, char *room)
{
	const char *name = is_grease(id) ? NULL : name_of_group(id);

	if (name)
		return name;
	snprintf(room, LABEL_ROOM, "0x%04X", id);
	return room;
}

const char *
lists_signature(uint16_t id, char *room)
{
	const char *text = is_grease(id) ? NULL : text_of_signature(id);

	/* The reference names those for RSA-PSS keys by that algorithm. */
	if (id >= 0x0809 && id <= 0x080b)
		return name_of_signature(id);
	if (text)
		return text;
	snprintf(room, LABEL_ROOM, "0x%02X+0x%02X", id >> 8, id & 0xff);
	return room;
}

/* Whether the library's own list applies to suites of this kind. */
static bool
is_left_to_library(const struct tls_config *config, uint16_t suite)
{
	bool tls1_3 = suite_is_tls1_3(suite);

	if (!config->native)
		return false;
	for (size_t i = 0; i < config->num_suites; i++)
		if (suite_is_tls1_3(config->suites[i]) == tls1_3)
			return false;
	return true;
}

bool
lists_enabled(const struct tls_config *config, const struct plug *plug,
    uint16_t suite)
{
	if (is_left_to_library(config, suite))
		return plug && lists_knows(plug, suite);
	return numbers_have(config->suites, config->num_suites, suite);
}

#define EMPTY_RENEGOTIATION_INFO	0x00ff
#define FALLBACK			0x5600

enum lists_kind
lists_kind(uint16_t id)
{
	if (is_grease(id))
		return LISTS_GREASE;
	return id == EMPTY_RENEGOTIATION_INFO || id == FALLBACK ?
	    LISTS_SIGNAL : LISTS_SUITE;
}

bool
lists_knows(const struct plug *plug, uint16_t suite)
{
	struct plug_numbers suites = plug_suites(plug);

	return numbers_have(suites.list, suites.num, suite);
}

/* What a suite up to TLS 1.2 needs of us, by the part of its name before
 * "WITH"; no library has the others as a server. */
static const struct need {
	const char *exchange;
	const char *keys;	/* kinds of keys that do; null: none */
	bool psk;
} needs[] = {
	{ "TLS_DH_anon_", NULL, false },
	{ "TLS_ECDH_anon_", NULL, false },
	{ "TLS_PSK_", NULL, true },
	{ "TLS_DHE_PSK_", NULL, true },
	{ "TLS_ECDHE_PSK_", NULL, true },
	{ "TLS_RSA_PSK_", "RSA", true },
	{ "TLS_RSA_", "RSA", false },
	{ "TLS_DHE_RSA_", "RSA RSA-PSS", false },
	{ "TLS_ECDHE_RSA_", "RSA RSA-PSS", false },
	{ "TLS_DHE_DSS_", "DSA", false },
	{ "TLS_ECDHE_ECDSA_", "EC Ed25519 Ed448", false },
};

static bool
is_among(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = words; (at = strstr(at, word)); at += len)
		if ((at == words || at[-1] == ' ') &&
		    (at[len] == ' ' || at[len] == 0))
			return true;
	return false;
}

/* Whether one of the identities has a key of one of these kinds. */
static bool
has_key(const struct tls_config *config, const char *kinds)
{
	struct x509 cert;

	for (size_t i = 0; i < config->num_identities; i++)
		if (x509_parse(config->identities[i].chain[0], &cert) &&
		    is_among(kinds, cert.key))
			return true;
	return false;
}

bool
lists_usable(const struct tls_config *config, const struct plug *plug,
    uint16_t id)
{
	const struct suite *suite = suite_find(id);
	const char *with = suite ? strstr(suite->iana, "_WITH_") : NULL;

	if (!suite || !lists_enabled(config, plug, id))
		return false;
	/* A TLS 1.3 suite does not name a key exchange. */
	if (!with)
		return config->num_identities || config->psk;
	for (size_t i = 0; i < sizeof needs / sizeof *needs; i++) {
		const struct need *need = &needs[i];

		if (strncmp(suite->iana, need->exchange,
		    strlen(need->exchange)) ||
		    suite->iana + strlen(need->exchange) != with + 1)
			continue;
		return (!need->psk || config->psk) &&
		    (!need->keys || has_key(config, need->keys));
	}
	return false;
}
