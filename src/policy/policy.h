/* policy/policy.h - decisions, as functions of a config and a hello
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct policy_choice chosen;
 *
 *	policy_choose(&chosen, config, &alpn, hello);
 *	backend->session_open(server, hello, &chosen.choice, io, host, &err);
 *	policy_choice_clear(&chosen);
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "tls_backend.h"

struct policy_choice {
	struct tls_choice choice;
	/* The version that will be spoken, as far as it can be told before the
	 * library has decided: `choice.version` unless that is `native`. */
	uint16_t version;
	uint16_t *suites;	/* what `choice.suites` points to; owned */
};

/* The protocols that the server accepts by ALPN. */
struct policy_alpn {
	struct tls_span list;	/* best first: a ProtocolNameList without its
				 * length (RFC 7301, 3.1); empty: no ALPN */
	bool lenient;		/* a client with none of them goes on without
				 * ALPN and is not refused (RFC 7301, 3.2) */
};

/* Decides version, suites and application protocol for one client.  If `hello`
 * is null, nothing is decided; if `config` is native, the library decides
 * (struct tls_choice).  Spans of the choice point into `alpn`; free with
 * policy_choice_clear. */
void policy_choose(struct policy_choice *out, const struct tls_config *config,
    const struct policy_alpn *alpn, const struct tls_hello *hello);
void policy_choice_clear(struct policy_choice *choice);

/* Turns the list "a,b" of `option` into a ProtocolNameList in `out`; empty
 * items are left out.  False with blame CONFIG for a name of more than 255
 * bytes or not of printable ASCII, and for a list without a name. */
struct buf;
bool policy_parse_protocols(struct buf *out, const char *option,
    const char *list, struct tls_error *err);

#endif
