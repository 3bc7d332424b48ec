/* what.c - the actions of a script, with what follows their words
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "fault/parser.h"
#include "names/names.h"

/* ---- numbers with units -------------------------------------------------- */

static bool
parse_time(struct parser *parser, struct statement *statement)
{
	struct tokens *tokens = &parser->tokens;
	struct place place = tokens->now.place;

	if (!parse_number(parser, "a time such as 20ms or 5s", 1, MAX_MS,
	    &statement->amount))
		return false;
	if (token_take(tokens, "s"))
		statement->amount *= 1000;
	else if (!token_take(tokens, "ms"))
		return parse_expected(parser, "ms or s after the number");
	return statement->amount <= MAX_MS || parse_fail(parser, place,
	    "this time is too long: at most a day, %us", MAX_MS / 1000);
}

static bool
parse_rate(struct parser *parser, struct statement *statement)
{
	static const struct {
		const char *word;
		uint64_t factor;
	} units[] = {
		{ "B/s", 1 }, { "kB/s", 1000 }, { "MB/s", 1000 * 1000 },
		{ "KiB/s", 1024 }, { "MiB/s", 1024 * 1024 },
	};
	struct tokens *tokens = &parser->tokens;
	struct place place = tokens->now.place;

	if (!parse_number(parser, "a rate such as 500B/s or 10kB/s", 1,
	    MAX_RATE, &statement->amount))
		return false;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (token_take(tokens, units[i].word)) {
			statement->amount *= units[i].factor;
			return statement->amount <= MAX_RATE ||
			    parse_fail(parser, place, "this rate is too high");
		}
	return parse_expected(parser, "B/s, kB/s, MB/s, KiB/s or MiB/s after "
	    "the number");
}

/* "flip", "flip bit 3", "flip bit 3 of byte 7" */
static bool
parse_flip(struct parser *parser, struct statement *statement)
{
	struct tokens *tokens = &parser->tokens;
	uint64_t bit = 0;

	if (token_take(tokens, "bit") && !parse_number(parser,
	    "the number of a bit, 0 being the lowest", 0, 7, &bit))
		return false;
	statement->bit = (unsigned)bit;
	if (!token_take(tokens, "of"))
		return true;
	if (!token_take(tokens, "byte"))
		return parse_expected(parser, "\"byte N\"");
	return parse_number(parser, "the number of a byte, counted from 1", 1,
	    MAX_NUMBER, &statement->byte);
}

/* ---- what is injected ---------------------------------------------------- */

static void
add_record(struct buf *out, unsigned type, size_t len)
{
	buf_add_u8(out, type);
	buf_add_u16(out, 0x0303);
	buf_add_u16(out, (unsigned)len);
}

static bool
unknown_alert(struct parser *parser)
{
	const char *words[257];
	size_t num = 0;

	for (unsigned i = 0; i < 256; i++)
		if (name_of_alert((uint8_t)i))
			words[num++] = name_of_alert((uint8_t)i);
	words[num] = NULL;
	return parse_expected_of(parser, "the name or number of an alert, "
	    "such as handshake_failure", words);
}

static bool
inject_alert(struct parser *parser, struct buf *out, unsigned level)
{
	struct tokens *tokens = &parser->tokens;
	uint64_t number = 256;

	for (unsigned i = 0; i < 256 && number == 256; i++) {
		const char *name = name_of_alert((uint8_t)i);

		if (name && token_take(tokens, name))
			number = i;
	}
	if (number == 256 && tokens->now.kind != TOKEN_NUMBER)
		return unknown_alert(parser);
	if (number == 256 && !parse_number(parser, "the number of an alert",
	    0, 255, &number))
		return false;
	add_record(out, 21, 2);
	buf_add_u8(out, level);
	buf_add_u8(out, (unsigned)number);
	return true;
}

static bool
inject_fatal(struct parser *parser, struct buf *out)
{
	return inject_alert(parser, out, 2);
}

static bool
inject_warning(struct parser *parser, struct buf *out)
{
	return inject_alert(parser, out, 1);
}

static bool
inject_ccs(struct parser *parser, struct buf *out)
{
	(void)parser;
	add_record(out, 20, 1);
	buf_add_u8(out, 1);
	return true;
}

static bool
inject_http(struct parser *parser, struct buf *out)
{
	static const char body[] = "This is no TLS server.\n";

	(void)parser;
	buf_printf(out, "HTTP/1.1 400 Bad Request\r\n"
	    "Content-Type: text/plain\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s", sizeof body - 1, body);
	return true;
}

/* Bytes that begin like no record. */
static bool
inject_junk(struct parser *parser, struct buf *out)
{
	uint64_t num = 16;

	if (parser->tokens.now.kind == TOKEN_NUMBER &&
	    !parse_number(parser, "a number of bytes", 1, MAX_INJECTED, &num))
		return false;
	for (uint64_t i = 0; i < num; i++)
		buf_add_u8(out, (unsigned)(mix(parser->script->seed, i) |
		    (i == 0 ? 0x40 : 0)) & 0xff);
	return true;
}

