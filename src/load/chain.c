/* chain.c - which certificates are sent after a server's own
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/identity.h"

#include <stdlib.h>

#include "base/err.h"
#include "wire/x509.h"

/* A longer chain has a loop. */
#define MAX_CHAIN	32

static void
keep_leaf(struct der_list *chain)
{
	while (chain->num > 1)
		free((uint8_t *)chain->spans[--chain->num].data);
}

/* Keeps the leaf and drops the roots: a client has them, or does not trust
 * ours. */
static void
drop_roots(struct der_list *chain)
{
	size_t kept = 1;

	for (size_t i = 1; i < chain->num; i++) {
		if (x509_is_self_issued(chain->spans[i]))
			free((uint8_t *)chain->spans[i].data);
		else
			chain->spans[kept++] = chain->spans[i];
	}
	chain->num = kept;
}

/* Appends the issuers of the leaf, as far as `issuers` has them. */
static void
build(struct der_list *chain, const struct der_list *issuers, bool with_root)
{
	while (chain->num < MAX_CHAIN) {
		struct tls_span last = chain->spans[chain->num - 1], above;

		if (x509_is_self_issued(last))
			return;
		above = x509_find_issuer(last, issuers->spans, issuers->num);
		if (!above.len || (!with_root && x509_is_self_issued(above)))
			return;
		der_list_add(chain, above);
	}
	keep_leaf(chain);
}

static bool
read_chain(struct der_list *chain, const struct pair *pair,
    struct tls_error *err)
{
	struct named_file file = { pair->chain_option, pair->words->chain,
	    BUF_INIT };
	struct der_list certs = { NULL, 0 };
	bool good = file_read(&file, err) && certs_read(&certs, &file, err);

	keep_leaf(chain);
	for (size_t i = 0; good && i < certs.num; i++)
		/* Such files often begin with the certificate itself. */
		if (i > 0 || !span_equal(certs.spans[0], chain->spans[0]))
			der_list_add(chain, certs.spans[i]);
	der_list_clear(&certs);
	file_clear(&file);
	return good;
}

bool
chain_complete(struct der_list *chain, const struct pair *pair,
    struct tls_error *err)
{
	if (pair->words->chain)
		return read_chain(chain, pair, err);
	if (pair->strict)
		keep_leaf(chain);
	else
		drop_roots(chain);
	if (chain->num == 1 && pair->issuers)
		build(chain, pair->issuers, pair->strict);
	return true;
}
