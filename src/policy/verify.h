/* policy/verify.h - whether to accept a step of a client's verification
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct verify_rules rules = { .depth = 1, .most = -1 };
 *	int error = verify_error(&rules, config, &step);
 *
 *	return verify_accepts(&rules, step.depth, error);
 */
#ifndef POLICY_VERIFY_H
#define POLICY_VERIFY_H

#include "tls_config.h"
#include "tls_host.h"

struct verify_rules {
	int depth;		/* -verify: the most issuers above the client's
				 * certificate, or -1 */
	int most;		/* -verify_depth, or -1 */
	bool refuse;		/* -verify_return_error */
	/* -strict_s_server: `depth` does not limit the chain, but says up to
	 * which depth errors are ignored. */
	bool strict;
};

/* The error of a step, an X509_V_ERR number or 0.  Adds the errors that
 * libraries do not report (no CRL for a certificate, a chain that is too long),
 * and drops those of checks that were not asked for. */
int verify_error(const struct verify_rules *rules,
    const struct tls_config *config, const struct tls_verify_step *step);

/* Whether the handshake goes on after such an error at this depth. */
bool verify_accepts(const struct verify_rules *rules, int depth, int error);

#endif
