/* meet.c - a connection's first bytes, and what is decided from them
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn/internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "policy/corrections.h"

/* Bytes that are read ahead from a client that waits for its turn, its hello
 * included.  Of one that sends more, nothing is read until then. */
#define MOST_PARKED	(64 * 1024)

/* A hello of more bytes than this, with the headers of its records, is large:
 * what all connections together hold of large hellos is limited, so that many
 * clients cannot take the memory that each of them may.  Parsing and the
 * library take up to four times as much for as long as the handshake lasts. */
#define LARGE_HELLO		(16 * 1024)
#define LARGE_HELLO_BUDGET	((size_t)32 * 1024 * 1024)

static bool
same_name(const char *ours, struct tls_span theirs)
{
	return strlen(ours) == theirs.len && theirs.len &&
	    !strncasecmp(ours, (const char *)theirs.data, theirs.len);
}

/* Chooses backend and server by the server name of the client: its first label
 * may be the name of a backend, and all of it that of a server. */
static void
choose_server(struct conn *conn)
{
	const struct service *service = conn->setup->service;
	struct tls_span name = { NULL, 0 }, label;

	if (conn->hello)
		name = conn->hello->server_name;
	label = name;
	for (size_t i = 0; i < label.len; i++)
		if (label.data[i] == '.')
			label.len = i;
	conn->backend = &service->backends[0];
	for (size_t i = 0; service->by_name && i < service->num_backends; i++)
		if (same_name(service->backends[i].plug->backend->name,
		    label)) {
			conn->backend = &service->backends[i];
			conn->named = true;
		}
	conn->server = &conn->backend->servers[0];
	for (size_t i = 1; i < conn->backend->num_servers; i++)
		if (same_name(conn->backend->servers[i].name, name)) {
			conn->server = &conn->backend->servers[i];
			conn->named = true;
			return;
		}
}

/* Whether the client asks for a name that chooses nothing, though there are
 * names to choose by. */
static bool
has_unknown_name(const struct conn *conn)
{
	return conn->backend->num_servers > 1 && !conn->named && conn->hello &&
	    conn->hello->server_name.len;
}

/* Whether it is refused for that; `err` is then filled. */
static bool
refuses_name(const struct conn *conn, struct tls_error *err)
{
	if (!has_unknown_name(conn) || !conn->setup->service->name_fatal)
		return false;
	err_set(err, TLS_BLAME_PEER,
	    "no -servername is the name that the client asks for, and "
	    "-servername_fatal is given");
	err->alert_sent = ALERT_UNRECOGNIZED_NAME;
	return true;
}

/* Does what the reference does with such a name.  False if the client is
 * refused. */
static bool
accept_name(struct conn *conn)
{
	uint16_t version = conn->choice.version;
	struct tls_error err = TLS_ERROR_INIT;

	if (!has_unknown_name(conn))
		return true;
	if (refuses_name(conn, &err))
		return conn_refuse(conn, (uint8_t)err.alert_sent, err.blame,
		    err.text);
	/* TLS 1.3 has no warnings. */
	if (version && version < TLS_VERSION_1_3)
		conn_send_alert(conn, 1, ALERT_UNRECOGNIZED_NAME);
	return true;
}

/* Some libraries cannot read a hello in several records.  They get it in one;
 * the transcript is the same. */
static bool
coalesce(struct conn *conn)
{
	struct buf record = BUF_INIT;
	bool done = false;

	if (policy_corrects(conn->server->config.native,
	    POLICY_JOINED_HELLO) && conn->hello->num_records > 1 &&
	    plug_answer(conn->backend->plug, TLS_FEATURE_HELLO_FRAGMENTS)
	    .support != TLS_SUPPORT_FULL &&
	    hello_coalesce(conn->hello, &record)) {
		gather_replace(&conn->gather, conn->hello->wire.len,
		    buf_span(&record));
		done = true;
	}
	buf_clear(&record);
	return done;
}

void
conn_begin(struct conn *conn)
{
	const struct tls_backend *backend = conn->backend->plug->backend;
	struct tls_error err = TLS_ERROR_INIT;

	/* What it sends is told if it is refused. */
	if (conn->server->config.peer_certificate != TLS_PEER_NONE)
		conn->host.wants |= TLS_WANTS_MESSAGES;
	conn->session = backend->session_open(
	    conn->setup->servers[conn->server->number],
	    conn->hello, &conn->choice.choice,
	    conn->hello ? &conn->gather.io : conn_guard(conn), &conn->host,
	    &err);
	if (!conn->session) {
		conn_send_alert(conn, 2, ALERT_INTERNAL_ERROR);
		err.alert_sent = ALERT_INTERNAL_ERROR;
		conn_fail(conn, &err, OUTCOME_FAILED);
		return;
	}
	conn->stage = STAGE_HANDSHAKE;
}

static void
begin_in_turn(struct conn *conn)
{
	if (conn_take_turn(conn))
		conn_begin(conn);
}

void
conn_open_session(struct conn *conn)
{
	policy_choose(&conn->choice, &conn->server->config,
	    &conn->backend->alpn, conn->hello);
	conn_tell_choice(conn, conn->hello && coalesce(conn));
	if (accept_name(conn) && conn_seek_staples(conn))
		begin_in_turn(conn);
}

