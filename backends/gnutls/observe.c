/* observe.c - tells the host about messages, states, alerts and secrets
 * SPDX-License-Identifier: Apache-2.0
 *
 * The library has a hook for handshake messages, and none for states, alerts
 * and change_cipher_spec.  States are derived from the messages; alerts are
 * sent by this backend itself, or the library says which one came;
 * change_cipher_spec is read from the headers of incoming records, and derived
 * from the messages when it is sent.
 */
#include "gnutls.h"

#include <stdlib.h>
#include <string.h>

static bool
wants(const struct tls_session *session, unsigned what)
{
	return (session->host->wants & what) != 0;
}

/* ---- states ----------------------------------------------------------- */

void
gnu_observe_state(struct tls_session *session, const struct tls_state *state)
{
	if (wants(session, TLS_WANTS_STATES))
		session->host->ops->state(session->host, state);
}

/* Two types are the library's own: a hello in an SSLv2 record, and a
 * HelloRetryRequest, which is a ServerHello on the wire (RFC 8446, 4.1.4). */
static uint8_t
wire_type(unsigned type)
{
	switch (type) {
	case GNUTLS_HANDSHAKE_CLIENT_HELLO_V2:
		return GNUTLS_HANDSHAKE_CLIENT_HELLO;
	case GNUTLS_HANDSHAKE_HELLO_RETRY_REQUEST:
		return GNUTLS_HANDSHAKE_SERVER_HELLO;
	default:
		return (uint8_t)type;
	}
}

static void
tell_state(struct tls_session *session, enum tls_direction direction,
    unsigned type)
{
	const struct tls_state state = {
		TLS_STATE_MESSAGE, direction, COMMON_HANDSHAKE, wire_type(type),
	};

	gnu_observe_state(session, &state);
}

/* ---- messages --------------------------------------------------------- */

/* The version of the session; before it has one, what it will be. */
static uint16_t
version_of(const struct tls_session *session)
{
	uint16_t version = gnu_version_number(
	    gnutls_protocol_get_version(session->tls));

	if (session->open && version != TLS_VERSION_UNKNOWN)
		return version;
	return session->choice_version ? session->choice_version : version;
}

static void
tell_message(struct tls_session *session, enum tls_direction direction,
    uint8_t content_type, struct tls_span message)
{
	if (wants(session, TLS_WANTS_MESSAGES))
		session->host->ops->message(session->host, direction,
		    version_of(session), content_type, message);
}

/* The library's hook leaves out the header. */
static void
tell_handshake(struct tls_session *session, enum tls_direction direction,
    unsigned type, const gnutls_datum_t *body)
{
	size_t len = 4 + (size_t)body->size;
	uint8_t *whole;

	if (!wants(session, TLS_WANTS_MESSAGES))
		return;
	whole = malloc(len);
	if (!whole)
		return;
	whole[0] = wire_type(type);
	common_put_u24(whole + 1, body->size);
	if (body->size > 0)
		memcpy(whole + 4, body->data, body->size);
	tell_message(session, direction, COMMON_HANDSHAKE,
	    (struct tls_span){ whole, len });
	gnutls_memset(whole, 0, len);
	free(whole);
}

static void
tell_change(struct tls_session *session, enum tls_direction direction)
{
	static const uint8_t body[1] = { 1 };

	tell_message(session, direction, COMMON_CHANGE_CIPHER_SPEC,
	    (struct tls_span){ body, sizeof body });
	gnu_observe_state(session, &(const struct tls_state){
	    TLS_STATE_MESSAGE, direction, COMMON_CHANGE_CIPHER_SPEC, 0 });
}

/* In a record of its own kind, without a header; the core has read it. */
static void
tell_sslv2_hello(struct tls_session *session)
{
	if (wants(session, TLS_WANTS_MESSAGES) && session->hello)
		session->host->ops->message(session->host, TLS_RECEIVED,
		    TLS_VERSION_SSL2, COMMON_HANDSHAKE,
		    session->hello->message);
}

/* The same hello may be read by several library sessions. */
static bool
told_before(struct tls_session *session, unsigned type, bool incoming)
{
	bool told = session->hello_told;

	if (!incoming || session->answered ||
	    (type != GNUTLS_HANDSHAKE_CLIENT_HELLO &&
	    type != GNUTLS_HANDSHAKE_CLIENT_HELLO_V2))
		return false;
	session->hello_told = true;
	return told;
}

