/* common/trial.h - a server of a backend and a client of its library, in memory
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	struct common_trial trial;
 *
 *	common_trial_init(&trial, lab, TLS_VERSION_1_2, COMMON_WITH_KEY);
 *	trial.config.workarounds = true;
 *	works = common_trial_meet(&trial) && trial.facts.group == 23;
 *	common_trial_clear(&trial);
 *
 * Rules.  The server is driven by the functions of the contract, whichever
 * backend it is of; the client by the common_client_ops of its library.  What
 * the trial is about is set between common_trial_init and common_trial_meet.
 * Whatever the functions return, common_trial_clear is called once.  A trial
 * does not move.
 */
#ifndef COMMON_TRIAL_H
#define COMMON_TRIAL_H

#include "common/lab.h"
#include "common/memory.h"
#include "common/witness.h"

#define COMMON_TRIAL_ALPN	"trial"	/* what clients offer by ALPN and NPN */
#define COMMON_TRIAL_IDENTITY	"me"	/* of the pre-shared key */
#define COMMON_TRIAL_KEY	"sixteen bytes..!"
#define COMMON_TRIAL_KEY_LEN	16
#define COMMON_TRIAL_LABEL	"EXPORTER-trial"
#define COMMON_TRIAL_NUMBERS	64

/* What a client offers, in IANA numbers, best first.  It also offers
 * COMMON_TRIAL_ALPN, and asks for a status, tickets, secure renegotiation, the
 * extended master secret and post-handshake authentication, as far as the
 * library can.  It accepts any certificate. */
struct common_offer {
	uint16_t version;		/* the only one */
	const uint16_t *suites, *groups;
	size_t num_suites, num_groups;
	bool psk;			/* COMMON_TRIAL_KEY */
	const struct tls_identity *identity;	/* DER; or null */
};

/* What a client knows; spans are borrowed from it. */
struct common_told {
	struct tls_span alpn, status;	/* agreed to, received; or empty */
	uint8_t secret[48];		/* the master secret up to TLS 1.2 */
	unsigned tickets;		/* received */
	size_t num_read;		/* bytes of data */
};

struct common_client;		/* each library's own */
struct common_trial;

/* All but the first two are for the trial's `client`. */
struct common_client_ops {
	/* A client for the trial's `lab`, `offer`, `server` and `memory`; with
	 * `last` one that resumes the session of that one, which is closed
	 * next.  Null: there cannot be one. */
	struct common_client *(*open)(struct common_trial *trial,
	    struct common_client *last);
	/* Null is allowed. */
	void (*close)(struct common_client *client);

	/* Goes on with the handshake, and once it is complete with whatever
	 * has arrived: data and tickets, which are counted in `told`, and
	 * requests, which are answered.  TLS_OK: the handshake is complete;
	 * TLS_WANT_READ; TLS_FAILED. */
	enum tls_status (*move)(struct common_trial *trial);
	/* Sends one byte of data. */
	bool (*write)(struct common_trial *trial);
	/* Fills the rest of `told`. */
	void (*tell)(struct common_trial *trial);
	/* Exports under COMMON_TRIAL_LABEL, without a context. */
	bool (*export_keys)(struct common_trial *trial, uint8_t *out,
	    size_t len);
	/* Frees what a client has put into the lab's `shared`; null where none
	 * does. */
	void (*free_shared)(struct common_shared *shared);
};

/* Whether the server has the P-256 certificate, or nothing but pre-shared keys,
 * which make a handshake cheap. */
enum common_trial_with {
	COMMON_WITH_KEY,
	COMMON_WITH_PSK,
};

struct common_trial {
	struct common_lab *lab;
	const struct tls_backend *backend;
	enum tls_feature feature;	/* that it is about, if it is one */
	/* To be changed before the first meeting. */
	struct common_offer offer;
	struct tls_config config;
	struct tls_choice choice;	/* suites are chosen in the meeting */
	size_t pieces;		/* the hello in records so long; 0: in one */

	/* To be read after a meeting. */
	struct tls_server *server;	/* may also be set before; it is closed,
					 * but for the lab's cheap one */
	struct tls_session *session;
	struct common_client *client;
	struct tls_facts facts;
	struct common_told told;
	struct common_witness witness;
	struct tls_error err;
	uint8_t flight[4096];		/* the first bytes of the server */
	size_t flight_len;

	struct common_memory memory;
	struct tls_hello hello;
	uint8_t wire[4096];
	struct tls_extension extensions[COMMON_TRIAL_NUMBERS];
	uint16_t suites[COMMON_TRIAL_NUMBERS], groups[COMMON_TRIAL_NUMBERS];
	uint16_t signatures[COMMON_TRIAL_NUMBERS];
	uint16_t chosen[COMMON_TRIAL_NUMBERS];
};

void common_trial_init(struct common_trial *trial, struct common_lab *lab,
    uint16_t version, enum common_trial_with with);
void common_trial_clear(struct common_trial *trial);

/* Whether both ends complete a handshake.  In a later meeting the same client
 * comes to the same server once more, and resumes if it can. */
bool common_trial_meet(struct common_trial *trial);

/* Whether the server answers the hello with one of its own, or with a
 * HelloRetryRequest; what follows takes nearly all the time of a handshake. */
bool common_trial_begin(struct common_trial *trial);

/* Lets both ends deal with what is under way, and then send each other a byte;
 * whether both arrive. */
bool common_trial_talk(struct common_trial *trial);

/* Whether the server's first flight has these bytes in it, in clear. */
bool common_trial_said(const struct common_trial *trial,
    struct tls_span bytes);

#endif
