/* wire/hello.h - the first bytes of a connection, and the ClientHello in them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.1.2 and 5.1; RFC 5246, E.2 (SSLv2 framing)
 *
 *	switch (opening_of(bytes)) {
 *	case OPENING_MORE:
 *		return TLS_WANT_READ;
 *	case OPENING_HELLO:
 *	case OPENING_HELLO_SSLV2:
 *		hello = hello_new(bytes, &err);
 *		break;
 *	default:
 *		break;			// the library says what it makes of it
 *	}
 */
#ifndef WIRE_HELLO_H
#define WIRE_HELLO_H

#include "base/buf.h"
#include "tls_hello.h"

/* What the first bytes of a peer are. */
enum opening {
	OPENING_MORE,		/* cannot be told yet */
	OPENING_HELLO,		/* a whole ClientHello */
	OPENING_HELLO_SSLV2,	/* a whole one in an SSLv2 record */
	OPENING_SSLV2,		/* an SSLv2 hello that offers only SSLv2 */
	OPENING_HTTP,		/* a plain HTTP request */
	OPENING_OVERSIZED,	/* a ClientHello beyond HELLO_MAX_LEN */
	OPENING_GARBAGE,	/* nothing known, or a hello that contradicts
				 * itself */
};

/* The limits of a ClientHello that is waited for: bytes of the message, and
 * records. */
#define HELLO_MAX_LEN		65536
#define HELLO_MAX_RECORDS	4096

/* Judges `bytes`, all that has come so far.  Cheap; to be called again whenever
 * more has come. */
enum opening opening_of(struct tls_span bytes);

/* "hello", "hello_sslv2", "sslv2", "http", "oversized", "garbage", "more". */
const char *opening_name(enum opening opening);

/* Parses the hello at the start of `bytes`, of which opening_of said
 * OPENING_HELLO or OPENING_HELLO_SSLV2, into one allocation that holds its own
 * copy.  Null with blame PEER where a length contradicts another: the library
 * then refuses it in its own way. */
struct tls_hello *hello_new(struct tls_span bytes, struct tls_error *err);
void hello_free(struct tls_hello *hello);

/* The same for a handshake message that came without records: the inner hello
 * of an encrypted one (RFC 9849), or one from a file.  `message` is all of it,
 * with its four-byte header.  The result has no `wire`, no records and no
 * record version. */
struct tls_hello *hello_of_message(struct tls_span message,
    struct tls_error *err);

/* Adds the message re-framed as one record with the version of the first, or
 * TLS 1.0 where there was none (RFC 8446, 5.1); false if it does not fit (more
 * than 16384 bytes) or is SSLv2-framed. */
bool hello_coalesce(const struct tls_hello *hello, struct buf *out);

/* The extension `type`, or null. */
const struct tls_extension *hello_extension(const struct tls_hello *hello,
    uint16_t type);

/* Whether the client asks for an OCSP response with status_request (RFC 6066,
 * 8), whole and of the type ocsp.  `request_extensions` gets those that it has
 * for the OCSP request, a SEQUENCE of at most 1024 bytes, or an empty span. */
bool hello_asks_status(const struct tls_hello *hello,
    struct tls_span *request_extensions);

/* Steps through a ProtocolNameList: takes the next name off `list`; false at
 * its end or where it is broken. */
bool hello_next_protocol(struct tls_span *list, struct tls_span *name);

#endif
