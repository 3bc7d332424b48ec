/* common/witness.h - a host that counts what it is told
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct common_witness witness;
 *
 *	common_witness_init(&witness, TLS_WANTS_STATES);
 *	...
 *	works = witness.states > 0;
 *	common_witness_clear(&witness);
 *
 * Rules.  For probes.  It accepts every client certificate, remembers one
 * session, and lends one pre-shared key to one name.  `time_ms`, `psk_identity`
 * and `psk` may be set after common_witness_init.
 */
#ifndef COMMON_WITNESS_H
#define COMMON_WITNESS_H

#include "tls_host.h"

/* The bytes of a string literal. */
#define COMMON_TEXT(text) \
	(struct tls_span){ (const uint8_t *)(text), sizeof (text) - 1 }

struct common_witness {
	struct tls_host host;		/* first: a witness is a tls_host */
	unsigned states, messages, secrets, alerts;
	unsigned steps;			/* of verifications */
	unsigned changed, remembered, resumed, asked_psk;
	int error;			/* the last that `verify` was told */
	uint32_t wake_ms;		/* the last that `wake_in` was told */
	int64_t time_ms;		/* what `now_ms` answers */
	struct tls_span psk_identity, psk;	/* borrowed; empty: none */
	uint8_t id[32];			/* of the session that is saved */
	size_t id_len;
	uint8_t *saved;			/* owned, or null */
	size_t saved_len;
};

void common_witness_init(struct common_witness *witness, unsigned wants);
void common_witness_clear(struct common_witness *witness);

#endif
