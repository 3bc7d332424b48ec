/* turn.c - whose handshake begins next
 * SPDX-License-Identifier: Apache-2.0
 *
 * The first flight of a server costs a signature.  When many hellos have come,
 * one handshake begins in each round of the loop, so that clients that come
 * now are accepted, and those that go on with theirs are served, meanwhile.
 * The newest and the oldest of those that wait have their turn alternately: the
 * newest has not given up yet, the oldest is not forgotten.
 */
#include "conn/internal.h"

bool
conn_take_turn(struct conn *conn)
{
	struct conn_turns *turns = &conn->env->turns;

	if (!conn->env->next_round)
		return true;
	if (!turns->taken && !turns->num) {
		turns->taken = true;
		conn->env->next_round(conn->env);
		return true;
	}
	conn->older = turns->newest;
	if (conn->older)
		conn->older->newer = conn;
	else
		turns->oldest = conn;
	turns->newest = conn;
	turns->num++;
	conn->stage = STAGE_TURN;
	conn->queued = true;
	return false;
}

void
conn_leave_turns(struct conn *conn)
{
	struct conn_turns *turns = &conn->env->turns;

	if (!conn->queued)
		return;
	if (conn->newer)
		conn->newer->older = conn->older;
	else
		turns->newest = conn->older;
	if (conn->older)
		conn->older->newer = conn->newer;
	else
		turns->oldest = conn->newer;
	conn->newer = conn->older = NULL;
	conn->queued = false;
	turns->num--;
}

struct conn *
conn_next_turn(struct conn_env *env)
{
	struct conn_turns *turns = &env->turns;
	struct conn *conn = turns->by_age ? turns->oldest : turns->newest;

	turns->taken = conn != NULL;
	if (!conn)
		return NULL;
	turns->by_age = !turns->by_age;
	conn_leave_turns(conn);
	env->next_round(env);
	return conn;
}
