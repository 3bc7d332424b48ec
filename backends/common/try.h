/* common/try.h - features of any backend, tried in the same way
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	static const struct common_row rows[] = {
 *		COMMON_NONE(NPN, "this library never had NPN")
 *		COMMON_PART(PSK, "keys of at most 32 bytes")
 *	};
 *
 *	const struct common_table name_table = {
 *		rows, sizeof rows / sizeof *rows, "it failed", &common_usual,
 *	};
 *
 * Rules.  For the rows of a common_lab's table, which has those features for
 * which a library has words of its own.  A version that works only at security
 * level 0 is PART and says so; what needs a version that does not work has the
 * note of that version.
 */
#ifndef COMMON_TRY_H
#define COMMON_TRY_H

#include "common/trial.h"

/* The rows of all features that are tried in the same way everywhere, and FULL
 * where they work, and of what no backend does yet: all but SSL2, KEY_URI,
 * ENGINE, KEY_MLDSA and SURVIVES_FORK. */
extern const struct common_table common_usual;

/* Rows: what the library cannot; what works in part or not at all; what works
 * or has these words.  COMMON_ROW is any of them. */
#define COMMON_ROW(id, experiment, support, note, failed) \
	{ TLS_FEATURE_##id, experiment, { TLS_SUPPORT_##support, note }, \
	  failed },
#define COMMON_NONE(id, note)	COMMON_ROW(id, NULL, NONE, note, NULL)
#define COMMON_PART(id, note)	COMMON_ROW(id, common_try, PART, note, NULL)
#define COMMON_ELSE(id, failed)	COMMON_ROW(id, common_try, FULL, NULL, failed)

/* Finds out about the feature that is asked for, if there is an experiment for
 * it in common/experiments.h. */
void common_try(struct tls_probe *probe);

/* For rows that are not the same everywhere: whether the trial of `feature`
 * works in `version`, or 0: the usual one; and the version that is tried where
 * any will do: 1.2, 1.3 or 1.0. */
bool common_try_one(struct tls_probe *probe, enum tls_feature feature,
    uint16_t version);
uint16_t common_try_version(struct tls_probe *probe);

#endif
