/* conn/conn.h - one connection, from its first byte to its last
 * SPDX-License-Identifier: Apache-2.0
 *
 *	static void
 *	received(struct conn *conn, struct tls_span data)
 *	{
 *		conn_write(conn, data);
 *		conn_close(conn);
 *	}
 *
 *	static const struct app_ops echo_ops = { .received = received };
 *
 *	struct app echo = { &echo_ops };
 *
 * Rules.  A conn belongs to one worker and is used only by its thread.  It ends
 * by itself: after `closed` returns, the conn is freed.  Nothing here blocks,
 * and the limits of the service bound everything here in time.
 */
#ifndef CONN_CONN_H
#define CONN_CONN_H

#include "event/bus.h"
#include <stdatomic.h>

#include "net/channel.h"
#include "policy/store.h"
#include "service/service.h"
#include "shadow/shadow.h"
#include "staple/stapler.h"

struct conn;
struct app_state;	/* one connection's; each application's own */

/* The calls to an application.  A null member is not called.  Any of them may
 * call any function below. */
struct app_ops {
	const char *name;
	/* The hello is complete and nothing has been answered yet.  False:
	 * wait; the application calls conn_admit when it is this connection's
	 * turn.  The time limit of the handshake does not run meanwhile. */
	bool (*admit)(struct conn *conn);
	/* Keep the hello after the handshake, for conn_hello. */
	bool keeps_hello;
	/* The handshake is complete. */
	void (*opened)(struct conn *conn);
	/* Application data; borrowed for the call. */
	void (*received)(struct conn *conn, struct tls_span data);
	/* Everything given to conn_write has been sent: more may be given. */
	void (*drained)(struct conn *conn);
	/* A renegotiation or post-handshake authentication is complete. */
	void (*changed)(struct conn *conn);
	/* The program ends: conn_close follows.  More may be written. */
	void (*leaving)(struct conn *conn);
	/* The peer sent close_notify.  Null: conn_close is called. */
	void (*ended)(struct conn *conn);
	/* The last call, made after a failed handshake too: free your state. */
	void (*closed)(struct conn *conn);
};

/* An application, one for all connections of a worker; its own struct begins
 * with this. */
struct app {
	const struct app_ops *ops;
};

/* What all workers share: the counters of `S`, the numbers of connections. */
struct conn_shared {
	struct store *store;		/* or null: no session store */
	_Atomic uint64_t last_id;
	_Atomic uint64_t accepts, accepts_good, renegotiates, resumed;
	_Atomic uint64_t missed;	/* sessions looked up and not found */
	_Atomic size_t hello_bytes;	/* of large hellos that are held now:
					 * meet.c */
};

/* What a connection is served with, from its first byte to its last.  Another
 * one may take its place in the env meanwhile, for those that begin later. */
struct conn_setup {
	const struct service *service;
	/* The one that it is part of; may be null without a shadow. */
	struct service_edition *edition;
	/* The worker's own, indexed by service_server.number. */
	struct tls_server *const *servers;
	struct stapler *stapler;	/* null: no OCSP response is stapled */
	size_t num_conns;		/* that use it; conn.c counts */
};

/* The connections whose handshake waits for its turn: turn.c. */
struct conn_turns {
	struct conn *newest, *oldest;
	size_t num;
	bool taken;			/* a handshake began in this round of
					 * the loop */
	bool by_age;			/* the oldest is next */
};

/* What the connections of one worker share. */
struct conn_env {
	struct conn_setup *setup;	/* borrowed; of those that begin now */
	struct app *app;
	struct conn_shared *shared;
	struct shadow *shadow;		/* borrowed, or null: hellos are not
					 * compared */

	/* The open connections; conn.c keeps the list. */
	struct conn *conns;
	size_t num_conns;

	/* Filled by conn_env_init. */
	unsigned host_wants;		/* TLS_WANTS_* that a sink wants */
	bool watched;			/* a sink wants WIRE or RECORD */
	uint8_t *scratch;		/* CONN_SCRATCH bytes; owned */
	struct gather_pool *pool;	/* owned */

	/* Called when a connection is gone; may be null. */
	void (*closed)(struct conn_env *env);
	/* Has conn_env_go_on called in the next round of the loop.  Null:
	 * handshakes do not wait for each other. */
	void (*next_round)(struct conn_env *env);
	struct conn_turns turns;
};

