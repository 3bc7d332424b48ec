/* cli/loaded.h - what the files said, inside this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	for (size_t i = 0; i < loaded->num_identities; i++)
 *		puts(loaded->identities[i].cert_origin);
 */
#ifndef CLI_LOADED_H
#define CLI_LOADED_H

#include "base/buf.h"
#include "tls_config.h"

/* -cert and -dcert; or two that were made. */
#define LOADED_MAX_IDENTITIES	2

/* Certificates one behind the other; the spans point into memory of their
 * own. */
struct der_list {
	struct tls_span *spans;
	size_t num;
};

struct loaded {
	struct tls_identity identities[LOADED_MAX_IDENTITIES];
	size_t num_identities;
	struct der_list chains[LOADED_MAX_IDENTITIES];
	struct der_list roots;
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];

	/* Cipher lists, one for each config that was filled. */
	uint16_t **suites;
	size_t num_suites;
};

#endif
