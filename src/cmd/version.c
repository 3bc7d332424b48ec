/* version.c - polytls version: of the program, the modules, the libraries
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include <event2/event.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "cli/cli.h"
#include "cmd/cmd.h"
#include "cmd/words.h"

struct version_options {
	bool json;
};

static const struct option_group groups[] = {
	{ "output", "What is printed" },
};

static const struct option rows[] = {
	{ .name = "json", .kind = OPTION_FLAG,
	  .field = offsetof(struct version_options, json),
	  .needs = OPTION_NEEDS_NOTHING, .help = "print one JSON object" },
	OPTION_HELP_ROW,
};

static const struct version_options defaults = { false };

const struct option_table version_table = {
	.command = "version",
	.about = "Prints the versions of the program, the libraries it uses, "
	    "and each backend.",
	.list = rows, .num = sizeof rows / sizeof *rows,
	.groups = groups, .num_groups = 1,
	.defaults = &defaults, .size = sizeof defaults,
};

/* Whether a library was updated after its module was built. */
static bool
differs(const struct tls_about *about)
{
	return strcmp(about->built, about->running) != 0;
}

static void
print_version(const struct plugs_entry *entry)
{
	const struct plug *plug = entry->plug;
	const struct tls_about *about = &plug->about;

	printf("\n%s%s: %s %s", entry->name,
	    entry->is_default ? " (the default)" : "", about->library,
	    about->running);
	if (differs(about))
		printf(", but built against %s", about->built);
	printf("\n  %s\n", plug->file ? plug->file : "built in");
	if (*about->file)
		printf("  %s\n", about->file);
	if (*about->settings)
		printf("  settings: %s\n", about->settings);
}

static void
print_json(const struct plugs_list *all)
{
	json_t *root = json_object(), *list = json_array();

	json_object_set_new(root, "polytls", words_json(PACKAGE_VERSION));
	json_object_set_new(root, "libevent",
	    words_json(event_get_version()));
	json_object_set_new(root, "jansson",
	    words_json(jansson_version_str()));
	json_object_set_new(root, "nghttp2",
	    words_json_or_null(app_h2_version()));
	for (size_t i = 0; i < all->num; i++)
		json_array_append_new(list, words_identity(&all->list[i]));
	json_object_set_new(root, "backends", list);
	words_print_json(root);
}

static void
print_text(const struct plugs_list *all)
{
	printf("polytls %s\nlibevent %s\njansson %s\n", PACKAGE_VERSION,
	    event_get_version(), jansson_version_str());
	if (app_h2_version())
		printf("nghttp2 %s\n", app_h2_version());
	for (size_t i = 0; i < all->num; i++)
		if (all->list[i].plug)
			print_version(&all->list[i]);
	words_print_failures(all);
}

static void
tell(const struct version_options *options)
{
	struct plugs *plugs = plugs_new();
	const struct plugs_list all = plugs_entries(plugs);

	if (options->json)
		print_json(&all);
	else
		print_text(&all);
	plugs_free(plugs);
}

int
command_version(int argc, char **argv)
{
	struct version_options options;
	struct tls_error err = TLS_ERROR_INIT;
	struct cli_words words;
	int status = 0;

	if (cli_goes_on(&words, cli_parse(&words, &version_table, argc, argv,
	    &options, &err), &err, &status))
		tell(&options);
	cli_clear(&words, &options);
	return status;
}
