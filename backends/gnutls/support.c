/* support.c - what this library, as loaded, can do: tried when asked
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include "common/primitives.h"
#include "common/try.h"

/* ---- of this library only ------------------------------------------------ */

/* A session whose priority was refused crashes when it is used (3.7), so the
 * library is only asked. */
static void
try_ssl3(struct tls_probe *probe)
{
	const gnutls_protocol_t *list = gnutls_protocol_list();

	while (*list != 0 && *list != GNUTLS_SSL3)
		list++;
	if (*list != 0)
		common_probe_set(probe, TLS_FEATURE_SSL3, TLS_SUPPORT_NONE,
		    "broken (RFC 7568), and left out of the backend though "
		    "this GnuTLS has it");
	else
		common_probe_found(probe, TLS_FEATURE_SSL3, false);
}

/* There may be no token; the library says whether it could use one. */
static void
try_tokens(struct tls_probe *probe)
{
	const bool knows = gnutls_url_is_supported("pkcs11:") != 0;

	common_probe_found(probe, TLS_FEATURE_KEY_URI, knows);
	common_probe_found(probe, TLS_FEATURE_ENGINE, knows);
}

/* ---- the rows ------------------------------------------------------------ */

#define ROW(feature, name, support, note, failed) \
	{ TLS_FEATURE_##feature, name, { support, note }, failed }
#define TRIED(feature)		ROW(feature, common_try, TLS_SUPPORT_FULL, \
	NULL, NULL)
#define OR_NOT(feature, why)	ROW(feature, common_try, TLS_SUPPORT_FULL, \
	NULL, why)
#define IN_PART(feature, note)	ROW(feature, common_try, TLS_SUPPORT_PART, \
	note, NULL)
