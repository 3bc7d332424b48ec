/* query.c - what applications ask of a connection, and command letters
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn/internal.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "wire/answer.h"

struct app *
conn_app(const struct conn *conn)
{
	return conn->env->app;
}

const char *
conn_peer(const struct conn *conn)
{
	return conn->peer;
}

const struct plug *
conn_plug(const struct conn *conn)
{
	return conn->backend ? conn->backend->plug : NULL;
}

const struct tls_backend *
conn_backend(const struct conn *conn)
{
	return conn->backend ? conn->backend->plug->backend : NULL;
}

const struct tls_config *
conn_config(const struct conn *conn)
{
	return conn->server ? &conn->server->config : NULL;
}

const struct tls_hello *
conn_hello(struct conn *conn)
{
	struct tls_error err;

	/* Parses it again.  An inner hello has no records. */
	if (!conn->hello && conn->hello_wire.len)
		conn->hello = conn->hello_wire.data[0] == MESSAGE_CLIENT_HELLO ?
		    hello_of_message(conn->hello_wire, &err) :
		    hello_new(conn->hello_wire, &err);
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

struct plugs *
conn_plugs(const struct conn *conn)
{
	return conn->setup->service->plugs;
}

bool
conn_by_name(const struct conn *conn)
{
	return conn->setup->service->by_name;
}

bool
conn_npn_by_alpn(const struct conn *conn)
{
	return conn->backend && conn->backend->npn_by_alpn;
}

struct bus *
conn_bus(const struct conn *conn)
{
	return conn->setup->service->bus;
}

const struct tls_verify_step *
conn_wrong_step(const struct conn *conn)
{
	return conn->wrong ? &conn->wrong->step : NULL;
}

const struct verify_rules *
conn_verify_rules(const struct conn *conn)
{
	return &conn->setup->service->verify;
}

int
conn_verify_error(const struct conn *conn)
{
	return conn->verify_error;
}

void
conn_statistics(const struct conn *conn, struct statistics *out)
{
	conn_count(conn->env->shared, out);
}

size_t
conn_queued(const struct conn *conn)
{
	return conn->out.len - conn->out_next +
	    (conn->gather.blocked ? gather_unsent(&conn->gather) : 0);
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
refuse(struct conn *conn, enum tls_feature feature, struct tls_error *err)
{
	if (conn->stage != STAGE_OPEN)
		err_set(err, TLS_BLAME_CONFIG,
		    "there is no open connection");
	else
		plug_require(conn->backend->plug, feature, "this", err);
	return TLS_UNSUPPORTED;
}

/* TLS 1.3 has no renegotiation, but a substitute for either use of it. */
static char
letter_for(struct conn *conn, char letter)
{
	struct tls_facts facts;

	if (letter != 'r' && letter != 'R')
		return letter;
	conn_facts(conn, &facts);
	if (facts.version < TLS_VERSION_1_3)
		return letter;
	return letter == 'r' ? 'K' : 'c';
}

/* What TLS 1.3 brought, and what does for it before. */
static bool
comes_later(struct conn *conn, char letter, struct tls_error *err)
{
	struct tls_facts facts;

	conn_facts(conn, &facts);
	if (conn->stage != STAGE_OPEN || facts.version >= TLS_VERSION_1_3)
		return false;
	err_set(err, TLS_BLAME_FEATURE, letter == 'c' ? "only TLS 1.3 asks for "
	    "a certificate after the handshake: 'R' does by renegotiating" :
	    "only TLS 1.3 has KeyUpdate: 'r' renegotiates, for new keys");
	return true;
}

static enum tls_status
request(struct conn *conn, char letter, struct tls_error *err)
{
	const struct tls_backend *backend = conn_backend(conn);
	bool open = conn->stage == STAGE_OPEN;

	if (strchr("kKc", letter) && comes_later(conn, letter, err))
		return TLS_UNSUPPORTED;
	switch (letter_for(conn, letter)) {
	case 'r':
		return open && backend->renegotiate ?
		    backend->renegotiate(conn->session, false, err) :
		    refuse(conn, TLS_FEATURE_RENEGOTIATE, err);
	case 'R':
		return open && backend->renegotiate ?
		    backend->renegotiate(conn->session, true, err) :
		    refuse(conn, TLS_FEATURE_RENEGOTIATE_CERTIFICATE, err);
	case 'c':
		return open && backend->ask_certificate ?
		    backend->ask_certificate(conn->session, err) :
		    refuse(conn, TLS_FEATURE_POST_HANDSHAKE_AUTH, err);
	default:
		return open && backend->key_update ?
		    backend->key_update(conn->session, letter != 'k', err) :
		    refuse(conn, TLS_FEATURE_KEY_UPDATE, err);
	}
}

/* A request for which there was no room is made again, with the same arguments,
 * when there is. */
enum tls_status
conn_request(struct conn *conn, char letter, struct tls_error *err)
{
	struct event event = { .kind = EVENT_COMMAND };
	enum tls_status status = request(conn, letter, err);

	/* Sent first, so that the event is true when it is posted. */
	gather_send(&conn->gather);
	if (status == TLS_WANT_READ || status == TLS_WANT_WRITE) {
		conn->requested = letter;
		conn->write_wants = CHANNEL_WRITE;
	} else {
		conn->requested = 0;
		event.command.letter = letter;
		event.command.status = status;
		event.command.error = status == TLS_OK ? NULL : err;
		conn_post(conn, &event);
	}
	return status;
}

/* One at a time: a waiting one goes first. */
static enum tls_status
obey(struct conn *conn, char letter, struct tls_error *err)
{
	enum tls_status status;

	if (conn->requested) {
		err_set(err, TLS_BLAME_CONFIG, "the request before this one "
		    "is not sent yet");
		return TLS_UNSUPPORTED;
	}
	status = conn_request(conn, letter, err);
	if (conn->stage == STAGE_OPEN)
		conn->channel->ops->soon(conn->channel);
	return status;
}

enum tls_status
conn_renegotiate(struct conn *conn, bool ask_certificate,
    struct tls_error *err)
{
	return obey(conn, ask_certificate ? 'R' : 'r', err);
}

enum tls_status
conn_key_update(struct conn *conn, bool ask_peer, struct tls_error *err)
{
	return obey(conn, ask_peer ? 'K' : 'k', err);
}

enum tls_status
conn_ask_certificate(struct conn *conn, struct tls_error *err)
{
	return obey(conn, 'c', err);
}

void
conn_write_plain(struct conn *conn, struct tls_span data)
{
	if (conn->stage != STAGE_OPEN || data.len == 0)
		return;
	conn_send_clear(conn, data);
	if (gather_unsent(&conn->gather))
		conn->channel->ops->soon(conn->channel);
}
