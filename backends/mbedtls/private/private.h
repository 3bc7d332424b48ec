/* private.h - what is done with parts of the library that it keeps to itself
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	if (mbed_compat_known())
 *		status = mbed_private_rehash(&server->originals, ssl, hello,
 *		    flight);
 *
 * Rules.  Nothing here is of the library's interface: README in the folder
 * above says what is done, why, and in which releases.  It holds for those that
 * mbed_compat_known() knows, and each use of it is tried in memory before any
 * user is told of it.
 */
#ifndef BACKEND_MBEDTLS_PRIVATE_H
#define BACKEND_MBEDTLS_PRIVATE_H

#include "compat.h"
#include "tls_host.h"

struct tls_server;
struct tls_session;
struct tls_choice;
struct mbed_exchange;

/* ---- originals.c: the library's own functions --------------------------- */

/* Those that this module stands in front of (interpose.c). */
struct mbed_originals {
	int (*write_record)(mbedtls_ssl_context *ssl, compat_flag flush);
	int (*hash_message)(mbedtls_ssl_context *ssl, unsigned type,
	    const unsigned char *body, size_t len);
	int (*finish_message)(mbedtls_ssl_context *ssl, size_t room,
	    size_t len);
};

/* Looks them up; members stay null where the library has no such function. */
void mbed_originals_find(struct mbed_originals *out);
/* Where the loaded library came from, or "". */
const char *mbed_originals_file(void);

/* Why the library's calls of its own functions are not seen, where they are
 * not. */
#ifdef BACKEND_BUILTIN
#define INTERPOSE_EXCUSE \
	"this backend is linked into the program, and only as a module it " \
	"sees what Mbed TLS calls of itself"
#else
#define INTERPOSE_EXCUSE \
	"Mbed TLS was loaded before the backend, which so cannot see what " \
	"it calls of itself"
#endif

/* ---- inside.c: the state of a connection -------------------------------- */

static inline int
mbed_private_state(const mbedtls_ssl_context *ssl)
{
	return FIELD(ssl, state);
}

/* No handshake is going on. */
static inline bool
mbed_private_at_rest(const mbedtls_ssl_context *ssl)
{
	return FIELD(ssl, state) == MBEDTLS_SSL_HANDSHAKE_OVER;
}

/* The library has bytes that the io did not take. */
static inline bool
mbed_private_unsent(const mbedtls_ssl_context *ssl)
{
	return FIELD(ssl, out_left) > 0;
}

/* The session that has been agreed to, or null. */
static inline const mbedtls_ssl_session *
mbed_private_agreed(const mbedtls_ssl_context *ssl)
{
	return FIELD(ssl, session);
}

/* The content of the record that was read last, if it is of that type. */
struct tls_span mbed_private_received(const mbedtls_ssl_context *ssl,
    int content_type);
/* Our last Finished, without its header; up to TLS 1.2. */
struct tls_span mbed_private_finished(const mbedtls_ssl_context *ssl);
/* Whether the client of the handshake that is going on sent a certificate. */
bool mbed_private_has_certificate(const mbedtls_ssl_context *ssl);

/* All below return 0 or an error of the library. */

/* Has the handshake, up to TLS 1.2, hashed as if it had begun with this
 * message and this flight. */
int mbed_private_rehash(const struct mbed_originals *originals,
    mbedtls_ssl_context *ssl, struct tls_span hello, struct tls_span flight);
/* Sends a message that nothing hashes. */
int mbed_private_write(const struct mbed_originals *originals,
    mbedtls_ssl_context *ssl, struct tls_span message);

/* ---- traffic.c: keys of TLS 1.3 ----------------------------------------- */

struct mbed_secret {
	uint8_t bytes[64];
	size_t len;
};

/* One direction of a connection; zeroed where nothing was renewed yet. */
struct mbed_traffic {
	struct mbed_secret secret;
	struct mbedtls_ssl_transform *transform;	/* owned, or null */
};