bool
conn_await_staples(struct conn *conn)
{
	if (!conn_has_staples(conn))
		return conn->stage != STAGE_STAPLE;
	begin_in_turn(conn);
	return true;
}

static void
tell_opening(struct conn *conn, enum opening opening)
{
	struct event event = { .kind = EVENT_OPENING };

	event.opening.name = opening_name(opening);
	event.opening.bytes = gather_ahead(&conn->gather);
	if (event.opening.bytes.len > 64)
		event.opening.bytes.len = 64;
	conn_post(conn, &event);
}

/* Nothing is decided for a hello that cannot be decoded, so no library sees
 * it.  True if the client was refused. */
static bool
refuse_hello(struct conn *conn, enum opening opening, struct tls_error *err)
{
	if (opening == OPENING_OVERSIZED) {
		err_set(err, TLS_BLAME_PEER, "a ClientHello has at most %d "
		    "bytes, and this one announces more", HELLO_MAX_LEN);
		err->alert_sent = ALERT_DECODE_ERROR;
	} else if (opening != OPENING_MALFORMED) {
		return false;
	}
	conn_cast_shadow(conn, err);
	conn_refuse(conn, (uint8_t)err->alert_sent, err->blame, err->text);
	return true;
}

/* The first bytes are complete: a hello, or something that cannot become
 * one. */
static void
meet(struct conn *conn, enum opening opening)
{
	const struct app_ops *app = conn->env->app->ops;
	struct tls_error err = TLS_ERROR_INIT;
	struct event event = { .kind = EVENT_HELLO };

	if (opening == OPENING_HELLO || opening == OPENING_HELLO_SSLV2) {
		conn->hello = hello_new(gather_ahead(&conn->gather), &err);
		if (!conn->hello)
			opening = OPENING_MALFORMED;
	}
	conn->opening = opening;
	choose_server(conn);
	conn->origin.backend = conn->backend->plug->backend->name;
	if (conn->hello) {
		event.hello.hello = conn->hello;
		conn_post(conn, &event);
	} else {
		tell_opening(conn, opening);
	}
	if (conn->hello)
		conn_mark(conn, FAULT_AT_CLIENT_HELLO);
	if (refuse_hello(conn, opening, &err))
		return;
	if (conn->env->shadow && conn->hello)
		conn_cast_shadow(conn, refuses_name(conn, &err) ? &err : NULL);
	conn->stage = STAGE_PARKED;
	if (!app->admit || app->admit(conn))
		conn_open_session(conn);
	else
		conn->deadline_us = 0;
}

/* Takes what has come of a large hello out of what is left for all.  False if
 * that is not enough. */
static bool
claim(struct conn *conn)
{
	_Atomic size_t *all = &conn->env->shared->hello_bytes;
	size_t len = gather_ahead(&conn->gather).len, more;

	if (len <= LARGE_HELLO)
		return true;
	more = len - conn->hello_claim;
	if (atomic_fetch_add(all, more) + more > LARGE_HELLO_BUDGET) {
		atomic_fetch_sub(all, more);
		return false;
	}
	conn->hello_claim = len;
	return true;
}

void
conn_free_hello(struct conn *conn)
{
	hello_free(conn->hello);
	conn->hello = NULL;
	free((uint8_t *)conn->hello_wire.data);
	conn->hello_wire = (struct tls_span){ NULL, 0 };
	/* Ordinary hellos have claimed nothing; workers share the number. */
	if (conn->hello_claim)
		atomic_fetch_sub(&conn->env->shared->hello_bytes,
		    conn->hello_claim);
	conn->hello_claim = 0;
}

/* False if nothing more can be done now. */
bool
conn_read_hello(struct conn *conn)
{
	enum tls_status status;
	enum opening opening;
	struct tls_error err = TLS_ERROR_INIT;

	status = gather_fill(&conn->gather);
	if (status == TLS_WANT_READ) {
		conn_tell_blocked(conn, BLOCKED_HANDSHAKE);
		conn->read_wants = CHANNEL_READ;
		return false;
	}
	if (status != TLS_OK) {
		err_set(&err, TLS_BLAME_NETWORK, "%s",
		    gather_ahead(&conn->gather).len ?
		    "the client left in the middle of its hello" :
		    "the client left without a byte");
		conn_fail(conn, &err, conn_outcome(conn));
		return true;
	}
	opening = opening_next(&conn->scan, gather_ahead(&conn->gather));
	if (!claim(conn))
		conn_refuse(conn, ALERT_INTERNAL_ERROR, TLS_BLAME_US,
		    "too many large ClientHellos at once: all connections "
		    "together may hold 32 MiB of them");
	else if (opening != OPENING_MORE)
		meet(conn, opening);
	return true;
}

bool
conn_await_turn(struct conn *conn)
{
	struct tls_error err = TLS_ERROR_INIT;
	enum tls_status status = TLS_OK;

	while (status == TLS_OK &&
	    gather_ahead(&conn->gather).len < MOST_PARKED)
		status = gather_fill(&conn->gather);
	conn->read_wants = status == TLS_WANT_READ ? CHANNEL_READ : 0;
	if (status == TLS_OK || status == TLS_WANT_READ)
		return false;
	err_set(&err, TLS_BLAME_NETWORK,
	    "the client left while it waited for its turn");
	conn_fail(conn, &err, conn_outcome(conn));
	return true;
}
