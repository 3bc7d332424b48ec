/* editor.c - our first flight up to TLS 1.2, with what the library lacks
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 6066, 8; RFC 4279, 2; RFC 5246, 7.4.4;
 * draft-agl-tls-nextprotoneg-04
 *
 * The flight passes here in clear, a message in each record, after the
 * library has hashed it.  Messages are changed, or put between, on their way
 * out; when the last one is, the hash is begun anew with the hello and the
 * flight as the client sees it.  All keys are derived later than that.
 */
#include "mbedtls.h"

#include <stdlib.h>
#include <string.h>

#define RECORD_MAX		16384
#define FIRST_ROOM		1024

#define STATUS_REQUEST		5	/* extension types */
#define NEXT_PROTOCOL		13172
#define STATUS_TYPE_OCSP	1

/* ---- bytes ------------------------------------------------------------- */

static bool
add(struct mbed_buffer *to, const void *data, size_t len)
{
	size_t room = to->room ? to->room : FIRST_ROOM;
	uint8_t *grown;

	while (room - to->len < len)
		room *= 2;
	if (room != to->room) {
		grown = realloc(to->data, room);
		if (!grown)
			return false;
		to->data = grown;
		to->room = room;
	}
	if (len)
		memcpy(to->data + to->len, data, len);
	to->len += len;
	return true;
}

static bool
add_number(struct mbed_buffer *to, size_t value, size_t len)
{
	uint8_t bytes[3];

	for (size_t i = len; i-- > 0; value >>= 8)
		bytes[i] = (uint8_t)value;
	return add(to, bytes, len);
}

static bool
add_span(struct mbed_buffer *to, struct tls_span span)
{
	return add(to, span.data, span.len);
}

/* ---- sending ----------------------------------------------------------- */

/* Sends the message in records such as this client takes. */
static bool
frame(struct tls_session *session, struct tls_span message)
{
	uint8_t header[COMMON_RECORD_HEADER_LEN] = { COMMON_HANDSHAKE };
	int max = mbedtls_ssl_get_max_out_record_payload(&session->ssl);
	size_t piece = max > 0 && max < RECORD_MAX ? (size_t)max : RECORD_MAX;
	uint16_t version = session->editor.version;

	common_put_u16(header + 1, version);
	while (message.len > 0) {
		size_t len = message.len < piece ? message.len : piece;

		common_put_u16(header + 3, (unsigned)len);
		if (!add(&session->editor.records, header, sizeof header) ||
		    !add(&session->editor.records, message.data, len))
			return false;
		message.data += len;
		message.len -= len;
	}
	return true;
}

static bool
send_message(struct tls_session *session, struct tls_span message)
{
	if (!add_span(&session->editor.flight, message) ||
	    !frame(session, message))
		return false;
	mbed_observe_sent(session, message);
	return true;
}

/* Sends `body` under a header, and frees it. */
static bool
send_body(struct tls_session *session, uint8_t type, struct mbed_buffer *body,
    bool good)
{
	struct mbed_buffer message = { NULL, 0, 0 };

	good = good && add_number(&message, type, 1) &&
	    add_number(&message, body->len, 3) &&
	    add(&message, body->data, body->len) &&
	    send_message(session, (struct tls_span){ message.data,
		message.len });
	free(message.data);
	free(body->data);
	return good;
}

/* ---- the messages ------------------------------------------------------ */

