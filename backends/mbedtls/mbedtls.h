/* mbedtls.h - the two structs of this backend, and which file does what
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	do {
 *		session->want = WANT_NOTHING;
 *		status = mbedtls_ssl_read(&session->ssl, buf, len);
 *	} while (status == MBEDTLS_ERR_SSL_WANT_READ &&
 *	    !session->want);	// the library waited for nothing
 *
 * Rules.  A server's config is the template: a session's is a shallow copy of
 * it that is never freed, so lists hang off the template and what differs by
 * connection (suites, protocol, client certificates, callbacks' context) is
 * changed in the copy.  Names that the library gives meaning to, such as
 * states, are used as they are.
 */
#ifndef BACKEND_MBEDTLS_H
#define BACKEND_MBEDTLS_H

#include "common/members.h"
#include "common/refusal.h"
#include "common/wire.h"
#include "compat.h"
#include "private/private.h"
#include "tls_backend.h"

enum mbed_correction {
#define C(id, name, feature, what) MBED_##id,
#include "corrections.def"
#undef C
	MBED_CORRECTIONS
};

struct identity {
	mbedtls_x509_crt chain;
	mbedtls_pk_context key;
};

struct tls_server {
	const struct tls_config *config;	/* borrowed */
	mbedtls_ssl_config conf;		/* the template */
	mbedtls_x509_crt_profile profile;
	mbedtls_entropy_context entropy;
	mbedtls_ctr_drbg_context drbg;
	mbedtls_gcm_context ticket_key;
	bool tickets;				/* `ticket_key` is set */

	struct mbed_originals originals;
	struct mbed_buffers spare[MBED_MAX_SPARE];	/* owned */
	size_t num_spare;
	uint16_t low, high;			/* versions; holes between */
	unsigned versions;			/* them are not in here */
	int *suites;			/* owned; null: the library's own */
	char *alpn;			/* owned: the names of `alpn_list` */
	const char **alpn_list;		/* owned, or null: none by itself */
	uint16_t groups[COMPAT_MAX_LIST];	/* the library's own list */
	size_t num_groups;
	struct identity *identities;		/* as many as config's */
	size_t num_identities;
	bool has_ecdsa, signs_ecdsa;	/* an identity on a curve; one that is
					 * for signatures */
	mbedtls_x509_crt roots, named_roots;	/* empty: version is 0 */
	mbedtls_x509_crl crls;
	bool has_roots;
};

/* Whether it is done on this server. */
static inline bool
mbed_corrects(const struct tls_server *server, enum mbed_correction which)
{
	(void)which;
	return !server->config->native;
}

/* What the last call of the library waited for. */
enum want {
	WANT_NOTHING,		/* neither: call it again */
	WANT_READ,
	WANT_WRITE,
};

/* What our own handshake messages said while they were readable. */
struct seen {
	uint16_t version, suite, group, signature, peer_signature;
	enum tls_known extended_master, secure_renegotiation, resumed;
	int identity;			/* or -1 */
};

/* A config's lists as far as they count for one client. */
struct mbed_lists {
	compat_group groups[COMPAT_MAX_LIST + 1];
	size_t num_groups;
	struct compat_signatures own, client;
	uint16_t schemes[COMPAT_MAX_LIST];	/* those of `own` */
	size_t num_schemes;
	uint16_t best_rsa, best_ecdsa;	/* of `own`, or 0 */
	const uint16_t *client_schemes;	/* borrowed */
	size_t num_client_schemes;
};

/* What the key exchange of a suite up to TLS 1.2 needs. */
struct mbed_exchange {
	bool certificate, psk, ecdhe;
	bool signs_rsa, signs_ecdsa;
	bool silent;		/* the server has nothing to say in it */
};

struct tls_session {
	struct compat_hooked hooked;		/* first: see hooks.c */
	struct tls_server *server;		/* borrowed */
	struct tls_io *io;			/* borrowed */
	struct tls_host *host;			/* borrowed */
	/* Borrowed, and null once the first handshake has ended. */
	const struct tls_hello *hello;

