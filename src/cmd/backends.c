/* backends.c - the commands that tell about backends
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "cmd/cmd.h"

#include <event2/event.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "cmd/found.h"

void
found_find(struct found_all *all)
{
	*all = (struct found_all){ .names = plug_names() };
	while (all->names[all->num])
		all->num++;
	all->list = mem_zero(all->num, sizeof *all->list);
	for (size_t i = 0; i < all->num; i++) {
		struct found *found = &all->list[i];

		found->name = all->names[i];
		found->err = (struct tls_error)TLS_ERROR_INIT;
		found->plug = plug_load(found->name, &found->err);
		all->num_loaded += found->plug != NULL;
	}
}

void
found_clear(struct found_all *all)
{
	for (size_t i = 0; i < all->num; i++)
		plug_free(all->list[i].plug);
	free(all->list);
	plug_names_free(all->names);
}

static bool
is_default(const struct found *found)
{
	return !strcmp(found->name, plug_default_name());
}

/* A library that was renewed under its module is worth a mark. */
static bool
differs(const struct tls_about *about)
{
	return strcmp(about->built, about->running) != 0;
}

/* How a command prints. */
enum form { FORM_TEXT, FORM_JSON, FORM_NAMES, FORM_MANUAL };

static const struct {
	const char *word;		/* with one dash, or two */
	enum form form;
	bool version_too;		/* also behind "version" */
} forms[] = {
	{ "-json", FORM_JSON, true },
	{ "-names", FORM_NAMES, false },
	{ "-man", FORM_MANUAL, false },
};

/* Reads the words; false, having said so, for one that it does not know.
 * `options`, null behind "version", is whether -options is among them. */
static bool
read_form(int argc, char **argv, enum form *form, bool *options)
{
	const bool version = !options;

	*form = FORM_TEXT;
	if (options)
		*options = false;
	for (int i = 0; i < argc; i++) {
		const char *word = argv[i];
		bool known = false;

		word += word[0] == '-' && word[1] == '-';
		if (options && !strcmp(word, "-options"))
			known = *options = true;
		for (size_t j = 0; j < sizeof forms / sizeof *forms; j++)
			if (!strcmp(word, forms[j].word) &&
			    (!version || forms[j].version_too)) {
				*form = forms[j].form;
				known = true;
			}
		if (!known) {
			fprintf(stderr, "polytls %s: unknown word \"%.80s\": "
			    "there is %s\n", version ? "version" : "backends",
			    argv[i], version ? "-json" : "-json, -options, or "
			    "-names");
			return false;
		}
	}
	return true;
}

/* ---- JSON --------------------------------------------------------------- */

json_t *
found_text(const char *string)
{
	json_t *value = json_string(string);
	struct buf safe = BUF_INIT;

	if (value)
		return value;
	text_add_escaped(&safe, span_of(string));
	value = json_string(buf_string(&safe));
	buf_clear(&safe);
	return value;
}

static json_t *
text_or_null(const char *string)
{
	return string && *string ? found_text(string) : json_null();
}

static json_t *
identity_json(const struct found *found)
{
	const struct plug *plug = found->plug;
	json_t *object = json_object();

	json_object_set_new(object, "name", found_text(found->name));
	json_object_set_new(object, "default", json_boolean(
	    is_default(found)));
	json_object_set_new(object, "loads", json_boolean(plug != NULL));
	if (!plug) {
		json_object_set_new(object, "error",
		    found_text(found->err.text));
		return object;
	}
	json_object_set_new(object, "module", text_or_null(plug->file));
	json_object_set_new(object, "library",
	    found_text(plug->about.library));
	json_object_set_new(object, "built", found_text(plug->about.built));
	json_object_set_new(object, "running",
	    found_text(plug->about.running));
	json_object_set_new(object, "file", text_or_null(plug->about.file));
	return object;
}

static json_t *
features_json(const struct plug *plug)
{
	json_t *features = json_object();

	for (int i = 0; i < TLS_FEATURE_COUNT; i++) {
		const struct tls_answer *answer = &plug->answers[i];
		json_t *object = json_object();

		json_object_set_new(object, "support",
		    found_text(plug_support_name(answer->support)));
		json_object_set_new(object, "note",
		    text_or_null(answer->note));
		json_object_set_new(features,
		    plug_feature_name((enum tls_feature)i), object);
	}
	return features;
}

static json_t *
backends_json(const struct found_all *all, bool features)
{
	json_t *list = json_array();

	for (size_t i = 0; i < all->num; i++) {
		json_t *object = identity_json(&all->list[i]);

		if (features && all->list[i].plug)
			json_object_set_new(object, "features",
			    features_json(all->list[i].plug));
		json_array_append_new(list, object);
	}
	return list;
}

