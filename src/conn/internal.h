/* conn/internal.h - a connection, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct conn *conn = conn_of_host(host);
 *	struct event event = { .kind = EVENT_STATE };
 *
 *	conn_post(conn, &event);
 */
#ifndef CONN_INTERNAL_H
#define CONN_INTERNAL_H

#include <sys/types.h>

#include "base/buf.h"
#include "conn/conn.h"
#include "event/observer.h"
#include "fault/fault.h"
#include "net/gather.h"
#include "net/recorder.h"
#include "net/stutter.h"
#include "wire/hello.h"
#include "wire/record.h"

/* An address with its port, "[::1]:4433", or "unix:pid 4711". */
#define CONN_PEER_ROOM	128

/* Queued bytes at which the peer is no longer read: it has to take what it
 * asked for before it can ask for more. */
#define QUEUE_HIGH	(256 * 1024)

enum stage {
	STAGE_HELLO,		/* reading the first bytes */
	STAGE_PARKED,		/* hello read; the application said to wait */
	STAGE_STAPLE,		/* waiting for OCSP responses to staple */
	STAGE_TURN,		/* waiting for other handshakes */
	STAGE_HANDSHAKE,
	STAGE_OPEN,
	STAGE_CLOSING,		/* sending what is queued, then close_notify */
	STAGE_DRAIN,		/* our side is closed; reading the rest of the
				 * peer's */
	STAGE_GONE,		/* freed when no call uses it any more */
};

/* Only there while a sink wants what passes over the transport. */
struct watching {
	struct watcher watcher;		/* first: it is a watcher */
	struct recorder recorder;
	struct observer observer;
};

/* The io of a session without a hello: guard.c. */
struct guard {
	struct tls_io io;		/* first: it is a tls_io */
	struct tls_io *below;		/* borrowed */
	struct record_watch watch;	/* of what is written */
	bool shut;			/* a handshake message was written */
};

/* A step of a verification that found an error. */
struct wrong {
	struct tls_verify_step step;	/* without its text */
	struct buf der;			/* what the step points to */
	bool refused;			/* the client was refused for it */
};

/* A hello and a choice that an inner hello replaced (RFC 9849).  The session
 * may still read them until the handshake is over. */
struct replaced {
	struct replaced *next;
	struct tls_hello *hello;	/* owned */
	struct policy_choice choice;
};

struct conn {
	struct tls_host host;		/* first: a conn is a tls_host */
	struct conn_env *env;		/* borrowed */
	struct conn_setup *setup;	/* borrowed: the env's when it began */
	struct conn *next, **link;	/* in the env's list */
	struct conn *newer, *older;	/* in its turns, if `queued` */
	bool queued;
	struct channel *channel;	/* owned */
	struct channel_user user;	/* its user: conn.c is called */
	struct channel_timer timer;	/* the backend's `wake_in` */
	struct stutter *stutter;	/* owned, or null: below the rest */
	struct faults *faults;		/* the channel's, or null */
	struct watching *watching;	/* owned, or null */
	struct gather gather;		/* directly below the session */
	struct guard *guard;		/* owned, or null: above the gather */
	struct opening_scan scan;	/* of the first bytes */
	enum opening opening;		/* what they are */
	size_t hello_claim;		/* of conn_shared.hello_bytes */
	const struct service_backend *backend; /* borrowed */
	const struct service_server *server;   /* borrowed, one of the
					        * backend's */
	struct tls_session *session;	/* owned */
	struct tls_hello *hello;	/* owned; null when no longer kept */
	struct tls_span hello_wire;	/* owned: the hello's bytes, kept after
					 * the handshake so that it can be
					 * parsed again */
	struct shadow_job *shadow;	/* owned, or null */
	struct policy_choice choice;
	struct replaced *replaced;	/* owned, or null */
	struct staple_user staple_user;
	struct staple_ask *asking;	/* owned; from the hello to the end of
					 * the handshake, or null */
	struct app_state *state;	/* the application's */
	struct buf out;			/* queued for the session */
	size_t out_next;		/* first byte not taken yet */
	size_t retry_len;		/* of the write to be redone, or 0 */
	struct buf resumption;		/* what `resume` returned */
	struct origin origin;		/* of all its events */
	uint64_t deadline_us;		/* of hello, handshake or draining */
	uint64_t handshake_us;
	int verify_error;		/* the last one found, or 0 */
	bool gave_psk;			/* a client's identity was known */
	struct buf unknown_psk;		/* the last identity that was not, as
					 * far as it is told */
	struct wrong *wrong;		/* owned, or null: the last one */
	struct buf certificate;		/* the client's message of that name,
					 * while it may be refused */
	enum stage stage;
	enum outcome outcome;
	unsigned read_wants, write_wants; /* what the last read and write wait
					   * for: CHANNEL_READ, CHANNEL_WRITE or
					   * 0 */
	unsigned depth;		/* calls that are using it */
	bool named;			/* the server name chose backend or
					 * server */
	char requested;			/* a command letter that has to be tried
					 * again, or 0 */
	bool missed;			/* a session was looked up and not
					 * found */
	unsigned marked;		/* the moments that have come, a bit
					 * each */
	bool obeyed;			/* a fault has ended it */
	bool failed;			/* the session cannot be used any
					 * more */
	bool handshake_done;		/* the library's handshake is complete,
					 * but may not be sent yet */
	bool opened;			/* the handshake was completed */
	bool heard;			/* application data was received */
	bool again;			/* `drained` is to be called */
	bool held_up;			/* the application wrote more than could
					 * be sent: call `drained` later */
	bool peer_ended;		/* close_notify was received */
	bool told_end;			/* `ended` was called */
	bool shut;			/* our side of the transport was
					 * closed */
	bool shadow_full;		/* there was no room for its hello in
					 * the shadow's queue */
	bool woken;			/* there was something to read, which
					 * has had no effect yet */
	char peer[CONN_PEER_ROOM];
};

