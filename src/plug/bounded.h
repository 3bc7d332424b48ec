/* plug/bounded.h - calls that may never return, and are then given up
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct bounded *bounded = bounded_new(20);
 *
 *	if (!bounded_call(bounded, question, subject))
 *		puts("no answer within 20 seconds");
 *	bounded_free(bounded);
 *
 * Rules.  The calls are made on one thread of their own, which begins with the
 * first of them.  A call that does not return in time is left running: no
 * other call is made after it, and what it was given must stay in memory until
 * the process ends.  Used by one thread at a time.
 */
#ifndef PLUG_BOUNDED_H
#define PLUG_BOUNDED_H

#include <stdbool.h>

struct bounded;

/* `seconds` is the longest that one call may take; at least 1. */
struct bounded *bounded_new(unsigned seconds);

/* Calls call(subject); false if it has not returned in time, or one before it
 * had not. */
bool bounded_call(struct bounded *bounded, void (*call)(void *subject),
    void *subject);

/* Ends the thread; one that does not return is left as it is, with its
 * memory.  Null is allowed. */
void bounded_free(struct bounded *bounded);

#endif
