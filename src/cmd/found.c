/* found.c - what is told of backends
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/found.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"

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

bool
found_is_default(const struct found *found)
{
	return !strcmp(found->name, plug_default_name());
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

json_t *
found_text_or_null(const char *string)
{
	return string && *string ? found_text(string) : json_null();
}

json_t *
found_identity(const struct found *found)
{
	const struct plug *plug = found->plug;
	json_t *object = json_object();

	json_object_set_new(object, "name", found_text(found->name));
	json_object_set_new(object, "default", json_boolean(
	    found_is_default(found)));
	json_object_set_new(object, "loads", json_boolean(plug != NULL));
	if (!plug) {
		json_object_set_new(object, "error",
		    found_text(found->err.text));
		return object;
	}
	json_object_set_new(object, "module", found_text_or_null(plug->file));
	json_object_set_new(object, "library",
	    found_text(plug->about.library));
	json_object_set_new(object, "built", found_text(plug->about.built));
	json_object_set_new(object, "running",
	    found_text(plug->about.running));
	json_object_set_new(object, "file",
	    found_text_or_null(plug->about.file));
	return object;
}

void
found_print_json(json_t *root)
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

void
found_print_failures(const struct found_all *all)
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
