/* trial.h - a session and a client of the same library, tied in memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct trial trial;
 *
 *	works = openssl_trial_init(&trial, probe,
 *	    openssl_lab_server(probe, LAB_LENIENT), TLS_VERSION_1_2) &&
 *	    SSL_set_cipher_list(trial.client, "ECDHE-ECDSA-AES128-SHA") == 1 &&
 *	    openssl_trial_shake(&trial) && trial.facts.suite == 0xc009;
 *	openssl_trial_clear(&trial);
 *
 * Rules.  Only for the probe.  Between openssl_trial_init and the first call
 * that moves it, `alpn`, `status`, `psk_identity`, `client` and the witness's
 * `wants` may be changed.  What trials share is made when the first of them
 * needs it, and kept in the probe, which outlives them.
 */
#ifndef OPENSSL_TRIAL_H
#define OPENSSL_TRIAL_H

#include "openssl.h"

#include "common/memory.h"
#include "common/probe.h"
#include "common/witness.h"

#define LAB_MAX_SUITES	512
#define LAB_MAX_LEN	1024	/* of a key or certificate in DER */

/* A pre-shared key, the name that the witness knows it by, and one that it
 * does not know. */
#define LAB_PSK			"sixteen bytes..!"
#define LAB_PSK_LEN		16
#define LAB_PSK_IDENTITY	"probe"
#define LAB_PSK_STRANGER	"stranger"

/* What is said of what did not work. */
#define OPENSSL_TRIAL_FAILED \
	"this build of the library failed when it was tried"

#define LAB_DH_BITS		1536	/* like none of the library's own */

/* ---- lab.c ------------------------------------------------------------ */

enum lab_key {
	LAB_P256,
	LAB_ED25519,
	LAB_RSA,
	LAB_KEYS
};

/* A key and a certificate of it, made on the spot. */
struct lab_identity {
	bool made, works;
	EVP_PKEY *pkey;			/* owned */
	X509 *cert;			/* owned */
	uint8_t key[LAB_MAX_LEN], der[LAB_MAX_LEN];
	struct tls_span chain;		/* one certificate */
	struct tls_identity identity;	/* borrows from the others */
};

/* Servers, of all versions. */
enum lab_name {
	LAB_CHEAP,	/* pre-shared keys only, and not the group that clients
			 * send a key of, at the security level that is the
			 * library's own */
	LAB_USUAL,	/* P-256 and Ed25519, and all suites, at that level */
	LAB_LENIENT,	/* at level 0, with tickets, the store, and asking for
			 * a certificate */
	LAB_RSA_ONLY,	/* the same with RSA */
	LAB_PARTICULAR,	/* the same with all that a config can add */
	LAB_ANONYMOUS,	/* the same without a certificate */
	LAB_SERVERS
};

struct tls_probe {
	struct common_probe base;	/* first */
	SSL_CTX *clients;		/* owned, or null */
	struct lab_identity keys[LAB_KEYS];
	struct tls_identity identities[2];	/* P-256, Ed25519 */
	uint16_t suites[LAB_MAX_SUITES];
	size_t num_suites;
	struct tls_config configs[LAB_SERVERS];
	struct tls_server *servers[LAB_SERVERS];	/* owned, or null */
	bool opened[LAB_SERVERS];
	unsigned char *crl, *dh;	/* DER; the library's to free */
	struct tls_span crl_span;
};

/* What works of these; null: it does not. */
const struct lab_identity *openssl_lab_identity(struct tls_probe *probe,
    enum lab_key key);
struct tls_server *openssl_lab_server(struct tls_probe *probe,
    enum lab_name name);
SSL_CTX *openssl_lab_clients(struct tls_probe *probe);
/* Frees all of it. */
void openssl_lab_clear(struct tls_probe *probe);

/* ---- trial.c ---------------------------------------------------------- */

struct trial {
	struct tls_probe *probe;	/* borrowed */
	struct tls_server *server;	/* borrowed */
	uint16_t version;
	struct tls_span alpn;		/* to agree to */
	const struct tls_span *status;	/* to staple, or null */
	const char *psk_identity;	/* null: the client has no key */
	bool hinted;			/* it was given the hint */
	unsigned num_sessions;		/* that the client was given */
	SSL *client;			/* owned; not connected yet */
	struct common_memory memory;
	struct common_witness witness;
	struct tls_session *session;	/* owned, or null */
	struct tls_facts facts;		/* after _shake and _talk */
	struct tls_error err;		/* of any call */
};

/* A client that speaks `version` only, for `server`, which may be null.  False
 * if there can be none; clear it all the same. */
bool openssl_trial_init(struct trial *trial, struct tls_probe *probe,
    struct tls_server *server, uint16_t version);
void openssl_trial_clear(struct trial *trial);

/* Opens the session; and says the client's hello. */
bool openssl_trial_open(struct trial *trial);
bool openssl_trial_hello(struct trial *trial);

/* Completes the handshake of both sides. */
bool openssl_trial_shake(struct trial *trial);

/* Sends a byte each way, which lets requests be answered. */
bool openssl_trial_talk(struct trial *trial);

/* Ends the connection; the client is a new one that resumes it. */
bool openssl_trial_resume(struct trial *trial);

/* Gives the client the P-256 certificate. */
bool openssl_trial_certify(struct trial *trial);

/* ---- try_handshakes.c, try_configs.c, try_requests.c ------------------ */

/* Experiments, named by a feature that they find something out of. */
void openssl_try_version(struct tls_probe *probe);
void openssl_try_sslv2_hello(struct tls_probe *probe);
void openssl_try_fragments(struct tls_probe *probe);
void openssl_try_facts(struct tls_probe *probe);
void openssl_try_identities(struct tls_probe *probe);
void openssl_try_rsa(struct tls_probe *probe);
void openssl_try_status(struct tls_probe *probe);
void openssl_try_psk(struct tls_probe *probe);

void openssl_try_preferences(struct tls_probe *probe);
void openssl_try_lists(struct tls_probe *probe);
void openssl_try_anonymous(struct tls_probe *probe);
void openssl_try_particulars(struct tls_probe *probe);
void openssl_try_encrypted_key(struct tls_probe *probe);
void openssl_try_engine(struct tls_probe *probe);
void openssl_try_uri(struct tls_probe *probe);
void openssl_try_native(struct tls_probe *probe);
void openssl_try_mldsa(struct tls_probe *probe);

void openssl_try_resumption(struct tls_probe *probe);
void openssl_try_renegotiation(struct tls_probe *probe);
void openssl_try_requests(struct tls_probe *probe);
void openssl_try_pkcs12(struct tls_probe *probe);
void openssl_try_seed(struct tls_probe *probe);

#endif
