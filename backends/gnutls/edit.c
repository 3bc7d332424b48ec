/* edit.c - messages that are changed on their way
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library calls `read_hello` when a ClientHello is in the transcript and
 * its version is known, but most extensions have not been looked at.  What is
 * changed in the message then, the library sees changed, and the transcript
 * does not.
 */
#include "gnutls.h"

#include <string.h>

/* The extension of that type in the body of a ClientHello (RFC 5246, 7.4.1.2),
 * with its length in `*size`; or null. */
static uint8_t *
find(const struct tls_session *session, unsigned wanted, size_t *size)
{
	/* Bytes of the lengths of session ID, suites, compression methods. */
	static const size_t widths[] = { 1, 2, 1 };
	uint8_t *body = session->hello_body;
	size_t len = session->hello_body_len, at = 2 + 32;

	if (!body)
		return NULL;
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++) {
		if (at > len || len - at < widths[i])
			return NULL;
		at += widths[i] + (widths[i] == 1 ? body[at] :
		    (size_t)common_get_u16(body + at));
	}
	at += 2;
	while (at <= len && len - at >= 4) {
		unsigned type = common_get_u16(body + at);

		*size = common_get_u16(body + at + 2);
		at += 4;
		if (*size > len - at)
			return NULL;
		if (type == wanted)
			return body + at;
		at += *size;
	}
	return NULL;
}

/* A ticket begins with the name of its key; one that opens under no key is
 * replaced by a new one. */
static void
spoil_ticket(struct tls_session *session)
{
	size_t size;
	uint8_t *ticket = find(session, 35, &size);

	if (ticket && size > 0)
		*ticket ^= 0xff;
}

/* For a client that offers groups of finite fields the library uses one of
 * them or no DHE at all (RFC 7919, 4); configured parameters are used only
 * with clients that offer none. */
static void
hide_finite_fields(struct tls_session *session)
{
	size_t size;
	uint8_t *list = find(session, 10, &size);

	for (size_t i = 2; list && i + 1 < size; i += 2)
		if (gnu_group_is_finite_field(common_get_u16(list + i)))
			common_put_u16(list + i, 0x0a0a);	/* RFC 8701 */
}

/* The library returns where in its session the ID is that it has drawn.  Others
 * of the host's sessions may begin alike. */
static int
put_prefix(struct tls_session *session)
{
	const struct tls_config *config = session->server->config;
	struct tls_span prefix = config->id_prefix;
	struct tls_host *host = session->host;
	gnutls_datum_t id = { NULL, 0 };

	if (gnutls_session_get_id2(session->tls, &id) < 0 ||
	    id.size < prefix.len)
		return GNUTLS_E_INTERNAL_ERROR;
	for (int tries = 0; tries < COMMON_ID_TRIES; tries++) {
		if (tries > 0 && gnutls_rnd(GNUTLS_RND_NONCE, id.data,
		    id.size) < 0)
			return GNUTLS_E_RANDOM_FAILED;
		memcpy(id.data, prefix.data, prefix.len);
		if (!config->session_store || host->ops->resume(host,
		    (struct tls_span){ id.data, id.size }).len == 0)
			return 0;
	}
	session->id_taken = true;
	return GNUTLS_E_INTERNAL_ERROR;
}

/* Refuses what the choice refuses: the library would accept some of it, such
 * as a version that supported_versions does not list. */
static int
read_hello(gnutls_session_t tls)
{
	struct tls_session *session = gnutls_session_get_ptr(tls);
	const struct tls_server *server = session->server;
	int code = session->refusal;

	if (session->resume_nothing)
		spoil_ticket(session);
	if (gnutls_protocol_get_version(tls) != GNUTLS_TLS1_3) {
		if (server->dh_params)
			hide_finite_fields(session);
		if (code == 0 && server->config->id_prefix.len > 0 &&
		    !gnutls_session_is_resumed(tls))
			code = put_prefix(session);
	}
	session->hello_body = NULL;
	return code;
}

void
gnu_edit_message(struct tls_session *session, unsigned type, bool incoming,
    const gnutls_datum_t *body)
{
	if (incoming && type == GNUTLS_HANDSHAKE_CLIENT_HELLO) {
		session->hello_body = body->data;
		session->hello_body_len = body->size;
	}
	if (!incoming && type == GNUTLS_HANDSHAKE_SERVER_HELLO)
		session->resume_nothing = false;
	if (!incoming && type == GNUTLS_HANDSHAKE_KEY_UPDATE &&
	    session->ask_for_key && body->size == 1)
		body->data[0] = 1;	/* update_requested */
}

void
gnu_edit_open(struct tls_session *session)
{
	const struct tls_server *server = session->server;

	/* After the call the library chooses its version anew, and then looks
	 * only at `legacy_version`. */
	if (!server->config->native || session->refusal ||
	    server->dh_params || server->config->id_prefix.len > 0)
		gnutls_handshake_set_post_client_hello_function(session->tls,
		    read_hello);
}
