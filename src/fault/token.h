/* fault/token.h - the words of a script, one after the other
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct tokens tokens;
 *
 *	tokens_init(&tokens, text);
 *	if (token_is(&tokens, "conn"))
 *		token_next(&tokens);
 *
 * The current token is `tokens.now`.  A comment is no token; it goes from # to
 * the end of the line.
 */
#ifndef FAULT_TOKEN_H
#define FAULT_TOKEN_H

#include "fault/script.h"

enum token_kind {
	TOKEN_END,		/* of the script */
	TOKEN_STOP,		/* ";" or the end of a line */
	TOKEN_WORD,		/* a letter, then letters, digits and _ - / */
	TOKEN_NUMBER,		/* digits; what follows at once is a word */
	TOKEN_STRING,		/* in double quotes; its value in `string` */
	TOKEN_SIGN,		/* : , - % */
	TOKEN_BAD,		/* anything else */
};

struct token {
	enum token_kind kind;
	struct tls_span text;	/* in the script */
	struct place place;
	uint64_t number;	/* over MAX_NUMBER: MAX_NUMBER + 1 */
	bool joined;		/* nothing is between it and the one before */
};

struct tokens {
	struct tls_span rest;
	struct place place;	/* of `rest` */
	struct token now;
	struct token before;	/* the last one that was passed */
	struct buf string;	/* of the current TOKEN_STRING; owned */
};

void tokens_init(struct tokens *tokens, struct tls_span text);
void tokens_clear(struct tokens *tokens);
void token_next(struct tokens *tokens);

/* Whether the current token is this word, case ignored, or this sign. */
bool token_is(const struct tokens *tokens, const char *word);
/* The same, and passes it if so. */
bool token_take(struct tokens *tokens, const char *word);

#endif
