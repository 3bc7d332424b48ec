/* trial.h - handshakes in memory, by which features are tried
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct mbed_trial trial;
 *	bool works;
 *
 *	mbed_trial_init(&trial, TLS_VERSION_1_2, MBED_TRIAL_PSK);
 *	trial.config.id_prefix = (struct tls_span){ prefix, 4 };
 *	works = mbed_trial_run(&trial) && trial.facts.session_id.len > 4;
 *	mbed_trial_clear(&trial);
 *
 * Rules.  The server is this backend's own, the client the library's.  With a
 * pre-shared key no curve is computed on, which makes a handshake cheap.  What
 * a trial is about is set between mbed_trial_init and mbed_trial_run; another
 * run is another connection to the same server.  A trial does not move.
 */
#ifndef BACKEND_MBEDTLS_TRIAL_H
#define BACKEND_MBEDTLS_TRIAL_H

#include "common/memory.h"
#include "common/probe.h"
#include "common/sample.h"
#include "common/witness.h"
#include "mbedtls.h"

#define MBED_TRIAL_MAX_SUITES	16

/* A certificate, its key, and a config's view of both. */
struct mbed_sample {
	uint8_t cert[1024], key[TLS_KEY_MAX_LEN];
	struct tls_span chain;
	struct tls_identity identity;	/* without a chain: not made yet */
};

struct tls_probe {
	struct common_probe base;	/* first */
	const struct common_table *table;
	struct mbed_sample p256, rsa;	/* made when one is needed */
};

enum mbed_trial_kind {
	MBED_TRIAL_PSK,			/* a pre-shared key only */
	MBED_TRIAL_PSK_ECDHE,
	MBED_TRIAL_PSK_DHE,		/* up to TLS 1.2 */
	MBED_TRIAL_ECDSA,		/* a certificate is to be set */
	MBED_TRIAL_RSA,
};

struct mbed_trial {
	uint16_t version;
	enum mbed_trial_kind kind;
	struct tls_config config;	/* of the server */
	uint16_t suites[MBED_TRIAL_MAX_SUITES];
	struct tls_choice choice;
	struct tls_hello hello;		/* its message is the client's */
	int offered[MBED_TRIAL_MAX_SUITES + 1];	/* by the client */
	const struct mbed_sample *certificate;	/* the client's, or null */
	const mbedtls_ssl_session *resumed;	/* by the client, or null */
	size_t most_in_record;		/* 0, or to cut the hello into pieces */
	unsigned least_dh_bits;		/* that the client takes */

	struct common_memory memory;
	struct common_witness witness;
	struct tls_server *server;
	struct tls_session *session;
	struct tls_facts facts;			/* after the handshake */
	struct tls_error err;
	int status;				/* of the client */

	struct compat_hooked hooked;		/* the client's */
	struct compat_exporter exporter;
	mbedtls_ssl_context client;
	mbedtls_ssl_config conf;
	mbedtls_x509_crt client_cert;
	mbedtls_pk_context client_key;
	struct mbed_traffic to_client, to_server;	/* the client's */
	uint8_t message[2048];
};

/* The newest version that is spoken, and the newest up to TLS 1.2. */
uint16_t mbed_trial_newest(struct tls_probe *probe);
uint16_t mbed_trial_newest_old(struct tls_probe *probe);

void mbed_trial_init(struct mbed_trial *trial, uint16_t version,
    enum mbed_trial_kind kind);
void mbed_trial_clear(struct mbed_trial *trial);
/* A handshake; false if either side does not complete it. */
bool mbed_trial_run(struct mbed_trial *trial);
/* Goes on with what the client waits for: a renegotiation, tickets.  Returns
 * what the client's read ended with. */
int mbed_trial_talk(struct mbed_trial *trial);

/* Samples, made when they are asked for; null: that failed. */
const struct mbed_sample *mbed_sample_p256(struct tls_probe *probe);
const struct mbed_sample *mbed_sample_rsa(struct tls_probe *probe);
/* The PFX that backends share (common/sample.h). */
bool mbed_sample_pfx(uint8_t out[COMMON_PFX_LEN]);
/* Issues a certificate for the key of `from` by that of `issuer`. */
bool mbed_sample_issue(const struct mbed_sample *issuer, struct tls_span key,
    struct mbed_sample *out);

/* ---- experiments.c, sessions.c ------------------------------------------ */

/* Each says what it found of the features whose rows name it (support.c). */
void mbed_try_versions(struct tls_probe *probe);
void mbed_try_certificates(struct tls_probe *probe);
void mbed_try_rsa(struct tls_probe *probe);
void mbed_try_ed25519(struct tls_probe *probe);
void mbed_try_encrypted(struct tls_probe *probe);
void mbed_try_crls(struct tls_probe *probe);
void mbed_try_fragments(struct tls_probe *probe);
void mbed_try_order(struct tls_probe *probe);
void mbed_try_groups(struct tls_probe *probe);
void mbed_try_signatures(struct tls_probe *probe);
void mbed_try_dh(struct tls_probe *probe);
void mbed_try_alpn(struct tls_probe *probe);
void mbed_try_editing(struct tls_probe *probe);
void mbed_try_messages(struct tls_probe *probe);
void mbed_try_tls1_3_status(struct tls_probe *probe);
void mbed_try_post_handshake(struct tls_probe *probe);
void mbed_try_tickets(struct tls_probe *probe);
void mbed_try_store(struct tls_probe *probe);
void mbed_try_tls1_3_tickets(struct tls_probe *probe);
void mbed_try_renegotiation(struct tls_probe *probe);
void mbed_try_key_update(struct tls_probe *probe);
void mbed_try_exporter(struct tls_probe *probe);
void mbed_try_seed(struct tls_probe *probe);

#endif
