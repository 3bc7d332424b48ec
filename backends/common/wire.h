/* common/wire.h - what backends read of the bytes of TLS
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 * Reference: RFC 8446, 4 and 5; RFC 5246, 7
 *
 *	struct common_alerts seen = { .len = 0 };
 *
 *	common_alerts_add(&seen, bytes);
 *	alert = common_alerts_fatal(&seen);
 */
#ifndef COMMON_WIRE_H
#define COMMON_WIRE_H

#include "tls_hello.h"

/* ContentType (RFC 8446, 5.1). */
enum common_content {
	COMMON_CHANGE_CIPHER_SPEC = 20,
	COMMON_ALERT = 21,
	COMMON_HANDSHAKE = 22,
	COMMON_APPLICATION_DATA = 23,
};

#define COMMON_ALERT_WARNING	1
#define COMMON_ALERT_FATAL	2

/* HandshakeType (RFC 8446, 4; RFC 5246, 7.4). */
enum common_message {
	COMMON_HELLO_REQUEST = 0,
	COMMON_CLIENT_HELLO = 1,
	COMMON_SERVER_HELLO = 2,
	COMMON_NEW_SESSION_TICKET = 4,
	COMMON_ENCRYPTED_EXTENSIONS = 8,
	COMMON_CERTIFICATE = 11,
	COMMON_SERVER_KEY_EXCHANGE = 12,
	COMMON_CERTIFICATE_REQUEST = 13,
	COMMON_SERVER_HELLO_DONE = 14,
	COMMON_CERTIFICATE_VERIFY = 15,
	COMMON_CLIENT_KEY_EXCHANGE = 16,
	COMMON_FINISHED = 20,
	COMMON_CERTIFICATE_STATUS = 22,
	COMMON_KEY_UPDATE = 24,
	COMMON_NEXT_PROTOCOL = 67,
};

/* Bytes of a record's header, and of a handshake message's. */
#define COMMON_RECORD_HEADER_LEN	5
#define COMMON_MESSAGE_HEADER_LEN	4

/* How long sessions and tickets may be resumed, in seconds (RFC 5077, 5.6;
 * as the reference does). */
#define COMMON_LIFETIME		7200

/* How often a session ID with a prefix is drawn before the store is taken to
 * be full of it. */
#define COMMON_ID_TRIES		10

/* Big-endian numbers. */
uint16_t common_get_u16(const uint8_t *at);
void common_put_u16(uint8_t *at, unsigned value);
void common_put_u24(uint8_t *at, size_t value);
uint64_t common_get_u64(const uint8_t *at);
void common_put_u64(uint8_t *at, uint64_t value);

/* The extension of `type` in a hello, or null. */
const struct tls_extension *common_extension(const struct tls_hello *hello,
    uint16_t type);

/* The last bytes that came: a client of TLS 1.3 that refuses the server's
 * flight may say so in clear, before it has keys (RFC 8446, 6.2), and
 * libraries take that for garbage. */
struct common_alerts {
	uint8_t tail[COMMON_RECORD_HEADER_LEN + 2];
	size_t len;
};

void common_alerts_add(struct common_alerts *alerts, struct tls_span bytes);
/* The AlertDescription of a fatal alert in clear that came last, or -1. */
int common_alerts_fatal(const struct common_alerts *alerts);

#endif
