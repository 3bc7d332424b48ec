/* bounded.c - tests of calls that are given up
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "plug/bounded.h"

struct subject {
	unsigned calls;
	pthread_t thread;
	sigset_t blocked;
	int release[2];			/* a pipe: hang() waits for a byte */
};

static void
count(void *user)
{
	struct subject *subject = user;

	subject->calls++;
	subject->thread = pthread_self();
	pthread_sigmask(SIG_BLOCK, NULL, &subject->blocked);
}

static void
hang(void *user)
{
	struct subject *subject = user;
	char byte;

	while (read(subject->release[0], &byte, 1) < 0)
		;
}

static void
calls_on_one_thread_of_its_own(void **state)
{
	struct bounded *bounded = bounded_new(20);
	struct subject subject = { 0 };
	pthread_t first;

	(void)state;
	assert_true(bounded_call(bounded, count, &subject));
	first = subject.thread;
	assert_false(pthread_equal(first, pthread_self()));
	assert_true(bounded_call(bounded, count, &subject));
	assert_true(pthread_equal(first, subject.thread));
	assert_int_equal(subject.calls, 2);
	bounded_free(bounded);
}

static void
leaves_signals_to_others(void **state)
{
	struct bounded *bounded = bounded_new(20);
	struct subject subject = { 0 };
	sigset_t mine;

	(void)state;
	assert_true(bounded_call(bounded, count, &subject));
	assert_int_equal(sigismember(&subject.blocked, SIGTERM), 1);
	pthread_sigmask(SIG_BLOCK, NULL, &mine);
	assert_int_equal(sigismember(&mine, SIGTERM), 0);
	bounded_free(bounded);
}

static void
gives_up_and_calls_no_more(void **state)
{
	/* It stays: the call may still be using it. */
	static struct subject subject;
	struct bounded *bounded = bounded_new(1);

	(void)state;
	assert_int_equal(pipe(subject.release), 0);
	assert_false(bounded_call(bounded, hang, &subject));
	assert_false(bounded_call(bounded, count, &subject));
	assert_int_equal(write(subject.release[1], "x", 1), 1);
	/* Nor when it has come back. */
	assert_false(bounded_call(bounded, count, &subject));
	assert_int_equal(subject.calls, 0);
	bounded_free(bounded);
}

static void
ends_without_a_call(void **state)
{
	(void)state;
	bounded_free(bounded_new(1));
	bounded_free(NULL);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(calls_on_one_thread_of_its_own),
		cmocka_unit_test(leaves_signals_to_others),
		cmocka_unit_test(gives_up_and_calls_no_more),
		cmocka_unit_test(ends_without_a_call),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
