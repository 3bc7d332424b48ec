/* conn.c - one connection, from its first byte to its last
 * SPDX-License-Identifier: Apache-2.0
 *
 * One function, `drive`, goes through the stages until it has to wait, and
 * tells the channel what for.  Every call from outside (by the channel or the
 * application) changes the state and then calls drive.
 */
#include "conn/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* Milliseconds that a peer has to take the rest if there is no idle limit. */
#define FLUSH_MS	30000

/* Milliseconds until the deadline, at least 1; 0: there is none. */
static unsigned
time_left(const struct conn *conn)
{
	uint64_t now;

	if (!conn->deadline_us)
		return 0;
	now = conn_now_us(conn);
	return now >= conn->deadline_us ? 1 :
	    (unsigned)((conn->deadline_us - now) / 1000) + 1;
}

/* ---- ending ----------------------------------------------------------- */

static void
tell_shut(struct conn *conn, enum tls_direction direction, bool reset)
{
	struct event event = {
		.kind = EVENT_SHUT, .shut = { direction, reset },
	};

	conn_post(conn, &event);
}

/* What the peer did that nobody has read, and what closing the transport does:
 * if bytes of the peer are unread, the system sends RST (RFC 2525, 2.17). */
static void
tell_last(struct conn *conn, const struct channel_state *state)
{
	struct channel_look look;

	if (state->reset)
		return;
	look = channel_look(conn->channel);
	if ((look.ended && !state->ended) || look.reset)
		tell_shut(conn, TLS_RECEIVED, look.reset);
	if ((look.unread || !conn->shut) && !look.reset)
		tell_shut(conn, TLS_SENT, look.unread);
}

static void
free_conn(struct conn *conn)
{
	struct conn_env *env = conn->env;
	struct channel_state state = channel_state(conn->channel);
	struct event event = {
		.kind = EVENT_CLOSED,
		.closed = { conn->outcome, state.received, state.sent },
	};

	if (env->app->ops->closed)
		env->app->ops->closed(conn);
	if (bus_wants(conn->setup->service->bus, EVENT_SHUT))
		tell_last(conn, &state);
	conn_post(conn, &event);
	if (conn->session)
		conn->backend->plug->backend->session_close(conn->session);
	conn->channel->ops->wake(conn->channel, &conn->timer, 0);
	conn->channel->ops->close(conn->channel);
	staple_ask_free(conn->asking);
	gather_clear(&conn->gather);
	shadow_drop(conn->shadow);
	conn_drop_choice(conn);
	conn_free_hello(conn);
	if (conn->wrong)
		buf_clear(&conn->wrong->der);
	free(conn->wrong);
	buf_clear(&conn->certificate);
	buf_clear(&conn->unknown_psk);
	buf_wipe(&conn->resumption);
	buf_clear(&conn->out);
	free(conn->guard);
	free(conn->watching);
	free(conn->stutter);
	conn_leave_turns(conn);
	*conn->link = conn->next;
	if (conn->next)
		conn->next->link = conn->link;
	env->num_conns--;
	conn->setup->num_conns--;
	free(conn);
	if (env->closed)
		env->closed(env);
}

/* ---- driving ----------------------------------------------------------- */

static bool
step(struct conn *conn)
{
	switch (conn->stage) {
	case STAGE_HELLO:
		return conn_read_hello(conn);
	case STAGE_PARKED:
	case STAGE_TURN:
		return conn_await_turn(conn);
	case STAGE_STAPLE:
		return conn_await_staples(conn);
	case STAGE_HANDSHAKE:
		return conn_do_handshake(conn);
	case STAGE_OPEN:
		return conn_exchange_data(conn);
	case STAGE_CLOSING:
		return conn_send_close_notify(conn);
	case STAGE_DRAIN:
		return conn_drain(conn);
	default:
		return false;
	}
}

/* The time for the last bytes: an alert after a failure is worth little of it,
 * unless a fault delays it. */
static unsigned
closing_ms(const struct conn *conn)
{
	const struct service_limits *limits = &conn->setup->service->limits;

	if (conn->failed && !(conn->faults && faults_delay(conn->faults)))
		return limits->close_ms;
	return limits->idle_ms ? limits->idle_ms : FLUSH_MS;
}

/* Waits for what the stage needs, until its deadline. */
static void
wait_on(struct conn *conn)
{
	const struct service_limits *limits = &conn->setup->service->limits;
	unsigned what = conn->read_wants | conn->write_wants;
	unsigned ms = 0;

	switch (conn->stage) {
	case STAGE_STAPLE:
		what = 0;
		ms = time_left(conn);
		break;
	case STAGE_OPEN:
		ms = limits->idle_ms;
		if (conn_queued(conn) >= QUEUE_HIGH || conn->peer_ended)
			what = conn->write_wants;
		break;
	case STAGE_CLOSING:
		what = conn->write_wants;
		ms = closing_ms(conn);
		break;
	case STAGE_DRAIN:
		what = CHANNEL_READ;
		ms = time_left(conn);
		break;
	default:
		ms = time_left(conn);
	}
	conn->channel->ops->wait(conn->channel, what, ms);
}

