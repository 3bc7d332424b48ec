/* tls_hello.h - a ClientHello as the core has read it, before any library
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	for (size_t i = 0; i < hello->num_suites; i++)
 *		if (hello->suites[i] == 0x1301)
 *			return true;
 *
 * Rules.  The core parses and owns it; a backend reads it.  It is borrowed
 * until the first `handshake` call that returns neither TLS_WANT_READ nor
 * TLS_WANT_WRITE.  All spans point into `message`.
 */
#ifndef TLS_HELLO_H
#define TLS_HELLO_H

#include "tls_types.h"

/* One extension as offered (RFC 8446, 4.2). */
struct tls_extension {
	uint16_t type;
	struct tls_span body;
};

struct tls_hello {
	/* The records as received, and the message in them: handshake header
	 * and body; for `sslv2` the message without its two-byte length.  A
	 * message that came without records has no `wire`, no `num_records`
	 * and no `record_version`. */
	struct tls_span wire;
	struct tls_span message;
	size_t num_records;
	bool sslv2;

	uint16_t record_version;	/* of the first record */
	uint16_t legacy_version;
	struct tls_span random;
	struct tls_span session_id;
	struct tls_span compression;

	/* In the client's order, unknown and GREASE ones included.  Three-byte
	 * SSLv2 ciphers that are not TLS suites are left out. */
	const uint16_t *suites;
	size_t num_suites;
	const struct tls_extension *extensions;
	size_t num_extensions;

	/* From the extensions; empty for those that are absent. */
	struct tls_span server_name;	/* host_name, as sent */
	struct tls_span alpn;		/* ProtocolNameList, no length */
	const uint16_t *groups;		/* supported_groups */
	size_t num_groups;
	const uint16_t *signatures;	/* signature_algorithms */
	size_t num_signatures;
	/* supported_versions in the client's order, which need not have the
	 * highest first, or what `legacy_version` implies. */
	const uint16_t *versions;
	size_t num_versions;
	bool offers_ticket;		/* session_ticket is there */
	bool offers_status;		/* status_request is there */
	bool offers_psk;		/* pre_shared_key is there */
	bool offers_early_data;		/* early_data is there */
	bool offers_post_handshake_auth;
	bool offers_secure_renegotiation; /* renegotiation_info or its SCSV */
	bool offers_extended_master;	/* extended_master_secret */
};

#endif
