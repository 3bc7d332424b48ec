/* values.c - the kinds of values: reading, comparing and printing them
 * SPDX-License-Identifier: Apache-2.0
 */
#include "expect/internal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/err.h"
#include "base/text.h"
#include "names/names.h"

/* A word and the numbers that it stands for. */
struct word {
	const char *word;
	uint64_t least, most;
};

/* A kind of values: those that have words of their own, or a registry. */
struct kind {
	const char *values;		/* for people */
	const struct word *words;	/* up to a null; the first one that has
					 * a number is printed */
	uint64_t most;			/* of plain numbers; 0: no numbers */
	bool (*named)(const char *name, uint16_t *number);
	const char *(*nearest)(const char *name);
	const char *(*name)(uint64_t number, char *room);
	bool text;			/* any text is a value */
	bool may_lack;			/* "none" is a value */
};

#define NAME_ROOM	32

/* ---- the kinds --------------------------------------------------------- */

static const struct word handshakes[] = {
	{ "failed", 0, 0 }, { "ok", 1, 1 }, { NULL, 0, 0 },
};

static const struct word bools[] = {
	{ "no", 0, 0 }, { "yes", 1, 1 }, { NULL, 0, 0 },
};

static const struct word certs[] = {
	{ "none", 0, 0 }, { "valid", 1, 1 }, { "invalid", 2, 2 },
	{ "any", 1, 2 }, { NULL, 0, 0 },
};

static const struct word closes[] = {
	{ "clean", OUTCOME_CLEAN, OUTCOME_CLEAN },
	{ "truncated", OUTCOME_TRUNCATED, OUTCOME_TRUNCATED },
	{ "reset", OUTCOME_RESET, OUTCOME_RESET },
	{ "closed_here", OUTCOME_CLOSED_HERE, OUTCOME_CLOSED_HERE },
	{ "failed", OUTCOME_FAILED, OUTCOME_FAILED },
	{ "timeout", OUTCOME_TIMEOUT, OUTCOME_TIMEOUT },
	{ NULL, 0, 0 },
};

/* Compared without what is neither letter nor digit. */
static const struct word versions[] = {
	{ "1.3", TLS_VERSION_1_3, TLS_VERSION_1_3 },
	{ "1.2", TLS_VERSION_1_2, TLS_VERSION_1_2 },
	{ "1.1", TLS_VERSION_1_1, TLS_VERSION_1_1 },
	{ "1.0", TLS_VERSION_1_0, TLS_VERSION_1_0 },
	{ "1", TLS_VERSION_1_0, TLS_VERSION_1_0 },
	{ NULL, 0, 0 },
};

/* "TLSv1.3", "tls1_3", "TLS 1.3" and "1.3" are one. */
static bool
version_named(const char *name, uint16_t *number)
{
	char plain[8];
	size_t len = 0;

	if (!strncasecmp(name, "tls", 3))
		name += 3;
	if (tolower((unsigned char)*name) == 'v')
		name++;
	for (; *name && len < sizeof plain - 1; name++)
		plain[len++] = *name == '_' ? '.' : *name;
	plain[len] = 0;
	for (const struct word *w = versions; w->word && !*name; w++)
		if (!strcmp(w->word, plain)) {
			*number = (uint16_t)w->least;
			return true;
		}
	return false;
}

static bool
suite_number(const char *name, uint16_t *number)
{
	const struct suite *suite = suite_named(name);

	if (suite)
		*number = suite->id;
	return suite != NULL;
}

static const char *
version_name(uint64_t number, char *room)
{
	return version_label((uint16_t)number, room);
}

static const char *
suite_name(uint64_t number, char *room)
{
	return suite_label((uint16_t)number, room);
}

static const char *
or_number(const char *name, const char *format, uint64_t number, char *room)
{
	if (name)
		return name;
	snprintf(room, NAME_ROOM, format, (unsigned long long)number);
	return room;
}

static const char *
group_name(uint64_t number, char *room)
{
	return or_number(name_of_group((uint16_t)number), "0x%04llx", number,
	    room);
}

static const char *
signature_name(uint64_t number, char *room)
{
	return or_number(name_of_signature((uint16_t)number), "0x%04llx",
	    number, room);
}

static const char *
alert_name(uint64_t number, char *room)
{
	return or_number(name_of_alert((uint8_t)number), "%llu", number,
	    room);
}

static const char *
plain_name(uint64_t number, char *room)
{
	return or_number(NULL, "%llu", number, room);
}

static const struct kind kinds[VALUE_KIND_COUNT] = {
	[VALUE_HANDSHAKE] = { .values = "ok|failed", .words = handshakes },
	[VALUE_BOOL] = { .values = "yes|no|none", .words = bools,
	    .may_lack = true },
	[VALUE_CERT] = { .values = "none|valid|invalid|any", .words = certs },
	[VALUE_CLOSE] = { .values = "clean|truncated|reset|closed_here|failed|"
	    "timeout", .words = closes },
	[VALUE_VERSION] = { .values = "1.3|1.2|1.1|1.0|NUMBER|none",
	    .most = 0xffff, .named = version_named, .name = version_name,
	    .may_lack = true },
	[VALUE_SUITE] = { .values = "NAME|NUMBER|none", .most = 0xffff,
	    .named = suite_number, .nearest = suite_nearest,
	    .name = suite_name, .may_lack = true },
	[VALUE_GROUP] = { .values = "NAME|NUMBER|none", .most = 0xffff,
	    .named = group_named, .nearest = group_nearest,
	    .name = group_name, .may_lack = true },
	[VALUE_SIGNATURE] = { .values = "NAME|NUMBER|none", .most = 0xffff,
	    .named = signature_named, .nearest = signature_nearest,
	    .name = signature_name, .may_lack = true },
	[VALUE_ALERT] = { .values = "NAME|NUMBER|none", .most = 0xff,
	    .named = alert_named, .nearest = alert_nearest,
	    .name = alert_name, .may_lack = true },
	[VALUE_TEXT] = { .values = "TEXT|none", .text = true,
	    .may_lack = true },
	[VALUE_RANGE] = { .values = "NUMBER|NUMBER-NUMBER|NUMBER-",
	    .most = UINT64_MAX, .name = plain_name },
};

