/* resume.c - session tickets, and the host's store of sessions
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library knows no session context.  For tickets it is in the key; what
 * is stored begins with it.
 */
#include "gnutls.h"

#include <stdlib.h>
#include <string.h>

static struct tls_span
span_of(gnutls_datum_t datum)
{
	return (struct tls_span){ datum.data, datum.size };
}

/* The library frees what it is given. */
static gnutls_datum_t
retrieve(void *ptr, gnutls_datum_t key)
{
	struct tls_session *session = ptr;
	struct tls_span context = session->server->config->session_context;
	gnutls_datum_t nothing = { NULL, 0 }, found;
	struct tls_span saved;

	if (session->resume_nothing)
		return nothing;
	saved = session->host->ops->resume(session->host, span_of(key));
	if (saved.len <= 1 + context.len || saved.data[0] != context.len ||
	    (context.len > 0 &&
	    memcmp(saved.data + 1, context.data, context.len) != 0))
		return nothing;
	saved.data += 1 + context.len;
	saved.len -= 1 + context.len;
	found.data = gnutls_malloc(saved.len);
	if (!found.data)
		return nothing;
	memcpy(found.data, saved.data, saved.len);
	found.size = (unsigned)saved.len;
	return found;
}

static int
store(void *ptr, gnutls_datum_t key, gnutls_datum_t data)
{
	struct tls_session *session = ptr;
	struct tls_span context = session->server->config->session_context;
	size_t len = 1 + context.len + data.size;
	uint8_t *copy;

	/* The client has a ticket and will not come by its ID. */
	if (session->server->tickets && session->offers_ticket)
		return 0;
	copy = malloc(len);
	if (!copy)
		return GNUTLS_E_MEMORY_ERROR;
	copy[0] = (uint8_t)context.len;
	if (context.len > 0)
		memcpy(copy + 1, context.data, context.len);
	memcpy(copy + 1 + context.len, data.data, data.size);
	session->host->ops->remember(session->host, span_of(key),
	    (struct tls_span){ copy, len }, COMMON_LIFETIME);
	gnutls_memset(copy, 0, len);
	free(copy);
	return 0;
}

static int
drop(void *ptr, gnutls_datum_t key)
{
	struct tls_session *session = ptr;

	session->host->ops->forget(session->host, span_of(key));
	return 0;
}

int
gnu_resume_open(struct tls_session *session)
{
	struct tls_server *server = session->server;
	gnutls_datum_t key = { server->ticket_key,
	    sizeof server->ticket_key };

	/* Of tickets too. */
	gnutls_db_set_cache_expiration(session->tls, COMMON_LIFETIME);
	if (server->config->session_store) {
		gnutls_db_set_ptr(session->tls, session);
		gnutls_db_set_retrieve_function(session->tls, retrieve);
		gnutls_db_set_store_function(session->tls, store);
		gnutls_db_set_remove_function(session->tls, drop);
	}
	return server->tickets ?
	    gnutls_session_ticket_enable_server(session->tls, &key) : 0;
}

/* So many as the config says, and one at most after a resumption.  A client
 * that names no mode to use them in gets none (RFC 8446, 4.2.9). */
int
gnu_resume_give_tickets(struct tls_session *session)
{
	const struct tls_server *server = session->server;
	unsigned num = server->config->num_tickets;

	/* By itself the library has sent them already. */
	if (!server->tickets || num == TLS_TICKETS_OWN ||
	    (!session->offers_modes &&
	    gnu_corrects(server, GNU_TICKET_MODES)) ||
	    gnutls_protocol_get_version(session->tls) != GNUTLS_TLS1_3)
		return 0;
	if (num > 1 && gnutls_session_is_resumed(session->tls))
		num = 1;
	while (session->tickets_sent < num) {
		int code = gnutls_session_ticket_send(session->tls, 1, 0);

		if (code < 0)
			return code;
		session->tickets_sent++;
	}
	return 0;
}
