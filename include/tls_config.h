/* tls_config.h - what a server shall be: plain data, no file names
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct tls_span chain[] = { leaf, intermediate };
 *	struct tls_identity identity = {
 *		.chain = chain, .num_chain = 2, .key = { key, key_len },
 *		.cert_origin = "server.pem", .key_origin = "server.pem",
 *	};
 *	struct tls_config config = {
 *		.versions = TLS_VERSION_BIT(TLS_VERSION_1_2),
 *		.security_level = -1,
 *		.identities = &identity, .num_identities = 1,
 *	};
 *	struct tls_server *server = backend->server_open(&config, &err);
 *
 * Rules.  The core reads the files, splits them and asks for pass phrases.
 * A config and all it points to outlive the servers opened with it, and do
 * not change while one is open.  Several servers may share one config, each
 * on a thread of its own.
 */
#ifndef TLS_CONFIG_H
#define TLS_CONFIG_H

#include "tls_types.h"

/* A certificate chain and its private key. */
struct tls_identity {
	/* DER certificates, the server's own first; at least one.  All of
	 * them are sent, in this order. */
	const struct tls_span *chain;
	size_t num_chain;

	/* The private key: either DER (PKCS#8, PKCS#1 or SEC 1; PKCS#8 may be
	 * encrypted), or the text of one PEM block from its BEGIN line to its
	 * END line, line ends included.  One NUL byte follows the bytes and is
	 * not counted. */
	struct tls_span key;
	const char *pass;		/* pass phrase, or null */

	/* File names or the like, for messages only; never null. */
	const char *cert_origin;
	const char *key_origin;
};

/* Whether clients are asked for a certificate. */
enum tls_peer_certificate {
	TLS_PEER_NONE,
	TLS_PEER_ASK,		/* `-verify`: may come without */
	TLS_PEER_DEMAND,	/* `-Verify`: the handshake fails without */
};

/* The bytes of `ticket_key`: 16 name, 32 and 32 of key material. */
#define TLS_TICKET_KEY_LEN	80

struct tls_config {
	/* The versions to speak: a set of TLS_VERSION_BIT. */
	unsigned versions;

	/* Cipher suites, IANA numbers, best first, TLS 1.3 ones among them;
	 * already cut down to what `suites` of the backend named.  Never
	 * empty, but may lack any of one version. */
	const uint16_t *suites;
	size_t num_suites;

	/* Whose order decides: this list's, or else the client's. */
	bool server_preference;

	/* `@SECLEVEL` of the cipher string, 0 to 5, or -1: the library's own.
	 * (openssl ciphers(1)) */
	int security_level;

	/* Identities, tried in this order where several fit a client. */
	const struct tls_identity *identities;
	size_t num_identities;

	/* Client certificates: whether, and the roots to judge them by (DER,
	 * whose names also go into the CertificateRequest). */
	enum tls_peer_certificate peer_certificate;
	const struct tls_span *roots;
	size_t num_roots;

	/* Resumption.  An empty `ticket_key`: no tickets up to TLS 1.2, and
	 * in TLS 1.3 none that carry the session themselves.  Else
	 * TLS_TICKET_KEY_LEN secret bytes, the same for every server that
	 * shall accept each other's tickets.  `session_store`: whether the
	 * host's `resume` and `remember` may be used.  `session_context`, at
	 * most 32 bytes, parts sessions that must not be mixed. */
	struct tls_span ticket_key;
	bool session_store;
	struct tls_span session_context;

	/* Whether a client may begin a renegotiation; else it is told
	 * no_renegotiation (RFC 5246, 7.2.2). */
	bool client_renegotiation;
};

#endif
