/* tls_config.h - the configuration of a server: plain data, no file names
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

	/* KEY_URI.  Used instead of `key`, which is empty then: the name of the
	 * key for the library ("pkcs11:token=a;object=b", RFC 7512) or for the
	 * config's `engine`; `pass` is its PIN.  Null: use `key`. */
	const char *key_uri;

	/* File names or the like, for messages only; never null. */
	const char *cert_origin;
	const char *key_origin;
};

/* Whether clients are asked for a certificate. */
enum tls_peer_certificate {
	TLS_PEER_NONE,
	TLS_PEER_ASK,		/* `-verify`: may send none */
	TLS_PEER_DEMAND,	/* `-Verify`: must send one */
};

/* Which certificates of a client's chain are checked against the CRLs. */
enum tls_crl_check {
	TLS_CRL_NONE,
	TLS_CRL_LEAF,		/* `-crl_check`: the client's own */
	TLS_CRL_CHAIN,		/* `-crl_check_all`: all, the root included */
};

/* The bytes of `ticket_key`: 16 name, 32 and 32 of key material. */
#define TLS_TICKET_KEY_LEN	80

/* A value of `num_tickets`, only with `native`: the library's own number. */
#define TLS_TICKETS_OWN		(~0u)

/* What becomes of a client that offers none of the config's `alpn`. */
enum tls_alpn_mismatch {
	TLS_ALPN_OWN,		/* what the library does by itself */
	TLS_ALPN_REFUSE,	/* no_application_protocol (RFC 7301, 3.2) */
	TLS_ALPN_IGNORE,	/* it goes on without ALPN */
};

struct tls_config {
	/* The versions to speak: a set of TLS_VERSION_BIT. */
	unsigned versions;

	/* Cipher suites, IANA numbers, best first, TLS 1.3 ones among them;
	 * only those that `suites` of the backend named.  Never empty, but
	 * there may be none for one of the versions. */
	const uint16_t *suites;
	size_t num_suites;

	/* Whether the order of `suites` decides, or else the client's order. */
	bool server_preference;

	/* `@SECLEVEL` of the cipher string, 0 to 5, or -1: the library's own.
	 * (openssl ciphers(1)) */
	int security_level;

	/* GROUPS.  Supported groups, IANA numbers, best first, all of them
	 * named by `groups` of the backend; they apply to (EC)DHE in every
	 * version.  The order counts only with `server_preference`.  Empty: the
	 * library's own list. */
	const uint16_t *groups;
	size_t num_groups;

	/* SIGNATURES.  SignatureSchemes that the server may sign with, best
	 * first, all of them named by `signatures` of the backend.  Empty:
	 * the library's own list. */
	const uint16_t *signatures;
	size_t num_signatures;

	/* CLIENT_SIGNATURES.  The same for the signatures of clients with a
	 * certificate, as sent in the CertificateRequest.  Empty: as
	 * `signatures`. */
	const uint16_t *client_signatures;
	size_t num_client_signatures;

	/* DH_PARAMETERS.  For DHE up to TLS 1.2: PKCS#3 DHParameter as DER.
	 * Empty: chosen by the library, with at least 2048 bits.  (There is no
	 * switch for "no DHE": its suites are then not among `suites`.) */
	struct tls_span dh_params;

	/* WORKAROUNDS.  `-bugs`: whatever work-arounds the library has. */
	bool workarounds;

	/* ENGINE.  The engine, provider or token module to use, or null.  If it
	 * cannot be used, `server_open` fails with blame CONFIG. */
	const char *engine;

	/* Identities, tried in this order if several fit a client.  None: only
	 * suites that need no certificate (ANONYMOUS, PSK) are used. */
	const struct tls_identity *identities;
	size_t num_identities;

	/* Client certificates: whether to ask for one, and the roots to verify
	 * them with (DER); the names of the first `num_named_roots` go into the
	 * CertificateRequest. */
	enum tls_peer_certificate peer_certificate;
	const struct tls_span *roots;
	size_t num_roots;
	size_t num_named_roots;