/* The tls_host of a connection: host.c. */
extern const struct tls_host_ops conn_host_ops;

static inline struct conn *
conn_of_host(struct tls_host *host)
{
	return (struct conn *)host;
}

/* The handshake is complete (`again`: not the first one): counts and posts
 * it. */
void conn_tell_handshake(struct conn *conn, bool again);

/* Microseconds of the monotonic clock; sets the deadline for wait_on. */
uint64_t conn_now_us(const struct conn *conn);
void conn_set_deadline(struct conn *conn, unsigned ms);

/* What was decided from the hello; `coalesced`: the library gets it in one
 * record. */
void conn_tell_choice(struct conn *conn, bool coalesced);

void conn_tell_ending(struct conn *conn, bool by_peer);
void conn_tell_data(struct conn *conn, enum tls_direction direction,
    struct tls_span bytes);

/* An operation found nothing to read, or no room to write. */
void conn_tell_blocked(struct conn *conn, enum step_blocked step);

/* Tells the faults that a moment has come, once; what was written before is
 * sent first. */
void conn_mark(struct conn *conn, enum fault_mark mark);

/* ---- end.c ---- */

/* The outcome according to the state of the transport. */
enum outcome conn_outcome(const struct conn *conn);
/* Ends the connection: it is freed when no call uses it any more. */
void conn_go(struct conn *conn, enum outcome outcome);
/* What the core knows of a failure, in words in `room`; null: nothing.  The
 * facts are those of the session; without one all are unknown. */
const char *conn_reason(const struct conn *conn, const struct tls_error *err,
    const struct tls_facts *facts, struct buf *room);
/* The same at length, in one sentence: what lacked, and what would have
 * agreed.  `in_time`: the time limit was not reached. */
const char *conn_explain(const struct conn *conn,
    const struct event *failed, const struct tls_facts *facts, bool in_time,
    struct buf *room);
/* The session has failed: posts that and drains. */
void conn_fail(struct conn *conn, const struct tls_error *err,
    enum outcome outcome);
void conn_begin_drain(struct conn *conn);
/* Frees what was chosen, and all that it replaced. */
void conn_drop_choice(struct conn *conn);
/* Like conn_close, for calls from within drive. */
void conn_end(struct conn *conn);

/* Sends `data` below TLS, as far as there is room now; the rest follows when
 * there is more. */
void conn_send_clear(struct conn *conn, struct tls_span data);
/* Sends an alert in clear and posts it; only before the session has written a
 * byte.  `level` 1 warning, 2 fatal. */
void conn_send_alert(struct conn *conn, uint8_t level, uint8_t description);
/* Sends a fatal alert in clear and fails for the reason given; returns
 * false. */
bool conn_refuse(struct conn *conn, uint8_t alert, enum tls_blame blame,
    const char *why);

/* query.c: carries out a command letter, now or later. */
enum tls_status conn_request(struct conn *conn, char letter,
    struct tls_error *err);

/* guard.c: what a session without a hello is given instead of the gather. */
struct tls_io *conn_guard(struct conn *conn);

/* meet.c */
/* The hello is no longer held. */
void conn_free_hello(struct conn *conn);
void conn_open_session(struct conn *conn);
bool conn_read_hello(struct conn *conn);
/* In STAGE_PARKED and STAGE_TURN: notices a client that does not wait any
 * longer. */
bool conn_await_turn(struct conn *conn);
/* In STAGE_STAPLE: opens the session once the responses are there.  False if
 * they are not. */
bool conn_await_staples(struct conn *conn);

/* Opens the session of a connection that has its turn. */
void conn_begin(struct conn *conn);

/* shade.c: has all backends asked about the hello, if that is wanted.
 * `refusal`: why the core itself refuses it, or null. */
void conn_cast_shadow(struct conn *conn, const struct tls_error *refusal);

/* turn.c: whether the handshake may begin now; false: it is in STAGE_TURN. */
bool conn_take_turn(struct conn *conn);
/* The connection does not wait any longer, or never did. */
void conn_leave_turns(struct conn *conn);
/* A new round of the loop: the connection that has its turn, or null. */
struct conn *conn_next_turn(struct conn_env *env);

/* staple.c: asks for OCSP responses, if they are wanted.  False if the session
 * has to wait for them, or the client was refused. */
bool conn_seek_staples(struct conn *conn);
/* Whether the responses have come and are sufficient.  False: not yet, or the
 * client was refused. */
bool conn_has_staples(struct conn *conn);
/* The handshake is over: posts which response was sent, and frees them. */
void conn_end_staples(struct conn *conn);

/* talk.c */
bool conn_do_handshake(struct conn *conn);
bool conn_exchange_data(struct conn *conn);
bool conn_send_close_notify(struct conn *conn);
bool conn_drain(struct conn *conn);
/* Passes up to `len` bytes to the session.  Returns how many it took, or -1 if
 * it has to be tried again or the connection failed. */
ssize_t conn_write_some(struct conn *conn, const uint8_t *data, size_t len);

#endif
