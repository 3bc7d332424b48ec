/* judge.c - compares what was seen with what was expected
 * SPDX-License-Identifier: Apache-2.0
 */
#include "expect/internal.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* A difference that has not been posted yet. */
struct mismatch {
	struct mismatch *next;
	struct origin from;
	const char *key;		/* borrowed from the table */
	struct buf expected, seen;
};

struct judge {
	struct sink sink;		/* first: a judge is a sink */
	struct expect *expect;		/* owned */
	unsigned num_accept;
	uint64_t accepted;
	uint64_t mismatches;
	struct seen *open;		/* owned; sorted by `conn` */
	size_t num_open, room;
	pthread_mutex_t lock;		/* of what follows */
	struct mismatch *first, **last;
};

/* ---- connections that are open ------------------------------------------ */

/* Where `conn` stands, or has to. */
static size_t
place_of(const struct judge *judge, uint64_t conn)
{
	size_t low = 0, high = judge->num_open;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (judge->open[middle].conn < conn)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void
begin(struct judge *judge, uint64_t conn)
{
	size_t at = place_of(judge, conn);

	if (judge->num_open == judge->room) {
		judge->room = judge->room ? 2 * judge->room : 16;
		judge->open = mem_grow(judge->open,
		    judge->room * sizeof *judge->open);
	}
	memmove(judge->open + at + 1, judge->open + at,
	    (judge->num_open - at) * sizeof *judge->open);
	judge->open[at] = (struct seen){ .conn = conn };
	judge->num_open++;
	judge->accepted++;
}

static void
forget(struct judge *judge, size_t at)
{
	seen_clear(&judge->open[at]);
	judge->num_open--;
	memmove(judge->open + at, judge->open + at + 1,
	    (judge->num_open - at) * sizeof *judge->open);
}

/* ---- comparing ---------------------------------------------------------- */

static struct mismatch *
add(struct judge *judge, const struct origin *from, const char *key)
{
	struct mismatch *mismatch = mem_zero(1, sizeof *mismatch);

	if (from)
		mismatch->from = *from;
	mismatch->key = key;
	judge->mismatches++;
	pthread_mutex_lock(&judge->lock);
	*judge->last = mismatch;
	judge->last = &mismatch->next;
	return mismatch;
}

static void
added(struct judge *judge)
{
	pthread_mutex_unlock(&judge->lock);
}

static void
compare_item(struct judge *judge, const struct item *item,
    const struct answer *answer, const struct origin *from)
{
	struct mismatch *mismatch;

	if (item_matches(item, answer))
		return;
	mismatch = add(judge, from, item->key->name);
	item_add(&mismatch->expected, item);
	answer_add(&mismatch->seen, item, answer);
	added(judge);
}

static void
add_failed(struct judge *judge, const struct seen *seen,
    const struct origin *from)
{
	struct mismatch *mismatch = add(judge, from,
	    expect_keys[KEY_HANDSHAKE].name);

	buf_add_string(&mismatch->expected, "ok");
	buf_add_string(&mismatch->seen, "failed");
	if (seen->failure) {
		buf_printf(&mismatch->seen, ": %s", seen->failure);
	}
	added(judge);
}

/* A connection has ended. */
static void
compare(struct judge *judge, const struct seen *seen,
    const struct origin *from)
{
	const struct expect *expect = judge->expect;
	bool handshake = false;

	for (size_t i = 0; i < expect->num; i++) {
		const struct expectation *one = &expect->list[i];

		if (seen->conn < one->first || seen->conn > one->last)
			continue;
		for (size_t j = 0; j < one->num; j++) {
			const struct item *item = &one->items[j];
			struct answer answer;

			if (item->key->id == KEY_CONNECTIONS)
				continue;
			if (item->key->id == KEY_HANDSHAKE)
				handshake = true;
			seen_answer(seen, item->key->id, &answer);
			compare_item(judge, item, &answer, from);
		}
	}
	if (!handshake && !seen->opened)
		add_failed(judge, seen, from);
}

/* How many connections there have to be. */
static uint64_t
fewest(const struct judge *judge)
{
	uint64_t num = judge->num_accept ? judge->num_accept : 1;

	for (size_t i = 0; i < judge->expect->num; i++)
		if (judge->expect->list[i].first > num)
			num = judge->expect->list[i].first;
	return num;
}

static void
compare_number(struct judge *judge)
{
	const struct expect *expect = judge->expect;
	const struct answer answer = {
		.numbers = { judge->accepted }, .num = 1,
	};
	struct mismatch *mismatch;
	bool said = false;

	for (size_t i = 0; i < expect->num; i++)
		for (size_t j = 0; j < expect->list[i].num; j++) {
			const struct item *item = &expect->list[i].items[j];

			if (item->key->id != KEY_CONNECTIONS)
				continue;
			said = true;
			compare_item(judge, item, &answer, NULL);
		}
	if (said || judge->accepted >= fewest(judge))
		return;
	mismatch = add(judge, NULL, expect_keys[KEY_CONNECTIONS].name);
	buf_printf(&mismatch->expected, "%llu-",
	    (unsigned long long)fewest(judge));
	buf_printf(&mismatch->seen, "%llu",
	    (unsigned long long)judge->accepted);
	added(judge);
}

/* ---- as a sink ---------------------------------------------------------- */

static void
see(struct sink *sink, const struct event *event)
{
	struct judge *judge = (struct judge *)sink;
	size_t at;

	if (!event->from.conn)
		return;
	if (event->kind == EVENT_ACCEPTED) {
		begin(judge, event->from.conn);
		return;
	}
	at = place_of(judge, event->from.conn);
	if (at == judge->num_open ||
	    judge->open[at].conn != event->from.conn)
		return;
	seen_event(&judge->open[at], event);
	if (event->kind != EVENT_CLOSED)
		return;
	compare(judge, &judge->open[at], &event->from);
	forget(judge, at);
}

static struct mismatch *
take(struct judge *judge)
{
	struct mismatch *first;

	pthread_mutex_lock(&judge->lock);
	first = judge->first;
	judge->first = NULL;
	judge->last = &judge->first;
	pthread_mutex_unlock(&judge->lock);
	return first;
}

static void
free_mismatch(struct mismatch *mismatch)
{
	buf_clear(&mismatch->expected);
	buf_clear(&mismatch->seen);
	free(mismatch);
}

static void
follow(struct sink *sink, struct bus *bus)
{
	struct mismatch *next, *at = take((struct judge *)sink);

	for (; at; at = next) {
		struct event event = {
			.kind = EVENT_MISMATCH, .from = at->from,
			.mismatch = { at->key, buf_string(&at->expected),
			    buf_string(&at->seen) },
		};

		bus_post(bus, &event);
		next = at->next;
		free_mismatch(at);
	}
}

static void
free_judge(struct sink *sink)
{
	struct judge *judge = (struct judge *)sink;
	struct mismatch *next, *at = take(judge);

	for (; at; at = next) {
		next = at->next;
		free_mismatch(at);
	}
	while (judge->num_open)
		forget(judge, judge->num_open - 1);
	free(judge->open);
	expect_free(judge->expect);
	pthread_mutex_destroy(&judge->lock);
	free(judge);
}

static const struct sink_ops judge_ops = {
	.event = see,
	.follow = follow,
	.free = free_judge,
};

struct judge *
judge_new(struct expect *expect, unsigned num_accept)
{
	struct judge *judge = mem_zero(1, sizeof *judge);

	judge->sink.ops = &judge_ops;
	judge->sink.wants = expect->wants;
	judge->expect = expect;
	judge->num_accept = num_accept;
	judge->last = &judge->first;
	pthread_mutex_init(&judge->lock, NULL);
	return judge;
}

struct sink *
judge_sink(struct judge *judge)
{
	return &judge->sink;
}

bool
judge_passed(struct judge *judge, struct bus *bus)
{
	compare_number(judge);
	follow(&judge->sink, bus);
	return judge->mismatches == 0;
}
