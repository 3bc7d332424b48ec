/* trial.h - handshakes in memory, by which the probe knows what it says
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct mbed_trial_identity id;
 *	struct trial_result result;
 *
 *	if (mbed_trial_identity(&id, &err) &&
 *	    mbed_trial_run(&id, TLS_VERSION_1_2, &result, &err))
 *		puts(result.alpn ? "TLS 1.2 with ALPN" : "TLS 1.2");
 *
 * Rules.  The server is this backend's own, the client the library's.  An
 * identity does not move once it is filled.
 */
#ifndef BACKEND_MBEDTLS_TRIAL_H
#define BACKEND_MBEDTLS_TRIAL_H

#include "mbedtls.h"

#define TRIAL_MAX_SUITES	512

/* A certificate on P-256 and its key. */
struct mbed_trial_identity {
	uint8_t cert[1024];
	struct tls_key key;
	struct tls_span chain;
	struct tls_identity identity;
};

/* What a handshake showed. */
struct trial_result {
	uint16_t version;
	bool alpn;
	bool hooked;		/* the library's calls of itself were seen */
	bool renewed;		/* its keys, by a KeyUpdate each way */
	bool edited;		/* the first flight was not the library's */
	size_t num_secrets, num_states;
};

bool mbed_trial_identity(struct mbed_trial_identity *id, struct tls_error *err);
/* False with `err` filled if there was no handshake in `version`. */
bool mbed_trial_run(const struct mbed_trial_identity *id, uint16_t version,
    struct trial_result *result, struct tls_error *err);

/* A handshake in TLS 1.2 whose first flight is edited: false if that fails. */
bool mbed_trial_edit(struct trial_result *result, struct tls_error *err);

#endif
