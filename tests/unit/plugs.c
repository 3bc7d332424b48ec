/* plugs.c - the set of the backends there are
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "plug/plugs.h"

static const struct tls_backend first = { TLS_BACKEND_HEAD("first") };
static const struct tls_backend second = { TLS_BACKEND_HEAD("second") };

static void
holds_the_plugs_that_it_was_made_of(void **state)
{
	struct plug *plug[2] = { plug_new(&first), plug_new(&second) };
	struct plugs *plugs = plugs_of((const struct plug *const *)plug, 2);
	const struct plug *const *all;
	size_t num;

	(void)state;
	plugs_begin(plugs);		/* nothing is left to begin */
	all = plugs_all(plugs, &num);
	assert_int_equal(num, 2);
	assert_ptr_equal(all[0], plug[0]);
	assert_ptr_equal(all[1], plug[1]);
	plugs_free(plugs);
	plug_free(plug[0]);
	plug_free(plug[1]);
}

static void
says_what_it_does_not_find(void **state)
{
	struct plugs *plugs;
	struct plugs_choice choice;
	struct buf notes = BUF_INIT;
	struct tls_error err = TLS_ERROR_INIT;

	(void)state;
	plugs = plugs_new();
	assert_null(plugs_load(plugs, "unheard_of", &err));
	assert_int_equal(err.blame, TLS_BLAME_CONFIG);
	assert_non_null(strstr(err.text, "unheard_of"));
	err = (struct tls_error)TLS_ERROR_INIT;
	assert_false(plugs_choose(plugs, "../null", &choice, &notes, &err));
	assert_int_equal(err.blame, TLS_BLAME_CONFIG);
	assert_null(choice.list);
	assert_int_equal(choice.num, 0);
	assert_false(choice.by_name);
	plugs_choice_clear(&choice);
	buf_clear(&notes);
	plugs_free(plugs);
}

/* Whatever there is: each is loaded once, named once, in order. */
static void
loads_each_once_and_waits_for_the_thread(void **state)
{
	struct plugs *plugs = plugs_new();
	struct plugs_list entries;
	const struct plug *const *all;
	struct tls_error err = TLS_ERROR_INIT;
	size_t num, serving = 0;

	(void)state;
	plugs_begin(plugs);
	plugs_begin(plugs);
	entries = plugs_entries(plugs);
	all = plugs_all(plugs, &num);
	for (size_t i = 0; i < entries.num; i++) {
		const struct plugs_entry *entry = &entries.list[i];

		if (i > 0)
			assert_true(strcmp(entries.list[i - 1].name,
			    entry->name) < 0);
		if (!entry->plug) {
			assert_true(*entry->err.text);
			continue;
		}
		assert_string_equal(entry->plug->backend->name, entry->name);
		assert_ptr_equal(plugs_load(plugs, entry->name, &err),
		    entry->plug);
		if (entry->serves_tls)
			assert_ptr_equal(all[serving++], entry->plug);
	}
	assert_int_equal(serving, num);
	plugs_free(plugs);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(holds_the_plugs_that_it_was_made_of),
		cmocka_unit_test(says_what_it_does_not_find),
		cmocka_unit_test(loads_each_once_and_waits_for_the_thread),
	};

	return cmocka_run_group_tests_name("plugs", tests, NULL, NULL);
}
