/* sample_flight.h - messages of a server, made of their parts
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct buf message = BUF_INIT;
 *
 *	add_message(&message, 14, SPAN(""));
 */
#ifndef UNIT_SAMPLE_FLIGHT_H
#define UNIT_SAMPLE_FLIGHT_H

#include "base/buf.h"
#include "wire/flight.h"

#define LENGTH(array)	(sizeof (array) / sizeof *(array))

/* A string literal as an initialiser of a span, and as a span. */
#define BYTES(literal)	{ (const uint8_t *)(literal), sizeof(literal) - 1 }
#define SPAN(literal)	((struct tls_span)BYTES(literal))

/* Adds a handshake message with its header. */
void add_message(struct buf *out, unsigned type, struct tls_span body);

/* Adds a ServerHello whose random ends with `end`, of eight bytes. */
void add_hello(struct buf *out, unsigned version, const char *end,
    unsigned suite, struct tls_span extensions);

/* Adds one of TLS 1.3 with x25519 and an unknown extension. */
void add_hello_tls1_3(struct buf *out);

/* Frames `bytes` in records of at most `size` bytes. */
void add_records(struct buf *out, unsigned type, struct tls_span bytes,
    size_t size);

/* Feeds `bytes` in pieces, each in memory of its own; all must be taken. */
void feed(struct flight *flight, struct tls_span bytes, size_t piece);

#endif
