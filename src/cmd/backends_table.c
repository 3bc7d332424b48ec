/* backends_table.c - every option on every backend, as a table
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/backends_table.h"
#include "cmd/s_server.h"
#include "cmd/words.h"
#include "policy/corrections.h"

#define NAME_COLUMNS	22

static bool
is_shown(const struct plugs_entry *entry)
{
	return entry->plug && entry->serves_tls;
}

static enum tls_support
answer(const struct option *option, const struct plugs_entry *entry,
    struct buf *note)
{
	return option_answer(&s_server_table, option, entry->plug, note);
}

/* ---- text --------------------------------------------------------------- */

static void
print_row(const struct plugs_list *all, const struct option *option)
{
	int column = printf("-%-*s", NAME_COLUMNS - 1, option->name);
	int wanted = NAME_COLUMNS;
	struct buf note = BUF_INIT;

	for (size_t i = 0; i < all->num; i++) {
		const struct plugs_entry *entry = &all->list[i];

		if (!is_shown(entry))
			continue;
		column += printf("%*s%s", wanted + 2 - column, "",
		    plug_support_name(answer(option, entry, &note)));
		wanted += 2 + (int)strlen(entry->name);
	}
	putchar('\n');
	buf_clear(&note);
}

static void
print_notes(const struct plugs_entry *entry)
{
	struct buf note = BUF_INIT;

	printf("\n%s: %s %s\n", entry->name, entry->plug->about.library,
	    entry->plug->about.running);
	for (size_t i = 0; i < s_server_table.num; i++) {
		enum tls_support support = answer(&s_server_table.list[i],
		    entry, &note);
		int column;

		if (support == TLS_SUPPORT_FULL)
			continue;
		column = printf("  -%-*s %s:", NAME_COLUMNS - 1,
		    s_server_table.list[i].name, plug_support_name(support));
		words_wrap(buf_string(&note), (size_t)column,
		    NAME_COLUMNS + 3);
	}
	buf_clear(&note);
}

void
backends_table_print(const struct plugs_list *all)
{
	printf("%-*s", NAME_COLUMNS, "");
	for (size_t i = 0; i < all->num; i++)
		if (is_shown(&all->list[i]))
			printf("  %s", all->list[i].name);
	putchar('\n');
	for (size_t i = 0; i < s_server_table.num; i++)
		print_row(all, &s_server_table.list[i]);
	for (size_t i = 0; i < all->num; i++)
		if (is_shown(&all->list[i]))
			print_notes(&all->list[i]);
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *
answers_json(const struct plugs_list *all, const struct option *option)
{
	json_t *backends = json_object();
	struct buf note = BUF_INIT;

	for (size_t i = 0; i < all->num; i++) {
		const struct plugs_entry *entry = &all->list[i];
		enum tls_support support;

		if (!is_shown(entry))
			continue;
		support = answer(option, entry, &note);
		json_object_set_new(backends, entry->name,
		    json_pack("{s:o,s:o}",
		    "support", words_json(plug_support_name(support)),
		    "note", note.len ? words_json(buf_string(&note)) :
		    json_null()));
	}
	buf_clear(&note);
	return backends;
}

json_t *
backends_table_json(const struct plugs_list *all)
{
	json_t *list = json_array();

	for (size_t i = 0; i < s_server_table.num; i++) {
		const struct option *option = &s_server_table.list[i];

		json_array_append_new(list, json_pack("{s:o,s:o,s:o,s:o,s:o}",
		    "name", words_json(option->name),
		    "group", words_json(
		    s_server_table.groups[option->group].name),
		    "value", option->value ? words_json(option->value) :
		    json_null(),
		    "help", words_json(option->help),
		    "backends", answers_json(all, option)));
	}
	return json_pack("{s:o}", "options", list);
}

/* ---- the manual ---------------------------------------------------------- */

static void
print_roff(const char *words)
{
	for (; *words; words++)
		if (*words == '-')
			fputs("\\-", stdout);
		else if (*words == '\\')
			fputs("\\e", stdout);
		else
			putchar(*words);
}

static void
print_manual_notes(const struct plugs_entry *entry)
{
	struct buf note = BUF_INIT;

	fputs(".SS Where ", stdout);
	print_roff(entry->name);
	printf(" (%s %s) differs\n", entry->plug->about.library,
	    entry->plug->about.running);
	for (size_t i = 0; i < s_server_table.num; i++) {
		enum tls_support support = answer(&s_server_table.list[i],
		    entry, &note);

		if (support == TLS_SUPPORT_FULL)
			continue;
		fputs(".TP\n.B \\-", stdout);
		print_roff(s_server_table.list[i].name);
		printf("\n%s: ", plug_support_name(support));
		print_roff(buf_string(&note));
		fputs(".\n", stdout);
	}
	buf_clear(&note);
}

static void
print_manual_corrections(const char *name, const struct tls_correction *list,
    size_t num)
{
	for (size_t i = 0; i < num; i++) {
		fputs(".TP\n", stdout);
		print_roff(name);
		fputs(": ", stdout);
		print_roff(list[i].name);
		putchar('\n');
		print_roff(list[i].what);
		fputs(".\n", stdout);
	}
}

void
backends_table_print_manual(const struct plugs_list *all)
{
	struct buf note = BUF_INIT;

	fputs(".TS\nl", stdout);
	for (size_t i = 0; i < all->num; i++)
		if (is_shown(&all->list[i]))
			fputs(" l", stdout);
	fputs(".\n", stdout);
	for (size_t i = 0; i < all->num; i++)
		if (is_shown(&all->list[i]))
			printf("\t%s", all->list[i].name);
	putchar('\n');
	for (size_t j = 0; j < s_server_table.num; j++) {
		fputs("\\-", stdout);
		print_roff(s_server_table.list[j].name);
		for (size_t i = 0; i < all->num; i++)
			if (is_shown(&all->list[i]))
				printf("\t%s", plug_support_name(
				    answer(&s_server_table.list[j],
				    &all->list[i], &note)));
		putchar('\n');
	}
	fputs(".TE\n", stdout);
	for (size_t i = 0; i < all->num; i++)
		if (is_shown(&all->list[i]))
			print_manual_notes(&all->list[i]);
	fputs(".SS What \\-native switches off\n", stdout);
	print_manual_corrections("all", policy_corrections,
	    POLICY_CORRECTIONS);
	for (size_t i = 0; i < all->num; i++)
		if (is_shown(&all->list[i]))
			print_manual_corrections(all->list[i].name,
			    all->list[i].plug->backend->corrections,
			    all->list[i].plug->backend->num_corrections);
	buf_clear(&note);
}
