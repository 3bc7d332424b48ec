/* conn.c - one connection, from its first byte to its last
 * SPDX-License-Identifier: Apache-2.0
 *
 * One function drives it, `drive`: it goes through the stages until something
 * is to be waited for, and says to the channel what.  Whatever comes from
 * outside (the channel, the application) changes something and drives.
 */
#include "conn/inside.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"

/* Bytes read at once while the hello is awaited. */
#define HELLO_CHUNK	2048

/* Reads of application data in one go, before others have their turn. */
#define READ_BURST	16

/* Bytes queued at which the peer is no longer read: whoever asks for more
 * than he takes has to wait. */
#define QUEUE_HIGH	(256 * 1024)

/* The longest write that is handed to a session at once. */
#define WRITE_CHUNK	(64 * 1024)

/* Milliseconds for a peer to take the rest where no idle limit is set. */
#define FLUSH_MS	30000

/* ---- time ------------------------------------------------------------ */

static uint64_t
now_us(const struct conn *conn)
{
	return conn->env->clock->monotonic_us(conn->env->clock);
}

static void
set_deadline(struct conn *conn, unsigned ms)
{
	conn->deadline_us = ms ? now_us(conn) + (uint64_t)ms * 1000 : 0;
}

/* Milliseconds to the deadline, at least 1; 0: there is none. */
static unsigned
time_left(const struct conn *conn)
{
	uint64_t now;

	if (!conn->deadline_us)
		return 0;
	now = now_us(conn);
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
	event->conn = conn->id;
	event->since_us = now_us(conn) - conn->started_us;
	if (conn->backend)
		event->backend = conn->backend->plug->backend->name;
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
conn_tell_handshake(struct conn *conn, bool again)
{
	struct tls_facts facts;
	struct event event = { .kind = EVENT_HANDSHAKE };

	conn->backend->plug->backend->facts(conn->session, &facts);
	if (again)
		conn->env->shared->renegotiates++;
	else
		conn->env->shared->accepts_good++;
	if (facts.resumed == TLS_YES && !again)
		conn->env->shared->resumed++;
	event.handshake.facts = &facts;
	event.handshake.hello = again ? NULL : conn->hello;
	event.handshake.config = conn->backend->config;
	event.handshake.again = again;
	conn_post(conn, &event);
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
	peek_clear(&conn->peek);
	policy_choice_clear(&conn->choice);
	hello_free(conn->hello);
	buf_wipe(&conn->resumption);
	buf_clear(&conn->out);
	free(conn->watching);
	*conn->link = conn->next;
	if (conn->next)
		conn->next->link = conn->link;
	env->num_conns--;
	free(conn);
	if (env->closed)
		env->closed(env);
}

static void
go(struct conn *conn, enum outcome outcome)
{
	if (conn->stage == STAGE_GONE)
		return;
	conn->outcome = outcome;
	conn->stage = STAGE_GONE;
}

static void
tell_ending(struct conn *conn, bool by_peer)
{
	struct event event = { .kind = EVENT_ENDING, .ending = { by_peer } };

	conn_post(conn, &event);
}

/* Our end is said.  The peer is given some time to read it: closing a socket
 * with bytes unread would throw it away with a reset. */
static void
begin_drain(struct conn *conn)
{
	if (conn->channel->ended || conn->channel->reset) {
		go(conn, conn->outcome);
		return;
	}
	conn->channel->ops->shutdown(conn->channel);
	conn->stage = STAGE_DRAIN;
	if (conn->peer_ended)
		go(conn, conn->outcome);
	else
		set_deadline(conn, conn->env->limits->close_ms);
}

/* Something is beyond repair.  The library's alert is on its way already. */
static void
fail(struct conn *conn, const struct tls_error *err, enum outcome outcome)
{
	tell_failure(conn, err);
	conn->failed = true;
	conn->outcome = outcome;
	tell_ending(conn, false);
	begin_drain(conn);
}

static enum outcome
outcome_of_transport(const struct conn *conn)
{
	if (conn->channel->reset)
		return OUTCOME_RESET;
	return conn->channel->ended ? OUTCOME_TRUNCATED : OUTCOME_FAILED;
}

/* ---- the hello -------------------------------------------------------- */

/* The first label of the server name may be a backend's name. */
static const struct conn_backend *
choose_backend(const struct conn *conn)
{
	const struct conn_env *env = conn->env;
	struct tls_span label = { NULL, 0 };

	if (!env->by_name || !conn->hello)
		return &env->backends[0];
	label = conn->hello->server_name;
	for (size_t i = 0; i < label.len; i++)
		if (label.data[i] == '.')
			label.len = i;
	for (size_t i = 0; i < env->num_backends; i++) {
		const char *name = env->backends[i].plug->backend->name;

		if (strlen(name) == label.len && label.len &&
		    !strncasecmp(name, (const char *)label.data, label.len))
			return &env->backends[i];
	}
	return &env->backends[0];
}

/* Some libraries cannot read a hello in several records, and a transcript
 * does not show the difference: it is handed to them in one. */
static bool
coalesce(struct conn *conn)
{
	struct buf record = BUF_INIT;
	bool done = false;

	if (conn->hello->num_records > 1 &&
	    conn->backend->plug->answers[TLS_FEATURE_HELLO_FRAGMENTS].support
	    != TLS_SUPPORT_FULL && hello_coalesce(conn->hello, &record)) {
		peek_replace(&conn->peek, conn->hello->wire.len,
		    buf_span(&record));
		done = true;
	}
	buf_clear(&record);
	return done;
}

static void
open_session(struct conn *conn)
{
	const struct tls_backend *backend = conn->backend->plug->backend;
	struct tls_error err = TLS_ERROR_INIT;
	struct event event = { .kind = EVENT_CHOICE };

	policy_choose(&conn->choice, conn->backend->config, conn->env->alpn,
	    conn->hello);
	event.choice.choice = &conn->choice.choice;
	event.choice.coalesced = conn->hello && coalesce(conn);
	conn_post(conn, &event);
	conn->session = backend->session_open(conn->backend->server,
	    conn->hello, &conn->choice.choice, &conn->peek.io, &conn->host,
	    &err);
	if (!conn->session) {
		fail(conn, &err, OUTCOME_FAILED);
		return;
	}
	conn->stage = STAGE_HANDSHAKE;
}

static void
tell_opening(struct conn *conn, enum opening opening)
{
	struct event event = { .kind = EVENT_OPENING };

	event.opening.name = opening_name(opening);
	event.opening.bytes = buf_span(&conn->peek.kept);
	if (event.opening.bytes.len > 64)
		event.opening.bytes.len = 64;
	conn_post(conn, &event);
}

/* The first bytes are whole: a hello, or something that never will be. */
static void
meet(struct conn *conn, enum opening opening)
{
	const struct app_ops *app = conn->env->app->ops;
	struct tls_error err = TLS_ERROR_INIT;
	struct event event = { .kind = EVENT_HELLO };

	if (opening == OPENING_HELLO || opening == OPENING_HELLO_SSLV2) {
		conn->hello = hello_new(buf_span(&conn->peek.kept), &err);
		if (!conn->hello)
			opening = OPENING_GARBAGE;
	}
	conn->backend = choose_backend(conn);
	if (conn->watching)
		conn->watching->observer.backend =
		    conn->backend->plug->backend->name;
	if (conn->hello) {
		event.hello.hello = conn->hello;
		conn_post(conn, &event);
	} else {
		tell_opening(conn, opening);
	}
	conn->stage = STAGE_PARKED;
	if (!app->admit || app->admit(conn))
		open_session(conn);
	else
		conn->deadline_us = 0;
}

/* False: nothing more can be done now. */
static bool
read_hello(struct conn *conn)
{
	enum tls_status status;
	enum opening opening;
	struct tls_error err = TLS_ERROR_INIT;

	status = peek_fill(&conn->peek, HELLO_CHUNK);
	if (status == TLS_WANT_READ) {
		conn->read_wants = CHANNEL_READ;
		return false;
	}
	if (status != TLS_OK) {
		err_set(&err, TLS_BLAME_NETWORK, "%s", conn->peek.kept.len ?
		    "the client left in the middle of its hello" :
		    "the client left without a byte");
		fail(conn, &err, outcome_of_transport(conn));
		return true;
	}
	opening = opening_of(buf_span(&conn->peek.kept));
	if (opening != OPENING_MORE)
		meet(conn, opening);
	return true;
}

/* ---- handshake and data ------------------------------------------------ */

static unsigned
wants(enum tls_status status)
{
	return status == TLS_WANT_WRITE ? CHANNEL_WRITE : CHANNEL_READ;
}

static bool
shake_hands(struct conn *conn)
{
	const struct app_ops *app = conn->env->app->ops;
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status;

	status = conn->backend->plug->backend->handshake(conn->session, &err);
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
		conn->read_wants = wants(status);
		return false;
	}
	if (status != TLS_OK) {
		fail(conn, &err, conn->channel->reset || conn->channel->ended ?
		    outcome_of_transport(conn) : OUTCOME_FAILED);
		return true;
	}
	conn->handshake_us = now_us(conn) - conn->started_us;
	conn->opened = true;
	conn->stage = STAGE_OPEN;
	conn->deadline_us = 0;
	conn_tell_handshake(conn, false);
	policy_choice_clear(&conn->choice);
	if (!app->keeps_hello) {
		hello_free(conn->hello);
		conn->hello = NULL;
	}
	if (app->opened)
		app->opened(conn);
	return true;
}

