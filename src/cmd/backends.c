/* backends.c - polytls backends: what each backend can
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "cmd/backends_table.h"
#include "cmd/cmd.h"
#include "cmd/words.h"
#include "policy/corrections.h"

enum form { FORM_TEXT, FORM_JSON, FORM_NAMES, FORM_MANUAL };

struct backends_options {
	enum form form;
	bool options;
	const char *name;	/* only this one; null: all */
};

static const struct option_group groups[] = {
	{ "output", "What is printed" },
};

#define FIELD(name)	offsetof(struct backends_options, name)

static const struct option rows[] = {
	{ .name = "json", .kind = OPTION_CHOICE, .field = FIELD(form),
	  .least = FORM_JSON, .needs = OPTION_NEEDS_NOTHING,
	  .help = "print one JSON object" },
	{ .name = "names", .kind = OPTION_CHOICE, .field = FIELD(form),
	  .least = FORM_NAMES, .needs = OPTION_NEEDS_NOTHING,
	  .help = "print only the names of the backends that load" },
	{ .name = "options", .kind = OPTION_FLAG, .field = FIELD(options),
	  .needs = OPTION_NEEDS_NOTHING,
	  .help = "print what each option of s_server comes to on each "
	  "backend" },
	{ .name = "man", .kind = OPTION_CHOICE, .field = FIELD(form),
	  .least = FORM_MANUAL, .needs = OPTION_NEEDS_NOTHING,
	  .help = "print that as a part of the manual page" },
	OPTION_HELP_ROW,
};

static const struct backends_options defaults = { FORM_TEXT, false, NULL };

const struct option_table backends_table = {
	.command = "backends",
	.about = "Prints which TLS libraries there are, and what each of "
	    "them can, can in part,\nor cannot do.",
	.list = rows, .num = sizeof rows / sizeof *rows,
	.groups = groups, .num_groups = 1,
	.defaults = &defaults, .size = sizeof defaults,
};

/* ---- JSON --------------------------------------------------------------- */

static json_t *
features_json(const struct plug *plug)
{
	json_t *features = json_object();

	for (int i = 0; i < TLS_FEATURE_COUNT; i++) {
		struct tls_answer answer = plug_answer(plug,
		    (enum tls_feature)i);
		json_t *object = json_object();

		json_object_set_new(object, "support",
		    words_json(plug_support_name(answer.support)));
		json_object_set_new(object, "note",
		    words_json_or_null(answer.note));
		json_object_set_new(features,
		    plug_feature_name((enum tls_feature)i), object);
	}
	return features;
}

static json_t *
corrections_json(const struct tls_correction *list, size_t num)
{
	json_t *array = json_array();

	for (size_t i = 0; i < num; i++)
		json_array_append_new(array, json_pack("{s:o,s:o,s:o}",
		    "name", words_json(list[i].name),
		    "feature", list[i].feature == TLS_FEATURE_NATIVE ?
		    json_null() : words_json(plug_feature_name(
		    list[i].feature)),
		    "what", words_json(list[i].what)));
	return array;
}

static json_t *
backends_json(const struct plugs_list *all)
{
	json_t *list = json_array();

	for (size_t i = 0; i < all->num; i++) {
		json_t *object = words_identity(&all->list[i]);

		if (all->list[i].plug) {
			const struct plug *plug = all->list[i].plug;

			json_object_set_new(object, "features",
			    features_json(plug));
			json_object_set_new(object, "corrections",
			    corrections_json(plug->backend->corrections,
			    plug->backend->num_corrections));
		}
		json_array_append_new(list, object);
	}
	return list;
}

/* ---- text --------------------------------------------------------------- */

static bool
loads_any(const struct plugs_list *all)
{
	for (size_t i = 0; i < all->num; i++)
		if (all->list[i].plug)
			return true;
	return false;
}

/* One column for each backend; the notes follow, at full width. */
static void
print_table(const struct plugs_list *all)
{
	printf("%-23s", "");
	for (size_t i = 0; i < all->num; i++)
		if (all->list[i].plug)
			printf("  %s", all->list[i].name);
	putchar('\n');
	for (int f = 0; f < TLS_FEATURE_COUNT; f++) {
		int column = printf("%-23s",
		    plug_feature_name((enum tls_feature)f));
		int wanted = 23;

		for (size_t i = 0; i < all->num; i++) {
			const struct plug *plug = all->list[i].plug;

			if (!plug)
				continue;
			column += printf("%*s%s", wanted + 2 - column, "",
			    plug_support_name(plug_answer(plug,
			    (enum tls_feature)f).support));
			wanted += 2 + (int)strlen(all->list[i].name);
		}
		putchar('\n');
	}
}

