/* net/resolve.h - the addresses of a name, without waiting in the loop
 * SPDX-License-Identifier: Apache-2.0
 * Reference: getaddrinfo(3)
 *
 *	static void
 *	resolved(struct resolve_user *user, const struct addrinfo *list,
 *	    const char *error)
 *	{
 *		...
 *	}
 *
 *	struct resolve_user user = { resolved };
 *	struct resolve *resolve = resolve_new(loop, "localhost", 80, &user);
 *	...
 *	resolve_free(resolve);
 *
 * Rules.  The system's own resolver is asked, in a thread that is left behind
 * when the answer is no longer wanted.  `resolved` is called once, from the
 * loop, never from in here; the list is there until resolve_free.
 */
#ifndef NET_RESOLVE_H
#define NET_RESOLVE_H

#include <netdb.h>

#include "net/loop.h"

struct resolve_user {
	/* `error` says why there is no list, or is null. */
	void (*resolved)(struct resolve_user *user,
	    const struct addrinfo *list, const char *error);
};

struct resolve;

struct resolve *resolve_new(struct loop *loop, const char *host,
    unsigned port, struct resolve_user *user);

/* At any time, also out of `resolved`; null is allowed. */
void resolve_free(struct resolve *resolve);

#endif
