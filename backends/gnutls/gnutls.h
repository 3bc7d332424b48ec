/* gnutls.h - the two structs of this backend
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct tls_session *session = gnutls_session_get_ptr(tls);
 *
 *	if (session->host->wants & TLS_WANTS_STATES)
 *		session->host->ops->state(session->host, &state);
 *
 * Rules.  `tls` is always the library's session, `session` ours; each knows
 * the other.  Where the library says GNUTLS_E_AGAIN, `blocked` says why: what
 * the io said last, or TLS_OK if the library is just to be called again.
 */
#ifndef GNUTLS_BACKEND_H
#define GNUTLS_BACKEND_H

#include "tls_backend.h"

#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>

#include "common/members.h"
#include "common/refusal.h"
#include "common/wire.h"
#include "compat.h"

/* How many suites one priority can enable; the library's own limit. */
#define MAX_SUITES	256

/* The versions that this backend speaks. */
#define ALL_VERSIONS (TLS_VERSION_BIT(TLS_VERSION_1_0) | \
	TLS_VERSION_BIT(TLS_VERSION_1_1) | TLS_VERSION_BIT(TLS_VERSION_1_2) | \
	TLS_VERSION_BIT(TLS_VERSION_1_3))

/* ---- suites and priorities (suite.c, priority.c) ---------------------- */

/* One cipher suite as the library takes it apart. */
struct suite {
	uint16_t number;		/* IANA */
	uint16_t min_version;
	gnutls_kx_algorithm_t kx;
	gnutls_cipher_algorithm_t cipher;
	gnutls_mac_algorithm_t mac;
};

/* A place in the library's own order. */
struct rank {
	uint16_t number;
	uint16_t min_version;
	uint16_t place;
};

/* What a priority shall enable.  `list` has one suite at least, all of TLS 1.3
 * or none of them; or in a native server none, for the library's own. */
struct recipe {
	unsigned versions;
	const struct suite *const *list;
	size_t num;
	uint16_t signature;	/* the only one, or one of these: */
	unsigned rsa_bits;	/* of the shortest RSA key that signs, or 0 */
};
#define SIGNED_BY_US		0u	/* the config's list for the server */
#define SIGNED_BY_CLIENTS	0xffffu	/* the one for clients */

/* A priority string that is being written. */
struct text {
	char data[2048];
	size_t len;
};

/* A priority of several suites, and what it turned out to enable. */
struct wide {
	gnutls_priority_t priority;	/* null: no suite of this kind */
	gnutls_priority_t asking;	/* with SIGNED_BY_CLIENTS, or null */
	struct rank ranks[MAX_SUITES];	/* by number */
	size_t num;
};

/* A priority that enables one suite, for some versions. */
struct single {
	uint16_t suite;
	uint16_t signature;	/* as in a recipe */
	unsigned versions;
	gnutls_priority_t priority;	/* null: the library refused it */
};

/* Credentials without some identities. */
struct part {
	unsigned without;		/* the bits of those left out */
	gnutls_certificate_credentials_t credentials;
};

/* The bit of the supported group `g` (RFC 8422), if it is a curve that
 * certificates use; otherwise 0.  Beside them, that of certificates on a curve
 * which are not for signatures. */
#define CURVE_BIT(g)	((g) >= 19 && (g) <= 25 ? 1u << ((g) - 19) : 0u)
#define UNSIGNING_BIT	(1u << 7)

struct tls_server {
	const struct tls_config *config;	/* borrowed */
	unsigned versions;		/* of the config, those it can */
	gnutls_certificate_credentials_t credentials;
	gnutls_anon_server_credentials_t anonymous;	/* or null */
	gnutls_psk_server_credentials_t psk;		/* or null */
	gnutls_dh_params_t dh_params;	/* those to use up to TLS 1.2, or
					 * null: a group of RFC 7919 */
	gnutls_x509_trust_list_t roots;	/* owned by credentials, or null */
	gnutls_x509_crl_t *crls;
	size_t num_crls;
	unsigned bits;			/* of the identities */
	unsigned rsa_bits;		/* of the shortest RSA key, or 0 */
	struct part *parts;		/* made when first needed */
	size_t num_parts;

	struct suite *suites;		/* all of the library's */
	size_t num_suites;
	struct wide before_1_3;		/* the config's suites up to 1.2 */
	struct wide in_1_3;
	struct wide native;		/* instead, in a native server: the
					 * library's own suites */
	struct single *singles;		/* made when first needed */
	size_t num_singles;

	uint8_t ticket_key[64];
	bool tickets;
};

/* What is corrected in the library. */
enum gnu_correction {
#define C(id, name, feature, what) GNU_##id,
#include "corrections.def"
#undef C
	GNU_CORRECTIONS
};

/* Whether that is done on this server. */
static inline bool
gnu_corrects(const struct tls_server *server, enum gnu_correction which)
{
	(void)which;
	return !server->config->native;
}

/* ---- a session -------------------------------------------------------- */

/* What goes on after the first handshake. */
enum doing {
	DOING_NOTHING,
	DOING_REHANDSHAKE,
	DOING_REAUTH,
};

