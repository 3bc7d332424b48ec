/* flight.c - what our own messages say, for the facts that have no function
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 5246, 7.4; RFC 8422, 5.4; RFC 8446, 4.1.3
 */
#include "mbedtls.h"

#include <string.h>

enum extension_type {
	EXTENDED_MASTER_SECRET = 23,
	SUPPORTED_VERSIONS = 43,
	KEY_SHARE = 51,
	RENEGOTIATION_INFO = 0xff01,
};

#define NAMED_CURVE	3

/* A cursor; a read past the end yields 0 and breaks it for good. */
struct cursor {
	const uint8_t *at;
	size_t left;
	bool broken;
};

static struct cursor
take(struct cursor *c, size_t len)
{
	struct cursor part = { c->at, len, false };

	if (c->broken || len > c->left) {
		c->broken = true;
		c->left = 0;
		return (struct cursor){ NULL, 0, true };
	}
	c->at += len;
	c->left -= len;
	return part;
}

static uint32_t
take_number(struct cursor *c, size_t len)
{
	struct cursor part = take(c, len);
	uint32_t value = 0;

	for (size_t i = 0; i < part.left; i++)
		value = value << 8 | part.at[i];
	return value;
}

/* Takes bytes that follow their length, itself a number of `len` bytes. */
static struct cursor
take_vector(struct cursor *c, size_t len)
{
	return take(c, take_number(c, len));
}

static void
read_extension(struct seen *seen, uint16_t type, struct cursor body)
{
	switch (type) {
	case EXTENDED_MASTER_SECRET:
		seen->extended_master = TLS_YES;
		break;
	case RENEGOTIATION_INFO:
		seen->secure_renegotiation = TLS_YES;
		break;
	case SUPPORTED_VERSIONS:
		seen->version = (uint16_t)take_number(&body, 2);
		break;
	case KEY_SHARE:
		seen->group = (uint16_t)take_number(&body, 2);
		break;
	default:
		break;
	}
}

/* The scheme that a key of one of our identities signs TLS 1.3 with. */
static bool
fits(const mbedtls_pk_context *key, uint16_t scheme)
{
	static const struct {
		uint16_t scheme;
		mbedtls_pk_type_t type;
		size_t bits;		/* 0: any */
	} schemes[] = {
		{ 0x0403, MBEDTLS_PK_ECDSA, 256 },
		{ 0x0503, MBEDTLS_PK_ECDSA, 384 },
		{ 0x0603, MBEDTLS_PK_ECDSA, 521 },
		{ 0x0804, MBEDTLS_PK_RSA, 0 },
		{ 0x0805, MBEDTLS_PK_RSA, 0 },
		{ 0x0806, MBEDTLS_PK_RSA, 0 },
	};

	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (schemes[i].scheme == scheme &&
		    mbedtls_pk_can_do(key, schemes[i].type) &&
		    (!schemes[i].bits ||
		    schemes[i].bits == mbedtls_pk_get_bitlen(key)))
			return true;
	return false;
}

/* In TLS 1.3 certificate and signature are encrypted at once, but follow
 * from the hello: the client's first scheme for which there is a key. */
static void
conclude_identity(struct tls_session *session)
{
	const struct tls_hello *hello = session->hello;
	const struct tls_server *server = session->server;

	for (size_t i = 0; hello && i < hello->num_signatures; i++)
		for (size_t k = 0; k < server->num_identities; k++) {
			const struct identity *id = &server->identities[k];

			if (!fits(&id->key, hello->signatures[i]) ||
			    !mbed_lists_offer(session, hello->signatures[i]))
				continue;
			session->seen.identity = (int)k;
			session->seen.signature = hello->signatures[i];
			return;
		}
}

static void
read_server_hello(struct tls_session *session, struct cursor c)
{
	/* SHA-256 of "HelloRetryRequest" begins like this. */
	static const uint8_t retry[] = { 0xcf, 0x21, 0xad, 0x74 };
	struct seen *seen = &session->seen;
	struct cursor random, extensions;

	seen->version = (uint16_t)take_number(&c, 2);
	random = take(&c, 32);
	take_vector(&c, 1);
	seen->suite = (uint16_t)take_number(&c, 2);
	take(&c, 1);
	seen->group = seen->signature = 0;
	seen->identity = -1;
	seen->extended_master = seen->secure_renegotiation = TLS_NO;
	extensions = c.left ? take_vector(&c, 2) : c;
	while (extensions.left > 0) {
		uint16_t type = (uint16_t)take_number(&extensions, 2);

		read_extension(seen, type, take_vector(&extensions, 2));
	}
	if (seen->version == TLS_VERSION_1_3) {
		seen->extended_master = TLS_UNKNOWN;
		seen->secure_renegotiation = TLS_UNKNOWN;
		if (random.left && memcmp(random.at, retry, sizeof retry))
			conclude_identity(session);
	}
}

struct tls_span
mbed_flight_leaf(struct tls_span message, uint16_t version)
{
	struct cursor c = { message.data, message.len, false }, leaf;

	take(&c, COMMON_MESSAGE_HEADER_LEN);
	if (version == TLS_VERSION_1_3)
		take_vector(&c, 1);	/* the context of the request */
	take(&c, 3);			/* the length of the list */
	leaf = take_vector(&c, 3);
	return (struct tls_span){ leaf.at, leaf.left };
}

static void
read_certificate(struct tls_session *session, struct tls_span message)
{
	const struct tls_config *config = session->server->config;
	struct tls_span leaf = mbed_flight_leaf(message, session->seen.version);

	for (size_t i = 0; i < config->num_identities && leaf.len; i++) {
		struct tls_span own = config->identities[i].chain[0];

		if (own.len == leaf.len &&
		    memcmp(own.data, leaf.data, own.len) == 0) {
			session->seen.identity = (int)i;
			return;
		}
	}
}

static void
read_key_exchange(struct seen *seen, struct cursor c)
{
	struct cursor ecdhe;

	if (mbed_lists_exchange(seen->suite)->psk)
		take_vector(&c, 2);		/* the hint (RFC 4279, 3) */
	ecdhe = c;
	if (take_number(&ecdhe, 1) == NAMED_CURVE) {
		seen->group = (uint16_t)take_number(&ecdhe, 2);
		take_vector(&ecdhe, 1);
		c = ecdhe;
	} else {
		for (int i = 0; i < 3; i++)	/* p, g, public value */
			take_vector(&c, 2);
	}
	if (seen->version >= TLS_VERSION_1_2)
		seen->signature = (uint16_t)take_number(&c, 2);
}

void
mbed_flight_message(struct tls_session *session, struct tls_span message)
{
	struct cursor c = { message.data, message.len, false };
	uint32_t type = take_number(&c, 1);
	struct cursor body = take_vector(&c, 3);

	if (type == COMMON_SERVER_HELLO)
		read_server_hello(session, body);
	else if (type == COMMON_CERTIFICATE)
		read_certificate(session, message);
	else if (type == COMMON_SERVER_KEY_EXCHANGE)
		read_key_exchange(&session->seen, body);
}
