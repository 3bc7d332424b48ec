/* common/refusal.c - what backends refuse, in the same words on each
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/refusal.h"

#include <stdio.h>
#include <string.h>

bool
common_refuse_pair(const struct tls_identity *identity, struct tls_error *err)
{
	const char *key = identity->key_origin, *cert = identity->cert_origin;

	err->blame = TLS_BLAME_CONFIG;
	if (strcmp(key, cert))
		snprintf(err->text, sizeof err->text, "%s does not match the "
		    "certificate in %s: give the key that it was made for",
		    key, cert);
	else
		snprintf(err->text, sizeof err->text, "%s: the private key "
		    "does not match the certificate: give the key that it was "
		    "made for with -key", key);
	return false;
}
