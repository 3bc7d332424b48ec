/* explain/internal.h - the parts of a sentence, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct agreement agreement = agree(&side, failed->hello);
 *
 *	return lack_add(out, failed, &agreement);
 *
 * Each returns false, with nothing added, where it does not apply.
 */
#ifndef EXPLAIN_INTERNAL_H
#define EXPLAIN_INTERNAL_H

#include "explain/agree.h"
#include "explain/explain.h"

/* Which list has no overlap. */
bool lack_add(struct buf *out, const struct explain_case *failed,
    const struct agreement *agreement);

/* Adds which other backends would have agreed. */
void others_add(struct buf *out, const struct explain_case *failed);

/* The first bytes were no ClientHello, or there were none. */
bool opening_add(struct buf *out, const struct explain_case *failed);

/* The client sent an alert, or left without one. */
bool refusal_add(struct buf *out, const struct explain_case *failed);
bool leaving_add(struct buf *out, const struct explain_case *failed);

/* The client's certificate was refused, or there was none. */
bool client_add(struct buf *out, const struct explain_case *failed);
bool no_client_add(struct buf *out, const struct explain_case *failed);

/* What may be wrong with the server's certificate from a client's point of
 * view, in the order in which it is looked for. */
enum fault {
	FAULT_EXPIRED,
	FAULT_NOT_YET,
	FAULT_HOST,		/* it is not for the name asked for */
	FAULT_PURPOSE,		/* it is not made for servers */
	FAULT_WEAK,		/* its key or its signature */
	FAULT_SELF_SIGNED,
	FAULT_ISSUER,		/* the client may not know its issuer */
	FAULT_COUNT
};
#define FAULT_BIT(fault)	(1u << (fault))

/* Adds the first fault of the set that the certificate has, as a clause with
 * its remedy: "it expired on 2026-01-01: ...".  The issuer may always be
 * unknown. */
bool fault_add(struct buf *out, const struct explain_case *failed,
    unsigned set);

/* Adds "the server's certificate CN=localhost", or without the name. */
void own_add(struct buf *out, const struct explain_case *failed);

#endif
