/* when.c - "at record 2", "after handshake", "each byte" and the like
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "fault/parser.h"
#include "names/names.h"

#define CLIENT_HELLO	1

/* The messages that can be seen in clear, and who sends them. */
static const struct seen {
	uint8_t message;
	bool by_server, by_client;
} visible[] = {
	{ 0, true, false },		/* HelloRequest */
	{ CLIENT_HELLO, false, true },
	{ 2, true, false },		/* ServerHello */
	{ 4, true, false },		/* NewSessionTicket */
	{ 11, true, true },		/* Certificate */
	{ 12, true, false },		/* ServerKeyExchange */
	{ 13, true, false },		/* CertificateRequest */
	{ 14, true, false },		/* ServerHelloDone */
	{ 15, false, true },		/* CertificateVerify */
	{ 16, false, true },		/* ClientKeyExchange */
	{ 22, true, false },		/* CertificateStatus */
};

#define NUM_VISIBLE	(sizeof visible / sizeof *visible)
#define MAX_WORDS	64

/* All that can follow "at" or "after", for suggestions. */
static void
list_words(const char **words)
{
	size_t num = 0;

	words[num++] = "byte";
	words[num++] = "bytes";
	words[num++] = "record";
	for (size_t i = 0; i < FAULT_MARK_COUNT; i++)
		words[num++] = marks[i].word;
	for (size_t i = 0; contents[i].word; i++)
		words[num++] = contents[i].word;
	for (size_t i = 0; i < NUM_VISIBLE; i++)
		words[num++] = name_of_message(visible[i].message);
	words[num] = NULL;
}

static bool
unknown_moment(const struct parser *parser)
{
	const char *words[MAX_WORDS];

	list_words(words);
	return parse_expected_of(parser, "\"byte N\", \"record N\", accept, "
	    "client_hello, handshake, request, close_notify, or the name of a "
	    "message such as ServerHello", words);
}

/* A content type before "record"; true as well if there is none. */
static void
take_content(struct tokens *tokens, struct trigger *trigger)
{
	for (size_t i = 0; contents[i].word; i++)
		if (token_take(tokens, contents[i].word)) {
			trigger->type = contents[i].type;
			return;
		}
}

/* "record N", "data record N", "byte N"; for "after" also "N bytes". */
static bool
parse_counted(struct parser *parser, bool after, struct trigger *trigger)
{
	struct tokens *tokens = &parser->tokens;

	if (tokens->now.kind == TOKEN_NUMBER) {
		if (!after)
			return parse_expected(parser, "\"byte N\"");
		trigger->kind = TRIGGER_AFTER_BYTE;
		return parse_number(parser, "a number of bytes", 1,
		    MAX_NUMBER, &trigger->n) && (token_take(tokens, "bytes") ||
		    token_take(tokens, "byte") ||
		    parse_expected(parser, "\"bytes\""));
	}
	if (token_take(tokens, "byte")) {
		trigger->kind = after ? TRIGGER_AFTER_BYTE : TRIGGER_AT_BYTE;
		return parse_number(parser, "the number of a byte, counted "
		    "from 1", 1, MAX_NUMBER, &trigger->n);
	}
	if (!token_take(tokens, "record"))
		return unknown_moment(parser);
	trigger->kind = after ? TRIGGER_AFTER_RECORD : TRIGGER_AT_RECORD;
	return parse_number(parser, "the number of a record, counted from 1",
	    1, MAX_NUMBER, &trigger->n);
}

/* The name of a message, if it is one. */
static bool
take_message(struct tokens *tokens, bool after, struct trigger *trigger)
{
	for (unsigned i = 0; i < 256; i++) {
		const char *name = name_of_message((uint8_t)i);

		if (!name || !token_take(tokens, name))
			continue;
		trigger->kind = after ? TRIGGER_AFTER_MESSAGE :
		    TRIGGER_AT_MESSAGE;
		trigger->message = (uint8_t)i;
		return true;
	}
	return false;
}