static bool
inject_text(struct parser *parser, struct buf *out)
{
	struct tokens *tokens = &parser->tokens;

	if (tokens->now.kind != TOKEN_STRING)
		return parse_expected(parser, "a string in double quotes");
	if (!tokens->string.len)
		return parse_fail(parser, tokens->now.place, "this string is "
		    "empty");
	buf_add_span(out, buf_span(&tokens->string));
	token_next(tokens);
	return true;
}

/* Digits and letters without a blank between them. */
static bool
inject_hex(struct parser *parser, struct buf *out)
{
	struct tokens *tokens = &parser->tokens;
	struct place place = tokens->now.place;
	struct buf digits = BUF_INIT;
	bool good;

	do {
		if (tokens->now.kind != TOKEN_NUMBER &&
		    tokens->now.kind != TOKEN_WORD)
			break;
		buf_add_span(&digits, tokens->now.text);
		token_next(tokens);
	} while (tokens->now.joined);
	good = digits.len && text_read_hex(out, buf_string(&digits));
	buf_clear(&digits);
	return good || parse_fail(parser, place, "expected hexadecimal "
	    "digits, two for a byte");
}

/* "record data 100": a type by its name or number, and how many bytes. */
static bool
inject_record(struct parser *parser, struct buf *out)
{
	struct tokens *tokens = &parser->tokens;
	uint64_t type = 256, len;

	for (size_t i = 0; contents[i].word && type == 256; i++)
		if (token_take(tokens, contents[i].word))
			type = contents[i].type;
	if (type == 256 && !parse_number(parser, "the type of a record: its "
	    "name, or a number", 0, 255, &type))
		return false;
	if (!parse_number(parser, "how many bytes it has", 0, 65535, &len))
		return false;
	add_record(out, (unsigned)type, (size_t)len);
	memset(buf_reserve(out, (size_t)len), 0, (size_t)len);
	out->len += (size_t)len;
	return true;
}

static bool
parse_inject(struct parser *parser, struct statement *statement)
{
	static const struct {
		const char *word;
		bool (*inject)(struct parser *parser, struct buf *out);
	} kinds[] = {
		{ "alert", inject_fatal }, { "warning", inject_warning },
		{ "ccs", inject_ccs }, { "http", inject_http },
		{ "junk", inject_junk }, { "text", inject_text },
		{ "hex", inject_hex }, { "record", inject_record },
	};
	static const char *const words[] = {
		"alert", "warning", "ccs", "http", "junk", "text", "hex",
		"record", NULL,
	};
	struct buf *out = &statement->bytes;

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (token_take(&parser->tokens, kinds[i].word))
			return kinds[i].inject(parser, out);
	return parse_expected_of(parser, "what to inject: alert, warning, "
	    "ccs, http, junk, text, hex or record", words);
}

/* ---- all of them -------------------------------------------------------- */

static bool
parse_nothing(struct parser *parser, struct statement *statement)
{
	(void)parser;
	(void)statement;
	return true;
}

static bool
unknown_action(struct parser *parser)
{
	static const char *const others[] = {
		"at", "after", "each", "every", "conn", "conns", "first",
		"to", "from", "seed",
	};
	const size_t num_others = sizeof others / sizeof *others;
	const char *words[ACTION_COUNT + sizeof others / sizeof *others + 1];
	struct buf expected = BUF_INIT;

	for (size_t i = 0; i < ACTION_COUNT; i++)
		words[i] = actions[i].word;
	for (size_t i = 0; i < num_others; i++)
		words[ACTION_COUNT + i] = others[i];
	words[ACTION_COUNT + num_others] = NULL;
	buf_add_string(&expected, "an action:");
	for (size_t i = 0; i < ACTION_COUNT; i++)
		buf_printf(&expected, "%s %s", i ? "," : "", actions[i].word);
	parse_expected_of(parser, buf_string(&expected), words);
	buf_clear(&expected);
	return false;
}

bool
parse_action(struct parser *parser, struct statement *statement)
{
	static bool (*const arguments[])(struct parser *parser,
	    struct statement *statement) = {
		[ARGUMENT_NONE] = parse_nothing,
		[ARGUMENT_TIME] = parse_time,
		[ARGUMENT_RATE] = parse_rate,
		[ARGUMENT_FLIP] = parse_flip,
		[ARGUMENT_INJECT] = parse_inject,
	};

	for (size_t i = 0; i < ACTION_COUNT; i++)
		if (token_take(&parser->tokens, actions[i].word)) {
			statement->action = (enum action_id)i;
			return arguments[actions[i].argument](parser,
			    statement);
		}
	return unknown_action(parser);
}
