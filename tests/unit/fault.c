/* fault.c - the faults of a connection: bytes, time, and its end
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault_stage.h"

/* ---- bytes -------------------------------------------------------------- */

static void
changes_what_is_sent(void **state)
{
	static const struct {
		const char *script, *sent;
		unsigned writes;
	} rows[] = {
		{ "at byte 3: flip", "abbdefgh", 1 },
		{ "at byte 3: flip bit 5", "abCdefgh", 1 },
		{ "every 3rd byte: flip", "abbdeggh", 1 },
		{ "at byte 1: drop; at byte 8: drop", "bcdefg", 1 },
		{ "each byte: drop 3 times", "defgh", 1 },
		{ "each byte: duplicate twice", "aabbcdefgh", 1 },
		{ "after byte 8: inject text \"!\"", "abcdefgh!", 1 },
		{ "at byte 1: inject text \"<\"", "<abcdefgh", 1 },
		{ "after 2 bytes: inject hex 2d2d", "ab--cdefgh", 1 },
		{ "each byte: split", "abcdefgh", 8 },
		{ "every 3 bytes: split", "abcdefgh", 3 },
		{ "at byte 4: split", "abcdefgh", 3 },
		{ "after byte 4: split", "abcdefgh", 2 },
		{ "after byte 8: split", "abcdefgh", 1 },
		{ "at byte 2: flip; at byte 2: flip bit 2", "agcdefgh", 1 },
		{ "conn 2: each byte: drop", "abcdefgh", 1 },
		{ "conns 2-3: each byte: drop; first 1 conns: at byte 1: "
		  "drop", "bcdefgh", 1 },
		{ "from client: each byte: drop", "abcdefgh", 1 },
		{ "after byte 9: reset", "abcdefgh", 1 },
	};
	struct stage *s = *state;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin(s, rows[i].script);
		put_all(s, "abcdefgh");
		assert_sent(s, rows[i].sent);
		assert_int_equal(s->fake.writes, rows[i].writes);
	}
}

static void
ends_where_it_is_told(void **state)
{
	static const char *const rows[] = {
		"after 3 bytes: reset", "at byte 4: reset",
		"after 3 bytes: close", "at byte 4: half-close",
	};
	struct stage *s = *state;
	size_t done;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bool resets = i < 2;

		begin(s, rows[i]);
		s->ear.shuts = 0;
		put_all(s, "abcdefgh");
		assert_sent(s, "abc");
		assert_int_equal(s->fake.was_reset, resets);
		assert_int_equal(s->fake.shut, !resets);
		assert_int_equal(faults_end(s->faults), resets ?
		    FAULT_RESET : i == 2 ? FAULT_CLOSED : FAULT_NOT_ENDED);
		/* What follows is lost, and nobody has to know. */
		assert_int_equal(put(s, "more", &done), TLS_OK);
		assert_int_equal(done, 4);
		assert_sent(s, "abc");
		s->channel->ops->shutdown(s->channel);
		assert_int_equal(s->ear.shuts, 1);
	}
}

static void
reads_what_is_left_after_it_was_closed(void **state)
{
	struct stage *s = *state;
	char got[20];

	begin(s, "from client: after 2 bytes: close");
	buf_add_string(&s->fake.in, "abcdef");
	assert_int_equal(get(s, got, sizeof got), TLS_WANT_READ);
	assert_int_equal(faults_end(s->faults), FAULT_CLOSED);
	await(s, CHANNEL_READ);
	assert_true(s->fake.soon);
	faults_obey(s->faults);
	buf_add_string(&s->fake.in, "more");
	assert_int_equal(get(s, got, sizeof got), TLS_OK);
	assert_string_equal(got, "more");
}

static void
changes_what_is_read(void **state)
{
	struct stage *s = *state;
	char got[20];

	begin(s, "from client: at byte 3: flip; from client: at byte 5: drop; "
	    "from client: after 6 bytes: half-close");
	buf_add_string(&s->fake.in, "abcdefgh");
	assert_int_equal(get(s, got, sizeof got), TLS_OK);
	assert_string_equal(got, "abbdf");
	assert_false(channel_state(s->channel).ended);
	assert_int_equal(get(s, got, sizeof got), TLS_CLOSED);
	assert_true(channel_state(s->channel).ended);
	put_all(s, "still");
	assert_sent(s, "still");
}

static void
a_split_read_has_to_wait(void **state)
{
	struct stage *s = *state;
	char got[20];

	begin(s, "from client: every 2 bytes: split");
	buf_add_string(&s->fake.in, "abc");
	assert_int_equal(get(s, got, sizeof got), TLS_OK);
	assert_string_equal(got, "ab");
	assert_int_equal(get(s, got, sizeof got), TLS_WANT_READ);
	assert_true(s->fake.soon);
	assert_int_equal(get(s, got, sizeof got), TLS_OK);
	assert_string_equal(got, "c");
}

/* ---- time --------------------------------------------------------------- */

