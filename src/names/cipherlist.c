/* names/cipherlist.c - reads cipher strings
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-ciphers(1)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/numbers.h"
#include "base/text.h"
#include "names/cipherlist.h"
#include "names/names.h"
#include "names/traits.h"

#define DEFAULT_LIST	"ALL:!COMPLEMENTOFDEFAULT:!eNULL"

static const struct alias {
	const char *word;
	struct traits traits;
} aliases[] = {
#define ALIAS(text, kx_, auth_, enc_, mac_, version_, class_) \
	{ text, { .kx = kx_, .auth = auth_, .enc = enc_, .mac = mac_, \
	    .min_version = version_, .class = class_ } },
#include "names/aliases.def"
};

/* Suite B (RFC 6460): a string that begins so is one of these instead. */
static const struct {
	const char *prefix;
	const char *string;
} suite_b[] = {
	{ "SUITEB128ONLY", "ECDHE-ECDSA-AES128-GCM-SHA256" },
	{ "SUITEB128C2", "ECDHE-ECDSA-AES256-GCM-SHA384" },
	{ "SUITEB128",
	    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384" },
	{ "SUITEB192", "ECDHE-ECDSA-AES256-GCM-SHA384" },
};

/* A string being read. */
struct parse {
	const char *string;		/* all of it, for messages */
	const char *at;
	struct cipher_order order;
	struct traits available;	/* the bits of all suites together */
	struct suite_names *names;
	int security_level;
	struct tls_span unknown;	/* the first word that was skipped */
	struct tls_span lacked;		/* the first of them that is one of the
					 * language */
	struct buf *lacking;		/* the suites among them */
	struct buf *ignored;		/* the words that mean nothing */
};

static bool
is_separator(char c)
{
	return c == ':' || c == ' ' || c == ';' || c == ',';
}

static bool
is_word_char(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
	    (c >= '0' && c <= '9') || (c && strchr("-._=", c));
}

static struct tls_span
take_word(struct parse *parse)
{
	const char *start = parse->at;

	while (is_word_char(*parse->at))
		parse->at++;
	return (struct tls_span){ (const uint8_t *)start,
	    (size_t)(parse->at - start) };
}

static void
skip_to_separator(struct parse *parse)
{
	while (*parse->at && !is_separator(*parse->at))
		parse->at++;
}

static bool
is_called(struct tls_span word, const char *name)
{
	return strncmp(name, (const char *)word.data, word.len) == 0 &&
	    !name[word.len];
}

/* ---- one rule ----------------------------------------------------------- */

/* Whether a word that chooses nothing here is one of the language; if it is the
 * name of a suite to add, that is lacking. */
static bool
is_lacked(struct parse *parse, struct tls_span word, bool add)
{
	const struct suite *suite;

	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++)
		if (is_called(word, aliases[i].word))
			return true;
	suite = suite_names_find(parse->names, word);
	if (!suite || suite->min_version >= TLS_VERSION_1_3)
		return false;
	if (add) {
		if (parse->lacking->len)
			buf_add_string(parse->lacking, ", ");
		buf_add_span(parse->lacking, word);
	}
	return true;
}

/* Looks a word up: a suite that can be chosen, or a group of which something
 * can. */
static bool
find_word(const struct parse *parse, struct tls_span word,
    struct traits *found)
{
	const struct traits *can = &parse->available;
	const struct suite *suite = suite_names_find(parse->names, word);
	const bool exact = suite && (is_called(word, suite->openssl) ||
	    is_called(word, suite->iana));

