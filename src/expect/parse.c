/* parse.c - the words of -expect -> expectations
 * SPDX-License-Identifier: Apache-2.0
 */
#include "expect/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

#define SEPARATORS	" \t\n,"

/* Where a word is read. */
struct reading {
	const char *word;	/* of the command line, for messages */
	const char *at;
};

/* ---- one item ---------------------------------------------------------- */

static const char *
nearest_key(const char *name)
{
	unsigned best = (unsigned)(strlen(name) + 1) / 2;
	const char *found = NULL;

	for (size_t i = 0; i < KEY_COUNT; i++) {
		unsigned far = text_distance(name, expect_keys[i].name);

		if (far < best) {
			best = far;
			found = expect_keys[i].name;
		}
	}
	return found;
}

static bool
find_key(const char *name, const struct key **out, struct tls_error *err)
{
	struct buf list = BUF_INIT;
	const char *near = nearest_key(name);

	for (size_t i = 0; i < KEY_COUNT; i++) {
		*out = &expect_keys[i];
		if (!strcmp((*out)->name, name)) {
			buf_clear(&list);
			return true;
		}
		buf_printf(&list, "%s%s", i ? " " : "", (*out)->name);
	}
	if (near)
		err_set(err, TLS_BLAME_CONFIG, "-expect: unknown key "
		    "\"%.40s\": did you mean %s?", name, near);
	else
		err_set(err, TLS_BLAME_CONFIG, "-expect: unknown key "
		    "\"%.40s\": the keys are %s", name, buf_string(&list));
	buf_clear(&list);
	return false;
}

static bool
read_values(struct item *item, struct tls_error *err)
{
	const char *at = item->typed;

	for (;;) {
		size_t len = strcspn(at, "|");
		struct buf word = BUF_INIT;
		bool good;

		buf_add(&word, at, len);
		item->values = mem_grow(item->values,
		    (item->num + 1) * sizeof *item->values);
		good = value_read(item->key, buf_string(&word),
		    &item->values[item->num], err);
		buf_clear(&word);
		if (!good)
			return false;
		item->num++;
		at += len;
		if (!*at++)
			return true;
	}
}

/* "KEY=VALUE|VALUE" or "KEY!=...", the `len` bytes at `text`. */
static bool
read_item(struct item *item, const char *text, size_t len,
    struct tls_error *err)
{
	size_t name = 0, sign;
	struct buf copy = BUF_INIT;
	bool good;

	while (name < len && text[name] != '=' && text[name] != '!')
		name++;
	item->negated = name < len && text[name] == '!';
	sign = name + item->negated;
	if (sign >= len || text[sign] != '=' || name == 0)
		return err_set(err, TLS_BLAME_CONFIG, "-expect: \"%.*s\" is "
		    "no KEY=VALUE and no KEY!=VALUE", len > 80 ? 80 :
		    (int)len, text);
	buf_add(&copy, text, name);
	good = find_key(buf_string(&copy), &item->key, err);
	buf_clear(&copy);
	if (!good)
		return false;
	buf_add(&copy, text + sign + 1, len - sign - 1);
	buf_reserve(&copy, 1);
	item->typed = mem_string(buf_string(&copy));
	buf_clear(&copy);
	return read_values(item, err);
}

/* ---- one word ---------------------------------------------------------- */

static bool
read_count(const char **at, uint64_t *out)
{
	const char *from = *at;

	if (*from < '0' || *from > '9')
		return false;
	*out = 0;
	while (**at >= '0' && **at <= '9' && *at - from < 9)
		*out = *out * 10 + (uint64_t)(*(*at)++ - '0');
	return true;
}

