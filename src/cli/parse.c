/* parse.c - words -> the options of a command
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"

struct parser {
	struct cli_words *words;
	void *base;
	int at;				/* the next word */
	const struct option *option;	/* the last one read */
	const char *value;		/* its value, or null */
};

/* ---- words ------------------------------------------------------------ */

/* The name in `word` without its dashes, and its length up to a "="; null if
 * the word is not an option. */
static const char *
name_in(const char *word, size_t *len)
{
	const char *name = word;

	if (*name++ != '-')
		return NULL;
	if (*name == '-')
		name++;
	*len = strcspn(name, "=");
	return *len ? name : NULL;
}

static const struct option *
option_in(const struct option_table *table, const char *word)
{
	size_t len;
	const char *name = name_in(word, &len);

	return name ? option_find(table, name, len) : NULL;
}

static bool
refuse_unknown(const struct option_table *table, const char *word,
    struct tls_error *err)
{
	size_t len;
	const char *name = name_in(word, &len);
	const struct option *nearest = NULL;
	const char *instead;
	struct buf copy = BUF_INIT;

	if (!name && table->operand)
		return err_set(err, TLS_BLAME_CONFIG, "\"%.80s\" is one word "
		    "too many: besides options there is only %s", word,
		    table->operand);
	if (!name)
		return err_set(err, TLS_BLAME_CONFIG, "\"%.80s\" is no option: "
		    "all begin with a dash; -help lists them", word);
	buf_add(&copy, name, len);
	instead = option_instead(table, buf_string(&copy));
	nearest = option_nearest(table, buf_string(&copy));
	if (instead)
		err_set(err, TLS_BLAME_CONFIG, "unknown option -%.40s, which "
		    "only openssl s_server has: %s", buf_string(&copy),
		    instead);
	else if (nearest)
		err_set(err, TLS_BLAME_CONFIG, "unknown option -%.80s: did "
		    "you mean -%s?", buf_string(&copy), nearest->name);
	else
		err_set(err, TLS_BLAME_CONFIG, "unknown option -%.80s: -help "
		    "lists the options", buf_string(&copy));
	buf_clear(&copy);
	return false;
}

/* Takes the next option and its value. */
static bool
next_option(struct parser *p, struct tls_error *err)
{
	const struct option_table *table = p->words->table;
	char **argv = p->words->argv;
	const char *word = argv[p->at++], *equals = strchr(word, '=');
	const struct option *option = option_in(table, word);
	const char *dash = *word == '-' && word[1] == '-' ? "--" : "-";

	p->option = option;
	p->value = NULL;
	if (!option)
		return refuse_unknown(table, word, err);
	if (!option_takes_value(option)) {
		if (equals)
			return err_set(err, TLS_BLAME_CONFIG, "%s%s takes no "
			    "value: leave out \"%.80s\"", dash, option->name,
			    equals);
		return true;
	}
	if (equals) {
		p->value = equals + 1;
		return true;
	}
	if (p->at == p->words->argc)
		return err_set(err, TLS_BLAME_CONFIG, "-%s needs a value: %s",
		    option->name, option->value);
	/* "-cert -key x" is a missing file name, not a file called "-key". */
	if (option_in(table, argv[p->at]))
		return err_set(err, TLS_BLAME_CONFIG, "-%s needs a value, %s, "
		    "before %.80s: if that is the value, write -%s=%.80s",
		    option->name, option->value, argv[p->at],
		    option->name, argv[p->at]);
	p->value = argv[p->at++];
	return true;
}

/* ---- options that meet ------------------------------------------------ */

bool
cli_given(const struct cli_words *words, const char *name)
{
	const struct option *option = option_find(words->table, name,
	    strlen(name));

	return option && words->given[option - words->table->list];
}

static bool
are_rivals(const struct option_table *table, const struct option *a,
    const struct option *b)
{
	for (size_t i = 0; i < table->num_rivals; i++) {
		const char *one = table->rivals[i].one;
		const char *other = table->rivals[i].other;

		if ((!strcmp(a->name, one) && !strcmp(b->name, other)) ||
		    (!strcmp(a->name, other) && !strcmp(b->name, one)))
			return true;
	}
	return false;
}

/* The option given earlier for the field that `option` is about to set. */
static const struct option *
overridden(const struct cli_words *words, const struct option *option)
{
	const struct option_table *table = words->table;

	if (option_adds(option))
		return NULL;
	for (size_t i = 0; i < table->num; i++) {
		const struct option *before = &table->list[i];

		if (words->given[i] && before->field == option->field &&
		    !are_rivals(table, before, option) &&
		    (before != option || option_takes_value(option)))
			return before;
	}
	return NULL;
}

static void
warn_overridden(struct parser *p)
{
	struct cli_words *words = p->words;
	const struct option *option = p->option;
	const struct option *before = overridden(words, option);

	if (!before)
		return;
	if (before != option)
		buf_printf(&words->warnings, "-%s takes the place of -%s, "
		    "which came before it\n", option->name, before->name);
	else if (option->kind == OPTION_SOURCE)
		buf_printf(&words->warnings, "-%s is given twice: the last "
		    "one counts\n", option->name);
	else
		buf_printf(&words->warnings, "-%s is given twice: the last "
		    "one, %s, counts\n", option->name, p->value);
	words->given[before - words->table->list] = NULL;
}

