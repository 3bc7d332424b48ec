/* conn.c - one connection, from its first byte to its last
 * SPDX-License-Identifier: Apache-2.0
 *
 * One function, `conn_drive`, goes through the stages until something is to be
 * waited for, and says to the channel what.  Whatever comes from outside (the
 * channel, the application) changes something and drives.
 */
#include "conn/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

/* Milliseconds for a peer to take the rest where no idle limit is set. */
#define FLUSH_MS	30000

/* ---- time ------------------------------------------------------------ */

uint64_t
conn_now_us(const struct conn *conn)
{
	return conn->env->clock->monotonic_us(conn->env->clock);
}

void
conn_set_deadline(struct conn *conn, unsigned ms)
{
	conn->deadline_us = ms ? conn_now_us(conn) + (uint64_t)ms * 1000 : 0;
}

/* Milliseconds to the deadline, at least 1; 0: there is none. */
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

/* ---- telling ---------------------------------------------------------- */

void
conn_post(struct conn *conn, struct event *event)
{
	struct bus *bus = conn->env->bus;

	if (!bus_wants(bus, event->kind))
		return;
	event->from = conn->origin;
	bus_post(bus, event);
}

static void
tell_failure(struct conn *conn, const struct tls_error *err)
{
	struct event event = {
		.kind = EVENT_FAILED,
		.failed = { err, !conn->opened, conn->verify_error },
	};

	conn_post(conn, &event);
}

void
conn_tell_blocked(struct conn *conn, enum step_blocked step)
{
	struct event event = { .kind = EVENT_BLOCKED, .blocked = { step } };

	if (conn->env->tells_blocks)
		conn_post(conn, &event);
}

void
conn_tell_handshake(struct conn *conn, bool again)
{
	struct tls_facts facts;
	struct event event = { .kind = EVENT_HANDSHAKE };

	conn->backend->plug->backend->facts(conn->session, &facts);
	conn_count_handshake(conn, &facts, again);
	event.handshake.facts = &facts;
	event.handshake.hello = again ? NULL : conn->hello;
	event.handshake.config = conn->server->config;
	event.handshake.libraries = conn->env->libraries;
	event.handshake.verify_error = conn->verify_error;
	event.handshake.npn_by_alpn = conn->backend->npn_by_alpn;
	event.handshake.again = again;
	conn_post(conn, &event);
	if (conn->env->verify.strict && conn->verify_error)
		bus_note(conn->env->bus, &conn->origin, "accepted although "
		    "invalid: verify error %d", conn->verify_error);
	if (again && conn->env->app->ops->changed)
		conn->env->app->ops->changed(conn);
}

/* ---- ending ----------------------------------------------------------- */

static void
free_conn(struct conn *conn)
{
	struct conn_env *env = conn->env;
	struct event event = {
		.kind = EVENT_CLOSED,
		.closed = { conn->outcome, conn->channel->received,
		    conn->channel->sent },
	};

	if (env->app->ops->closed)
		env->app->ops->closed(conn);
	conn_post(conn, &event);
	if (conn->session)
		conn->backend->plug->backend->session_close(conn->session);
	conn->channel->ops->close(conn->channel);
	status_ask_free(conn->asking);
	peek_clear(&conn->peek);
	policy_choice_clear(&conn->choice);
	hello_free(conn->hello);
	free((uint8_t *)conn->hello_wire.data);
	buf_wipe(&conn->resumption);
	buf_clear(&conn->out);
	free(conn->watching);
	free(conn->stutter);
	*conn->link = conn->next;
	if (conn->next)
		conn->next->link = conn->link;
	env->num_conns--;
	free(conn);
	if (env->closed)
		env->closed(env);
}

void
conn_go(struct conn *conn, enum outcome outcome)
{
	if (conn->stage == STAGE_GONE)
		return;
	conn->outcome = outcome;
	conn->stage = STAGE_GONE;
}

void
conn_tell_ending(struct conn *conn, bool by_peer)
{
	struct event event = { .kind = EVENT_ENDING, .ending = { by_peer } };

	conn_post(conn, &event);
}

/* Our end is said.  The peer is given some time to read it: closing a socket
 * with bytes unread would throw it away with a reset. */
void
conn_begin_drain(struct conn *conn)
{
	if (conn->peer_ended || conn->channel->ended ||
	    conn->channel->reset) {
		conn_go(conn, conn->outcome);
		return;
	}
	conn->stage = STAGE_DRAIN;
	conn_set_deadline(conn, conn->env->limits->close_ms);
	conn->channel->ops->shutdown(conn->channel);
}

/* Something is beyond repair.  The library's alert may be still on its way. */
void
conn_fail(struct conn *conn, const struct tls_error *err, enum outcome outcome)
{
	tell_failure(conn, err);
	conn->failed = true;
	conn->outcome = outcome;
	conn_tell_ending(conn, false);
	if (!conn->session || conn->peer_ended || conn->channel->ended ||
	    conn->channel->reset) {
		conn_begin_drain(conn);
		return;
	}
	buf_clear(&conn->out);
	conn->out_next = 0;
	conn->retry_len = 0;
	conn->write_wants = 0;
	conn->stage = STAGE_CLOSING;
}

enum outcome
conn_outcome(const struct conn *conn)
{
	if (conn->channel->reset)
		return OUTCOME_RESET;
	return conn->channel->ended ? OUTCOME_TRUNCATED : OUTCOME_FAILED;
}

/* ---- driving ----------------------------------------------------------- */