	mbedtls_ssl_context ssl;
	mbedtls_ssl_config conf;		/* a shallow copy */
	char alpn[256];
	const char *alpn_list[2];

	enum want want;
	bool driving;		/* a step of the handshake is being made */
	bool ended;		/* the stream below has ended */
	bool broken;		/* the stream below is broken */
	bool clear;		/* what we send is not encrypted */
	size_t num_sent;	/* records */
	size_t rest_of_record;	/* bytes that the io has not taken yet */
	size_t edited_sent;	/* bytes of the editor's records */
	struct common_alerts alerts;	/* until the handshake is complete */
	bool alerted;		/* a fatal alert went out under encryption */

	bool opened;		/* the first handshake is complete */
	bool failed;
	bool said_goodbye;
	bool saying_goodbye;	/* its alert is on its way out */
	bool asking;		/* a HelloRequest is on its way out */
	bool writing;		/* what is on its way out is from `write` */
	bool secure_renegotiation;	/* offered by the client */
	bool refused;		/* the client's certificate was */
	int refusal;		/* the X509_V_ERR number, or 0 */
	bool forged;		/* its issuer is not what it is named after */
	bool unreadable;	/* the library passed over it */
	bool no_id;		/* every session ID is taken */

	struct mbed_traffic own, peer;	/* TLS 1.3 */
	bool updating;		/* a KeyUpdate is on its way out */
	bool owes_update;	/* the peer asked for one */

	bool interposed;	/* interpose.c is called */
	const struct tls_span *staples;	/* TLS 1.3; borrowed, or null */
	size_t stapled;		/* bytes more than the library knows of */

	/* While the buffers are given away. */
	uintptr_t in_at, out_at;	/* where they were */
	uint8_t in_sequence[8];

	struct mbed_lists lists;
	struct mbed_editor editor;
	bool status_sent;
	uint8_t npn[255];		/* the client's choice */
	size_t npn_len;
	uint8_t *psk_identity;	/* owned; null: no external key is used */
	size_t psk_identity_len;

	struct compat_exporter exporter;
	int alert_sent, alert_received;		/* or -1 */
	struct mbed_reveal *reveal;	/* owned; null: messages are unwanted */
	struct seen seen;

	uint16_t version;	/* chosen by the core, or 0; of a native server
				 * what the library chooses */
	size_t num_suites;
	int suites[];		/* candidates, best first, ended by a 0 */
};

/* The members, each in the file that backends/README names. */
COMMON_MEMBERS(mbed)

/* ---- io.c -------------------------------------------------------------- */

/* The library's callbacks; the context is the session. */
mbedtls_ssl_send_t mbed_io_send;
mbedtls_ssl_recv_t mbed_io_recv;

/* ---- session.c, handshake.c -------------------------------------------- */

/* Has the io take what it has not yet taken of a message of ours. */
enum tls_status mbed_session_make_way(struct tls_session *session,
    struct tls_error *err);
/* Makes the steps of the handshake that is going on. */
enum tls_status mbed_session_drive(struct tls_session *session,
    struct tls_error *err);
/* Sends a fatal alert and marks the session as failed. */
void mbed_session_abort(struct tls_session *session, uint8_t alert);
/* What the library's `status` means for the caller. */
enum tls_status mbed_session_status(struct tls_session *session, int status,
    struct tls_error *err);

/* ---- server.c, creds.c ------------------------------------------------- */

/* A seeded generator; clear it with mbedtls_*_free whatever it returns. */
bool mbed_server_seed(mbedtls_entropy_context *entropy,
    mbedtls_ctr_drbg_context *drbg, struct tls_error *err);
bool mbed_creds_load(struct tls_server *server, struct tls_error *err);
void mbed_creds_clear(struct tls_server *server);
bool mbed_creds_belong(mbedtls_pk_context *public_key,
    mbedtls_pk_context *key);

/* ---- native.c ------------------------------------------------------------ */