static void
print_json(json_t *root)
{
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

/* ---- text --------------------------------------------------------------- */

#define WIDTH	79

void
found_wrap(const char *words, size_t column, size_t indent)
{
	while (*words) {
		size_t len = strcspn(words, " ");

		if (column > indent && column + 1 + len > WIDTH) {
			printf("\n%*s", (int)indent, "");
			column = indent;
		} else if (column > indent) {
			putchar(' ');
			column++;
		}
		column += fwrite(words, 1, len, stdout);
		words += len;
		words += strspn(words, " ");
	}
	putchar('\n');
}

static void
print_failures(const struct found_all *all)
{
	for (size_t i = 0; i < all->num; i++) {
		const struct found *found = &all->list[i];
		char safe[4 * sizeof found->err.text];

		if (found->plug)
			continue;
		printf("\n%s does not load\n  ", found->name);
		found_wrap(text_escape(found->err.text, safe,
		    sizeof safe), 2, 2);
	}
}

/* A column for each backend; the notes come below, where there is room. */
static void
print_table(const struct found_all *all)
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
			    plug_support_name(plug->answers[f].support));
			wanted += 2 + (int)strlen(all->list[i].name);
		}
		putchar('\n');
	}
}

static void
print_notes(const struct found *found)
{
	const struct plug *plug = found->plug;

	printf("\n%s: %s %s\n", found->name, plug->about.library,
	    plug->about.running);
	for (int f = 0; f < TLS_FEATURE_COUNT; f++) {
		const struct tls_answer *answer = &plug->answers[f];
		int column;

		if (answer->support == TLS_SUPPORT_FULL || !answer->note)
			continue;
		column = printf("  %-23s %s:",
		    plug_feature_name((enum tls_feature)f),
		    plug_support_name(answer->support));
		found_wrap(answer->note, (size_t)column, 26);
	}
}

static void
print_version(const struct found *found)
{
	const struct plug *plug = found->plug;
	const struct tls_about *about = &plug->about;

	printf("\n%s%s: %s %s", found->name,
	    is_default(found) ? " (the default)" : "", about->library,
	    about->running);
	if (differs(about))
		printf(", but built against %s", about->built);
	printf("\n  %s\n", plug->file ? plug->file : "built in");
	if (*about->file)
		printf("  %s\n", about->file);
}

/* ---- the commands ------------------------------------------------------- */

static void
print_options(const struct found_all *all, enum form form)
{
	if (form == FORM_JSON)
		print_json(able_json(all));
	else if (form == FORM_MANUAL)
		able_print_manual(all);
	else
		able_print(all);
}

static void
print_backends(const struct found_all *all, enum form form)
{
	if (form == FORM_JSON) {
		json_t *root = json_object();

		json_object_set_new(root, "backends",
		    backends_json(all, true));
		print_json(root);
		return;
	}
	if (form == FORM_TEXT && all->num_loaded)
		print_table(all);
	for (size_t i = 0; i < all->num; i++) {
		if (!all->list[i].plug)
			continue;
		if (form == FORM_NAMES)
			puts(all->list[i].name);
		else
			print_notes(&all->list[i]);
	}
	if (form == FORM_TEXT)
		print_failures(all);
}

static void
print_versions(const struct found_all *all, enum form form)
{
	if (form == FORM_JSON) {
		json_t *root = json_object();

		json_object_set_new(root, "polytls",
		    found_text(PACKAGE_VERSION));
		json_object_set_new(root, "libevent",
		    found_text(event_get_version()));
		json_object_set_new(root, "jansson",
		    found_text(jansson_version_str()));
		json_object_set_new(root, "backends",
		    backends_json(all, false));
		print_json(root);
		return;
	}
	printf("polytls %s\nlibevent %s\njansson %s\n", PACKAGE_VERSION,
	    event_get_version(), jansson_version_str());
	for (size_t i = 0; i < all->num; i++)
		if (all->list[i].plug)
			print_version(&all->list[i]);
	print_failures(all);
}

int
command_backends(int argc, char **argv)
{
	struct found_all all;
	enum form form;
	bool options;
	int status;

	if (!read_form(argc, argv, &form, &options))
		return 2;
	found_find(&all);
	if (options)
		print_options(&all, form);
	else
		print_backends(&all, form);
	status = all.num_loaded ? 0 : 3;
	if (status)
		fprintf(stderr, "polytls backends: no backend loads: install "
		    "one into %s\n", BACKENDDIR);
	found_clear(&all);
	return status;
}

int
command_version(int argc, char **argv)
{
	struct found_all all;
	enum form form;

	if (!read_form(argc, argv, &form, NULL))
		return 2;
	found_find(&all);
	print_versions(&all, form);
	found_clear(&all);
	return 0;
}
