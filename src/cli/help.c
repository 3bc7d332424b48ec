/* help.c - the options, for a terminal and for the manual
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <string.h>

#include "base/buf.h"
#include "plug/plugs.h"

#define WIDTH	79		/* columns of a line */
#define MARGIN	28		/* columns before an option's help */

/* One printing of the options. */
struct help {
	FILE *out;
	const struct option_table *table;
	const struct plug *const *list;	/* the backends in question */
	size_t num;
	bool whole;			/* all that there is to say of each, and
					 * not only a line */
};

/* Prints `words` from column MARGIN on, wrapped. */
static void
print_wrapped(FILE *out, const char *words)
{
	size_t column = MARGIN;
	const char *sep = "";

	while (*words) {
		size_t len = strcspn(words, " ");

		if (*sep && column + 1 + len > WIDTH) {
			fprintf(out, "\n%*s", MARGIN, "");
			column = MARGIN;
			sep = "";
		}
		column += (size_t)fprintf(out, "%s%.*s", sep, (int)len, words);
		sep = " ";
		words += len;
		words += strspn(words, " ");
	}
}

/* The length of the first clause of `words`. */
static size_t
first_clause(const char *words)
{
	static const char *const ends[] = { ": ", "; ", " (" };
	size_t len = strlen(words);

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		const char *end = strstr(words, ends[i]);

		if (end && (size_t)(end - words) < len)
			len = (size_t)(end - words);
	}
	return len;
}

/* The backends that refuse the option, with ", " between; false if all do. */
static bool
find_lacking(const struct help *help, const struct option *option,
    struct buf *lacking)
{
	size_t refuse = 0;

	if (option->needs == OPTION_NEEDS_NOTHING)
		return true;
	for (size_t i = 0; i < help->num; i++) {
		if (cli_can(help->table, option, help->list[i]))
			continue;
		buf_printf(lacking, "%s%s", refuse ? ", " : "",
		    help->list[i]->backend->name);
		refuse++;
	}
	return help->num == 0 || refuse < help->num;
}

static void
print_option(const struct help *help, const struct option *option)
{
	struct buf name = BUF_INIT, words = BUF_INIT, lacking = BUF_INIT;

	if (find_lacking(help, option, &lacking)) {
		buf_printf(&name, "%s%s%s", option->name,
		    option->value ? " " : "", option->value ? option->value :
		    "");
		buf_add(&words, option->help, help->whole ?
		    strlen(option->help) : first_clause(option->help));
		if (lacking.len)
			buf_printf(&words, " [not %s]", buf_string(&lacking));
		fprintf(help->out, " -%-*s ", MARGIN - 3, buf_string(&name));
		if (help->whole)
			print_wrapped(help->out, buf_string(&words));
		else
			fputs(buf_string(&words), help->out);
		fputc('\n', help->out);
	}
	buf_clear(&name);
	buf_clear(&words);
	buf_clear(&lacking);
}

/* Without a dash: scripts look for the option with it, and then use it. */
static void
print_impossible(const struct help *help)
{
	const char *const first = help->num > 1 ? "No backend here can do " :
	    "This backend cannot do ";
	const char *sep = "";
	struct buf lacking = BUF_INIT;

	for (size_t i = 0; i < help->table->num; i++) {
		const struct option *option = &help->table->list[i];

		lacking.len = 0;
		if (find_lacking(help, option, &lacking))
			continue;
		fprintf(help->out, "%s%s%s", *sep ? "" : "\n",
		    *sep ? sep : first, option->name);
		sep = ", ";
	}
	if (*sep)
		fputs(".\n", help->out);
	buf_clear(&lacking);
}

static void
print_group(const struct help *help, unsigned group)
{
	const struct option_table *table = help->table;

	fprintf(help->out, "\n%s (%s):\n", table->groups[group].title,
	    table->groups[group].name);
	for (size_t i = 0; i < table->num; i++)
		if (table->list[i].group == group)
			print_option(help, &table->list[i]);
}

static bool
needs_backends(const struct option_table *table)
{
	for (size_t i = 0; i < table->num; i++)
		if (table->list[i].needs != OPTION_NEEDS_NOTHING)
			return true;
	return false;
}

/* The backends that the help is about: all, or the one that `name` says. */
static struct plugs *
find_backends(struct help *help, const char *name, const struct plug **one)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct plugs *plugs = plugs_new();

	*one = name ? plugs_load(plugs, name, &err) : NULL;
	if (*one) {
		help->list = one;
		help->num = 1;
	} else {
		help->list = plugs_all(plugs, &help->num);
	}
	return plugs;
}

bool
cli_print_help(FILE *out, const struct option_table *table, const char *group,
    const char *backend)
{
	const unsigned num = (unsigned)table->num_groups;
	struct help help = { .out = out, .table = table };
	struct plugs *plugs = NULL;
	const struct plug *one;
	unsigned only = num;

	for (unsigned i = 0; group && i < num; i++)
		if (!strcmp(table->groups[i].name, group))
			only = i;
	if (group && only == num)
		return false;
	help.whole = group || num == 1;
	if (needs_backends(table))
		plugs = find_backends(&help, backend, &one);
	fprintf(out, "usage: polytls %s [OPTION...]", table->command);
	if (table->operand)
		fprintf(out, " [%s]", table->operand);
	fprintf(out, "\n\n%s\n", table->about);
	for (unsigned i = 0; i < num; i++)
		if (only == num || only == i)
			print_group(&help, i);
	if (!group)
		print_impossible(&help);
	if (!group && table->notes)
		fprintf(out, "\n%s", table->notes);
	if (!help.whole)
		fputs("\n-help and the name of a group, as in \"-help "
		    "server\", says more.\n", out);
	if (plugs)
		plugs_free(plugs);
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
	const struct option *backend;
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
	backend = option_find(table, "backend", strlen("backend"));
	return cli_print_help(stdout, table, group, backend ?
	    words->given[backend - table->list] : NULL) ? 0 :
	    refuse_group(table, group);
}

bool
cli_goes_on(const struct cli_words *words, enum cli_result result,
    const struct tls_error *err, int *status)
{
	if (result == CLI_HELP)
		*status = cli_help(words);
	else if (result == CLI_WRONG)
		*status = cli_complain(words, err, 2);
	return result == CLI_GOOD;
}
