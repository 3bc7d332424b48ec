/* conn.c - a connection over a transport in memory, without a library
 * SPDX-License-Identifier: Apache-2.0
 */
#include "conn_scene.h"

static void
hands_the_library_the_very_bytes_again(void **state)
{
	struct scene *s = *state;
	struct buf hello = BUF_INIT;

	fake_add_hello(&hello, "localhost");
	say_hello(s);
	/* The null backend's application data is all that comes by. */
	assert_int_equal(s->app.opened, 1);
	assert_true(span_equal(buf_span(&s->app.got), buf_span(&hello)));
	assert_int_equal(s->seen.kinds[EVENT_HELLO], 1);
	assert_int_equal(s->fake.waits, CHANNEL_READ);
	assert_int_equal(s->fake.timeout_ms, 60000);
	buf_clear(&hello);
}

static void
reads_a_hello_that_comes_byte_by_byte(void **state)
{
	struct scene *s = *state;
	struct buf hello = BUF_INIT;

	fake_add_hello(&hello, "localhost");
	for (size_t i = 0; i < hello.len; i++) {
		assert_int_equal(s->app.opened, 0);
		assert_int_equal(s->fake.waits, CHANNEL_READ);
		buf_add(&s->fake.in, hello.data + i, 1);
		ready(s, CHANNEL_READ);
	}
	assert_int_equal(s->app.opened, 1);
	buf_clear(&hello);
}

static void
says_what_is_no_hello_and_lets_the_library_speak(void **state)
{
	struct scene *s = *state;

	buf_add_string(&s->fake.in, "GET / HTTP/1.1\r\n\r\n");
	ready(s, CHANNEL_READ);
	assert_string_equal(s->seen.opening, "http");
	assert_int_equal(s->app.opened, 1);
}

/* No library sees a hello that cannot be decoded. */
static void
refuses_a_hello_that_it_cannot_decode(void **state)
{
	struct scene *s = *state;
	struct buf hello = BUF_INIT;

	fake_add_hello(&hello, "localhost");
	hello.data[5 + 4 + 2 + 32 + 1 + 4 + 2 + 2 + 1] = 16;	/* as ALPN */
	buf_add_span(&s->fake.in, buf_span(&hello));
	ready(s, CHANNEL_READ);
	assert_string_equal(s->seen.opening, "malformed");
	assert_int_equal(s->fake.out.len, 7);
	assert_memory_equal(s->fake.out.data, "\x15\3\3\0\2\2\x32", 7);
	assert_non_null(strstr(s->seen.reason,
	    "application_layer_protocol_negotiation"));
	assert_int_equal(s->app.opened, 0);

	start(s);
	buf_add(&s->fake.in, "\x16\3\1\0\4\1\x10\0\0", 9);
	ready(s, CHANNEL_READ);
	assert_string_equal(s->seen.opening, "oversized");
	assert_memory_equal(s->fake.out.data, "\x15\3\3\0\2\2\x32", 7);
	assert_int_equal(s->app.opened, 0);
	buf_clear(&hello);
}

/* What one holds the others cannot have, and it is given back. */
static void
limits_what_all_large_hellos_hold(void **state)
{
	static const size_t budget = 32 * 1024 * 1024;
	static const uint8_t some[16384];
	struct scene *s = *state;

	s->shared.hello_bytes = budget - 30000;
	for (size_t i = 0; i < 2; i++) {
		buf_add(&s->fake.in, "\x16\3\1\x40\0\1\1\0\0", 9);
		buf_add(&s->fake.in, some, 16380);
		ready(s, CHANNEL_READ);
		if (i == 0)
			assert_int_equal(s->shared.hello_bytes,
			    budget - 30000 + 16389);
		buf_add(&s->fake.in, "\x16\3\1\x40\0", 5);
		buf_add(&s->fake.in, some, 16384);
		ready(s, CHANNEL_READ);
		assert_memory_equal(s->fake.out.data, "\x15\3\3\0\2\2\x50",
		    7);
		assert_non_null(strstr(s->seen.reason, "32 MiB"));
		start(s);
		assert_int_equal(s->shared.hello_bytes, budget - 30000);
	}
	s->shared.hello_bytes = 0;
}

/* Without a hello nothing was decided: a library that finds one later does not
 * get through with its answer. */
