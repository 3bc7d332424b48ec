/* wire/flight.c - a reader of a server's first flight
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 2 and 5.1; RFC 5246, 7.3
 */
#include "wire/flight.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "names/names.h"

/* Content types (RFC 8446, 5.1). */
enum {
	CONTENT_CCS = 20,
	CONTENT_ALERT = 21,
	CONTENT_HANDSHAKE = 22,
	CONTENT_DATA = 23,
};

#define HEADER_LEN	4
#define ALERT_LEN	2
#define LEVEL_FATAL	2

void
flight_init(struct flight *flight)
{
	memset(flight, 0, sizeof *flight);
	flight->alert = -1;
	flight->pending_level = -1;
	flight->error = (struct tls_error)TLS_ERROR_INIT;
}

void
flight_clear(struct flight *flight)
{
	for (size_t i = 0; i < flight->num_messages; i++)
		free((uint8_t *)flight->messages[i].message.data);
	buf_clear(&flight->pending);
	flight_init(flight);
}

/* Sets the reason and returns false, as err_set does. */
#define FAIL(flight, ...) \
	err_set(&(flight)->error, TLS_BLAME_PEER, __VA_ARGS__)

#define LABEL_ROOM	32

/* "ServerHello", or "handshake message 99" in `room`, of LABEL_ROOM bytes. */
static const char *
label(uint8_t type, char *room)
{
	const char *name = name_of_message(type);

	if (name)
		return name;
	snprintf(room, LABEL_ROOM, "handshake message %u", type);
	return room;
}

/* ---- one message -------------------------------------------------------- */

static bool
read_hello(struct flight *flight, struct tls_span message)
{
	struct server_hello hello;

	if (!answer_hello(message, &hello))
		return false;
	if (hello.retry)
		flight->retry = hello;
	else
		flight->hello = hello;
	if (hello.retry && flight->hello.message.len)
		return true;
	flight->version = hello.version;
	flight->suite = hello.suite;
	flight->group = hello.group;
	flight->alpn = hello.alpn;
	return true;
}

static bool
read_extensions(struct flight *flight, struct tls_span message)
{
	if (!answer_extensions(message, &flight->extensions))
		return false;
	flight->alpn = flight->extensions.alpn;
	return true;
}

static bool
read_certificate(struct flight *flight, struct tls_span message)
{
	if (!answer_certificate(message, &flight->hello,
	    &flight->certificate))
		return false;
	if (flight->certificate.status.len)
		flight->status = flight->certificate.status;
	return true;
}

static bool
read_key_exchange(struct flight *flight, struct tls_span message)
{
	if (!answer_key_exchange(message, &flight->hello,
	    &flight->key_exchange))
		return false;
	flight->group = flight->key_exchange.group;
	flight->signature = flight->key_exchange.signature;
	return true;
}

static bool
read_request(struct flight *flight, struct tls_span message)
{
	return answer_request(message, &flight->hello, &flight->request);
}

static bool
read_done(struct flight *flight, struct tls_span message)
{
	flight->ended = true;
	return message.len == HEADER_LEN;
}

static bool
read_verify(struct flight *flight, struct tls_span message)
{
	return answer_verify(message, &flight->signature);
}

static bool
read_finished(struct flight *flight, struct tls_span message)
{
	(void)message;
	flight->ended = true;
	return true;
}

static bool
read_status(struct flight *flight, struct tls_span message)
{
	return answer_status(message, &flight->status);
}

/* The messages that are looked into.  All but the ServerHello mean something
 * only after it. */
static const struct {
	uint8_t type;
	bool (*read)(struct flight *flight, struct tls_span message);
} readers[] = {
	{ MESSAGE_SERVER_HELLO, read_hello },
	{ MESSAGE_ENCRYPTED_EXTENSIONS, read_extensions },
	{ MESSAGE_CERTIFICATE, read_certificate },
	{ MESSAGE_SERVER_KEY_EXCHANGE, read_key_exchange },
	{ MESSAGE_CERTIFICATE_REQUEST, read_request },
	{ MESSAGE_SERVER_HELLO_DONE, read_done },
	{ MESSAGE_CERTIFICATE_VERIFY, read_verify },
	{ MESSAGE_FINISHED, read_finished },
	{ MESSAGE_CERTIFICATE_STATUS, read_status },
	{ MESSAGE_COMPRESSED_CERTIFICATE, read_certificate },
};

