/* lib/oracle.h - what OpenSSL itself makes of a config and a hello
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct oracle *oracle = oracle_new();
 *
 *	assert_int_equal(oracle_suite(oracle, &config, hello), chosen);
 *	oracle_free(oracle);
 *
 * No backend and no policy has a hand in it: the config's list goes to the
 * library as `openssl s_server` would give it.
 */
#ifndef LIB_ORACLE_H
#define LIB_ORACLE_H

#include "base/buf.h"
#include "tls_config.h"

struct oracle;

/* Keeps the certificates and keys that it has read: each `chain` and `key`
 * that it is given holds the same for as long as it lives. */
struct oracle *oracle_new(void);
void oracle_free(struct oracle *oracle);

/* The suite that an OpenSSL server with the versions, suites and identities
 * of `config` (certificates and keys in plain DER) picks for the client whose
 * first flight is `hello`; 0: it refuses. */
uint16_t oracle_suite(struct oracle *oracle,
    const struct tls_config *config, struct tls_span hello);

/* The suite in the ServerHello at the start of `flight`; 0: there is none. */
uint16_t oracle_server_hello(struct tls_span flight);

/* Whether an OpenSSL client can offer `suite`, which is (or is not) of TLS
 * 1.3: some of those it knows are switched off. */
bool oracle_offers(const struct oracle *oracle, uint16_t suite,
    bool of_tls1_3);

/* Adds OpenSSL's names of those `suites` that are (or are not) of TLS 1.3,
 * between colons. */
void oracle_names(const struct oracle *oracle, struct buf *out,
    const uint16_t *suites, size_t num, bool of_tls1_3);

#endif