#define CONN_SCRATCH	16384

/* Completes `env`, whose members above are set. */
void conn_env_init(struct conn_env *env);

/* Begins the handshake whose turn it is, if one waits. */
void conn_env_go_on(struct conn_env *env);

/* Closes all connections like conn_close; those whose handshake has not begun
 * are closed at once. */
void conn_env_close_all(struct conn_env *env);

/* Closes what is left at once, and frees what `env` owns. */
void conn_env_clear(struct conn_env *env);

/* The present values of the counters. */
void conn_count(struct conn_shared *shared, struct statistics *out);

/* Begins a connection over `channel`, which is taken; it frees itself at its
 * end. */
struct conn *conn_new(struct conn_env *env, struct channel *channel,
    const char *host, unsigned port);

struct app *conn_app(const struct conn *conn);
void conn_admit(struct conn *conn);

const char *conn_peer(const struct conn *conn);		/* "[::1]:40122" */
const struct tls_backend *conn_backend(const struct conn *conn);
const struct tls_config *conn_config(const struct conn *conn);
/* The hello; null if there was none, or it is no longer kept.  Valid until the
 * function of the application that asked for it returns. */
const struct tls_hello *conn_hello(struct conn *conn);
/* What every backend answers to the hello: null if that was not asked, or is
 * not kept (keeps_hello), or there was no room for it, which conn_casts_shadow
 * tells.  Borrowed. */
struct shadow_job *conn_shadow(const struct conn *conn);
bool conn_casts_shadow(const struct conn *conn);
/* Microseconds from accept to the end of the handshake. */
uint64_t conn_handshake_us(const struct conn *conn);
void conn_facts(struct conn *conn, struct tls_facts *facts);
/* The backend that serves, null before the hello; all backends, or null. */
const struct plug *conn_plug(const struct conn *conn);
struct plugs *conn_plugs(const struct conn *conn);
/* Whether the server name chooses the backend. */
bool conn_by_name(const struct conn *conn);
/* Whether ALPN is used in place of NPN. */
bool conn_npn_by_alpn(const struct conn *conn);
/* The last X509_V_ERR number that a verification reported, or 0. */
int conn_verify_error(const struct conn *conn);
/* The step that reported it, without the library's words; or null. */
const struct tls_verify_step *conn_wrong_step(const struct conn *conn);
/* The rules that it was judged by. */
const struct verify_rules *conn_verify_rules(const struct conn *conn);
struct bus *conn_bus(const struct conn *conn);
/* Posts `event` with this connection's number, backend and age, if any sink
 * wants it. */
void conn_post(struct conn *conn, struct event *event);
/* The counters, summed over all workers. */
void conn_statistics(const struct conn *conn, struct statistics *out);

struct app_state *conn_state(const struct conn *conn);
void conn_set_state(struct conn *conn, struct app_state *state);

/* Queues a copy of `data`, and sends what can be sent at once. */
void conn_write(struct conn *conn, struct tls_span data);

/* Calls `drained` soon, from the loop, after other connections had their turn:
 * for an application that has more to write although everything so far was sent
 * at once. */
void conn_soon(struct conn *conn);

/* Bytes queued, including those that the library has written and the transport
 * has not taken. */
size_t conn_queued(const struct conn *conn);

/* Sends what is queued and close_notify, ends the sending side, and reads what
 * the peer still sends, for a bounded time.  `received` is not called any
 * more. */
void conn_close(struct conn *conn);

/* Closes the transport at once, without close_notify. */
void conn_abort(struct conn *conn);

/* Carry out a command letter and post EVENT_COMMAND.  TLS 1.3 has no
 * renegotiation: there it is a KeyUpdate that asks for the peer's, or a
 * post-handshake request for a certificate.  TLS_UNSUPPORTED has the reason in
 * `err` and leaves the connection as it was. */
enum tls_status conn_renegotiate(struct conn *conn, bool ask_certificate,
    struct tls_error *err);
enum tls_status conn_key_update(struct conn *conn, bool ask_peer,
    struct tls_error *err);
enum tls_status conn_ask_certificate(struct conn *conn,
    struct tls_error *err);

/* Sends `data` below TLS, in clear (`P`). */
void conn_write_plain(struct conn *conn, struct tls_span data);

#endif
