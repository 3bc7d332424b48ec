/* support.c - what the library can do, found by trying it in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/crypto.h>
#include <openssl/store.h>

#include "common/primitives.h"
#include "common/try.h"

/* ---- of this library only ----------------------------------------------- */

/* What a URI names is not here to be opened; what opens it is. */
static void
try_uri(struct tls_probe *probe)
{
	OSSL_STORE_LOADER *loader = OSSL_STORE_LOADER_fetch(NULL, "file",
	    NULL);

	OSSL_STORE_LOADER_free(loader);
	common_probe_found(probe, TLS_FEATURE_KEY_URI, loader);
}

static void
try_engine(struct tls_probe *probe)
{
	struct common_trial trial;

	common_trial_init(&trial, common_lab_of(probe), TLS_VERSION_1_2,
	    COMMON_WITH_PSK);
	trial.config.engine = "default";
	common_probe_found(probe, TLS_FEATURE_ENGINE,
	    common_trial_meet(&trial));
	common_trial_clear(&trial);
}

/* The library takes such a certificate where it knows the signatures. */
static void
try_mldsa(struct tls_probe *probe)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	common_probe_found(probe, TLS_FEATURE_KEY_MLDSA, ctx &&
	    SSL_CTX_set1_sigalgs_list(ctx, "mldsa44:mldsa65:mldsa87") == 1);
	SSL_CTX_free(ctx);
	openssl_clear_errors();
}

/* ---- the rows ------------------------------------------------------------ */

/* Each feature with the experiment that finds out; see common/probe.h. */
static const struct common_row rows[] = {
#define ROW(id, name, support, note, failed) \
	{ TLS_FEATURE_##id, name, { support, note }, failed }
#define TRIED(id)	ROW(id, common_try, TLS_SUPPORT_FULL, NULL, NULL)
#define OR_NOT(id, why)	ROW(id, common_try, TLS_SUPPORT_FULL, NULL, why)
#define IN_PART(id, note) \
	ROW(id, common_try, TLS_SUPPORT_PART, note, NULL)
#define SHARED(id, name) \
	ROW(id, common_try_##name, TLS_SUPPORT_FULL, NULL, NULL)
#define CANNOT(id, note) \
	{ TLS_FEATURE_##id, NULL, { TLS_SUPPORT_NONE, note }, NULL }
	CANNOT(SSL2,
	    "this library gave it up with its version 1.1.0"),
	OR_NOT(SSL3,
	    "this build of the library was made without it"),
	OR_NOT(TLS1,
	    "this build of the library refuses it"),
	OR_NOT(TLS1_1,
	    "this build of the library refuses it"),
	OR_NOT(TLS1_2,
	    "this build of the library refuses it"),
	OR_NOT(TLS1_3,
	    "this build of the library refuses it"),
	TRIED(HELLO_SSLV2),
	TRIED(HELLO_FRAGMENTS),
	TRIED(CIPHER_LIST),
	TRIED(CLIENT_PREFERENCE),
	TRIED(SERVER_PREFERENCE),
	IN_PART(GROUPS,
	    "not for DHE up to TLS 1.2, whose group is that of -dhparam"),
	TRIED(SIGNATURES),
	TRIED(DH_PARAMETERS),
	TRIED(ANONYMOUS),
	IN_PART(WORKAROUNDS,
	    "few are left, and they switch off the empty fragments that "
	    "protect CBC suites of TLS 1.0"),
	TRIED(IDENTITIES),
	TRIED(KEY_RSA),
	TRIED(KEY_ECDSA),
	TRIED(KEY_EDDSA),
	TRIED(KEY_ENCRYPTED),
	TRIED(KEY_PKCS12),
	ROW(KEY_URI, try_uri, TLS_SUPPORT_PART,
	    "a pkcs11: URI needs a provider or an engine for it, named by "
	    "-engine", NULL),
#if OPENSSL_HAS_ENGINES
	ROW(ENGINE, try_engine, TLS_SUPPORT_FULL, NULL, NULL),
#else
	ROW(ENGINE, try_engine, TLS_SUPPORT_PART,
	    "only providers, for this build of the library has no engines",
	    NULL),
#endif
	TRIED(CLIENT_CERTIFICATE),
	TRIED(VERIFY_STEPS),
	TRIED(CLIENT_SIGNATURES),
	TRIED(CRLS),
	TRIED(STATUS),
	TRIED(STATUS_TLS1_3),
	IN_PART(PSK,
	    "identities of at most 256 bytes, none of them zero"),
	TRIED(PSK_TLS1_3),
	TRIED(PSK_HINT),
	TRIED(ALPN),
	TRIED(NPN),
	TRIED(TICKETS),
	TRIED(TICKETS_TLS1_3),
	TRIED(NUM_TICKETS),
	TRIED(SESSION_STORE),
	TRIED(ID_PREFIX),
	TRIED(RENEGOTIATE),
	TRIED(RENEGOTIATE_CERTIFICATE),
	TRIED(POST_HANDSHAKE_AUTH),
	TRIED(KEY_UPDATE),
	TRIED(STATES),
	TRIED(MESSAGES),
	TRIED(SECRETS),
	TRIED(RANDOM_SEED),
	SHARED(MAKE_KEY, keys),
	TRIED(EXPORTER),
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
	TRIED(FACT_PSK_IDENTITY),
	TRIED(FACT_STATUS_SENT),
	TRIED(FACT_SESSION_ID),
	TRIED(FACT_SECRET),
	TRIED(FACT_PEER_CHAIN),
	/* The random number generator notices that it is in a child (RAND(7)),
	 * and nothing else is shared. */
	{ TLS_FEATURE_SURVIVES_FORK, NULL, { TLS_SUPPORT_FULL, NULL }, NULL },
	CANNOT(DATAGRAMS,
	    "this backend does not do it yet"),
	CANNOT(EARLY_DATA,
	    "this backend does not do it yet"),
	CANNOT(ECH,
	    "this backend does not do it yet"),
	TRIED(NATIVE),
	ROW(KEY_MLDSA, try_mldsa, TLS_SUPPORT_FULL, NULL,
	    "the library has it from its version 3.5 on"),
#if OPENSSL_HAS_RANKS
	CANNOT(CLIENT_GROUPS,
	    "since its version 3.5 the library ranks its groups, and those of "
	    "one rank only go by the client's order: name them with -groups"),
#else
	{ TLS_FEATURE_CLIENT_GROUPS, NULL, { TLS_SUPPORT_FULL, NULL }, NULL },
#endif
};

const struct common_table openssl_table = {
	rows, sizeof rows / sizeof *rows,
	"this build of the library failed when it was tried",
};

/* The library reads its openssl.cnf, as in every program with it.  Its own
 * clean-up at exit is left out, since other threads may still be using it
 * then. */
bool
openssl_start(struct tls_error *err)
{
	return OPENSSL_init_ssl(OPENSSL_INIT_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT, NULL) == 1 ||
	    openssl_library_error(err, TLS_BLAME_LIBRARY,
	    "start (openssl.cnf, or the file of OPENSSL_CONF)");
}
