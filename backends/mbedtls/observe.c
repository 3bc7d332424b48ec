/* observe.c - states, messages, alerts and secrets, told as they come by
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 * The library has no message callback.  What is received can be read in its
 * input buffer after the step that dealt with it; what we send can be read on
 * its way to the io until it is encrypted.  After that there is the secret in
 * TLS 1.3, and before it the library keeps its Finished.
 */
#include "mbedtls.h"

#include <string.h>

#define RECORD_HEADER_LEN	5
#define HANDSHAKE_HEADER_LEN	4

enum content_type {
	CONTENT_CHANGE_CIPHER_SPEC = 20,
	CONTENT_ALERT = 21,
	CONTENT_HANDSHAKE = 22,
	CONTENT_APPLICATION_DATA = 23,
};

/* One step of the handshake, under the public number of the state in which
 * it begins.  `type` is that of the handshake message which it deals with, 0
 * where it is a ChangeCipherSpec. */
struct step {
	int state;
	uint8_t type;
	enum tls_direction direction;
};

static const struct step steps[] = {
	{ MBEDTLS_SSL_CLIENT_HELLO, 1, TLS_RECEIVED },
	{ MBEDTLS_SSL_SERVER_HELLO, 2, TLS_SENT },
	{ MBEDTLS_SSL_SERVER_CERTIFICATE, 11, TLS_SENT },
	{ MBEDTLS_SSL_SERVER_KEY_EXCHANGE, 12, TLS_SENT },
	{ MBEDTLS_SSL_CERTIFICATE_REQUEST, 13, TLS_SENT },
	{ MBEDTLS_SSL_SERVER_HELLO_DONE, 14, TLS_SENT },
	{ MBEDTLS_SSL_CLIENT_CERTIFICATE, 11, TLS_RECEIVED },
	{ MBEDTLS_SSL_CLIENT_KEY_EXCHANGE, 16, TLS_RECEIVED },
	{ MBEDTLS_SSL_CERTIFICATE_VERIFY, 15, TLS_RECEIVED },
	{ MBEDTLS_SSL_CLIENT_CHANGE_CIPHER_SPEC, 0, TLS_RECEIVED },
	{ MBEDTLS_SSL_CLIENT_FINISHED, 20, TLS_RECEIVED },
	{ MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC, 0, TLS_SENT },
	{ MBEDTLS_SSL_SERVER_FINISHED, 20, TLS_SENT },
};

/* Those of TLS 1.3 come first where it is spoken: one number means another
 * thing there. */
#define S(state, type, direction) { state, type, direction },
static const struct step steps_tls1_3[] = {
	COMPAT_TLS1_3_STATES(S)
	{ -1, 0, TLS_SENT },
};
#undef S

static bool
is_tls1_3(const struct tls_session *session)
{
	return compat_version(&session->ssl) == TLS_VERSION_1_3;
}

static const struct step *
find_step(const struct tls_session *session, int state)
{
	if (is_tls1_3(session))
		for (const struct step *s = steps_tls1_3; s->state >= 0; s++)
			if (s->state == state)
				return s;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (steps[i].state == state)
			return &steps[i];
	return NULL;
}

void
mbed_observe_state(struct tls_session *session, enum tls_direction direction,
    uint8_t content_type, uint8_t message)
{
	struct tls_host *host = session->host;
	const struct tls_state state = {
		TLS_STATE_MESSAGE, direction, content_type, message,
	};

	if (host->wants & TLS_WANTS_STATES)
		host->ops->state(host, &state);
}

void
mbed_observe_message(struct tls_session *session, enum tls_direction direction,
    uint8_t content_type, struct tls_span message)
{
	struct tls_host *host = session->host;

	if (host->wants & TLS_WANTS_MESSAGES)
		host->ops->message(host, direction,
		    compat_version(&session->ssl), content_type, message);
}

void
mbed_observe_alert(struct tls_session *session, enum tls_direction direction,
    uint8_t level, uint8_t description)
{
	struct tls_host *host = session->host;
	uint8_t body[] = { level, description };

	if (level == MBEDTLS_SSL_ALERT_LEVEL_FATAL || description == 0) {
		if (direction == TLS_SENT)
			session->alert_sent = description;
		else
			session->alert_received = description;
	}
	mbed_observe_message(session, direction, CONTENT_ALERT,
	    (struct tls_span){ body, sizeof body });
	if (host->wants & TLS_WANTS_ALERTS)
		host->ops->alert(host, direction, level, description);
}

