/* tls_facts.h - what a session turned out to be
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct tls_facts facts;
 *
 *	backend->facts(session, &facts);
 *	if (facts.resumed == TLS_YES)
 *		puts("Reused session-id");
 *
 * Rules.  A backend sets every member; what it does not know is 0 or an empty
 * span, and never looks like a "no".  The features FACT_... say which facts a
 * backend never knows, and why.  Spans are borrowed until the next call on the
 * same session.
 */
#ifndef TLS_FACTS_H
#define TLS_FACTS_H

#include "tls_types.h"

/* An answer that may be missing. */
enum tls_known {
	TLS_UNKNOWN,
	TLS_NO,
	TLS_YES,
};

/* Certificates of a peer's chain that facts can hold; longer ones are cut. */
#define TLS_FACTS_MAX_CHAIN	16

struct tls_facts {
	uint16_t version;		/* enum tls_version */
	uint16_t suite;			/* IANA cipher suite */
	uint16_t group;			/* IANA supported group of the key
					 * exchange; 0: unknown, or none */
	uint16_t signature;		/* SignatureScheme of our signature */
	uint16_t peer_signature;	/* SignatureScheme of the client's */

	enum tls_known resumed;
	enum tls_known extended_master;	/* RFC 7627; UNKNOWN in TLS 1.3 */
	enum tls_known secure_renegotiation; /* RFC 5746; UNKNOWN in TLS 1.3 */

	/* The index into the config's identities that was used, or -1. */
	int identity;

	struct tls_span alpn;		/* agreed, or empty */
	struct tls_span npn;		/* the client's choice, or empty */
	struct tls_span psk_identity;	/* of an external PSK that was used */
	enum tls_known status_sent;	/* an OCSP response was stapled */
	struct tls_span session_id;

	/* Up to TLS 1.2 the master secret (48 bytes); in TLS 1.3 the resumption
	 * secret of the session.  Empty if the library does not reveal it. */
	struct tls_span secret;

	/* DER, the client's own certificate first. */
	struct tls_span peer_chain[TLS_FACTS_MAX_CHAIN];
	size_t num_peer_chain;

	enum tls_known early_data;	/* EARLY_DATA: it was accepted */
	enum tls_known ech;		/* ECH: the inner hello was used */
};

#endif