/* HKDF-Expand-Label without a context; fills `out`. */
int mbed_traffic_expand(mbedtls_md_type_t hash,
    const struct mbed_secret *secret, const char *label,
    struct mbed_bytes out);

/* Moves `traffic` on to its next secret (RFC 8446, 7.2), with which all that
 * goes in `direction` is encrypted from now on. */
int mbed_traffic_renew(mbedtls_ssl_context *ssl, struct mbed_traffic *traffic,
    enum tls_direction direction);
/* After the connection was freed. */
void mbed_traffic_free(struct mbed_traffic *traffic);

/* ---- keyupdate.c: KeyUpdate, which the library lacks --------------------- */

void mbed_keyupdate_secret(struct tls_session *session, const char *label,
    struct tls_span secret);
/* Sends one; 0, a WANT_WRITE when the library holds the rest of it, or an
 * error. */
int mbed_keyupdate_send(struct tls_session *session, bool ask_peer);
/* Whether a read failed with `*status` because of a KeyUpdate, which has now
 * been dealt with. */
bool mbed_keyupdate_read(struct tls_session *session, int *status);

/* ---- editor.c: the first flight up to TLS 1.2 ---------------------------- */

/* Bytes that are collected; an empty one owns no memory. */
struct mbed_buffer {
	uint8_t *data;
	size_t len, room;
};

struct mbed_editor {
	bool on;
	bool changed;			/* the library hashed something else */
	bool ends_with_hello;		/* a session is resumed */
	const struct tls_span *status;	/* borrowed; null: none to staple */
	bool npn;			/* offered, not answered yet */
	bool hint;			/* to be sent */
	bool requests;			/* CertificateRequests are edited */
	uint16_t version;		/* of the records */
	const struct mbed_exchange *exchange;	/* null before ServerHello */
	struct mbed_buffer flight;	/* the messages, as they are sent */
	struct mbed_buffer records;	/* edited, for the io to take */
};

void mbed_editor_set(struct tls_session *session,
    const struct tls_choice *choice);
void mbed_editor_clear(struct tls_session *session);
/* Whether `record` of the library's goes through mbed_editor_send. */
bool mbed_editor_takes(const struct tls_session *session,
    struct tls_span record);
/* Adds what shall be sent in place of `record` to `records`.  False: out of
 * memory, or the message is not what it was expected to be. */
bool mbed_editor_send(struct tls_session *session, struct tls_span record);
/* Before the client's Finished is read; a status of the library. */
int mbed_editor_read_npn(struct tls_session *session);

/* ---- reveal.c: our own messages of TLS 1.3 ------------------------------- */

/* What our records of TLS 1.3 are encrypted with. */
struct mbed_reveal {
	struct mbed_secret now, next;
	uint64_t sequence;		/* number of the next record */
};

void mbed_reveal_secret(struct tls_session *session, const char *label,
    struct tls_span secret);
/* A record under encryption, header included. */
void mbed_reveal_record(struct tls_session *session, struct tls_span record);
/* The next record is under the next key. */
void mbed_reveal_renew(struct tls_session *session);
void mbed_reveal_free(struct mbed_reveal *reveal);

/* ---- buffers.c: those of sessions that wait ------------------------------ */

#define MBED_MAX_SPARE	2

struct mbed_buffers {
	unsigned char *in, *out;
};

/* Takes the buffers from a session that waits for its client, if it does. */
void mbed_buffers_rest(struct tls_session *session);
/* Gives it some again, before anything is read or written. */
bool mbed_buffers_wake(struct tls_session *session, struct tls_error *err);
void mbed_buffers_free(struct tls_server *server);

/* ---- flight.c, draw.c ---------------------------------------------------- */

/* The first certificate in a Certificate, header included. */
struct tls_span mbed_flight_leaf(struct tls_span message, uint16_t version);
/* What a message of ours, header included, says of the session. */
void mbed_flight_message(struct tls_session *session, struct tls_span message);

/* The library's random numbers; the context is the session. */
int mbed_draw(void *context, unsigned char *out, size_t len);

#endif
