/* talk.c - handshake, application data both ways, and closing
 * SPDX-License-Identifier: Apache-2.0
 *
 * Each function makes one step and returns false if it can only wait: for what,
 * `read_wants` and `write_wants` say.
 */
#include "conn/internal.h"

#include "base/err.h"

/* Reads of application data in a row before other connections get their
 * turn. */
#define READ_BURST	16

/* The most plaintext in one record (RFC 8446, 5.1). */
#define RECORD_LEN	16384

/* The longest write that is passed to a session at once. */
#define WRITE_CHUNK	(64 * 1024)

static unsigned
wants(enum tls_status status)
{
	return status == TLS_WANT_WRITE ? CHANNEL_WRITE : CHANNEL_READ;
}

/* A parsed hello takes several times its size on the wire, and is rarely looked
 * at again. */
static void
keep_hello_wire(struct conn *conn)
{
	if (conn->hello && conn->env->app->ops->keeps_hello) {
		struct tls_span wire = conn->hello->num_records > 0 ?
		    conn->hello->wire : conn->hello->message;

		conn->hello_wire = (struct tls_span){
		    mem_copy(wire.data, wire.len), wire.len };
	}
	if (conn->hello_wire.len) {
		hello_free(conn->hello);
		conn->hello = NULL;
	} else {
		conn_free_hello(conn);
	}
}

/* The library's part of the handshake, and sending what it wrote. */
static enum tls_status
shake(struct conn *conn, struct tls_error *err)
{
	enum tls_status status = TLS_OK;

	conn->write_wants = 0;
	if (!conn->handshake_done) {
		status = conn->backend->plug->backend->handshake(conn->session,
		    err);
		conn->handshake_done = status == TLS_OK;
	}
	/* What a TLS 1.3 server writes after the client's Finished are tickets,
	 * which can wait for more data.  And a client that has closed by then
	 * may have said all that it wanted to. */
	if (status != TLS_OK || (!conn->watching &&
	    conn->choice.version == TLS_VERSION_1_3))
		return status;
	status = gather_send(&conn->gather);
	if (status == TLS_FAILED &&
	    conn->choice.version == TLS_VERSION_1_3)
		return TLS_OK;
	if (status == TLS_FAILED)
		err_set(err, TLS_BLAME_NETWORK, "the connection broke");
	return status;
}

bool
conn_do_handshake(struct conn *conn)
{
	const struct app_ops *app = conn->env->app->ops;
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status = shake(conn, &err);

	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
		conn_tell_blocked(conn, BLOCKED_HANDSHAKE);
		conn->read_wants = wants(status);
		return false;
	}
	conn_end_staples(conn);
	if (conn->guard && conn->guard->shut) {
		conn_refuse(conn, ALERT_DECODE_ERROR, TLS_BLAME_PEER,
		    "what the client sent was not read as a ClientHello, but "
		    "the library would go on with it");
		return true;
	}
	if (status != TLS_OK) {
		conn_fail(conn, &err, conn_outcome(conn));
		return true;
	}
	conn_mark(conn, FAULT_AT_HANDSHAKE);
	conn->woken = false;
	conn->handshake_us = conn_now_us(conn) - conn->origin.begun_us;
	conn->opened = true;
	conn->stage = STAGE_OPEN;
	conn->deadline_us = 0;
	conn_tell_handshake(conn, false);
	conn_drop_choice(conn);
	keep_hello_wire(conn);
	if (app->opened)
		app->opened(conn);
	return true;
}

/* Sends what the library wrote: if there is a record's worth of it, if `all`
 * has to be sent, or if the transport is watched, where each record is to be
 * seen when it is written.  TLS_WANT_WRITE: there is no room for more. */
static enum tls_status
make_room(struct conn *conn, bool all, struct tls_error *err)
{
	enum tls_status status = TLS_OK;

	if (all || conn->watching || conn->gather.blocked ||
	    gather_unsent(&conn->gather) >= RECORD_LEN)
		status = gather_send(&conn->gather);
	conn->write_wants = status == TLS_WANT_WRITE ? CHANNEL_WRITE : 0;
	if (status == TLS_FAILED)
		err_set(err, TLS_BLAME_NETWORK, "the connection broke");
	return status;
}

/* One call of the library, which writes one record. */
static enum tls_status
write_record(struct conn *conn, const uint8_t *data, size_t len, size_t *done,
    struct tls_error *err)
{
	const struct channel_ops *ops = conn->channel->ops;
	enum tls_status status;
	bool more = len > RECORD_LEN;

	if (more)
		ops->more(conn->channel, true);
	conn->gather.direct = true;
	status = conn->backend->plug->backend->write(conn->session, data, len,
	    done, err);
	conn->gather.direct = false;
	if (conn->watching)
		gather_send(&conn->gather);
	if (more)
		ops->more(conn->channel, false);
	return status;
}

