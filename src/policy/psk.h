/* policy/psk.h - pre-shared keys by identity
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct psk_table table = PSK_TABLE_INIT;
 *	struct tls_span key;
 *
 *	psk_add(&table, span_of("Client_identity"), (struct tls_span){ k, 16 });
 *	if (psk_find(&table, identity, version, &key) != PSK_UNKNOWN)
 *		return key;
 *	psk_clear(&table);
 */
#ifndef POLICY_PSK_H
#define POLICY_PSK_H

#include "base/buf.h"

/* Both owned by the table. */
struct psk {
	struct tls_span identity;
	struct tls_span key;
};

struct psk_table {
	struct psk *list;
	size_t num;
	bool lenient;	/* up to TLS 1.2 unknown identities get the first key */
};

#define PSK_TABLE_INIT	{ NULL, 0, false }

enum psk_result {
	PSK_FOUND,
	PSK_FALLBACK,	/* the identity is unknown: this is the first key */
	PSK_UNKNOWN,
};

/* Adds copies; false if the identity has a key already. */
bool psk_add(struct psk_table *table, struct tls_span identity,
    struct tls_span key);

/* Finds the key of exactly this identity, or the fallback, and points `key`
 * into the table.  `version`: the one to be spoken, or 0 if it is not known
 * yet. */
enum psk_result psk_find(const struct psk_table *table,
    struct tls_span identity, uint16_t version, struct tls_span *key);

/* Wipes and frees the keys. */
void psk_clear(struct psk_table *table);

#endif