const char *
value_words(enum value_kind kind)
{
	return kinds[kind].values;
}

/* ---- reading ----------------------------------------------------------- */

/* Digits, or 0x and digits, up to `*end`. */
static bool
read_number(const char *word, uint64_t most, uint64_t *out, char **end)
{
	bool hex = word[0] == '0' && (word[1] == 'x' || word[1] == 'X');
	unsigned long long number;

	if (!isdigit((unsigned char)*word))
		return false;
	errno = 0;
	number = strtoull(word, end, hex ? 16 : 10);
	*out = number;
	return errno == 0 && number <= most;
}

static bool
read_range(const char *word, struct value *out)
{
	char *end;

	if (!read_number(word, UINT64_MAX, &out->least, &end))
		return false;
	out->most = out->least;
	if (!*end)
		return true;
	if (*end != '-')
		return false;
	out->most = UINT64_MAX;
	return !end[1] || (read_number(end + 1, UINT64_MAX, &out->most,
	    &end) && !*end && out->most >= out->least);
}

static bool
read_word(const struct word *words, const char *word, struct value *out)
{
	for (; words && words->word; words++)
		if (!strcasecmp(words->word, word)) {
			out->least = words->least;
			out->most = words->most;
			return true;
		}
	return false;
}

static const char *
nearest_of(const struct kind *kind, const char *word)
{
	unsigned best = 3;
	const char *found = NULL;

	if (kind->nearest)
		return kind->nearest(word);
	for (const struct word *w = kind->words; w && w->word; w++) {
		unsigned far = text_distance(word, w->word);

		if (far < best && far < strlen(w->word)) {
			best = far;
			found = w->word;
		}
	}
	return found;
}

static bool
refuse(const struct key *key, const struct kind *kind, const char *word,
    struct tls_error *err)
{
	const char *near = nearest_of(kind, word);

	if (near)
		return err_set(err, TLS_BLAME_CONFIG, "-expect %s=%.80s: "
		    "unknown: did you mean %s?", key->name, word, near);
	return err_set(err, TLS_BLAME_CONFIG, "-expect %s=%.80s: the values "
	    "are %s", key->name, word, kind->values);
}

bool
value_read(const struct key *key, const char *word, struct value *out,
    struct tls_error *err)
{
	const struct kind *kind = &kinds[key->kind];
	uint16_t number;
	char *end;

	*out = (struct value){ .none = kind->may_lack &&
	    !strcasecmp(word, "none") };
	if (out->none || read_word(kind->words, word, out))
		return true;
	if (kind->text && *word) {
		out->text = mem_string(word);
		return true;
	}
	if (key->kind == VALUE_RANGE)
		return read_range(word, out) || refuse(key, kind, word, err);
	if (kind->named && kind->named(word, &number))
		out->least = number;
	else if (!kind->most ||
	    !read_number(word, kind->most, &out->least, &end) || *end)
		return refuse(key, kind, word, err);
	out->most = out->least;
	return true;
}

/* ---- comparing --------------------------------------------------------- */

static bool
value_matches(const struct value *value, const struct answer *answer)
{
	if (value->none)
		return answer->num == 0 && !answer->text.data;
	if (value->text)
		return answer->text.data &&
		    span_equal(answer->text, span_of(value->text));
	for (size_t i = 0; i < answer->num; i++)
		if (answer->numbers[i] >= value->least &&
		    answer->numbers[i] <= value->most)
			return true;
	return false;
}

static bool
is_unknown(const struct item *item, const struct answer *answer)
{
	return answer->unknown ||
	    (item->partly && answer->num == 0 && !answer->text.data);
}

bool
item_matches(const struct item *item, const struct answer *answer)
{
	bool found = false;

	if (is_unknown(item, answer))
		return false;
	for (size_t i = 0; i < item->num; i++)
		found = found || value_matches(&item->values[i], answer);
	return found != item->negated;
}

/* ---- printing ---------------------------------------------------------- */

void
item_add(struct buf *out, const struct item *item)
{
	if (item->negated)
		buf_add_string(out, "not ");
	text_add_escaped(out, span_of(item->typed));
}

static const char *
name_of(const struct kind *kind, uint64_t number, char *room)
{
	if (kind->name)
		return kind->name(number, room);
	for (const struct word *w = kind->words; w && w->word; w++)
		if (w->least == number)
			return w->word;
	return plain_name(number, room);
}

void
answer_add(struct buf *out, const struct item *item,
    const struct answer *answer)
{
	char room[NAME_ROOM];

	if (is_unknown(item, answer)) {
		buf_add_string(out, "nothing: the library does not tell");
		return;
	}
	if (answer->text.data)
		text_add_escaped(out, answer->text);
	else if (answer->num == 0)
		buf_add_string(out, "none");
	for (size_t i = 0; i < answer->num; i++)
		buf_printf(out, "%s%s", i ? "|" : "",
		    name_of(&kinds[item->key->kind], answer->numbers[i],
		    room));
}
