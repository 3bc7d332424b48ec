/* query.c - what applications ask of a connection, and command letters
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn/inside.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"

struct app *
conn_app(const struct conn *conn)
{
	return conn->env->app;
}

uint64_t
conn_id(const struct conn *conn)
{
	return conn->id;
}

const char *
conn_peer(const struct conn *conn)
{
	return conn->peer;
}

const struct tls_backend *
conn_backend(const struct conn *conn)
{
	return conn->backend ? conn->backend->plug->backend : NULL;
}

const struct tls_config *
conn_config(const struct conn *conn)
{
	return conn->server ? conn->server->config : NULL;
}

const struct tls_hello *
conn_hello(struct conn *conn)
{
	struct tls_error err;

	/* It was parsed before: it can be again. */
	if (!conn->hello && conn->hello_wire.len)
		conn->hello = hello_new(conn->hello_wire, &err);
	return conn->hello;
}

uint64_t
conn_handshake_us(const struct conn *conn)
{
	return conn->handshake_us;
}

void
conn_facts(struct conn *conn, struct tls_facts *facts)
{
	memset(facts, 0, sizeof *facts);
	facts->identity = -1;
	if (conn->session)
		conn->backend->plug->backend->facts(conn->session, facts);
}

const struct libraries *
conn_libraries(const struct conn *conn)
{
	return conn->env->libraries;
}

struct bus *
conn_bus(const struct conn *conn)
{
	return conn->env->bus;
}

int
conn_verify_error(const struct conn *conn)
{
	return conn->verify_error;
}

void
conn_count(struct conn_shared *shared, struct statistics *out)
{
	struct store_counts counts = { 0 };

	if (shared->store)
		store_count(shared->store, &counts);
	*out = (struct statistics){
		.cached = counts.cached,
		.accepts = shared->accepts,
		.renegotiates = shared->renegotiates,
		.accepts_good = shared->accepts_good,
		.hits = shared->resumed,
		.misses = counts.misses,
		.timeouts = counts.timeouts,
		.callback_hits = counts.hits,
		.overflows = counts.overflows,
		.room = counts.room,
	};
}

void
conn_statistics(const struct conn *conn, struct statistics *out)
{
	conn_count(conn->env->shared, out);
}

struct app_state *
conn_state(const struct conn *conn)
{
	return conn->state;
}

void
conn_set_state(struct conn *conn, struct app_state *state)
{
	conn->state = state;
}

/* ---- command letters --------------------------------------------------- */

static enum tls_status
report(struct conn *conn, char letter, enum tls_status status,
    const struct tls_error *err)
{
	struct event event = {
		.kind = EVENT_COMMAND,
		.command = { letter, status, status == TLS_OK ? NULL : err },
	};

	conn_post(conn, &event);
	/* The request itself may have found no room to go. */
	if (status == TLS_WANT_WRITE)
		conn->write_wants = CHANNEL_WRITE;
	conn->channel->ops->soon(conn->channel);
	return status;
}

static enum tls_status
refuse(struct conn *conn, enum tls_feature feature, struct tls_error *err)
{
	if (conn->stage != STAGE_OPEN)
		err_set(err, TLS_BLAME_CONFIG,
		    "there is no open connection");
	else
		plug_require(conn->backend->plug, feature, "this", err);
	return TLS_UNSUPPORTED;
}

enum tls_status
conn_renegotiate(struct conn *conn, bool ask_certificate,
    struct tls_error *err)
{
	const struct tls_backend *backend = conn_backend(conn);
	enum tls_status status;

	if (conn->stage != STAGE_OPEN || !backend->renegotiate)
		status = refuse(conn, TLS_FEATURE_RENEGOTIATE, err);
	else
		status = backend->renegotiate(conn->session, ask_certificate,
		    err);
	return report(conn, ask_certificate ? 'R' : 'r', status, err);
}

enum tls_status
conn_key_update(struct conn *conn, bool ask_peer, struct tls_error *err)
{
	const struct tls_backend *backend = conn_backend(conn);
	enum tls_status status;

	if (conn->stage != STAGE_OPEN || !backend->key_update)
		status = refuse(conn, TLS_FEATURE_KEY_UPDATE, err);
	else
		status = backend->key_update(conn->session, ask_peer, err);
	return report(conn, ask_peer ? 'K' : 'k', status, err);
}

enum tls_status
conn_ask_certificate(struct conn *conn, struct tls_error *err)
{
	const struct tls_backend *backend = conn_backend(conn);
	enum tls_status status;

	if (conn->stage != STAGE_OPEN || !backend->ask_certificate)
		status = refuse(conn, TLS_FEATURE_POST_HANDSHAKE_AUTH, err);
	else
		status = backend->ask_certificate(conn->session, err);
	return report(conn, 'c', status, err);
}

void
conn_write_plain(struct conn *conn, struct tls_span data)
{
	struct tls_io *io = conn->peek.below;
	size_t done;

	while (conn->stage == STAGE_OPEN && data.len &&
	    io->ops->write(io, data.data, data.len, &done) == TLS_OK) {
		data.data += done;
		data.len -= done;
	}
}