/* Hands `len` bytes to the session; the number taken, or -1 when it is to be
 * tried again or the connection failed. */
static ssize_t
write_some(struct conn *conn, const uint8_t *data, size_t len)
{
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status;
	size_t done = 0;

	if (conn->retry_len)
		len = conn->retry_len;
	else if (len > WRITE_CHUNK)
		len = WRITE_CHUNK;
	status = conn->backend->plug->backend->write(conn->session, data, len,
	    &done, &err);
	if (status == TLS_OK) {
		conn->retry_len = 0;
		conn->write_wants = 0;
		return (ssize_t)done;
	}
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
		conn->retry_len = len;
		conn->write_wants = wants(status);
		return -1;
	}
	fail(conn, &err, conn->channel->reset ? OUTCOME_RESET :
	    OUTCOME_FAILED);
	return -1;
}

/* Sends what is queued; true when all of it is on its way. */
static bool
flush(struct conn *conn)
{
	bool some = conn->out_next < conn->out.len;

	while (conn->out_next < conn->out.len) {
		ssize_t done = write_some(conn,
		    conn->out.data + conn->out_next,
		    conn->out.len - conn->out_next);

		if (done < 0)
			return false;
		conn->out_next += (size_t)done;
	}
	conn->out_next = 0;
	if (some)
		buf_clear(&conn->out);
	return true;
}

