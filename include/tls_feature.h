/* tls_feature.h - every thing a backend may lack, and the four answers
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	static const struct tls_answer answers[TLS_FEATURE_COUNT] = {
 *		[TLS_FEATURE_TLS1_3] = { TLS_SUPPORT_FULL, NULL },
 *		[TLS_FEATURE_RENEGOTIATE] = { TLS_SUPPORT_NONE,
 *		    "this library never renegotiates" },
 *	};
 *
 * Rules.
 *
 * - Each backend answers every feature, by trying it where trying is
 *   possible.
 * - Each answer but FULL has a note: one clause without a full stop, in the
 *   user's words, which the program prints unchanged.  Notes live as long as
 *   the process.
 * - A member of struct tls_backend that is marked with a feature is null
 *   exactly when the answer to that feature is NONE.
 * - Features are only ever appended: their numbers stay.  A module answers
 *   those that it was built with; the core takes NONE for the others.
 */
#ifndef TLS_FEATURE_H
#define TLS_FEATURE_H

/* F(identifier, name in JSON and on the terminal, meaning)
 *
 * The order is that of every table that is made of it.
 */
#define TLS_FEATURES(F) \
F(SSL2,			"ssl2",			"SSL 2.0") \
F(SSL3,			"ssl3",			"SSL 3.0") \
F(TLS1,			"tls1",			"TLS 1.0") \
F(TLS1_1,		"tls1_1",		"TLS 1.1") \
F(TLS1_2,		"tls1_2",		"TLS 1.2") \
F(TLS1_3,		"tls1_3",		"TLS 1.3") \
F(HELLO_SSLV2,		"hello_sslv2",		"a ClientHello in an SSLv2 record") \
F(HELLO_FRAGMENTS,	"hello_fragments",	"a ClientHello in several records") \
F(CIPHER_LIST,		"cipher_list",		"exactly the suites of a list") \
F(CLIENT_PREFERENCE,	"client_preference",	"the client's order of suites") \
F(SERVER_PREFERENCE,	"server_preference",	"the server's order of suites") \
F(GROUPS,		"groups",		"exactly the groups of a list") \
F(SIGNATURES,		"signatures",		"exactly the signature algorithms of a list") \
F(DH_PARAMETERS,	"dh_parameters",	"ephemeral DH with parameters of one's own") \
F(ANONYMOUS,		"anonymous",		"suites without a certificate") \
F(WORKAROUNDS,		"workarounds",		"work-arounds for known bugs of clients") \
F(IDENTITIES,		"identities",		"several certificates, by key type") \
F(KEY_RSA,		"key_rsa",		"RSA certificates") \
F(KEY_ECDSA,		"key_ecdsa",		"ECDSA certificates") \
F(KEY_EDDSA,		"key_eddsa",		"Ed25519 certificates") \
F(KEY_ENCRYPTED,	"key_encrypted",	"private keys under a pass phrase") \
F(KEY_PKCS12,		"key_pkcs12",		"keys and certificates in PKCS#12") \
F(KEY_URI,		"key_uri",		"private keys named by a URI, in a token") \
F(ENGINE,		"engine",		"engines, providers or token modules by name") \
F(CLIENT_CERTIFICATE,	"client_certificate",	"asking for a client certificate") \
F(VERIFY_STEPS,		"verify_steps",		"verification told certificate by certificate") \
F(CLIENT_SIGNATURES,	"client_signatures",	"signature algorithms for client certificates") \
F(CRLS,			"crls",			"revocation lists for client certificates") \
F(STATUS,		"status",		"stapled OCSP responses up to TLS 1.2") \
F(STATUS_TLS1_3,	"status_tls1_3",	"stapled OCSP responses in TLS 1.3") \
F(PSK,			"psk",			"pre-shared keys up to TLS 1.2") \
F(PSK_TLS1_3,		"psk_tls1_3",		"external pre-shared keys in TLS 1.3") \
F(PSK_HINT,		"psk_hint",		"the identity hint of TLS 1.2 and before") \
F(ALPN,			"alpn",			"application protocol by ALPN") \
F(NPN,			"npn",			"application protocol by NPN") \
F(TICKETS,		"tickets",		"session tickets of TLS 1.2 and before") \
F(TICKETS_TLS1_3,	"tickets_tls1_3",	"session tickets of TLS 1.3") \
F(NUM_TICKETS,		"num_tickets",		"any number of TLS 1.3 tickets") \
F(SESSION_STORE,	"session_store",	"resumption by session ID from the core's store") \
F(ID_PREFIX,		"id_prefix",		"session IDs that begin with given bytes") \
F(RENEGOTIATE,		"renegotiate",		"renegotiation up to TLS 1.2") \
F(RENEGOTIATE_CERTIFICATE, "renegotiate_certificate", "a certificate asked for by renegotiation") \
F(POST_HANDSHAKE_AUTH,	"post_handshake_auth",	"a certificate asked for after a TLS 1.3 handshake") \
F(KEY_UPDATE,		"key_update",		"KeyUpdate of TLS 1.3") \
F(STATES,		"states",		"the states of the handshake") \
F(MESSAGES,		"messages",		"handshake messages in clear") \
F(SECRETS,		"secrets",		"secrets for a key log") \
F(RANDOM_SEED,		"random_seed",		"seeding the random number generator") \
F(MAKE_KEY,		"make_key",		"making keys and signing certificates") \
F(EXPORTER,		"exporter",		"keying material exported from a session") \
F(DIGEST_SHA1,		"digest_sha1",		"SHA-1, as a primitive") \
F(DIGEST_SHA2,		"digest_sha2",		"SHA-256, SHA-384 and SHA-512, as primitives") \
F(MAKE_RSA,		"make_rsa",		"making RSA keys of 1024 to 4096 bits") \
F(MAKE_P256,		"make_p256",		"making keys on P-256") \
F(MAKE_P384,		"make_p384",		"making keys on P-384") \
F(MAKE_P521,		"make_p521",		"making keys on P-521") \
F(MAKE_ED25519,		"make_ed25519",		"making Ed25519 keys") \
F(SIGN_SHA1,		"sign_sha1",		"signing certificates with SHA-1") \
F(SIGN_RSA_PSS,		"sign_rsa_pss",		"signing certificates with RSA-PSS") \
F(CHECK_SIGNATURE,	"check_signature",	"checking signatures of certificates and the like") \
F(FACT_GROUP,		"fact_group",		"telling the group of the key exchange") \
F(FACT_SIGNATURE,	"fact_signature",	"telling the server's signature scheme") \
F(FACT_PEER_SIGNATURE,	"fact_peer_signature",	"telling the client's signature scheme") \
F(FACT_RESUMED,		"fact_resumed",		"telling whether a session was resumed") \
F(FACT_EXTENDED_MASTER,	"fact_extended_master",	"telling whether the extended master secret was used") \
F(FACT_SECURE_RENEGO,	"fact_secure_renego",	"telling whether renegotiation is secure") \
F(FACT_IDENTITY,	"fact_identity",	"telling which certificate was used") \
F(FACT_PSK_IDENTITY,	"fact_psk_identity",	"telling which pre-shared key was used") \
F(FACT_STATUS_SENT,	"fact_status_sent",	"telling whether an OCSP response was stapled") \
F(FACT_SESSION_ID,	"fact_session_id",	"telling the session ID") \
F(FACT_SECRET,		"fact_secret",		"telling the secret of the session") \
F(FACT_PEER_CHAIN,	"fact_peer_chain",	"telling the client's whole chain") \
F(SURVIVES_FORK,	"survives_fork",	"servers that go on in a child process") \
F(DATAGRAMS,		"datagrams",		"DTLS") \
F(EARLY_DATA,		"early_data",		"early data of TLS 1.3") \
F(ECH,			"ech",			"Encrypted Client Hello") \
F(NATIVE,		"native",		"deciding as the library's own server does") \
F(KEY_MLDSA,		"key_mldsa",		"ML-DSA certificates") \
F(CLIENT_GROUPS,	"client_groups",	"the client's order of groups, without a list")

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
