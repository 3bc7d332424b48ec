/* tls_feature.h - every thing a backend may lack, and the four answers
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	static const struct tls_answer answers[TLS_FEATURE_COUNT] = {
 *		[TLS_FEATURE_TLS1_3] = { TLS_SUPPORT_FULL, NULL },
 *		[TLS_FEATURE_RENEGOTIATE] = { TLS_SUPPORT_NONE,
 *		    "this library never renegotiates" },
 *	};
 *
 * Rules.  Each backend answers every feature, by trying it where trying is
 * possible.  Each answer but FULL has a note: one clause without a full stop,
 * in the user's words, which the program prints as it stands.  Notes live as
 * long as the process.  A member of struct tls_backend that is marked with a
 * feature is null exactly when the answer to that feature is NONE.
 */
#ifndef TLS_FEATURE_H
#define TLS_FEATURE_H

/* F(identifier, name in JSON and on the terminal, meaning)
 *
 * Order is the order of every table that is made of it.
 */
#define TLS_FEATURES(F) \
F(TLS1,			"tls1",			"TLS 1.0") \
F(TLS1_1,		"tls1_1",		"TLS 1.1") \
F(TLS1_2,		"tls1_2",		"TLS 1.2") \
F(TLS1_3,		"tls1_3",		"TLS 1.3") \
F(HELLO_SSLV2,		"hello_sslv2",		"a ClientHello in an SSLv2 record") \
F(HELLO_FRAGMENTS,	"hello_fragments",	"a ClientHello in several records") \
F(CIPHER_LIST,		"cipher_list",		"exactly the suites of a list") \
F(CLIENT_PREFERENCE,	"client_preference",	"the client's order of suites") \
F(SERVER_PREFERENCE,	"server_preference",	"the server's order of suites") \
F(IDENTITIES,		"identities",		"several certificates, by key type") \
F(KEY_RSA,		"key_rsa",		"RSA certificates") \
F(KEY_ECDSA,		"key_ecdsa",		"ECDSA certificates") \
F(KEY_EDDSA,		"key_eddsa",		"Ed25519 certificates") \
F(KEY_ENCRYPTED,	"key_encrypted",	"private keys under a pass phrase") \
F(CLIENT_CERTIFICATE,	"client_certificate",	"asking for a client certificate") \
F(VERIFY_STEPS,		"verify_steps",		"verification told certificate by certificate") \
F(ALPN,			"alpn",			"application protocol by ALPN") \
F(TICKETS,		"tickets",		"session tickets of TLS 1.2 and before") \
F(TICKETS_TLS1_3,	"tickets_tls1_3",	"session tickets of TLS 1.3") \
F(SESSION_STORE,	"session_store",	"resumption by session ID from the core's store") \
F(RENEGOTIATE,		"renegotiate",		"renegotiation up to TLS 1.2") \
F(RENEGOTIATE_CERTIFICATE, "renegotiate_certificate", "a certificate asked for by renegotiation") \
F(POST_HANDSHAKE_AUTH,	"post_handshake_auth",	"a certificate asked for after a TLS 1.3 handshake") \
F(KEY_UPDATE,		"key_update",		"KeyUpdate of TLS 1.3") \
F(STATES,		"states",		"the states of the handshake") \
F(MESSAGES,		"messages",		"handshake messages in clear") \
F(SECRETS,		"secrets",		"secrets for a key log") \
F(MAKE_KEY,		"make_key",		"making keys and signing certificates")

enum tls_feature {
#define F(id, name, meaning) TLS_FEATURE_##id,
	TLS_FEATURES(F)
#undef F
	TLS_FEATURE_COUNT
};

/* The four answers.  0 is none of them, so a forgotten one is found. */
enum tls_support {
	TLS_SUPPORT_UNANSWERED,
	TLS_SUPPORT_NONE,	/* cannot; the note says why */
	TLS_SUPPORT_NOOP,	/* accepted without effect; the note says why */
	TLS_SUPPORT_PART,	/* in part, or emulated; the note says how */
	TLS_SUPPORT_FULL,
};

struct tls_answer {
	enum tls_support support;
	const char *note;	/* null only beside TLS_SUPPORT_FULL */
};

#endif
