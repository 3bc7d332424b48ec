/* dissect/text.c - a ClientHello as text
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/text.h"
#include "dissect/dissect.h"
#include "dissect/teller.h"
#include "dissect/words.h"
#include "names/names.h"
#include "wire/fingerprint.h"
#include "wire/hello.h"

#define WIDTH		79
#define SHOWN_BYTES	32	/* of those that are not shown in full */
#define LABEL		"                    "	/* room of a field's name */

/* One line is written at a time: a field, a list of numbers, an element. */
struct text_teller {
	struct teller teller;
	struct buf *out;
	bool full;		/* all bytes */
	size_t line;		/* where the line begins */
	unsigned indent;
	bool numbers;		/* in a list of numbers */
	bool in_element;	/* one line for the whole element */
	bool first;		/* nothing of the list or element is written */
};

static struct text_teller *
text_of(struct teller *teller)
{
	return (struct text_teller *)teller;
}

static void
add_blanks(struct buf *out, size_t num)
{
	memset(buf_reserve(out, num), ' ', num);
	out->len += num;
}

static void
begin_line(struct text_teller *t)
{
	t->line = t->out->len;
	add_blanks(t->out, t->indent);
}

/* What comes before a value: a new line and its name, or ", ". */
static void
begin_value(struct text_teller *t, const char *name)
{
	if (t->in_element || t->numbers) {
		if (!t->first)
			buf_add_string(t->out, ", ");
		t->first = false;
		return;
	}
	begin_line(t);
	buf_add_string(t->out, name);
	buf_add_string(t->out, ": ");
}

static void
end_value(struct text_teller *t)
{
	if (!t->in_element && !t->numbers)
		buf_add_u8(t->out, '\n');
}

static void
add_bytes(struct buf *out, struct tls_span bytes, bool full)
{
	size_t shown = full || bytes.len <= SHOWN_BYTES ? bytes.len :
	    SHOWN_BYTES - 4;

	words_add_size(out, bytes.len);
	if (bytes.len == 0)
		return;
	buf_add_u8(out, ' ');
	text_add_hex(out, (struct tls_span){ bytes.data, shown });
	if (shown < bytes.len)
		buf_add_string(out, "...");
}

/* ---- the teller --------------------------------------------------------- */

static void
tell_number(struct teller *teller, const char *name, uint64_t value,
    unsigned size, enum values registry)
{
	struct text_teller *t = text_of(teller);
	size_t at = t->out->len;

	begin_value(t, name);
	if (t->in_element && registry == VALUES_NONE && name) {
		buf_add_string(t->out, name);
		buf_add_u8(t->out, ' ');
	}
	words_add_value(t->out, value, size, registry);
	/* A list goes on in the next line. */
	if (t->numbers && t->out->len - t->line > WIDTH &&
	    t->out->data[at] == ',') {
		size_t len = t->out->len - at - 2;

		buf_reserve(t->out, t->indent + 2);
		memmove(t->out->data + at + 2 + t->indent + 2,
		    t->out->data + at + 2, len);
		t->out->data[at + 1] = '\n';
		memset(t->out->data + at + 2, ' ', t->indent + 2);
		t->out->len += t->indent + 2;
		t->line = at + 2;
	}
	end_value(t);
}

static void
tell_bytes(struct teller *teller, const char *name, struct tls_span bytes,
    bool random)
{
	struct text_teller *t = text_of(teller);

	(void)random;
	begin_value(t, name);
	if (t->in_element) {
		buf_add_string(t->out, name);
		buf_add_u8(t->out, ' ');
	}
	add_bytes(t->out, bytes, t->full);
	end_value(t);
}

static void
tell_text(struct teller *teller, const char *name, struct tls_span text)
{
	struct text_teller *t = text_of(teller);

	begin_value(t, name);
	buf_add_u8(t->out, '"');
	text_add_escaped(t->out, text);
	buf_add_u8(t->out, '"');
	end_value(t);
}

static void
tell_words(struct teller *teller, const char *name, const char *words)
{
	struct text_teller *t = text_of(teller);

	begin_value(t, name);
	buf_add_string(t->out, words);
	end_value(t);
}

static void
begin_list(struct teller *teller, const char *name, size_t len, bool objects)
{
	struct text_teller *t = text_of(teller);

	if (t->in_element)
		return;
	begin_line(t);
	buf_add_string(t->out, name);
	if (len == 0)
		buf_add_string(t->out, ": empty");
	else
		buf_add_string(t->out, objects ? ":\n" : ": ");
	t->numbers = !objects;
	t->first = true;
}

static void
end_list(struct teller *teller)
{
	struct text_teller *t = text_of(teller);

	if (t->in_element)
		return;
	if (t->out->data[t->out->len - 1] != '\n')
		buf_add_u8(t->out, '\n');
	t->numbers = false;
}

static void
begin_element(struct teller *teller)
{
	struct text_teller *t = text_of(teller);

	t->indent += 2;
	begin_line(t);
	t->in_element = t->first = true;
}

static void
end_element(struct teller *teller)
{
	struct text_teller *t = text_of(teller);

	t->indent -= 2;
	t->in_element = false;
	buf_add_u8(t->out, '\n');
}

static void
tell_broken(struct teller *teller, const char *name, struct tls_span rest)
{
	struct text_teller *t = text_of(teller);

	begin_value(t, name);
	if (t->in_element) {
		buf_add_string(t->out, name);
		buf_add_u8(t->out, ' ');
	}
	buf_add_string(t->out, "CANNOT BE DECODED, ");
	add_bytes(t->out, rest, t->full);
	end_value(t);
}

static const struct teller text_teller = {
	.number = tell_number,
	.bytes = tell_bytes,
	.text = tell_text,
	.words = tell_words,
	.list = begin_list,
	.list_end = end_list,
	.element = begin_element,
	.element_end = end_element,
	.broken = tell_broken,
};