	for (size_t i = 0; exact && i < parse->order.num; i++) {
		const struct traits *t = &parse->order.rows[i].traits;

		if (t->id == suite->id) {
			/* The version of a suite does not select. */
			*found = *t;
			found->min_version = 0;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		const struct traits *t = &aliases[i].traits;

		if (!is_called(word, aliases[i].word) ||
		    (t->kx && !(t->kx & can->kx)) ||
		    (t->auth && !(t->auth & can->auth)) ||
		    (t->enc && !(t->enc & can->enc)) ||
		    (t->mac && !(t->mac & can->mac)))
			continue;
		*found = *t;
		return true;
	}
	return false;
}

/* Narrows `*bits`, where 0 matches everything; false if nothing is left. */
static bool
narrow(uint32_t *bits, uint32_t more)
{
	if (more)
		*bits = *bits ? *bits & more : more;
	return !more || *bits;
}

/* Whether a suite is in the default list is forgotten as soon as a strength
 * is asked for, unless both are one word's: so OpenSSL reads
 * "COMPLEMENTOFDEFAULT+HIGH". */
static bool
narrow_class(uint32_t *class, uint32_t more)
{
	uint32_t strengths = *class & CLASS_STRENGTHS;
	uint32_t others = *class & ~CLASS_STRENGTHS;

	if (!strengths && more & CLASS_STRENGTHS)
		others = 0;
	if (!narrow(&strengths, more & CLASS_STRENGTHS) ||
	    !narrow(&others, more & ~CLASS_STRENGTHS))
		return false;
	*class = strengths | others;
	return true;
}

static bool
narrow_selection(struct traits *selection, const struct traits *more)
{
	/* Of several suites the last one counts, and a group after a suite
	 * stands for itself: that is how OpenSSL reads it. */
	selection->id = more->id;
	if (more->min_version) {
		if (selection->min_version &&
		    selection->min_version != more->min_version)
			return false;
		selection->min_version = more->min_version;
	}
	return narrow(&selection->kx, more->kx) &&
	    narrow(&selection->auth, more->auth) &&
	    narrow(&selection->enc, more->enc) &&
	    narrow(&selection->mac, more->mac) &&
	    narrow_class(&selection->class, more->class);
}

static bool
refuse_character(const struct parse *parse, struct tls_error *err)
{
	if (!*parse->at)
		return err_set(err, TLS_BLAME_CONFIG, "a word is missing at "
		    "the end of '%s': see openssl-ciphers(1)", parse->string);
	return err_set(err, TLS_BLAME_CONFIG, "'%.20s' is no word of a cipher "
	    "list: see openssl-ciphers(1) for the words", parse->at);
}

static void
ignore(struct parse *parse, struct tls_span word)
{
	if (!parse->unknown.data)
		parse->unknown = word;
	buf_printf(parse->ignored, "%s%.*s", parse->ignored->len ? ", " : "",
	    (int)(word.len < 80 ? word.len : 80), (const char *)word.data);
}

/* Reads "A+B+C" and applies it; what names nothing is skipped. */
static bool
read_selection(struct parse *parse, enum order_action action,
    struct tls_error *err)
{
	struct traits selection = { .id = 0 }, part;
	struct tls_span word;
	bool more, found;

	do {
		word = take_word(parse);
		if (word.len == 0)
			return refuse_character(parse, err);
		more = *parse->at == '+';
		if (more)
			parse->at++;
		found = find_word(parse, word, &part);
		if (!found && is_lacked(parse, word, action == ORDER_ADD))
			parse->lacked = parse->lacked.data ? parse->lacked :
			    word;
		else if (!found)
			ignore(parse, word);
		found = found && narrow_selection(&selection, &part);
	} while (found && more);