/* When it is sent: before Finished up to TLS 1.2, once and after the first
 * ServerHello of whatever kind in TLS 1.3 (RFC 8446, D.4). */
static bool
change_precedes(const struct tls_session *session, unsigned type)
{
	return type == GNUTLS_HANDSHAKE_FINISHED &&
	    version_of(session) < TLS_VERSION_1_3;
}

static bool
change_follows(struct tls_session *session, unsigned type)
{
	bool sent = session->change_sent;

	if ((type != GNUTLS_HANDSHAKE_SERVER_HELLO &&
	    type != GNUTLS_HANDSHAKE_HELLO_RETRY_REQUEST) ||
	    version_of(session) < TLS_VERSION_1_3)
		return false;
	session->change_sent = true;
	return !sent;
}

void
gnu_observe_message(struct tls_session *session, unsigned type, bool incoming,
    const gnutls_datum_t *body)
{
	enum tls_direction direction = incoming ? TLS_RECEIVED : TLS_SENT;

	if (!wants(session, TLS_WANTS_MESSAGES | TLS_WANTS_STATES) ||
	    told_before(session, type, incoming))
		return;
	if (!incoming && change_precedes(session, type))
		tell_change(session, TLS_SENT);
	if (type == GNUTLS_HANDSHAKE_CLIENT_HELLO_V2)
		tell_sslv2_hello(session);
	else
		tell_handshake(session, direction, type, body);
	tell_state(session, direction, type);
	if (!incoming && change_follows(session, type))
		tell_change(session, TLS_SENT);
}

/* ---- records ---------------------------------------------------------- */

/* A byte of a record's header.  An SSLv2 record (RFC 5246, E.2) has two bytes
 * of it, and the first one's highest bit. */
static void
take_header(struct tls_session *session, uint8_t byte)
{
	uint8_t *header = session->header;

	header[session->header_len++] = byte;
	if (header[0] & 0x80) {
		if (session->header_len < 2)
			return;
		session->record_left = (size_t)(header[0] & 0x7f) << 8 |
		    header[1];
	} else {
		if (session->header_len < sizeof session->header)
			return;
		session->record_left = common_get_u16(header + 3);
		if (header[0] == COMMON_CHANGE_CIPHER_SPEC)
			tell_change(session, TLS_RECEIVED);
	}
	session->header_len = 0;
}

void
gnu_observe_input(struct tls_session *session, const uint8_t *data, size_t len)
{
	while (len > 0) {
		size_t n = 1;

		if (session->record_left == 0) {
			take_header(session, *data);
		} else {
			n = len < session->record_left ?
			    len : session->record_left;
			session->record_left -= n;
		}
		data += n;
		len -= n;
	}
}

/* ---- alerts ----------------------------------------------------------- */

void
gnu_observe_alert(struct tls_session *session, enum tls_direction direction,
    int level, int description)
{
	uint8_t body[2] = { (uint8_t)level, (uint8_t)description };

	tell_message(session, direction, COMMON_ALERT,
	    (struct tls_span){ body, sizeof body });
	if (wants(session, TLS_WANTS_ALERTS))
		session->host->ops->alert(session->host, direction, body[0],
		    body[1]);
}

/* ---- secrets ---------------------------------------------------------- */

static int
keylog(gnutls_session_t tls, const char *label, const gnutls_datum_t *secret)
{
	struct tls_session *session = gnutls_session_get_ptr(tls);
	gnutls_datum_t client = { NULL, 0 }, server = { NULL, 0 };

	if (!session || !wants(session, TLS_WANTS_SECRETS))
		return 0;
	gnutls_session_get_random(tls, &client, &server);
	session->host->ops->secret(session->host, label,
	    (struct tls_span){ client.data, client.size },
	    (struct tls_span){ secret->data, secret->size });
	return 0;
}

void
gnu_observe_open(struct tls_session *session)
{
	/* Also when nobody wants it: the library has one of its own, which
	 * follows the environment. */
	gnutls_session_set_keylog_function(session->tls, keylog);
}
