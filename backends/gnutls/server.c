/* server.c - a config becomes credentials, priorities and keys
 * SPDX-License-Identifier: Apache-2.0
 */
#include "gnutls.h"

#include <stdlib.h>
#include <string.h>

static bool
wants_anonymous(const struct tls_server *server)
{
	const struct tls_config *config = server->config;

	for (size_t i = 0; i < config->num_suites; i++) {
		const struct suite *suite =
		    gnu_suite_find(server, config->suites[i]);

		if (suite && gnu_suite_is_anonymous(suite))
			return true;
	}
	return false;
}

static bool
open_anonymous(struct tls_server *server, struct tls_error *err)
{
	int code;

	if (!wants_anonymous(server))
		return true;
	code = gnutls_anon_allocate_server_credentials(&server->anonymous);
	/* Without memory it reports success. */
	if (code >= 0 && !server->anonymous)
		code = GNUTLS_E_MEMORY_ERROR;
	if (code >= 0 && server->dh_params)
		gnutls_anon_set_server_dh_params(server->anonymous,
		    server->dh_params);
	else if (code >= 0)
		code = gnutls_anon_set_server_known_dh_params(
		    server->anonymous, GNUTLS_SEC_PARAM_MEDIUM);
	if (code < 0)
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "anonymous credentials");
	return true;
}

/* The library takes 64 bytes.  A context makes other ones of them, so that a
 * ticket of one context does not open in another. */
static bool
open_ticket_key(struct tls_server *server, struct tls_error *err)
{
	const struct tls_config *config = server->config;
	struct tls_span key = config->ticket_key;
	struct tls_span context = config->session_context;
	int code = 0;

	if (key.len < TLS_TICKET_KEY_LEN)
		return true;
	memcpy(server->ticket_key, key.data, sizeof server->ticket_key);
	if (context.len > 0)
		code = gnutls_hmac_fast(GNUTLS_MAC_SHA512, key.data, key.len,
		    context.data, context.len, server->ticket_key);
	if (code < 0)
		return gnu_error_code(err, TLS_BLAME_LIBRARY, code,
		    "deriving the ticket key of a session context");
	server->tickets = true;
	return true;
}

struct tls_server *
gnu_server_open(const struct tls_config *config, struct tls_error *err)
{
	struct tls_server *server = calloc(1, sizeof *server);

	if (!server) {
		common_refuse_memory(err);
		return NULL;
	}
	server->config = config;
	if (!gnu_token_open(config, err) || !gnu_dh_open(server, err) ||
	    !gnu_creds_open(server, err) || !gnu_priority_open(server, err) ||
	    !open_anonymous(server, err) || !gnu_psk_open(server, err) ||
	    !gnu_crl_open(server, err) || !open_ticket_key(server, err)) {
		gnu_server_close(server);
		return NULL;
	}
	return server;
}

void
gnu_server_close(struct tls_server *server)
{
	if (!server)
		return;
	gnu_priority_close(server);
	gnu_creds_close(server);
	if (server->anonymous)
		gnutls_anon_free_server_credentials(server->anonymous);
	gnu_psk_close(server);
	gnu_dh_close(server);
	gnu_crl_close(server);
	gnutls_memset(server->ticket_key, 0, sizeof server->ticket_key);
	free(server);
}