/* ---- the message -------------------------------------------------------- */

/* Adds the name of a field, padded. */
static void
add_label(struct buf *out, const char *name)
{
	size_t len = strlen(name);

	buf_add_string(out, name);
	add_blanks(out, len < sizeof LABEL - 1 ? sizeof LABEL - 1 - len : 1);
}

static void
add_version(struct buf *out, const char *name, uint16_t version)
{
	add_label(out, name);
	words_add_value(out, version, 2, VALUES_VERSION);
	buf_add_u8(out, '\n');
}

static void
add_field(struct buf *out, const char *name, struct tls_span bytes)
{
	add_label(out, name);
	add_bytes(out, bytes, true);
	buf_add_u8(out, '\n');
}

static void
add_framing(struct buf *out, const struct partial *partial)
{
	const struct tls_hello *hello = partial->hello;

	buf_add_string(out, "ClientHello, ");
	words_add_size(out, partial->message.len);
	if (hello->sslv2) {
		buf_add_string(out, ", in SSLv2 framing\n");
		return;
	}
	if (hello->num_records == 0) {
		buf_add_string(out, ", without records\n");
		return;
	}
	buf_add_string(out, " in ");
	words_add_decimal(out, hello->num_records);
	buf_add_string(out, hello->num_records == 1 ? " record\n" :
	    " records\n");
	add_version(out, "record version", hello->record_version);
}

static void
add_suites(struct buf *out, const struct tls_hello *hello)
{
	add_label(out, "cipher suites");
	words_add_decimal(out, hello->num_suites);
	buf_add_u8(out, '\n');
	for (size_t i = 0; i < hello->num_suites; i++) {
		const char *name = name_of_value(VALUES_SUITE,
		    hello->suites[i]);

		buf_add_string(out, "  ");
		words_add_hex(out, hello->suites[i], 4);
		buf_add_u8(out, ' ');
		buf_add_string(out, name ? name : "unknown");
		buf_add_u8(out, '\n');
	}
}

static void
add_compression(struct buf *out, struct tls_span methods)
{
	add_label(out, "compression");
	for (size_t i = 0; i < methods.len; i++) {
		if (i)
			buf_add_string(out, ", ");
		words_add_value(out, methods.data[i], 1, VALUES_COMPRESSION);
	}
	buf_add_string(out, methods.len ? "\n" : "none\n");
}

static void
add_extension(struct buf *out, const struct tls_extension *extension,
    bool full)
{
	struct text_teller teller = {
		.teller = text_teller, .out = out, .full = full, .indent = 4,
	};
	const char *name = name_of_extension(extension->type);

	buf_add_string(out, "  ");
	words_add_hex(out, extension->type, 4);
	buf_add_u8(out, ' ');
	buf_add_string(out, name ? name : "unknown");
	buf_add_string(out, ", ");
	words_add_size(out, extension->body.len);
	buf_add_u8(out, '\n');
	walk_extension(&teller.teller, extension->type, extension->body);
}

static void
add_fingerprint(struct buf *out, const struct tls_hello *hello)
{
	struct fingerprint f;

	fingerprint_of(hello, &f);
	add_label(out, "JA3");
	buf_add_string(out, f.ja3_hash);
	buf_add_u8(out, '\n');
	add_label(out, "JA3 string");
	buf_add_span(out, buf_span(&f.ja3));
	buf_add_u8(out, '\n');
	add_label(out, "JA4");
	buf_add_string(out, f.ja4);
	buf_add_u8(out, '\n');
	add_label(out, "JA4_r");
	buf_add_span(out, buf_span(&f.ja4_r));
	buf_add_u8(out, '\n');
	fingerprint_clear(&f);
}

/* What is wrong with it, and what of it belongs to no field. */
static void
add_faults(struct buf *out, const struct partial *partial)
{
	struct tls_span faults = buf_span(&partial->faults);

	while (faults.len > 0) {
		const uint8_t *end = memchr(faults.data, '\n', faults.len);
		size_t len = (size_t)(end - faults.data) + 1;

		buf_add_string(out, "malformed: ");
		buf_add(out, faults.data, len);
		faults.data += len;
		faults.len -= len;
	}
	if (partial->left.len)
		add_field(out, "in no field", partial->left);
}

void
dissect_add_text(struct buf *out, const struct partial *partial,
    unsigned flags)
{
	const struct tls_hello *hello = partial->hello;

	buf_reserve(out, 8 * hello->message.len + 2048);
	add_framing(out, partial);
	add_version(out, "legacy version", hello->legacy_version);
	add_field(out, "random", hello->random);
	add_field(out, "session ID", hello->session_id);
	add_suites(out, hello);
	add_compression(out, hello->compression);
	add_label(out, "extensions");
	words_add_decimal(out, hello->num_extensions);
	buf_add_u8(out, '\n');
	for (size_t i = 0; i < hello->num_extensions; i++)
		add_extension(out, &hello->extensions[i],
		    flags & DISSECT_BYTES);
	add_faults(out, partial);
	add_fingerprint(out, hello);
}

void
dissect_add_line(struct buf *out, const struct partial *partial)
{
	const struct tls_hello *hello = partial->hello;
	struct fingerprint f;

	fingerprint_of(hello, &f);
	words_add_size(out, partial->message.len);
	buf_add_string(out, ", ");
	buf_add_string(out, f.ja4);
	fingerprint_clear(&f);
	if (hello->server_name.len) {
		buf_add_string(out, ", name \"");
		text_add_escaped(out, hello->server_name);
		buf_add_u8(out, '"');
	}
	if (partial->faults.len)
		buf_add_string(out, ", malformed");
}