struct tls_session {
	gnutls_session_t tls;
	struct tls_server *server;	/* borrowed */
	struct tls_io *io;		/* borrowed */
	struct tls_host *host;		/* borrowed */

	/* Both null once the first handshake is over. */
	const struct tls_hello *hello;
	const struct tls_choice *choice;
	uint16_t choice_version;	/* of a native server: the highest
					 * that both have */

	/* The walk over the candidates: which versions to allow, the index of
	 * the next candidate, and whether the library's session was made for
	 * one of them only. */
	unsigned versions;
	size_t next;
	size_t next_signature;
	bool walking;
	bool by_signature;		/* the server's order of signature
					 * algorithms decides */
	bool no_curve;			/* client and server have none in
					 * common */
	gnutls_priority_t priority;	/* the one in use; of the server */
	bool answered;			/* something was sent */
	int refusal;			/* the error to refuse the hello with */

	struct tls_span replay;		/* of the hello, read once more */
	size_t received;		/* bytes from the io */
	struct common_alerts alerts;
	enum tls_status blocked;	/* what the io said last, or TLS_OK */
	bool write_only;		/* read nothing now */
	bool one_record;		/* nor beyond the record that is next */
	uint8_t ahead[5];		/* its header, read ahead */
	size_t ahead_len;

	bool begun, complete, open, broken, said_goodbye;
	unsigned tickets_sent;		/* of TLS 1.3, after the handshake */
	enum doing doing;
	bool asked;			/* a HelloRequest is on its way */
	bool ask_for_key;		/* the next one asks for the peer's */
	bool refused;			/* a ClientHello was refused, and is
					 * still to be read */
	bool resume_nothing;
	uint8_t *hello_body;		/* the library's, while it reads it */
	size_t hello_body_len;
	bool offers_ticket;
	bool offers_modes;		/* psk_key_exchange_modes */
	bool offers_reauth;
	bool use_psk;			/* the server's pre-shared keys */
	bool psk_refused;		/* the identity is not known */
	bool status_sent;
	bool id_taken;			/* all that begin with the prefix */

	int verify_alert;		/* after a no from the host, or -1 */

	/* What the observer has seen, of input always. */
	bool hello_told;
	bool change_sent;		/* change_cipher_spec in TLS 1.3 */
	uint8_t header[5];		/* of the record that comes in */
	size_t header_len;
	size_t record_left;
};

/* The members, each in the file that backends/README names. */
COMMON_MEMBERS(gnu)

/* creds.c: the config's identities and roots. */
bool gnu_creds_open(struct tls_server *server, struct tls_error *err);
void gnu_creds_close(struct tls_server *server);
/* The credentials that fit a client with this hello in this version; null
 * when out of memory. */
gnutls_certificate_credentials_t gnu_creds_for(struct tls_server *server,
    const struct tls_hello *hello, uint16_t version);

/* suite.c: the library's table; `gnu_suite_list` returns a list to be freed, or
 * null when out of memory. */
struct suite *gnu_suite_list(size_t *num);
const struct suite *gnu_suite_find(const struct tls_server *server,
    uint16_t number);
bool gnu_suite_is_psk(const struct suite *suite);
bool gnu_suite_is_anonymous(const struct suite *suite);
/* Whether a certificate's key signs in it. */
bool gnu_suite_is_signed(const struct suite *suite);
/* Whether an elliptic curve is agreed to in it. */
bool gnu_suite_needs_curve(const struct suite *suite);
/* Fills the ranks of `wide` from its priority. */
void gnu_suite_ranks(struct wide *wide, bool in_1_3);
/* The rank of that suite, or null: it is not enabled. */
const struct rank *gnu_suite_rank(const struct wide *wide, uint16_t number);
uint16_t gnu_version_number(gnutls_protocol_t version);

/* lists.c: groups and signature algorithms; 0: no number.  The library's own
 * lists have both as plain numbers. */
uint16_t gnu_group_number(unsigned group);
bool gnu_group_is_finite_field(uint16_t number);
uint16_t gnu_sigalg_number(unsigned algorithm);
/* The first algorithm of that number, which is for any curve. */
gnutls_sign_algorithm_t gnu_sigalg_of(uint16_t number);
/* Each adds something to a priority string; the first one any two words. */
void gnu_text_put(struct text *text, const char *sign, const char *name);
void gnu_text_add(struct text *text, const char *kind, const char *name);
void gnu_text_add_group(struct text *text, uint16_t number);
void gnu_text_add_sigalg(struct text *text, uint16_t number);

/* recipe.c: a recipe as a priority of the library.  Returns 0 or the library's
 * error; `*out` is then null. */
int gnu_priority_make(const struct tls_config *config,
    const struct recipe *recipe, gnutls_priority_t *out);
int gnu_priority_security_profile(const struct tls_config *config);

/* priority.c */
bool gnu_priority_open(struct tls_server *server, struct tls_error *err);
void gnu_priority_close(struct tls_server *server);
/* The priority for only that suite; null: there cannot be one. */
gnutls_priority_t gnu_priority_single(struct tls_server *server, uint16_t suite,
    unsigned versions, uint16_t signature);