static void
tell_data(struct conn *conn, enum tls_direction direction,
    struct tls_span bytes)
{
	struct event event = {
		.kind = EVENT_DATA, .data = { direction, bytes },
	};

	conn_post(conn, &event);
}

/* Reads once; false when there is nothing more now. */
static bool
read_data(struct conn *conn)
{
	const struct app_ops *app = conn->env->app->ops;
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_span data = { conn->env->scratch, 0 };
	enum tls_status status;

	status = conn->backend->plug->backend->read(conn->session,
	    conn->env->scratch, CONN_SCRATCH, &data.len, &err);
	switch (status) {
	case TLS_OK:
		conn->read_wants = 0;
		if (conn->stage == STAGE_OPEN) {
			tell_data(conn, TLS_RECEIVED, data);
			if (app->received)
				app->received(conn, data);
		}
		return true;
	case TLS_WANT_READ:
	case TLS_WANT_WRITE:
		conn->read_wants = wants(status);
		return false;
	case TLS_CLOSED:
		conn->peer_ended = true;
		conn->read_wants = 0;
		if (conn->stage == STAGE_DRAIN) {
			go(conn, conn->outcome == OUTCOME_CLOSED_HERE ?
			    OUTCOME_CLEAN : conn->outcome);
			return true;
		}
		conn->outcome = OUTCOME_CLEAN;
		if (conn->stage == STAGE_OPEN && !conn->told_end) {
			conn->told_end = true;
			tell_ending(conn, true);
			if (app->ended)
				app->ended(conn);
			else
				conn_close(conn);
		}
		return false;
	default:
		if (conn->stage == STAGE_DRAIN) {
			conn->failed = true;
			go(conn, conn->channel->reset ? OUTCOME_RESET :
			    conn->channel->ended &&
			    conn->outcome == OUTCOME_CLOSED_HERE ?
			    OUTCOME_TRUNCATED : conn->outcome);
			return true;
		}
		fail(conn, &err, outcome_of_transport(conn));
		return true;
	}
}

/* Application data both ways, until there is something to wait for. */
static bool
converse(struct conn *conn)
{
	const struct app_ops *app = conn->env->app->ops;
	unsigned burst = 0;
	bool had = conn->out.len > 0 || conn->again;

	conn->again = false;
	if (!flush(conn))
		return conn->stage != STAGE_OPEN;
	if (had && app->drained) {
		app->drained(conn);
		if (conn->stage != STAGE_OPEN || conn->out.len)
			return true;
	}
	if (conn->peer_ended)
		return false;
	while (conn->stage == STAGE_OPEN && conn_queued(conn) < QUEUE_HIGH) {
		if (!read_data(conn))
			return conn->stage != STAGE_OPEN ||
			    (conn->out.len > 0 && !conn->write_wants);
		if (conn->out.len > 0 && !conn->write_wants && !flush(conn) &&
		    conn->stage == STAGE_OPEN)
			continue;
		if (++burst == READ_BURST) {
			conn->channel->ops->soon(conn->channel);
			return false;
		}
	}
	return conn->stage != STAGE_OPEN;
}

static bool
say_goodbye(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status;

	if (!flush(conn))
		return conn->stage != STAGE_CLOSING;
	status = conn->backend->plug->backend->goodbye(conn->session, &err);
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
		conn->write_wants = wants(status);
		return false;
	}
	begin_drain(conn);
	return true;
}

/* Reads on until the peer's end: through the session, which knows a
 * close_notify, or below it where that is of no more use. */
