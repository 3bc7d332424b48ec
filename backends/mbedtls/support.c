/* support.c - what this library can do, feature by feature
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "client.h"

#include "common/primitives.h"

/* Rows without an experiment are about what this backend has no code for, or
 * what only another process could see. */
#define NONE(feature, why) \
	{ TLS_FEATURE_##feature, NULL, { TLS_SUPPORT_NONE, why }, NULL },
#define ROW(feature, experiment, support, how, why) \
	{ TLS_FEATURE_##feature, experiment, \
	  { TLS_SUPPORT_##support, how }, why },
#define FULL(feature)		ROW(feature, common_try, FULL, NULL, NULL)
#define PART(feature, how)	ROW(feature, common_try, PART, how, NULL)
/* With words for where it does not work. */
#define ELSE(feature, why)	ROW(feature, common_try, FULL, NULL, why)
#define SHARED(feature, name) \
	ROW(feature, common_try_##name, FULL, NULL, NULL)
/* With words for where it was not compiled in. */
#define VERSION(version, absent) \
	{ TLS_FEATURE_##version, COMPAT_##version ? common_try : NULL, \
	  { COMPAT_##version ? TLS_SUPPORT_FULL : TLS_SUPPORT_NONE, \
	    COMPAT_##version ? NULL : absent }, NO_HANDSHAKE },
/* Made of parts of the library, or told in part of them. */
#define MADE(feature, name, support, how, why) \
	ROW(feature, mbed_try_##name, support, how, why)

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
VERSION(TLS1, COMPAT_NO_OLD_TLS)
VERSION(TLS1_1, COMPAT_NO_OLD_TLS)
VERSION(TLS1_2, COMPAT_NO_OLD_TLS)
VERSION(TLS1_3, COMPAT_NO_TLS1_3)
NONE(HELLO_SSLV2, "Mbed TLS reads no hello in an SSLv2 record")
MADE(HELLO_FRAGMENTS, fragments, PART, "coalesced into one record, Mbed TLS "
    "cannot read every way of splitting", NULL)
FULL(CIPHER_LIST)
FULL(CLIENT_PREFERENCE)
FULL(SERVER_PREFERENCE)
FULL(GROUPS)
FULL(SIGNATURES)
FULL(DH_PARAMETERS)
NONE(ANONYMOUS, "Mbed TLS has no anonymous suites: only pre-shared keys work "
    "without a certificate")
{ TLS_FEATURE_WORKAROUNDS, NULL, { TLS_SUPPORT_NOOP,
    "Mbed TLS has no switch for work-arounds" }, NULL },
FULL(IDENTITIES)
FULL(KEY_RSA)
FULL(KEY_ECDSA)
ELSE(KEY_EDDSA, NO_ED25519)
PART(KEY_ENCRYPTED, "not those under scrypt")
PART(KEY_PKCS12, "not those under RC2, nor under a pass phrase that is "
    "longer than 31 bytes or not in ASCII")
NONE(KEY_URI, "Mbed TLS knows no tokens, a key has to be in a file")
NONE(ENGINE, "Mbed TLS has neither engines nor providers")
MADE(CLIENT_CERTIFICATE, client_certificate, FULL, NULL, NULL)
FULL(VERIFY_STEPS)
PART(CLIENT_SIGNATURES, COMPAT_CLIENT_SIGNATURES)
FULL(CRLS)
MADE(STATUS, editing, PART, EDITED, NOT_EDITED)
MADE(STATUS_TLS1_3, tls1_3_status, PART, "put into what Mbed TLS sends, as "
    "far as its 16 kB go", NULL)
PART(PSK, PSK_LEN)
PART(PSK_TLS1_3, PSK_LEN)
MADE(PSK_HINT, editing, PART, EDITED, NOT_EDITED)
ELSE(ALPN, LEFT_OUT)
MADE(NPN, editing, PART, EDITED, NOT_EDITED)
FULL(TICKETS)
FULL(TICKETS_TLS1_3)
FULL(NUM_TICKETS)
FULL(SESSION_STORE)
FULL(ID_PREFIX)
FULL(RENEGOTIATE)
FULL(RENEGOTIATE_CERTIFICATE)
ELSE(POST_HANDSHAKE_AUTH,
    "Mbed TLS never asks for a certificate after a TLS 1.3 handshake")
MADE(KEY_UPDATE, key_update, PART,
    "made of parts of Mbed TLS, which has none of its own",
    "Mbed TLS has none, and making one in memory fails")
PART(STATES, "derived from the steps of the library, which has no word for "
    "them")
MADE(MESSAGES, messages, FULL, NULL, NULL)
ELSE(SECRETS, "this build of Mbed TLS does not export them")
FULL(RANDOM_SEED)
SHARED(MAKE_KEY, keys)
MADE(EXPORTER, exporter, FULL, NULL, NULL)
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
FULL(FACT_GROUP)
FULL(FACT_SIGNATURE)
FULL(FACT_PEER_SIGNATURE)
FULL(FACT_RESUMED)
FULL(FACT_EXTENDED_MASTER)
FULL(FACT_SECURE_RENEGO)
FULL(FACT_IDENTITY)
FULL(FACT_PSK_IDENTITY)
MADE(FACT_STATUS_SENT, editing, FULL, NULL, NULL)
FULL(FACT_SESSION_ID)
FULL(FACT_SECRET)
FULL(FACT_PEER_CHAIN)
NONE(SURVIVES_FORK, "the random generator of Mbed TLS does not notice a fork")
NONE(DATAGRAMS, "this backend does not do it yet")
NONE(EARLY_DATA, "this backend does not do it yet")
NONE(ECH, "Mbed TLS has no ECH")
FULL(NATIVE)
NONE(KEY_MLDSA, "Mbed TLS has no ML-DSA")
{ TLS_FEATURE_CLIENT_GROUPS, NULL, { TLS_SUPPORT_FULL, NULL }, NULL },
};

const struct common_table mbed_table = {
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
