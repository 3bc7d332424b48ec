/* psk.c - the keys of -psk as a table
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include "base/err.h"

#define DEFAULT_IDENTITY	"Client_identity"

bool
load_psk(struct psk_table *table, const struct load_options *tls,
    struct tls_error *err)
{
	const struct tls_span otherwise = span_of(tls->psk_identity ?
	    tls->psk_identity : DEFAULT_IDENTITY);

	table->lenient = tls->psk_lenient || tls->strict;
	for (size_t i = 0; i < tls->psk.num; i++) {
		const struct option_key *key = &tls->psk.list[i];
		struct tls_span identity = key->identity.len ? key->identity :
		    otherwise;

		if (!psk_add(table, identity, buf_span(&key->key)))
			return err_set(err, TLS_BLAME_CONFIG, "-psk: two keys "
			    "for the identity \"%.*s\": give each its own, as "
			    "in -psk somebody:1a2b3c4d",
			    identity.len < 80 ? (int)identity.len : 80,
			    (const char *)identity.data);
	}
	return true;
}
