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

#define OFF		"switched off in this GnuTLS or by the system's policy"
#define LEFT_OUT	"left out of this GnuTLS when it was built"
#define NO_PKCS11	"this GnuTLS was built without PKCS#11"
#define WALK		"emulated where a priority string cannot say it: one " \
	"suite is tried after the other"

static const struct common_row rows[] = {
	COMMON_NONE(SSL2, "GnuTLS has never spoken SSL 2.0")
	COMMON_ROW(SSL3, try_ssl3, NONE, NULL, LEFT_OUT)
	COMMON_ELSE(TLS1, OFF)
	COMMON_ELSE(TLS1_1, OFF)
	COMMON_ELSE(TLS1_2, OFF)
	COMMON_ELSE(TLS1_3, OFF)
	COMMON_PART(CIPHER_LIST, WALK)
	COMMON_PART(SERVER_PREFERENCE, WALK)
	COMMON_ELSE(ANONYMOUS, LEFT_OUT)
	COMMON_ELSE(KEY_RSA, OFF)
	COMMON_ELSE(KEY_ECDSA, OFF)
	COMMON_ELSE(KEY_EDDSA, OFF)
	COMMON_PART(KEY_ENCRYPTED, "all but PKCS#8 under scrypt")
	COMMON_ROW(KEY_URI, try_tokens, FULL, NULL, NO_PKCS11)
	COMMON_ROW(ENGINE, try_tokens, PART, "\"pkcs11\" for the tokens of "
	    "the system, or \"pkcs11:FILE\" for a module", NO_PKCS11)
	COMMON_ELSE(PSK, LEFT_OUT)
	COMMON_ROW(PSK_TLS1_3, common_try, PART, "with SHA-256, and only the "
	    "first key that a client offers", LEFT_OUT)
	COMMON_ELSE(PSK_HINT, LEFT_OUT)
	COMMON_NONE(NPN, "GnuTLS never had NPN")
	COMMON_PART(SESSION_STORE,
	    "up to TLS 1.2; in TLS 1.3 GnuTLS resumes by tickets only")
	COMMON_PART(KEY_UPDATE, "GnuTLS refuses a client that updates its keys "
	    "more than 8 times in a second")
	COMMON_PART(STATES,
	    "derived from the messages, since GnuTLS shows no states")
	COMMON_NONE(RANDOM_SEED, "GnuTLS seeds itself from the system and "
	    "takes nothing from outside")
	COMMON_ROW(MAKE_KEY, common_try_keys, PART, "keys on curves are read "
	    "only with their public halves", OFF)
	COMMON_PART(EXPORTER, "at most 200 bytes before TLS 1.2")
	COMMON_ELSE(FACT_PSK_IDENTITY, LEFT_OUT)
	COMMON_PART(FACT_SECRET,
	    "up to TLS 1.2; GnuTLS does not tell the secret of TLS 1.3")
	/* Its generator notices a fork and seeds itself anew (the manual,
	 * "Random number generation"). */
	COMMON_ROW(SURVIVES_FORK, NULL, FULL, NULL, NULL)
	COMMON_NONE(KEY_MLDSA, "GnuTLS has no ML-DSA in TLS")
};

const struct common_table gnu_table = {
	rows, sizeof rows / sizeof *rows,
	"this GnuTLS failed when it was tried", &common_usual,
};

bool
gnu_start(struct tls_error *err)
{
	int code = gnutls_global_init();

	return code >= 0 || gnu_error_code(err, TLS_BLAME_LIBRARY, code,
	    "GnuTLS does not start");
}
