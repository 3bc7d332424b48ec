/* tell.c - events and counters of a connection
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn/internal.h"

#define SESSION_TICKET	35

uint64_t
conn_now_us(const struct conn *conn)
{
	const struct clock *clock = conn->setup->service->clock;

	return clock->monotonic_us(clock);
}

void
conn_set_deadline(struct conn *conn, unsigned ms)
{
	conn->deadline_us = ms ? conn_now_us(conn) + (uint64_t)ms * 1000 : 0;
}

void
conn_post(struct conn *conn, struct event *event)
{
	struct bus *bus = conn->setup->service->bus;

	if (!bus_wants(bus, event->kind))
		return;
	event->from = conn->origin;
	bus_post(bus, event);
}

void
conn_tell_blocked(struct conn *conn, enum step_blocked step)
{
	struct event event = { .kind = EVENT_BLOCKED, .blocked = { step } };

	if (conn->setup->service->tells_blocks)
		conn_post(conn, &event);
}

void
conn_tell_choice(struct conn *conn, bool coalesced)
{
	struct event event = {
		.kind = EVENT_CHOICE,
		.choice = {
			.choice = &conn->choice.choice,
			.hello = conn->hello,
			.server = conn->server->name,
			.names = conn->backend->num_servers > 1,
			.coalesced = coalesced,
		},
	};

	conn_post(conn, &event);
}

void
conn_tell_ending(struct conn *conn, bool by_peer)
{
	struct event event = { .kind = EVENT_ENDING, .ending = { by_peer } };

	conn_post(conn, &event);
}

void
conn_tell_data(struct conn *conn, enum tls_direction direction,
    struct tls_span bytes)
{
	struct event event = {
		.kind = EVENT_DATA, .data = { direction, bytes },
	};

	conn_post(conn, &event);
}

void
conn_mark(struct conn *conn, enum fault_mark mark)
{
	if (!conn->faults || conn->marked & 1u << mark)
		return;
	conn->marked |= 1u << mark;
	gather_send(&conn->gather);
	faults_mark(conn->faults, mark);
}

/* ---- handshakes, counted and told ---------------------------------------- */

/* A library may look up a session although the client sent a ticket.  The
 * reference does not, so that is not counted as a miss. */
static bool
shows_ticket(const struct conn *conn)
{
	const struct tls_extension *ticket = conn->hello ?
	    hello_extension(conn->hello, SESSION_TICKET) : NULL;

	return ticket && ticket->body.len &&
	    conn->server->config.ticket_key.len;
}

static void
count_handshake(struct conn *conn, const struct tls_facts *facts,
    bool again)
{
	struct conn_shared *shared = conn->env->shared;

	/* A certificate requested in TLS 1.3 is no renegotiation. */
	if (again) {
		shared->renegotiates += facts->version < TLS_VERSION_1_3;
		return;
	}
	shared->accepts_good++;
	if (facts->resumed == TLS_YES)
		shared->resumed++;
	else if (conn->missed && !shows_ticket(conn))
		shared->missed++;
}

void
conn_tell_handshake(struct conn *conn, bool again)
{
	struct tls_facts facts;
	struct event event = { .kind = EVENT_HANDSHAKE };

	conn->backend->plug->backend->facts(conn->session, &facts);
	buf_clear(&conn->certificate);
	count_handshake(conn, &facts, again);
	event.handshake.facts = &facts;
	event.handshake.hello = again ? NULL : conn->hello;
	event.handshake.config = &conn->server->config;
	event.handshake.plug = conn->backend->plug;
	event.handshake.plugs = conn->setup->service->plugs;
	event.handshake.verify_error = conn->verify_error;
	event.handshake.npn_by_alpn = conn->backend->npn_by_alpn;
	event.handshake.again = again;
	conn_post(conn, &event);
	if (conn->setup->service->verify.strict && conn->verify_error)
		bus_note(conn->setup->service->bus, &conn->origin,
		    "accepted although invalid: verify error %d",
		    conn->verify_error);
	if (again && conn->env->app->ops->changed)
		conn->env->app->ops->changed(conn);
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
		.misses = shared->missed,
		.timeouts = counts.timeouts,
		.overflows = counts.overflows,
		.room = counts.room,
	};
}
