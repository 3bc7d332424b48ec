/* end.c - how a connection ends: failure, refusal, close_notify, draining
 * SPDX-License-Identifier: Apache-2.0
 *
 * Nothing here calls drive: it changes the stage, and drive acts on that.
 */
#include "conn/internal.h"

#include <stdlib.h>

#include "base/err.h"
#include "wire/answer.h"

/* A few bytes for a stream that usually has room for them; only a stutter has
 * to be asked again. */
#define MAX_TRIES	64

/* A library has forgotten the chain of a client that it refuses. */
static void
fill_chain(const struct conn *conn, struct tls_facts *facts)
{
	const struct tls_span message = buf_span(&conn->certificate);
	struct server_hello hello = { .version = conn->choice.version };
	struct server_certificate sent;

	if (!message.len || facts->num_peer_chain)
		return;
	if (!hello.version)
		hello.version = facts->version;
	if (!answer_certificate(message, &hello, &sent))
		return;
	while (facts->num_peer_chain < sent.num_chain &&
	    facts->num_peer_chain < TLS_FACTS_MAX_CHAIN) {
		size_t i = facts->num_peer_chain++;

		facts->peer_chain[i] = sent.chain[i];
	}
}

static void
tell_failure(struct conn *conn, const struct tls_error *err,
    enum outcome outcome)
{
	struct buf reason = BUF_INIT, sentence = BUF_INIT;
	struct channel_state state = channel_state(conn->channel);
	struct tls_facts facts = { .identity = -1 };
	struct event event = {
		.kind = EVENT_FAILED,
		.failed = {
			.error = err, .handshaking = !conn->opened,
			.verify_error = conn->verify_error,
			.peer = conn->peer, .config =
			    conn->server ? &conn->server->config : NULL,
			.left = (state.ended || state.reset) &&
			    err->blame == TLS_BLAME_NETWORK &&
			    err->alert_sent < 0 && err->alert_received < 0,
		},
	};

	if (!bus_wants(conn->setup->service->bus, EVENT_FAILED))
		return;
	if (conn->session)
		conn->backend->plug->backend->facts(conn->session, &facts);
	fill_chain(conn, &facts);
	if (conn->wrong && conn->wrong->refused)
		event.failed.refused = &conn->wrong->step;
	if (facts.num_peer_chain)
		event.failed.leaf = facts.peer_chain[0];
	event.failed.reason = conn_reason(conn, err, &facts, &reason);
	event.failed.explanation = conn_explain(conn, &event, &facts,
	    outcome != OUTCOME_TIMEOUT, &sentence);
	conn_post(conn, &event);
	buf_clear(&reason);
	buf_clear(&sentence);
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
conn_drop_choice(struct conn *conn)
{
	struct replaced *next;

	policy_choice_clear(&conn->choice);
	for (; conn->replaced; conn->replaced = next) {
		next = conn->replaced->next;
		policy_choice_clear(&conn->replaced->choice);
		hello_free(conn->replaced->hello);
		free(conn->replaced);
	}
}

/* Whether nothing more comes from the peer. */
static bool
is_over(const struct conn *conn)
{
	struct channel_state state = channel_state(conn->channel);

	return conn->peer_ended || state.ended || state.reset;
}

/* We have sent our last byte.  The peer is given some time to read it: closing
 * a socket with unread input would send a reset, and the peer would lose what
 * it had not read yet. */
void
conn_begin_drain(struct conn *conn)
{
	struct event shut = {
		.kind = EVENT_SHUT, .shut = { TLS_SENT, false },
	};

	if (is_over(conn)) {
		conn_go(conn, conn->outcome);
		return;
	}
	conn->stage = STAGE_DRAIN;
	conn_set_deadline(conn, conn->setup->service->limits.close_ms);
	conn->channel->ops->shutdown(conn->channel);
	conn->shut = true;
	/* Faults say it when it comes to it. */
	if (!conn->faults)
		conn_post(conn, &shut);
}

/* The session has failed.  The library's alert may not be sent yet. */
void
conn_fail(struct conn *conn, const struct tls_error *err, enum outcome outcome)
{
	tell_failure(conn, err, outcome);
	conn->failed = true;
	conn->outcome = outcome;
	conn_tell_ending(conn, false);
	if (!conn->session || is_over(conn)) {
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
	struct channel_state state = channel_state(conn->channel);

	if (state.reset)
		return OUTCOME_RESET;
	return state.ended ? OUTCOME_TRUNCATED : OUTCOME_FAILED;
}

void
conn_end(struct conn *conn)
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
}

/* ---- in clear ----------------------------------------------------------- */

void
conn_send_clear(struct conn *conn, struct tls_span data)
{
	struct tls_io *io = &conn->gather.io;
	unsigned tries = 0;
	size_t done;

	if (io->ops->write(io, data.data, data.len, &done) != TLS_OK)
		return;
	while (gather_send(&conn->gather) == TLS_WANT_WRITE &&
	    tries++ < MAX_TRIES)
		;
}

void
conn_send_alert(struct conn *conn, uint8_t level, uint8_t description)
{
	uint16_t version = conn->choice.version;
	uint8_t record[] = { 21, 3, 3, 0, 2, level, description };
	struct event alert = {
		.kind = EVENT_ALERT,
		.alert = { TLS_SENT, level, description },
	};
	struct event message = { .kind = EVENT_MESSAGE };

	if (version > TLS_VERSION_UNKNOWN && version < TLS_VERSION_1_2)
		record[2] = (uint8_t)version;
	conn_send_clear(conn, (struct tls_span){ record, sizeof record });
	conn_post(conn, &alert);
	message.message.direction = TLS_SENT;
	message.message.version = (uint16_t)(record[1] << 8 | record[2]);
	message.message.content_type = record[0];
	message.message.body = (struct tls_span){ record + 5, 2 };
	conn_post(conn, &message);
}

bool
conn_refuse(struct conn *conn, uint8_t alert, enum tls_blame blame,
    const char *why)
{
	struct tls_error err = TLS_ERROR_INIT;

	conn_send_alert(conn, 2, alert);
	err_set(&err, blame, "%s", why);
	err.alert_sent = alert;
	conn_fail(conn, &err, OUTCOME_FAILED);
	return false;
}