static void
lets_nobody_answer_a_hello_that_it_did_not_read(void **state)
{
	struct scene *s = *state;

	buf_add(&s->fake.in, "\x15\3\1\0\2\1\0", 7);
	ready(s, CHANNEL_READ);
	assert_string_equal(s->seen.opening, "garbage");
	conn_write(s->conn, span_of("\x15\3\3\1\1" "alert"));
	assert_int_equal(s->fake.out.len, 10);
	start(s);
	buf_add(&s->fake.in, "\x15\3\1\0\2\1\0", 7);
	ready(s, CHANNEL_READ);
	conn_write(s->conn, span_of("\x16\3\3\1\1" "hello"));
	assert_int_equal(s->fake.out.len, 0);
	assert_int_equal(s->seen.kinds[EVENT_FAILED], 1);
}

static void
chooses_the_backend_by_the_first_label(void **state)
{
	struct scene *s = *state;

	s->service.by_name = true;
	fake_add_hello(&s->fake.in, "SECOND.localhost");
	ready(s, CHANNEL_READ);
	assert_string_equal(s->seen.backend, "second");
	start(s);
	fake_add_hello(&s->fake.in, "secondary.localhost");
	ready(s, CHANNEL_READ);
	assert_string_equal(s->seen.backend, "null");
}

static void
ask_for(struct scene *s, const char *name)
{
	s->seen.server[0] = 0;
	s->seen.alert = 0;
	start(s);
	fake_add_hello(&s->fake.in, name);
	ready(s, CHANNEL_READ);
}

static void
chooses_the_server_by_the_whole_name(void **state)
{
	struct scene *s = *state;

	s->backends[0].num_servers = 2;
	s->servers[0][0].config.versions = TLS_VERSION_BIT(TLS_VERSION_1_2);
	ask_for(s, "Second.EXAMPLE");
	assert_string_equal(s->seen.server, "second.example");
	assert_int_equal(s->seen.alert, 0);
	ask_for(s, "");
	assert_string_equal(s->seen.server, "");
	assert_int_equal(s->seen.alert, 0);
	ask_for(s, "second.example.org");
	assert_string_equal(s->seen.server, "");
	/* A warning, unrecognized_name, and then the session. */
	assert_int_equal(s->seen.alert, 112);
	assert_memory_equal(s->fake.out.data, "\x15\3\3\0\2\1\x70", 7);
	assert_int_equal(s->seen.kinds[EVENT_FAILED], 0);
	assert_int_equal(s->app.opened, 3);
}

static void
refuses_another_name_if_asked_to(void **state)
{
	struct scene *s = *state;

	s->backends[0].num_servers = 2;
	s->service.name_fatal = true;
	ask_for(s, "third.example");
	assert_int_equal(s->seen.alert, 112);
	assert_int_equal(s->fake.out.len, 7);
	assert_memory_equal(s->fake.out.data, "\x15\3\3\0\2\2\x70", 7);
	assert_non_null(strstr(s->seen.reason, "-servername_fatal"));
	assert_true(s->fake.shut);
	assert_int_equal(s->app.opened, 0);
}

static void
gives_a_silent_client_its_time_and_no_more(void **state)
{
	struct scene *s = *state;

	assert_int_equal(s->fake.timeout_ms, 10001);
	s->still.us += 9999000;
	buf_add_u8(&s->fake.in, 22);
	ready(s, CHANNEL_READ);
	/* A byte does not buy more. */
	assert_in_range(s->fake.timeout_ms, 1, 2);
	ready(s, CHANNEL_TIMEOUT);
	assert_non_null(strstr(s->seen.reason, "-handshake_timeout"));
	assert_true(s->fake.shut);
	assert_int_equal(s->fake.timeout_ms, 501);
	ready(s, CHANNEL_TIMEOUT);
	assert_true(s->fake.closed);
	assert_int_equal(s->seen.outcome, OUTCOME_TIMEOUT);
	assert_int_equal(s->app.closed, 1);
}

static void
ends_an_idle_connection(void **state)
{
	struct scene *s = *state;

	say_hello(s);
	ready(s, CHANNEL_TIMEOUT);
	assert_true(s->fake.shut);
	ready(s, CHANNEL_TIMEOUT);
	assert_true(s->fake.closed);
	assert_int_equal(s->seen.outcome, OUTCOME_TIMEOUT);
}

static void
tells_a_client_that_leaves_before_its_hello(void **state)
{
	struct scene *s = *state;

	buf_add_u8(&s->fake.in, 22);
	s->fake.in_ended = true;
	ready(s, CHANNEL_READ);
	assert_true(s->fake.closed);
	assert_non_null(strstr(s->seen.reason, "in the middle of its hello"));
	assert_int_equal(s->seen.outcome, OUTCOME_TRUNCATED);
}

