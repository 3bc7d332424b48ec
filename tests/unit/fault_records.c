/* fault_records.c - the faults of a connection: records, moments, which one
 * SPDX-License-Identifier: Apache-2.0
 */
#include <unistd.h>

#include "fault_stage.h"

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

/* ---- moments and connections -------------------------------------------- */

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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(works_on_records_however_they_come),
		SCENE(works_on_records_that_are_read),
		SCENE(passes_on_what_are_no_records),
		SCENE(counts_from_a_moment),
		SCENE(tells_once_and_counts),
		SCENE(chooses_connections),
		SCENE(draws_the_same_lots_again),
	};

	/* A fault that happens again and again at one place never ends. */
	alarm(60);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
