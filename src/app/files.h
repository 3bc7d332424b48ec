/* app/files.h - files below a directory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct app *app = http_new(&files_site, &options, loop, &err);
 */
#ifndef APP_FILES_H
#define APP_FILES_H

#include "app/http.h"

/* -WWW: files, and the status page as /stats. */
extern const struct http_site files_site;

/* -HTTP: files that are whole responses. */
extern const struct http_site responses_site;

/* The same, exactly as the reference does it: strict.c. */
extern const struct http_site strict_files_site;
extern const struct http_site strict_responses_site;

#endif
