/* parse.c - the text of a script -> statements
 * SPDX-License-Identifier: Apache-2.0
 *
 * The grammar is in the manual.  Each function passes what it reads and returns
 * false with the error filled.
 */
#include "fault/parser.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

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
	if (statement->action == ACTION_SPLIT &&
	    statement->trigger.kind == TRIGGER_MARK &&
	    statement->trigger.since == FAULT_AT_ACCEPT)
		return parse_fail(parser, statement->place, "split needs a "
		    "place: say \"each record: split\" and the like");
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
