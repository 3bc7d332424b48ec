/* support.c - what this library can do, feature by feature
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "trial.h"

#include "common/primitives.h"

#include <stdlib.h>

/* Rows without an experiment are about what this backend has no code for, or
 * what only another process could see. */
#define NONE(feature, why) \
	{ TLS_FEATURE_##feature, NULL, { TLS_SUPPORT_NONE, why }, NULL },
#define FULL(feature, experiment) \
	{ TLS_FEATURE_##feature, mbed_try_##experiment, \
	  { TLS_SUPPORT_FULL, NULL }, NULL },
#define SHARED(feature, experiment) \
	{ TLS_FEATURE_##feature, common_try_##experiment, \
	  { TLS_SUPPORT_FULL, NULL }, NULL },
#define PART(feature, experiment, how) \
	{ TLS_FEATURE_##feature, mbed_try_##experiment, \
	  { TLS_SUPPORT_PART, how }, NULL },
/* With words for where it does not work. */
#define ELSE(feature, experiment, support, how, why) \
	{ TLS_FEATURE_##feature, mbed_try_##experiment, \
	  { TLS_SUPPORT_##support, how }, why },

#define EDITED		"put into what Mbed TLS sends, not in a renegotiation"
#define NOT_EDITED \
	"Mbed TLS has none of its own, and adding it to a handshake in " \
	"memory fails"
#define PSK_LEN		"keys of at most " COMPAT_PSK_MAX " bytes"
#define NO_HANDSHAKE	"a handshake in memory fails"
#define LEFT_OUT	"this build of Mbed TLS leaves it out"
#define NO_ED25519	"Mbed TLS does not know Ed25519"

static const struct common_row rows[] = {
NONE(SSL2, "Mbed TLS does not speak SSL 2.0")
NONE(SSL3, "Mbed TLS as it is built here does not speak SSL 3.0")
ELSE(TLS1, versions, FULL, NULL, NO_HANDSHAKE)
ELSE(TLS1_1, versions, FULL, NULL, NO_HANDSHAKE)
ELSE(TLS1_2, versions, FULL, NULL, NO_HANDSHAKE)
ELSE(TLS1_3, versions, FULL, NULL, NO_HANDSHAKE)
NONE(HELLO_SSLV2, "Mbed TLS closes the connection without an alert")
PART(HELLO_FRAGMENTS, fragments, "coalesced into one record, Mbed TLS cannot "
    "read every way of splitting")
FULL(CIPHER_LIST, order)
FULL(CLIENT_PREFERENCE, order)
FULL(SERVER_PREFERENCE, order)
FULL(GROUPS, groups)
FULL(SIGNATURES, signatures)
FULL(DH_PARAMETERS, dh)
NONE(ANONYMOUS, "Mbed TLS has no anonymous suites: only pre-shared keys work "
    "without a certificate")
{ TLS_FEATURE_WORKAROUNDS, NULL, { TLS_SUPPORT_NOOP,
    "Mbed TLS has no switch for work-arounds" }, NULL },
FULL(IDENTITIES, rsa)
FULL(KEY_RSA, rsa)
FULL(KEY_ECDSA, certificates)
ELSE(KEY_EDDSA, ed25519, FULL, NULL, NO_ED25519)
PART(KEY_ENCRYPTED, encrypted, "not those under scrypt")
PART(KEY_PKCS12, encrypted, "not those under RC2, nor under a pass phrase "
    "that is longer than 31 bytes or not in ASCII")
NONE(KEY_URI, "Mbed TLS knows no tokens, a key has to be in a file")
NONE(ENGINE, "Mbed TLS has neither engines nor providers")
FULL(CLIENT_CERTIFICATE, certificates)
FULL(VERIFY_STEPS, certificates)
PART(CLIENT_SIGNATURES, signatures, COMPAT_CLIENT_SIGNATURES)
FULL(CRLS, crls)
ELSE(STATUS, editing, PART, EDITED, NOT_EDITED)
PART(STATUS_TLS1_3, tls1_3_status, "put into what Mbed TLS sends, as far as "
    "its 16 kB go")
PART(PSK, versions, PSK_LEN)
PART(PSK_TLS1_3, versions, PSK_LEN)
ELSE(PSK_HINT, editing, PART, EDITED, NOT_EDITED)
ELSE(ALPN, alpn, FULL, NULL, LEFT_OUT)
ELSE(NPN, editing, PART, EDITED, NOT_EDITED)
FULL(TICKETS, tickets)
FULL(TICKETS_TLS1_3, tls1_3_tickets)
FULL(NUM_TICKETS, tls1_3_tickets)
FULL(SESSION_STORE, store)
FULL(ID_PREFIX, store)
FULL(RENEGOTIATE, renegotiation)
FULL(RENEGOTIATE_CERTIFICATE, renegotiation)
ELSE(POST_HANDSHAKE_AUTH, post_handshake, FULL, NULL,
    "Mbed TLS never asks for a certificate after a TLS 1.3 handshake")
ELSE(KEY_UPDATE, key_update, PART,
    "made of parts of Mbed TLS, which has none of its own",
    "Mbed TLS has none, and making one in memory fails")
PART(STATES, versions, "derived from the steps of the library, which has no "
    "word for them")
FULL(MESSAGES, messages)
ELSE(SECRETS, versions, FULL, NULL,
    "this build of Mbed TLS does not export them")
FULL(RANDOM_SEED, seed)
SHARED(MAKE_KEY, keys)
FULL(EXPORTER, exporter)
SHARED(DIGEST_SHA1, digests)
SHARED(DIGEST_SHA2, digests)
SHARED(MAKE_RSA, rsa)
SHARED(MAKE_P256, keys)
SHARED(MAKE_P384, keys)
SHARED(MAKE_P521, keys)
NONE(MAKE_ED25519, NO_ED25519)
SHARED(SIGN_SHA1, rsa)
SHARED(SIGN_RSA_PSS, rsa)
SHARED(CHECK_SIGNATURE, keys)
FULL(FACT_GROUP, certificates)
FULL(FACT_SIGNATURE, certificates)
FULL(FACT_PEER_SIGNATURE, certificates)
FULL(FACT_RESUMED, tickets)
FULL(FACT_EXTENDED_MASTER, versions)
FULL(FACT_SECURE_RENEGO, versions)
FULL(FACT_IDENTITY, certificates)
FULL(FACT_PSK_IDENTITY, versions)
FULL(FACT_STATUS_SENT, editing)
FULL(FACT_SESSION_ID, store)
FULL(FACT_SECRET, versions)
FULL(FACT_PEER_CHAIN, certificates)
NONE(SURVIVES_FORK, "the random generator of Mbed TLS does not notice a fork")
NONE(DATAGRAMS, "this backend does not do it yet")
NONE(EARLY_DATA, "this backend does not do it yet")
NONE(ECH, "Mbed TLS has no ECH")
{ TLS_FEATURE_NATIVE, NULL, { TLS_SUPPORT_FULL, NULL }, NULL },
NONE(KEY_MLDSA, "Mbed TLS has no ML-DSA")
};

static const struct common_table table = {
	rows, sizeof rows / sizeof *rows,
	"this build of Mbed TLS failed when it was tried in memory",
};

bool
mbed_support_start(struct tls_error *err)
{
	int status = mbed_compat_init();

	return status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY, status,
	    "initialising Mbed TLS");
}

struct tls_probe *
mbed_support_open(struct tls_error *err)
{
	struct tls_probe *probe = calloc(1, sizeof *probe);

	if (!probe) {
		mbed_error_set(err, TLS_BLAME_LIBRARY, "out of memory");
		return NULL;
	}
	probe->table = &table;
	probe->base.primitives = &mbed_primitives;
	return probe;
}

void
mbed_support_close(struct tls_probe *probe)
{
	free(probe);
}

struct tls_answer
mbed_support_answer(struct tls_probe *probe, enum tls_feature feature)
{
	return common_probe_answer(probe, &table, feature);
}
