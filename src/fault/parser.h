/* fault/parser.h - what the files of the parser share
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (!token_take(&parser->tokens, "record"))
 *		return parse_expected(parser, "\"record\"");
 */
#ifndef FAULT_PARSER_H
#define FAULT_PARSER_H

#include "fault/token.h"

struct parser {
	struct tokens tokens;
	const char *name;		/* of the text, for messages */
	const struct fault_script *script;	/* that it becomes part of */
	struct tls_error *err;
};

/* Fills the error for a place and returns false. */
bool parse_fail(const struct parser *parser, struct place place,
    const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The current token is none of what `expected` lists.  With `words`, which end
 * with null, the most similar of them is suggested. */
bool parse_expected(const struct parser *parser, const char *expected);
bool parse_expected_of(const struct parser *parser, const char *expected,
    const char *const *words);

/* Takes a number from `least` to `most`, of which `what` says what it is. */
bool parse_number(struct parser *parser, const char *what, uint64_t least,
    uint64_t most, uint64_t *out);

/* when.c: "at", "after", "each", "every" and "N%" with what follows; a trigger,
 * or a choice of connections: `*is_conns` says which was read. */
bool parse_trigger(struct parser *parser, struct statement *statement,
    bool *is_conns);

/* when.c: whether the message of the trigger can come in this direction. */
bool parse_side(const struct parser *parser, struct statement *statement);

/* what.c: an action with its arguments. */
bool parse_action(struct parser *parser, struct statement *statement);

#endif
