/* server.c - a config becomes an SSL_CTX: all that is done once
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/core_names.h>
#include <openssl/decoder.h>
#include <stdlib.h>
#include <string.h>

/* ---- versions and suites ---------------------------------------------- */

static const struct {
	int version;
	uint64_t without;
} versions[] = {
	{ SSL3_VERSION, SSL_OP_NO_SSLv3 },
	{ TLS1_VERSION, SSL_OP_NO_TLSv1 },
	{ TLS1_1_VERSION, SSL_OP_NO_TLSv1_1 },
	{ TLS1_2_VERSION, SSL_OP_NO_TLSv1_2 },
	{ TLS1_3_VERSION, SSL_OP_NO_TLSv1_3 },
};

/* Whether a suite is left for `version`. */
static bool
has_suite(const SSL_CTX *ctx, int version)
{
	const STACK_OF(SSL_CIPHER) *list = SSL_CTX_get_ciphers(ctx);
	const char *since;

	for (int i = 0; i < sk_SSL_CIPHER_num(list); i++) {
		since = SSL_CIPHER_get_version(sk_SSL_CIPHER_value(list, i));
		if (!strcmp(since, "TLSv1.3") ? version == TLS1_3_VERSION :
		    version < TLS1_3_VERSION && (version == TLS1_2_VERSION ||
		    strcmp(since, "TLSv1.2")))
			return true;
	}
	return false;
}

/* After the suites are set: the library would refuse every client, the others
 * too, where the highest version has no suite. */
static bool
set_versions(struct tls_server *server, struct tls_error *err)
{
	int lowest = 0, highest = 0, version;

	for (size_t i = 0; i < sizeof versions / sizeof *versions; i++) {
		version = versions[i].version;
		if (!(server->config->versions & TLS_VERSION_BIT(version))) {
			SSL_CTX_set_options(server->ctx, versions[i].without);
			continue;
		}
		if (!lowest)
			lowest = highest = version;
		if (has_suite(server->ctx, version))
			highest = version;
	}
	if (!openssl_corrects(server, OPENSSL_HIGHEST_VERSION))
		return true;
	if (!lowest)
		return openssl_error(err, TLS_BLAME_CONFIG,
		    "no protocol version is left");
	if (SSL_CTX_set_min_proto_version(server->ctx, lowest) != 1 ||
	    SSL_CTX_set_max_proto_version(server->ctx, highest) != 1)
		return openssl_library_error(err, TLS_BLAME_FEATURE,
		    "protocol versions");
	return true;
}

void
openssl_join_suites(const struct tls_config *config, SSL *finder,
    char *older, char *newer)
{
	*older = *newer = '\0';
	for (size_t i = 0; i < config->num_suites; i++) {
		const unsigned char id[2] = {
			(unsigned char)(config->suites[i] >> 8),
			(unsigned char)config->suites[i],
		};
		const SSL_CIPHER *cipher = SSL_CIPHER_find(finder, id);
		char **list;
		const char *name;

		if (!cipher)
			continue;
		list = strcmp(SSL_CIPHER_get_version(cipher), "TLSv1.3") ?
		    &older : &newer;
		for (name = SSL_CIPHER_get_name(cipher); *name; name++)
			*(*list)++ = *name;
		*(*list)++ = ':';
		**list = '\0';
	}
}

/* An empty list is no mistake here: a version of which no suite is left is
 * refused to clients by the handshake.  The library empties its list first
 * and complains only then.  In a native server it stands for the library's
 * own. */
static bool
set_suites(struct tls_server *server, struct tls_error *err)
{
	enum { NAME_MAX_LEN = 64 };
	const struct tls_config *config = server->config;
	size_t room = config->num_suites * NAME_MAX_LEN + 1;
	SSL *finder = SSL_new(server->ctx);
	char *older = malloc(2 * room), *newer = older ? older + room : NULL;
	const char *own;
	bool done = false;

	if (!finder || !older) {
		common_refuse_memory(err);
		goto out;
	}
	openssl_join_suites(config, finder, older, newer);
	if ((*newer || !config->native) &&
	    SSL_CTX_set_ciphersuites(server->ctx, newer) != 1) {
		openssl_library_error(err, TLS_BLAME_CONFIG, "TLS 1.3 suites");
		goto out;
	}
	own = !config->native ? "-ALL" :
	    config->no_ecdhe ? "DEFAULT:!kECDHE" : NULL;
	if ((*older || own) && SSL_CTX_set_cipher_list(server->ctx, *older ?
	    older : own) != 1 && *older) {
		openssl_library_error(err, TLS_BLAME_CONFIG, "cipher suites");
		goto out;
	}
	openssl_clear_errors();
	done = true;
out:
	SSL_free(finder);
	free(older);
	return done;
}

/* ---- ephemeral DH ----------------------------------------------------- */

static bool
use_dh(struct tls_server *server, EVP_PKEY *params, struct tls_error *err)
{
	int reason;

	if (SSL_CTX_set0_tmp_dh_pkey(server->ctx, params) == 1)
		return true;
	EVP_PKEY_free(params);
	reason = openssl_reason();
	if (SSL_CTX_get_security_level(server->ctx) == 0 &&
	    reason == SSL_R_DH_KEY_TOO_SMALL)
		return openssl_error(err, TLS_BLAME_FEATURE, "-dhparam: "
		    "OpenSSL takes no parameters of less than 1024 bits");
	return openssl_error(err, TLS_BLAME_CONFIG, "-dhparam: the "
	    "parameters are %s at security level %d: a lower @SECLEVEL in "
	    "-cipher allows more", reason == SSL_R_DH_KEY_TOO_SMALL ?
	    "too small" : "refused", SSL_CTX_get_security_level(server->ctx));
}