static bool
check_rivals(const struct cli_words *words, struct tls_error *err)
{
	for (size_t i = 0; i < words->table->num_rivals; i++) {
		const struct option_rivals *pair = &words->table->rivals[i];

		if (cli_given(words, pair->one) &&
		    cli_given(words, pair->other))
			return err_set(err, TLS_BLAME_CONFIG, "-%s and -%s do "
			    "not go together: %s", pair->one, pair->other,
			    pair->remedy);
	}
	return true;
}

static bool
check_companion(struct cli_words *words, const struct option_companions *row,
    struct tls_error *err)
{
	const char *const *others = row->without;
	const size_t most = sizeof row->without / sizeof *row->without;
	struct buf list = BUF_INIT;
	bool met = false;

	if (!cli_given(words, row->name))
		return true;
	for (size_t i = 0; i < most && others[i]; i++) {
		bool more = i + 1 < most && others[i + 1];

		met = met || cli_given(words, others[i]);
		buf_printf(&list, "%s-%s", i == 0 ? "" :
		    more ? ", " : " or ", others[i]);
	}
	if (!met && row->wrong)
		err_set(err, TLS_BLAME_CONFIG, "-%s needs %s", row->name,
		    buf_string(&list));
	else if (!met)
		buf_printf(&words->warnings, "-%s has no effect without %s\n",
		    row->name, buf_string(&list));
	buf_clear(&list);
	return met || !row->wrong;
}

bool
cli_check(struct cli_words *words, struct tls_error *err)
{
	const struct option_table *table = words->table;

	if (!check_rivals(words, err))
		return false;
	for (size_t i = 0; i < table->num_companions; i++)
		if (!check_companion(words, &table->companions[i], err))
			return false;
	return true;
}

/* ---- the whole -------------------------------------------------------- */

/* "-pass" and the like keep their name and the type of their source. */
static void
add_word(struct buf *line, const struct option *option, const char *value)
{
	buf_printf(line, " -%s", option->name);
	if (!value)
		return;
	if (option->kind == OPTION_SOURCE && !strncmp(value, "pass:", 5))
		value = "pass:***";
	if (option->kind == OPTION_PSK)
		value = "***";
	buf_add_u8(line, ' ');
	text_add_uri(line, value);
}

/* The part of a value that nobody else may read; null if there is none. */
static char *
secret_in(const struct option *option, char *value)
{
	char *colon;

	if (!value)
		return NULL;
	if (option->kind == OPTION_SOURCE)
		return strncmp(value, "pass:", 5) ? NULL : value + 5;
	if (option->kind != OPTION_PSK)
		return NULL;
	colon = strrchr(value, ':');
	return colon ? colon + 1 : value;
}

/* Moves a secret from the argument vector, which every user of the machine can
 * read, to a string of our own. */
static void
hide_secret(struct parser *p)
{
	struct cli_words *words = p->words;
	char *secret = secret_in(p->option, (char *)p->value);
	const size_t len = secret ? strlen(secret) : 0;

	if (!len)
		return;
	words->secrets = mem_grow(words->secrets,
	    (words->num_secrets + 1) * sizeof *words->secrets);
	words->secrets[words->num_secrets++] = mem_string(p->value);
	p->value = words->secrets[words->num_secrets - 1];
	mem_wipe(secret, len);
	memset(secret, '*', len < 3 ? len : 3);
}

/* Takes the word that is no option, if the command has one and this is it. */
static bool
is_operand(struct parser *p)
{
	struct cli_words *words = p->words;
	const char *word = words->argv[p->at];

	if (!words->table->operand || words->operand)
		return false;
	if (!strcmp(word, "--") && p->at + 1 < words->argc)
		word = words->argv[++p->at];
	else if (*word == '-' && word[1])
		return false;
	words->operand = word;
	buf_add_u8(&words->line, ' ');
	text_add_uri(&words->line, word);
	p->at++;
	return true;
}

enum cli_result
cli_parse(struct cli_words *words, const struct option_table *table, int argc,
    char **argv, void *base, struct tls_error *err)
{
	struct parser p = { .words = words, .base = base };

	*words = (struct cli_words){
		.table = table, .argc = argc, .argv = argv,
		.given = mem_zero(table->num, sizeof *words->given),
		.line = BUF_INIT, .warnings = BUF_INIT,
	};
	memcpy(base, table->defaults, table->size);
	buf_add_string(&words->line, table->command);
	while (p.at < argc) {
		if (is_operand(&p))
			continue;
		if (!next_option(&p, err))
			return CLI_WRONG;
		if (p.option->kind == OPTION_HELP)
			return CLI_HELP;
		warn_overridden(&p);
		hide_secret(&p);
		if (!option_read(p.option, p.value, base, err))
			return CLI_WRONG;
		words->given[p.option - table->list] =
		    p.value ? p.value : "";
		add_word(&words->line, p.option, p.value);
	}
	return CLI_GOOD;
}

void
cli_clear(struct cli_words *words, void *base)
{
	for (size_t i = 0; i < words->table->num; i++)
		option_clear(&words->table->list[i], base);
	for (size_t i = 0; i < words->num_secrets; i++) {
		mem_wipe(words->secrets[i], strlen(words->secrets[i]));
		free(words->secrets[i]);
	}
	free(words->secrets);
	words->secrets = NULL;
	words->num_secrets = 0;
	free(words->given);
	words->given = NULL;
	buf_clear(&words->line);
	buf_clear(&words->warnings);
}

int
cli_complain(const struct cli_words *words, const struct tls_error *err,
    int status)
{
	char text[4 * sizeof err->text];

	fprintf(stderr, "polytls %s: %s\n", words->table->command,
	    text_escape(err->text, text, sizeof text));
	return status;
}
