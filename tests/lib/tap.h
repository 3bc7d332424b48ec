/* lib/tap.h - skips of a cmocka program, as TAP counts them
 * SPDX-License-Identifier: Apache-2.0
 *
 *	static void
 *	speaks_tls1_3(void **state)
 *	{
 *		if (!has_tls1_3)
 *			tap_skip("this library has no TLS 1.3");
 *		...
 *	}
 *
 *	int
 *	main(void)
 *	{
 *		struct tap tap;
 *
 *		tap_begin(&tap);
 *		failed = cmocka_run_group_tests(tests, NULL, NULL);
 *		return tap_end(&tap) || failed != 0;
 *	}
 *
 * Rules.  cmocka prints a skipped test without a reason, and its version
 * 1.1.5 prints "not ok" before it, which is a failure to everyone who reads
 * TAP.  So a child reads what the program prints to stdout and passes it on,
 * with each skip as "ok N - NAME # SKIP REASON".  Where the output is not TAP
 * nothing stands between, and the reason is a line of its own.
 */
#ifndef LIB_TAP_H
#define LIB_TAP_H

#include <sys/types.h>

struct tap {
	pid_t reader;		/* 0: there is none */
};

/* Called before the first thread and before any library is loaded. */
void tap_begin(struct tap *tap);

/* Waits until all output is passed on; nonzero if it could not be. */
int tap_end(struct tap *tap);

/* Ends the running test as skipped.  `reason` is one line. */
void tap_skip(const char *reason);

#endif
