/* token.c - the words of a script, one after the other
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault/token.h"

#include <string.h>
#include <strings.h>

static bool
is_letter(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
in_word(uint8_t c)
{
	return is_letter(c) || is_digit(c) || c == '_' || c == '-' ||
	    c == '/';
}

static void
pass(struct tokens *tokens, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (tokens->rest.data[i] == '\n') {
			tokens->place.line++;
			tokens->place.column = 1;
		} else {
			tokens->place.column++;
		}
	}
	tokens->rest.data += len;
	tokens->rest.len -= len;
}

static size_t
length_of(struct tls_span rest, bool (*fits)(uint8_t c))
{
	size_t len = 0;

	while (len < rest.len && fits(rest.data[len]))
		len++;
	return len;
}

/* Passes blanks and comments; false if there were none. */
static bool
pass_blanks(struct tokens *tokens)
{
	bool some = false;

	while (tokens->rest.len) {
		uint8_t c = tokens->rest.data[0];
		size_t len = 1;

		if (c == '#') {
			const uint8_t *end = memchr(tokens->rest.data, '\n',
			    tokens->rest.len);

			len = end ? (size_t)(end - tokens->rest.data) :
			    tokens->rest.len;
		} else if (c != ' ' && c != '\t' && c != '\r') {
			break;
		}
		pass(tokens, len);
		some = true;
	}
	return some;
}

static int
hex_digit(uint8_t c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* Reads one character of a string, after a backslash if there is one; returns
 * how many bytes of `rest` it takes, 0 if it is none. */
static size_t
read_char(struct tls_span rest, struct buf *out)
{
	static const char from[] = "nrt0\"\\", to[] = "\n\r\t\0\"\\";
	const char *at;

	if (rest.data[0] != '\\') {
		buf_add_u8(out, rest.data[0]);
		return rest.data[0] == '\n' ? 0 : 1;
	}
	if (rest.len >= 4 && rest.data[1] == 'x' &&
	    hex_digit(rest.data[2]) >= 0 && hex_digit(rest.data[3]) >= 0) {
		buf_add_u8(out, (unsigned)(hex_digit(rest.data[2]) << 4 |
		    hex_digit(rest.data[3])));
		return 4;
	}
	if (rest.len < 2 || !rest.data[1] ||
	    !(at = strchr(from, rest.data[1])))
		return 0;
	buf_add_u8(out, (unsigned char)to[at - from]);
	return 2;
}

/* The length of the string that begins here, with its quotes; 0 if it has no
 * end on this line, or something in it is not understood. */
static size_t
read_string(struct tokens *tokens)
{
	struct tls_span rest = tokens->rest;

	tokens->string.len = 0;
	rest.data++;
	rest.len--;
	while (rest.len) {
		size_t len;

		if (rest.data[0] == '"')
			return (size_t)(rest.data - tokens->rest.data) + 1;
		len = read_char(rest, &tokens->string);
		if (len == 0)
			return 0;
		rest.data += len;
		rest.len -= len;
	}
	return 0;
}

static uint64_t
value_of(struct tls_span digits)
{
	uint64_t value = 0;

	for (size_t i = 0; i < digits.len && value <= MAX_NUMBER; i++)
		value = value * 10 + (uint64_t)(digits.data[i] - '0');
	return value <= MAX_NUMBER ? value : MAX_NUMBER + 1;
}

/* Finds out what begins here, and how long it is. */
static enum token_kind
look(struct tokens *tokens, size_t *len)
{
	uint8_t c;

	*len = tokens->rest.len ? 1 : 0;
	if (!*len)
		return TOKEN_END;
	c = tokens->rest.data[0];
	if (c == ';' || c == '\n')
		return TOKEN_STOP;
	if (is_letter(c)) {
		*len = length_of(tokens->rest, in_word);
		return TOKEN_WORD;
	}
	if (is_digit(c)) {
		*len = length_of(tokens->rest, is_digit);
		return TOKEN_NUMBER;
	}
	if (c && strchr(":,-%", c))
		return TOKEN_SIGN;
	if (c != '"')
		return TOKEN_BAD;
	*len = read_string(tokens);
	if (*len)
		return TOKEN_STRING;
	*len = 1;
	return TOKEN_BAD;
}

void
token_next(struct tokens *tokens)
{
	struct token *now = &tokens->now;
	size_t len;

	tokens->before = *now;
	now->joined = !pass_blanks(tokens);
	now->place = tokens->place;
	now->kind = look(tokens, &len);
	now->text = (struct tls_span){ tokens->rest.data, len };
	now->number = now->kind == TOKEN_NUMBER ? value_of(now->text) : 0;
	pass(tokens, len);
}

void
tokens_init(struct tokens *tokens, struct tls_span text)
{
	*tokens = (struct tokens){ .rest = text, .place = { 1, 1 } };
	token_next(tokens);
}

void
tokens_clear(struct tokens *tokens)
{
	buf_clear(&tokens->string);
}

bool
token_is(const struct tokens *tokens, const char *word)
{
	const struct token *now = &tokens->now;

	return (now->kind == TOKEN_WORD || now->kind == TOKEN_SIGN) &&
	    strlen(word) == now->text.len &&
	    !strncasecmp(word, (const char *)now->text.data, now->text.len);
}

bool
token_take(struct tokens *tokens, const char *word)
{
	if (!token_is(tokens, word))
		return false;
	token_next(tokens);
	return true;
}
