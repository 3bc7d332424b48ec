/* server.c - a config becomes an SSL_CTX: all that is done once
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

/* ---- versions and suites ---------------------------------------------- */

static const struct {
	int version;
	uint64_t without;
} versions[] = {
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
	if (!lowest)
		return openssl_refuse(err, TLS_BLAME_CONFIG,
		    "no protocol version is left");
	if (SSL_CTX_set_min_proto_version(server->ctx, lowest) != 1 ||
	    SSL_CTX_set_max_proto_version(server->ctx, highest) != 1)
		return openssl_explain(err, TLS_BLAME_FEATURE,
		    "protocol versions");
	return true;
}

/* Joins the names of the config's suites: those of TLS 1.3 into `newer`, the
 * others into `older`, each with room enough.  `finder` is any SSL. */
static void
join_names(const struct tls_config *config, SSL *finder, char *older,
    char *newer)
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
 * and complains only then. */
static bool
set_suites(struct tls_server *server, struct tls_error *err)
{
	enum { NAME_MAX_LEN = 64 };
	const struct tls_config *config = server->config;
	size_t room = config->num_suites * NAME_MAX_LEN + 1;
	SSL *finder = SSL_new(server->ctx);
	char *older = malloc(2 * room), *newer = older ? older + room : NULL;
	bool done = false;

	if (!finder || !older) {
		openssl_refuse(err, TLS_BLAME_LIBRARY, "out of memory");
		goto out;
	}
	join_names(config, finder, older, newer);
	if (SSL_CTX_set_ciphersuites(server->ctx, newer) != 1) {
		openssl_explain(err, TLS_BLAME_CONFIG, "TLS 1.3 suites");
		goto out;
	}
	if (SSL_CTX_set_cipher_list(server->ctx, *older ? older : "-ALL") !=
	    1 && *older) {
		openssl_explain(err, TLS_BLAME_CONFIG, "cipher suites");
		goto out;
	}
	openssl_forgive();
	done = true;
out:
	SSL_free(finder);
	free(older);
	return done;
}

/* ---- resumption ------------------------------------------------------- */

static struct tls_server *
server_of(const SSL_CTX *ctx)
{
	return SSL_CTX_get_ex_data(ctx, 0);
}

static int
remember(SSL *ssl, SSL_SESSION *resumption)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_host *host = session->host;
	unsigned char *der = NULL;
	struct tls_span id;
	unsigned len;
	int der_len;

	/* A TLS 1.3 ticket that carries the session itself comes by as well,
	 * under an identifier that no client will ever show. */
	if (SSL_SESSION_get_protocol_version(resumption) >= TLS1_3_VERSION &&
	    session->server->config->ticket_key.len)
		return 0;
	id.data = SSL_SESSION_get_id(resumption, &len);
	id.len = len;
	if (!len)
		return 0;
	der_len = i2d_SSL_SESSION(resumption, &der);
	if (der_len <= 0)
		return 0;
	host->ops->remember(host, id,
	    (struct tls_span){ der, (size_t)der_len },
	    (uint32_t)SSL_SESSION_get_timeout(resumption));
	OPENSSL_clear_free(der, (size_t)der_len);
	return 0;		/* we keep no reference */
}

static SSL_SESSION *
resume(SSL *ssl, const unsigned char *id, int len, int *copy)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	struct tls_host *host = session->host;
	SSL_SESSION *resumption;
	struct tls_span saved;
	const unsigned char *p;

	*copy = 0;		/* the reference is the library's */
	saved = host->ops->resume(host, (struct tls_span){ id, (size_t)len });
	if (!saved.len)
		return NULL;
	p = saved.data;
	resumption = d2i_SSL_SESSION(NULL, &p, (long)saved.len);
	openssl_forgive();	/* what does not parse is not there */
	return resumption;
}

/* The library does not say for whom; a server runs one call at a time. */
static void
forget(SSL_CTX *ctx, SSL_SESSION *resumption)
{
	struct tls_session *session = server_of(ctx)->active;
	struct tls_span id;
	unsigned len;

	id.data = SSL_SESSION_get_id(resumption, &len);
	id.len = len;
	if (session && len)
		session->host->ops->forget(session->host, id);
}

static bool
set_resumption(struct tls_server *server, struct tls_error *err)
{
	static const unsigned char any[] = "polytls";
	const struct tls_config *config = server->config;
	struct tls_span context = config->session_context;
	struct tls_span key = config->ticket_key;
	SSL_CTX *ctx = server->ctx;

	/* Without a context, sessions with a client certificate cannot be
	 * resumed at all. */
	if (!context.len)
		context = (struct tls_span){ any, sizeof any - 1 };
	if (SSL_CTX_set_session_id_context(ctx, context.data,
	    (unsigned)context.len) != 1)
		return openssl_explain(err, TLS_BLAME_CONFIG,
		    "session context");

	if (!key.len)
		SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	else if (key.len != TLS_TICKET_KEY_LEN ||
	    SSL_CTX_set_tlsext_ticket_keys(ctx, (unsigned char *)key.data,
	    (long)key.len) != 1)
		return openssl_refuse(err, TLS_BLAME_US,
		    "the ticket key has %zu bytes, not %d", key.len,
		    TLS_TICKET_KEY_LEN);

	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	if (config->session_store) {
		SSL_CTX_set_session_cache_mode(ctx,
		    SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
		SSL_CTX_sess_set_new_cb(ctx, remember);
		SSL_CTX_sess_set_get_cb(ctx, resume);
		SSL_CTX_sess_set_remove_cb(ctx, forget);
	} else if (!key.len) {
		/* A TLS 1.3 ticket would name a session that nobody has. */
		SSL_CTX_set_num_tickets(ctx, 0);
	}
	return true;
}

/* ---- the rest --------------------------------------------------------- */

/* The core has chosen; what is answered must point into the client's list. */
static int
select_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
    const unsigned char *in, unsigned in_len, void *arg)
{
	const struct tls_session *session = SSL_get_app_data(ssl);
	unsigned len;

	(void)arg;
	if (session->alpn_refused)
		return SSL_TLSEXT_ERR_ALERT_FATAL;
	for (; session->alpn_len && in_len > 0; in += len, in_len -= len) {
		len = *in++;
		in_len--;
		if (len > in_len)
			break;
		if (len != session->alpn_len ||
		    memcmp(in, session->alpn, len))
			continue;
		*out = in;
		*out_len = (unsigned char)len;
		return SSL_TLSEXT_ERR_OK;
	}
	return SSL_TLSEXT_ERR_NOACK;
}

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
	SSL_CTX_set_read_ahead(ctx, 1);
	SSL_CTX_set_dh_auto(ctx, 1);
	if (config->server_preference)
		SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE);
	if (config->client_renegotiation)
		SSL_CTX_set_options(ctx, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
	SSL_CTX_set_alpn_select_cb(ctx, select_protocol, NULL);
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
		return openssl_explain(err, TLS_BLAME_LIBRARY, "SSL_CTX_new");
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

	openssl_forgive();
	if (!server) {
		openssl_refuse(err, TLS_BLAME_LIBRARY, "out of memory");
		return NULL;
	}
	server->config = config;
	if (!make_context(server, err) || !set_suites(server, err) ||
	    !set_versions(server, err) || !set_resumption(server, err) ||
	    !openssl_load_identities(server, err) ||
	    !openssl_load_roots(server, err)) {
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
	free(server);
}
