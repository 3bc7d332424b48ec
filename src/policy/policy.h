/* policy/policy.h - decisions, as functions of a config and a hello
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct policy_choice chosen;
 *
 *	policy_choose(&chosen, config, alpn, hello);
 *	backend->session_open(server, hello, &chosen.choice, io, host, &err);
 *	policy_choice_clear(&chosen);
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "tls_backend.h"

struct policy_choice {
	struct tls_choice choice;
	uint16_t *suites;	/* what `choice.suites` points to; owned */
};

/* Decides version, suites and application protocol for one client.  `alpn`:
 * the protocols that the server agrees to, best first, as a ProtocolNameList
 * without its length (RFC 7301, 3.1); empty: no ALPN.  With a null `hello`
 * nothing is decided.  Spans of the choice point into `alpn`. */
void policy_choose(struct policy_choice *out, const struct tls_config *config,
    struct tls_span alpn, const struct tls_hello *hello);
void policy_choice_clear(struct policy_choice *choice);

/* Turns `-alpn a,b` into a ProtocolNameList in `out`; empty items are left
 * out.  False with blame CONFIG for a name that is too long or not printable
 * ASCII, and for a list without a name. */
struct buf;
bool policy_parse_protocols(struct buf *out, const char *list,
    struct tls_error *err);

#endif
