/* dissect/diff.c - what changed from one ClientHello to another
 * SPDX-License-Identifier: Apache-2.0
 *
 * Lists are compared by matching equal items; of those that match, the longest
 * run that is in order in both stayed where it was, and the others moved.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dissect/dissect.h"
#include "dissect/items.h"
#include "names/names.h"

#define NOWHERE	SIZE_MAX

const char *
difference_name(enum difference_kind kind)
{
	static const char *const names[] = {
		[DIFFERENCE_SAME] = "same",
		[DIFFERENCE_REMOVED] = "removed",
		[DIFFERENCE_ADDED] = "added",
		[DIFFERENCE_MOVED] = "moved",
	};

	return names[kind];
}

void
differences_clear(struct differences *differences)
{
	for (size_t i = 0; i < differences->num; i++) {
		free(differences->list[i].where);
		free(differences->list[i].what);
	}
	free(differences->list);
	memset(differences, 0, sizeof *differences);
}

/* ---- matching ----------------------------------------------------------- */

/* An item and where it stands. */
struct ranked {
	const struct item *item;
	size_t at;
};

static int
compare_items(const struct item *a, const struct item *b)
{
	int order = strcmp(a->what, b->what);

	return order ? order : strcmp(a->where, b->where);
}

static int
compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	int order = compare_items(x->item, y->item);

	return order ? order : (x->at > y->at) - (x->at < y->at);
}

static struct ranked *
rank(const struct items *items)
{
	struct ranked *ranked = mem_alloc(items->num * sizeof *ranked);

	for (size_t i = 0; i < items->num; i++)
		ranked[i] = (struct ranked){ &items->list[i], i };
	qsort(ranked, items->num, sizeof *ranked, compare_ranked);
	return ranked;
}

static size_t *
nowhere(size_t num)
{
	size_t *list = mem_alloc(num * sizeof *list);

	for (size_t i = 0; i < num; i++)
		list[i] = NOWHERE;
	return list;
}

/* For each item of `a` where its equal in `b` stands, the first of several with
 * the first; to be freed. */
static size_t *
match(const struct items *a, const struct items *b)
{
	struct ranked *x = rank(a), *y = rank(b);
	size_t *to = nowhere(a->num);

	for (size_t i = 0, j = 0; i < a->num && j < b->num;) {
		int order = compare_items(x[i].item, y[j].item);

		if (order == 0)
			to[x[i++].at] = y[j++].at;
		else if (order < 0)
			i++;
		else
			j++;
	}
	free(x);
	free(y);
	return to;
}

/* For each item of `a` whether it is in the longest run of matches in order;
 * to be freed. */
static bool *
find_stayed(const size_t *to, size_t num)
{
	size_t *last = mem_alloc(num * sizeof *last);	/* of runs by length */
	size_t *before = nowhere(num), len = 0;
	bool *stayed = mem_zero(num, sizeof *stayed);

	for (size_t i = 0; i < num; i++) {
		size_t low = 0, high = len;

		if (to[i] == NOWHERE)
			continue;
		while (low < high) {
			size_t middle = (low + high) / 2;

			if (to[last[middle]] < to[i])
				low = middle + 1;
			else
				high = middle;
		}
		if (low > 0)
			before[i] = last[low - 1];
		last[low] = i;
		if (low == len)
			len++;
	}
	for (size_t i = len ? last[len - 1] : NOWHERE; i != NOWHERE;
	    i = before[i])
		stayed[i] = true;
	free(last);
	free(before);
	return stayed;
}

/* ---- lists -------------------------------------------------------------- */

/* `extension` is the name of what the item is in, or null. */
static void
add(struct differences *out, enum difference_kind kind, const char *extension,
    const struct item *item, const size_t places[2])
{
	struct difference *difference;
	struct buf where = BUF_INIT;

	if ((out->num & (out->num - 1)) == 0)
		out->list = mem_grow(out->list,
		    (out->num ? 2 * out->num : 1) * sizeof *out->list);
	buf_printf(&where, "%s%s%s", extension ? extension : "",
	    extension ? "." : "", item->where);
	difference = &out->list[out->num++];
	difference->kind = kind;
	difference->where = (char *)where.data;
	difference->what = mem_string(item->what);
	difference->from = places[0];
	difference->to = places[1];
}

