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

/* ---- what is sent ------------------------------------------------------ */

void
mbed_observe_sent(struct tls_session *session, struct tls_span message)
{
	mbed_tell_message(session, TLS_SENT, COMMON_HANDSHAKE, message);
	mbed_flight_message(session, message);
}

static void
observe_record(struct tls_session *session, uint8_t type,
    struct tls_span body)
{
	switch (type) {
	case COMMON_HANDSHAKE:
		mbed_observe_sent(session, body);
		break;
	case COMMON_ALERT:
		if (body.len == 2)
			mbed_tell_alert(session, TLS_SENT, body.data[0],
			    body.data[1]);
		break;
	case COMMON_CHANGE_CIPHER_SPEC:
		mbed_tell_message(session, TLS_SENT,
		    COMMON_CHANGE_CIPHER_SPEC, body);
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
	while (session->clear && records.len >= COMMON_RECORD_HEADER_LEN) {
		const uint8_t *at = records.data;
		size_t len = common_get_u16(at + 3);

		if (len > records.len - COMMON_RECORD_HEADER_LEN)
			return;
		if (at[0] == COMMON_APPLICATION_DATA)
			mbed_reveal_record(session, (struct tls_span){ at,
			    COMMON_RECORD_HEADER_LEN + len });
		else
			observe_record(session, at[0], (struct tls_span){
			    at + COMMON_RECORD_HEADER_LEN, len });
		records.data += COMMON_RECORD_HEADER_LEN + len;
		records.len -= COMMON_RECORD_HEADER_LEN + len;
	}
}

void
mbed_observe_unencrypted(struct tls_session *session, uint8_t type,
    struct tls_span body)
{
	if (type == COMMON_ALERT && !session->clear && body.len == 2 &&
	    body.data[0] == COMMON_ALERT_FATAL)
		session->alerted = true;
	/* What is told anyhow: a HelloRequest, and the first handshake. */
	if (!session->opened || is_tls1_3(session) || body.len == 0)
		return;
	if (type == COMMON_HANDSHAKE && body.data[0] != 0)
		mbed_observe_sent(session, body);
	else if (type == COMMON_CHANGE_CIPHER_SPEC)
		mbed_tell_message(session, TLS_SENT, type, body);
}

/* ---- what is received -------------------------------------------------- */

struct tls_span
mbed_observe_held(const struct tls_session *session, uint8_t type)
{
	struct tls_span held = mbed_private_received(&session->ssl,
	    COMMON_HANDSHAKE), none = { NULL, 0 };
	size_t len;

	if (held.len < COMMON_MESSAGE_HEADER_LEN || held.data[0] != type)
		return none;
	len = COMMON_MESSAGE_HEADER_LEN + ((size_t)held.data[1] << 16 |
	    common_get_u16(held.data + 2));
	return len > held.len ? none : (struct tls_span){ held.data, len };
}

/* Whether the step received what it is named after; steps that do not apply
 * to a handshake are gone through all the same. */
static bool
received(struct tls_session *session, const struct step *step)
{
	static const uint8_t change = 1;
	struct tls_span message;

	if (step->type == 0) {
		mbed_tell_message(session, TLS_RECEIVED,
		    COMMON_CHANGE_CIPHER_SPEC, (struct tls_span){
		    &change, 1 });
		return true;
	}
	message = mbed_observe_held(session, step->type);
	/* The first hello has been read by the core, and 2.28 reads it past
	 * its own record layer. */
	if (step->type == 1 && !session->opened && session->hello &&
	    session->seen.version == 0)
		message = session->hello->message;
	if (message.len == 0)
		return false;
	mbed_tell_message(session, TLS_RECEIVED, COMMON_HANDSHAKE, message);
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
		    session->server->config->peer_certificate !=
		    TLS_PEER_NONE;
	return session->num_sent != sent;
}

/* What a step up to TLS 1.2 sent under encryption is known all the same. */
static void
observe_finished(struct tls_session *session)
{
	struct tls_span data = mbed_private_finished(&session->ssl);
	uint8_t message[COMMON_MESSAGE_HEADER_LEN + 64] = { COMMON_FINISHED };

	if (data.len > sizeof message - COMMON_MESSAGE_HEADER_LEN)
		return;
	common_put_u24(message + 1, data.len);
	memcpy(message + COMMON_MESSAGE_HEADER_LEN, data.data, data.len);
	mbed_tell_message(session, TLS_SENT, COMMON_HANDSHAKE,
	    (struct tls_span){ message, COMMON_MESSAGE_HEADER_LEN + data.len });
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
	int after = mbed_private_state(&session->ssl);
	const struct step *step = find_step(session, before);

	if (!step)
		return;
	if (before == after) {
		/* A ticket and the ChangeCipherSpec share one state. */
		if (before == MBEDTLS_SSL_SERVER_CHANGE_CIPHER_SPEC &&
		    session->num_sent != sent)
			mbed_tell_state(session, TLS_SENT,
			    COMMON_HANDSHAKE, 4);
		return;
	}
	/* A renegotiation is encrypted: what it agrees to is not seen. */
	if (before == MBEDTLS_SSL_CLIENT_HELLO && session->opened)
		session->seen.group = session->seen.signature =
		    session->seen.peer_signature = 0;
	if (before == MBEDTLS_SSL_CLIENT_HELLO &&
	    session->server->config->num_signatures &&
	    !session->server->config->native)
		mbed_compat_pick_signatures(&session->ssl,
		    session->lists.best_rsa, session->lists.best_ecdsa);
	learn_resumption(session, before, after);
	if (before == MBEDTLS_SSL_SERVER_FINISHED && !is_tls1_3(session) &&
	    !(session->opened && session->interposed))
		observe_finished(session);
	if (step->direction == TLS_SENT ? sent_any(session, before, sent) :
	    received(session, step))
		mbed_tell_state(session, step->direction, step->type ?
		    COMMON_HANDSHAKE : COMMON_CHANGE_CIPHER_SPEC,
		    step->type);
}
