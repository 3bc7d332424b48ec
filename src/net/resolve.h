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
 * Rules.  Uses the system's resolver, in a thread that is left to itself if its
 * answer is no longer wanted.  `resolved` is called once, from the loop and
 * never from within resolve_new; the list is valid until resolve_free.
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

/* May be called at any time, also from `resolved`; null is allowed. */
void resolve_free(struct resolve *resolve);

#endif