/* Adds the differences of two lists; returns where the items of `a` are in
 * `b`, to be freed. */
static size_t *
compare_lists(struct differences *out, const char *extension,
    const struct items *a, const struct items *b)
{
	size_t *to = match(a, b), *from = nowhere(b->num);
	bool *stayed = find_stayed(to, a->num);

	for (size_t i = 0; i < a->num; i++) {
		if (to[i] == NOWHERE)
			add(out, DIFFERENCE_REMOVED, extension, &a->list[i],
			    (size_t[]){ i + 1, 0 });
		else
			from[to[i]] = i;
	}
	for (size_t j = 0; j < b->num; j++) {
		if (from[j] == NOWHERE)
			add(out, DIFFERENCE_ADDED, extension, &b->list[j],
			    (size_t[]){ 0, j + 1 });
		else if (!stayed[from[j]])
			add(out, DIFFERENCE_MOVED, extension, &b->list[j],
			    (size_t[]){ from[j] + 1, j + 1 });
	}
	free(from);
	free(stayed);
	return to;
}

/* ---- hellos ------------------------------------------------------------- */

/* The fields before the extensions. */
static struct items
fields_of(const struct tls_hello *hello, bool random)
{
	struct items items = ITEMS_INIT;

	items_add_number(&items, "record_version", hello->record_version,
	    VALUES_VERSION, random);
	items_add_number(&items, "legacy_version", hello->legacy_version,
	    VALUES_VERSION, random);
	items_add_bytes(&items, "random", hello->random, random);
	items_add_bytes(&items, "session_id", hello->session_id, random);
	items_add_bytes(&items, "compression", hello->compression, true);
	return items;
}

static struct items
suites_of(const struct tls_hello *hello, bool random)
{
	struct items items = ITEMS_INIT;

	for (size_t i = 0; i < hello->num_suites; i++)
		items_add_number(&items, "suites", hello->suites[i],
		    VALUES_SUITE, random);
	return items;
}

static struct items
extensions_of(const struct tls_hello *hello, bool random)
{
	struct items items = ITEMS_INIT;

	for (size_t i = 0; i < hello->num_extensions; i++)
		items_add_number(&items, "extensions",
		    hello->extensions[i].type, VALUES_EXTENSION, random);
	return items;
}

static void
compare_extension(struct differences *out, const struct tls_extension *a,
    const struct tls_extension *b, bool random)
{
	struct items x = ITEMS_INIT, y = ITEMS_INIT;
	const char *name = name_of_extension(b->type);
	char room[8];

	snprintf(room, sizeof room, "0x%04x", b->type);
	items_add_extension(&x, a, random);
	items_add_extension(&y, b, random);
	free(compare_lists(out, name ? name : room, &x, &y));
	items_clear(&x);
	items_clear(&y);
}

void
dissect_compare(const struct partial *a, const struct partial *b,
    unsigned flags, struct differences *out)
{
	const struct tls_hello *x = a->hello, *y = b->hello;
	struct items (*const lists[])(const struct tls_hello *hello,
	    bool random) = { fields_of, suites_of, extensions_of };
	bool random = flags & DISSECT_RANDOM;
	size_t *to = NULL;

	memset(out, 0, sizeof *out);
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		struct items of_x = lists[i](x, random);
		struct items of_y = lists[i](y, random);

		free(to);
		to = compare_lists(out, NULL, &of_x, &of_y);
		items_clear(&of_x);
		items_clear(&of_y);
	}
	for (size_t i = 0; i < x->num_extensions; i++)
		if (to[i] != NOWHERE)
			compare_extension(out, &x->extensions[i],
			    &y->extensions[to[i]], random);
	free(to);
}
