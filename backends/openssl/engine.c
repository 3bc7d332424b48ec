/* engine.c - engines and providers by name
 * SPDX-License-Identifier: Apache-2.0
 *
 * What these names stand for is the library's to open: a shared object, a
 * token, a file.  It happens here, when a server is opened, and nowhere else.
 */
#include "openssl.h"

#include <openssl/provider.h>
#include <stdio.h>

/* An engine is looked for first, as the reference does, and keeps what it is
 * the default for as long as the process lasts. */
bool
openssl_load_engine(struct tls_server *server, struct tls_error *err)
{
	const char *name = server->config->engine;
	const char *words;
	char what[120];

	if (!name)
		return true;
	server->engine = compat_engine_open(name, &server->started,
	    &words);
	if (server->engine)
		return true;
	if (words)
		return openssl_error(err, TLS_BLAME_CONFIG,
		    "-engine %.80s: %s", name, words);
	openssl_clear_errors();
	/* The default provider stays beside it. */
	server->provider = OSSL_PROVIDER_try_load(NULL, name, 1);
	if (server->provider && OSSL_PROVIDER_self_test(server->provider) == 1)
		return true;
	snprintf(what, sizeof what, "-engine %.40s: neither an engine nor a "
	    "provider", name);
	return openssl_library_error(err, TLS_BLAME_CONFIG, what);
}

void
openssl_unload_engine(struct tls_server *server)
{
	compat_engine_close(server->engine);
	if (server->provider)
		OSSL_PROVIDER_unload(server->provider);
	openssl_clear_errors();
}
