/* policy/store.h - sessions to resume, shared by all workers and backends
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct store *store = store_new(STORE_ROOM);
 *	struct store_key key = { "null", 0, context, id };
 *	struct buf session = BUF_INIT;
 *
 *	store_put(store, &key, bytes, now + 7200);
 *	if (store_get(store, &key, now, &session) == STORE_FOUND)
 *		resume(buf_span(&session));
 *	buf_wipe(&session);
 *	store_free(store);
 *
 * Rules.  Every function may be called from any thread.  Sessions are copied in
 * and out, and wiped when they are dropped; when the store is full, the oldest
 * is dropped.  A session is found by its ID together with the server that made
 * it and its session context: with another server or context it is a miss.
 */
#ifndef POLICY_STORE_H
#define POLICY_STORE_H

#include "base/buf.h"

/* How many sessions are kept, as in the reference. */
#define STORE_ROOM	128

struct store_key {
	const char *backend;
	unsigned server;		/* one number for each server, and
					 * another when it was made anew */
	struct tls_span context;
	struct tls_span id;
};

struct store_counts {
	uint64_t cached, hits, misses, timeouts, overflows, room;
};

struct store;

struct store *store_new(size_t room);
void store_free(struct store *store);

/* Keeps a copy of `session` until `expires`, in seconds of the same clock as
 * `now` below; replaces one with the same key. */
void store_put(struct store *store, const struct store_key *key,
    struct tls_span session, int64_t expires);

enum store_result {
	STORE_FOUND,
	STORE_MISSED,		/* there is none */
	STORE_EXPIRED,		/* there was one, but its time is over */
};

/* Puts a copy into `out`, which is emptied first. */
enum store_result store_get(struct store *store,
    const struct store_key *key, int64_t now, struct buf *out);

void store_drop(struct store *store, const struct store_key *key);
void store_count(struct store *store, struct store_counts *out);

#endif
