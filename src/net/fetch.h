/* net/fetch.h - one HTTP request, in the loop
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9110, RFC 9112
 *
 *	struct fetcher *fetcher = fetcher_new(loop);
 *	struct fetch_post post = {
 *		.host = "localhost", .port = 8888, .path = "/ocsp",
 *		.type = "application/ocsp-request", .body = request,
 *		.most = 65536, .timeout_ms = 5000,
 *	};
 *	struct fetch *fetch = fetcher->ops->post(fetcher, &post, &user);
 *
 * Rules.  Every fetch ends with one call of `fetched`, from the loop and never
 * from within `post`, or with `cancel`.  All of `post` is copied.  The size of
 * the answer is bounded, and so is the time for all of it.  Tests have a
 * fetcher in memory.
 */
#ifndef NET_FETCH_H
#define NET_FETCH_H

#include "net/loop.h"

struct fetch;			/* one that is running */

struct fetch_post {
	const char *host;	/* a name, or an address without brackets */
	unsigned port;
	const char *path;	/* with its query */
	const char *type;	/* of `body` */
	struct tls_span body;
	size_t most;		/* the most bytes of an answer */
	unsigned timeout_ms;	/* for all of it; 0: no limit */
};

struct fetch_user {
	/* The body of a 200 response, or the reason why there is none; both
	 * borrowed for the call.  The fetch is freed. */
	void (*fetched)(struct fetch_user *user, struct tls_span body,
	    const struct tls_error *error);
};

struct fetcher;

struct fetcher_ops {
	/* Begins a POST request. */
	struct fetch *(*post)(struct fetcher *fetcher,
	    const struct fetch_post *post, struct fetch_user *user);
	/* Ends it without calling its user. */
	void (*cancel)(struct fetch *fetch);
	void (*free)(struct fetcher *fetcher);
};

/* The first member of every fetcher. */
struct fetcher {
	const struct fetcher_ops *ops;
};

/* One that speaks HTTP; it is freed after its last fetch has ended. */
struct fetcher *fetcher_new(struct loop *loop);

#endif
