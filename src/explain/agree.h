/* explain/agree.h - which list of a client and a server has no overlap
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct agreement agreement = agree(&side, hello);
 *
 *	if (agreement.lack == LACK_GROUP)
 *		puts("no group in common");
 *
 * Inside this room only.  The rules are those of policy/ and of the RFCs, the
 * same for every library; the lists are those of the config, or all that the
 * library has.
 */
#ifndef EXPLAIN_AGREE_H
#define EXPLAIN_AGREE_H

#include "plug/plug.h"
#include "policy/policy.h"

/* The server's side.  `plug` may be null: a list that the config leaves to the
 * library then is no obstacle. */
struct side {
	const struct tls_config *config;
	const struct policy_alpn *alpn;		/* or null: no ALPN */
	const struct plug *plug;
};

/* In the order in which a server comes to them. */
enum lack {
	LACK_VERSION,
	LACK_SUITE,
	LACK_KEY,		/* no identity has a key of a type that the
				 * client's suites or signature schemes
				 * allow */
	LACK_GROUP,
	LACK_SIGNATURE,
	LACK_PROTOCOL,
	LACK_NOTHING,
};

struct agreement {
	enum lack lack;
	uint16_t version;	/* of both; 0: none */
	bool by_scheme;		/* LACK_KEY: a suite in common would take the
				 * key, and no signature scheme does */
	bool by_curve;		/* LACK_KEY: the key's curve is none of the
				 * client's groups (RFC 8422, 5.1.1) */
	bool unsure;		/* LACK_GROUP: there are groups in common, but
				 * such as a library need not use unless they
				 * are named */
};

/* The group of a curve with keys of so many bits; 0: none that is known. */
uint16_t curve_of(unsigned bits);

struct agreement agree(const struct side *side,
    const struct tls_hello *hello);

/* What of a number can be used in `version`; GREASE cannot. */
bool suite_is_for(uint16_t suite, uint16_t version);
bool group_is_for(uint16_t group, uint16_t version);

/* Whether a suite of the versions before TLS 1.3 authenticates with a key of
 * this kind. */
bool suite_needs(uint16_t suite, const char *key);

/* Whether a key of this kind ("RSA", "EC", as struct x509 has it) signs with
 * `scheme` in `version`. */
bool key_signs(const char *key, unsigned bits, uint16_t scheme,
    uint16_t version);

/* The groups, and the SignatureSchemes, that the side has. */
struct plug_numbers side_groups(const struct side *side);
struct plug_numbers side_signatures(const struct side *side);

#endif
