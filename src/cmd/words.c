/* words.c - printing about backends
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/words.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "expect/expect.h"

/* ---- JSON --------------------------------------------------------------- */

json_t *
words_json(const char *string)
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
words_json_or_null(const char *string)
{
	return string && *string ? words_json(string) : json_null();
}

json_t *
words_identity(const struct plugs_entry *entry)
{
	const struct plug *plug = entry->plug;
	json_t *object = json_object();

	json_object_set_new(object, "name", words_json(entry->name));
	json_object_set_new(object, "default", json_boolean(
	    entry->is_default));
	json_object_set_new(object, "loads", json_boolean(plug != NULL));
	if (!plug) {
		json_object_set_new(object, "error",
		    words_json(entry->err.text));
		return object;
	}
	json_object_set_new(object, "module", words_json_or_null(plug->file));
	json_object_set_new(object, "library",
	    words_json(plug->about.library));
	json_object_set_new(object, "built", words_json(plug->about.built));
	json_object_set_new(object, "running",
	    words_json(plug->about.running));
	json_object_set_new(object, "file",
	    words_json_or_null(plug->about.file));
	json_object_set_new(object, "settings", *plug->about.settings ?
	    words_json(plug->about.settings) : json_null());
	return object;
}

void
words_print_json(json_t *root)
{
	json_dumpf(root, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(root);
}

/* ---- text --------------------------------------------------------------- */

#define WIDTH	79

void
words_wrap(const char *words, size_t column, size_t indent)
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
words_print_keys(void)
{
	puts("-expect '[N:|N-M:|N-:]KEY=VALUE|VALUE... KEY!=VALUE...'");
	for (size_t i = 0; expect_key_name(i); i++) {
		printf("\n%s=%s\n  ", expect_key_name(i),
		    expect_key_values(i));
		words_wrap(expect_key_about(i), 2, 2);
	}
}

void
words_print_failures(const struct plugs_list *all)
{
	for (size_t i = 0; i < all->num; i++) {
		const struct plugs_entry *entry = &all->list[i];
		char safe[4 * sizeof entry->err.text];

		if (entry->plug)
			continue;
		printf("\n%s does not load\n  ", entry->name);
		words_wrap(text_escape(entry->err.text, safe,
		    sizeof safe), 2, 2);
	}
}
