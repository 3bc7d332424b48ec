/* parse.c - the text of a script -> statements
 * SPDX-License-Identifier: Apache-2.0
 *
 * The grammar is in the manual.  Each function passes what it reads and returns
 * false with the error filled.
 */
#include "fault/parser.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"

/* ---- errors ------------------------------------------------------------- */

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
		return parse_fail(parser, now->place, "%.*s is out of range: "
		    "%s, %llu to %llu", (int)(now->text.len < 24 ?
		    now->text.len : 24), (const char *)now->text.data, what,
		    (unsigned long long)least, (unsigned long long)most);
	*out = now->number;
	token_next(&parser->tokens);
	return true;
}

/* ---- the parts before the action ----------------------------------------- */

enum part {
	PART_CONNS = 1,
	PART_DIRECTION = 2,
	PART_TRIGGER = 4,
};

/* "conn 2", "conns 2-5", "first 3 conns" */
static bool
parse_conns(struct parser *parser, struct statement *statement)
{
	struct tokens *tokens = &parser->tokens;
	struct conns *conns = &statement->conns;
	struct place place = tokens->now.place;

	conns->kind = CONNS_RANGE;
	conns->low = 1;
	if (token_take(tokens, "first")) {
		if (!parse_number(parser, "a number of connections", 1,
		    MAX_NUMBER, &conns->high))
			return false;
		return token_take(tokens, "conns") ||
		    token_take(tokens, "conn") ||
		    parse_expected(parser, "\"conns\"");
	}
	token_next(tokens);
	if (!parse_number(parser, "the number of a connection", 1, MAX_NUMBER,
	    &conns->low))
		return false;
	conns->high = conns->low;
	if (!token_take(tokens, "-"))
		return true;
	if (!parse_number(parser, "the number of a connection", 1, MAX_NUMBER,
	    &conns->high))
		return false;
	return conns->low <= conns->high || parse_fail(parser, place,
	    "this range is empty: the smaller number comes first");
}

static bool
parse_direction(struct parser *parser, struct statement *statement)
{
	struct tokens *tokens = &parser->tokens;

	statement->direction = token_is(tokens, "to") ? TLS_SENT :
	    TLS_RECEIVED;
	token_next(tokens);
	return token_take(tokens, "client") ||
	    parse_expected(parser, "\"client\"");
}

static bool
begins_trigger(const struct tokens *tokens)
{
	return tokens->now.kind == TOKEN_NUMBER || token_is(tokens, "at") ||
	    token_is(tokens, "after") || token_is(tokens, "each") ||
	    token_is(tokens, "every");
}

/* One part, if there is one: 0 in `*part` if an action begins here. */
static bool
parse_part(struct parser *parser, struct statement *statement,
    unsigned *part)
{
	struct tokens *tokens = &parser->tokens;
	bool is_conns = false;

	*part = 0;
	if (token_is(tokens, "conn") || token_is(tokens, "conns") ||
	    token_is(tokens, "first")) {
		*part = PART_CONNS;
		return parse_conns(parser, statement);
	}
	if (token_is(tokens, "to") || token_is(tokens, "from")) {
		*part = PART_DIRECTION;
		return parse_direction(parser, statement);
	}
	if (!begins_trigger(tokens))
		return true;
	if (!parse_trigger(parser, statement, &is_conns))
		return false;
	*part = is_conns ? PART_CONNS : PART_TRIGGER;
	return true;
}

static bool
parse_parts(struct parser *parser, struct statement *statement,
    unsigned *seen)
{
	static const char *const twice[] = {
		[PART_CONNS] = "which connections it is for",
		[PART_DIRECTION] = "the direction",
		[PART_TRIGGER] = "when it happens",
	};

	for (;;) {
		struct place place = parser->tokens.now.place;
		unsigned part;

		if (!parse_part(parser, statement, &part))
			return false;
		if (!part)
			return true;
		if (*seen & part)
			return parse_fail(parser, place, "%s was said before "
			    "in this statement", twice[part]);
		*seen |= part;
		if (!token_take(&parser->tokens, ":"))
			return parse_expected(parser, "\":\" and what is to "
			    "happen");
	}
}

/* ---- statements --------------------------------------------------------- */

static bool
at_end(const struct tokens *tokens)
{
	return tokens->now.kind == TOKEN_END ||
	    tokens->now.kind == TOKEN_STOP;
}

