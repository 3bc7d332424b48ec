/* common/refusal.h - what backends refuse, in the same words on each
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	if (!belongs)
 *		return common_refuse_pair(identity, err);
 *
 * Rules.  Each fills `err`; those of type bool return false, so that a failing
 * path is one line.  What the core can find out by itself has its words in
 * src/conn/reason.c.
 */
#ifndef COMMON_REFUSAL_H
#define COMMON_REFUSAL_H

#include <stdarg.h>

#include "tls_config.h"

bool common_refuse(struct tls_error *err, enum tls_blame blame,
    const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same, then the library's own code and its words for that; null: none. */
bool common_refuse_for(struct tls_error *err, enum tls_blame blame,
    long native, const char *words, const char *format, va_list args)
    __attribute__((format(printf, 5, 0)));
bool common_refuse_memory(struct tls_error *err);

/* For what this session cannot; TLS_UNSUPPORTED. */
enum tls_status common_unsupported(struct tls_error *err, const char *words);

/* The key of `identity` is not that of its certificate. */
bool common_refuse_pair(const struct tls_identity *identity,
    struct tls_error *err);

#endif