static void
print_notes(const struct plugs_entry *entry)
{
	const struct plug *plug = entry->plug;

	printf("\n%s: %s %s\n", entry->name, plug->about.library,
	    plug->about.running);
	for (int f = 0; f < TLS_FEATURE_COUNT; f++) {
		struct tls_answer answer = plug_answer(plug,
		    (enum tls_feature)f);
		int column;

		if (answer.support == TLS_SUPPORT_FULL)
			continue;
		column = printf("  %-23s %s:",
		    plug_feature_name((enum tls_feature)f),
		    plug_support_name(answer.support));
		words_wrap(answer.note, (size_t)column, 26);
	}
}

static void
print_corrections(const char *name, const struct tls_correction *list,
    size_t num)
{
	for (size_t i = 0; i < num; i++) {
		int column = printf("  %-9s %-22s ", name, list[i].name);

		words_wrap(list[i].what, (size_t)column, 35);
	}
}

/* What is done other than the libraries do it by themselves. */
static void
print_all_corrections(const struct plugs_list *all)
{
	puts("\ncorrections, which -native switches off:");
	print_corrections("all", policy_corrections, POLICY_CORRECTIONS);
	for (size_t i = 0; i < all->num; i++)
		if (all->list[i].plug)
			print_corrections(all->list[i].name,
			    all->list[i].plug->backend->corrections,
			    all->list[i].plug->backend->num_corrections);
}

/* ---- the command -------------------------------------------------------- */

static void
print_options(const struct plugs_list *all, enum form form)
{
	if (form == FORM_JSON)
		words_print_json(backends_table_json(all));
	else if (form == FORM_MANUAL)
		backends_table_print_manual(all);
	else
		backends_table_print(all);
}

static void
print_backends(const struct plugs_list *all, enum form form)
{
	if (form == FORM_JSON) {
		json_t *root = json_object();

		json_object_set_new(root, "backends",
		    backends_json(all));
		json_object_set_new(root, "corrections",
		    corrections_json(policy_corrections,
		    POLICY_CORRECTIONS));
		words_print_json(root);
		return;
	}
	if (form == FORM_TEXT && loads_any(all))
		print_table(all);
	for (size_t i = 0; i < all->num; i++) {
		if (!all->list[i].plug)
			continue;
		if (form == FORM_NAMES)
			puts(all->list[i].name);
		else
			print_notes(&all->list[i]);
	}
	if (form != FORM_TEXT)
		return;
	if (loads_any(all))
		print_all_corrections(all);
	words_print_failures(all);
}

/* Reduces `all` to the backend `name`; false after a message if there is
 * none. */
static bool
pick(struct plugs_list *all, const char *name)
{
	for (size_t i = 0; i < all->num; i++)
		if (!strcmp(all->list[i].name, name)) {
			all->list += i;
			all->num = 1;
			return true;
		}
	fprintf(stderr, "polytls backends: no backend \"%.40s\": there are",
	    name);
	for (size_t i = 0; i < all->num; i++)
		fprintf(stderr, "%s %s", i ? "," : "", all->list[i].name);
	fputc('\n', stderr);
	return false;
}

static int
tell(const struct backends_options *options)
{
	struct plugs *plugs = plugs_new();
	struct plugs_list all = plugs_entries(plugs);
	int status;

	if (options->name && !pick(&all, options->name)) {
		plugs_free(plugs);
		return 2;
	}
	if (options->form != FORM_NAMES)
		plugs_ask(plugs);
	if (options->options)
		print_options(&all, options->form);
	else
		print_backends(&all, options->form);
	status = loads_any(&all) ? 0 : 3;
	if (status)
		fprintf(stderr, "polytls backends: no backend loads: install "
		    "one into %s\n", BACKENDDIR);
	plugs_free(plugs);
	return status;
}

int
command_backends(int argc, char **argv)
{
	struct backends_options options;
	struct tls_error err = TLS_ERROR_INIT;
	struct cli_words words;
	const char *name = NULL;
	int status = 0;

	/* No option has a value: the name may stand first or last. */
	if (argc > 0 && argv[0][0] != '-') {
		name = *argv++;
		argc--;
	} else if (argc > 0 && argv[argc - 1][0] != '-' &&
	    strcmp(argv[0], "-help") && strcmp(argv[0], "--help")) {
		name = argv[--argc];
	}
	if (cli_goes_on(&words, cli_parse(&words, &backends_table, argc, argv,
	    &options, &err), &err, &status)) {
		options.name = name;
		status = tell(&options);
	}
	cli_clear(&words, &options);
	return status;
}