	if (found)
		order_apply(&parse->order, action, &selection);
	else
		skip_to_separator(parse);
	return true;
}

/* Reads what follows a "@". */
static bool
read_command(struct parse *parse, struct tls_error *err)
{
	struct tls_span word = take_word(parse);

	if (word.len == 0)
		return refuse_character(parse, err);
	if (is_called(word, "STRENGTH"))
		order_by_strength(&parse->order);
	else if (word.len == 10 && memcmp(word.data, "SECLEVEL=", 9) == 0 &&
	    word.data[9] >= '0' && word.data[9] <= '5')
		parse->security_level = word.data[9] - '0';
	else
		return err_set(err, TLS_BLAME_CONFIG, "'@%.*s' is neither "
		    "@STRENGTH nor @SECLEVEL=0 to 5", (int)
		    (word.len < 40 ? word.len : 40), (const char *)word.data);
	skip_to_separator(parse);
	return true;
}

/* Takes the operator before a word, if there is one. */
static enum order_action
take_action(struct parse *parse)
{
	static const struct {
		char operator;
		enum order_action action;
	} operators[] = {
		{ '-', ORDER_DELETE },
		{ '+', ORDER_LAST },
		{ '!', ORDER_KILL },
	};

	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if (*parse->at == operators[i].operator) {
			parse->at++;
			return operators[i].action;
		}
	return ORDER_ADD;
}

static bool
read_rules(struct parse *parse, const char *rules, struct tls_error *err)
{
	bool good = true;

	parse->at = rules;
	while (good && *parse->at) {
		if (is_separator(*parse->at)) {
			parse->at++;
		} else if (*parse->at == '@') {
			parse->at++;
			good = read_command(parse, err);
		} else {
			enum order_action action = take_action(parse);

			good = read_selection(parse, action, err);
		}
	}
	return good;
}

/* ---- a whole string ----------------------------------------------------- */

static bool
read_string(struct parse *parse, struct tls_error *err)
{
	const char *rules = parse->string;

	for (size_t i = 0; i < sizeof suite_b / sizeof *suite_b; i++)
		if (strncmp(rules, suite_b[i].prefix,
		    strlen(suite_b[i].prefix)) == 0) {
			rules = suite_b[i].string;
			break;
		}
	if (strncmp(rules, "DEFAULT", 7) == 0) {
		if (!read_rules(parse, DEFAULT_LIST, err))
			return false;
		parse->unknown = (struct tls_span){ NULL, 0 };
		parse->lacked = (struct tls_span){ NULL, 0 };
		parse->ignored->len = 0;
		rules += 7;
		rules += *rules == ':';
	}
	return read_rules(parse, rules, err);
}

const char *
cipherlist_nearest(struct tls_span word)
{
	/* With half of it wrong it is another word. */
	unsigned best = (unsigned)(word.len + 1) / 2;
	const char *found = NULL, *suite;
	char copy[64];

	if (word.len >= sizeof copy)
		return NULL;
	memcpy(copy, word.data, word.len);
	copy[word.len] = '\0';
	for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
		unsigned far = text_distance(copy, aliases[i].word);

		if (far < best) {
			best = far;
			found = aliases[i].word;
		}
	}
	suite = suite_nearest(copy);
	return suite && suite_named(suite)->max_version < TLS_VERSION_1_3 &&
	    text_distance(copy, suite) < best ? suite : found;
}

static bool
refuse_empty(const struct parse *parse, struct tls_error *err)
{
	struct tls_span word = parse->unknown, lacked = parse->lacked;
	const char *nearest = word.data ? cipherlist_nearest(word) : NULL;
	char hint[100] = "";

	if (nearest)
		snprintf(hint, sizeof hint, "did you mean %s? ", nearest);
	if (lacked.data && !word.data)
		return err_set(err, TLS_BLAME_FEATURE, "no cipher matches "
		    "'%.80s': of '%.*s' the library has none", parse->string,
		    (int)(lacked.len < 40 ? lacked.len : 40),
		    (const char *)lacked.data);
	if (word.data && word.len < strlen(parse->string))
		return err_set(err, TLS_BLAME_CONFIG, "no cipher matches "
		    "'%.80s', where '%.*s' means nothing: %ssee "
		    "openssl-ciphers(1) for the words", parse->string,
		    (int)(word.len < 40 ? word.len : 40),
		    (const char *)word.data, hint);
	return err_set(err, TLS_BLAME_CONFIG, "no cipher matches '%.80s': "
	    "%ssee openssl-ciphers(1) for the words", parse->string, hint);
}

