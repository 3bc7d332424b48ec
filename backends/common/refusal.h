/* common/refusal.h - what backends refuse, in the same words on each
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	if (!belongs)
 *		return common_refuse_pair(identity, err);
 *
 * Rules.  Only what the core cannot find out by itself is here; for all else
 * see src/conn/reason.c.
 */
#ifndef COMMON_REFUSAL_H
#define COMMON_REFUSAL_H

#include "tls_config.h"

/* The key of `identity` is not that of its certificate.  Fills `err`, false. */
bool common_refuse_pair(const struct tls_identity *identity,
    struct tls_error *err);

#endif
