/* dissect/items.c - parts of a hello as words, to be compared
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dissect/items.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "dissect/teller.h"
#include "dissect/words.h"
#include "names/names.h"

/* Adds an item; `words` are taken. */
static void
add(struct items *items, const char *where, struct buf *words)
{
	if ((items->num & (items->num - 1)) == 0)
		items->list = mem_grow(items->list,
		    (items->num ? 2 * items->num : 1) * sizeof *items->list);
	buf_reserve(words, 1);
	words->data[words->len] = 0;
	items->list[items->num++] = (struct item){ where,
	    (char *)words->data };
	*words = (struct buf)BUF_INIT;
}

void
items_clear(struct items *items)
{
	for (size_t i = 0; i < items->num; i++)
		free(items->list[i].what);
	free(items->list);
	*items = (struct items)ITEMS_INIT;
}

/* Whether it is a GREASE value of a registry of 16 bits. */
static bool
is_any_grease(uint64_t number, unsigned size, enum values registry)
{
	const char *name;

	if (registry == VALUES_NONE || size == 1)
		return false;
	name = name_of_value(registry, number);
	return name && !strcmp(name, "GREASE");
}

static void
add_value(struct buf *out, uint64_t number, unsigned size,
    enum values registry, bool random)
{
	if (!random && is_any_grease(number, size, registry))
		buf_add_string(out, "GREASE");
	else
		words_add_value(out, number, size, registry);
}

static void
add_bytes(struct buf *out, struct tls_span bytes, bool shown)
{
	words_add_size(out, bytes.len);
	if (shown && bytes.len) {
		buf_add_u8(out, ' ');
		text_add_hex(out, bytes);
	}
}

void
items_add_number(struct items *items, const char *where, uint16_t number,
    enum values registry, bool random)
{
	struct buf words = BUF_INIT;

	add_value(&words, number, 2, registry, random);
	add(items, where, &words);
}

void
items_add_bytes(struct items *items, const char *where,
    struct tls_span bytes, bool random)
{
	struct buf words = BUF_INIT;

	add_bytes(&words, bytes, random);
	add(items, where, &words);
}

/* ---- the teller --------------------------------------------------------- */

struct items_teller {
	struct teller teller;
	struct items *items;
	bool random;
	const char *list;	/* the list that is being told, or null */
	bool in_element;
	bool grease;		/* the element is of a GREASE value */
	struct buf words;	/* of the element so far */
};

static struct items_teller *
items_of(struct teller *teller)
{
	return (struct items_teller *)teller;
}

/* What comes before a value. */
static void
begin(struct items_teller *t, const char *name)
{
	if (t->in_element && t->words.len)
		buf_add_string(&t->words, ", ");
	if (t->in_element && name) {
		buf_add_string(&t->words, name);
		buf_add_u8(&t->words, ' ');
	}
}

static void
finish(struct items_teller *t, const char *name)
{
	if (!t->in_element)
		add(t->items, t->list ? t->list : name, &t->words);
}

static void
tell_number(struct teller *teller, const char *name, uint64_t value,
    unsigned size, enum values registry)
{
	struct items_teller *t = items_of(teller);

	begin(t, name);
	if (is_any_grease(value, size, registry))
		t->grease = true;
	add_value(&t->words, value, size, registry, t->random);
	finish(t, name);
}

static void
tell_bytes(struct teller *teller, const char *name, struct tls_span bytes,
    bool random)
{
	struct items_teller *t = items_of(teller);

	begin(t, name);
	add_bytes(&t->words, bytes, t->random || !(random || t->grease));
	finish(t, name);
}

static void
tell_text(struct teller *teller, const char *name, struct tls_span text)
{
	struct items_teller *t = items_of(teller);

	begin(t, NULL);
	buf_add_u8(&t->words, '"');
	text_add_escaped(&t->words, text);
	buf_add_u8(&t->words, '"');
	finish(t, name);
}

static void
tell_words(struct teller *teller, const char *name, const char *words)
{
	struct items_teller *t = items_of(teller);

	begin(t, NULL);
	buf_add_string(&t->words, words);
	finish(t, name);
}

static void
begin_list(struct teller *teller, const char *name, size_t len, bool objects)
{
	struct items_teller *t = items_of(teller);

	(void)len;
	(void)objects;
	if (!t->in_element)
		t->list = name;
}

static void
end_list(struct teller *teller)
{
	struct items_teller *t = items_of(teller);

	if (!t->in_element)
		t->list = NULL;
}

static void
begin_element(struct teller *teller)
{
	items_of(teller)->in_element = true;
	items_of(teller)->grease = false;
}

static void
end_element(struct teller *teller)
{
	struct items_teller *t = items_of(teller);

	t->in_element = false;
	t->grease = false;
	finish(t, "element");
}

static void
tell_broken(struct teller *teller, const char *name, struct tls_span rest)
{
	struct items_teller *t = items_of(teller);

	begin(t, name);
	buf_add_string(&t->words, "CANNOT BE DECODED, ");
	add_bytes(&t->words, rest, true);
	finish(t, name);
}

static const struct teller items_teller = {
	.number = tell_number,
	.bytes = tell_bytes,
	.text = tell_text,
	.words = tell_words,
	.list = begin_list,
	.list_end = end_list,
	.element = begin_element,
	.element_end = end_element,
	.broken = tell_broken,
};

void
items_add_extension(struct items *items,
    const struct tls_extension *extension, bool random)
{
	struct items_teller t = {
		.teller = items_teller, .items = items, .random = random,
	};

	/* What is in a GREASE extension is as random as its number. */
	if (!random && is_grease(extension->type))
		return;
	walk_extension(&t.teller, extension->type, extension->body);
	buf_clear(&t.words);
}
