/* tls_host.h - what a backend may use, and must report
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 *
 *	size_t done;
 *	enum tls_status st = io->ops->read(io, buf, sizeof buf, &done);
 *
 *	static const struct tls_state read_hello = {
 *		TLS_STATE_MESSAGE, TLS_RECEIVED, 22, 1,
 *	};
 *
 *	if (host->wants & TLS_WANTS_STATES)
 *		host->ops->state(host, &read_hello);
 *
 * Rules.
 *
 * - A session has one `tls_io` below it and one `tls_host` beside it; both
 *   are given to `session_open` and outlive the session.  They are called
 *   from the thread that called the session and must not call it back.
 * - The core gathers and reads ahead: what a call of the session writes is
 *   sent as one when that call returns, and many small reads cost no more
 *   than a large one.  A backend needs no buffer of its own for either.
 * - Reports return nothing and cannot fail; spans and structs passed to them
 *   are borrowed for the call.  A backend does not make a report that is not
 *   in `wants`, so that what nobody looks at costs nothing.
 * - Members of the ops are only ever appended, and the core sets all of them.
 */
#ifndef TLS_HOST_H
#define TLS_HOST_H

#include "tls_types.h"

struct tls_io;
struct tls_host;

/* What `read` and `write` move. */
enum tls_io_kind {
	TLS_IO_STREAM,		/* bytes, for TLS */
	TLS_IO_DATAGRAMS,	/* whole datagrams, for DTLS */
};

/* Bytes in, bytes out; never blocks.
 *
 * With TLS_IO_DATAGRAMS (DATAGRAMS) each `read` gives one whole datagram, of
 * which what does not fit into `len` is lost, and each `write` sends one, or
 * nothing; there is no gathering, and no TLS_CLOSED. */
struct tls_io_ops {
	/* `read` puts 1 to `len` bytes into `buf` and their number into
	 * `done`.  TLS_OK, TLS_WANT_READ (also TLS_WANT_WRITE, if something
	 * below must write first), TLS_CLOSED at the end of the stream,
	 * TLS_FAILED when it is broken.  `done` is 0 in all but the first. */
	enum tls_status (*read)(struct tls_io *io, uint8_t *buf, size_t len,
	    size_t *done);

	/* `write` takes 1 to `len` bytes of `buf`.  TLS_OK; TLS_WANT_WRITE,
	 * only when so much waits for a slow peer that no more is taken; or
	 * TLS_FAILED when the peer can never receive them. */
	enum tls_status (*write)(struct tls_io *io, const uint8_t *buf,
	    size_t len, size_t *done);

	/* `pending` says whether `read` would return bytes from memory, without
	 * asking anything below.  A library that stops with "again" while this
	 * is true is to be called again. */
	bool (*pending)(struct tls_io *io);

	enum tls_io_kind kind;

	/* Datagrams only, null for streams: the most bytes that one datagram
	 * to this peer can have. */
	size_t (*max_len)(struct tls_io *io);
};

struct tls_io {
	const struct tls_io_ops *ops;
};

/* The calls that somebody wants: bits of `wants`. */
#define TLS_WANTS_STATES	0x01u
#define TLS_WANTS_MESSAGES	0x02u
#define TLS_WANTS_SECRETS	0x04u
#define TLS_WANTS_ALERTS	0x08u

/* One certificate of a client's chain under verification. */
struct tls_verify_step {
	int depth;			/* 0: the client's own */
	struct tls_span der;		/* the certificate; empty: none */
	int error;			/* 0, or an X509_V_ERR number as in
					 * openssl-verify(1), whichever library
					 * found it */
	const char *text;		/* the library's own words, or null */
};

/* How far a handshake has come. */
enum tls_state_kind {
	TLS_STATE_BEFORE,		/* nothing has been read yet */
	TLS_STATE_MESSAGE,		/* a message was read or written */
	TLS_STATE_EARLY_DATA,		/* early data may come now */
	TLS_STATE_DONE,			/* the handshake is complete */
};

