/* corrections.c - the table of what the core corrects
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/corrections.h"

const struct tls_correction policy_corrections[] = {
#define C(id, name, feature, what) { name, TLS_FEATURE_##feature, what },
#include "policy/corrections.def"
#undef C
};
