/* base/err.h - filling a tls_error
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (config->num_identities == 0)
 *		return err_set(err, TLS_BLAME_CONFIG,
 *		    "no certificate: give one with -cert FILE");
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "tls_types.h"

/* Fills `*err` as printf would, cut to its room, and returns false, so that a
 * failing path is one line.  Alerts and the native code are reset. */
bool err_set(struct tls_error *err, enum tls_blame blame, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The word for `blame` in JSON: "config", "feature", "network", "peer", "us",
 * "library" or "nobody". */
const char *err_blame_name(enum tls_blame blame);

/* The program's exit status for a failure: 2 for CONFIG, 3 for FEATURE, else
 * 1; 0 for NOBODY. */
int err_exit_status(const struct tls_error *err);

#endif
