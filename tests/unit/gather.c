/* gather.c - a flight is one write, a record is one read
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"
#include "net/gather.h"

#define RECORD	16384

struct stage {
	struct fake fake;
	struct gather_pool *pool;
	struct gather gather;
	uint8_t bytes[4 * GATHER_MOST];
};

static int
set_up(void **state)
{
	struct stage *s = mem_zero(1, sizeof *s);

	fake_init(&s->fake);
	for (size_t i = 0; i < sizeof s->bytes; i++)
		s->bytes[i] = (uint8_t)(i * 7 + i / 251);
	s->pool = gather_pool_new();
	gather_init(&s->gather, &s->fake.channel.io, s->pool);
	*state = s;
	return 0;
}

static int
tear_down(void **state)
{
	struct stage *s = *state;

	gather_clear(&s->gather);
	gather_pool_free(s->pool);
	fake_clear(&s->fake);
	free(s);
	return 0;
}

/* Writes `len` bytes from `from` on; all of them are taken. */
static void
put(struct stage *s, size_t from, size_t len)
{
	struct tls_io *io = &s->gather.io;
	size_t done = 0;

	assert_int_equal(io->ops->write(io, s->bytes + from, len, &done),
	    TLS_OK);
	assert_int_equal(done, len);
}

static enum tls_status
get(struct stage *s, uint8_t *to, size_t len, size_t *done)
{
	return s->gather.io.ops->read(&s->gather.io, to, len, done);
}

static void
assert_sent(const struct stage *s, size_t len)
{
	assert_int_equal(s->fake.out.len, len);
	assert_memory_equal(s->fake.out.data, s->bytes, len);
}

/* ---- writing ------------------------------------------------------------ */

static void
a_flight_is_one_write(void **state)
{
	struct stage *s = *state;

	assert_int_equal(gather_send(&s->gather), TLS_OK);
	for (size_t i = 0; i < 30; i++)
		put(s, i * 100, 100);
	assert_int_equal(s->fake.writes, 0);
	assert_int_equal(gather_unsent(&s->gather), 3000);
	assert_int_equal(gather_send(&s->gather), TLS_OK);
	assert_int_equal(s->fake.writes, 1);
	assert_int_equal(gather_unsent(&s->gather), 0);
	assert_sent(s, 3000);
	/* The next one begins anew. */
	put(s, 3000, 50);
	assert_int_equal(gather_send(&s->gather), TLS_OK);
	assert_int_equal(s->fake.writes, 2);
	assert_sent(s, 3050);
}

static void
a_long_flight_is_one_write_as_well(void **state)
{
	struct stage *s = *state;

	for (size_t i = 0; i < 10; i++)
		put(s, i * 6000, 6000);
	assert_int_equal(s->fake.writes, 0);
	assert_int_equal(gather_send(&s->gather), TLS_OK);
	assert_int_equal(s->fake.writes, 1);
	assert_sent(s, 60000);
}

static void
takes_all_until_too_much_is_unsent(void **state)
{
	struct stage *s = *state;
	struct tls_io *io = &s->gather.io;
	size_t done = 1;

	s->fake.room = 0;
	put(s, 0, GATHER_MOST - 1);
	/* One byte less than the most: all of the next are taken. */
	put(s, GATHER_MOST - 1, RECORD);
	assert_int_equal(io->ops->write(io, s->bytes, 1, &done),
	    TLS_WANT_WRITE);
	assert_int_equal(done, 0);
	assert_int_equal(gather_send(&s->gather), TLS_WANT_WRITE);
	/* Room for all but one byte too much. */
	s->fake.room = RECORD - 1;
	assert_int_equal(io->ops->write(io, s->bytes, 1, &done),
	    TLS_WANT_WRITE);
	s->fake.room = 1;
	put(s, GATHER_MOST - 1 + RECORD, 10);
	s->fake.room = SIZE_MAX;
	assert_int_equal(gather_send(&s->gather), TLS_OK);
	assert_sent(s, GATHER_MOST + RECORD + 9);
}

static void
goes_on_where_the_room_ended(void **state)
{
	struct stage *s = *state;

	put(s, 0, 1000);
	for (size_t i = 1; i < 1000; i++) {
		s->fake.room = 1;
		assert_int_equal(gather_send(&s->gather), TLS_WANT_WRITE);
		assert_int_equal(gather_unsent(&s->gather), 1000 - i);
		if (i % 100 == 0)
			gather_release(&s->gather);
	}
	s->fake.room = 1;
	assert_int_equal(gather_send(&s->gather), TLS_OK);
	assert_sent(s, 1000);
}