/* For TLS_STATE_MESSAGE also which message: `content_type` is 20 for
 * change_cipher_spec or 22 for a handshake message (RFC 8446, 5.1), whose
 * HandshakeType `message` then is (RFC 8446, 4). */
struct tls_state {
	enum tls_state_kind kind;
	enum tls_direction direction;
	uint8_t content_type;
	uint8_t message;
};

struct tls_choice;

struct tls_host_ops {
	/* The handshake entered a state.  (TLS_WANTS_STATES) */
	void (*state)(struct tls_host *host, const struct tls_state *state);

	/* A whole protocol message in clear.  `content_type` is 20
	 * change_cipher_spec, 21 alert or 22 handshake (RFC 8446, 5.1);
	 * `version` that of its record or session.  A handshake message has
	 * its four-byte header.  (TLS_WANTS_MESSAGES) */
	void (*message)(struct tls_host *host, enum tls_direction direction,
	    uint16_t version, uint8_t content_type, struct tls_span message);

	/* A line of a key log: label, client random, secret (the NSS key log
	 * format; RFC 9850).  (TLS_WANTS_SECRETS) */
	void (*secret)(struct tls_host *host, const char *label,
	    struct tls_span client_random, struct tls_span secret);

	/* An alert in either direction.  `level` 1 warning, 2 fatal.
	 * (TLS_WANTS_ALERTS) */
	void (*alert)(struct tls_host *host, enum tls_direction direction,
	    uint8_t level, uint8_t description);

	/* One step of the verification of a client's chain, from the top of the
	 * chain down to depth 0; each certificate is reported once with error
	 * 0, or once for each of its errors.  Called whatever `wants` is.
	 * Returns whether to accept; if not, the handshake fails with a fitting
	 * alert. */
	bool (*verify)(struct tls_host *host,
	    const struct tls_verify_step *step);

	/* A renegotiation or a post-handshake authentication is complete: the
	 * session's facts may have changed.  Called whatever `wants` is, but
	 * not for the initial handshake, whose end `handshake` returns. */
	void (*changed)(struct tls_host *host);

	/* The session saved under `id`, as this backend gave it to `remember`,
	 * or an empty span.  Borrowed until this session's next call of
	 * `resume` or `psk`. */
	struct tls_span (*resume)(struct tls_host *host, struct tls_span id);

	/* Saves `session` under `id` (1 to 32 bytes) for `seconds`.  The
	 * core copies both, and wipes them when their time is over. */
	void (*remember)(struct tls_host *host, struct tls_span id,
	    struct tls_span session, uint32_t seconds);

	/* Drops what is saved under `id`, if anything is. */
	void (*forget)(struct tls_host *host, struct tls_span id);

	/* The key of a client that names this identity (1 to 65535 bytes of any
	 * value), or an empty span: unknown.  Borrowed until this session's
	 * next call of `resume` or `psk`.  Called only with `psk` in the
	 * config, and only in the handshake.  Up to TLS 1.2 a client that is
	 * refused gets the alert unknown_psk_identity; in TLS 1.3 the handshake
	 * goes on without the key. */
	struct tls_span (*psk)(struct tls_host *host,
	    struct tls_span identity);

	/* The core's clock, in milliseconds since the epoch. */
	int64_t (*now_ms)(struct tls_host *host);

	/* Asks that the call which last returned TLS_WANT_READ or
	 * TLS_WANT_WRITE be repeated after `ms` milliseconds (1 or more), even
	 * if nothing is received; a later request replaces an earlier one, and
	 * 0 cancels it.  For retransmission. */
	void (*wake_in)(struct tls_host *host, uint32_t ms);

	/* ECH.  The library has decrypted the inner ClientHello, which is
	 * `message` with its four-byte header.  The choice made from the outer
	 * one no longer holds; the new choice is borrowed until the handshake
	 * is over.  Null: the core cannot read it, and the client is to be
	 * refused with illegal_parameter.  Called before anything is
	 * written. */
	const struct tls_choice *(*inner_hello)(struct tls_host *host,
	    struct tls_span message);
};

struct tls_host {
	const struct tls_host_ops *ops;
	unsigned wants;			/* fixed before `session_open` */
};

#endif
