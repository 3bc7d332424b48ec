/* support.c - what this library can do, feature by feature
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "client.h"

/* With words for where it was not compiled in. */
#define VERSION(version, absent) \
	{ TLS_FEATURE_##version, COMPAT_##version ? common_try : NULL, \
	  { COMPAT_##version ? TLS_SUPPORT_FULL : TLS_SUPPORT_NONE, \
	    COMPAT_##version ? NULL : absent }, NO_HANDSHAKE },
/* Made of parts of the library, or told in part of them (experiments.c). */
#define MADE(feature, name, support, how, why) \
	COMMON_ROW(feature, mbed_try_##name, support, how, why)

#define EDITED		"put into what Mbed TLS sends, not in a renegotiation"
#define NOT_EDITED \
	"Mbed TLS has none of its own, and adding it to a handshake in " \
	"memory fails"
#define PSK_LEN		"keys of at most " COMPAT_PSK_MAX " bytes"
#define NO_HANDSHAKE	"a handshake in memory fails"
#define NO_ED25519	"Mbed TLS does not know Ed25519"

static const struct common_row rows[] = {
	COMMON_NONE(SSL2, "Mbed TLS does not speak SSL 2.0")
	COMMON_NONE(SSL3, "Mbed TLS as it is built here does not speak SSL 3.0")
	VERSION(TLS1, COMPAT_NO_OLD_TLS)
	VERSION(TLS1_1, COMPAT_NO_OLD_TLS)
	VERSION(TLS1_2, COMPAT_NO_OLD_TLS)
	VERSION(TLS1_3, COMPAT_NO_TLS1_3)
	COMMON_NONE(HELLO_SSLV2, "Mbed TLS reads no hello in an SSLv2 record")
	MADE(HELLO_FRAGMENTS, fragments, PART, "coalesced into one record, "
	    "Mbed TLS cannot read every way of splitting", NULL)
	COMMON_NONE(ANONYMOUS, "Mbed TLS has no anonymous suites: only "
	    "pre-shared keys work without a certificate")
	COMMON_ROW(WORKAROUNDS, NULL, NOOP,
	    "Mbed TLS has no switch for work-arounds", NULL)
	COMMON_ELSE(KEY_EDDSA, NO_ED25519)
	COMMON_PART(KEY_ENCRYPTED, "not those under scrypt")
	COMMON_PART(KEY_PKCS12, "not those under RC2, nor under a pass phrase "
	    "that is longer than 31 bytes or not in ASCII")
	COMMON_NONE(KEY_URI,
	    "Mbed TLS knows no tokens, a key has to be in a file")
	COMMON_NONE(ENGINE, "Mbed TLS has neither engines nor providers")
	MADE(CLIENT_CERTIFICATE, client_certificate, FULL, NULL, NULL)
	COMMON_PART(CLIENT_SIGNATURES, COMPAT_CLIENT_SIGNATURES)
	MADE(STATUS, editing, PART, EDITED, NOT_EDITED)
	MADE(STATUS_TLS1_3, tls1_3_status, PART,
	    "put into what Mbed TLS sends, as far as its 16 kB go", NULL)
	COMMON_PART(PSK, PSK_LEN)
	COMMON_PART(PSK_TLS1_3, PSK_LEN)
	MADE(PSK_HINT, editing, PART, EDITED, NOT_EDITED)
	COMMON_ELSE(ALPN, "this build of Mbed TLS leaves it out")
	MADE(NPN, editing, PART, EDITED, NOT_EDITED)
	COMMON_ELSE(POST_HANDSHAKE_AUTH,
	    "Mbed TLS never asks for a certificate after a TLS 1.3 handshake")
	MADE(KEY_UPDATE, key_update, PART,
	    "made of parts of Mbed TLS, which has none of its own",
	    "Mbed TLS has none, and making one in memory fails")
	COMMON_PART(STATES, "derived from the steps of the library, which has "
	    "no word for them")
	MADE(MESSAGES, messages, FULL, NULL, NULL)
	COMMON_ELSE(SECRETS, "this build of Mbed TLS does not export them")
	MADE(EXPORTER, exporter, FULL, NULL, NULL)
	COMMON_NONE(MAKE_ED25519, NO_ED25519)
	MADE(FACT_STATUS_SENT, editing, FULL, NULL, NULL)
	COMMON_NONE(SURVIVES_FORK,
	    "the random generator of Mbed TLS does not notice a fork")
	COMMON_NONE(ECH, "Mbed TLS has no ECH")
	COMMON_NONE(KEY_MLDSA, "Mbed TLS has no ML-DSA")
};

const struct common_table mbed_table = {
	rows, sizeof rows / sizeof *rows,
	"this build of Mbed TLS failed when it was tried in memory",
	&common_usual,
};

bool
mbed_start(struct tls_error *err)
{
	int status = mbed_compat_init();

	return status == 0 || mbed_error_from(err, TLS_BLAME_LIBRARY, status,
	    "initialising Mbed TLS");
}
