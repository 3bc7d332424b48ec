/* openssl.h - the two structs of this backend, and what its files share
 * SPDX-License-Identifier: Apache-2.0
 *
 *	openssl_clear_errors();
 *	ret = SSL_do_handshake(session->ssl);
 *	status = openssl_outcome(session, ret, err);
 *
 * Rules.  The library's error queue is empty outside of calls: each begins with
 * openssl_clear_errors, only error.c reads it, and a call that fails leaves it
 * empty.
 * Each SSL finds its session, and each SSL_CTX its server, in its application
 * data.
 * All that is not static here begins with openssl_, for builds in which the
 * backends are linked into one program.
 */
#ifndef OPENSSL_OPENSSL_H
#define OPENSSL_OPENSSL_H

#include "compat.h"
#include <openssl/x509.h>

#include "common/members.h"
#include "common/refusal.h"
#include "tls_backend.h"

/* An identity as the library has it; all owned. */
struct openssl_identity {
	X509 *cert;
	STACK_OF(X509) *chain;		/* without the first, or null */
	EVP_PKEY *key;
};

struct tls_server {
	const struct tls_config *config;	/* borrowed */
	SSL_CTX *ctx;				/* owned */
	BIO_METHOD *method;			/* owned */
	struct openssl_identity *identities;	/* owned, in config's order */
	size_t num_identities;
	struct engine_st *engine;		/* owned, or null */
	bool started;				/* the engine is */
	OSSL_PROVIDER *provider;		/* owned, or null */
	/* Whose call is running, for the one callback that is not told;
	 * borrowed, or null. */
	struct tls_session *active;
};

/* What a pass phrase callback is given, and leaves. */
struct openssl_password {
	const char *pass;		/* or null */
	bool asked;			/* the library asked for it */
};

struct openssl_findings;	/* verify.c: what was found, while it runs */

struct tls_session {
	SSL *ssl;			/* owned */
	struct tls_server *server;	/* borrowed */
	struct tls_io *io;		/* borrowed */
	struct tls_host *host;		/* borrowed */

	enum tls_status io_status;	/* the last that was not TLS_OK */
	bool asked;			/* a request is not written yet */
	bool unsent_goodbye;		/* nor is close_notify */
	bool established;		/* the first handshake is complete */
	bool renewed;			/* a later one is about to be */
	bool with_certificate;		/* that one asked for a certificate */
	int alert_sent, alert_received;	/* or -1 */

	struct openssl_findings *findings; /* borrowed, or null */
	uint8_t *peer_chain;		/* owned: what facts lent */

	/* Borrowed from the choice while the first handshake lasts; null. */
	const struct tls_span *status;
	bool status_sent;
	uint8_t *psk_identity;		/* owned: of the key in use, or null */
	size_t psk_identity_len;
	uint8_t secret[SSL_MAX_MASTER_KEY_LENGTH];	/* what facts lent */

	bool alpn_refused;
	uint8_t alpn_len;
	uint8_t alpn[];			/* the choice's, which lives shorter */
};

/* ---- backend.c -------------------------------------------------------- */

enum openssl_correction {
#define C(id, name, feature, what) OPENSSL_##id,
#include "corrections.def"
#undef C
	OPENSSL_CORRECTIONS
};

/* Whether it is done on this server. */
static inline bool
openssl_corrects(const struct tls_server *server,
    enum openssl_correction which)
{
	(void)which;
	return !server->config->native;
}

/* The members, each in the file that backends/README names. */
COMMON_MEMBERS(openssl)

/* ---- error.c ---------------------------------------------------------- */

/* Fill `err`, empty the library's error queue, and return false:
 * `openssl_error` with our own words, `openssl_library_error` with the
 * library's after `what`.  Running out of memory is the library's fault
 * whatever `blame` says. */
bool openssl_error(struct tls_error *err, enum tls_blame blame,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));
bool openssl_library_error(struct tls_error *err, enum tls_blame blame,
    const char *what);

/* The library's reason for the latest failure, or 0; empties the queue. */
int openssl_reason(void);

void openssl_clear_errors(void);

/* `openssl_outcome` says what became of a call on `session` that gave `ret`:
 * TLS_OK, TLS_WANT_*, TLS_CLOSED, or TLS_FAILED with `err` filled. */
enum tls_status openssl_outcome(struct tls_session *session, int ret,
    struct tls_error *err);

/* ---- io.c ------------------------------------------------------------- */

/* A method whose BIOs stand on the tls_io of a session; null without memory. */
BIO_METHOD *openssl_method_new(void);

/* Gives `session` its BIO. */
bool openssl_io_open(struct tls_session *session, struct tls_error *err);

/* ---- server.c, creds.c, engine.c, keys.c ------------------------------ */

/* Joins the names of the config's suites: those of TLS 1.3 into `newer`, the
 * others into `older`, each with room for 64 bytes a suite and one more.
 * `finder` is any SSL. */
void openssl_join_suites(const struct tls_config *config, SSL *finder,
    char *older, char *newer);

/* `openssl_verify_mode` is what SSL_set_verify is given for `config`. */
int openssl_verify_mode(const struct tls_config *config);

/* They read what `server->config` holds into `server`. */
bool openssl_load_identities(struct tls_server *server,
    struct tls_error *err);
bool openssl_load_roots(struct tls_server *server, struct tls_error *err);
bool openssl_load_crls(struct tls_server *server, struct tls_error *err);
void openssl_free_identities(struct tls_server *server);

bool openssl_load_engine(struct tls_server *server, struct tls_error *err);
void openssl_unload_engine(struct tls_server *server);
/* The private key of `from`; null with `err` filled. */
EVP_PKEY *openssl_load_key(struct tls_server *server,
    const struct tls_identity *from, struct tls_error *err);

/* ---- lists.c ---------------------------------------------------------- */

bool openssl_set_lists(struct tls_server *server, struct tls_error *err);

/* The IANA number of what SSL_get_negotiated_group gave, and the other way
 * round; 0: none, unknown. */
uint16_t openssl_group_number(int nid);
int openssl_group_nid(uint16_t number);

/* ---- resume.c, extensions.c, psk.c ------------------------------------ */

bool openssl_set_resumption(struct tls_server *server,
    struct tls_error *err);
void openssl_set_extensions(struct tls_server *server);
bool openssl_set_psk(struct tls_server *server, struct tls_error *err);
void openssl_forget_psk(struct tls_session *session);

/* ---- observe.c, verify.c, facts.c ------------------------------------- */

/* Sets what every session of `ctx` needs to be observed. */
void openssl_observe_server(SSL_CTX *ctx);
/* Adds what this session's host wants. */
void openssl_observe_session(struct tls_session *session);

/* An SSL_CTX_set_cert_verify_callback. */
int openssl_verify(X509_STORE_CTX *ctx, void *arg);

/* The index of the identity whose certificate the library has chosen, or -1. */
int openssl_identity_in_use(const struct tls_session *session);

#endif
