/* parser.c - what a script should have said
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault/parser.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

bool
parse_fail(const struct parser *parser, struct place place, const char *fmt,
    ...)
{
	char why[200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof why, fmt, ap);
	va_end(ap);
	return err_set(parser->err, TLS_BLAME_CONFIG,
	    "%.60s, line %u, column %u: %s", parser->name, place.line,
	    place.column, why);
}

/* The current token as messages show it. */
static const char *
token_text(const struct parser *parser, struct buf *out)
{
	const struct token *now = &parser->tokens.now;
	struct tls_span text = now->text;

	if (now->kind == TOKEN_END)
		return "the end";
	if (now->kind == TOKEN_STOP)
		return text.data[0] == ';' ? "\";\"" : "the end of the line";
	if (text.len > 24)
		text.len = 24;
	buf_add_u8(out, '"');
	text_add_escaped(out, text);
	buf_add_u8(out, '"');
	return buf_string(out);
}

bool
parse_expected(const struct parser *parser, const char *expected)
{
	static const char *const none[] = { NULL };

	return parse_expected_of(parser, expected, none);
}

/* As similar as a typing error or two. */
static const char *
nearest(struct tls_span word, const char *const *words)
{
	char given[32] = "";
	const char *best = NULL;
	unsigned least = word.len < 4 ? 1 : 2;

	if (word.len >= sizeof given)
		return NULL;
	memcpy(given, word.data, word.len);
	for (size_t i = 0; words[i]; i++) {
		unsigned distance = text_distance(given, words[i]);

		if (distance > least || (distance == least && best))
			continue;
		best = words[i];
		least = distance;
	}
	return best;
}

bool
parse_expected_of(const struct parser *parser, const char *expected,
    const char *const *words)
{
	const struct token *now = &parser->tokens.now;
	const char *near = now->kind == TOKEN_WORD ?
	    nearest(now->text, words) : NULL;
	struct buf room = BUF_INIT;

	if (now->kind == TOKEN_BAD && now->text.data[0] == '"')
		parse_fail(parser, now->place, "this string has no end on its "
		    "line, or a backslash in it is not followed by n, r, t, "
		    "0, \", \\ or xNN");
	else if (near)
		parse_fail(parser, now->place, "%s is not known: did you mean "
		    "\"%s\"?", token_text(parser, &room), near);
	else
		parse_fail(parser, now->place, "%s: expected %s",
		    token_text(parser, &room), expected);
	buf_clear(&room);
	return false;
}

bool
parse_number(struct parser *parser, const char *what, uint64_t least,
    uint64_t most, uint64_t *out)
{
	const struct token *now = &parser->tokens.now;

	if (now->kind != TOKEN_NUMBER)
		return parse_expected(parser, what);
	if (now->number < least || now->number > most)
		return parse_fail(parser, now->place, "%.*s: %s, from %llu "
		    "to %llu", (int)(now->text.len < 24 ?
		    now->text.len : 24), (const char *)now->text.data, what,
		    (unsigned long long)least, (unsigned long long)most);
	*out = now->number;
	token_next(&parser->tokens);
	return true;
}
