/* tls_types.h - the small vocabulary of the contract: bytes, flow, reasons
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct tls_error err = TLS_ERROR_INIT;
 *	struct tls_span hello = { (const uint8_t *)"hi", 2 };
 *
 *	if (hello.len < 4) {
 *		err.blame = TLS_BLAME_PEER;
 *		snprintf(err.text, sizeof err.text, "hello too short");
 *		return TLS_FAILED;
 *	}
 *
 * Rules.  The result of a call is a status, and the reason for a failure is an
 * error.  An error is a value that the caller owns, is always the last
 * parameter and never null, and is written only when a call fails.  A span is
 * borrowed: its maker says how long it is valid, and code that keeps it copies
 * it.
 */
#ifndef TLS_TYPES_H
#define TLS_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes owned by somebody else.  `data` may be null if `len` is 0. */
struct tls_span {
	const uint8_t *data;
	size_t len;
};

/* The result of a call that can make progress. */
enum tls_status {
	TLS_OK,
	TLS_WANT_READ,		/* nothing to read now: wait, call again */
	TLS_WANT_WRITE,		/* no room to write now: wait, call again */
	TLS_CLOSED,		/* the other side has closed: close_notify above
				 * TLS, end of stream below it */
	TLS_UNSUPPORTED,	/* this library cannot; nothing was touched,
				 * and the error says why */
	TLS_FAILED,		/* can never succeed; the error says why */
};

/* Direction, seen from the server. */
enum tls_direction {
	TLS_RECEIVED,
	TLS_SENT,
};

/* Protocol versions as sent on the wire (RFC 8446, 4.2.1). */
enum tls_version {
	TLS_VERSION_UNKNOWN = 0,
	TLS_VERSION_SSL2 = 0x0002,
	TLS_VERSION_SSL3 = 0x0300,
	TLS_VERSION_1_0 = 0x0301,
	TLS_VERSION_1_1 = 0x0302,
	TLS_VERSION_1_2 = 0x0303,
	TLS_VERSION_1_3 = 0x0304,
};

/* The bit of version `v` in a set of versions. */
#define TLS_VERSION_BIT(v) \
	(1u << ((v) == TLS_VERSION_SSL2 ? 15 : (v) & 0x0f))

/* Whose fault a failure was.  The program's exit status follows from it. */
enum tls_blame {
	TLS_BLAME_NOBODY,
	TLS_BLAME_CONFIG,	/* what the user asked for: exit 2 */
	TLS_BLAME_FEATURE,	/* the library cannot: exit 3 */
	TLS_BLAME_NETWORK,	/* the connection broke below TLS */
	TLS_BLAME_PEER,		/* what the peer sent, or its fatal alert */
	TLS_BLAME_US,		/* this program or backend */
	TLS_BLAME_LIBRARY,	/* the TLS library, memory included */
};

/* Why something failed.  `alert_sent` and `alert_received` are
 * AlertDescriptions (RFC 8446, 6), or -1 if there was none.  `native` is the
 * library's own code, for printing only.  `text` is one line, in the library's
 * own words if it has some; it may contain bytes that a peer chose, so it is
 * escaped when it is printed. */
struct tls_error {
	enum tls_blame blame;
	int alert_sent;
	int alert_received;
	long native;
	char text[256];
};

#define TLS_ERROR_INIT	{ TLS_BLAME_NOBODY, -1, -1, 0, "" }

#endif