static void
a_large_record_of_data_is_not_copied(void **state)
{
	struct stage *s = *state;

	s->gather.direct = true;
	put(s, 0, RECORD);
	assert_int_equal(s->fake.writes, 1);
	assert_null(s->gather.out.data);
	assert_sent(s, RECORD);
	/* A small one is: it may have company. */
	put(s, RECORD, 100);
	assert_int_equal(s->fake.writes, 1);
	/* What is there already goes first. */
	put(s, RECORD + 100, RECORD);
	assert_int_equal(s->fake.writes, 1);
	assert_int_equal(gather_send(&s->gather), TLS_OK);
	assert_int_equal(s->fake.writes, 2);
	assert_sent(s, 2 * RECORD + 100);
}

static void
keeps_the_rest_of_a_large_record(void **state)
{
	struct stage *s = *state;

	s->gather.direct = true;
	s->fake.room = 10000;
	put(s, 0, RECORD);
	assert_int_equal(gather_unsent(&s->gather), RECORD - 10000);
	gather_release(&s->gather);
	s->fake.room = SIZE_MAX;
	assert_int_equal(gather_send(&s->gather), TLS_OK);
	assert_sent(s, RECORD);
}

static void
drops_what_nobody_will_read(void **state)
{
	struct stage *s = *state;
	struct tls_io *io = &s->gather.io;
	uint8_t byte;
	size_t done;

	put(s, 0, 100);
	s->fake.deaf = true;
	assert_int_equal(gather_send(&s->gather), TLS_FAILED);
	assert_int_equal(gather_unsent(&s->gather), 0);
	s->fake.deaf = s->fake.state.reset = false;
	assert_int_equal(gather_send(&s->gather), TLS_FAILED);
	assert_int_equal(io->ops->write(io, s->bytes, 1, &done), TLS_FAILED);
	assert_int_equal(done, 0);
	/* A peer that no longer reads may still have said why. */
	buf_add_u8(&s->fake.in, 21);
	assert_int_equal(get(s, &byte, 1, &done), TLS_OK);
	assert_int_equal(byte, 21);
}

/* ---- reading ------------------------------------------------------------ */

static void
a_record_is_one_read(void **state)
{
	struct stage *s = *state;
	uint8_t got[RECORD];
	size_t done;

	buf_add(&s->fake.in, s->bytes, 5 + 300 + 5 + 200);
	for (size_t at = 0, i = 0; i < 4; at += done, i++) {
		static const size_t lens[] = { 5, 300, 5, 200 };

		assert_int_equal(get(s, got, lens[i], &done), TLS_OK);
		assert_int_equal(done, lens[i]);
		assert_memory_equal(got, s->bytes + at, done);
		assert_int_equal(s->gather.io.ops->pending(&s->gather.io),
		    i < 3);
	}
	assert_int_equal(s->fake.reads, 1);
	assert_int_equal(get(s, got, 5, &done), TLS_WANT_READ);
	assert_int_equal(done, 0);
	s->fake.in_ended = true;
	assert_int_equal(get(s, got, 5, &done), TLS_CLOSED);
}

static void
the_largest_record_is_one_read(void **state)
{
	const size_t len = RECORD + 2048;	/* RFC 5246, 6.2.3 */
	struct stage *s = *state;
	uint8_t got[RECORD + 2048];
	size_t done;

	buf_add(&s->fake.in, s->bytes, 5 + len);
	assert_int_equal(get(s, got, 5, &done), TLS_OK);
	assert_int_equal(get(s, got, len, &done), TLS_OK);
	assert_int_equal(done, len);
	assert_memory_equal(got, s->bytes + 5, len);
	assert_int_equal(s->fake.reads, 1);
}

static void
a_large_read_is_not_copied(void **state)
{
	struct stage *s = *state;
	uint8_t got[RECORD];
	size_t done;

	buf_add(&s->fake.in, s->bytes, 3 * RECORD);
	assert_int_equal(get(s, got, RECORD, &done), TLS_OK);
	assert_int_equal(done, RECORD);
	assert_memory_equal(got, s->bytes, RECORD);
	assert_null(s->gather.in.data);
	assert_int_equal(s->fake.reads, 1);
}

