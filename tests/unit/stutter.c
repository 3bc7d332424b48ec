/* stutter.c - a tls_io that moves a few bytes at a time, or none
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "net/memory.h"
#include "net/stutter.h"

#define LEN	5000

struct stage {
	struct memory_io below;
	struct stutter stutter;
	uint8_t bytes[LEN];
	unsigned moved[STUTTER_MOST + 1]; /* how often so many */
};

static void
open_stage(struct stage *s, uint64_t seed)
{
	memset(s, 0, sizeof *s);
	memory_init(&s->below, MEMORY_NO_LIMIT);
	for (size_t i = 0; i < LEN; i++)
		s->bytes[i] = (uint8_t)(i * 7 + 3);
	stutter_init(&s->stutter, &s->below.io, seed);
}

static void
reads_all_in_small_pieces(void **state)
{
	struct stage s;
	uint8_t got[LEN + 64];
	size_t len = 0, done;
	bool refused = false;

	(void)state;
	open_stage(&s, 4);
	buf_add(&s.below.to_server, s.bytes, LEN);
	while (len < LEN) {
		uint64_t before = s.below.moved;
		enum tls_status status = s.stutter.io.ops->read(&s.stutter.io,
		    got + len, 64, &done);

		assert_true(done <= STUTTER_MOST);
		s.moved[done]++;
		len += done;
		assert_int_equal(status, done ? TLS_OK : TLS_WANT_READ);
		assert_int_equal(s.below.moved - before, done);
		/* It goes on: never twice running. */
		assert_false(refused && status != TLS_OK);
		refused = status != TLS_OK;
	}
	assert_memory_equal(got, s.bytes, LEN);
	for (size_t i = 0; i <= STUTTER_MOST; i++)
		assert_true(s.moved[i] > LEN / 100);
	memory_clear(&s.below);
}

static void
writes_all_in_small_pieces(void **state)
{
	struct stage s;
	size_t len = 0, done;

	(void)state;
	open_stage(&s, 5);
	while (len < LEN) {
		enum tls_status status = s.stutter.io.ops->write(&s.stutter.io,
		    s.bytes + len, LEN - len, &done);

		assert_int_equal(status, done ? TLS_OK : TLS_WANT_WRITE);
		assert_true(done <= STUTTER_MOST);
		s.moved[done]++;
		len += done;
	}
	assert_int_equal(s.below.to_client.len, LEN);
	assert_memory_equal(s.below.to_client.data, s.bytes, LEN);
	for (size_t i = 0; i <= STUTTER_MOST; i++)
		assert_true(s.moved[i] > LEN / 100);
	memory_clear(&s.below);
}

static void
passes_on_what_is_said_below(void **state)
{
	struct stage s;
	uint8_t byte;
	size_t done = 1;
	enum tls_status status;

	(void)state;
	open_stage(&s, 0);
	assert_false(s.stutter.io.ops->pending(&s.stutter.io));
	s.below.ended = true;
	do
		status = s.stutter.io.ops->read(&s.stutter.io, &byte, 1,
		    &done);
	while (status == TLS_WANT_READ);
	assert_int_equal(status, TLS_CLOSED);
	assert_int_equal(done, 0);
	s.below.broken = true;
	do
		status = s.stutter.io.ops->write(&s.stutter.io, &byte, 1,
		    &done);
	while (status == TLS_WANT_WRITE);
	assert_int_equal(status, TLS_FAILED);
	memory_clear(&s.below);
}

static void
stutters_alike_with_one_seed(void **state)
{
	struct stage a, b, c;
	size_t one, two, other;
	bool differs = false;

	(void)state;
	open_stage(&a, 9);
	open_stage(&b, 9);
	open_stage(&c, 10);
	for (int i = 0; i < 100; i++) {
		a.stutter.io.ops->write(&a.stutter.io, a.bytes, 64, &one);
		b.stutter.io.ops->write(&b.stutter.io, b.bytes, 64, &two);
		c.stutter.io.ops->write(&c.stutter.io, c.bytes, 64, &other);
		assert_int_equal(one, two);
		differs = differs || one != other;
	}
	assert_true(differs);
	memory_clear(&a.below);
	memory_clear(&b.below);
	memory_clear(&c.below);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_in_small_pieces),
		cmocka_unit_test(writes_all_in_small_pieces),
		cmocka_unit_test(passes_on_what_is_said_below),
		cmocka_unit_test(stutters_alike_with_one_seed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
