/* app/terminal.h - standard input to the peer, and the letters
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct app *app = terminal_new(&options, loop);
 *
 *	terminal_free(app);
 *
 * Rules.  One connection has the terminal.  The others wait until it is gone,
 * their hellos read, and follow in the order in which they came.  Standard
 * input belongs to the process: there must be only one of these at a time.
 */
#ifndef APP_TERMINAL_H
#define APP_TERMINAL_H

#include "app/app.h"

struct app *terminal_new(const struct app_options *options,
    struct loop *loop);
void terminal_free(struct app *app);

/* Whether `app` came from terminal_new. */
bool terminal_is(const struct app *app);

#endif