static bool
parse_every(struct parser *parser, struct statement *statement,
    bool *is_conns);

/* What was read is a mark: what follows it counts from there. */
static bool
parse_after_mark(struct parser *parser, struct statement *statement,
    enum fault_mark mark)
{
	struct tokens *tokens = &parser->tokens;
	struct trigger *trigger = &statement->trigger;
	bool more = token_take(tokens, ","), is_conns = false;

	trigger->since = mark;
	if (token_is(tokens, "at") || token_is(tokens, "after")) {
		bool after = token_is(tokens, "after");

		token_next(tokens);
		if (take_message(tokens, after, trigger))
			return true;
		take_content(tokens, trigger);
		return parse_counted(parser, after, trigger);
	}
	if (token_is(tokens, "each") || token_is(tokens, "every") ||
	    tokens->now.kind == TOKEN_NUMBER)
		return parse_every(parser, statement, &is_conns) &&
		    (!is_conns || parse_fail(parser, trigger->place,
		    "connections are named in a part of their own, before "
		    "\":\""));
	if (more)
		return parse_expected(parser, "at, after, each or every");
	if (mark == FAULT_AT_CLOSE_NOTIFY) {
		/* It is the record that comes next. */
		trigger->kind = TRIGGER_AT_RECORD;
		trigger->n = 1;
	}
	return true;
}

/* The word of a mark, if it is one; `*bad` if it has the other preposition. */
static bool
take_mark(struct parser *parser, bool after, enum fault_mark *mark, bool *bad)
{
	const char *preposition = after ? "after" : "at";
	struct place place = parser->tokens.now.place;

	*bad = false;
	for (size_t i = 0; i < FAULT_MARK_COUNT; i++) {
		if (!token_take(&parser->tokens, marks[i].word))
			continue;
		*mark = (enum fault_mark)i;
		*bad = strcmp(preposition, marks[i].preposition) != 0 &&
		    !parse_fail(parser, place, "say \"%s %s\"",
		    marks[i].preposition, marks[i].word);
		return true;
	}
	return false;
}

/* What follows "at" or "after". */
static bool
parse_moment(struct parser *parser, struct statement *statement, bool after)
{
	struct tokens *tokens = &parser->tokens;
	struct trigger *trigger = &statement->trigger;
	struct place place = tokens->now.place;
	enum fault_mark mark;
	bool bad;

	/* "handshake" is a mark, and the type of a record. */
	take_content(tokens, trigger);
	if (trigger->type == 22 && !token_is(tokens, "record")) {
		if (!after)
			return parse_fail(parser, place, "say \"after "
			    "handshake\", or \"at handshake record N\"");
		trigger->type = 0;
		return parse_after_mark(parser, statement,
		    FAULT_AT_HANDSHAKE);
	}
	if (trigger->type)
		return parse_counted(parser, after, trigger);
	if (take_mark(parser, after, &mark, &bad))
		return !bad && parse_after_mark(parser, statement, mark);
	return take_message(tokens, after, trigger) ||
	    parse_counted(parser, after, trigger);
}

/* ---- what comes again --------------------------------------------------- */

static bool
take_ordinal(struct tokens *tokens)
{
	return token_take(tokens, "st") || token_take(tokens, "nd") ||
	    token_take(tokens, "rd") || token_take(tokens, "th");
}

static bool
take_conns(struct tokens *tokens)
{
	return token_take(tokens, "conn") || token_take(tokens, "conns");
}

/* "25% of conns", "25% of records" */
static bool
parse_percent(struct parser *parser, struct statement *statement,
    bool *is_conns)
{
	struct tokens *tokens = &parser->tokens;
	uint64_t percent;

	if (!parse_number(parser, "a percentage", 1, 100, &percent))
		return false;
	if (!token_take(tokens, "%"))
		return parse_expected(parser, "\"%\"");
	if (!token_take(tokens, "of"))
		return parse_expected(parser, "\"of\"");
	if (take_conns(tokens)) {
		*is_conns = true;
		statement->conns = (struct conns){ CONNS_PERCENT, percent, 0 };
		return true;
	}
	take_content(tokens, &statement->trigger);
	statement->trigger.kind = TRIGGER_SOME_RECORDS;
	statement->trigger.n = percent;
	return token_take(tokens, "records") ||
	    parse_expected(parser, "\"conns\" or \"records\"");
}

