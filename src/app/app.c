/* app.c - what a connection is for
 * SPDX-License-Identifier: Apache-2.0
 */
#include "app/app.h"
#include "app/echo.h"
#include "app/files.h"
#include "app/terminal.h"
#include "app/www.h"

struct app *
app_new(const struct app_options *options, struct loop *loop,
    struct tls_error *err)
{
	switch (options->mode) {
	case MODE_REVERSE:
		return echo_new();
	case MODE_TERMINAL:
		return terminal_new(options, loop);
	case MODE_WWW:
		return http_new(&www_site, options, err);
	case MODE_FILES:
		return http_new(options->strict ? &strict_files_site :
		    &files_site, options, err);
	case MODE_RESPONSES:
		return http_new(options->strict ? &strict_responses_site :
		    &responses_site, options, err);
	}
	return NULL;
}

void
app_free(struct app *app)
{
	if (!app)
		return;
	if (terminal_is(app))
		terminal_free(app);
	else if (echo_is(app))
		echo_free(app);
	else
		http_free(app);
}
