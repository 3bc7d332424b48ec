/* store.c - sessions kept, found, parted and forgotten
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "policy/store.h"

#define ROOM	3

static struct store_key
key_of(const char *id)
{
	return (struct store_key){
		.backend = "null", .context = span_of("ctx"),
		.id = span_of(id),
	};
}

static bool
finds(struct store *store, struct store_key key, int64_t now,
    const char *session)
{
	struct buf out = BUF_INIT;
	bool found = store_get(store, &key, now, &out) == STORE_FOUND;

	if (found)
		assert_string_equal(buf_string(&out), session);
	buf_wipe(&out);
	return found;
}

static void
parts_what_must_not_be_mixed(void **state)
{
	struct store *store = store_new(ROOM);
	struct store_key key = key_of("id"), other;

	(void)state;
	store_put(store, &key, span_of("one"), 100);
	assert_true(finds(store, key, 99, "one"));
	other = key;
	other.context = span_of("other");
	assert_false(finds(store, other, 99, NULL));
	other.context = span_of("ctX");
	assert_false(finds(store, other, 99, NULL));
	other = key;
	other.backend = "mirror";
	assert_false(finds(store, other, 99, NULL));
	other = key;
	other.server = 1;
	assert_false(finds(store, other, 99, NULL));
	/* Where one ends and the other begins counts. */
	other = key;
	other.context = span_of("ctxi");
	other.id = span_of("d");
	assert_false(finds(store, other, 99, NULL));
	store_put(store, &other, span_of("two"), 100);
	assert_true(finds(store, other, 99, "two"));
	assert_true(finds(store, key, 99, "one"));
	store_free(store);
}

static void
counts_as_the_reference_does(void **state)
{
	static const char *const ids[] = { "a", "b", "c", "d" };
	struct store *store = store_new(ROOM);
	struct store_key key = key_of("a");
	struct store_counts counts;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		key = key_of(ids[i]);
		store_put(store, &key, span_of(ids[i]), 100);
	}
	/* The oldest went. */
	assert_false(finds(store, key_of("a"), 0, NULL));
	assert_true(finds(store, key_of("b"), 0, "b"));
	assert_false(finds(store, key_of("c"), 100, NULL));
	store_drop(store, &key);
	store_count(store, &counts);
	assert_int_equal(counts.cached, 1);
	assert_int_equal(counts.hits, 1);
	assert_int_equal(counts.misses, 1);
	assert_int_equal(counts.timeouts, 1);
	assert_int_equal(counts.overflows, 1);
	assert_int_equal(counts.room, ROOM);
	store_free(store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_what_must_not_be_mixed),
		cmocka_unit_test(counts_as_the_reference_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
