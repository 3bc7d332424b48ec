/* report/lists.c - what two sides have in common, as lists of names
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/lists.h"

#include <stdio.h>
#include <string.h>

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

	/* RSA-PSS for keys of that kind alone goes by its name there. */
	if (id >= 0x0809 && id <= 0x080b)
		return name_of_signature(id);
	if (text)
		return text;
	snprintf(room, LABEL_ROOM, "0x%02X+0x%02X", id >> 8, id & 0xff);
	return room;
}

bool
lists_enabled(const struct tls_config *config, uint16_t suite)
{
	for (size_t i = 0; i < config->num_suites; i++)
		if (config->suites[i] == suite)
			return true;
	return false;
}

/* Whether some identity has a key of the kind that `rsa` says. */
static bool
has_key(const struct tls_config *config, bool rsa)
{
	struct x509 cert;

	for (size_t i = 0; i < config->num_identities; i++)
		if (x509_parse(config->identities[i].chain[0], &cert) &&
		    (strncmp(cert.key, "RSA", 3) == 0) == rsa)
			return true;
	return false;
}

bool
lists_usable(const struct tls_config *config, uint16_t id)
{
	const struct suite *suite = suite_find(id);

	if (!suite || !lists_enabled(config, id))
		return false;
	/* TLS 1.3 suites say nothing of the certificate, anonymous ones need
	 * none. */
	if (!strstr(suite->iana, "_WITH_") || strstr(suite->iana, "_anon_"))
		return true;
	if (strstr(suite->iana, "_ECDSA_WITH_"))
		return has_key(config, false);
	return strstr(suite->iana, "RSA_WITH_") && has_key(config, true);
}
