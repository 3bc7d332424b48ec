/* app/app.h - what a connection is for: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct app *app = app_new(&options, loop, &err);
 *
 *	env.app = app;
 *	...			// connections are made with `env`
 *	app_free(app);
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "conn/conn.h"
#include "net/loop.h"
#include "service/service.h"

/* What it shall be; strings are borrowed. */
struct app_options {
	enum service_mode mode;
	bool commands;		/* the letters are obeyed: not with -quiet */
	bool strict;		/* -strict_s_server */
	bool crlf;		/* -crlf */
	bool keep_alive;	/* -keep_alive: more than one request */
	bool secrets;		/* -show_secrets: not left out */
	const char *root;	/* -root: for -WWW and -HTTP; null: . */
	const char *command_line; /* as typed, secrets left out; for the page */
};

/* Makes the application of `options->mode` for one worker, whose `loop` is
 * used to watch standard input and is stopped by `Q`.  Null with blame CONFIG
 * when it cannot be (a -root that is no directory).  `options` and `loop`
 * outlive it; all its connections are gone before app_free. */
struct app *app_new(const struct app_options *options, struct loop *loop,
    struct tls_error *err);
void app_free(struct app *app);

#endif
