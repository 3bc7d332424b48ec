/* store.c - sessions to resume, shared by all workers and backends
 * SPDX-License-Identifier: Apache-2.0
 */
#include "policy/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct entry {
	const char *backend;		/* null: free */
	unsigned server;
	struct buf key;			/* context, then id */
	size_t context_len;
	struct buf session;
	int64_t expires;
};

/* A ring: the next place to fill holds the oldest session.  It is searched from
 * end to end, which for the reference's 128 costs little next to a
 * handshake. */
struct store {
	pthread_mutex_t lock;
	struct entry *entries;
	size_t room, next;
	struct store_counts counts;
};

struct store *
store_new(size_t room)
{
	struct store *store = mem_zero(1, sizeof *store);

	pthread_mutex_init(&store->lock, NULL);
	store->entries = mem_zero(room, sizeof *store->entries);
	store->room = room;
	store->counts.room = room;
	return store;
}

static void
clear(struct store *store, struct entry *entry)
{
	if (entry->backend)
		store->counts.cached--;
	entry->backend = NULL;
	buf_clear(&entry->key);
	buf_wipe(&entry->session);
}

void
store_free(struct store *store)
{
	if (!store)
		return;
	for (size_t i = 0; i < store->room; i++)
		clear(store, &store->entries[i]);
	pthread_mutex_destroy(&store->lock);
	free(store->entries);
	free(store);
}

static bool
matches(const struct entry *entry, const struct store_key *key)
{
	return entry->backend && entry->server == key->server &&
	    entry->context_len == key->context.len &&
	    entry->key.len == key->context.len + key->id.len &&
	    !strcmp(entry->backend, key->backend) &&
	    (!key->context.len || !memcmp(entry->key.data, key->context.data,
		key->context.len)) &&
	    (!key->id.len || !memcmp(entry->key.data + key->context.len,
		key->id.data, key->id.len));
}

static struct entry *
find(struct store *store, const struct store_key *key)
{
	for (size_t i = 0; i < store->room; i++)
		if (matches(&store->entries[i], key))
			return &store->entries[i];
	return NULL;
}

void
store_put(struct store *store, const struct store_key *key,
    struct tls_span session, int64_t expires)
{
	struct entry *entry;

	pthread_mutex_lock(&store->lock);
	entry = find(store, key);
	if (!entry) {
		entry = &store->entries[store->next];
		store->next = (store->next + 1) % store->room;
		if (entry->backend)
			store->counts.overflows++;
	}
	clear(store, entry);
	entry->backend = key->backend;
	entry->server = key->server;
	entry->context_len = key->context.len;
	buf_add_span(&entry->key, key->context);
	buf_add_span(&entry->key, key->id);
	buf_add_span(&entry->session, session);
	entry->expires = expires;
	store->counts.cached++;
	pthread_mutex_unlock(&store->lock);
}

enum store_result
store_get(struct store *store, const struct store_key *key, int64_t now,
    struct buf *out)
{
	struct entry *entry;
	enum store_result result = STORE_MISSED;

	out->len = 0;
	pthread_mutex_lock(&store->lock);
	entry = find(store, key);
	if (!entry) {
		store->counts.misses++;
	} else if (entry->expires <= now) {
		store->counts.timeouts++;
		clear(store, entry);
		result = STORE_EXPIRED;
	} else {
		buf_add(out, entry->session.data, entry->session.len);
		store->counts.hits++;
		result = STORE_FOUND;
	}
	pthread_mutex_unlock(&store->lock);
	return result;
}

void
store_drop(struct store *store, const struct store_key *key)
{
	struct entry *entry;

	pthread_mutex_lock(&store->lock);
	entry = find(store, key);
	if (entry)
		clear(store, entry);
	pthread_mutex_unlock(&store->lock);
}

void
store_count(struct store *store, struct store_counts *out)
{
	pthread_mutex_lock(&store->lock);
	*out = store->counts;
	pthread_mutex_unlock(&store->lock);
}
