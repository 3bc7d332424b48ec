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
	    (struct tls_span){ copy, len },
	    gnutls_db_get_default_cache_expiration());
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

	if (server->config->session_store) {
		gnutls_db_set_ptr(session->tls, session);
		gnutls_db_set_retrieve_function(session->tls, retrieve);
		gnutls_db_set_store_function(session->tls, store);
		gnutls_db_set_remove_function(session->tls, drop);
	}
	return server->tickets ?
	    gnutls_session_ticket_enable_server(session->tls, &key) : 0;
}

static size_t
number(const uint8_t *at, size_t len)
{
	size_t value = 0;

	for (size_t i = 0; i < len; i++)
		value = value << 8 | at[i];
	return value;
}

/* The ticket in the body of a ClientHello (RFC 5246, 7.4.1.2; RFC 5077, 3.2),
 * or null. */
static uint8_t *
find_ticket(uint8_t *body, size_t len)
{
	/* Bytes of the lengths of session ID, suites, compression methods. */
	static const size_t widths[] = { 1, 2, 1 };
	size_t at = 2 + 32;

	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		if (at > len || len - at < widths[i])
			return NULL;
		at += widths[i] + number(body + at, widths[i]);
	}
	at += 2;
	while (at <= len && len - at >= 4) {
		size_t type = number(body + at, 2);
		size_t size = number(body + at + 2, 2);

		at += 4;
		if (size > len - at)
			return NULL;
		if (type == 35)
			return size > 0 ? body + at : NULL;
		at += size;
	}
	return NULL;
}

/* A ticket begins with the name of its key; one that opens under no key is
 * replaced by a new one.  The library calls this when the hello stands in the
 * transcript and the ticket in it has not been looked at. */
static int
spoil(gnutls_session_t tls)
{
	struct tls_session *session = gnutls_session_get_ptr(tls);
	uint8_t *ticket = NULL;

	if (session->resume_nothing && session->hello_body)
		ticket = find_ticket(session->hello_body,
		    session->hello_body_len);
	if (ticket)
		*ticket ^= 0xff;
	session->hello_body = NULL;
	return 0;
}

void
gnu_resume_hello(struct tls_session *session, uint8_t *body, size_t len)
{
	session->hello_body = body;
	session->hello_body_len = len;
}

void
gnu_resume_forbid(struct tls_session *session)
{
	session->resume_nothing = true;
	session->hello_body = NULL;
	gnutls_handshake_set_post_client_hello_function(session->tls, spoil);
	gnu_observe_messages(session);
}

void
gnu_resume_allow(struct tls_session *session)
{
	session->resume_nothing = false;
}