/* "once", "twice", "3 times", "always" */
static bool
parse_times(struct parser *parser, struct statement *statement)
{
	static const char *const words[] = {
		"once", "twice", "times", "always", NULL,
	};
	struct tokens *tokens = &parser->tokens;
	struct place place = tokens->now.place;
	bool repeats = trigger_repeats(&statement->trigger);

	statement->most = repeats ? 0 : 1;
	if (at_end(tokens))
		return true;
	if (token_take(tokens, "once")) {
		statement->most = 1;
		return true;
	}
	if (token_take(tokens, "twice")) {
		statement->most = 2;
	} else if (token_take(tokens, "always")) {
		statement->most = 0;
	} else if (tokens->now.kind == TOKEN_NUMBER) {
		if (!parse_number(parser, "how often", 1, MAX_NUMBER,
		    &statement->most))
			return false;
		if (!token_take(tokens, "times") && !token_take(tokens, "time"))
			return parse_expected(parser, "\"times\"");
	} else {
		return parse_expected_of(parser, "\";\", the end, or how "
		    "often: once, twice, 3 times, always", words);
	}
	return repeats || statement->most == 1 || parse_fail(parser, place,
	    "this moment comes only once on a connection: say each or every "
	    "for what comes again");
}

static bool
check_unit(const struct parser *parser, const struct statement *statement)
{
	const struct action *action = &actions[statement->action];

	if (statement->action == ACTION_SWAP &&
	    statement->trigger.kind < TRIGGER_AT_RECORD)
		return parse_fail(parser, statement->place, "swap needs a "
		    "record: say \"at record 2: swap\" and the like");
	return !action->needs_unit ||
	    trigger_has_unit(&statement->trigger) ||
	    parse_fail(parser, statement->place, "%s needs a record or a byte "
	    "to work on: say \"at record 2\", \"each record\", \"at byte "
	    "100\" and the like", action->word);
}

static bool
parse_statement(struct parser *parser, struct statement *statement)
{
	unsigned seen = 0;

	if (!parse_parts(parser, statement, &seen) ||
	    !parse_action(parser, statement) ||
	    !parse_times(parser, statement))
		return false;
	if (!at_end(&parser->tokens))
		return parse_expected(parser, "\";\" or the end");
	return check_unit(parser, statement) &&
	    parse_side(parser, statement);
}

static void
clear_statement(struct statement *statement)
{
	free(statement->text);
	buf_clear(&statement->bytes);
	free(statement);
}

/* From the first token to the last one that was passed. */
static char *
copy_text(const uint8_t *begin, const struct token *last)
{
	size_t len = (size_t)(last->text.data + last->text.len - begin);
	char *text = mem_alloc(len + 1);

	memcpy(text, begin, len);
	text[len] = '\0';
	return text;
}

static bool
add_statement(struct parser *parser, struct fault_script *script)
{
	struct tokens *tokens = &parser->tokens;
	struct statement *statement = mem_zero(1, sizeof *statement);
	const uint8_t *begin = tokens->now.text.data;

	statement->place = tokens->now.place;
	statement->conns = (struct conns){ CONNS_RANGE, 1, UINT64_MAX };
	statement->direction = TLS_SENT;
	statement->trigger.kind = TRIGGER_MARK;
	if (script->num == MAX_STATEMENTS) {
		parse_fail(parser, statement->place, "more than %d statements",
		    MAX_STATEMENTS);
		clear_statement(statement);
		return false;
	}
	if (!parse_statement(parser, statement)) {
		clear_statement(statement);
		return false;
	}
	statement->text = copy_text(begin, &tokens->before);
	script->list = mem_grow(script->list,
	    (script->num + 1) * sizeof(struct statement *));
	script->list[script->num++] = statement;
	return true;
}

/* "seed 42" */
static bool
parse_seed(struct parser *parser, struct fault_script *script)
{
	token_next(&parser->tokens);
	if (!parse_number(parser, "a number", 0, MAX_NUMBER, &script->seed))
		return false;
	return at_end(&parser->tokens) ||
	    parse_expected(parser, "\";\" or the end");
}

bool
fault_script_add(struct fault_script *script, const char *name,
    struct tls_span text, struct tls_error *err)
{
	struct parser parser = { .name = name, .script = script, .err = err };
	struct tokens *tokens = &parser.tokens;
	bool good = true;

	if (text.len > MAX_TEXT)
		return err_set(err, TLS_BLAME_CONFIG, "%.60s: the script is "
		    "too long: at most %d bytes", name, MAX_TEXT);
	tokens_init(tokens, text);
	while (good && tokens->now.kind != TOKEN_END) {
		if (tokens->now.kind == TOKEN_STOP)
			token_next(tokens);
		else if (token_is(tokens, "seed"))
			good = parse_seed(&parser, script);
		else
			good = add_statement(&parser, script);
	}
	tokens_clear(tokens);
	return good;
}
