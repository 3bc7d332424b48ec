/* psk.c - pre-shared keys by identity
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/psk.h"

#include <stdlib.h>

static const struct psk *
find(const struct psk_table *table, struct tls_span identity)
{
	for (size_t i = 0; i < table->num; i++)
		if (span_equal(table->list[i].identity, identity))
			return &table->list[i];
	return NULL;
}

bool
psk_add(struct psk_table *table, struct tls_span identity,
    struct tls_span key)
{
	struct psk *psk;

	if (find(table, identity))
		return false;
	table->list = mem_grow(table->list,
	    (table->num + 1) * sizeof *table->list);
	psk = &table->list[table->num++];
	psk->identity = (struct tls_span){
	    mem_copy(identity.data, identity.len), identity.len };
	psk->key = (struct tls_span){ mem_copy(key.data, key.len), key.len };
	return true;
}

enum psk_result
psk_find(const struct psk_table *table, struct tls_span identity,
    uint16_t version, struct tls_span *key)
{
	const struct psk *psk = find(table, identity);

	*key = (struct tls_span){ NULL, 0 };
	if (psk) {
		*key = psk->key;
		return PSK_FOUND;
	}
	/* In TLS 1.3 an unknown identity may be a ticket. */
	if (!table->lenient || table->num == 0 || version == 0 ||
	    version >= TLS_VERSION_1_3)
		return PSK_UNKNOWN;
	*key = table->list[0].key;
	return PSK_FALLBACK;
}

void
psk_clear(struct psk_table *table)
{
	for (size_t i = 0; i < table->num; i++) {
		struct psk *psk = &table->list[i];

		/* Owned by the table, although a span is read only. */
		mem_wipe((uint8_t *)psk->key.data, psk->key.len);
		free((uint8_t *)psk->key.data);
		free((uint8_t *)psk->identity.data);
	}
	free(table->list);
	*table = (struct psk_table)PSK_TABLE_INIT;
}