static void
note_available(struct parse *parse)
{
	for (size_t i = 0; i < parse->order.num; i++) {
		const struct traits *t = &parse->order.rows[i].traits;

		parse->available.kx |= t->kx;
		parse->available.auth |= t->auth;
		parse->available.enc |= t->enc;
		parse->available.mac |= t->mac;
	}
}

bool
cipherlist_eval(struct cipherlist *list, const char *string,
    const uint16_t *have, size_t num_have, struct tls_error *err)
{
	struct parse parse = { .string = string, .security_level = -1,
		.lacking = &list->lacking, .ignored = &list->ignored,
		.names = suite_names_new() };
	bool good;

	order_init(&parse.order, have, num_have);
	note_available(&parse);
	*list = (struct cipherlist){ NULL, 0, -1, BUF_INIT, BUF_INIT };
	good = read_string(&parse, err);
	if (good) {
		list->suites = mem_zero(parse.order.num + 1,
		    sizeof *list->suites);
		for (size_t i = 0; i < parse.order.num; i++)
			if (parse.order.rows[i].active)
				list->suites[list->num++] =
				    parse.order.rows[i].traits.id;
		list->security_level = parse.security_level;
		if (list->num == 0)
			good = refuse_empty(&parse, err);
	}
	order_clear(&parse.order);
	suite_names_free(parse.names);
	if (!good)
		cipherlist_clear(list);
	return good;
}

/* ---- TLS 1.3 ------------------------------------------------------------ */

/* Copies the next element of `*string` without the white space around it,
 * cut to `room`, and steps past it. */
static void
take_name(const char **string, char *name, size_t room)
{
	size_t all = strcspn(*string, ":");
	const char *start = *string;
	size_t len = all;

	*string += all + (start[all] == ':');
	while (len > 0 && strchr(" \t\r\n", *start)) {
		start++;
		len--;
	}
	while (len > 0 && strchr(" \t\r\n", start[len - 1]))
		len--;
	if (len >= room)
		len = room - 1;
	memcpy(name, start, len);
	name[len] = '\0';
}

bool
cipherlist_eval_tls1_3(struct cipherlist *list, const char *string,
    const uint16_t *have, size_t num_have, struct tls_error *err)
{
	const char *at = string ? string : "TLS_AES_256_GCM_SHA384:"
	    "TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256";
	bool known = !*at;

	*list = (struct cipherlist){ NULL, 0, -1, BUF_INIT, BUF_INIT };
	list->suites = mem_zero(num_have + 1, sizeof *list->suites);
	while (*at) {
		const struct suite *suite;
		char name[80];

		take_name(&at, name, sizeof name);
		suite = suite_named(name);
		if (!suite || suite->min_version < TLS_VERSION_1_3)
			continue;
		known = true;
		if (!numbers_have(have, num_have, suite->id))
			buf_printf(&list->lacking, "%s%s",
			    list->lacking.len ? ", " : "", name);
		else if (!numbers_have(list->suites, list->num, suite->id))
			list->suites[list->num++] = suite->id;
	}
	if (known && (list->num || !list->lacking.len))
		return true;
	cipherlist_clear(list);
	if (known)
		return err_set(err, TLS_BLAME_FEATURE, "the library has none "
		    "of '%.80s'", string ? string : "the default suites");
	return err_set(err, TLS_BLAME_CONFIG, "no suite of TLS 1.3 matches "
	    "'%.80s': they are called like TLS_AES_128_GCM_SHA256", string);
}

void
cipherlist_clear(struct cipherlist *list)
{
	free(list->suites);
	buf_clear(&list->lacking);
	buf_clear(&list->ignored);
	*list = (struct cipherlist){ NULL, 0, -1, BUF_INIT, BUF_INIT };
}