static EVP_PKEY *
dh_group(const char *name)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "DH", NULL);
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME,
		    (char *)name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *made = NULL;

	if (ctx && EVP_PKEY_fromdata_init(ctx) == 1)
		EVP_PKEY_fromdata(ctx, &made, EVP_PKEY_KEY_PARAMETERS, params);
	EVP_PKEY_CTX_free(ctx);
	return made;
}

static EVP_PKEY *
read_dh(struct tls_span der)
{
	EVP_PKEY *params = NULL;
	const unsigned char *p = der.data;
	OSSL_DECODER_CTX *decoder = OSSL_DECODER_CTX_new_for_pkey(&params,
	    "DER", "type-specific", "DH", OSSL_KEYMGMT_SELECT_DOMAIN_PARAMETERS,
	    NULL, NULL);
	size_t left = der.len;

	if (decoder)
		OSSL_DECODER_from_data(decoder, &p, &left);
	OSSL_DECODER_CTX_free(decoder);
	return params;
}

/* The library's own choice goes by the size of the certificate's key or of the
 * suite's, and comes down to 1024 bits where there is no other. */
static bool
chooses_too_small(const struct tls_server *server)
{
	const STACK_OF(SSL_CIPHER) *list = SSL_CTX_get_ciphers(server->ctx);
	int kind;

	for (size_t i = 0; i < server->num_identities; i++)
		if (EVP_PKEY_get_security_bits(server->identities[i].key) <
		    112)
			return true;
	for (int i = 0; i < sk_SSL_CIPHER_num(list); i++) {
		kind = SSL_CIPHER_get_auth_nid(sk_SSL_CIPHER_value(list, i));
		if (kind == NID_auth_null || kind == NID_auth_psk)
			return true;
	}
	return false;
}

static bool
set_dh(struct tls_server *server, struct tls_error *err)
{
	/* What security levels 0 to 5 ask for, as far as there is a group. */
	static const char *const groups[] = {
		"modp_2048", "modp_2048", "modp_2048", "modp_3072",
		"modp_8192", "modp_8192",
	};
	struct tls_span der = server->config->dh_params;
	int level = SSL_CTX_get_security_level(server->ctx);
	EVP_PKEY *params;

	if (server->config->no_dhe)
		return true;
	if (der.len) {
		params = read_dh(der);
		if (params)
			return use_dh(server, params, err);
		return openssl_library_error(err, TLS_BLAME_CONFIG,
		    "-dhparam: the parameters do not parse");
	}
	if (openssl_corrects(server, OPENSSL_DH_SIZE) &&
	    chooses_too_small(server) && level < 5) {
		params = dh_group(groups[level < 0 ? 0 : level]);
		if (params)
			return use_dh(server, params, err);
	}
	SSL_CTX_set_dh_auto(server->ctx, 1);
	return true;
}

/* ---- the rest --------------------------------------------------------- */

int
openssl_verify_mode(const struct tls_config *config)
{
	switch (config->peer_certificate) {
	case TLS_PEER_ASK:
		return SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE;
	case TLS_PEER_DEMAND:
		return SSL_VERIFY_PEER | SSL_VERIFY_CLIENT_ONCE |
		    SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
	default:
		return SSL_VERIFY_NONE;
	}
}

static void
set_habits(struct tls_server *server)
{
	const struct tls_config *config = server->config;
	SSL_CTX *ctx = server->ctx;

	SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS |
	    SSL_MODE_ENABLE_PARTIAL_WRITE |
	    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_AUTO_RETRY |
	    SSL_MODE_NO_AUTO_CHAIN);
	if (config->workarounds)
		SSL_CTX_set_options(ctx, SSL_OP_ALL);
	if (config->server_preference)
		SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
	if (config->client_renegotiation)
		SSL_CTX_set_options(ctx, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
	openssl_set_extensions(server);
	SSL_CTX_set_verify(ctx, openssl_verify_mode(config), NULL);
	SSL_CTX_set_cert_verify_callback(ctx, openssl_verify, NULL);
	openssl_observe_server(ctx);
}

static bool
make_context(struct tls_server *server, struct tls_error *err)
{
	server->method = openssl_method_new();
	server->ctx = SSL_CTX_new(TLS_server_method());
	if (!server->method || !server->ctx ||
	    SSL_CTX_set_ex_data(server->ctx, 0, server) != 1)
		return openssl_library_error(err, TLS_BLAME_LIBRARY,
		    "SSL_CTX_new");
	/* First, since certificates are judged by it. */
	if (server->config->security_level >= 0)
		SSL_CTX_set_security_level(server->ctx,
		    server->config->security_level);
	return true;
}

struct tls_server *
openssl_server_open(const struct tls_config *config, struct tls_error *err)
{
	struct tls_server *server = calloc(1, sizeof *server);

	openssl_clear_errors();
	if (!server) {
		common_refuse_memory(err);
		return NULL;
	}
	server->config = config;
	if (!openssl_load_engine(server, err) ||
	    !make_context(server, err) || !set_suites(server, err) ||
	    !set_versions(server, err) || !openssl_set_lists(server, err) ||
	    !openssl_set_resumption(server, err) ||
	    !openssl_set_psk(server, err) ||
	    !openssl_load_identities(server, err) ||
	    !openssl_load_roots(server, err) ||
	    !openssl_load_crls(server, err) || !set_dh(server, err)) {
		openssl_server_close(server);
		return NULL;
	}
	set_habits(server);
	return server;
}

void
openssl_server_close(struct tls_server *server)
{
	if (!server)
		return;
	SSL_CTX_free(server->ctx);
	openssl_free_identities(server);
	BIO_meth_free(server->method);
	openssl_unload_engine(server);
	free(server);
}
