/* trial.h - a session and a client of the same library, tied in memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct trial trial;
 *
 *	openssl_trial_init(&trial, lab, lab->lenient, TLS_VERSION_1_2);
 *	SSL_set_cipher_list(trial.client, "ECDHE-ECDSA-AES128-SHA");
 *	works = openssl_trial_shake(&trial) && trial.facts.suite == 0xc009;
 *	openssl_trial_clear(&trial);
 *
 * Rules.  For the probe alone.  Between openssl_trial_init and the first call
 * that moves it, `alpn`, `status`, `client` and the witness's `wants` may be
 * changed.  The lab outlives the trial.  Servers are few, since they cost the
 * most.
 */
#ifndef OPENSSL_TRIAL_H
#define OPENSSL_TRIAL_H

#include "openssl.h"

#define LAB_MAX_SUITES	512
#define LAB_MAX_LEN	512	/* of a key or certificate in DER */

/* The name that the witness knows a key by, and one that it does not. */
#define LAB_PSK_IDENTITY	"probe"
#define LAB_PSK_STRANGER	"stranger"
#define LAB_PSK_LEN		16
#define LAB_DH_BITS		1536	/* like none of the library's own */

/* What has been seen to work, by feature; filled by the experiments. */
struct findings {
	bool works[TLS_FEATURE_COUNT];
};

/* An identity made on the spot. */
struct lab_identity {
	EVP_PKEY *pkey;			/* owned */
	X509 *cert;			/* owned */
	uint8_t key[LAB_MAX_LEN], der[LAB_MAX_LEN];
	struct tls_span chain;		/* one certificate */
};

extern const uint8_t openssl_trial_key[LAB_PSK_LEN + 1];

/* What all trials share. */
struct lab {
	SSL_CTX *clients;		/* owned */
	struct lab_identity p256, ed25519;
	struct tls_identity identities[2];	/* in that order */
	uint16_t suites[LAB_MAX_SUITES];
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];
	/* All versions, suites and identities, at the library's own security
	 * level; and at level 0, with tickets, the store, and asking for a
	 * certificate.  Owned. */
	struct tls_config usual_config, lenient_config;
	struct tls_server *usual, *lenient;
	/* Like `lenient`, with all that a config can add; and without a
	 * certificate.  Owned; null if this library cannot. */
	struct tls_config particular_config, anonymous_config;
	struct tls_server *particular, *anonymous;
	unsigned char *crl, *dh;		/* DER; owned by the library */
	struct tls_span crl_span;
	bool hinted;			/* the last client with a key was */
	uint8_t saved[2048], saved_id[32];	/* by `remember` */
	size_t saved_len, saved_id_len;
};

/* The client's memory BIOs, as the server's transport. */
struct wire {
	struct tls_io io;		/* first: a wire is a tls_io */
	SSL *client;			/* borrowed */
};

/* A host that counts what it is told. */
struct witness {
	struct tls_host host;		/* first: a witness is a tls_host */
	struct lab *lab;		/* borrowed */
	unsigned states, messages, secrets, steps, changed;
	int error;			/* the last that `verify` was told */
};

struct trial {
	struct tls_server *server;	/* borrowed */
	struct tls_span alpn;		/* to agree to */
	const struct tls_span *status;	/* to staple, or null */
	const char *psk_identity;	/* of openssl_trial_psk */
	bool hinted;			/* it was given the hint */
	unsigned num_sessions;		/* that the client was given */
	SSL *client;			/* owned; not connected yet */
	struct wire wire;
	struct witness witness;
	struct tls_session *session;	/* owned, or null */
	struct tls_facts facts;		/* after _shake and _talk */
};

/* False if the library cannot even make a certificate. */
bool openssl_lab_init(struct lab *lab, struct tls_error *err);
void openssl_lab_clear(struct lab *lab);

/* A client that speaks `version` only.  False without memory; clear it all the
 * same. */
bool openssl_trial_init(struct trial *trial, struct lab *lab,
    struct tls_server *server, uint16_t version);
void openssl_trial_clear(struct trial *trial);

bool openssl_trial_open(struct trial *trial);

/* An SSL_set_psk_client_callback. */
unsigned openssl_trial_psk(SSL *ssl, const char *hint, char *identity,
    unsigned identity_room, unsigned char *key, unsigned key_room);

/* What all clients of `ctx` do. */
void openssl_trial_clients(SSL_CTX *ctx);

/* Gives the client the lab's first certificate. */
bool openssl_use_certificate(struct trial *trial);

/* Opens the session if need be, and completes the handshake of both sides. */
bool openssl_trial_shake(struct trial *trial);

/* Sends a byte each way, which lets requests be answered. */
bool openssl_trial_talk(struct trial *trial);

/* ---- experiments.c ---------------------------------------------------- */

void openssl_try_lists(struct lab *lab, struct findings *found);
void openssl_try_psk(struct lab *lab, struct findings *found);
void openssl_try_anonymous(struct lab *lab, struct findings *found);
void openssl_try_extensions(struct lab *lab, struct findings *found);
void openssl_try_sessions(struct lab *lab, struct findings *found);
void openssl_try_the_rest(struct lab *lab, struct findings *found);

#endif
