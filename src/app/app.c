/* app.c - what a connection is for
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "app/app.h"
#include "app/echo.h"
#include "app/files.h"
#include "app/h2.h"
#include "app/terminal.h"
#include "app/www.h"

const char *
app_h2_version(void)
{
	return h2_version();
}

/* Why HTTP/2 cannot be spoken, or null. */
static const char *
against_h2(const struct app_options *options)
{
	if (options->mode == MODE_RESPONSES)
		return "the files of -HTTP are responses of HTTP/1";
	return h2_version() ? NULL : "polytls was built without nghttp2";
}

/* The reference offers what it is told to, and answers in HTTP/1; in terminal
 * mode and with -rev, whoever gave the option speaks for himself. */
void
app_protocols(struct app_options *options, const char *list,
    struct buf *left, struct buf *notes)
{
	bool web = options->mode != MODE_TERMINAL &&
	    options->mode != MODE_REVERSE && !options->strict;
	const char *why = against_h2(options);

	while (*list) {
		size_t len = strcspn(list, ",");
		bool is_h2 = web && len == 2 && !memcmp(list, "h2", 2);

		if (is_h2 && why) {
			buf_printf(notes, "-alpn: h2 is not offered: %s\n",
			    why);
		} else {
			options->h2 = options->h2 || is_h2;
			if (left->len)
				buf_add_u8(left, ',');
			buf_add(left, (const uint8_t *)list, len);
		}
		list += len + (list[len] == ',');
	}
}

struct app *
app_new(const struct app_options *options, struct loop *loop,
    struct tls_error *err)
{
	switch (options->mode) {
	case MODE_REVERSE:
		return echo_new(options);
	case MODE_TERMINAL:
		return terminal_new(options, loop);
	case MODE_WWW:
		return http_new(&www_site, options, loop, err);
	case MODE_FILES:
		return http_new(options->strict ? &strict_files_site :
		    &files_site, options, loop, err);
	case MODE_RESPONSES:
		return http_new(options->strict ? &strict_responses_site :
		    &responses_site, options, loop, err);
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
