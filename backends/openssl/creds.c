/* creds.c - certificates, roots and revocation lists
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <stdlib.h>
#include <string.h>

/* ---- certificates ----------------------------------------------------- */

static X509 *
read_cert(struct tls_span der)
{
	const unsigned char *p = der.data;

	return d2i_X509(NULL, &p, (long)der.len);
}

static bool
read_chain(struct openssl_identity *identity, const struct tls_identity *from,
    struct tls_error *err)
{
	X509 *cert;

	identity->chain = sk_X509_new_null();
	if (!identity->chain)
		return common_refuse_memory(err);
	for (size_t i = 0; i < from->num_chain; i++) {
		cert = read_cert(from->chain[i]);
		if (!cert)
			return openssl_error(err, TLS_BLAME_CONFIG,
			    "%s: certificate %zu does not parse",
			    from->cert_origin, i + 1);
		if (i == 0) {
			identity->cert = cert;
		} else if (!sk_X509_push(identity->chain, cert)) {
			X509_free(cert);
			return common_refuse_memory(err);
		}
	}
	if (!identity->cert)
		return openssl_error(err, TLS_BLAME_CONFIG,
		    "%s: no certificate", from->cert_origin);
	return true;
}

static bool
read_identity(struct tls_server *server, struct openssl_identity *identity,
    const struct tls_identity *from, struct tls_error *err)
{
	if (!read_chain(identity, from, err))
		return false;
	identity->key = openssl_load_key(server, from, err);
	if (!identity->key)
		return false;
	return X509_check_private_key(identity->cert, identity->key) == 1 ||
	    common_refuse_pair(from, err);
}

/* ---- identities ------------------------------------------------------- */

/* Whether the library keeps both in one place, where one of them fits. */
static bool
same_kind(const struct openssl_identity *a, const struct openssl_identity *b)
{
	return EVP_PKEY_get_base_id(a->key) == EVP_PKEY_get_base_id(b->key);
}

static size_t
first_of_kind(const struct tls_server *server, size_t index)
{
	size_t first = 0;

	while (!same_kind(&server->identities[first],
	    &server->identities[index]))
		first++;
	return first;
}

static bool
fits(SSL *ssl, const struct openssl_identity *identity)
{
	return SSL_check_chain(ssl, identity->cert, identity->key,
	    identity->chain) & CERT_PKEY_VALID;
}

static int
use(SSL *ssl, const struct openssl_identity *identity)
{
	return SSL_use_cert_and_key(ssl, identity->cert, identity->key,
	    identity->chain, 1);
}

/* Keeps to the config's order.  Up to TLS 1.2 the suite says the kind of key,
 * and what is left is to choose among those of one kind.  In TLS 1.3 the
 * client's order of signatures would choose, unless there is only one. */
static int
choose_identity(SSL *ssl, void *arg)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_server *server = session->server;
	const struct openssl_identity *identity;
	size_t settled = 0;		/* bits of firsts of their kind */
	size_t first;

	(void)arg;
	for (size_t i = 0; i < server->num_identities && i < 64; i++) {
		identity = &server->identities[i];
		first = first_of_kind(server, i);
		if ((settled >> first & 1) || !fits(ssl, identity))
			continue;
		settled |= (size_t)1 << first;
		if (SSL_version(ssl) >= TLS1_3_VERSION) {
			SSL_certs_clear(ssl);
			return use(ssl, identity);
		}
		if (first != i && use(ssl, identity) != 1)
			return 0;
	}
	return 1;
}

