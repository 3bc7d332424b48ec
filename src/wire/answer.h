/* wire/answer.h - the messages with which a server answers a ClientHello
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 4; RFC 5246, 7.4; RFC 8422, 5.4; RFC 6066, 8
 *
 *	struct server_hello hello;
 *	struct tls_extension extension;
 *	struct tls_span rest;
 *
 *	if (!answer_hello(message, &hello))
 *		return false;
 *	rest = hello.extensions;
 *	while (answer_next_extension(&rest, &extension))
 *		printf("%u, %zu bytes\n", extension.type, extension.body.len);
 *
 * Rules.  `message` is one whole handshake message in clear, with its header
 * of four bytes.  Every span of a result points into it, and is empty for
 * what is not there.  A parser returns false, with nothing useful in `out`,
 * where a length contradicts another or bytes are left over.  An extension's
 * body that is broken does not fail its message: what would have been read
 * from it is empty or 0.
 */
#ifndef WIRE_ANSWER_H
#define WIRE_ANSWER_H

#include "tls_hello.h"

/* Types of handshake messages (IANA, "TLS HandshakeType"). */
enum message_type {
	MESSAGE_HELLO_REQUEST = 0,
	MESSAGE_CLIENT_HELLO = 1,
	MESSAGE_SERVER_HELLO = 2,
	MESSAGE_NEW_SESSION_TICKET = 4,
	MESSAGE_ENCRYPTED_EXTENSIONS = 8,
	MESSAGE_CERTIFICATE = 11,
	MESSAGE_SERVER_KEY_EXCHANGE = 12,
	MESSAGE_CERTIFICATE_REQUEST = 13,
	MESSAGE_SERVER_HELLO_DONE = 14,
	MESSAGE_CERTIFICATE_VERIFY = 15,
	MESSAGE_FINISHED = 20,
	MESSAGE_CERTIFICATE_STATUS = 22,
	MESSAGE_COMPRESSED_CERTIFICATE = 25,
};

/* What the last bytes of a server's random say to a client that could speak a
 * later version (RFC 8446, 4.1.3). */
enum server_downgrade {
	DOWNGRADE_NONE,
	DOWNGRADE_TLS1_2,	/* TLS 1.3 was possible, TLS 1.2 chosen */
	DOWNGRADE_TLS1_1,	/* 1.2 or 1.3 was possible, 1.1 or less
				 * chosen */
};

/* A ServerHello or a HelloRetryRequest, which is one with a special random. */
struct server_hello {
	struct tls_span message;
	bool retry;			/* a HelloRetryRequest */
	uint16_t legacy_version;
	uint16_t version;		/* of supported_versions, or else the
					 * legacy one */
	struct tls_span random;		/* 32 bytes */
	enum server_downgrade downgrade;
	struct tls_span session_id;	/* up to 32 bytes; TLS 1.3: the
					 * client's own */
	uint16_t suite;
	uint8_t compression;
	struct tls_span extensions;	/* for answer_next_extension */

	/* Picked out of the extensions. */
	uint16_t group;			/* of key_share; for a retry the one
					 * that is asked for; 0: none */
	struct tls_span key_share;	/* the server's */
	struct tls_span cookie;		/* of a retry */
	struct tls_span alpn;		/* the protocol, up to TLS 1.2 */
	bool has_psk;			/* TLS 1.3 resumption or external PSK */
	uint16_t psk;			/* index of the client's identity */
	bool expects_ticket;		/* session_ticket: one will follow */
	bool extended_master;		/* RFC 7627 */
	bool secure_renegotiation;	/* RFC 5746 */
	bool raw_key;			/* RFC 7250: no chain, a public key */
};

/* TLS 1.3 */
struct server_extensions {
	struct tls_span message;
	struct tls_span extensions;
	struct tls_span alpn;		/* the protocol */
};

/* Certificates of a chain that are held; the rest are only counted. */
#define ANSWER_MAX_CHAIN	16

struct server_certificate {
	struct tls_span message;
	uint16_t compression;		/* of a CompressedCertificate, whose
					 * chain is not read; 0: none */
	struct tls_span context;	/* TLS 1.3: empty but after a request */
	struct tls_span chain[ANSWER_MAX_CHAIN]; /* DER, the server's first */
	size_t num_chain;		/* held in `chain` */
	size_t num_sent;
	struct tls_span extensions;	/* TLS 1.3: of the first certificate */
	struct tls_span status;		/* TLS 1.3: its OCSP response */
};

/* Up to TLS 1.2 */
struct server_key_exchange {
	struct tls_span message;
	unsigned parts;			/* EXCHANGE_ of names/names.h; 0: the
					 * suite's are not known, nothing is
					 * read */
	bool has_hint;
	struct tls_span hint;		/* of a PSK suite; may be empty */
	uint16_t group;			/* of ECDHE; 0xff01 and 0xff02 for an
					 * explicit curve, of which nothing
					 * more is read */
	unsigned dh_bits;		/* of the prime of DHE */
	struct tls_span dh_prime;
	uint16_t signature;		/* SignatureScheme; 0 below TLS 1.2 */
};

struct certificate_request {
	struct tls_span message;
	struct tls_span context;	/* TLS 1.3 */
	struct tls_span extensions;	/* TLS 1.3 */
	struct tls_span types;		/* up to TLS 1.2: ClientCertificateType,
					 * a byte each */
	struct tls_span signatures;	/* from TLS 1.2: SignatureSchemes, two
					 * bytes each, for answer_number */
	struct tls_span authorities;	/* names, for answer_next_name */
	size_t num_authorities;
};

/* The handshake message at the start of `bytes`: `*message` receives it with
 * its header, `*type` its type.  False where it is not whole. */
bool answer_message(struct tls_span bytes, uint8_t *type,
    struct tls_span *message);

bool answer_hello(struct tls_span message, struct server_hello *out);
bool answer_extensions(struct tls_span message, struct server_extensions *out);

/* How the others look depends on the version, the suite and the extensions of
 * the ServerHello that went before. */
bool answer_certificate(struct tls_span message,
    const struct server_hello *hello, struct server_certificate *out);
bool answer_key_exchange(struct tls_span message,
    const struct server_hello *hello, struct server_key_exchange *out);
bool answer_request(struct tls_span message, const struct server_hello *hello,
    struct certificate_request *out);

/* A CertificateVerify: its SignatureScheme. */
bool answer_verify(struct tls_span message, uint16_t *signature);

/* A CertificateStatus: its OCSP response; empty for another type of status. */
bool answer_status(struct tls_span message, struct tls_span *response);

/* Steps through a list of extensions: takes the next one off `rest`; false at
 * its end or where it is broken. */
bool answer_next_extension(struct tls_span *rest,
    struct tls_extension *extension);

/* The body of the extension `type` in a list; false: it is not there. */
bool answer_extension(struct tls_span extensions, uint16_t type,
    struct tls_span *body);

/* The same for the DER names of certificate authorities. */
bool answer_next_name(struct tls_span *rest, struct tls_span *name);

/* The `index`th number of a list of 16-bit ones; there are len / 2. */
uint16_t answer_number(struct tls_span list, size_t index);

#endif
