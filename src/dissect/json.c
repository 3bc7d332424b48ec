/* dissect/json.c - a ClientHello as JSON
 * SPDX-License-Identifier: Apache-2.0
 * Reference: doc/events.md for the members that the event has
 */
#include <string.h>

#include "dissect/dissect.h"
#include "dissect/teller.h"
#include "names/names.h"
#include "report/json.h"
#include "wire/fingerprint.h"

/* Lists in lists: the deepest is three. */
#define DEPTH	8

struct json_teller {
	struct teller teller;
	json_t *at[DEPTH];	/* borrowed from the outermost */
	unsigned depth;
};

static struct json_teller *
json_of(struct teller *teller)
{
	return (struct json_teller *)teller;
}

/* Puts `value`, which is taken, where the teller is. */
static void
put(struct json_teller *t, const char *name, json_t *value)
{
	json_t *here = t->at[t->depth];

	if (json_is_array(here))
		json_array_append_new(here, value);
	else
		json_object_set_new(here, name, value);
}

static void
push(struct json_teller *t, const char *name, json_t *value)
{
	put(t, name, value);
	t->at[++t->depth] = value;
}

static void
tell_number(struct teller *teller, const char *name, uint64_t value,
    unsigned size, enum values registry)
{
	json_t *object;

	if (registry == VALUES_NONE) {
		put(json_of(teller), name, json_integer((json_int_t)value));
		return;
	}
	object = json_pack("{s:I,s:s?}", "number", (json_int_t)value,
	    "name", name_of_value(registry, value));
	if (size == 2)
		json_object_set_new(object, "grease",
		    json_boolean(is_grease((uint16_t)value)));
	put(json_of(teller), name, object);
}

static void
tell_bytes(struct teller *teller, const char *name, struct tls_span bytes,
    bool random)
{
	(void)random;
	put(json_of(teller), name, json_pack("{s:I,s:o}",
	    "len", (json_int_t)bytes.len, "bytes", json_of_hex(bytes)));
}

static void
tell_text(struct teller *teller, const char *name, struct tls_span text)
{
	put(json_of(teller), name, text.len ? json_of_span(text) :
	    json_string(""));
}

static void
tell_words(struct teller *teller, const char *name, const char *words)
{
	/* They are escaped already and must not be escaped twice. */
	put(json_of(teller), name, json_string(words));
}

static void
begin_list(struct teller *teller, const char *name, size_t len, bool objects)
{
	(void)len;
	(void)objects;
	push(json_of(teller), name, json_array());
}

static void
begin_element(struct teller *teller)
{
	push(json_of(teller), NULL, json_object());
}

static void
end(struct teller *teller)
{
	json_of(teller)->depth--;
}

static void
tell_broken(struct teller *teller, const char *name, struct tls_span rest)
{
	json_t *value = json_pack("{s:s,s:I,s:o}", "undecoded", name,
	    "len", (json_int_t)rest.len, "bytes", json_of_hex(rest));

	put(json_of(teller), "broken", value);
}

static const struct teller json_teller = {
	.number = tell_number,
	.bytes = tell_bytes,
	.text = tell_text,
	.words = tell_words,
	.list = begin_list,
	.list_end = end,
	.element = begin_element,
	.element_end = end,
	.broken = tell_broken,
};

/* What is in an extension, as an object. */
static json_t *
content_of(const struct tls_extension *extension)
{
	struct json_teller t = { .teller = json_teller, .at = { NULL } };

	t.at[0] = json_object();
	walk_extension(&t.teller, extension->type, extension->body);
	return t.at[0];
}

static json_t *
json_of_faults(struct tls_span faults)
{
	json_t *list = json_array();

	while (faults.len > 0) {
		const uint8_t *line_end = memchr(faults.data, '\n', faults.len);
		size_t len = (size_t)(line_end - faults.data);

		json_array_append_new(list, json_of_span(
		    (struct tls_span){ faults.data, len }));
		faults.data += len + 1;
		faults.len -= len + 1;
	}
	return list;
}

json_t *
dissect_json(const struct partial *partial)
{
	const struct tls_hello *hello = partial->hello;
	json_t *value = json_of_hello(hello);
	json_t *extensions = json_object_get(value, "extensions");
	struct fingerprint f;

	for (size_t i = 0; i < hello->num_extensions; i++)
		json_object_set_new(json_array_get(extensions, i), "content",
		    content_of(&hello->extensions[i]));
	fingerprint_of(hello, &f);
	json_object_set_new(value, "ja3", json_of_span(buf_span(&f.ja3)));
	json_object_set_new(value, "ja4_r", json_of_span(buf_span(&f.ja4_r)));
	fingerprint_clear(&f);
	json_object_set_new(value, "message", json_of_hex(partial->message));
	json_object_set_new(value, "in_no_field", json_of_hex(partial->left));
	json_object_set_new(value, "faults",
	    json_of_faults(buf_span(&partial->faults)));
	return value;
}
