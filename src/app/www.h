/* app/www.h - the status page
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct app *app = http_new(&www_site, &options, loop, &err);
 */
#ifndef APP_WWW_H
#define APP_WWW_H

#include "app/http.h"

/* -www: the page for any path but /json, /stats and /favicon.ico. */
extern const struct http_site www_site;

/* Replies with the page: HTML about the connection itself. */
void www_reply_page(struct conn *conn, const struct http_request *request);

#endif
