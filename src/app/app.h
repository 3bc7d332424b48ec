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

#include "base/buf.h"
#include "conn/conn.h"
#include "net/loop.h"
#include "service/service.h"

/* What the application does; strings are borrowed. */
struct app_options {
	enum service_mode mode;
	bool commands;		/* command letters are obeyed: not with
				 * -quiet */
	bool strict;		/* -strict_s_server */
	bool crlf;		/* -crlf */
	bool keep_alive;	/* -keep_alive: more than one request */
	bool index;		/* -index: directories are listed */
	bool h2;		/* -alpn has h2, and app_protocols left it */
	bool shadow;		/* -shadow: pages wait for its table */
	bool secrets;		/* -show_secrets: secrets are not redacted */
	const char *root;	/* -root: for -WWW and -HTTP; null: . */
	const char *command_line; /* as typed, secrets redacted; for the page */
};

/* Copies the comma list of -alpn, without "h2" where this application cannot
 * speak it, into `left`, and says so in `notes`; sets `options->h2`. */
void app_protocols(struct app_options *options, const char *list,
    struct buf *left, struct buf *notes);

/* The version of the library for HTTP/2, or null: built without. */
const char *app_h2_version(void);

/* Makes the application of `options->mode` for one worker.  It watches standard
 * input through `loop`, which `Q` stops.  Null with blame CONFIG if it cannot
 * be made (a -root that is no directory).  `options` and `loop` outlive it;
 * app_free is called after the last of its connections is gone. */
struct app *app_new(const struct app_options *options, struct loop *loop,
    struct tls_error *err);
void app_free(struct app *app);

#endif