static bool
edit_server_hello(struct tls_session *session, struct tls_span body)
{
	struct mbed_editor *editor = &session->editor;
	struct tls_span npn = session->server->config->npn;
	struct mbed_buffer edited = { NULL, 0, 0 };
	size_t fixed = 2 + 32, more;
	bool resumes = mbed_private_state(&session->ssl) ==
	    MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC, good, status;

	if (body.len <= fixed || body.len < fixed + 1 + body.data[fixed] + 3)
		return false;
	fixed += 1 + body.data[fixed];
	editor->exchange = mbed_lists_exchange(common_get_u16(body.data +
	    fixed));
	fixed += 3;
	editor->ends_with_hello = resumes;
	status = editor->status && editor->exchange->certificate && !resumes;
	more = (status ? 4 : 0) + (editor->npn ? 4 + npn.len : 0);
	good = add_span(&edited, body);
	if (good && more) {
		editor->changed = true;
		/* Without extensions their length is missing too. */
		good = (body.len >= fixed + 2 || add_number(&edited, 0, 2)) &&
		    (!status || (add_number(&edited, STATUS_REQUEST, 2) &&
		    add_number(&edited, 0, 2))) &&
		    (!editor->npn || (add_number(&edited, NEXT_PROTOCOL, 2) &&
		    add_number(&edited, npn.len, 2) && add_span(&edited, npn)));
		if (good)
			common_put_u16(edited.data + fixed,
			    common_get_u16(edited.data + fixed) +
			    (unsigned)more);
	}
	return send_body(session, COMMON_SERVER_HELLO, &edited, good);
}

/* After the Certificate that has just been sent. */
static bool
insert_status(struct tls_session *session)
{
	struct mbed_editor *editor = &session->editor;
	int identity = session->seen.identity;
	struct mbed_buffer body = { NULL, 0, 0 };
	struct tls_span response;

	if (!editor->status || identity < 0)
		return true;
	response = editor->status[identity];
	if (!response.len)
		return true;
	editor->changed = session->status_sent = true;
	return send_body(session, COMMON_CERTIFICATE_STATUS, &body,
	    add_number(&body, STATUS_TYPE_OCSP, 1) &&
	    add_number(&body, response.len, 3) && add_span(&body, response));
}

/* Where the library is silent the hint is the whole message; else it takes
 * the place of an empty one, before all that is signed. */
static bool
send_hint(struct tls_session *session, struct tls_span rest)
{
	struct mbed_editor *editor = &session->editor;
	struct tls_span hint = session->server->config->psk_hint;
	struct mbed_buffer body = { NULL, 0, 0 };

	editor->changed = true;
	editor->hint = false;
	return send_body(session, COMMON_SERVER_KEY_EXCHANGE, &body,
	    add_number(&body, hint.len, 2) && add_span(&body, hint) &&
	    add_span(&body, rest));
}

/* Whether the library verifies a client's signature with that hash function:
 * SHA-1, SHA-256 and SHA-384. */
static bool
is_verifiable(uint16_t scheme)
{
	uint8_t hash = (uint8_t)(scheme >> 8);

	return hash == 2 || hash == 4 || hash == 5;
}

/* The library names all key types for each hash function. */
static bool
edit_request(struct tls_session *session, struct tls_span body)
{
	struct mbed_editor *editor = &session->editor;
	const struct mbed_lists *lists = &session->lists;
	struct mbed_buffer edited = { NULL, 0, 0 };
	size_t types = body.len ? 1 + (size_t)body.data[0] : 0, old;
	bool good = body.len >= types + 2;

	if (!good)
		return false;
	old = 2 + common_get_u16(body.data + types);
	good = body.len >= types + old && add(&edited, body.data, types + 2);
	for (size_t i = 0; i < lists->num_client_schemes; i++)
		good = good && (!is_verifiable(lists->client_schemes[i]) ||
		    add_number(&edited, lists->client_schemes[i], 2));
	if (good)
		common_put_u16(edited.data + types,
		    (unsigned)(edited.len - types - 2));
	good = good && add(&edited, body.data + types + old,
	    body.len - types - old);
	editor->changed = true;
	return send_body(session, COMMON_CERTIFICATE_REQUEST, &edited, good);
}

/* ---- the flight -------------------------------------------------------- */

/* Begins the library's hash anew with what the client hashes. */
static bool
repair(struct tls_session *session)
{
	struct mbed_editor *editor = &session->editor;
	bool good = true;

	if (editor->changed)
		good = mbed_private_rehash(&session->server->originals,
		    &session->ssl,
		    session->hello->message, (struct tls_span){
			editor->flight.data, editor->flight.len }) == 0;
	editor->on = false;
	free(editor->flight.data);
	editor->flight = (struct mbed_buffer){ NULL, 0, 0 };
	return good;
}