static void
waits_before_it_goes_on(void **state)
{
	struct stage *s = *state;
	size_t done;

	begin(s, "after 2 bytes: delay 70ms; after 2 bytes: inject text \"-\"");
	assert_int_equal(put(s, "abcd", &done), TLS_OK);
	assert_int_equal(done, 2);
	assert_sent(s, "ab");
	assert_int_equal(s->fake.timer_ms, 70);
	assert_true(faults_delay(s->faults));
	assert_int_equal(put(s, "cd", &done), TLS_WANT_WRITE);
	/* Not for the socket. */
	await(s, CHANNEL_WRITE);
	assert_int_equal(s->fake.waits & CHANNEL_WRITE, 0);
	fake_fire(&s->fake);
	assert_int_equal(s->what & CHANNEL_WRITE, CHANNEL_WRITE);
	assert_false(faults_delay(s->faults));
	put_all(s, "cd");
	assert_sent(s, "ab-cd");
}

static void
does_what_comes_after_a_delay_without_more_bytes(void **state)
{
	struct stage *s = *state;

	begin(s, "after 4 bytes: delay 1s; after 4 bytes: reset");
	put_all(s, "abcd");
	assert_false(s->fake.was_reset);
	fake_fire(&s->fake);
	assert_true(s->fake.was_reset);
	assert_sent(s, "abcd");
	assert_int_equal(s->ear.faults, 2);
	assert_int_equal(s->ear.bytes, 4);
}

static void
passes_no_more_than_the_rate(void **state)
{
	struct stage *s = *state;
	char text[1001] = "";
	size_t sent = 0, done;

	memset(text, 'x', 1000);
	begin(s, "rate 1000B/s");
	for (unsigned ms = 0; sent < 1000 && ms < 2000; ms += 20) {
		if (put(s, text + sent, &done) == TLS_OK)
			sent += done;
		assert_true(s->fake.out.len <= ms + 25);
		s->still.us += 20000;
		if (s->fake.timer)
			fake_fire(&s->fake);
	}
	assert_int_equal(s->fake.out.len, 1000);
	assert_true(s->still.us - 1000000 >= 900000);
	assert_true(s->still.us - 1000000 <= 1200000);
}

static void
gathers_for_a_time(void **state)
{
	struct stage *s = *state;
	size_t done;

	begin(s, "coalesce 30ms");
	assert_int_equal(put(s, "ab", &done), TLS_WANT_WRITE);
	await(s, CHANNEL_WRITE);
	assert_int_equal(s->fake.timer_ms, 30);
	assert_int_equal(put(s, "abcd", &done), TLS_WANT_WRITE);
	await(s, CHANNEL_WRITE);
	fake_fire(&s->fake);
	put_all(s, "abcd");
	assert_int_equal(s->fake.writes, 1);
	await(s, CHANNEL_READ);
	/* The next time begins. */
	assert_int_equal(put(s, "ef", &done), TLS_WANT_WRITE);
	assert_non_null(s->fake.timer);
}

static void
hangs_until_the_client_leaves(void **state)
{
	static const char *const rows[] = {
		"after 2 bytes: hang", "after 2 bytes: stall",
	};
	struct stage *s = *state;
	char got[20];
	size_t done;

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		begin(s, rows[i]);
		assert_int_equal(put(s, "abcd", &done), TLS_OK);
		assert_int_equal(done, 2);
		assert_int_equal(put(s, "cd", &done), TLS_WANT_WRITE);
		assert_null(s->fake.timer);
		assert_false(faults_delay(s->faults));
		await(s, CHANNEL_READ | CHANNEL_WRITE);
		assert_int_equal(s->fake.waits, CHANNEL_READ);
		buf_add_string(&s->fake.in, "hello?");
		channel_ready(&s->fake.channel, CHANNEL_READ);
		assert_int_equal(get(s, got, sizeof got),
		    i == 0 ? TLS_WANT_READ : TLS_OK);
		assert_int_equal(put(s, "cd", &done), TLS_WANT_WRITE);
		s->fake.in_ended = true;
		await(s, CHANNEL_READ | CHANNEL_WRITE);
		channel_ready(&s->fake.channel, CHANNEL_READ);
		assert_int_equal(put(s, "cd", &done), TLS_FAILED);
		assert_true(channel_state(s->channel).ended);
		assert_sent(s, "ab");
	}
}

static void
ends_its_side_after_what_it_has(void **state)
{
	struct stage *s = *state;
	size_t done;

	begin(s, "at byte 2: flip");
	s->fake.room = 1;
	assert_int_equal(put(s, "abcd", &done), TLS_WANT_WRITE);
	s->channel->ops->shutdown(s->channel);
	assert_false(s->fake.shut);
	s->fake.room = 10;
	channel_ready(&s->fake.channel, CHANNEL_WRITE);
	assert_sent(s, "accd");
	assert_true(s->fake.shut);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(changes_what_is_sent),
		SCENE(ends_where_it_is_told),
		SCENE(reads_what_is_left_after_it_was_closed),
		SCENE(changes_what_is_read),
		SCENE(a_split_read_has_to_wait),
		SCENE(waits_before_it_goes_on),
		SCENE(does_what_comes_after_a_delay_without_more_bytes),
		SCENE(passes_no_more_than_the_rate),
		SCENE(gathers_for_a_time),
		SCENE(hangs_until_the_client_leaves),
		SCENE(ends_its_side_after_what_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
