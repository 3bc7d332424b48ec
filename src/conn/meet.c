/* meet.c - a connection's first bytes, and what is decided from them
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn/inside.h"

#include <string.h>
#include <strings.h>

#include "base/err.h"

/* Bytes read at once while the hello is awaited. */
#define HELLO_CHUNK	2048

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

void
conn_open_session(struct conn *conn)
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
		conn_fail(conn, &err, OUTCOME_FAILED);
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
		conn_open_session(conn);
	else
		conn->deadline_us = 0;
}

/* False: nothing more can be done now. */
bool
conn_read_hello(struct conn *conn)
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
		conn_fail(conn, &err, conn_outcome(conn));
		return true;
	}
	opening = opening_of(buf_span(&conn->peek.kept));
	if (opening != OPENING_MORE)
		meet(conn, opening);
	return true;
}
