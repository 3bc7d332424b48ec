/* fault.c - the faults of a connection, over a transport in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "fake.h"
#include "fault/fault.h"

/* ---- a connection with faults --------------------------------------------- */

struct still {
	struct clock clock;		/* first */
	uint64_t us;
};

static uint64_t
monotonic(const struct clock *clock)
{
	return ((const struct still *)clock)->us;
}

static int64_t
wall(const struct clock *clock)
{
	(void)clock;
	return 0;
}

struct ear {
	struct sink sink;		/* first */
	unsigned faults, notes, shuts;
	char text[100], note[200];
	uint64_t bytes, records;
};

static void
hear(struct sink *sink, const struct event *event)
{
	struct ear *ear = (struct ear *)sink;

	if (event->kind == EVENT_FAULT) {
		ear->faults++;
		strncpy(ear->text, event->fault.text, sizeof ear->text - 1);
		ear->bytes = event->fault.bytes;
		ear->records = event->fault.records;
	} else if (event->kind == EVENT_SHUT) {
		ear->shuts++;
	} else {
		ear->notes++;
		strncpy(ear->note, event->note.text, sizeof ear->note - 1);
	}
}

static void
hear_no_more(struct sink *sink)
{
	(void)sink;
}

struct stage {
	struct channel_user user;	/* first */
	unsigned what;			/* of the last `ready` */
	struct still still;
	struct ear ear;
	struct bus *bus;
	struct fake fake;
	struct fault_script *script;
	struct faults *faults;		/* or null */
	struct channel *channel;
	struct origin origin;
};

static void
ready(struct channel_user *user, unsigned what)
{
	((struct stage *)user)->what |= what;
}

static int
set_up(void **state)
{
	static const struct sink_ops ops = { .event = hear,
	    .free = hear_no_more };
	struct stage *s = mem_zero(1, sizeof *s);

	s->user.ready = ready;
	s->still.clock.monotonic_us = monotonic;
	s->still.clock.wall_us = wall;
	s->still.us = 1000000;
	s->bus = bus_new(&s->still.clock);
	s->ear.sink.ops = &ops;
	s->ear.sink.wants = EVENT_BIT(EVENT_FAULT) | EVENT_BIT(EVENT_NOTE) |
	    EVENT_BIT(EVENT_SHUT);
	bus_add(s->bus, &s->ear.sink);
	s->origin.conn = 1;
	fake_init(&s->fake);
	*state = s;
	return 0;
}

static void
finish(struct stage *s)
{
	if (s->faults)
		s->channel->ops->close(s->channel);
	s->faults = NULL;
	fault_script_free(s->script);
	s->script = NULL;
	fake_clear(&s->fake);
	fake_init(&s->fake);
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	finish(s);
	fake_clear(&s->fake);
	bus_free(s->bus);
	free(s);
	return 0;
}

/* Connection `s->origin.conn`, with the faults of a script. */
static void
begin(struct stage *s, const char *text)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct fault_below below = { &s->fake.channel, &s->fake.channel.io,
	    &s->still.clock, s->bus, &s->origin };

	finish(s);
	s->script = fault_script_new();
	if (!fault_script_add(s->script, "-fault", span_of(text), &err) ||
	    !fault_script_check(s->script, &err))
		fail_msg("%s: %s", text, err.text);
	s->faults = faults_new(s->script, &below);
	s->channel = s->faults ? faults_channel(s->faults) :
	    &s->fake.channel;
	channel_attach(s->channel, &s->user);
	if (s->faults)
		faults_mark(s->faults, FAULT_AT_ACCEPT);
	s->what = 0;
}

static enum tls_status
put(struct stage *s, const char *text, size_t *done)
{
	return s->channel->io.ops->write(&s->channel->io,
	    (const uint8_t *)text, strlen(text), done);
}

/* Writes all of it, which must be possible. */
static void
put_all(struct stage *s, const char *text)
{
	size_t done;

	assert_int_equal(put(s, text, &done), TLS_OK);
	assert_int_equal(done, strlen(text));
}

static void
assert_sent(const struct stage *s, const char *text)
{
	assert_int_equal(s->fake.out.len, strlen(text));
	assert_memory_equal(s->fake.out.data, text, strlen(text));
}

static enum tls_status
get(struct stage *s, char *out, size_t room)
{
	size_t done;
	enum tls_status status = s->channel->io.ops->read(&s->channel->io,
	    (uint8_t *)out, room - 1, &done);

	out[done] = '\0';
	return status;
}