ssize_t
conn_write_some(struct conn *conn, const uint8_t *data, size_t len)
{
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status = make_room(conn, false, &err);
	size_t done = 0;

	if (conn->retry_len)
		len = conn->retry_len;
	else if (len > WRITE_CHUNK)
		len = WRITE_CHUNK;
	if (status == TLS_OK)
		status = write_record(conn, data, len, &done, &err);
	if (status == TLS_OK) {
		conn->retry_len = 0;
		return (ssize_t)done;
	}
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
		conn_tell_blocked(conn, BLOCKED_WRITE);
		conn->retry_len = len;
		conn->write_wants = wants(status);
		return -1;
	}
	conn_fail(conn, &err, conn_outcome(conn));
	return -1;
}

/* Sends what is queued; true if all of it has been sent. */
static bool
flush(struct conn *conn)
{
	bool some = conn->out_next < conn->out.len;
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status;

	while (conn->out_next < conn->out.len) {
		ssize_t done = conn_write_some(conn,
		    conn->out.data + conn->out_next,
		    conn->out.len - conn->out_next);

		if (done < 0)
			return false;
		conn->out_next += (size_t)done;
	}
	conn->out_next = 0;
	if (some)
		buf_clear(&conn->out);
	status = make_room(conn, some, &err);
	if (status == TLS_WANT_WRITE)
		conn_tell_blocked(conn, BLOCKED_WRITE);
	else if (status == TLS_FAILED)
		conn_fail(conn, &err, conn_outcome(conn));
	return status == TLS_OK;
}

/* Reads once; false if there is nothing more now. */
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
		conn->heard = true;
		conn->read_wants = 0;
		conn->woken = false;
		if (conn->stage == STAGE_OPEN) {
			conn_mark(conn, FAULT_AT_REQUEST);
			conn_tell_data(conn, TLS_RECEIVED, data);
			if (app->received)
				app->received(conn, data);
		}
		return true;
	case TLS_WANT_READ:
	case TLS_WANT_WRITE:
		if (conn->woken && conn->stage == STAGE_OPEN)
			conn_tell_blocked(conn, BLOCKED_READ);
		conn->woken = false;
		conn->read_wants = wants(status);
		return false;
	case TLS_CLOSED:
		conn->peer_ended = true;
		conn->read_wants = 0;
		if (conn->stage == STAGE_DRAIN) {
			conn_go(conn, conn->outcome == OUTCOME_CLOSED_HERE ?
			    OUTCOME_CLEAN : conn->outcome);
			return true;
		}
		conn->outcome = OUTCOME_CLEAN;
		if (conn->stage == STAGE_OPEN && !conn->told_end) {
			conn->told_end = true;
			conn_tell_ending(conn, true);
			if (app->ended)
				app->ended(conn);
			else
				conn_end(conn);
		}
		return false;
	default:
		if (conn->stage == STAGE_DRAIN) {
			struct channel_state state =
			    channel_state(conn->channel);

			conn->failed = true;
			conn_go(conn, state.reset ? OUTCOME_RESET :
			    state.ended &&
			    conn->outcome == OUTCOME_CLOSED_HERE ?
			    OUTCOME_TRUNCATED : conn->outcome);
			return true;
		}
		conn_fail(conn, &err, conn_outcome(conn));
		return true;
	}
}

/* False if the connection failed. */
static bool
request_again(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;

	if (conn_request(conn, conn->requested, &err) != TLS_FAILED)
		return true;
	conn_fail(conn, &err, conn_outcome(conn));
	return false;
}

/* Application data both ways, until there is something to wait for. */
bool
conn_exchange_data(struct conn *conn)
{
	const struct app_ops *app = conn->env->app->ops;
	unsigned burst = 0;
	bool had = conn->held_up || conn->again;

	conn->again = false;
	if (!conn->out.len)
		conn->write_wants = 0;
	if (conn->requested && !request_again(conn))
		return true;
	if (!flush(conn))
		return conn->stage != STAGE_OPEN;
	conn->held_up = false;
	if (had && app->drained) {
		app->drained(conn);
		if (conn->stage != STAGE_OPEN || conn_queued(conn))
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

bool
conn_send_close_notify(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status;

	if (!conn->failed && !flush(conn))
		return conn->stage != STAGE_CLOSING || conn->failed;
	if (!conn->failed)
		conn_mark(conn, FAULT_AT_CLOSE_NOTIFY);
	status = conn->backend->plug->backend->goodbye(conn->session, &err);
	if (status == TLS_OK)
		status = gather_send(&conn->gather);
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
		conn->write_wants = wants(status);
		return false;
	}
	conn_begin_drain(conn);
	return true;
}

/* Reads until the peer's end: through the session, which knows close_notify, or
 * below it if the session has failed. */
bool
conn_drain(struct conn *conn)
{
	struct tls_io *io = &conn->gather.io;
	enum tls_status status = TLS_OK;
	size_t done;

	for (unsigned i = 0; i < READ_BURST; i++) {
		if (conn->session && !conn->failed) {
			if (!read_data(conn)) {
				/* An answer of the library cannot be sent any
				 * more. */
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
			conn_go(conn, conn->outcome);
			return true;
		}
	}
	conn->channel->ops->soon(conn->channel);
	return false;
}