	/* CRLS.  DER CertificateLists, and what is checked against them.  A
	 * certificate listed in one is reported to `verify` with X509_V_ERR 23,
	 * a CRL that is itself invalid with 8, 11 or 12.  A missing CRL for a
	 * certificate (3) may be reported; the core detects it anyhow, and
	 * ignores errors of checks that were not asked for. */
	enum tls_crl_check crl_check;
	const struct tls_span *crls;
	size_t num_crls;

	/* PSK, PSK_TLS1_3.  Whether the host's `psk` may be called; the suites
	 * that need it are among `suites`.  PSK_HINT: `psk_hint`, 0 to 128
	 * bytes, is sent up to TLS 1.2, unless its `data` is null. */
	bool psk;
	struct tls_span psk_hint;

	/* NPN.  What is offered to a client that has the extension and with
	 * which nothing was agreed by ALPN: names with a length byte before
	 * each, best first.  Empty: no NPN.  (draft-agl-tls-nextprotoneg-04) */
	struct tls_span npn;

	/* Resumption.  An empty `ticket_key`: no tickets up to TLS 1.2, and in
	 * TLS 1.3 none that contain the session.  Otherwise TLS_TICKET_KEY_LEN
	 * secret bytes, the same for all servers that are to accept each
	 * other's tickets.  `session_store`: whether the host's `resume` and
	 * `remember` may be called.  `session_context`, at most 32 bytes: a
	 * session is resumed only under the context that it was made under. */
	struct tls_span ticket_key;
	bool session_store;
	struct tls_span session_context;

	/* NUM_TICKETS.  How many tickets follow a full TLS 1.3 handshake that
	 * could be resumed; after a resumed one at most one follows. */
	unsigned num_tickets;

	/* ID_PREFIX.  1 to 32 bytes that the session IDs of new sessions begin
	 * with, if the server chooses them: up to TLS 1.2, and for a session
	 * without a ticket.  32 bytes leave room for only one session: if its
	 * ID is in the host's store already, the handshake fails with
	 * internal_error.  Empty: no prefix. */
	struct tls_span id_prefix;

	/* Whether a client may start a renegotiation; otherwise it is sent
	 * no_renegotiation (RFC 5246, 7.2.2). */
	bool client_renegotiation;

	/* EARLY_DATA.  The most bytes of early data to take from a client
	 * (RFC 8446, 4.2.10); 0: none is accepted. */
	uint32_t max_early_data;

	/* ECH.  Private keys with their ECHConfigs, PEM as in RFC 9934; empty:
	 * none. */
	struct tls_span ech_keys;

	/* NATIVE.  `-native`: the library decides as a server of its own kind
	 * does with nothing configured, and the backend leaves out its
	 * `corrections`.  What an option gives overrides that one thing.  These
	 * members then mean:
	 *
	 *   versions           a bound: the versions that the library has, less
	 *                      those that options exclude.  Spoken are those
	 *                      among them that the library speaks by itself;
	 *                      all of them if there are none such (-tls1)
	 *   suites             may be empty.  Without one of TLS 1.3 in it:
	 *                      the library's own for TLS 1.3; without any
	 *                      other: the library's own for the versions before
	 *   server_preference  false: whoever's order the library goes by
	 *   groups, signatures, client_signatures, security_level
	 *                      empty, or -1: the library's own list and order,
	 *                      as it is
	 *   dh_params          empty: whatever the library does
	 *   num_tickets        may be TLS_TICKETS_OWN
	 *   ticket_key, session_store
	 *                      what may be used, if a server of this kind uses
	 *                      it with nothing configured, or `num_tickets`
	 *                      asks for it
	 *
	 * and the members below are used, which are zero without it. */
	bool native;

	/* Up to TLS 1.2, where `suites` names none: the library's own suites
	 * without those of ephemeral DH, or of ephemeral ECDH. */
	bool no_dhe, no_ecdhe;

	/* What the library itself selects from by ALPN: names with a length
	 * byte before each, best first.  Empty: no ALPN. */
	struct tls_span alpn;
	enum tls_alpn_mismatch alpn_mismatch;
};

#endif