/* "N:", "N-M:" or "N-:"; all connections if there is none. */
static bool
read_range(struct reading *r, struct expectation *out, struct tls_error *err)
{
	const char *at = r->at;

	out->first = 1;
	out->last = UINT64_MAX;
	if (!read_count(&at, &out->first))
		return true;
	out->last = out->first;
	if (*at == '-') {
		at++;
		if (!read_count(&at, &out->last))
			out->last = UINT64_MAX;
	}
	if (*at != ':' || out->first == 0 || out->last < out->first)
		return err_set(err, TLS_BLAME_CONFIG, "-expect %.80s: "
		    "connections are named by \"N:\", \"N-M:\" or \"N-:\", "
		    "counted from 1", r->word);
	r->at = at + 1;
	return true;
}

/* The number of connections is not a matter of one of them. */
static bool
check_scope(const struct expectation *expectation, const struct item *item,
    struct tls_error *err)
{
	return item->key->id != KEY_CONNECTIONS ||
	    (expectation->first == 1 && expectation->last == UINT64_MAX) ||
	    err_set(err, TLS_BLAME_CONFIG, "-expect: \"connections\" is about "
	    "all of them: put it into an -expect without a number before it");
}

static bool
read_items(struct reading *r, struct expectation *out, struct tls_error *err)
{
	for (;;) {
		size_t len;

		r->at += strspn(r->at, SEPARATORS);
		len = strcspn(r->at, SEPARATORS);
		if (len == 0)
			break;
		out->items = mem_grow(out->items,
		    (out->num + 1) * sizeof *out->items);
		out->items[out->num] = (struct item){ .num = 0 };
		out->num++;
		if (!read_item(&out->items[out->num - 1], r->at, len, err) ||
		    !check_scope(out, &out->items[out->num - 1], err))
			return false;
		r->at += len;
	}
	return out->num || err_set(err, TLS_BLAME_CONFIG, "-expect \"%.80s\": "
	    "nothing is expected: KEY=VALUE has to follow", r->word);
}

static bool
read_word(struct expect *expect, const char *word, struct tls_error *err)
{
	struct reading r = { word, word + strspn(word, SEPARATORS) };
	struct expectation *new;

	expect->list = mem_grow(expect->list,
	    (expect->num + 1) * sizeof *expect->list);
	new = &expect->list[expect->num++];
	*new = (struct expectation){ .num = 0 };
	if (!read_range(&r, new, err) || !read_items(&r, new, err))
		return false;
	for (size_t i = 0; i < new->num; i++)
		expect->wants |= new->items[i].key->wants;
	return true;
}

/* ---- the whole --------------------------------------------------------- */

struct expect *
expect_new(const char *const *words, size_t num, struct tls_error *err)
{
	struct expect *expect = mem_zero(1, sizeof *expect);

	expect->wants = SEEN_WANTS;
	for (size_t i = 0; i < num; i++)
		if (!read_word(expect, words[i], err)) {
			expect_free(expect);
			return NULL;
		}
	return expect;
}

static void
clear_item(struct item *item)
{
	for (size_t i = 0; i < item->num; i++)
		free(item->values[i].text);
	free(item->values);
	free(item->typed);
}

void
expect_free(struct expect *expect)
{
	if (!expect)
		return;
	for (size_t i = 0; i < expect->num; i++) {
		for (size_t j = 0; j < expect->list[i].num; j++)
			clear_item(&expect->list[i].items[j]);
		free(expect->list[i].items);
	}
	free(expect->list);
	free(expect);
}

bool
expect_fits(struct expect *expect, const struct plug *plug,
    struct tls_error *err)
{
	for (size_t i = 0; i < expect->num; i++)
		for (size_t j = 0; j < expect->list[i].num; j++) {
			struct item *item = &expect->list[i].items[j];
			const struct key *key = item->key;
			char what[64] = "-expect ";

			if (key->feature == KEY_NEEDS_NOTHING)
				continue;
			strcat(what, key->name);
			if (!plug_require(plug, (enum tls_feature)key->feature,
			    what, err))
				return false;
			if (plug_answer(plug, (enum tls_feature)key->feature)
			    .support != TLS_SUPPORT_FULL)
				item->partly = true;
		}
	return true;
}
