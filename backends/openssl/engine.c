/* engine.c - engines and providers by name, and the keys that they hold
 * SPDX-License-Identifier: Apache-2.0
 *
 * What these names stand for is the library's to open: a shared object, a
 * token, a file.  It happens here, when a server is opened, and nowhere else.
 */
#include "openssl.h"

#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdio.h>

/* ---- engines and providers -------------------------------------------- */

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
		return openssl_refuse(err, TLS_BLAME_CONFIG,
		    "-engine %.80s: %s", name, words);
	openssl_forgive();
	/* The default provider stays beside it. */
	server->provider = OSSL_PROVIDER_try_load(NULL, name, 1);
	if (server->provider && OSSL_PROVIDER_self_test(server->provider) == 1)
		return true;
	snprintf(what, sizeof what, "-engine %.40s: neither an engine nor a "
	    "provider", name);
	return openssl_explain(err, TLS_BLAME_CONFIG, what);
}

void
openssl_unload_engine(struct tls_server *server)
{
	compat_engine_close(server->engine);
	if (server->provider)
		OSSL_PROVIDER_unload(server->provider);
	openssl_forgive();
}

/* ---- private keys by name --------------------------------------------- */

/* The first private key among what the loaders find there. */
static EVP_PKEY *
search_store(const char *uri, UI_METHOD *ui, struct openssl_phrase *phrase)
{
	OSSL_STORE_CTX *store = OSSL_STORE_open(uri, ui, phrase, NULL, NULL);
	OSSL_STORE_INFO *info;
	EVP_PKEY *key = NULL;

	if (!store)
		return NULL;
	OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY);
	while (!key && !OSSL_STORE_eof(store)) {
		info = OSSL_STORE_load(store);
		if (!info)
			break;
		if (OSSL_STORE_INFO_get_type(info) == OSSL_STORE_INFO_PKEY)
			key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	OSSL_STORE_close(store);
	return key;
}

EVP_PKEY *
openssl_load_key(struct tls_server *server, const struct tls_identity *from,
    struct tls_error *err)
{
	struct openssl_phrase phrase = { .pass = from->pass };
	UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(openssl_give_phrase, 0);
	EVP_PKEY *key = NULL;
	char what[200];

	if (ui && server->engine && server->started)
		key = compat_engine_key(server->engine, from->key_uri, ui,
		    &phrase);
	else if (ui && !server->engine)
		key = search_store(from->key_uri, ui, &phrase);
	UI_destroy_method(ui);
	if (key)
		return key;
	if (phrase.wanted && !phrase.pass) {
		openssl_refuse(err, TLS_BLAME_CONFIG, "%.120s: the private "
		    "key needs a PIN: give -pass", from->key_origin);
		return NULL;
	}
	if (server->engine && !server->started) {
		openssl_refuse(err, TLS_BLAME_CONFIG, "%.120s: -engine %.80s "
		    "does not start here, and gives no keys",
		    from->key_origin, server->config->engine);
		return NULL;
	}
	snprintf(what, sizeof what, "%.100s: no private key comes from %s",
	    from->key_origin, server->engine || server->provider ?
	    "what -engine names" : "the library, which may need an -engine");
	openssl_explain(err, TLS_BLAME_CONFIG, what);
	return NULL;
}