void
mbed_observe_secret(struct tls_session *session, const char *label,
    const uint8_t client_random[32], struct tls_span secret)
{
	struct tls_host *host = session->host;

	mbed_reveal_secret(session, label, secret);
	mbed_renew_secret(session, label, secret);
	if (host->wants & TLS_WANTS_SECRETS)
		host->ops->secret(host, label,
		    (struct tls_span){ client_random, 32 }, secret);
}

/* ---- what is sent ------------------------------------------------------ */

void
mbed_observe_sent(struct tls_session *session, struct tls_span message)
{
	mbed_observe_message(session, TLS_SENT, CONTENT_HANDSHAKE, message);
	mbed_flight_message(session, message);
}

static void
observe_record(struct tls_session *session, uint8_t type,
    struct tls_span body)
{
	switch (type) {
	case CONTENT_HANDSHAKE:
		mbed_observe_sent(session, body);
		break;
	case CONTENT_ALERT:
		if (body.len == 2)
			mbed_observe_alert(session, TLS_SENT, body.data[0],
			    body.data[1]);
		break;
	case CONTENT_CHANGE_CIPHER_SPEC:
		mbed_observe_message(session, TLS_SENT,
		    CONTENT_CHANGE_CIPHER_SPEC, body);
		/* In TLS 1.3 it means nothing, and records under encryption
		 * have a type that is none of these. */
		if (session->seen.version != TLS_VERSION_1_3)
			session->clear = false;
		break;
	default:
		break;
	}
}

void
mbed_observe_records(struct tls_session *session, struct tls_span records)
{
	/* The library puts a message of the handshake into one record. */
	while (session->clear && records.len >= RECORD_HEADER_LEN) {
		const uint8_t *at = records.data;
		size_t len = (size_t)at[3] << 8 | at[4];

		if (len > records.len - RECORD_HEADER_LEN)
			return;
		if (at[0] == CONTENT_APPLICATION_DATA)
			mbed_reveal_record(session, (struct tls_span){ at,
			    RECORD_HEADER_LEN + len });
		else
			observe_record(session, at[0], (struct tls_span){
			    at + RECORD_HEADER_LEN, len });
		records.data += RECORD_HEADER_LEN + len;
		records.len -= RECORD_HEADER_LEN + len;
	}
}

void
mbed_observe_unencrypted(struct tls_session *session, uint8_t type,
    struct tls_span body)
{
	/* What is told anyhow: a HelloRequest, and the first handshake. */
	if (!session->opened || is_tls1_3(session) || body.len == 0)
		return;
	if (type == CONTENT_HANDSHAKE && body.data[0] != 0)
		mbed_observe_sent(session, body);
	else if (type == CONTENT_CHANGE_CIPHER_SPEC)
		mbed_observe_message(session, TLS_SENT, type, body);
}

/* ---- what is received -------------------------------------------------- */

/* The message that the library holds, if it is one of `type`. */
static struct tls_span
held_message(const struct tls_session *session, uint8_t type)
{
	const mbedtls_ssl_context *ssl = &session->ssl;
	const uint8_t *at = FIELD(ssl, in_msg);
	struct tls_span none = { NULL, 0 };
	size_t len;

	if (FIELD(ssl, in_msgtype) != CONTENT_HANDSHAKE || !at ||
	    FIELD(ssl, in_msglen) < HANDSHAKE_HEADER_LEN || at[0] != type)
		return none;
	len = HANDSHAKE_HEADER_LEN + ((size_t)at[1] << 16 |
	    (size_t)at[2] << 8 | at[3]);
	if (len > FIELD(ssl, in_msglen))
		return none;
	return (struct tls_span){ at, len };
}

/* Whether the step received what it is named after; steps that do not apply
 * to a handshake are gone through all the same. */