static bool
look_into(struct flight *flight, uint8_t type, struct tls_span message)
{
	char room[LABEL_ROOM];

	for (size_t i = 0; i < sizeof readers / sizeof *readers; i++) {
		if (readers[i].type != type)
			continue;
		if (type != MESSAGE_SERVER_HELLO &&
		    flight->hello.message.len == 0)
			return FAIL(flight, "%s before the ServerHello",
			    label(type, room));
		if (!readers[i].read(flight, message))
			return FAIL(flight, "the lengths in the %s contradict "
			    "each other", label(type, room));
	}
	return true;
}

static const struct flight_message *
find(const struct flight *flight, uint8_t type, bool retry)
{
	for (size_t i = 0; i < flight->num_messages; i++) {
		const struct flight_message *m = &flight->messages[i];

		if (m->message.data[0] == type && m->retry == retry)
			return m;
	}
	return NULL;
}

/* Takes one whole message; `message` is borrowed. */
static bool
take_message(struct flight *flight, struct tls_span message,
    enum flight_source source)
{
	uint8_t type = message.data[0];
	const struct flight_message *before;
	struct server_hello hello = { .retry = false };
	char room[LABEL_ROOM];

	if (type == MESSAGE_SERVER_HELLO && answer_hello(message, &hello) &&
	    !hello.retry && hello.version >= TLS_VERSION_1_3 &&
	    source == FLIGHT_ON_THE_WIRE)
		flight->encrypts = true;
	if (flight->ended || type == MESSAGE_HELLO_REQUEST)
		return true;
	before = find(flight, type, hello.retry);
	if (before && before->source != source)
		return true;
	if (before)
		return FAIL(flight, "a second %s", hello.retry ?
		    "HelloRetryRequest" : label(type, room));
	if (flight->num_messages == FLIGHT_MAX_MESSAGES ||
	    message.len > FLIGHT_MAX_LEN - flight->held)
		return FAIL(flight, "more than %d messages, or %u bytes",
		    FLIGHT_MAX_MESSAGES, FLIGHT_MAX_LEN);
	message.data = mem_copy(message.data, message.len);
	flight->held += message.len;
	flight->messages[flight->num_messages++] = (struct flight_message){
		message, source, hello.retry };
	return look_into(flight, type, message);
}

/* ---- alerts and change_cipher_spec -------------------------------------- */

static void
take_alert(struct flight *flight, uint8_t level, uint8_t description,
    enum flight_source source)
{
	for (size_t i = 0; i < flight->num_alerts; i++)
		if (flight->alerts[i].description == description &&
		    flight->alerts[i].source != source)
			return;
	if (level == LEVEL_FATAL && flight->alert < 0)
		flight->alert = description;
	if (flight->num_alerts < FLIGHT_MAX_ALERTS)
		flight->alerts[flight->num_alerts++] = (struct flight_alert){
			level, description, source };
}

/* In TLS 1.3 it means nothing (RFC 8446, D.4). */
static void
take_ccs(struct flight *flight)
{
	if (flight->hello.message.len && flight->version < TLS_VERSION_1_3 &&
	    !flight->ended)
		flight->abbreviated = true;
}

/* ---- records ------------------------------------------------------------ */

/* Judges the record that begins; its body is left out if it is encrypted. */
static bool
begin_record(struct flight *flight, const struct record *record)
{
	bool tls1_3 = flight->version >= TLS_VERSION_1_3;

	if (flight->num_records++ == 0)
		flight->record_version = record->version;
	if (record->version == TLS_VERSION_SSL2)
		return FAIL(flight, "an SSLv2 record");
	flight->content_type = record->type;
	if (flight->pending.len > 0 && record->type != CONTENT_HANDSHAKE &&
	    record->type != CONTENT_ALERT)
		return FAIL(flight, "a record of another type inside a "
		    "handshake message");
	if (record->type == CONTENT_CCS) {
		flight->num_ccs++;
		take_ccs(flight);
		if (flight->version && !tls1_3)
			flight->encrypts = true;
		return true;
	}
	if (flight->encrypts && tls1_3 && record->type == CONTENT_HANDSHAKE)
		return FAIL(flight, "a handshake record in clear after the "
		    "ServerHello");
	/* An encrypted alert is longer than one in clear. */
	if (record->type == CONTENT_DATA || (flight->encrypts &&
	    !(record->type == CONTENT_ALERT && record->len == ALERT_LEN))) {
		flight->num_encrypted++;
		flight->content_type = CONTENT_DATA;
	}
	return true;
}