static bool
step(struct conn *conn)
{
	switch (conn->stage) {
	case STAGE_HELLO:
		return conn_read_hello(conn);
	case STAGE_HANDSHAKE:
		return conn_shake_hands(conn);
	case STAGE_OPEN:
		return conn_converse(conn);
	case STAGE_CLOSING:
		return conn_say_goodbye(conn);
	case STAGE_DRAIN:
		return conn_drain(conn);
	default:
		return false;
	}
}

/* What to wait for, and how long. */
static void
wait_on(struct conn *conn)
{
	const struct settings_limits *limits = conn->env->limits;
	unsigned what = conn->read_wants | conn->write_wants;
	unsigned ms = 0;

	switch (conn->stage) {
	case STAGE_PARKED:
		what = 0;
		break;
	case STAGE_STATUS:
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
		ms = conn->failed ? limits->close_ms : limits->idle_ms ?
		    limits->idle_ms : FLUSH_MS;
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

void
conn_drive(struct conn *conn)
{
	if (conn->inside++ == 0) {
		while (step(conn))
			;
		if (conn->stage != STAGE_GONE)
			wait_on(conn);
	}
	if (--conn->inside == 0 && conn->stage == STAGE_GONE)
		free_conn(conn);
}

static void
time_is_over(struct conn *conn)
{
	const struct settings_limits *limits = conn->env->limits;
	struct tls_error err = TLS_ERROR_INIT;

	switch (conn->stage) {
	case STAGE_HELLO:
	case STAGE_STATUS:
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
channel_ready(struct channel *channel, unsigned what)
{
	struct conn *conn = channel->user;

	if (what & CHANNEL_TIMEOUT && !(what & ~CHANNEL_TIMEOUT))
		time_is_over(conn);
	if (what & CHANNEL_READ)
		conn->woken = true;
	conn_drive(conn);
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
		if (bus_wants(env->bus, rows[i].kind))
			env->host_wants |= rows[i].wants;
	env->watched = observer_wanted(env->bus);
	env->scratch = mem_alloc(CONN_SCRATCH);
}

void
conn_env_close_all(struct conn_env *env)
{
	struct conn *conn = env->conns;

	/* Closing one may end others: begin anew each time. */
	while (conn) {
		if (conn->stage < STAGE_CLOSING) {
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
}

static void
saw(struct watcher *watcher, const struct passage *passage)
{
	struct watching *watching = (struct watching *)watcher;

	observer_bytes(&watching->observer, passage->direction,
	    passage->asked, passage->status, passage->bytes);
}

/* What stands between the socket and the peek, from below. */
static struct tls_io *
stack(struct conn *conn)
{
	struct watching *watching;
	struct tls_io *io = &conn->channel->io;

	if (conn->env->stutters) {
		conn->stutter = mem_zero(1, sizeof *conn->stutter);
		stutter_init(conn->stutter, io,
		    conn->origin.conn ^ conn->origin.begun_us);
		io = &conn->stutter->io;
	}
	if (!conn->env->watched)
		return io;
	watching = mem_zero(1, sizeof *watching);
	watching->watcher.saw = saw;
	observer_init(&watching->observer, conn->env->bus,
	    &conn->origin);
	recorder_init(&watching->recorder, io, &watching->watcher);
	conn->watching = watching;
	return &watching->recorder.io;
}

struct conn *
conn_new(struct conn_env *env, struct channel *channel, const char *host,
    unsigned port)
{
	struct conn *conn = mem_zero(1, sizeof *conn);
	struct event event = {
		.kind = EVENT_ACCEPTED, .accepted = { host, port },
	};

	conn->host.ops = &conn_host_ops;
	conn->host.wants = env->host_wants;
	conn->env = env;
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
	/* A socket file's client has no port. */
	snprintf(conn->peer, sizeof conn->peer, port == 0 ? "%s" :
	    strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
	env->shared->accepts++;
	channel->ready = channel_ready;
	channel->user = conn;
	peek_init(&conn->peek, stack(conn));
	conn_set_deadline(conn, env->limits->handshake_ms);
	conn_post(conn, &event);
	conn->read_wants = CHANNEL_READ;
	wait_on(conn);
	return conn;
}

void
conn_admit(struct conn *conn)
{
	if (conn->stage != STAGE_PARKED)
		return;
	conn_set_deadline(conn, conn->env->limits->handshake_ms);
	conn_open_session(conn);
	conn_drive(conn);
}

void
conn_write(struct conn *conn, struct tls_span data)
{
	if (conn->stage != STAGE_OPEN || data.len == 0)
		return;
	conn_tell_data(conn, TLS_SENT, data);
	conn->inside++;
	/* What goes at once need not be copied. */
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
	conn->inside--;
	if (!conn->inside)
		conn_drive(conn);
}

void
conn_soon(struct conn *conn)
{
	if (conn->stage != STAGE_OPEN)
		return;
	conn->again = true;
	conn->channel->ops->soon(conn->channel);
}

size_t
conn_queued(const struct conn *conn)
{
	return conn->out.len - conn->out_next;
}

void
conn_close(struct conn *conn)
{
	if (conn->stage >= STAGE_CLOSING)
		return;
	if (!conn->peer_ended)
		conn_tell_ending(conn, false);
	if (conn->outcome != OUTCOME_CLEAN)
		conn->outcome = OUTCOME_CLOSED_HERE;
	if (conn->stage == STAGE_OPEN) {
		conn->stage = STAGE_CLOSING;
		conn->write_wants = 0;
	} else {
		conn_go(conn, OUTCOME_CLOSED_HERE);
	}
	if (!conn->inside)
		conn_drive(conn);
}

void
conn_abort(struct conn *conn)
{
	conn_go(conn, OUTCOME_CLOSED_HERE);
	if (!conn->inside)
		conn_drive(conn);
}
