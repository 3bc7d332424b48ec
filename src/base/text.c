/* base/text.c - bytes as text: hex, base64, and escaping what peers sent
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void
add_hex(struct buf *out, struct tls_span bytes, const char *digits)
{
	uint8_t *to;

	if (bytes.len == 0)
		return;
	to = buf_reserve(out, 2 * bytes.len);
	for (size_t i = 0; i < bytes.len; i++) {
		*to++ = (uint8_t)digits[bytes.data[i] >> 4];
		*to++ = (uint8_t)digits[bytes.data[i] & 15];
	}
	out->len += 2 * bytes.len;
}

void
text_add_hex(struct buf *out, struct tls_span bytes)
{
	add_hex(out, bytes, "0123456789abcdef");
}

void
text_add_hex_upper(struct buf *out, struct tls_span bytes)
{
	add_hex(out, bytes, "0123456789ABCDEF");
}

static int
digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' :
	    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool
text_read_hex(struct buf *out, const char *string)
{
	buf_reserve(out, strlen(string) / 2);
	for (; *string; string += 2) {
		int high = digit(string[0]);
		int low = high < 0 ? -1 : digit(string[1]);

		if (low < 0)
			return false;
		buf_add_u8(out, (unsigned)(high << 4 | low));
	}
	return true;
}

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void
text_add_base64(struct buf *out, struct tls_span bytes, size_t width)
{
	size_t column = 0;

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t left = bytes.len - i;
		unsigned long three = (unsigned long)bytes.data[i] << 16;

		if (left > 1)
			three |= (unsigned long)bytes.data[i + 1] << 8;
		if (left > 2)
			three |= bytes.data[i + 2];
		buf_add_u8(out, alphabet[three >> 18 & 63]);
		buf_add_u8(out, alphabet[three >> 12 & 63]);
		buf_add_u8(out, left > 1 ? alphabet[three >> 6 & 63] : '=');
		buf_add_u8(out, left > 2 ? alphabet[three & 63] : '=');
		column += 4;
		if (width && column >= width) {
			buf_add_u8(out, '\n');
			column = 0;
		}
	}
	if (width && column)
		buf_add_u8(out, '\n');
}

bool
text_read_base64(struct buf *out, struct tls_span text)
{
	unsigned long bits = 0;
	unsigned have = 0, padding = 0;

	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];
		const char *at;

		if (c == ' ' || c == '\t' || c == '\r' || c == '\n')
			continue;
		if (c == '=') {
			padding++;
			continue;
		}
		at = c ? strchr(alphabet, c) : NULL;
		if (!at || padding)
			return false;
		bits = bits << 6 | (unsigned long)(at - alphabet);
		if (++have == 4) {
			buf_add_u24(out, bits & 0xffffff);
			bits = 0;
			have = 0;
		}
	}
	if (have == 1 || (have && padding != 4 - have) || (!have && padding))
		return false;
	if (have == 2)
		buf_add_u8(out, bits >> 4);
	if (have == 3)
		buf_add_u16(out, bits >> 2 & 0xffff);
	return true;
}

void
text_add_escaped(struct buf *out, struct tls_span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t c = bytes.data[i];

		if (c == '\\')
			buf_add_string(out, "\\\\");
		else if (c >= 0x20 && c < 0x7f)
			buf_add_u8(out, c);
		else
			buf_printf(out, "\\x%02x", c);
	}
}

const char *
text_escape(const char *string, char *out, size_t room)
{
	struct buf buf = BUF_INIT;

	text_add_escaped(&buf, span_of(string));
	if (room) {
		size_t len = buf.len < room ? buf.len : room - 1;

		if (len)
			memcpy(out, buf.data, len);
		out[len] = 0;
	}
	buf_clear(&buf);
	return out;
}

void
text_add_html(struct buf *out, struct tls_span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		uint8_t c = bytes.data[i];

		switch (c) {
		case '&':
			buf_add_string(out, "&amp;");
			break;
		case '<':
			buf_add_string(out, "&lt;");
			break;
		case '>':
			buf_add_string(out, "&gt;");
			break;
		case '"':
			buf_add_string(out, "&quot;");
			break;
		case '\'':
			buf_add_string(out, "&#39;");
			break;
		default:
			if ((c >= 0x20 && c < 0x7f) || c == '\n' || c == '\t')
				buf_add_u8(out, c);
			else
				buf_printf(out, "\\x%02x", c);
		}
	}
}

void
text_add_pem(struct buf *out, const char *label, struct tls_span der)
{
	buf_printf(out, "-----BEGIN %s-----\n", label);
	text_add_base64(out, der, 64);
	buf_printf(out, "-----END %s-----\n", label);
}

bool
text_read_number(const char *string, unsigned long min, unsigned long max,
    unsigned long *out)
{
	char *end;

	if (*string < '0' || *string > '9')
		return false;
	errno = 0;
	*out = strtoul(string, &end, 10);
	return *end == 0 && errno == 0 && *out >= min && *out <= max;
}

void
text_add_uri(struct buf *out, const char *uri)
{
	static const char pin[] = "pin-value=";
	const char *at;

	while ((at = strstr(uri, pin))) {
		at += strlen(pin);
		buf_add(out, uri, (size_t)(at - uri));
		buf_add_string(out, "***");
		uri = at + strcspn(at, "&");
	}
	buf_add_string(out, uri);
}

bool
text_next_part(const char **rest, struct buf *part)
{
	size_t len;

	if (!*rest)
		return false;
	len = strcspn(*rest, ",");
	part->len = 0;
	buf_add(part, *rest, len);
	*rest = (*rest)[len] ? *rest + len + 1 : NULL;
	return true;
}