static bool
edit(struct tls_session *session, struct tls_span message)
{
	struct mbed_editor *editor = &session->editor;
	const struct mbed_exchange *exchange = editor->exchange;
	struct tls_span body = { message.data + COMMON_MESSAGE_HEADER_LEN,
		message.len - COMMON_MESSAGE_HEADER_LEN };
	uint8_t type = message.data[0];

	if (type == COMMON_SERVER_HELLO)
		return edit_server_hello(session, body);
	if (type == COMMON_CERTIFICATE)
		return send_message(session, message) &&
		    insert_status(session);
	if (editor->hint && exchange && exchange->psk && exchange->silent &&
	    !send_hint(session, (struct tls_span){ NULL, 0 }))
		return false;
	if (editor->hint && exchange && exchange->psk &&
	    type == COMMON_SERVER_KEY_EXCHANGE && body.len >= 2)
		return send_hint(session, (struct tls_span){ body.data + 2,
			body.len - 2 });
	if (type == COMMON_CERTIFICATE_REQUEST && editor->requests)
		return edit_request(session, body);
	return send_message(session, message);
}

bool
mbed_editor_takes(const struct tls_session *session, struct tls_span record)
{
	return session->editor.on && session->clear &&
	    record.len >=
	    COMMON_RECORD_HEADER_LEN + COMMON_MESSAGE_HEADER_LEN &&
	    record.data[0] == COMMON_HANDSHAKE;
}

bool
mbed_editor_send(struct tls_session *session, struct tls_span record)
{
	struct mbed_editor *editor = &session->editor;
	struct tls_span message = { record.data + COMMON_RECORD_HEADER_LEN,
		record.len - COMMON_RECORD_HEADER_LEN };

	editor->version = common_get_u16(record.data + 1);
	if (!edit(session, message))
		return false;
	if (message.data[0] == COMMON_SERVER_HELLO_DONE ||
	    editor->ends_with_hello)
		return repair(session);
	return true;
}

/* ---- the session ------------------------------------------------------- */

void
mbed_editor_set(struct tls_session *session, const struct tls_choice *choice)
{
	const struct tls_config *config = session->server->config;
	const struct tls_hello *hello = session->hello;
	struct mbed_editor *editor = &session->editor;

	if (!hello || hello->sslv2 || session->version == 0 ||
	    session->version > TLS_VERSION_1_2 || !mbed_compat_known())
		return;
	if (hello->offers_status && config->num_identities)
		editor->status = choice->status;
	editor->npn = config->npn.len && !choice->alpn.len &&
	    common_extension(hello, NEXT_PROTOCOL);
	editor->hint = config->psk && config->psk_hint.data;
	editor->requests = COMPAT_REQUESTS_BY_HASH &&
	    session->version == TLS_VERSION_1_2 &&
	    session->lists.num_client_schemes;
	editor->on = editor->status || editor->npn || editor->hint ||
	    editor->requests;
}

void
mbed_editor_clear(struct tls_session *session)
{
	free(session->editor.flight.data);
	free(session->editor.records.data);
}

/* The client's choice comes encrypted before its Finished, as a message that
 * the library does not know but hashes. */
int
mbed_editor_read_npn(struct tls_session *session)
{
	struct mbed_editor *editor = &session->editor;
	const size_t header = COMMON_MESSAGE_HEADER_LEN;
	struct tls_span in;
	int status;

	if (!editor->npn)
		return 0;
	status = mbedtls_ssl_read_record(&session->ssl, 1);
	if (status)
		return status;
	editor->npn = false;
	in = mbed_private_received(&session->ssl, COMMON_HANDSHAKE);
	if (in.len < header + 2 || in.data[0] != COMMON_NEXT_PROTOCOL ||
	    in.len < header + 2 + in.data[header])
		return MBEDTLS_ERR_SSL_UNEXPECTED_MESSAGE;
	session->npn_len = in.data[header];
	memcpy(session->npn, in.data + header + 1, session->npn_len);
	mbed_tell_message(session, TLS_RECEIVED, COMMON_HANDSHAKE, in);
	mbed_tell_state(session, TLS_RECEIVED, COMMON_HANDSHAKE,
	    COMMON_NEXT_PROTOCOL);
	return 0;
}