/* The library's own choices, but for what options of `config` name. */
bool mbed_native_set(struct tls_server *server, struct tls_error *err);
void mbed_native_clear(struct tls_server *server);
/* The protocols that the library is to choose from for this client. */
const char **mbed_native_protocols(const struct tls_session *session);
/* The version that the library chooses. */
uint16_t mbed_native_version(const struct tls_server *server,
    const struct tls_hello *hello);

/* ---- lists.c, psk.c ------------------------------------------------------ */

/* Whether the lists of `config` can be kept to at all. */
bool mbed_lists_check(const struct tls_config *config, struct tls_error *err);
/* Once hello and version are known, before the suites are. */
void mbed_lists_set(struct tls_session *session);
bool mbed_lists_allow(const struct tls_session *session, uint16_t suite);
const struct mbed_exchange *mbed_lists_exchange(uint16_t suite);
/* Before a step that is about the client's certificate, or any other. */
void mbed_lists_take_turn(struct tls_session *session, bool client);
/* Whether we may sign with `scheme`, or a client may. */
bool mbed_lists_offer(const struct tls_session *session, uint16_t scheme);
bool mbed_lists_accept(const struct tls_session *session, uint16_t scheme);

/* The library's callback; the context is the session. */
int mbed_psk_find(void *context, mbedtls_ssl_context *ssl,
    const unsigned char *identity, size_t len);
void mbed_psk_drop(struct tls_session *session);

/* ---- ticket.c ---------------------------------------------------------- */

bool mbed_ticket_setup(struct tls_server *server, struct tls_error *err);
int mbed_ticket_write(void *context, const mbedtls_ssl_session *from,
    unsigned char *start, const unsigned char *end, size_t *len,
    uint32_t *lifetime);
int mbed_ticket_parse(void *context, mbedtls_ssl_session *into,
    unsigned char *bytes, size_t len);
int mbed_store_get(struct tls_session *session, struct tls_span id,
    mbedtls_ssl_session *into);
int mbed_store_put(struct tls_session *session, struct tls_span id,
    const mbedtls_ssl_session *from);

/* ---- hooks.c ------------------------------------------------------------- */

/* Has the library call what it shall for `session`, before it is set up. */
void mbed_hooks_set(struct tls_session *session);

/* ---- tell.c, observe.c -------------------------------------------------- */

/* `message` is 0 for a ChangeCipherSpec. */
void mbed_tell_state(struct tls_session *session,
    enum tls_direction direction, uint8_t content_type, uint8_t message);
void mbed_tell_message(struct tls_session *session,
    enum tls_direction direction, uint8_t content_type,
    struct tls_span message);
void mbed_tell_alert(struct tls_session *session,
    enum tls_direction direction, uint8_t level, uint8_t description);

/* A step that began in state `before` is over; `sent` records had been sent
 * when it began. */
void mbed_observe_step(struct tls_session *session, int before, size_t sent);
/* Records as the library hands them to the io. */
void mbed_observe_records(struct tls_session *session, struct tls_span records);
/* The message that the library holds, if it is one of `type`. */
struct tls_span mbed_observe_held(const struct tls_session *session,
    uint8_t type);
/* A handshake message of ours in clear. */
void mbed_observe_sent(struct tls_session *session, struct tls_span message);
/* A record of ours before it is encrypted, if private/interpose.c is called. */
void mbed_observe_unencrypted(struct tls_session *session, uint8_t type,
    struct tls_span body);

/* ---- verify.c ------------------------------------------------------------ */

int mbed_verify_step(void *context, mbedtls_x509_crt *cert, int depth,
    uint32_t *flags);
/* Tells the host of a leaf for which the library gave up the handshake, since
 * it does not know how it is signed. */
void mbed_verify_unread(struct tls_session *session);

/* ---- error.c ----------------------------------------------------------- */

/* Fills `err` from a status of the library that no peer has a part in;
 * false. */
bool mbed_error_from(struct tls_error *err, enum tls_blame blame, int status,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The fatal alert that fits what a session of a peer's ended with. */
uint8_t mbed_error_alert(int status);
/* From a status that a session ended with. */
void mbed_error_of_session(struct tls_session *session, int status,
    struct tls_error *err);

#endif