static void
tells_a_reset(void **state)
{
	struct scene *s = *state;

	s->fake.broken = true;
	ready(s, CHANNEL_READ);
	assert_true(s->fake.closed);
	assert_int_equal(s->seen.outcome, OUTCOME_RESET);
}

static void
parks_until_it_is_admitted(void **state)
{
	struct scene *s = *state;

	s->app.park = true;
	say_hello(s);
	assert_ptr_equal(s->app.parked, s->conn);
	assert_int_equal(s->app.opened, 0);
	assert_int_equal(s->fake.waits, CHANNEL_READ);
	assert_int_equal(s->fake.timeout_ms, 0);
	conn_admit(s->conn);
	assert_int_equal(s->app.opened, 1);
}

static void
notices_a_parked_client_that_leaves(void **state)
{
	struct scene *s = *state;

	s->app.park = true;
	say_hello(s);
	s->fake.in_ended = true;
	ready(s, CHANNEL_READ);
	assert_true(s->fake.closed);
	assert_int_equal(s->app.closed, 1);
	assert_int_equal(s->seen.outcome, OUTCOME_TRUNCATED);
	assert_non_null(strstr(s->seen.reason, "waited for its turn"));
}

static void
reads_no_more_than_so_much_of_a_parked_client(void **state)
{
	static const uint8_t flood[200 * 1024];
	struct scene *s = *state;

	s->app.park = true;
	say_hello(s);
	buf_add(&s->fake.in, flood, sizeof flood);
	ready(s, CHANNEL_READ);
	assert_int_equal(s->fake.waits, 0);
	assert_false(s->fake.closed);
	assert_in_range(s->fake.in.len, 1,
	    sizeof flood - 64 * 1024);
}

static void
queues_what_the_peer_does_not_take(void **state)
{
	struct scene *s = *state;

	say_hello(s);
	s->fake.room = 3;
	conn_write(s->conn, span_of("first,"));
	conn_write(s->conn, span_of("second"));
	assert_int_equal(conn_queued(s->conn), 9);
	assert_true(s->fake.waits & CHANNEL_WRITE);
	assert_int_equal(s->app.drained, 0);
	s->fake.room = 5;
	ready(s, CHANNEL_WRITE);
	s->fake.room = 100;
	ready(s, CHANNEL_WRITE);
	assert_int_equal(s->app.drained, 1);
	assert_int_equal(conn_queued(s->conn), 0);
	assert_true(span_equal(buf_span(&s->fake.out),
	    span_of("first,second")));
	assert_int_equal(s->fake.waits, CHANNEL_READ);
}

static void
does_not_read_from_who_does_not_take(void **state)
{
	struct scene *s = *state;
	uint8_t *much = mem_zero(1, 300000);

	say_hello(s);
	s->fake.room = 0;
	conn_write(s->conn, (struct tls_span){ much, 300000 });
	assert_int_equal(s->fake.waits, CHANNEL_WRITE);
	free(much);
}

static void
sends_all_before_it_closes(void **state)
{
	struct scene *s = *state;

	s->app.answer_and_close = true;
	s->fake.room = 2;
	say_hello(s);
	assert_false(s->fake.shut);
	s->fake.room = 100;
	ready(s, CHANNEL_WRITE);
	assert_true(span_equal(buf_span(&s->fake.out), span_of("answer")));
	assert_true(s->fake.shut);
	assert_false(s->fake.closed);
	s->fake.in_ended = true;
	ready(s, CHANNEL_READ);
	assert_true(s->fake.closed);
	assert_int_equal(s->seen.outcome, OUTCOME_CLEAN);
}

static void
drains_no_longer_than_allowed(void **state)
{
	struct scene *s = *state;

	s->app.answer_and_close = true;
	say_hello(s);
	assert_true(s->fake.shut);
	s->still.us += 400000;
	buf_add_string(&s->fake.in, "more");
	ready(s, CHANNEL_READ);
	assert_in_range(s->fake.timeout_ms, 100, 101);
	ready(s, CHANNEL_TIMEOUT);
	assert_true(s->fake.closed);
	assert_int_equal(s->seen.outcome, OUTCOME_CLOSED_HERE);
}

