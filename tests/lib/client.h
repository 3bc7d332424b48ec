/* lib/client.h - a TLS client over memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct client_options options = { .max_version = TLS1_2_VERSION };
 *	struct client *client = client_new(&options);
 *
 *	while (client_step(client))
 *		deliver(&client->sent, &client->incoming);
 *	client_free(client);
 *
 * Rules.  The client takes what is in `incoming` and adds to `sent`; its
 * owner carries the bytes.  It trusts every server and runs at security level
 * 0, because the server is what is tested.
 */
#ifndef LIB_CLIENT_H
#define LIB_CLIENT_H

#include <openssl/ssl.h>

#include "base/buf.h"
#include "certs.h"

struct client_options {
	uint16_t min_version;		/* 0: TLS 1.0 */
	uint16_t max_version;		/* 0: TLS 1.3 */
	const char *ciphers;		/* null: the library's own */
	const char *ciphersuites;	/* null: the library's own */
	const char *groups;
	const char *signatures;
	const char *server_name;
	struct tls_span alpn;		/* as on the wire */
	struct tls_span npn;		/* the same: what it knows, best first;
					 * it insists on the first where the
					 * server offers none of them */
	bool status;			/* asks for an OCSP response */
	const struct cert *cert;
	const struct cert *issuer;	/* sent after `cert` */
	SSL_SESSION *session;		/* to resume; borrowed */
	const char *psk_identity;	/* null: has no pre-shared key */
	struct tls_span psk_key;	/* borrowed */
	bool post_handshake_auth;
	bool no_tickets;
	bool no_extended_master;
	bool padded;		/* the hello gets longer by 1,500 bytes */
	bool rejects_server;	/* answers its certificate with unknown_ca */
};

enum phase {
	PHASE_HANDSHAKE,
	PHASE_OPEN,
	PHASE_ENDED,		/* the other side said its end */
	PHASE_FAILED,
};

struct client {
	SSL_CTX *ctx;
	SSL *ssl;
	struct buf incoming;	/* records for the client */
	struct buf sent;	/* records of the client */
	enum phase phase;
	struct buf got;		/* application data */
	struct buf out;		/* application data to send */
	struct buf keylog;
	struct buf status;	/* the OCSP response that was stapled */
	unsigned num_status;	/* times it was asked what it thinks of it */
	struct tls_span npn_known;	/* borrowed from the options */
	SSL_SESSION *session;	/* the last one it was given; owned */
	unsigned num_sessions;
	unsigned num_key_updates;	/* that came */
	unsigned num_key_updates_sent;
	unsigned num_hello_requests;	/* that came */
	int alert_received, alert_sent;	/* descriptions of the last, or -1 */
	bool rejects_server;
	const char *psk_identity;	/* of the options */
	struct tls_span psk_key;
	unsigned num_psk_asked;		/* for its key */
	char psk_hint[256];		/* the last one, or "" */
	char text[256];		/* why it failed */
};

struct client *client_new(const struct client_options *options);
void client_free(struct client *client);

/* Goes on as far as `incoming` allows; whether anything moved. */
bool client_step(struct client *client);

/* Says close_notify. */
void client_goodbye(struct client *client);
/* Begins a renegotiation. */
void client_renegotiate(struct client *client);
/* Sends a KeyUpdate, and with `ask` wants one back. */
void client_key_update(struct client *client, bool ask);

uint16_t client_version(const struct client *client);
uint16_t client_suite(const struct client *client);
/* The group of the key exchange by its IANA number; 0: none, or one that is
 * of no interest here. */
uint16_t client_group(const struct client *client);
/* Adds the prime of the server's Diffie-Hellman key, as in the message; nothing
 * where there was none. */
void client_dh_prime(const struct client *client, struct buf *out);
/* What it chose by NPN, or empty. */
struct tls_span client_npn(const struct client *client);

#endif
