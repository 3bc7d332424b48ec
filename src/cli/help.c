/* help.c - the options, for a terminal and for the manual
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include "cli/options.h"

#define WIDTH	79		/* columns of a line */
#define MARGIN	8		/* columns before an option's help */

/* Prints `words` in lines that begin at column MARGIN. */
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
print_group(FILE *out, enum option_group group)
{
	fprintf(out, "\n%s (%s)\n", option_groups[group].title,
	    option_groups[group].name);
	for (size_t i = 0; i < num_options; i++)
		if (options[i].group == group)
			print_option(out, &options[i]);
}

bool
cli_print_help(FILE *out, const char *group)
{
	int only = -1;

	for (int i = 0; group && i < OPTION_GROUP_COUNT; i++)
		if (!strcmp(option_groups[i].name, group))
			only = i;
	if (group && only < 0)
		return false;
	fprintf(out, "usage: polytls s_server [OPTION...]\n\n"
	    "Serves TLS on a port, for whoever tests a client.  An option has "
	    "one dash or\ntwo; its value is the next word, or stands behind "
	    "\"=\".\n");
	for (int i = 0; i < OPTION_GROUP_COUNT; i++)
		if (only < 0 || only == i)
			print_group(out, (enum option_group)i);
	return true;
}

/* ---- the manual -------------------------------------------------------- */

/* Prints `words` for man(7): dashes are minus signs, nothing is a request. */
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
cli_print_manual(FILE *out)
{
	for (int group = 0; group < OPTION_GROUP_COUNT; group++) {
		fprintf(out, ".SS %s\n", option_groups[group].title);
		for (size_t i = 0; i < num_options; i++) {
			const struct option *option = &options[i];

			if (option->group != (enum option_group)group)
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
refuse_group(const char *group)
{
	fprintf(stderr, "polytls s_server: -help %.40s: the groups are",
	    group);
	for (int i = 0; i < OPTION_GROUP_COUNT; i++)
		fprintf(stderr, "%s %s", i ? "," : "", option_groups[i].name);
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

int
cli_help(int argc, char **argv)
{
	const char *group = NULL;

	for (int i = 0; i + 1 < argc && !group; i++)
		if (is_help(argv[i]))
			group = argv[i + 1];
	if (group && !strcmp(group, "-man")) {
		cli_print_manual(stdout);
		return 0;
	}
	if (group && *group == '-')
		group = NULL;		/* another option */
	return cli_print_help(stdout, group) ? 0 : refuse_group(group);
}
