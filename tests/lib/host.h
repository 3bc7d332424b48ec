/* lib/host.h - a host that records all it is told
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct host host;
 *
 *	host_init(&host, TLS_WANTS_SECRETS);
 *	...
 *	assert_true(host.quiet.num_secrets > 0);
 *	host_clear(&host);
 *
 * Rules.  `store` may be shared by several hosts; the owner frees it.
 */
#ifndef LIB_HOST_H
#define LIB_HOST_H

#include "plug/quiet.h"

#define HOST_MAX_STEPS		32
#define HOST_MAX_SAVED		32

struct host_step {
	int depth;
	int error;
	bool had_der;
	bool had_text;
	uint8_t der[4096];
	size_t der_len;
};

/* What `remember` saves. */
struct host_store {
	struct {
		uint8_t id[32];
		size_t id_len;
		struct buf session;
		uint32_t seconds;
	} saved[HOST_MAX_SAVED];
	size_t num;
	unsigned remembered, asked, found, forgotten;
};

struct host {
	struct quiet_host quiet;	/* first: a host is a quiet_host */
	struct tls_host_ops ops;
	struct host_store *store;	/* borrowed; null: remembers nothing */
	int refuse_depth;		/* `verify` says no there; -1: never */
	bool refuse_errors;		/* `verify` says no to every error */
	int64_t now;			/* seconds; 0: the system's time */
	uint32_t wake_ms;		/* of the last `wake_in` */

	struct buf states;		/* names, a line feed after each */
	unsigned num_states;
	struct host_step steps[HOST_MAX_STEPS];
	size_t num_steps;
	unsigned changed;

	/* What `psk` knows: null, nothing; borrowed. */
	const char *psk_identity;
	struct tls_span psk_key;
	unsigned num_psk_asked;
	struct buf psk_asked;		/* the last identity asked for */
};

void host_init(struct host *host, unsigned wants);
void host_clear(struct host *host);
void host_store_clear(struct host_store *store);

/* Whether that is a handshake message of this type. */
bool host_is_message(const struct quiet_message *message, uint8_t type);

#endif
