/* resolve.c - names looked up beside the loop, wanted and no longer wanted
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/resolve.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"

#define NUM	40

struct asker {
	struct resolve_user user;	/* first */
	struct loop *loop;
	struct resolve *resolve;
	unsigned *left;
	bool found;
	unsigned port;
};

static void
resolved(struct resolve_user *user, const struct addrinfo *list,
    const char *error)
{
	struct asker *asker = (struct asker *)user;

	assert_true(!list == !!error);
	asker->found = list != NULL;
	if (list && list->ai_family == AF_INET) {
		struct sockaddr_in address;

		memcpy(&address, list->ai_addr, sizeof address);
		asker->port = ntohs(address.sin_port);
	}
	resolve_free(asker->resolve);
	if (--*asker->left == 0)
		loop_stop(asker->loop);
}

static void
answers_all_who_wait_and_nobody_else(void **state)
{
	static const char *const names[] = {
		"127.0.0.1", "localhost", "nowhere.invalid", "::1",
	};
	struct tls_error err = TLS_ERROR_INIT;
	struct loop *loop = loop_new(false, &err);
	struct asker askers[NUM];
	unsigned left = 0;

	(void)state;
	assert_non_null(loop);
	for (unsigned i = 0; i < NUM; i++) {
		askers[i] = (struct asker){ .user = { resolved },
		    .loop = loop, .left = &left };
		left++;
		askers[i].resolve = resolve_new(loop, names[i % 4], 81,
		    &askers[i].user);
		if (i % 5 == 4) {
			resolve_free(askers[i].resolve);
			left--;
		}
	}
	loop_run(loop);
	assert_int_equal(left, 0);
	for (unsigned i = 0; i < NUM; i++) {
		if (i % 5 == 4 || i % 4 == 1)
			continue;	/* not every machine has the name */
		assert_int_equal(askers[i].found, i % 4 != 2);
		if (i % 4 == 0)
			assert_int_equal(askers[i].port, 81);
	}
	loop_free(loop);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_all_who_wait_and_nobody_else),
	};

	return cmocka_run_group_tests_name("resolve", tests, NULL, NULL);
}
