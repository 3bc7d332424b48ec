/* plug/bounded.h - calls with a time limit, given up when it is over
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct bounded *bounded = bounded_new(20);
 *
 *	if (!bounded_call(bounded, question, subject))
 *		puts("no answer within 20 seconds");
 *	bounded_free(bounded);
 *
 * Rules.  The calls are made on a separate thread, which is started by the
 * first of them.  A call that does not return in time is left running: no other
 * call is made after it, and its arguments must stay in memory until the
 * process ends.  Used by one thread at a time.
 */
#ifndef PLUG_BOUNDED_H
#define PLUG_BOUNDED_H

#include <stdbool.h>

struct bounded;

/* `seconds`, at least 1, is the time limit of each call. */
struct bounded *bounded_new(unsigned seconds);

/* Calls call(subject); false if it did not return in time, or an earlier call
 * did not. */
bool bounded_call(struct bounded *bounded, void (*call)(void *subject),
    void *subject);

/* Ends the thread.  If a call still runs, its thread and memory are left as
 * they are.  Null is allowed. */
void bounded_free(struct bounded *bounded);

#endif
