/* support.c - what the library can do
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/crypto.h>

/* The library starts without the system's openssl.cnf: what is compared are
 * libraries, not configurations, and reading files is not for a backend.  Its
 * own clean-up at exit is left out, since other threads may still be using
 * it then. */
bool
openssl_probe(struct tls_answer answers[TLS_FEATURE_COUNT],
    struct tls_error *err)
{
	if (OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG |
	    OPENSSL_INIT_NO_ATEXIT | OPENSSL_INIT_LOAD_SSL_STRINGS |
	    OPENSSL_INIT_LOAD_CRYPTO_STRINGS, NULL) != 1)
		return openssl_explain(err, TLS_BLAME_LIBRARY, "start");
	for (size_t i = 0; i < TLS_FEATURE_COUNT; i++)
		answers[i] = (struct tls_answer){ TLS_SUPPORT_FULL, NULL };
	return true;
}
