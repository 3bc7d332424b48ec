/* host.c - the tls_host of a connection: turns calls into events and answers
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn/internal.h"

#include "names/names.h"
#include "wire/answer.h"

static void
state(struct tls_host *host, const struct tls_state *entered)
{
	struct event event = {
		.kind = EVENT_STATE, .state = { text_of_state(entered) },
	};

	conn_post(conn_of_host(host), &event);
}

#define HANDSHAKE	22

/* Bytes that are kept of an unknown identity. */
#define MOST_IDENTITY	64

static void
message(struct tls_host *host, enum tls_direction direction, uint16_t version,
    uint8_t content_type, struct tls_span body)
{
	struct conn *conn = conn_of_host(host);
	uint16_t agreed = conn->choice.version;
	struct event event = {
		.kind = EVENT_MESSAGE,
		.message = { direction, version, content_type, body },
	};

	if (content_type == HANDSHAKE && body.len) {
		/* Some libraries know the version of a hello only after it. */
		if (body.data[0] == MESSAGE_CLIENT_HELLO && agreed)
			event.message.version = agreed;
		if (body.data[0] == MESSAGE_CERTIFICATE &&
		    direction == TLS_RECEIVED) {
			conn->certificate.len = 0;
			buf_add_span(&conn->certificate, body);
		}
	}
	conn_post(conn, &event);
}

static void
secret(struct tls_host *host, const char *label,
    struct tls_span client_random, struct tls_span bytes)
{
	struct event event = {
		.kind = EVENT_SECRET,
		.secret = { label, client_random, bytes },
	};

	conn_post(conn_of_host(host), &event);
}

static void
alert(struct tls_host *host, enum tls_direction direction, uint8_t level,
    uint8_t description)
{
	struct event event = {
		.kind = EVENT_ALERT,
		.alert = { direction, level, description },
	};

	conn_post(conn_of_host(host), &event);
}

/* Keeps the step for whoever says what is wrong with the certificate. */
static void
keep_wrong(struct conn *conn, const struct tls_verify_step *step,
    bool accepted)
{
	struct wrong *wrong = conn->wrong;

	if (!wrong)
		conn->wrong = wrong = mem_zero(1, sizeof *wrong);
	wrong->der.len = 0;
	buf_add_span(&wrong->der, step->der);
	wrong->step = *step;
	wrong->step.text = NULL;
	wrong->step.der = buf_span(&wrong->der);
	wrong->refused = !accepted;
}

static bool
verify(struct tls_host *host, const struct tls_verify_step *found)
{
	struct conn *conn = conn_of_host(host);
	const struct verify_rules *rules = &conn->setup->service->verify;
	struct tls_verify_step step = *found;
	struct event event = { .kind = EVENT_VERIFY };

	step.error = verify_error(rules, &conn->server->config, found);
	if (step.error != found->error)
		step.text = NULL;
	event.verify.step = &step;
	event.verify.accepted = verify_accepts(rules, step.depth, step.error);
	conn_post(conn, &event);
	if (step.error) {
		conn->verify_error = step.error;
		keep_wrong(conn, &step, event.verify.accepted);
	}
	return event.verify.accepted;
}

static void
changed(struct tls_host *host)
{
	struct conn *conn = conn_of_host(host);

	/* Sent first, so that the event is true when it is posted. */
	gather_send(&conn->gather);
	conn_tell_handshake(conn, true);
}

/* A session from before the files were read again is not resumed: nobody has
 * looked at its client with what they say now. */
static unsigned
session_number(const struct conn *conn)
{
	const struct service *service = conn->setup->service;

	return (unsigned)(service->edition * service->num_servers +
	    (size_t)(conn->server - conn->backend->servers));
}

static struct store_key
key_of(const struct conn *conn, struct tls_span id)
{
	return (struct store_key){
		.backend = conn->backend->plug->backend->name,
		.server = session_number(conn),
		.context = conn->server->config.session_context,
		.id = id,
	};
}

static int64_t
now_ms(struct tls_host *host)
{
	const struct clock *clock = conn_of_host(host)->setup->service->clock;

	return clock->wall_us(clock) / 1000;
}