static void
await(struct stage *s, unsigned what)
{
	s->fake.soon = false;
	s->channel->ops->wait(s->channel, what, 10000);
}

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

/* ---- records ------------------------------------------------------------ */

#define HELLO	"\x16\3\3\0\6\2\0\0\2hi"
#define CERT	"\x16\3\3\0\5\v\0\0\1C"
#define CCS	"\x14\3\3\0\1\1"
#define DATA	"\x17\3\3\0\3" "abc"
#define MORE	"\x17\3\3\0\2" "de"

struct piece {
	const char *bytes;
	size_t len;
};

#define P(literal)	{ literal, sizeof literal - 1 }

static const struct piece flight[] = {
	P(HELLO), P(CERT), P(CCS), P(DATA), P(MORE),
};

static void
add_pieces(struct buf *out, const char *which)
{
	for (; *which; which++)
		buf_add(out, flight[*which - '1'].bytes,
		    flight[*which - '1'].len);
}

static const struct {
	const char *script;
	const char *records;	/* of the flight, that come out */
} record_rows[] = {
	{ "at record 2: drop", "1345" },
	{ "each record: drop", "" },
	{ "every 2nd record: drop", "135" },
	{ "each handshake record: drop", "345" },
	{ "at ccs record 1: drop", "1245" },
	{ "at data record 2: drop", "1234" },
	{ "at data record 3: drop", "12345" },
	{ "at record 1: duplicate", "112345" },
	{ "each record: duplicate twice", "1122345" },
	{ "at record 1: swap", "21345" },
	{ "at record 4: swap", "12354" },
	{ "at ServerHello: drop", "2345" },
	{ "at Certificate: duplicate", "122345" },
	{ "100% of records: drop", "" },
	{ "each record: split", "12345" },
	{ "each record: delay 1ms", "12345" },
	{ "every 3 bytes: delay 1ms", "12345" },
	{ "after record 2: reset", "12" },
	{ "after handshake record 2: close", "12" },
	{ "after ServerHello: close", "1" },
	{ "after Certificate: half-close", "12" },
	{ "at data record 1: reset", "123" },
	{ "rate 1B/s", "12345" },
};

/* Writes `stream` in pieces of at most `most` bytes to a client that takes
 * `room` bytes at a time, as the channel's rules are. */
static void
drain(struct stage *s, struct tls_span stream, size_t most, size_t room)
{
	while (stream.len) {
		size_t len = stream.len < most ? stream.len : most, done;
		enum tls_status status;

		s->fake.room = room;
		status = s->channel->io.ops->write(&s->channel->io,
		    stream.data, len, &done);
		assert_true(status == TLS_OK || status == TLS_WANT_WRITE);
		assert_true(done <= len);
		stream.data += done;
		stream.len -= done;
		if (status == TLS_WANT_WRITE && most < stream.len)
			most++;		/* more is known by then */
		if (s->fake.timer) {
			s->still.us += s->fake.timer_ms * 1000;
			fake_fire(&s->fake);
		}
	}
	for (unsigned i = 0; i < 1000 && s->fake.timer; i++) {
		s->fake.room = room;
		s->still.us += s->fake.timer_ms * 1000;
		fake_fire(&s->fake);
	}
	for (unsigned i = 0; i < 1000; i++) {
		s->fake.room = room;
		channel_ready(&s->fake.channel, CHANNEL_WRITE);
	}
}

static void
works_on_records_however_they_come(void **state)
{
	struct stage *s = *state;
	struct buf all = BUF_INIT, expected = BUF_INIT;

	add_pieces(&all, "12345");
	for (size_t i = 0; i < sizeof record_rows / sizeof *record_rows; i++) {
		expected.len = 0;
		buf_reserve(&expected, 1);
		add_pieces(&expected, record_rows[i].records);
		for (size_t most = 1; most <= all.len; most += 3)
			for (size_t room = 1; room < 20; room += 6) {
				begin(s, record_rows[i].script);
				drain(s, buf_span(&all), most, room);
				if (s->fake.out.len != expected.len)
					fail_msg("%s, %zu, %zu: %zu bytes, "
					    "not %zu", record_rows[i].script,
					    most, room, s->fake.out.len,
					    expected.len);
				if (expected.len)
					assert_memory_equal(s->fake.out.data,
					    expected.data, expected.len);
			}
	}
	buf_clear(&all);
	buf_clear(&expected);
}