static void
sends_before_it_reads(void **state)
{
	struct stage *s = *state;
	uint8_t got[5];
	size_t done;

	put(s, 0, 100);
	assert_int_equal(get(s, got, 5, &done), TLS_WANT_READ);
	assert_sent(s, 100);
	/* What is in memory costs no write. */
	buf_add(&s->fake.in, s->bytes, 10);
	assert_int_equal(get(s, got, 5, &done), TLS_OK);
	put(s, 100, 100);
	assert_int_equal(get(s, got, 5, &done), TLS_OK);
	assert_sent(s, 100);
	assert_int_equal(get(s, got, 5, &done), TLS_WANT_READ);
	assert_sent(s, 200);
}

static void
does_not_read_from_one_that_takes_nothing(void **state)
{
	struct stage *s = *state;
	uint8_t got[RECORD];
	size_t done = 1;

	s->fake.room = 0;
	buf_add(&s->fake.in, s->bytes, 100);
	/* One record that waits must not stop the other direction. */
	put(s, 0, GATHER_MOST - 1);
	assert_int_equal(get(s, got, 50, &done), TLS_OK);
	put(s, 0, 1);
	/* What was read ahead is no read from below. */
	assert_int_equal(get(s, got, 50, &done), TLS_OK);
	buf_add(&s->fake.in, s->bytes, 100);
	assert_int_equal(get(s, got, 50, &done), TLS_WANT_WRITE);
	assert_int_equal(done, 0);
	assert_int_equal(get(s, got, RECORD, &done), TLS_WANT_WRITE);
	assert_int_equal(gather_fill(&s->gather), TLS_WANT_WRITE);
	assert_int_equal(s->fake.in.len, 100);
}

static void
what_was_looked_at_is_read_again(void **state)
{
	struct stage *s = *state;
	uint8_t got[200];
	size_t done;

	assert_int_equal(gather_fill(&s->gather), TLS_WANT_READ);
	assert_int_equal(gather_ahead(&s->gather).len, 0);
	buf_add(&s->fake.in, s->bytes, 60);
	assert_int_equal(gather_fill(&s->gather), TLS_OK);
	gather_release(&s->gather);
	buf_add(&s->fake.in, s->bytes + 60, 40);
	assert_int_equal(gather_fill(&s->gather), TLS_OK);
	assert_int_equal(gather_ahead(&s->gather).len, 100);
	assert_memory_equal(gather_ahead(&s->gather).data, s->bytes, 100);
	assert_int_equal(get(s, got, 30, &done), TLS_OK);
	assert_int_equal(gather_ahead(&s->gather).len, 70);
	assert_int_equal(get(s, got + 30, 170, &done), TLS_OK);
	assert_int_equal(done, 70);
	assert_memory_equal(got, s->bytes, 100);
	gather_release(&s->gather);
	assert_null(s->gather.in.data);
}

static void
other_bytes_take_the_place_of_the_first(void **state)
{
	struct stage *s = *state;
	struct tls_span ahead;

	buf_add_string(&s->fake.in, "one two three");
	assert_int_equal(gather_fill(&s->gather), TLS_OK);
	gather_replace(&s->gather, 3, span_of("eleven"));
	ahead = gather_ahead(&s->gather);
	assert_true(span_equal(ahead, span_of("eleven two three")));
	gather_replace(&s->gather, ahead.len, span_of(""));
	assert_int_equal(gather_ahead(&s->gather).len, 0);
}

static void
looks_at_more_than_the_pool_holds(void **state)
{
	struct stage *s = *state;
	size_t total = 0;

	buf_add(&s->fake.in, s->bytes, 3 * GATHER_MOST);
	while (s->fake.in.len) {
		assert_int_equal(gather_fill(&s->gather), TLS_OK);
		assert_true(gather_ahead(&s->gather).len > total);
		total = gather_ahead(&s->gather).len;
	}
	assert_int_equal(total, 3 * GATHER_MOST);
	assert_memory_equal(gather_ahead(&s->gather).data, s->bytes, total);
}

/* ---- memory ------------------------------------------------------------- */

static void
has_no_memory_at_rest(void **state)
{
	struct stage *s = *state;
	uint8_t got[10];
	size_t done;

	put(s, 0, 50);
	buf_add(&s->fake.in, s->bytes, 10);
	assert_int_equal(get(s, got, 10, &done), TLS_OK);
	assert_int_equal(gather_send(&s->gather), TLS_OK);
	gather_release(&s->gather);
	assert_null(s->gather.in.data);
	assert_null(s->gather.out.data);
}

