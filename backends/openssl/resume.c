/* resume.c - sessions that go on in another connection
 * SPDX-License-Identifier: Apache-2.0
 */
#include "openssl.h"

#include "common/wire.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

/* ---- the host's store ------------------------------------------------- */

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
	openssl_clear_errors();	/* what does not parse is not there */
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

/* ---- session IDs ------------------------------------------------------ */

/* Up to TLS 1.2 the client sees it; later ones only name what a ticket stands
 * for. */
static int
make_id(SSL *ssl, unsigned char *id, unsigned *len)
{
	struct tls_session *session = SSL_get_app_data(ssl);
	const struct tls_config *config = session->server->config;
	struct tls_host *host = session->host;
	struct tls_span prefix = config->id_prefix;
	struct tls_span span = { id, *len };

	for (int i = 0; i < COMMON_ID_TRIES; i++) {
		if (RAND_bytes(id, (int)*len) != 1)
			return 0;
		if (SSL_version(ssl) >= TLS1_3_VERSION)
			return 1;
		memcpy(id, prefix.data, prefix.len < *len ?
		    prefix.len : *len);
		if (!config->session_store ||
		    !host->ops->resume(host, span).len)
			return 1;
	}
	return 0;
}

/* ---- what a config says of it ----------------------------------------- */

bool
openssl_set_resumption(struct tls_server *server, struct tls_error *err)
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
		return openssl_library_error(err, TLS_BLAME_CONFIG,
		    "session context");

	if (!key.len)
		SSL_CTX_set_options(ctx, SSL_OP_NO_TICKET);
	else if (key.len != TLS_TICKET_KEY_LEN ||
	    SSL_CTX_set_tlsext_ticket_keys(ctx, (unsigned char *)key.data,
	    (long)key.len) != 1)
		return openssl_error(err, TLS_BLAME_US,
		    "the ticket key has %zu bytes, not %d", key.len,
		    TLS_TICKET_KEY_LEN);

	/* Without either, a ticket would name a session that nobody has. */
	if (!config->session_store && !key.len)
		SSL_CTX_set_num_tickets(ctx, 0);
	else if (config->num_tickets != TLS_TICKETS_OWN)
		SSL_CTX_set_num_tickets(ctx, config->num_tickets);
	SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
	if (config->session_store) {
		SSL_CTX_set_session_cache_mode(ctx,
		    SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL);
		SSL_CTX_sess_set_new_cb(ctx, remember);
		SSL_CTX_sess_set_get_cb(ctx, resume);
		SSL_CTX_sess_set_remove_cb(ctx, forget);
	}
	if (config->id_prefix.len)
		SSL_CTX_set_generate_session_id(ctx, make_id);
	return true;
}