#define SHARED(feature, name) \
	ROW(feature, common_try_##name, TLS_SUPPORT_FULL, NULL, OFF)
#define CANNOT(feature, note)	ROW(feature, NULL, TLS_SUPPORT_NONE, note, NULL)

#define OFF		"switched off in this GnuTLS or by the system's policy"
#define LEFT_OUT	"left out of this GnuTLS when it was built"
#define NO_PKCS11	"this GnuTLS was built without PKCS#11"
#define NOT_YET		"this backend does not do it yet"
#define WALK		"emulated where a priority string cannot say it: one " \
	"suite is tried after the other"

static const struct common_row rows[] = {
	CANNOT(SSL2, "GnuTLS has never spoken SSL 2.0"),
	ROW(SSL3, try_ssl3, TLS_SUPPORT_NONE, NULL, LEFT_OUT),
	OR_NOT(TLS1, OFF),
	OR_NOT(TLS1_1, OFF),
	OR_NOT(TLS1_2, OFF),
	OR_NOT(TLS1_3, OFF),
	OR_NOT(HELLO_SSLV2, "this GnuTLS reads no hello in an SSLv2 record"),
	OR_NOT(HELLO_FRAGMENTS,
	    "this GnuTLS reads no hello in several records"),
	IN_PART(CIPHER_LIST, WALK),
	TRIED(CLIENT_PREFERENCE),
	IN_PART(SERVER_PREFERENCE, WALK),
	TRIED(GROUPS),
	TRIED(SIGNATURES),
	TRIED(CLIENT_SIGNATURES),
	TRIED(DH_PARAMETERS),
	TRIED(WORKAROUNDS),
	OR_NOT(ANONYMOUS, LEFT_OUT),
	TRIED(IDENTITIES),
	OR_NOT(KEY_RSA, OFF),
	OR_NOT(KEY_ECDSA, OFF),
	OR_NOT(KEY_EDDSA, OFF),
	IN_PART(KEY_ENCRYPTED, "all but PKCS#8 under scrypt"),
	TRIED(KEY_PKCS12),
	ROW(KEY_URI, try_tokens, TLS_SUPPORT_FULL, NULL, NO_PKCS11),
	ROW(ENGINE, try_tokens, TLS_SUPPORT_PART, "\"pkcs11\" for the tokens "
	    "of the system, or \"pkcs11:FILE\" for a module", NO_PKCS11),
	TRIED(CLIENT_CERTIFICATE),
	TRIED(VERIFY_STEPS),
	TRIED(CRLS),
	TRIED(STATUS),
	TRIED(STATUS_TLS1_3),
	OR_NOT(PSK, LEFT_OUT),
	ROW(PSK_TLS1_3, common_try, TLS_SUPPORT_PART, "with SHA-256, and only "
	    "the first key that a client offers", LEFT_OUT),
	OR_NOT(PSK_HINT, LEFT_OUT),
	TRIED(ALPN),
	CANNOT(NPN, "GnuTLS never had NPN"),
	TRIED(TICKETS),
	TRIED(TICKETS_TLS1_3),
	TRIED(NUM_TICKETS),
	IN_PART(SESSION_STORE,
	    "up to TLS 1.2; in TLS 1.3 GnuTLS resumes by tickets only"),
	TRIED(ID_PREFIX),
	TRIED(RENEGOTIATE),
	TRIED(RENEGOTIATE_CERTIFICATE),
	TRIED(POST_HANDSHAKE_AUTH),
	IN_PART(KEY_UPDATE, "GnuTLS refuses a client that updates its keys "
	    "more than 8 times in a second"),
	IN_PART(STATES,
	    "derived from the messages, since GnuTLS shows no states"),
	TRIED(MESSAGES),
	TRIED(SECRETS),
	CANNOT(RANDOM_SEED, "GnuTLS seeds itself from the system and takes "
	    "nothing from outside"),
	ROW(MAKE_KEY, common_try_keys, TLS_SUPPORT_PART, "keys on curves are "
	    "read only with their public halves", OFF),
	IN_PART(EXPORTER, "at most 200 bytes before TLS 1.2"),
	SHARED(DIGEST_SHA1, digests),
	SHARED(DIGEST_SHA2, digests),
	SHARED(MAKE_RSA, rsa),
	SHARED(MAKE_P256, keys),
	SHARED(MAKE_P384, keys),
	SHARED(MAKE_P521, keys),
	SHARED(MAKE_ED25519, keys),
	SHARED(SIGN_SHA1, rsa),
	SHARED(SIGN_RSA_PSS, rsa),
	SHARED(CHECK_SIGNATURE, keys),
	TRIED(FACT_GROUP),
	TRIED(FACT_SIGNATURE),
	TRIED(FACT_PEER_SIGNATURE),
	TRIED(FACT_RESUMED),
	TRIED(FACT_EXTENDED_MASTER),
	TRIED(FACT_SECURE_RENEGO),
	TRIED(FACT_IDENTITY),
	OR_NOT(FACT_PSK_IDENTITY, LEFT_OUT),
	TRIED(FACT_STATUS_SENT),
	TRIED(FACT_SESSION_ID),
	IN_PART(FACT_SECRET,
	    "up to TLS 1.2; GnuTLS does not tell the secret of TLS 1.3"),
	TRIED(FACT_PEER_CHAIN),
	/* Its generator notices a fork and seeds itself anew (the manual,
	 * "Random number generation"). */
	ROW(SURVIVES_FORK, NULL, TLS_SUPPORT_FULL, NULL, NULL),
	CANNOT(DATAGRAMS, NOT_YET),
	CANNOT(EARLY_DATA, NOT_YET),
	CANNOT(ECH, NOT_YET),
	TRIED(NATIVE),
	CANNOT(KEY_MLDSA, "GnuTLS has no ML-DSA in TLS"),
	{ TLS_FEATURE_CLIENT_GROUPS, NULL, { TLS_SUPPORT_FULL, NULL }, NULL },
};

const struct common_table gnu_table = {
	rows, sizeof rows / sizeof *rows,
	"this GnuTLS failed when it was tried",
};

bool
gnu_start(struct tls_error *err)
{
	int code = gnutls_global_init();

	return code >= 0 || gnu_error_code(err, TLS_BLAME_LIBRARY, code,
	    "GnuTLS does not start");
}
