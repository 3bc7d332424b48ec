/* app/app.h - what a connection is for: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct app *app = app_new(&settings->app, loop, &err);
 *
 *	env.app = app;
 *	...			// connections are made with `env`
 *	app_free(app);
 */
#ifndef APP_APP_H
#define APP_APP_H

#include "conn/conn.h"
#include "net/loop.h"
#include "settings.h"

/* Makes the application of `settings->mode` for one worker, whose `loop` is
 * used to watch standard input and is stopped by `Q`.  Null with blame CONFIG
 * when it cannot be (a -root that is no directory).  `settings` and `loop`
 * outlive it; all its connections are gone before app_free. */
struct app *app_new(const struct settings_app *settings, struct loop *loop,
    struct tls_error *err);
void app_free(struct app *app);

#endif
