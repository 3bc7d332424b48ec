/* support.c - what the library can do, found by trying it in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/crypto.h>
#include <openssl/store.h>

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

#define REFUSES	"this build of the library refuses it"

static const struct common_row rows[] = {
	COMMON_NONE(SSL2, "this library gave it up with its version 1.1.0")
	COMMON_ELSE(SSL3, "this build of the library was made without it")
	COMMON_ELSE(TLS1, REFUSES)
	COMMON_ELSE(TLS1_1, REFUSES)
	COMMON_ELSE(TLS1_2, REFUSES)
	COMMON_ELSE(TLS1_3, REFUSES)
	COMMON_PART(GROUPS,
	    "not for DHE up to TLS 1.2, whose group is that of -dhparam")
	COMMON_PART(WORKAROUNDS, "few are left, and they switch off the empty "
	    "fragments that protect CBC suites of TLS 1.0")
	COMMON_ROW(KEY_URI, try_uri, PART, "a pkcs11: URI needs a provider or "
	    "an engine for it, named by -engine", NULL)
#if OPENSSL_HAS_ENGINES
	COMMON_ROW(ENGINE, try_engine, FULL, NULL, NULL)
#else
	COMMON_ROW(ENGINE, try_engine, PART,
	    "only providers, for this build of the library has no engines",
	    NULL)
#endif
	COMMON_PART(PSK, "identities of at most 256 bytes, none of them zero")
	/* The random number generator notices that it is in a child (RAND(7)),
	 * and nothing else is shared. */
	COMMON_ROW(SURVIVES_FORK, NULL, FULL, NULL, NULL)
	COMMON_ROW(KEY_MLDSA, try_mldsa, FULL, NULL,
	    "the library has it from its version 3.5 on")
#if OPENSSL_HAS_RANKS
	COMMON_NONE(CLIENT_GROUPS, "since its version 3.5 the library ranks "
	    "its groups, and those of one rank only go by the client's order: "
	    "name them with -groups")
#endif
};

const struct common_table openssl_table = {
	rows, sizeof rows / sizeof *rows,
	"this build of the library failed when it was tried", &common_usual,
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
