/* keys.c - private keys, from their bytes or by their names
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/pem.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <stdio.h>
#include <string.h>

/* ---- from bytes ------------------------------------------------------- */

/* A pem_password_cb. */
static int
give_password(char *buf, int room, int writing, void *arg)
{
	struct openssl_password *password = arg;
	size_t len;

	(void)writing;
	password->asked = true;
	if (!password->pass)
		return -1;
	len = strlen(password->pass);
	if (len > (size_t)room)
		return -1;
	memcpy(buf, password->pass, len);
	return (int)len;
}

static EVP_PKEY *
read_pem(struct tls_span key, struct openssl_password *password)
{
	BIO *bio = BIO_new_mem_buf(key.data, (int)key.len);
	EVP_PKEY *pkey = NULL;

	if (bio)
		pkey = PEM_read_bio_PrivateKey(bio, NULL,
		    give_password, password);
	BIO_free(bio);
	return pkey;
}

static EVP_PKEY *
read_der(struct tls_span key, struct openssl_password *password)
{
	const unsigned char *p = key.data;
	EVP_PKEY *pkey = NULL;
	X509_SIG *encrypted;
	BIO *bio;

	encrypted = d2i_X509_SIG(NULL, &p, (long)key.len);
	X509_SIG_free(encrypted);
	openssl_clear_errors();
	p = key.data;
	if (!encrypted)
		return d2i_AutoPrivateKey(NULL, &p, (long)key.len);
	bio = BIO_new_mem_buf(key.data, (int)key.len);
	if (bio)
		pkey = d2i_PKCS8PrivateKey_bio(bio, NULL,
		    give_password, password);
	BIO_free(bio);
	return pkey;
}

static EVP_PKEY *
read_key(const struct tls_identity *from, struct tls_error *err)
{
	static const char begin[] = "-----BEGIN ";
	struct openssl_password password = { .pass = from->pass };
	char what[160];
	EVP_PKEY *key;

	if (from->key.len >= sizeof begin - 1 &&
	    !memcmp(from->key.data, begin, sizeof begin - 1))
		key = read_pem(from->key, &password);
	else
		key = read_der(from->key, &password);
	if (key)
		return key;
	snprintf(what, sizeof what, "%s: the private key does not parse",
	    from->key_origin);
	if (!password.asked)
		openssl_library_error(err, TLS_BLAME_CONFIG, what);
	else if (!password.pass)
		openssl_error(err, TLS_BLAME_CONFIG, "%s: the private key "
		    "needs a pass phrase: give -pass", from->key_origin);
	else
		openssl_error(err, TLS_BLAME_CONFIG, "%s: the pass phrase "
		    "does not open the private key", from->key_origin);
	return NULL;
}

/* ---- by name ---------------------------------------------------------- */

/* The first private key among what the loaders find there. */
static EVP_PKEY *
search_store(const char *uri, UI_METHOD *ui, struct openssl_password *password)
{
	OSSL_STORE_CTX *store = OSSL_STORE_open(uri, ui, password, NULL, NULL);
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

static EVP_PKEY *
load_named_key(struct tls_server *server, const struct tls_identity *from,
    struct tls_error *err)
{
	struct openssl_password password = { .pass = from->pass };
	UI_METHOD *ui = UI_UTIL_wrap_read_pem_callback(give_password, 0);
	EVP_PKEY *key = NULL;
	char what[200];

	if (ui && server->engine && server->started)
		key = compat_engine_key(server->engine, from->key_uri, ui,
		    &password);
	else if (ui && !server->engine)
		key = search_store(from->key_uri, ui, &password);
	UI_destroy_method(ui);
	if (key)
		return key;
	if (password.asked && !password.pass) {
		openssl_error(err, TLS_BLAME_CONFIG, "%.120s: the private "
		    "key needs a PIN: give -pass", from->key_origin);
		return NULL;
	}
	if (server->engine && !server->started) {
		openssl_error(err, TLS_BLAME_CONFIG, "%.120s: -engine %.80s "
		    "does not start here, and gives no keys",
		    from->key_origin, server->config->engine);
		return NULL;
	}
	snprintf(what, sizeof what, "%.100s: no private key comes from %s",
	    from->key_origin, server->engine || server->provider ?
	    "what -engine names" : "the library, which may need an -engine");
	openssl_library_error(err, TLS_BLAME_CONFIG, what);
	return NULL;
}

EVP_PKEY *
openssl_load_key(struct tls_server *server, const struct tls_identity *from,
    struct tls_error *err)
{
	return from->key_uri ? load_named_key(server, from, err) :
	    read_key(from, err);
}
