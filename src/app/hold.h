/* app/hold.h - answers that wait, for a bounded time, for the shadow's table
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (hold_begin(conn))
 *		return;
 *	page.table = shadow_table(conn_shadow(conn));
 *
 * Rules.  For http.c and the pages that have the table.  Nothing blocks: when
 * the table has come, or the time is over, the loop calls `drained` of the
 * connection, and the page is asked for again.
 */
#ifndef APP_HOLD_H
#define APP_HOLD_H

#include "app/http.h"
#include "shadow/shadow.h"

struct hold;

/* Null: memory or descriptors ran out, and nothing will wait. */
struct hold *hold_new(struct loop *loop);
void hold_free(struct hold *hold);	/* null is allowed */

/* Whether the answer has to wait.  The connection is then remembered; once its
 * time is over it does not wait any more. */
bool hold_begin(struct conn *conn);

/* The connection does not wait any longer, or never did. */
void hold_end(struct app_state *state);

#endif
