/* support.c - what the library can do, found by trying it in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trial.h"

#include "common/primitives.h"

#include <openssl/crypto.h>

/* Each feature with the experiment that finds out; see common/probe.h. */
static const struct common_row rows[] = {
#define ROW(id, name, support, note, failed) \
	{ TLS_FEATURE_##id, openssl_try_##name, { support, note }, failed }
#define TRIED(id, name)		ROW(id, name, TLS_SUPPORT_FULL, NULL, NULL)
#define OR_NOT(id, name, why)	ROW(id, name, TLS_SUPPORT_FULL, NULL, why)
#define IN_PART(id, name, note)	ROW(id, name, TLS_SUPPORT_PART, note, NULL)
#define SHARED(id, name) \
	{ TLS_FEATURE_##id, common_try_##name, { TLS_SUPPORT_FULL, NULL }, \
	  NULL }
#define CANNOT(id, note) \
	{ TLS_FEATURE_##id, NULL, { TLS_SUPPORT_NONE, note }, NULL }
	CANNOT(SSL2,
	    "this library gave it up with its version 1.1.0"),
	OR_NOT(SSL3, version,
	    "this build of the library was made without it"),
	OR_NOT(TLS1, version,
	    "this build of the library refuses it"),
	OR_NOT(TLS1_1, version,
	    "this build of the library refuses it"),
	OR_NOT(TLS1_2, version,
	    "this build of the library refuses it"),
	OR_NOT(TLS1_3, version,
	    "this build of the library refuses it"),
	TRIED(HELLO_SSLV2, sslv2_hello),
	TRIED(HELLO_FRAGMENTS, fragments),
	TRIED(CIPHER_LIST, preferences),
	TRIED(CLIENT_PREFERENCE, preferences),
	TRIED(SERVER_PREFERENCE, preferences),
	IN_PART(GROUPS, lists,
	    "not for DHE up to TLS 1.2, whose group is that of -dhparam"),
	TRIED(SIGNATURES, lists),
	TRIED(DH_PARAMETERS, anonymous),
	TRIED(ANONYMOUS, anonymous),
	IN_PART(WORKAROUNDS, particulars,
	    "few are left, and they switch off the empty fragments that "
	    "protect CBC suites of TLS 1.0"),
	TRIED(IDENTITIES, identities),
	TRIED(KEY_RSA, rsa),
	TRIED(KEY_ECDSA, identities),
	TRIED(KEY_EDDSA, identities),
	TRIED(KEY_ENCRYPTED, encrypted_key),
	TRIED(KEY_PKCS12, pkcs12),
	IN_PART(KEY_URI, uri,
	    "a pkcs11: URI needs a provider or an engine for it, named by "
	    "-engine"),
#if OPENSSL_HAS_ENGINES
	TRIED(ENGINE, engine),
#else
	IN_PART(ENGINE, engine,
	    "only providers, for this build of the library has no engines"),
#endif
	TRIED(CLIENT_CERTIFICATE, facts),
	TRIED(VERIFY_STEPS, facts),
	TRIED(CLIENT_SIGNATURES, lists),
	TRIED(CRLS, lists),
	TRIED(STATUS, status),
	TRIED(STATUS_TLS1_3, status),
	IN_PART(PSK, psk,
	    "identities of at most 256 bytes, none of them zero"),
	TRIED(PSK_TLS1_3, psk),
	TRIED(PSK_HINT, psk),
	TRIED(ALPN, facts),
	TRIED(NPN, particulars),
	TRIED(TICKETS, resumption),
	TRIED(TICKETS_TLS1_3, resumption),
	TRIED(NUM_TICKETS, resumption),
	TRIED(SESSION_STORE, resumption),
	TRIED(ID_PREFIX, particulars),
	TRIED(RENEGOTIATE, renegotiation),
	TRIED(RENEGOTIATE_CERTIFICATE, renegotiation),
	TRIED(POST_HANDSHAKE_AUTH, requests),
	TRIED(KEY_UPDATE, requests),
	TRIED(STATES, facts),
	TRIED(MESSAGES, facts),
	TRIED(SECRETS, facts),
	TRIED(RANDOM_SEED, seed),
	SHARED(MAKE_KEY, keys),
	TRIED(EXPORTER, facts),
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
	TRIED(FACT_GROUP, facts),
	TRIED(FACT_SIGNATURE, facts),
	TRIED(FACT_PEER_SIGNATURE, facts),
	TRIED(FACT_RESUMED, resumption),
	TRIED(FACT_EXTENDED_MASTER, facts),
	TRIED(FACT_SECURE_RENEGO, facts),
	TRIED(FACT_IDENTITY, identities),
	TRIED(FACT_PSK_IDENTITY, psk),
	TRIED(FACT_STATUS_SENT, status),
	TRIED(FACT_SESSION_ID, facts),
	TRIED(FACT_SECRET, facts),
	TRIED(FACT_PEER_CHAIN, facts),
	/* The random number generator notices that it is in a child (RAND(7)),
	 * and nothing else is shared. */
	{ TLS_FEATURE_SURVIVES_FORK, NULL, { TLS_SUPPORT_FULL, NULL }, NULL },
	CANNOT(DATAGRAMS,
	    "this backend does not do it yet"),
	CANNOT(EARLY_DATA,
	    "this backend does not do it yet"),
	CANNOT(ECH,
	    "this backend does not do it yet"),
	TRIED(NATIVE, native),
	OR_NOT(KEY_MLDSA, mldsa,
	    "the library has it from its version 3.5 on"),
};

static const struct common_table table = {
	rows, sizeof rows / sizeof *rows, OPENSSL_TRIAL_FAILED,
};

/* The library starts without the system's openssl.cnf: what is compared are
 * libraries, not configurations, and reading files is not for a backend.  Its
 * own clean-up at exit is left out, since other threads may still be using
 * it then. */
bool
openssl_start(struct tls_error *err)
{
	return OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT, NULL) == 1 ||
	    openssl_library_error(err, TLS_BLAME_LIBRARY, "start");
}

struct tls_probe *
openssl_probe_open(struct tls_error *err)
{
	struct tls_probe *probe = OPENSSL_zalloc(sizeof *probe);

	if (probe)
		probe->base.primitives = &openssl_primitives;
	else
		openssl_error(err, TLS_BLAME_LIBRARY, "out of memory");
	return probe;
}

void
openssl_probe_close(struct tls_probe *probe)
{
	if (probe)
		openssl_lab_clear(probe);
	OPENSSL_free(probe);
}

struct tls_answer
openssl_answer(struct tls_probe *probe, enum tls_feature feature)
{
	struct tls_answer answer = common_probe_answer(probe, &table, feature);

	openssl_clear_errors();
	return answer;
}