/* Whether the library, with `wide`, does exactly what `choice` asks for. */
bool gnu_priority_fits(const struct tls_server *server, const struct wide *wide,
    const struct tls_hello *hello, const struct tls_choice *choice);
/* Whether no credentials for that suite can exist here. */
bool gnu_priority_useless(const struct tls_server *server, uint16_t suite);
/* The versions to allow, so that `version` comes out. */
unsigned gnu_priority_versions(const struct tls_server *server,
    const struct tls_hello *hello, uint16_t version);
/* Sets the list of signatures that applies after this message. */
void gnu_priority_message(struct tls_session *session, unsigned type,
    bool incoming);

/* dh.c: whether the groups of RFC 7919 are not used up to TLS 1.2. */
bool gnu_dh_is_ours(const struct tls_config *config);
bool gnu_dh_open(struct tls_server *server, struct tls_error *err);
void gnu_dh_close(struct tls_server *server);

/* psk.c: pre-shared keys. */
bool gnu_psk_open(struct tls_server *server, struct tls_error *err);
void gnu_psk_close(struct tls_server *server);
/* Whether this session may come to one. */
bool gnu_psk_fits(struct tls_session *session);

/* edit.c: messages that are changed on their way. */
void gnu_edit_open(struct tls_session *session);
void gnu_edit_message(struct tls_session *session, unsigned type,
    bool incoming, const gnutls_datum_t *body);

/* hook.c: calls the above and below for each handshake message. */
void gnu_hook_open(struct tls_session *session);

/* candidates.c: the priority to begin with, which sets what the walk needs; the
 * next one, or null after the last; the highest version that the server and
 * the client of a session have. */
gnutls_priority_t gnu_candidate_first(struct tls_session *session);
gnutls_priority_t gnu_candidate_next(struct tls_session *session);
uint16_t gnu_candidate_version(const struct tls_session *session);

/* session.c */
/* Ends the session for `code` of the library: tells and sends the alert,
 * fills `err`, returns TLS_FAILED. */
enum tls_status gnu_session_fail(struct tls_session *session, int code,
    struct tls_error *err);

/* again.c: handshakes after the first. */
/* What `read` does about a ClientHello that came unasked or not. */
int gnu_again_hello(struct tls_session *session);
/* Whether what comes next cannot be what a request for a certificate waits
 * for: data, or a KeyUpdate. */
bool gnu_again_comes_other(struct tls_session *session);
/* A step of what goes on; 0 when it is complete. */
int gnu_again_step(struct tls_session *session);
/* The client will not. */
void gnu_again_declined(struct tls_session *session);

/* resume.c: tickets and the host's store. */
int gnu_resume_open(struct tls_session *session);
/* Sends those of TLS 1.3 after the handshake. */
int gnu_resume_give_tickets(struct tls_session *session);

/* io.c */
void gnu_io_open(struct tls_session *session);
/* The length of the record that is next, without its header; 0: it has not
 * come, or is being read. */
size_t gnu_io_next_record(struct tls_session *session);
/* The hello once more, for another session of the library. */
void gnu_io_rewind(struct tls_session *session);

/* observe.c */
void gnu_observe_open(struct tls_session *session);
void gnu_observe_message(struct tls_session *session, unsigned type,
    bool incoming, const gnutls_datum_t *body);
void gnu_observe_state(struct tls_session *session,
    const struct tls_state *state);
void gnu_observe_alert(struct tls_session *session,
    enum tls_direction direction, int level, int description);
void gnu_observe_input(struct tls_session *session, const uint8_t *data,
    size_t len);

/* verify.c: judges the client's chain; 0 or the library's error. */
int gnu_verify_peer(gnutls_session_t tls);

/* crl.c: certificate revocation lists. */
bool gnu_crl_open(struct tls_server *server, struct tls_error *err);
void gnu_crl_close(struct tls_server *server);
/* The X509_V_ERR numbers that the lists of `issuer` have for `crt`, at most
 * GNU_CRL_ERRORS of them; returns how many. */
#define GNU_CRL_ERRORS	4
size_t gnu_crl_check(const struct tls_server *server, gnutls_x509_crt_t crt,
    gnutls_x509_crt_t issuer, int64_t now, int errors[GNU_CRL_ERRORS]);

/* token.c: keys in PKCS#11 tokens. */
bool gnu_token_open(const struct tls_config *config, struct tls_error *err);
bool gnu_token_key(const struct tls_identity *identity, gnutls_privkey_t *out,
    struct tls_error *err);

/* error.c */

/* Fills `err` and returns false; a `code` below 0 is the library's. */
bool gnu_error_code(struct tls_error *err, enum tls_blame blame, int code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Whose fault `code` is; `received` and `sent` are alerts or -1. */
void gnu_error_session(struct tls_error *err, int code, int received, int sent);

/* The library's datum of a span; the library does not write to it. */
gnutls_datum_t gnu_datum_of(struct tls_span span);

#endif
