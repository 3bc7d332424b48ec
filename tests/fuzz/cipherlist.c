/* fuzz/cipherlist.c - cipher strings
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "fuzz.h"
#include "names/cipherlist.h"
#include "names/names.h"

static const uint16_t have[] = {
	0x1301, 0x1302, 0x1303, 0x0002, 0x000a, 0x002f, 0x0035, 0x0033,
	0x0034, 0x003c, 0x008c, 0x009c, 0x009e, 0x00a8, 0xc009, 0xc013,
	0xc014, 0xc018, 0xc027, 0xc02b, 0xc02c, 0xc02f, 0xc030, 0xc035,
	0xc07a, 0xc09e, 0xcca8, 0xcca9, 0xccaa,
};

#define NUM_HAVE	(sizeof have / sizeof *have)

static void
check_list(const struct cipherlist *list)
{
	CHECK(list->num <= NUM_HAVE);
	for (size_t i = 0; i < list->num; i++) {
		bool found = false;

		for (size_t j = 0; j < NUM_HAVE; j++)
			found |= have[j] == list->suites[i];
		CHECK(found);
		for (size_t j = 0; j < i; j++)
			CHECK(list->suites[i] != list->suites[j]);
	}
}

/* The names of a list, as a string, make the same list. */
static void
check_names(const struct cipherlist *list)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct cipherlist again;
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < list->num; i++)
		buf_printf(&names, "%s:", suite_find(list->suites[i])->openssl);
	CHECK(cipherlist_eval(&again, buf_string(&names), have, NUM_HAVE,
	    &err));
	CHECK(again.num == list->num);
	CHECK(memcmp(again.suites, list->suites,
	    list->num * sizeof *list->suites) == 0);
	cipherlist_clear(&again);
	buf_clear(&names);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct buf string = BUF_INIT;
	struct cipherlist list;

	buf_add(&string, data, len);
	if (cipherlist_eval(&list, buf_string(&string), have, NUM_HAVE,
	    &err)) {
		CHECK(list.num > 0);
		check_list(&list);
		check_names(&list);
	} else {
		CHECK((err.blame == TLS_BLAME_CONFIG ||
		    err.blame == TLS_BLAME_FEATURE) && !list.suites);
	}
	cipherlist_clear(&list);
	if (cipherlist_eval_tls1_3(&list, buf_string(&string), have, NUM_HAVE,
	    &err))
		check_list(&list);
	else
		CHECK(!list.suites);
	cipherlist_clear(&list);
	buf_clear(&string);
	return 0;
}
