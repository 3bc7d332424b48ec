/* cli/loaded.h - what the files said, inside this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	for (size_t i = 0; i < loaded->own.num; i++)
 *		puts(loaded->own.list[i].cert_origin);
 */
#ifndef CLI_LOADED_H
#define CLI_LOADED_H

#include "cli/identity.h"

struct loaded {
	struct identity_list own;	/* -cert and -dcert, or made ones */
	struct der_list roots;
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];

	/* Cipher lists, one for each config that was filled. */
	uint16_t **suites;
	size_t num_suites;
};

#endif
