/* wire/flight.h - a reader of a server's first flight
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 2 and 5.1; RFC 5246, 7.3
 *
 *	struct flight flight;
 *	struct tls_error err;
 *
 *	flight_init(&flight);
 *	if (!flight_add_records(&flight, bytes, &err))
 *		puts(err.text);
 *	printf("%04x %04x\n", flight.version, flight.suite);
 *	flight_clear(&flight);
 *
 * Rules.  It reads the records that a server wrote, in pieces of any size; or
 * whole messages in clear, as a backend tells them (tls_host.h); or both, in
 * any order: a message that came both ways counts once.  So it can hold what
 * is encrypted in TLS 1.3.  The flight ends with ServerHelloDone, or with
 * Finished; later messages are left out, later alerts are not.  A
 * HelloRetryRequest does not end it.
 *
 * It owns a copy of each message, and all spans point into these until
 * flight_clear.  What it holds is bounded by the limits below.  After a call
 * that failed all others fail, and what was read before stays valid.  The
 * blame is TLS_BLAME_PEER: whoever sent the bytes.
 */
#ifndef WIRE_FLIGHT_H
#define WIRE_FLIGHT_H

#include "base/buf.h"
#include "wire/answer.h"
#include "wire/record.h"

/* The most that is held: messages, bytes of all of them, alerts. */
#define FLIGHT_MAX_MESSAGES	32
#define FLIGHT_MAX_LEN		(256u * 1024)
#define FLIGHT_MAX_ALERTS	8

/* How a message or an alert came. */
enum flight_source {
	FLIGHT_ON_THE_WIRE,
	FLIGHT_TOLD,
};

struct flight_message {
	struct tls_span message;	/* with its header; owned */
	enum flight_source source;
	bool retry;			/* a HelloRetryRequest */
};

struct flight_alert {
	uint8_t level, description;
	enum flight_source source;
};

struct flight {
	/* What was agreed; 0 or empty while it is not known.  After no more
	 * than a HelloRetryRequest, what that says. */
	uint16_t version;
	uint16_t suite;
	uint16_t group;			/* 0 for DHE without a named group */
	uint16_t signature;		/* SignatureScheme of the server's
					 * proof; 0 below TLS 1.2 */
	struct tls_span alpn;
	struct tls_span status;		/* the stapled OCSP response */
	int alert;			/* the first fatal one, or -1 */

	/* The messages; an empty `message` in one that did not come. */
	struct server_hello retry;
	struct server_hello hello;
	struct server_extensions extensions;
	struct server_certificate certificate;
	struct server_key_exchange key_exchange;
	struct certificate_request request;

	struct flight_message messages[FLIGHT_MAX_MESSAGES];
	size_t num_messages;
	struct flight_alert alerts[FLIGHT_MAX_ALERTS];
	size_t num_alerts;		/* further ones are left out */
	bool ended;			/* with ServerHelloDone or Finished */
	/* The server goes on under the keys of an earlier session: up to TLS
	 * 1.2 a change_cipher_spec without a Certificate or ServerHelloDone. */
	bool abbreviated;

	uint16_t record_version;	/* of the first record */
	size_t num_records;
	size_t num_encrypted;		/* of them, which cannot be read */
	size_t num_ccs;			/* change_cipher_spec */

	/* Private. */
	struct record_watch watch;
	uint8_t content_type;		/* of the record that is being read */
	struct buf pending;		/* the start of a message */
	int pending_level;		/* the first half of an alert, or -1 */
	size_t held;			/* bytes of all messages */
	bool encrypts;			/* what follows is encrypted */
	bool failed;
	struct tls_error error;		/* the first, for later calls */
};

void flight_init(struct flight *flight);
void flight_clear(struct flight *flight);

/* Reads the next bytes that the server wrote. */
bool flight_add_records(struct flight *flight, struct tls_span bytes,
    struct tls_error *err);

/* Reads one message in clear; the parameters are those of `message` in struct
 * tls_host_ops, for what was sent. */
bool flight_add_message(struct flight *flight, uint8_t content_type,
    struct tls_span message, struct tls_error *err);

/* Whether the records ended where a record, a message and an alert end. */
bool flight_is_whole(const struct flight *flight);

/* The message of this type, or an empty span; of two ServerHellos the one
 * that is no HelloRetryRequest. */
struct tls_span flight_message(const struct flight *flight, uint8_t type);

#endif