static void
has_as_much_at_rest_as_is_left_over(void **state)
{
	struct stage *s = *state;
	uint8_t got[10];
	size_t done;

	s->fake.room = 0;
	put(s, 0, 50);
	buf_add(&s->fake.in, s->bytes, 40);
	assert_int_equal(get(s, got, 10, &done), TLS_OK);
	gather_release(&s->gather);
	assert_int_equal(s->gather.in.room, 30);
	assert_int_equal(s->gather.out.room, 50);
}

/* Two connections of one thread, one of which is in the midst of something
 * when the other begins: each has its own bytes, in their order. */
#define STREAM	200000

struct end {
	struct fake fake;
	struct gather gather;
	size_t put, got, given;
};

static unsigned
draw(uint64_t *seed, unsigned below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (unsigned)(*seed >> 33) % below;
}

static uint8_t
byte_of(size_t end, size_t i)
{
	return (uint8_t)(i * 13 + i / 253 + end * 101);
}

static void
move(struct end *end, size_t number, uint64_t *seed)
{
	struct tls_io *io = &end->gather.io;
	uint8_t bytes[3 * RECORD / 2];
	size_t len = 1 + draw(seed, draw(seed, 2) ? 300 : sizeof bytes - 1);
	size_t done = 0;

	switch (draw(seed, 6)) {
	case 0:
		end->gather.direct = draw(seed, 2);
		for (size_t i = 0; i < len; i++)
			bytes[i] = byte_of(number, end->put + i);
		if (io->ops->write(io, bytes, len, &done) == TLS_OK)
			assert_int_equal(done, len);
		end->put += done;
		break;
	case 1:
		end->fake.room = draw(seed, 3) ? draw(seed, 40000) : 0;
		gather_send(&end->gather);
		break;
	case 2:
		for (size_t i = 0; i < len; i++)
			buf_add_u8(&end->fake.in,
			    byte_of(number + 2, end->given++));
		break;
	case 3:
		io->ops->read(io, bytes, len, &done);
		for (size_t i = 0; i < done; i++)
			assert_int_equal(bytes[i],
			    byte_of(number + 2, end->got++));
		break;
	case 4:
		gather_release(&end->gather);
		break;
	default:
		gather_fill(&end->gather);
	}
	assert_int_equal(end->fake.out.len + gather_unsent(&end->gather),
	    end->put);
}

static void
two_keep_their_bytes_apart(void **state)
{
	struct stage *s = *state;
	struct end ends[2];
	uint64_t seed = 20261128;

	memset(ends, 0, sizeof ends);
	for (size_t i = 0; i < 2; i++) {
		fake_init(&ends[i].fake);
		gather_init(&ends[i].gather, &ends[i].fake.channel.io,
		    s->pool);
	}
	while (ends[0].got < STREAM || ends[1].got < STREAM ||
	    ends[0].put < STREAM || ends[1].put < STREAM) {
		size_t which = draw(&seed, 2);

		move(&ends[which], which, &seed);
	}
	for (size_t i = 0; i < 2; i++) {
		ends[i].fake.room = SIZE_MAX;
		assert_int_equal(gather_send(&ends[i].gather), TLS_OK);
		assert_int_equal(ends[i].fake.out.len, ends[i].put);
		for (size_t j = 0; j < ends[i].put; j++)
			assert_int_equal(ends[i].fake.out.data[j],
			    byte_of(i, j));
		gather_clear(&ends[i].gather);
		fake_clear(&ends[i].fake);
	}
}

#define SCENE(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		SCENE(a_flight_is_one_write),
		SCENE(a_long_flight_is_one_write_as_well),
		SCENE(takes_all_until_too_much_is_unsent),
		SCENE(goes_on_where_the_room_ended),
		SCENE(a_large_record_of_data_is_not_copied),
		SCENE(keeps_the_rest_of_a_large_record),
		SCENE(drops_what_nobody_will_read),
		SCENE(a_record_is_one_read),
		SCENE(the_largest_record_is_one_read),
		SCENE(a_large_read_is_not_copied),
		SCENE(sends_before_it_reads),
		SCENE(does_not_read_from_one_that_takes_nothing),
		SCENE(what_was_looked_at_is_read_again),
		SCENE(other_bytes_take_the_place_of_the_first),
		SCENE(looks_at_more_than_the_pool_holds),
		SCENE(has_no_memory_at_rest),
		SCENE(has_as_much_at_rest_as_is_left_over),
		SCENE(two_keep_their_bytes_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
