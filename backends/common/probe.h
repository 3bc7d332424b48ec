/* common/probe.h - answers that are tried when somebody asks, and kept
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct tls_probe {
 *		struct common_probe base;	// first
 *		struct tls_server *server;	// made when needed
 *	};
 *
 *	static void
 *	try_alpn(struct tls_probe *probe)
 *	{
 *		common_probe_found(probe, TLS_FEATURE_ALPN, agrees(probe));
 *	}
 *
 *	static const struct common_row rows[] = {
 *		{ TLS_FEATURE_SSL2, NULL, { TLS_SUPPORT_NONE,
 *		    "this library never spoke SSL 2.0" }, NULL },
 *		{ TLS_FEATURE_ALPN, try_alpn, { TLS_SUPPORT_FULL, NULL },
 *		    NULL },
 *	};
 *	static const struct common_table table = {
 *		rows, 2, "it failed", NULL,
 *	};
 *
 * Rules.  One row a feature.  A row without an experiment is for what cannot
 * be tried; its answer is final.  An experiment tells what it found of one or
 * more features, its own among them, and runs once; what it found to work has
 * the answer of the feature's row, what it did not is NONE with `failed`.
 */
#ifndef COMMON_PROBE_H
#define COMMON_PROBE_H

#include "tls_feature.h"
#include "tls_types.h"

struct tls_primitives;
struct tls_probe;

/* What has been found out; the first member of each backend's tls_probe. */
struct common_probe {
	struct tls_answer answers[TLS_FEATURE_COUNT];
	bool found[TLS_FEATURE_COUNT], works[TLS_FEATURE_COUNT];
	enum tls_feature asked;		/* when an experiment begins:
					 * the one it is tried for */
	const struct tls_primitives *primitives;	/* of the backend, for
						 * common/primitives.h */
};

struct common_row {
	enum tls_feature feature;
	void (*experiment)(struct tls_probe *probe);
	struct tls_answer answer;	/* where it works */
	const char *failed;		/* where it does not; null: the
					 * table's */
};

struct common_table {
	const struct common_row *rows;
	size_t num;
	const char *failed;		/* "this build of the library failed
					 * when it was tried" */
	const struct common_table *rest;	/* for features without a row
					 * here; or null */
};

/* Says, in an experiment, whether `feature` works. */
void common_probe_found(struct tls_probe *probe, enum tls_feature feature,
    bool works);

/* The same for a feature that a member of the backend stands for, and whose
 * answer therefore is not NONE: where it does not work it is PART, with that
 * note. */
void common_probe_member(struct tls_probe *probe, enum tls_feature feature,
    bool works, const char *failed);

/* Replaces the answer to `feature`, in an experiment: for what neither the
 * row's words nor its `failed` fit. */
void common_probe_set(struct tls_probe *probe, enum tls_feature feature,
    enum tls_support support, const char *note);

/* The answer to `feature`. */
struct tls_answer common_probe_answer(struct tls_probe *probe,
    const struct common_table *table, enum tls_feature feature);

#endif
