/* load_orders.c - all backends in one process, in every order, and after fork
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pair.h"

#define MAX_BACKENDS	5
#define MAX_ORDERS	120

struct order {
	const char *names[MAX_BACKENDS];
	size_t num;
	char title[128];
};

/* ---- in a process of its own: no assertions, only words --------------- */

static bool
shake_hands(struct lab *lab, const char *when)
{
	struct stage stage;
	struct pair pair;
	bool good;

	stage_init(&stage, lab, TLS_VERSION_BIT(TLS_VERSION_1_2));
	pair_init(&pair, lab, &stage);
	pair_run(&pair);
	good = pair.phase == PHASE_OPEN && pair.client->phase == PHASE_OPEN;
	if (!good) {
		printf("# %s, %s:\n", lab->plug->backend->name, when);
		pair_explain(&pair);
	}
	pair_clear(&pair);
	return good;
}

static bool
shake_all(struct lab *labs, size_t num, const char *when)
{
	bool good = true;

	for (size_t i = 0; i < num; i++)
		good = shake_hands(&labs[i], when) && good;
	return good;
}

static bool
in_child(struct lab *labs, size_t num)
{
	pid_t pid = fork();
	int status = 1;

	if (pid == 0)
		_exit(!shake_all(labs, num, "after fork"));
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

static bool
play(const struct order *order)
{
	struct lab labs[MAX_BACKENDS];
	bool good = true;

	for (size_t i = 0; i < order->num; i++) {
		lab_init(&labs[i], order->names[i]);
		good = shake_hands(&labs[i], "just loaded") && good;
	}
	good = shake_all(labs, order->num, "all loaded") && good;
	good = in_child(labs, order->num) && good;
	good = shake_all(labs, order->num, "after a child") && good;
	for (size_t i = 0; i < order->num; i++)
		lab_clear(&labs[i]);
	return good;
}

/* ---- one test an order ------------------------------------------------ */

static void
works_in_this_order(void **state)
{
	const struct order *order = *state;
	int status = 1;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		bool good = play(order);

		fflush(stdout);
		_exit(!good);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* Steps to the next permutation of `index`, or false after the last. */
static bool
next_order(size_t *index, size_t num)
{
	size_t i, j, swap;

	for (i = num - 1; i > 0 && index[i - 1] > index[i]; i--)
		;
	if (i == 0)
		return false;
	for (j = num - 1; index[j] < index[i - 1]; j--)
		;
	swap = index[i - 1];
	index[i - 1] = index[j];
	index[j] = swap;
	for (j = num - 1; i < j; i++, j--) {
		swap = index[i];
		index[i] = index[j];
		index[j] = swap;
	}
	return true;
}

/* Those that speak TLS at all, asked in a process that is then gone.  One that
 * does not load is none to leave out: it ends the tests. */
static bool
speaks_tls(const char *name)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		struct tls_error err = TLS_ERROR_INIT;
		const struct plug *plug = plug_load(name, &err);

		_exit(!plug ? 2 : plug_answer(plug,
		    TLS_FEATURE_TLS1_2).support <=
		    TLS_SUPPORT_NOOP);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status) ||
	    WEXITSTATUS(status) > 1) {
		printf("Bail out! %s does not load\n", name);
		exit(1);
	}
	return WEXITSTATUS(status) == 0;
}

static size_t
list_orders(struct order *orders, char **names)
{
	const char *usable[MAX_BACKENDS];
	size_t index[MAX_BACKENDS], num = 0, num_orders = 0;

	for (size_t i = 0; names[i] && num < MAX_BACKENDS; i++)
		if (speaks_tls(names[i])) {
			index[num] = num;
			usable[num++] = names[i];
		}
	if (num == 0)
		return 0;
	do {
		struct order *order = &orders[num_orders++];

		order->num = num;
		snprintf(order->title, sizeof order->title, "works_in_order");
		for (size_t i = 0; i < num; i++) {
			size_t len = strlen(order->title);

			order->names[i] = usable[index[i]];
			snprintf(order->title + len,
			    sizeof order->title - len, " %s",
			    order->names[i]);
		}
	} while (num_orders < MAX_ORDERS && next_order(index, num));
	return num_orders;
}

int
main(void)
{
	struct order *orders = calloc(MAX_ORDERS, sizeof *orders);
	struct CMUnitTest *tests = calloc(MAX_ORDERS, sizeof *tests);
	char **names = plug_names();
	size_t num;
	int failed;

	if (!orders || !tests)
		return 1;
	num = list_orders(orders, names);
	if (num == 0) {
		puts("1..0 # SKIP no backend here speaks TLS 1.2");
		return 0;
	}
	for (size_t i = 0; i < num; i++)
		tests[i] = (struct CMUnitTest){ orders[i].title,
		    works_in_this_order, NULL, NULL, &orders[i] };
	failed = _cmocka_run_group_tests("load orders", tests, num, NULL,
	    NULL);
	plug_names_free(names);
	free(tests);
	free(orders);
	return failed != 0;
}