/* The keys change after it, so the next message begins a record (RFC 8446,
 * 5.1). */
static bool
fail_after_hello(struct flight *flight)
{
	return FAIL(flight, "the record of the ServerHello goes on after it");
}

/* Takes the messages that are whole in `pending`. */
static bool
take_pending(struct flight *flight)
{
	struct buf *pending = &flight->pending;

	while (pending->len >= HEADER_LEN) {
		const uint8_t *b = pending->data;
		size_t len = HEADER_LEN + ((size_t)b[1] << 16 |
		    (size_t)b[2] << 8 | b[3]);

		if (len > FLIGHT_MAX_LEN)
			return FAIL(flight, "a handshake message of %zu bytes",
			    len);
		if (pending->len < len)
			return true;
		if (!take_message(flight, (struct tls_span){ b, len },
		    FLIGHT_ON_THE_WIRE))
			return false;
		buf_drop(pending, len);
		if (flight->encrypts && pending->len > 0)
			return fail_after_hello(flight);
	}
	return true;
}

/* Takes a part of the body of the record that is being read. */
static bool
take_body(struct flight *flight, struct tls_span part)
{
	if (flight->content_type == CONTENT_HANDSHAKE) {
		if (flight->encrypts)
			return fail_after_hello(flight);
		buf_add_span(&flight->pending, part);
		return take_pending(flight);
	}
	for (size_t i = 0; i < part.len &&
	    flight->content_type == CONTENT_ALERT; i++) {
		if (flight->pending_level < 0) {
			flight->pending_level = part.data[i];
		} else {
			take_alert(flight, (uint8_t)flight->pending_level,
			    part.data[i], FLIGHT_ON_THE_WIRE);
			flight->pending_level = -1;
		}
	}
	return true;
}

static bool
take_records(struct flight *flight, struct tls_span bytes)
{
	struct record record;

	while (bytes.len > 0) {
		struct tls_span part = bytes;

		if (part.len > flight->watch.skip)
			part.len = flight->watch.skip;
		if (part.len > 0 && !take_body(flight, part))
			return false;
		/* This skips the part, too. */
		if (record_next(&flight->watch, &bytes, &record) &&
		    !begin_record(flight, &record))
			return false;
		if (flight->watch.lost)
			return FAIL(flight, "bytes that are no TLS record");
	}
	return true;
}

/* ---- the outside -------------------------------------------------------- */

/* Ends a call: after a failure nothing more is read. */
static bool
settle(struct flight *flight, bool good, struct tls_error *err)
{
	if (good)
		return true;
	flight->failed = true;
	*err = flight->error;
	return false;
}

bool
flight_add_records(struct flight *flight, struct tls_span bytes,
    struct tls_error *err)
{
	return settle(flight, !flight->failed && take_records(flight, bytes),
	    err);
}

static bool
take_told(struct flight *flight, uint8_t content_type, struct tls_span told)
{
	struct tls_span message;
	uint8_t type;

	if (content_type == CONTENT_CCS) {
		take_ccs(flight);
		return true;
	}
	if (content_type == CONTENT_ALERT && told.len == ALERT_LEN) {
		take_alert(flight, told.data[0], told.data[1], FLIGHT_TOLD);
		return true;
	}
	if (content_type != CONTENT_HANDSHAKE)
		return true;
	if (!answer_message(told, &type, &message) || message.len != told.len)
		return FAIL(flight, "a handshake message with a wrong length");
	return take_message(flight, message, FLIGHT_TOLD);
}

bool
flight_add_message(struct flight *flight, uint8_t content_type,
    struct tls_span message, struct tls_error *err)
{
	return settle(flight, !flight->failed &&
	    take_told(flight, content_type, message), err);
}

bool
flight_is_whole(const struct flight *flight)
{
	return flight->watch.have == 0 && flight->watch.skip == 0 &&
	    flight->pending.len == 0 && flight->pending_level < 0;
}

struct tls_span
flight_message(const struct flight *flight, uint8_t type)
{
	const struct flight_message *message = find(flight, type, false);

	if (!message && type == MESSAGE_SERVER_HELLO)
		message = find(flight, type, true);
	return message ? message->message : (struct tls_span){ NULL, 0 };
}
