/* help.c - the options, for a terminal and for the manual
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#define WIDTH	79		/* columns of a line */
#define MARGIN	8		/* columns before an option's help */

/* Prints `words`, wrapped, from column MARGIN on. */
static void
print_words(FILE *out, const char *words)
{
	size_t column = 0;

	while (*words) {
		size_t len = strcspn(words, " ");

		if (column && column + 1 + len > WIDTH) {
			fputc('\n', out);
			column = 0;
		}
		if (column == 0)
			column = (size_t)fprintf(out, "%*s", MARGIN, "");
		else
			column += (size_t)fprintf(out, " ");
		column += fwrite(words, 1, len, out);
		words += len;
		words += strspn(words, " ");
	}
	fputc('\n', out);
}

static void
print_option(FILE *out, const struct option *option)
{
	fprintf(out, "  -%s", option->name);
	if (option->value)
		fprintf(out, " %s", option->value);
	fputc('\n', out);
	print_words(out, option->help);
}

static void
print_group(FILE *out, const struct option_table *table, unsigned group)
{
	fprintf(out, "\n%s (%s)\n", table->groups[group].title,
	    table->groups[group].name);
	for (size_t i = 0; i < table->num; i++)
		if (table->list[i].group == group)
			print_option(out, &table->list[i]);
}

bool
cli_print_help(FILE *out, const struct option_table *table, const char *group)
{
	const unsigned num = (unsigned)table->num_groups;
	unsigned only = num;

	for (unsigned i = 0; group && i < num; i++)
		if (!strcmp(table->groups[i].name, group))
			only = i;
	if (group && only == num)
		return false;
	fprintf(out, "usage: polytls %s [OPTION...]\n\n%s\n",
	    table->command, table->about);
	for (unsigned i = 0; i < num; i++)
		if (only == num || only == i)
			print_group(out, table, i);
	return true;
}

/* ---- the manual -------------------------------------------------------- */

/* Prints `words` for man(7): dashes become minus signs, and no line is taken
 * for a request. */
static void
print_roff(FILE *out, const char *words)
{
	if (*words == '.' || *words == '\'')
		fputs("\\&", out);
	for (; *words; words++) {
		if (*words == '-')
			fputs("\\-", out);
		else if (*words == '\\')
			fputs("\\e", out);
		else
			fputc(*words, out);
	}
}

/* Prints `words` as a sentence. */
static void
print_sentence(FILE *out, const char *words)
{
	char first[2] = { *words, 0 };

	if (*first >= 'a' && *first <= 'z')
		*first = (char)(*first - 'a' + 'A');
	print_roff(out, first);
	print_roff(out, words + 1);
	fputs(".\n", out);
}

void
cli_print_manual(FILE *out, const struct option_table *table)
{
	for (unsigned group = 0; group < table->num_groups; group++) {
		fprintf(out, ".SS %s\n", table->groups[group].title);
		for (size_t i = 0; i < table->num; i++) {
			const struct option *option = &table->list[i];

			if (option->group != group)
				continue;
			fputs(".TP\n.B \\-", out);
			print_roff(out, option->name);
			if (option->value) {
				fputs(" \\fI", out);
				print_roff(out, option->value);
				fputs("\\fR", out);
			}
			fputc('\n', out);
			print_sentence(out, option->help);
		}
	}
}

/* ---- what was asked for ------------------------------------------------ */

static int
refuse_group(const struct option_table *table, const char *group)
{
	fprintf(stderr, "polytls %s: -help %.40s: the groups are",
	    table->command, group);
	for (size_t i = 0; i < table->num_groups; i++)
		fprintf(stderr, "%s %s", i ? "," : "", table->groups[i].name);
	fputc('\n', stderr);
	return 2;
}

static bool
is_help(const char *word)
{
	word += *word == '-';
	word += *word == '-';
	return !strcmp(word, "help");
}

static int
print_words_of(const struct option_table *table)
{
	for (size_t i = 0; i < table->num; i++)
		printf("-%s\n", table->list[i].name);
	return 0;
}

int
cli_help(const struct cli_words *words)
{
	const struct option_table *table = words->table;
	const char *group = NULL;

	for (int i = 0; i + 1 < words->argc && !group; i++)
		if (is_help(words->argv[i]))
			group = words->argv[i + 1];
	if (group && !strcmp(group, "-words"))
		return print_words_of(table);
	if (group && !strcmp(group, "-man")) {
		cli_print_manual(stdout, table);
		return 0;
	}
	if (group && *group == '-')
		group = NULL;		/* Another option. */
	return cli_print_help(stdout, table, group) ? 0 :
	    refuse_group(table, group);
}