/* Seconds, which the store counts in. */
static int64_t
now(struct tls_host *host)
{
	return now_ms(host) / 1000;
}

static struct tls_span
resume(struct tls_host *host, struct tls_span id)
{
	struct conn *conn = conn_of_host(host);
	struct store *store = conn->env->shared->store;
	struct store_key key = key_of(conn, id);
	enum store_result result = STORE_MISSED;

	if (store)
		result = store_get(store, &key, now(host), &conn->resumption);
	conn->missed = result == STORE_MISSED;
	if (result == STORE_FOUND)
		return buf_span(&conn->resumption);
	return (struct tls_span){ NULL, 0 };
}

static void
remember(struct tls_host *host, struct tls_span id, struct tls_span session,
    uint32_t seconds)
{
	struct conn *conn = conn_of_host(host);
	struct store_key key = key_of(conn, id);

	if (conn->env->shared->store)
		store_put(conn->env->shared->store, &key, session,
		    now(host) + seconds);
}

static void
forget(struct tls_host *host, struct tls_span id)
{
	struct conn *conn = conn_of_host(host);
	struct store_key key = key_of(conn, id);

	if (conn->env->shared->store)
		store_drop(conn->env->shared->store, &key);
}

/* Keeps the identity for the explanation of a failure that may follow. */
static void
keep_unknown(struct conn *conn, struct tls_span identity)
{
	conn->unknown_psk.len = 0;
	if (identity.len > MOST_IDENTITY)
		identity.len = MOST_IDENTITY;
	buf_add_span(&conn->unknown_psk, identity);
}

static struct tls_span
psk(struct tls_host *host, struct tls_span identity)
{
	struct conn *conn = conn_of_host(host);
	const struct psk_table *table = conn->setup->service->psk;
	uint16_t version = conn->choice.version;
	struct event event = { .kind = EVENT_PSK };
	struct tls_span key = { NULL, 0 };
	enum psk_result result;

	if (!table || table->num == 0)
		return key;
	result = psk_find(table, identity, version, &key);
	event.psk.identity = identity;
	event.psk.expected = table->list[0].identity;
	event.psk.accepted = result == PSK_FALLBACK;
	/* In TLS 1.3 an unknown identity may be a ticket, and is no failure. */
	if (result == PSK_FALLBACK || (result == PSK_UNKNOWN &&
	    version < TLS_VERSION_1_3))
		conn_post(conn, &event);
	conn->gave_psk = conn->gave_psk || key.len > 0;
	if (!key.len)
		keep_unknown(conn, identity);
	return key;
}

static void
wake_in(struct tls_host *host, uint32_t ms)
{
	struct conn *conn = conn_of_host(host);

	conn->channel->ops->wake(conn->channel, &conn->timer, ms);
}

/* Keeps the present hello and choice until the handshake is over, and makes
 * room for new ones. */
static void
set_aside(struct conn *conn)
{
	struct replaced *replaced = mem_zero(1, sizeof *replaced);

	replaced->next = conn->replaced;
	replaced->hello = conn->hello;
	replaced->choice = conn->choice;
	conn->replaced = replaced;
}

static const struct tls_choice *
inner_hello(struct tls_host *host, struct tls_span message)
{
	struct conn *conn = conn_of_host(host);
	struct tls_error err = TLS_ERROR_INIT;
	struct tls_hello *inner = hello_of_message(message, &err);
	struct event hello = { .kind = EVENT_HELLO };

	if (!inner)
		return NULL;
	set_aside(conn);
	conn->hello = inner;
	policy_choose(&conn->choice, &conn->server->config,
	    &conn->backend->alpn, inner);
	hello.hello.hello = inner;
	conn_post(conn, &hello);
	conn_tell_choice(conn, false);
	return &conn->choice.choice;
}

const struct tls_host_ops conn_host_ops = {
	.state = state,
	.message = message,
	.secret = secret,
	.alert = alert,
	.verify = verify,
	.changed = changed,
	.resume = resume,
	.remember = remember,
	.forget = forget,
	.psk = psk,
	.now_ms = now_ms,
	.wake_in = wake_in,
	.inner_hello = inner_hello,
};
