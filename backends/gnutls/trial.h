/* trial.h - a server of this backend and a client of the library, in memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct trial trial;
 *
 *	gnu_trial_init(&trial, probe, TLS_VERSION_1_2, OFFER_KEY);
 *	trial.config.workarounds = true;
 *	works = gnu_trial_meet(&trial) && trial.facts.group == 23;
 *	gnu_trial_clear(&trial);
 *
 * Rules.  Whatever the functions return, gnu_trial_clear is called once.
 */
#ifndef GNUTLS_TRIAL_H
#define GNUTLS_TRIAL_H

#include "common/memory.h"
#include "common/probe.h"
#include "common/witness.h"
#include "gnutls.h"

#define NUM_KEYS	(TLS_KEY_ED25519 + 1)

struct tls_probe {
	struct common_probe base;	/* first */
	/* gnu_answer, for experiments that build on others. */
	struct tls_answer (*answer)(struct tls_probe *probe,
	    enum tls_feature feature);
	const struct row *row;		/* the one that is tried */
	/* Made when needed, and null or empty before and where that fails. */
	struct tls_key keys[NUM_KEYS];
	gnutls_datum_t certs[NUM_KEYS];	/* DER */
	struct tls_span chains[NUM_KEYS];	/* the same */
};

/* What a client offers, in the words of a priority string: suites with P-256
 * certificates, and with pre-shared keys. */
#define OFFER_KEY	"+ECDHE-ECDSA:+AES-128-CBC:+AES-128-GCM:+SHA1:+AEAD:" \
	"+SIGN-ALL:+GROUP-SECP256R1"
#define OFFER_PSK	"+PSK:+ECDHE-PSK:+AES-128-CBC:+AES-128-GCM:+SHA1:" \
	"+AEAD:+SIGN-ALL:+GROUP-X25519"

#define TRIAL_PSK_IDENTITY	"trial"
#define TRIAL_NUMBERS		64

struct trial {
	struct tls_probe *probe;
	/* To be changed between gnu_trial_init and gnu_trial_meet.  The
	 * config has the P-256 certificate, or what the offer has instead. */
	struct tls_config config;
	struct tls_choice choice;	/* but for the suites */
	struct tls_identity identities[2];
	size_t pieces;		/* the hello in records so long; 0: in one */
	gnutls_session_t client;	/* null: there cannot be one */

	/* To be read after gnu_trial_meet. */
	struct tls_session *session;
	struct tls_facts facts;
	struct common_witness witness;
	unsigned seen[256];	/* messages of the client's, by type */
	size_t num_read[2];	/* bytes of data: the server's, the client's */

	uint16_t version;
	const char *offer;
	struct tls_server *server;
	struct common_memory memory;
	gnutls_certificate_credentials_t certificate;	/* the client's */
	gnutls_anon_client_credentials_t anonymous;
	gnutls_psk_client_credentials_t psk;
	bool shaking;		/* the client renegotiates */
	struct tls_hello hello;
	uint8_t wire[2048];	/* the hello */
	struct tls_extension extensions[TRIAL_NUMBERS];
	uint16_t suites[TRIAL_NUMBERS], groups[TRIAL_NUMBERS];
	uint16_t signatures[TRIAL_NUMBERS], chosen[TRIAL_NUMBERS];
};

void gnu_trial_init(struct trial *trial, struct tls_probe *probe,
    uint16_t version, const char *offer);
void gnu_trial_clear(struct trial *trial);

/* Makes the server's only identity one of that kind, or leaves it without. */
void gnu_trial_identity(struct trial *trial, enum tls_key_kind kind);
/* Gives the client a certificate on P-384 and the server the root of it. */
bool gnu_trial_certify_client(struct trial *trial);

/* Whether both ends complete the handshake. */
bool gnu_trial_meet(struct trial *trial);
/* Lets both ends read until nothing is under way. */
void gnu_trial_read(struct trial *trial);
/* The same client comes to the same server once more. */
bool gnu_trial_meet_again(struct trial *trial);

/* The experiment of probe->row. */
void gnu_trial_run(struct tls_probe *probe);

/* A key and its certificate, issued by the P-256 one, which is made if it was
 * not yet; false: it cannot be. */
bool gnu_trial_key(struct tls_probe *probe, enum tls_key_kind kind);
/* That certificate for the library; null, or to be freed. */
gnutls_x509_crt_t gnu_trial_crt(struct tls_probe *probe,
    enum tls_key_kind kind);
gnutls_x509_privkey_t gnu_trial_privkey(struct tls_probe *probe,
    enum tls_key_kind kind);
/* Frees what was made for the probe. */
void gnu_trial_keys_clear(struct tls_probe *probe);

/* A feature, and how it is tried: with a trial that the row says how to
 * initialise and that is cleared for it. */
struct row {
	struct common_row common;
	bool (*works)(struct trial *trial, enum tls_feature feature);
	const char *offer;	/* null: there is no handshake */
	uint16_t version;	/* 0: TLS 1.2, or if that is off, 1.3 */
	bool member;		/* of struct tls_backend stands for it */
};

#define ANY		0
#define FULL		{ TLS_SUPPORT_FULL, NULL }
#define PART(note)	{ TLS_SUPPORT_PART, (note) }
#define NONE(note)	{ TLS_SUPPORT_NONE, (note) }
#define FAILED		"this GnuTLS failed when it was tried"
#define OFF		"switched off in this GnuTLS or by the system's policy"
#define TRY(feature, works, offer, version, support, failed) \
	{ { TLS_FEATURE_##feature, gnu_trial_run, support, failed }, works, \
	    offer, version, false }
#define TRY_MEMBER(feature, works, offer, version, support) \
	{ { TLS_FEATURE_##feature, gnu_trial_run, support, FAILED }, works, \
	    offer, version, true }

/* try_*.c: what is tried; a row without a function is the last. */
extern const struct row gnu_try_handshakes[], gnu_try_sessions[],
    gnu_try_keys[];

#endif
