/* app/index.h - what is in a directory, as a page
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct buf body = BUF_INIT;
 *
 *	if (index_wanted(target) && index_add(&body, fd, "sub/"))
 *		content.body = buf_span(&body);
 */
#ifndef APP_INDEX_H
#define APP_INDEX_H

#include "base/buf.h"
#include "tls_types.h"

/* Whether a target may name a directory: it does not name index.html. */
bool index_wanted(struct tls_span target);

/* Adds a list of the directory `fd`, which is taken, as HTML with links: what
 * is hidden (.name) is left out.  `path`, shown as its name, is relative to the
 * root.  False if it is no directory. */
bool index_add(struct buf *out, int fd, const char *path);

#endif
