/* common/try.h - features of any backend, tried in the same way
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	static const struct common_row rows[] = {
 *		{ TLS_FEATURE_ALPN, common_try, { TLS_SUPPORT_FULL, NULL },
 *		    NULL },
 *	};
 *
 * Rules.  For the rows of a common_lab's table.  A version that works only at
 * security level 0 is PART and says so; what needs a version that does not
 * work has the note of that version.
 */
#ifndef COMMON_TRY_H
#define COMMON_TRY_H

#include "common/trial.h"

/* Finds out about the feature that is asked for: any but SSL2, KEY_URI, ENGINE,
 * the primitives (common/primitives.h), and what no backend does yet. */
void common_try(struct tls_probe *probe);

/* For rows that are not the same everywhere: whether the trial of `feature`
 * works in `version`, or 0: the usual one; and the version that is tried where
 * any will do: 1.2, 1.3 or 1.0. */
bool common_try_one(struct tls_probe *probe, enum tls_feature feature,
    uint16_t version);
uint16_t common_try_version(struct tls_probe *probe);

#endif
