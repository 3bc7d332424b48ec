/* conn_time.c - a connection over a slow transport, and a backend's own timer
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn_scene.h"

#include "slow.h"

/* ---- a backend that wants to be driven again ----------------------------- */

struct tls_session {
	struct tls_host *host;
	unsigned calls;			/* of `handshake` */
};

static struct tls_session *
open_late(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io, struct tls_host *host,
    struct tls_error *err)
{
	struct tls_session *session = mem_zero(1, sizeof *session);

	(void)server;
	(void)hello;
	(void)choice;
	(void)io;
	(void)err;
	session->host = host;
	return session;
}

static void
close_late(struct tls_session *session)
{
	free(session);
}

/* Twice it waits for nothing but the time. */
static enum tls_status
shake_late(struct tls_session *session, struct tls_error *err)
{
	(void)err;
	switch (session->calls++) {
	case 0:
		session->host->ops->wake_in(session->host, 60000);
		session->host->ops->wake_in(session->host, 250);
		return TLS_WANT_READ;
	case 1:
		session->host->ops->wake_in(session->host, 500);
		return TLS_WANT_READ;
	default:
		return TLS_OK;
	}
}

static enum tls_status
read_late(struct tls_session *session, uint8_t *buf, size_t len, size_t *done,
    struct tls_error *err)
{
	(void)buf;
	(void)len;
	(void)err;
	*done = 0;
	session->host->ops->wake_in(session->host, 0);
	return TLS_WANT_READ;
}

static void
know_nothing(struct tls_session *session, struct tls_facts *facts)
{
	(void)session;
	memset(facts, 0, sizeof *facts);
}

static void
begin_late(struct scene *s)
{
	s->second.session_open = open_late;
	s->second.session_close = close_late;
	s->second.handshake = shake_late;
	s->second.read = read_late;
	s->second.facts = know_nothing;
	plug_free(s->plug[1]);
	s->plug[1] = plug_new(&s->second);
	s->backends[1].plug = s->plug[1];
	s->service.by_name = true;
	fake_add_hello(&s->fake.in, "second.localhost");
	ready(s, CHANNEL_READ);
}

static void
drives_a_backend_when_its_time_has_come(void **state)
{
	struct scene *s = *state;

	begin_late(s);
	assert_int_equal(s->fake.timer_ms, 250);
	assert_int_equal(s->app.opened, 0);
	/* The limit of the handshake runs on beside it. */
	assert_int_equal(s->fake.timeout_ms, 10001);
	fake_fire(&s->fake);
	assert_int_equal(s->fake.timer_ms, 500);
	assert_int_equal(s->app.opened, 0);
	fake_fire(&s->fake);
	assert_int_equal(s->app.opened, 1);
	assert_string_equal(s->seen.backend, "second");
	assert_null(s->fake.timer);
}

static void
takes_the_timer_back_when_it_ends(void **state)
{
	struct scene *s = *state;

	begin_late(s);
	assert_non_null(s->fake.timer);
	conn_abort(s->conn);
	assert_true(s->fake.closed);
	assert_null(s->fake.timer);
}

/* ---- a slow transport --------------------------------------------------- */

static void
begin_slow(struct scene *s, struct slow *slow)
{
	while (s->env.conns)
		conn_abort(s->env.conns);
	fake_clear(&s->fake);
	fake_init(&s->fake);
	slow_init(slow, &s->fake.channel, 20, 250);
	s->conn = conn_new(&s->env, &slow->channel, "::1", 4242);
}

static void
waits_for_a_slow_transport_unawares(void **state)
{
	struct scene *s = *state;
	struct slow slow;
	size_t len;

	begin_slow(s, &slow);
	s->app.answer_and_close = true;
	say_hello(s);
	/* The wrapper's time runs, and nothing was read. */
	assert_int_equal(s->fake.timer_ms, 250);
	assert_int_equal(s->fake.reads, 0);
	len = s->fake.in.len;
	fake_fire(&s->fake);
	/* Piece by piece. */
	assert_int_equal(s->fake.reads, (len + 19) / 20);
	assert_int_equal(s->app.opened, 1);
	assert_true(span_equal(buf_span(&s->fake.out), span_of("answer")));
	assert_true(s->fake.shut);
	s->fake.in_ended = true;
	ready(s, CHANNEL_READ);
	assert_false(s->fake.closed);
	fake_fire(&s->fake);
	assert_true(s->fake.closed);
	assert_null(s->fake.timer);
}

static void
gives_a_slow_transport_no_more_time(void **state)
{
	struct scene *s = *state;
	struct slow slow;

	begin_slow(s, &slow);
	buf_add_u8(&s->fake.in, 22);
	ready(s, CHANNEL_READ);
	s->still.us += 10000000;
	/* The limit is over before the delay. */
	ready(s, CHANNEL_TIMEOUT);
	assert_non_null(strstr(s->seen.reason, "-handshake_timeout"));
	ready(s, CHANNEL_TIMEOUT);
	assert_true(s->fake.closed);
	assert_null(s->fake.timer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(drives_a_backend_when_its_time_has_come),
		SCENE(takes_the_timer_back_when_it_ends),
		SCENE(waits_for_a_slow_transport_unawares),
		SCENE(gives_a_slow_transport_no_more_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
