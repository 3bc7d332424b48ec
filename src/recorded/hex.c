/* recorded/hex.c - hex in the forms that tools print it
 * SPDX-License-Identifier: Apache-2.0
 * Reference: xxd(1), hexdump(1), od(1), text2pcap(1)
 */
#include <string.h>

#include "recorded/internal.h"

/* Bytes that one "*" may stand for. */
#define MAX_REPEATED	(1u << 20)

bool
next_line(struct tls_span *text, struct tls_span *line)
{
	const uint8_t *end;

	if (text->len == 0)
		return false;
	end = memchr(text->data, '\n', text->len);
	line->data = text->data;
	line->len = end ? (size_t)(end - text->data) : text->len;
	text->data += line->len + (end != NULL);
	text->len -= line->len + (end != NULL);
	while (line->len && line->data[line->len - 1] == '\r')
		line->len--;
	return true;
}

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f';
}

static int
digit(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static void
skip_blanks(struct tls_span *text)
{
	while (text->len && is_blank(*text->data)) {
		text->data++;
		text->len--;
	}
}

static void
skip(struct tls_span *text, size_t len)
{
	text->data += len;
	text->len -= len;
}

/* Takes an offset of at least four digits, "0010", "00000010:", "0x0010:",
 * off a line; false, with the line as it was, if it has none. */
static bool
take_offset(struct tls_span *line, unsigned base, size_t *offset)
{
	struct tls_span at = *line;
	size_t num = 0;

	skip_blanks(&at);
	if (at.len > 2 && at.data[0] == '0' && at.data[1] == 'x')
		skip(&at, 2);
	*offset = 0;
	for (; at.len && num < 12; num++, skip(&at, 1)) {
		int d = digit(*at.data);

		if (d < 0)
			break;
		if ((unsigned)d >= base)
			return false;
		*offset = *offset * base + (unsigned)d;
	}
	if (num < 4)
		return false;
	if (at.len && *at.data == ':')
		skip(&at, 1);
	if (at.len && !is_blank(*at.data))
		return false;
	*line = at;
	return true;
}

/* ---- with offsets ------------------------------------------------------- */

struct dump {
	struct buf *out;
	unsigned base;		/* of the offsets */
	struct tls_span line;	/* the last, without its offset */
	size_t at;		/* its offset */
	size_t width;		/* bytes of the widest line */
	size_t columns;		/* where those of the widest line ended */
	bool waiting;		/* the line is still to be read */
	bool repeated;		/* and the same follow, up to the next offset */
};

/* Reads up to `want` bytes of a line; what does not look like hex ends it. */
static size_t
read_row(struct dump *dump, size_t want, size_t columns)
{
	const uint8_t *begin = dump->line.data;
	struct tls_span at = dump->line;
	size_t got = 0, last = 0;

	while (got < want) {
		skip_blanks(&at);
		if (at.len < 2 || digit(at.data[0]) < 0 ||
		    digit(at.data[1]) < 0 ||
		    (size_t)(at.data - begin) + 2 > columns)
			break;
		buf_add_u8(dump->out, (unsigned)(digit(at.data[0]) << 4 |
		    digit(at.data[1])));
		skip(&at, 2);
		got++;
		last = (size_t)(at.data - begin);
	}
	if (got > dump->width) {
		dump->width = got;
		dump->columns = last;
	}
	return got;
}

/* Reads the line that waits, now that the offset of the next is known. */
static bool
read_waiting(struct dump *dump, size_t next)
{
	size_t want = next - dump->at, had = dump->out->len, got;

	if (!dump->waiting)
		return next == dump->out->len;
	if (next < dump->at || (dump->repeated && want > MAX_REPEATED))
		return false;
	dump->waiting = false;
	got = read_row(dump, want, SIZE_MAX);
	if (!dump->repeated || got == 0)
		return got == want;
	if (want % got)
		return false;
	for (size_t more = got; more < want; more += got) {
		buf_reserve(dump->out, got);
		buf_add(dump->out, dump->out->data + had, got);
	}
	dump->repeated = false;
	return true;
}

/* Takes a line with its offset. */
static bool
take_row(struct dump *dump, struct tls_span line)
{
	size_t offset;

	if (!take_offset(&line, dump->base, &offset))
		return false;
	if (dump->waiting || dump->out->len || offset)
		if (!read_waiting(dump, offset))
			return false;
	skip_blanks(&line);
	dump->line = line;
	dump->at = offset;
	dump->waiting = line.len > 0;
	return true;
}

static bool
read_dump(struct tls_span text, unsigned base, struct buf *out)
{
	struct dump dump = { .out = out, .base = base };
	struct tls_span line;

	out->len = 0;
	while (next_line(&text, &line)) {
		struct tls_span words = line;

		skip_blanks(&words);
		if (words.len == 0 || *words.data == '#')
			continue;
		if (words.len == 1 && *words.data == '*')
			dump.repeated = true;
		else if (!take_row(&dump, words))
			return false;
	}
	/* How long the last is, only where it stands can say. */
	if (dump.waiting && !dump.repeated)
		read_row(&dump, dump.width ? dump.width : 16,
		    dump.columns ? dump.columns : SIZE_MAX);
	return out->len > 0;
}

/* ---- without ------------------------------------------------------------ */

/* Skips what may stand between bytes. */
static void
skip_between(struct tls_span *text)
{
	while (text->len > 0) {
		uint8_t c = *text->data;

		if (is_blank(c) || strchr(":,;-\"{}", c))
			skip(text, 1);
		else if (text->len > 1 && (c == '0' || c == '\\') &&
		    (text->data[1] | 0x20) == 'x')
			skip(text, 2);
		else
			break;
	}
}

static bool
read_plain(struct tls_span text, struct buf *out)
{
	const uint8_t *brace = text.len ? memchr(text.data, '{', text.len) :
	    NULL;
	struct tls_span line;

	if (brace)
		skip(&text, (size_t)(brace - text.data));
	out->len = 0;
	while (next_line(&text, &line)) {
		skip_between(&line);
		if (line.len && *line.data == '#')
			continue;
		while (line.len > 0) {
			int high = digit(line.data[0]);
			int low = line.len > 1 ? digit(line.data[1]) : -1;

			if (high < 0)
				return false;
			/* "0x1," */
			if (low < 0 && (line.len == 1 || line.data[1] == ','))
				low = high, high = 0;
			else if (low < 0)
				return false;
			else
				skip(&line, 1);
			skip(&line, 1);
			buf_add_u8(out, (unsigned)(high << 4 | low));
			skip_between(&line);
		}
	}
	return out->len > 0;
}

/* The first line with something in it. */
static struct tls_span
first_line(struct tls_span text)
{
	struct tls_span line = { NULL, 0 };

	while (next_line(&text, &line)) {
		skip_blanks(&line);
		if (line.len && *line.data != '#')
			break;
	}
	return line;
}

bool
hex_read(struct tls_span text, struct buf *out)
{
	static const unsigned bases[] = { 16, 8, 10 };
	struct tls_span line = first_line(text);
	size_t offset;

	/* No hello begins with zeros. */
	if (!take_offset(&line, 16, &offset) || offset != 0)
		return read_plain(text, out);
	for (size_t i = 0; i < sizeof bases / sizeof *bases; i++)
		if (read_dump(text, bases[i], out))
			return true;
	return false;
}