static bool
use_first(struct tls_server *server, size_t index, struct tls_error *err)
{
	const struct openssl_identity *identity = &server->identities[index];
	const char *origin = server->config->identities[index].cert_origin;
	int reason;

	if (SSL_CTX_use_cert_and_key(server->ctx, identity->cert,
	    identity->key, identity->chain, 1) == 1)
		return true;
	reason = openssl_reason();
	if (reason == SSL_R_UNKNOWN_CERTIFICATE_TYPE)
		return openssl_error(err, TLS_BLAME_FEATURE,
		    "%s: this library has no certificates with %s keys",
		    origin, EVP_PKEY_get0_type_name(identity->key));
	return openssl_error(err, TLS_BLAME_CONFIG, "%s: %s at security "
	    "level %d: a lower @SECLEVEL in -cipher allows it", origin,
	    reason == SSL_R_EE_KEY_TOO_SMALL ? "the key is too small" :
	    reason == SSL_R_CA_KEY_TOO_SMALL ? "an issuer's key is too small" :
	    reason == SSL_R_CA_MD_TOO_WEAK ? "a signature's hash is too weak" :
	    "the certificate is refused",
	    SSL_CTX_get_security_level(server->ctx));
}

bool
openssl_load_identities(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;

	if (!config->num_identities)
		return true;
	server->identities = calloc(config->num_identities,
	    sizeof *server->identities);
	if (!server->identities)
		return common_refuse_memory(err);
	server->num_identities = config->num_identities;
	for (size_t i = 0; i < config->num_identities; i++) {
		if (!read_identity(server, &server->identities[i],
		    &config->identities[i], err))
			return false;
		if (first_of_kind(server, i) == i &&
		    !use_first(server, i, err))
			return false;
	}
	if (config->num_identities > 1 &&
	    openssl_corrects(server, OPENSSL_IDENTITY_ORDER))
		SSL_CTX_set_cert_cb(server->ctx, choose_identity, NULL);
	return true;
}

void
openssl_free_identities(struct tls_server *server)
{
	for (size_t i = 0; i < server->num_identities; i++) {
		X509_free(server->identities[i].cert);
		sk_X509_pop_free(server->identities[i].chain, X509_free);
		EVP_PKEY_free(server->identities[i].key);
	}
	free(server->identities);
}

/* ---- roots ------------------------------------------------------------ */

bool
openssl_load_roots(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;
	X509_STORE *store = SSL_CTX_get_cert_store(server->ctx);
	X509 *cert;
	bool added;

	for (size_t i = 0; i < config->num_roots; i++) {
		cert = read_cert(config->roots[i]);
		if (!cert)
			return openssl_error(err, TLS_BLAME_CONFIG,
			    "certificate %zu of the trusted ones does not "
			    "parse (-CAfile)", i + 1);
		added = X509_STORE_add_cert(store, cert) == 1 &&
		    (i >= config->num_named_roots ||
		    SSL_CTX_add_client_CA(server->ctx, cert) == 1);
		X509_free(cert);
		if (!added)
			return openssl_library_error(err, TLS_BLAME_LIBRARY,
			    "trusted certificates");
	}
	return true;
}

/* ---- revocation lists ------------------------------------------------- */

static const unsigned long crl_flags[] = {
	[TLS_CRL_NONE] = 0,
	[TLS_CRL_LEAF] = X509_V_FLAG_CRL_CHECK,
	[TLS_CRL_CHAIN] = X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL,
};

bool
openssl_load_crls(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;
	X509_STORE *store = SSL_CTX_get_cert_store(server->ctx);
	const unsigned char *p;
	X509_CRL *crl;
	bool added;

	X509_STORE_set_flags(store, crl_flags[config->crl_check]);
	for (size_t i = 0; i < config->num_crls; i++) {
		p = config->crls[i].data;
		crl = d2i_X509_CRL(NULL, &p, (long)config->crls[i].len);
		if (!crl)
			return openssl_error(err, TLS_BLAME_CONFIG,
			    "revocation list %zu does not parse (-CRL)",
			    i + 1);
		added = X509_STORE_add_crl(store, crl) == 1;
		X509_CRL_free(crl);
		if (!added)
			return openssl_library_error(err, TLS_BLAME_LIBRARY,
			    "revocation lists");
	}
	return true;
}