static void
works_on_records_that_are_read(void **state)
{
	struct stage *s = *state;
	struct buf got = BUF_INIT, expected = BUF_INIT;
	uint8_t room[16];
	size_t done;

	begin(s, "from client: at record 2: drop; "
	    "from client: at data record 1: duplicate");
	add_pieces(&expected, "13445");
	for (size_t i = 0; i < 5; i++)
		for (size_t j = 0; j < flight[i].len; j++) {
			buf_add(&s->fake.in, flight[i].bytes + j, 1);
			while (s->channel->io.ops->read(&s->channel->io, room,
			    1 + (i + j) % 15, &done) == TLS_OK)
				buf_add(&got, room, done);
		}
	assert_int_equal(got.len, expected.len);
	assert_memory_equal(got.data, expected.data, got.len);
	buf_clear(&got);
	buf_clear(&expected);
}

static void
passes_on_what_are_no_records(void **state)
{
	struct stage *s = *state;
	size_t done;
	char got[20];

	begin(s, "at record 2: reset; from client: at record 2: reset");
	/* It may become one, until nobody has more to say. */
	assert_int_equal(put(s, "abc", &done), TLS_WANT_WRITE);
	await(s, CHANNEL_READ);
	assert_true(s->fake.soon);
	put_all(s, "abc");
	assert_sent(s, "abc");
	buf_add_string(&s->fake.in, "xyz");
	assert_int_equal(get(s, got, sizeof got), TLS_WANT_READ);
	s->fake.in_ended = true;
	assert_int_equal(get(s, got, sizeof got), TLS_OK);
	assert_string_equal(got, "xyz");
	assert_int_equal(get(s, got, sizeof got), TLS_CLOSED);
}

/* ---- moments and connections ---------------------------------------------- */

static void
counts_from_a_moment(void **state)
{
	struct stage *s = *state;

	begin(s, "after request, after 2 bytes: inject text \"!\"; "
	    "after handshake: inject text \"?\"");
	put_all(s, "abc");
	faults_mark(s->faults, FAULT_AT_HANDSHAKE);
	put_all(s, "def");
	faults_mark(s->faults, FAULT_AT_REQUEST);
	put_all(s, "ghi");
	assert_sent(s, "abc?defgh!i");
	faults_mark(s->faults, FAULT_AT_REQUEST);
	put_all(s, "jkl");
	assert_sent(s, "abc?defgh!ijkl");
}

static void
tells_once_and_counts(void **state)
{
	struct stage *s = *state;

	begin(s, "each byte: split; conn 2: at accept: reset # no\n; after "
	    "3 bytes: inject text \"-\"");
	put_all(s, "abcd");
	assert_int_equal(s->ear.faults, 2);
	assert_string_equal(s->ear.text,
	    "after 3 bytes: inject text \"-\"");
	assert_int_equal(s->ear.bytes, 3);
	fault_script_tell_idle(s->script, s->bus);
	assert_int_equal(s->ear.notes, 1);
	assert_string_equal(s->ear.note,
	    "-fault: never happened: conn 2: at accept: reset");
}

static void
chooses_connections(void **state)
{
	static const struct {
		const char *conns;
		const char *has;	/* of the connections 1 to 6 */
	} rows[] = {
		{ "conn 2", "010000" }, { "conns 2-4", "011100" },
		{ "first 3 conns", "111000" }, { "every 2nd conn", "010101" },
		{ "every conn", "111111" }, { "100% of conns", "111111" },
	};
	struct stage *s = *state;
	char script[60];

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t j = 0; j < 6; j++) {
			snprintf(script, sizeof script, "%s: each byte: drop",
			    rows[i].conns);
			s->origin.conn = j + 1;
			begin(s, script);
			put_all(s, "a");
			assert_int_equal(s->fake.out.len == 0,
			    rows[i].has[j] == '1');
		}
}

static void
draws_the_same_lots_again(void **state)
{
	struct stage *s = *state;
	unsigned num = 0;

	for (size_t i = 0; i < 1000; i++) {
		size_t first;

		s->origin.conn = i + 1;
		begin(s, "seed 5; 30% of conns: each byte: drop");
		put_all(s, "a");
		first = s->fake.out.len;
		begin(s, "seed 5; 30% of conns: each byte: drop");
		put_all(s, "a");
		assert_int_equal(s->fake.out.len, first);
		num += first == 0;
	}
	assert_in_range(num, 250, 350);
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

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
		SCENE(works_on_records_however_they_come),
		SCENE(works_on_records_that_are_read),
		SCENE(passes_on_what_are_no_records),
		SCENE(counts_from_a_moment),
		SCENE(tells_once_and_counts),
		SCENE(chooses_connections),
		SCENE(draws_the_same_lots_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
