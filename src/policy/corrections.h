/* policy/corrections.h - what the core corrects, unless -native is given
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (policy_corrects(config->native, POLICY_JOINED_HELLO) &&
 *	    hello_coalesce(hello, &record))
 *		gather_replace(&gather, hello->wire.len, buf_span(&record));
 *
 * Rules.  Whatever the core does so that backends do not differ, though their
 * libraries do, is a row of corrections.def, and stands under a question that
 * names the row.
 */
#ifndef POLICY_CORRECTIONS_H
#define POLICY_CORRECTIONS_H

#include "tls_backend.h"

enum policy_correction {
#define C(id, name, feature, what) POLICY_##id,
#include "policy/corrections.def"
#undef C
	POLICY_CORRECTIONS
};

/* All of them; there are POLICY_CORRECTIONS. */
extern const struct tls_correction policy_corrections[];

/* Whether it is done. */
static inline bool
policy_corrects(bool native, enum policy_correction which)
{
	(void)which;
	return !native;
}

#endif
