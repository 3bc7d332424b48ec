/* wire/hello.h - the first bytes of a connection, and the ClientHello in them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4.1.2 and 5.1; RFC 5246, E.2 (SSLv2 framing)
 *
 *	switch (opening_next(&scan, bytes)) {
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
	OPENING_OVERSIZED,	/* a ClientHello beyond HELLO_MAX_LEN or
				 * HELLO_MAX_WIRE: none that can be sound */
	OPENING_MALFORMED,	/* a whole ClientHello that contradicts itself;
				 * never judged here, hello_new finds it */
	OPENING_GARBAGE,	/* nothing known */
};

/* The most bytes of a ClientHello: its header, and a body whose every field is
 * as long as its length can say (RFC 8446, 4.1.2): 2 + 32 + 1 + 32 + 2 + 65534
 * + 1 + 255 + 2 + 65535.  A header that announces more announces a message
 * that cannot be decoded. */
#define HELLO_MAX_LEN		(4 + 131396)

/* The same with the headers of its records, in fragments as small as a byte;
 * empty fragments take their room from the others. */
#define HELLO_MAX_WIRE		(6 * HELLO_MAX_LEN)

/* How far the bytes of a peer have been judged; all zero at first. */
struct opening_scan {
	size_t at;		/* bytes of the records judged for good */
	size_t got;		/* bytes of the message in them */
	uint8_t header[4];	/* of the message, */
	size_t have;		/* as far as it is in them */
};

/* Judges `bytes`, all that has come so far.  To be called again with the same
 * scan whenever more has come: what was judged is not looked at again, so that
 * all calls together take time in proportion to the bytes and the calls. */
enum opening opening_next(struct opening_scan *scan, struct tls_span bytes);
/* The same for bytes that are not to be followed by more. */
enum opening opening_of(struct tls_span bytes);

/* "hello", "hello_sslv2", "sslv2", "http", "oversized", "malformed",
 * "garbage", "more". */
const char *opening_name(enum opening opening);

/* Parses the hello at the start of `bytes`, of which opening_of said
 * OPENING_HELLO or OPENING_HELLO_SSLV2, into one allocation that holds its own
 * copy.  Null with blame PEER where it cannot be decoded, be it that a length
 * contradicts another or that an extension is not sound
 * (hello_extensions_are_sound); `alert_sent` is then the alert to send. */
struct tls_hello *hello_new(struct tls_span bytes, struct tls_error *err);
void hello_free(struct tls_hello *hello);

/* The same for a handshake message that came without records: the inner hello
 * of an encrypted one (RFC 9849), or one from a file.  `message` is all of it,
 * with its four-byte header.  The result has no `wire`, no records and no
 * record version. */
struct tls_hello *hello_of_message(struct tls_span message,
    struct tls_error *err);

/* The same for one whose lengths add up, whatever is in its extensions, which
 * may come twice, and however long its session ID is: to be looked at, not to
 * be served. */
struct tls_hello *hello_of_unsound(struct tls_span message,
    struct tls_error *err);

/* Whether the extensions that decide something here (names, versions, groups,
 * key shares, protocols and the like) have the form that their RFCs give them,
 * and come once.  False with blame PEER, the name of the extension in the text
 * and the alert to send in `alert_sent`.  `extensions` is their list, without
 * its length; the lengths in it are right. */
bool hello_extensions_are_sound(struct tls_span extensions,
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
