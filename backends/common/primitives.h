/* common/primitives.h - experiments with the primitives of a backend
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	static const struct common_row rows[] = {
 *		{ TLS_FEATURE_DIGEST_SHA1, common_try_digests,
 *		    { TLS_SUPPORT_FULL, NULL }, NULL },
 *	};
 *
 * Rules.  For the rows of a probe whose `primitives` are set.  Keys are made,
 * and what they sign is checked: the one experiment shows both.
 */
#ifndef COMMON_PRIMITIVES_H
#define COMMON_PRIMITIVES_H

#include "common/probe.h"

/* DIGEST_SHA1, DIGEST_SHA2. */
void common_try_digests(struct tls_probe *probe);
/* MAKE_KEY, MAKE_P256, MAKE_P384, MAKE_P521, MAKE_ED25519, CHECK_SIGNATURE. */
void common_try_keys(struct tls_probe *probe);
/* MAKE_RSA, SIGN_SHA1, SIGN_RSA_PSS. */
void common_try_rsa(struct tls_probe *probe);

#endif