static bool
drain(struct conn *conn)
{
	struct tls_io *io = &conn->peek.io;
	enum tls_status status = TLS_OK;
	size_t done;

	for (unsigned i = 0; i < READ_BURST; i++) {
		if (conn->session && !conn->failed) {
			if (!read_data(conn)) {
				/* An answer of its own cannot be sent. */
				conn->read_wants = CHANNEL_READ;
				return false;
			}
			if (conn->stage == STAGE_GONE)
				return true;
			continue;
		}
		status = io->ops->read(io, conn->env->scratch, CONN_SCRATCH,
		    &done);
		if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
			conn->read_wants = CHANNEL_READ;
			return false;
		}
		if (status != TLS_OK) {
			go(conn, conn->outcome);
			return true;
		}
	}
	conn->channel->ops->soon(conn->channel);
	return false;
}

/* ---- driving ----------------------------------------------------------- */

static bool
step(struct conn *conn)
{
	switch (conn->stage) {
	case STAGE_HELLO:
		return read_hello(conn);
	case STAGE_HANDSHAKE:
		return shake_hands(conn);
	case STAGE_OPEN:
		return converse(conn);
	case STAGE_CLOSING:
		return say_goodbye(conn);
	case STAGE_DRAIN:
		return drain(conn);
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
	case STAGE_OPEN:
		ms = limits->idle_ms;
		if (conn_queued(conn) >= QUEUE_HIGH || conn->peer_ended)
			what = conn->write_wants;
		break;
	case STAGE_CLOSING:
		what = conn->write_wants;
		ms = limits->idle_ms ? limits->idle_ms : FLUSH_MS;
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

static void
drive(struct conn *conn)
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
	case STAGE_HANDSHAKE:
		err_set(&err, TLS_BLAME_NETWORK, "no whole %s within %u ms "
		    "(-handshake_timeout)", conn->stage == STAGE_HELLO ?
		    "ClientHello" : "handshake", limits->handshake_ms);
		fail(conn, &err, OUTCOME_TIMEOUT);
		break;
	case STAGE_OPEN:
		conn_close(conn);
		conn->outcome = OUTCOME_TIMEOUT;
		break;
	case STAGE_CLOSING:
		go(conn, OUTCOME_TIMEOUT);
		break;
	case STAGE_DRAIN:
		go(conn, conn->outcome);
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
	drive(conn);
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

static struct tls_io *
watch(struct conn *conn)
{
	struct watching *watching;

	if (!conn->env->watched)
		return &conn->channel->io;
	watching = mem_zero(1, sizeof *watching);
	watching->watcher.saw = saw;
	observer_init(&watching->observer, conn->env->bus, conn->id, NULL);
	recorder_init(&watching->recorder, &conn->channel->io,
	    &watching->watcher);
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
	conn->id = ++env->shared->last_id;
	conn->next = env->conns;
	conn->link = &env->conns;
	if (conn->next)
		conn->next->link = &conn->next;
	env->conns = conn;
	env->num_conns++;
	conn->stage = STAGE_HELLO;
	conn->outcome = OUTCOME_FAILED;
	conn->started_us = now_us(conn);
	snprintf(conn->peer, sizeof conn->peer,
	    strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
	env->shared->accepts++;
	channel->ready = channel_ready;
	channel->user = conn;
	peek_init(&conn->peek, watch(conn));
	set_deadline(conn, env->limits->handshake_ms);
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
	set_deadline(conn, conn->env->limits->handshake_ms);
	open_session(conn);
	drive(conn);
}

void
conn_write(struct conn *conn, struct tls_span data)
{
	if (conn->stage != STAGE_OPEN || data.len == 0)
		return;
	tell_data(conn, TLS_SENT, data);
	conn->inside++;
	/* What goes at once need not be copied. */
	while (conn->out.len == 0 && !conn->retry_len && data.len &&
	    conn->stage == STAGE_OPEN) {
		ssize_t done = write_some(conn, data.data, data.len);

		if (done < 0)
			break;
		data.data += done;
		data.len -= (size_t)done;
	}
	if (conn->stage == STAGE_OPEN && data.len)
		buf_add_span(&conn->out, data);
	conn->inside--;
	if (!conn->inside)
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
		tell_ending(conn, false);
	if (conn->outcome != OUTCOME_CLEAN)
		conn->outcome = OUTCOME_CLOSED_HERE;
	if (conn->stage == STAGE_OPEN) {
		conn->stage = STAGE_CLOSING;
		conn->write_wants = 0;
	} else {
		go(conn, OUTCOME_CLOSED_HERE);
	}
	if (!conn->inside)
		drive(conn);
}

void
conn_abort(struct conn *conn)
{
	go(conn, OUTCOME_CLOSED_HERE);
	if (!conn->inside)
		drive(conn);
}