static bool
received(struct tls_session *session, const struct step *step)
{
	static const uint8_t change = 1;
	struct tls_span message;

	if (step->type == 0) {
		mbed_observe_message(session, TLS_RECEIVED,
		    CONTENT_CHANGE_CIPHER_SPEC, (struct tls_span){
		    &change, 1 });
		return true;
	}
	message = held_message(session, step->type);
	/* The first hello has been read by the core, and 2.28 reads it past
	 * its own record layer. */
	if (step->type == 1 && !session->opened && session->hello &&
	    session->seen.version == 0)
		message = session->hello->message;
	if (message.len == 0)
		return false;
	mbed_observe_message(session, TLS_RECEIVED, CONTENT_HANDSHAKE, message);
	if (step->type == 15 && message.len >= 6 &&
	    compat_version(&session->ssl) >= TLS_VERSION_1_2)
		session->seen.peer_signature = (uint16_t)(message.data[4] <<
		    8 | message.data[5]);
	return true;
}

/* In TLS 1.3 records leave at the beginning of the step after. */
static bool
sent_any(const struct tls_session *session, int before, size_t sent)
{
	if (is_tls1_3(session))
		return before != MBEDTLS_SSL_CERTIFICATE_REQUEST ||
		    FIELD(&session->conf, authmode) !=
		    MBEDTLS_SSL_VERIFY_NONE;
	return session->num_sent != sent;
}

/* What a step up to TLS 1.2 sent under encryption is known all the same. */
static void
observe_finished(struct tls_session *session)
{
	const mbedtls_ssl_context *ssl = &session->ssl;
	size_t len = FIELD(ssl, verify_data_len);
	uint8_t message[HANDSHAKE_HEADER_LEN +
	    sizeof FIELD(ssl, own_verify_data)] = { 20, 0, 0, (uint8_t)len };

	if (len > sizeof FIELD(ssl, own_verify_data))
		return;
	memcpy(message + HANDSHAKE_HEADER_LEN, FIELD(ssl, own_verify_data),
	    len);
	mbed_observe_message(session, TLS_SENT, CONTENT_HANDSHAKE,
	    (struct tls_span){ message, HANDSHAKE_HEADER_LEN + len });
}

static void
learn_resumption(struct tls_session *session, int before, int after)
{
	int next = -1;

	if (before == COMPAT_ENCRYPTED_EXTENSIONS)
		next = MBEDTLS_SSL_SERVER_FINISHED;
	else if (before == MBEDTLS_SSL_SERVER_HELLO && !is_tls1_3(session))
		next = MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC;
	if (next >= 0)
		session->seen.resumed = after == next ? TLS_YES : TLS_NO;
	if (next >= 0 && after == next) {
		session->seen.identity = -1;
		session->seen.signature = 0;
		/* A key from outside looks like one of a ticket. */
		if (session->psk_identity)
			session->seen.resumed = TLS_NO;
	} else if (next >= 0) {
		mbed_psk_drop(session);
	}
}

void
mbed_observe_step(struct tls_session *session, int before, size_t sent)
{
	int after = FIELD(&session->ssl, state);
	const struct step *step = find_step(session, before);

	if (!step)
		return;
	if (before == after) {
		/* A ticket and the ChangeCipherSpec share one state. */
		if (before == MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC &&
		    session->num_sent != sent)
			mbed_observe_state(session, TLS_SENT,
			    CONTENT_HANDSHAKE, 4);
		return;
	}
	/* A renegotiation is encrypted: what it agrees to is not seen. */
	if (before == MBEDTLS_SSL_CLIENT_HELLO && session->opened)
		session->seen.group = session->seen.signature =
		    session->seen.peer_signature = 0;
	if (before == MBEDTLS_SSL_CLIENT_HELLO &&
	    session->server->config->num_signatures)
		mbed_compat_pick_signatures(&session->ssl,
		    session->lists.best_rsa, session->lists.best_ecdsa);
	learn_resumption(session, before, after);
	if (before == MBEDTLS_SSL_SERVER_FINISHED && !is_tls1_3(session) &&
	    !(session->opened && session->hooked))
		observe_finished(session);
	if (step->direction == TLS_SENT ? sent_any(session, before, sent) :
	    received(session, step))
		mbed_observe_state(session, step->direction, step->type ?
		    CONTENT_HANDSHAKE : CONTENT_CHANGE_CIPHER_SPEC,
		    step->type);
}
