/* app/echo.h - each line back, reversed
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -rev
 *
 *	struct app *app = echo_new(&options);
 *
 *	echo_free(app);
 *
 * Rules.  Characters of UTF-8 are reversed, or, with -strict_s_server, bytes;
 * so are bytes that are no UTF-8.  A line feed and the carriage returns before
 * it are not part of the line; the answer ends with a line feed.  A line that
 * says CLOSE ends the connection.  A line of more than 16383 bytes counts as
 * several.
 */
#ifndef APP_ECHO_H
#define APP_ECHO_H

#include "app/app.h"

struct app *echo_new(const struct app_options *options);
void echo_free(struct app *app);

/* Whether `app` came from echo_new. */
bool echo_is(const struct app *app);

#endif