/* Sends what the library wrote and was not sent yet.  False if that changed the
 * state, so that there may be more to do. */
static bool
send_rest(struct conn *conn)
{
	if (conn->stage == STAGE_GONE || conn->gather.broken)
		return true;
	switch (gather_send(&conn->gather)) {
	case TLS_OK:
		return conn->stage != STAGE_OPEN || !conn->held_up ||
		    conn->out.len > 0;
	case TLS_WANT_WRITE:
		conn->write_wants = CHANNEL_WRITE;
		return true;
	default:
		return false;
	}
}

/* Does what follows from a fault that has ended the connection.  False if there
 * is none, or that was done. */
static bool
obey(struct conn *conn)
{
	enum fault_end end = faults_end(conn->faults);

	if (end == FAULT_NOT_ENDED || conn->obeyed)
		return false;
	conn->obeyed = true;
	faults_obey(conn->faults);
	if (end == FAULT_RESET)
		conn->outcome = OUTCOME_RESET;
	if (conn->stage >= STAGE_DRAIN)
		return false;
	if (conn->stage != STAGE_CLOSING)
		conn_tell_ending(conn, false);
	conn->failed = true;
	conn->shut = true;
	if (end == FAULT_CLOSED)
		conn->outcome = OUTCOME_CLOSED_HERE;
	conn_begin_drain(conn);
	return true;
}

static void
drive(struct conn *conn)
{
	if (conn->depth++ == 0) {
		do
			while (step(conn))
				;
		while (!send_rest(conn) || (conn->faults && obey(conn)));
		gather_release(&conn->gather);
		if (conn->stage != STAGE_GONE)
			wait_on(conn);
	}
	if (--conn->depth == 0 && conn->stage == STAGE_GONE)
		free_conn(conn);
}

static void
time_is_over(struct conn *conn)
{
	const struct service_limits *limits = &conn->setup->service->limits;
	struct tls_error err = TLS_ERROR_INIT;

	switch (conn->stage) {
	case STAGE_HELLO:
	case STAGE_STAPLE:
	case STAGE_TURN:
	case STAGE_HANDSHAKE:
		err_set(&err, TLS_BLAME_NETWORK, "no whole %s within %u ms "
		    "(-handshake_timeout)", conn->stage == STAGE_HELLO ?
		    "ClientHello" : "handshake", limits->handshake_ms);
		conn_fail(conn, &err, OUTCOME_TIMEOUT);
		break;
	case STAGE_OPEN:
		conn_close(conn);
		conn->outcome = OUTCOME_TIMEOUT;
		break;
	case STAGE_CLOSING:
		conn_go(conn, OUTCOME_TIMEOUT);
		break;
	case STAGE_DRAIN:
		conn_go(conn, conn->outcome);
		break;
	default:
		break;
	}
}

static void
ready(struct channel_user *user, unsigned what)
{
	struct conn *conn = (struct conn *)((char *)user -
	    offsetof(struct conn, user));

	if (what & CHANNEL_TIMEOUT && !(what & ~CHANNEL_TIMEOUT))
		time_is_over(conn);
	if (what & CHANNEL_READ)
		conn->woken = true;
	drive(conn);
}

/* The time that the backend asked for is over. */
static void
go_on(struct channel_timer *timer)
{
	drive((struct conn *)((char *)timer - offsetof(struct conn, timer)));
}

/* ---- from outside ------------------------------------------------------ */

void
conn_env_init(struct conn_env *env)
{
	static const struct {
		enum event_kind kind;
		unsigned wants;
	} rows[] = {
		{ EVENT_STATE, TLS_WANTS_STATES },
		{ EVENT_MESSAGE, TLS_WANTS_MESSAGES },
		{ EVENT_SECRET, TLS_WANTS_SECRETS },
		{ EVENT_ALERT, TLS_WANTS_ALERTS },
	};

	env->host_wants = 0;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (bus_wants(env->setup->service->bus, rows[i].kind))
			env->host_wants |= rows[i].wants;
	env->watched = observer_wanted(env->setup->service->bus);
	env->scratch = mem_alloc(CONN_SCRATCH);
	env->pool = gather_pool_new();
}

void
conn_env_close_all(struct conn_env *env)
{
	void (*leaving)(struct conn *conn) = env->app->ops->leaving;
	struct conn *conn = env->conns;

	/* Closing one may end others: start again from the first each time. */
	while (conn) {
		if (conn->stage < STAGE_CLOSING) {
			if (conn->stage == STAGE_OPEN && leaving)
				leaving(conn);
			conn_close(conn);
			conn = env->conns;
		} else {
			conn = conn->next;
		}
	}
}

void
conn_env_clear(struct conn_env *env)
{
	while (env->conns)
		conn_abort(env->conns);
	if (!env->scratch)
		return;
	mem_wipe(env->scratch, CONN_SCRATCH);
	free(env->scratch);
	env->scratch = NULL;
	gather_pool_free(env->pool);
	env->pool = NULL;
}