static void
lets_others_have_their_turn(void **state)
{
	struct scene *s = *state;
	uint8_t *much = mem_zero(1, 1000000);

	say_hello(s);
	buf_add(&s->fake.in, much, 1000000);
	ready(s, CHANNEL_READ);
	assert_true(s->fake.soon);
	assert_true(s->fake.in.len > 0);
	free(much);
}

static void
refuses_letters_that_the_backend_lacks(void **state)
{
	struct scene *s = *state;
	struct tls_error err = TLS_ERROR_INIT;

	say_hello(s);
	assert_int_equal(conn_renegotiate(s->conn, false, &err),
	    TLS_UNSUPPORTED);
	assert_int_equal(err.blame, TLS_BLAME_FEATURE);
	assert_int_equal(s->seen.kinds[EVENT_COMMAND], 1);
	assert_false(s->fake.closed);
}

/* ---- an inner hello (ECH) ----------------------------------------------- */

/* What a session was opened with, and whether that has lasted. */
static struct {
	const struct tls_hello *outer;
	struct tls_host *host;
	unsigned sound;
} ech;

static struct tls_session *
open_with_ech(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io, struct tls_host *host,
    struct tls_error *err)
{
	ech.outer = hello;
	ech.host = host;
	return tls_backend_null.session_open(server, hello, choice, io, host,
	    err);
}

/* As a library does that finds an inner hello twice, for it asked for another
 * group in between. */
static enum tls_status
shake_with_ech(struct tls_session *session, struct tls_error *err)
{
	struct buf record = BUF_INIT;
	struct tls_span message;

	fake_add_hello(&record, "inner.example");
	message = (struct tls_span){ record.data + 5, record.len - 5 };
	for (int i = 0; i < 2; i++) {
		const struct tls_choice *choice =
		    ech.host->ops->inner_hello(ech.host, message);

		ech.sound += choice && choice->version == TLS_VERSION_1_2 &&
		    span_equal(ech.outer->server_name, span_of("localhost"));
	}
	message.len--;
	ech.sound += ech.host->ops->inner_hello(ech.host, message) == NULL;
	buf_clear(&record);
	return tls_backend_null.handshake(session, err);
}

static void
goes_on_with_an_inner_hello(void **state)
{
	struct scene *s = *state;
	struct tls_backend backend = tls_backend_null;
	struct app_ops keeping = test_ops;

	backend.session_open = open_with_ech;
	backend.handshake = shake_with_ech;
	keeping.keeps_hello = true;
	s->plug[0]->backend = &backend;
	s->app.app.ops = &keeping;
	s->servers[0][0].config.versions = TLS_VERSION_BIT(TLS_VERSION_1_2);
	ech.sound = 0;
	say_hello(s);
	assert_int_equal(ech.sound, 3);
	assert_int_equal(s->app.opened, 1);
	assert_int_equal(s->seen.kinds[EVENT_HELLO], 3);
	assert_int_equal(s->seen.kinds[EVENT_CHOICE], 3);
	/* It is the one that counts from now on. */
	assert_true(span_equal(conn_hello(s->conn)->server_name,
	    span_of("inner.example")));
	conn_abort(s->conn);
	s->plug[0]->backend = &tls_backend_null;
	s->app.app.ops = &test_ops;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(hands_the_library_the_very_bytes_again),
		SCENE(reads_a_hello_that_comes_byte_by_byte),
		SCENE(says_what_is_no_hello_and_lets_the_library_speak),
		SCENE(refuses_a_hello_that_it_cannot_decode),
		SCENE(limits_what_all_large_hellos_hold),
		SCENE(lets_nobody_answer_a_hello_that_it_did_not_read),
		SCENE(chooses_the_backend_by_the_first_label),
		SCENE(chooses_the_server_by_the_whole_name),
		SCENE(refuses_another_name_if_asked_to),
		SCENE(gives_a_silent_client_its_time_and_no_more),
		SCENE(ends_an_idle_connection),
		SCENE(tells_a_client_that_leaves_before_its_hello),
		SCENE(tells_a_reset),
		SCENE(parks_until_it_is_admitted),
		SCENE(notices_a_parked_client_that_leaves),
		SCENE(reads_no_more_than_so_much_of_a_parked_client),
		SCENE(queues_what_the_peer_does_not_take),
		SCENE(does_not_read_from_who_does_not_take),
		SCENE(sends_all_before_it_closes),
		SCENE(drains_no_longer_than_allowed),
		SCENE(lets_others_have_their_turn),
		SCENE(refuses_letters_that_the_backend_lacks),
		SCENE(goes_on_with_an_inner_hello),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
