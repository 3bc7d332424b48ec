/* wire/record.h - finds the TLS records in a stream of bytes
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 5.1; RFC 5246, E.2
 *
 *	struct record_watch watch = RECORD_WATCH_INIT;
 *	struct record record;
 *
 *	while (record_next(&watch, &bytes, &record))
 *		printf("type %u, %u bytes\n", record.type, record.len);
 *
 * One watch per direction.  It keeps five bytes, never a record's body.  An
 * SSLv2 record is given as a handshake of version TLS_VERSION_SSL2 with the
 * length that its first two bytes give; `header` is then its first five.
 */
#ifndef WIRE_RECORD_H
#define WIRE_RECORD_H

#include "tls_types.h"

/* Alerts that are sent or explained here (RFC 8446, 6 and B.2). */
enum alert_description {
	ALERT_BAD_RECORD_MAC = 20,
	ALERT_HANDSHAKE_FAILURE = 40,
	ALERT_ILLEGAL_PARAMETER = 47,
	ALERT_DECODE_ERROR = 50,
	ALERT_DECRYPT_ERROR = 51,
	ALERT_PROTOCOL_VERSION = 70,
	ALERT_INSUFFICIENT_SECURITY = 71,
	ALERT_INTERNAL_ERROR = 80,
	ALERT_INAPPROPRIATE_FALLBACK = 86,
	ALERT_MISSING_EXTENSION = 109,
	ALERT_UNRECOGNIZED_NAME = 112,
	ALERT_CERTIFICATE_REQUIRED = 116,
	ALERT_NO_APPLICATION_PROTOCOL = 120,
};

struct record {
	uint8_t type;
	uint16_t version;
	uint16_t len;		/* of the body, in bytes */
	uint8_t header[5];
};

struct record_watch {
	uint8_t header[5];
	uint8_t have;		/* bytes of the header */
	uint32_t skip;		/* bytes of the body still to come */
	bool lost;		/* this is no stream of records */
};

#define RECORD_WATCH_INIT	{ { 0 }, 0, 0, false }

/* Takes bytes off `bytes` up to the next whole header and gives that; false
 * when they are all taken, or when it is no stream of records. */
bool record_next(struct record_watch *watch, struct tls_span *bytes,
    struct record *record);

#endif