static void
saw(struct watcher *watcher, const struct passage *passage)
{
	struct watching *watching = (struct watching *)watcher;

	observer_bytes(&watching->observer, passage->direction,
	    passage->asked, passage->status, passage->bytes);
}

/* Sets up what is between the socket and the gather, from the bottom: a
 * stutter, what watches the wire, and faults. */
static void
stack(struct conn *conn)
{
	const struct service *service = conn->setup->service;
	struct watching *watching;
	struct tls_io *io = &conn->channel->io;

	if (service->stutters) {
		conn->stutter = mem_zero(1, sizeof *conn->stutter);
		stutter_init(conn->stutter, io,
		    conn->origin.conn ^ conn->origin.begun_us);
		io = &conn->stutter->io;
	}
	if (conn->env->watched) {
		watching = mem_zero(1, sizeof *watching);
		watching->watcher.saw = saw;
		observer_init(&watching->observer, service->bus,
		    &conn->origin);
		recorder_init(&watching->recorder, io, &watching->watcher);
		conn->watching = watching;
		io = &watching->recorder.io;
	}
	if (service->faults)
		conn->faults = faults_new(service->faults,
		    &(struct fault_below){ conn->channel, io, service->clock,
		    service->bus, &conn->origin });
	if (conn->faults) {
		conn->channel = faults_channel(conn->faults);
		io = &conn->channel->io;
	}
	channel_attach(conn->channel, &conn->user);
	gather_init(&conn->gather, io, conn->env->pool);
}

struct conn *
conn_new(struct conn_env *env, struct channel *channel, const char *host,
    unsigned port)
{
	struct conn *conn = mem_zero(1, sizeof *conn);
	struct event event = {
		.kind = EVENT_ACCEPTED,
		.accepted = { .host = host, .port = port },
	};
	struct channel_look look;

	conn->host.ops = &conn_host_ops;
	conn->host.wants = env->host_wants;
	conn->env = env;
	conn->setup = env->setup;
	conn->setup->num_conns++;
	conn->channel = channel;
	conn->origin.conn = ++env->shared->last_id;
	conn->next = env->conns;
	conn->link = &env->conns;
	if (conn->next)
		conn->next->link = &conn->next;
	env->conns = conn;
	env->num_conns++;
	conn->stage = STAGE_HELLO;
	conn->outcome = OUTCOME_FAILED;
	conn->origin.begun_us = conn_now_us(conn);
	/* The client of a socket file has no port. */
	snprintf(conn->peer, sizeof conn->peer, port == 0 ? "%s" :
	    strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
	env->shared->accepts++;
	conn->user.ready = ready;
	conn->timer.fired = go_on;
	stack(conn);
	conn_set_deadline(conn, conn->setup->service->limits.handshake_ms);
	if (env->watched) {
		look = channel_look(channel);
		event.accepted.local_host = *look.host ? look.host : NULL;
		event.accepted.local_port = look.port;
	}
	conn_post(conn, &event);
	conn_mark(conn, FAULT_AT_ACCEPT);
	conn->read_wants = CHANNEL_READ;
	wait_on(conn);
	return conn;
}

void
conn_admit(struct conn *conn)
{
	if (conn->stage != STAGE_PARKED)
		return;
	conn_set_deadline(conn, conn->setup->service->limits.handshake_ms);
	conn_open_session(conn);
	drive(conn);
}

void
conn_env_go_on(struct conn_env *env)
{
	struct conn *conn = conn_next_turn(env);

	if (!conn)
		return;
	conn_begin(conn);
	drive(conn);
}

void
conn_write(struct conn *conn, struct tls_span data)
{
	if (conn->stage != STAGE_OPEN || data.len == 0)
		return;
	conn_tell_data(conn, TLS_SENT, data);
	conn->depth++;
	/* What can be sent at once need not be copied. */
	while (conn->out.len == 0 && !conn->retry_len && data.len &&
	    conn->stage == STAGE_OPEN) {
		ssize_t done = conn_write_some(conn, data.data, data.len);

		if (done < 0)
			break;
		data.data += done;
		data.len -= (size_t)done;
	}
	if (conn->stage == STAGE_OPEN && data.len)
		buf_add_span(&conn->out, data);
	conn->held_up = conn_queued(conn) > 0;
	conn->depth--;
	if (!conn->depth)
		drive(conn);
}

void
conn_soon(struct conn *conn)
{
	if (conn->stage != STAGE_OPEN)
		return;
	conn->again = true;
	conn->channel->ops->soon(conn->channel);
}

void
conn_close(struct conn *conn)
{
	if (conn->stage >= STAGE_CLOSING)
		return;
	conn_end(conn);
	if (!conn->depth)
		drive(conn);
}

void
conn_abort(struct conn *conn)
{
	conn_go(conn, OUTCOME_CLOSED_HERE);
	if (!conn->depth)
		drive(conn);
}
