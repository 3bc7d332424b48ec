/* fuzz/terminal.c - bytes of a peer on a terminal, a page and a line of JSON
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "report/json.h"
#include "report/parts.h"

/* Nothing that a terminal acts on, and all of it UTF-8. */
static void
check_terminal(struct tls_span input)
{
	struct buf out = BUF_INIT;
	json_t *text;

	text_add_harmless(&out, input);
	CHECK(out.len >= input.len && out.len <= 4 * input.len);
	for (size_t i = 0; i < out.len; i++)
		CHECK(out.data[i] >= 0x20 ? out.data[i] != 0x7f :
		    strchr("\n\r\t", out.data[i]) && out.data[i]);
	text = json_stringn(out.len ? (const char *)out.data : "", out.len);
	CHECK(text);
	json_decref(text);
	/* U+202E and U+200B. */
	CHECK(!memmem(buf_string(&out), out.len, "\xe2\x80\xae", 3));
	CHECK(!memmem(buf_string(&out), out.len, "\xe2\x80\x8b", 3));
	buf_clear(&out);
}

static void
check_page(struct tls_span input)
{
	struct buf out = BUF_INIT, string = BUF_INIT;

	text_add_html(&out, input);
	for (size_t i = 0; i < out.len; i++)
		CHECK(!strchr("<>\"'", out.data[i]) && out.data[i] < 0x7f);
	out.len = 0;
	buf_add_span(&string, input);
	part_text(&out, buf_string(&string));
	CHECK(!memchr(buf_string(&out), '<', out.len));
	buf_clear(&string);
	buf_clear(&out);
}

/* One line, that is read back as what was put in, escaped. */
static void
check_json(struct tls_span input)
{
	json_t *object = json_object(), *again;
	struct buf line = BUF_INIT, escaped = BUF_INIT;
	const char *read;

	json_object_set_new(object, "text", json_of_span(input));
	json_object_set_new(object, "hex", json_of_hex(input));
	json_add(&line, object, 0);
	CHECK(!memchr(line.data, '\n', line.len ? line.len - 1 : 0));
	again = json_loadb((const char *)line.data, line.len, 0, NULL);
	CHECK(again);
	text_add_escaped(&escaped, input);
	read = json_string_value(json_object_get(again, "text"));
	CHECK(input.len ? read && !strcmp(read, buf_string(&escaped)) :
	    !read);
	json_decref(again);
	json_decref(object);
	buf_clear(&line);
	buf_clear(&escaped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct tls_span input = { data, len };

	check_terminal(input);
	check_page(input);
	check_json(input);
	return 0;
}