/* "each record", "every 3rd record", "every 100 bytes", "every 2nd conn" */
static bool
parse_every(struct parser *parser, struct statement *statement,
    bool *is_conns)
{
	static const char *const words[] = {
		"byte", "bytes", "record", "conn", NULL,
	};
	struct tokens *tokens = &parser->tokens;
	struct trigger *trigger = &statement->trigger;
	uint64_t n = 1;

	if (tokens->now.kind == TOKEN_NUMBER)
		return parse_percent(parser, statement, is_conns);
	token_next(tokens);
	if (tokens->now.kind == TOKEN_NUMBER) {
		if (!parse_number(parser, "a number", 1, MAX_NUMBER, &n))
			return false;
		if (token_take(tokens, "bytes")) {
			trigger->kind = TRIGGER_EVERY_BYTES;
			trigger->n = n;
			return true;
		}
		if (!take_ordinal(tokens))
			return parse_expected(parser, "\"bytes\", or an "
			    "ordinal such as 2nd");
	}
	if (take_conns(tokens)) {
		*is_conns = true;
		statement->conns = (struct conns){ CONNS_EVERY, n, 0 };
		return true;
	}
	trigger->n = n;
	trigger->kind = TRIGGER_EACH_BYTE;
	if (token_take(tokens, "byte"))
		return true;
	trigger->kind = TRIGGER_EACH_RECORD;
	take_content(tokens, trigger);
	return token_take(tokens, "record") ||
	    parse_expected_of(parser, "record, byte or conn", words);
}

bool
parse_trigger(struct parser *parser, struct statement *statement,
    bool *is_conns)
{
	struct tokens *tokens = &parser->tokens;
	struct trigger kept = statement->trigger;

	*is_conns = false;
	statement->trigger.place = tokens->now.place;
	if (token_take(tokens, "at"))
		return parse_moment(parser, statement, false);
	if (token_take(tokens, "after"))
		return parse_moment(parser, statement, true);
	if (!parse_every(parser, statement, is_conns))
		return false;
	if (*is_conns)
		statement->trigger = kept;
	return true;
}

/* ---- messages, and who sends them --------------------------------------- */

bool
parse_side(const struct parser *parser, struct statement *statement)
{
	struct trigger *trigger = &statement->trigger;
	bool from_client = statement->direction == TLS_RECEIVED;
	const struct seen *seen = NULL;
	const char *name;

	if (trigger->kind != TRIGGER_AT_MESSAGE &&
	    trigger->kind != TRIGGER_AFTER_MESSAGE)
		return true;
	name = name_of_message(trigger->message);
	for (size_t i = 0; i < NUM_VISIBLE; i++)
		if (visible[i].message == trigger->message)
			seen = &visible[i];
	if (!seen)
		return parse_fail(parser, trigger->place, "%s is never seen "
		    "in clear: count its record instead", name);
	if (from_client ? seen->by_client : seen->by_server)
		return true;
	/* To the client, it is the moment when that has come. */
	if (trigger->message == CLIENT_HELLO &&
	    trigger->kind == TRIGGER_AFTER_MESSAGE &&
	    trigger->since == FAULT_AT_ACCEPT) {
		trigger->kind = TRIGGER_MARK;
		trigger->since = FAULT_AT_CLIENT_HELLO;
		return true;
	}
	return parse_fail(parser, trigger->place, from_client ?
	    "%s is sent by the server: leave out \"from client\"" :
	    "%s is sent by the client: say \"from client\" as well", name);
}
