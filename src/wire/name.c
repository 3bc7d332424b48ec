/* wire/name.c - a certificate's names as the reference prints them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 4514; openssl-namedisplay-options(1), "oneline"
 */
#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "wire/der.h"
#include "wire/x509.h"

static const struct der_oid_name attributes[] = {
	{ "2.5.4.3", "CN" },
	{ "2.5.4.4", "SN" },
	{ "2.5.4.5", "serialNumber" },
	{ "2.5.4.6", "C" },
	{ "2.5.4.7", "L" },
	{ "2.5.4.8", "ST" },
	{ "2.5.4.9", "street" },
	{ "2.5.4.10", "O" },
	{ "2.5.4.11", "OU" },
	{ "2.5.4.12", "title" },
	{ "2.5.4.13", "description" },
	{ "2.5.4.15", "businessCategory" },
	{ "2.5.4.17", "postalCode" },
	{ "2.5.4.20", "telephoneNumber" },
	{ "2.5.4.41", "name" },
	{ "2.5.4.42", "GN" },
	{ "2.5.4.43", "initials" },
	{ "2.5.4.44", "generationQualifier" },
	{ "2.5.4.45", "x500UniqueIdentifier" },
	{ "2.5.4.46", "dnQualifier" },
	{ "2.5.4.65", "pseudonym" },
	{ "2.5.4.72", "role" },
	{ "2.5.4.97", "organizationIdentifier" },
	{ "0.9.2342.19200300.100.1.1", "UID" },
	{ "0.9.2342.19200300.100.1.3", "mail" },
	{ "0.9.2342.19200300.100.1.25", "DC" },
	{ "1.2.840.113549.1.9.1", "emailAddress" },
	{ "1.2.840.113549.1.9.2", "unstructuredName" },
	{ "1.2.840.113549.1.9.8", "unstructuredAddress" },
	{ "1.3.6.1.4.1.311.60.2.1.1", "jurisdictionL" },
	{ "1.3.6.1.4.1.311.60.2.1.2", "jurisdictionST" },
	{ "1.3.6.1.4.1.311.60.2.1.3", "jurisdictionC" },
};

static void
add_attribute(struct buf *out, struct tls_span oid)
{
	char room[DER_OID_ROOM];

	buf_add_string(out, der_oid_word(oid, attributes,
	    sizeof attributes / sizeof *attributes, room));
}

/* Adds one byte of UTF-8, escaped if it is no printable ASCII. */
static void
add_byte(struct buf *out, unsigned byte)
{
	if (byte < 0x20 || byte > 0x7e)
		buf_printf(out, "\\%02X", byte);
	else if (byte == '"' || byte == '\\')
		buf_printf(out, "\\%c", (int)byte);
	else
		buf_add_u8(out, byte);
}

/* Adds a character as the bytes it has in UTF-8. */
static void
add_character(struct buf *out, uint32_t c)
{
	if (c < 0x80) {
		add_byte(out, c);
	} else if (c < 0x800) {
		add_byte(out, 0xc0 | c >> 6);
		add_byte(out, 0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		add_byte(out, 0xe0 | c >> 12);
		add_byte(out, 0x80 | (c >> 6 & 0x3f));
		add_byte(out, 0x80 | (c & 0x3f));
	} else {
		add_byte(out, 0xf0 | (c >> 18 & 0x07));
		add_byte(out, 0x80 | (c >> 12 & 0x3f));
		add_byte(out, 0x80 | (c >> 6 & 0x3f));
		add_byte(out, 0x80 | (c & 0x3f));
	}
}

/* How many bytes a character takes in a string of `tag`; 0 for UTF-8, which
 * is added as it is; -1: this is no string. */
static int
width_of(uint8_t tag)
{
	switch (tag) {
	case DER_UTF8_STRING:
		return 0;
	case DER_NUMERIC_STRING:
	case DER_PRINTABLE_STRING:
	case DER_T61_STRING:
	case DER_IA5_STRING:
	case DER_VISIBLE_STRING:
		return 1;
	case DER_BMP_STRING:
		return 2;
	case DER_UNIVERSAL_STRING:
		return 4;
	default:
		return -1;
	}
}

/* Whether the text needs quotes: what would end or join an attribute, or
 * would be lost at either end of one. */
static bool
needs_quotes(struct tls_span text)
{
	if (text.len == 0)
		return false;
	if (text.data[0] == ' ' || text.data[0] == '#' ||
	    text.data[text.len - 1] == ' ')
		return true;
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] && strchr(",+<>;", text.data[i]))
			return true;
	return false;
}

static void
add_value(struct buf *out, const struct der_element *value)
{
	struct reader r = reader_of(value->content);
	int width = width_of(value->tag);
	struct buf text = BUF_INIT;
	bool quotes;

	if (width < 0 || (width > 0 && r.left % (size_t)width != 0)) {
		buf_add_u8(out, '#');
		text_add_hex_upper(out, value->whole);
		return;
	}
	while (r.left > 0) {
		if (width == 0)
			add_byte(&text, read_u8(&r));
		else
			add_character(&text, read_number(&r, (size_t)width));
	}
	quotes = needs_quotes(buf_span(&text));
	if (quotes)
		buf_add_u8(out, '"');
	buf_add_span(out, buf_span(&text));
	if (quotes)
		buf_add_u8(out, '"');
	buf_clear(&text);
}

static void
add_name(struct buf *out, struct tls_span name, const char *equals)
{
	struct tls_span names, set, attribute, oid;
	const char *between = "";

	if (!der_take(&name, DER_SEQUENCE, &names) || names.len == 0) {
		buf_add_string(out, "<none>");
		return;
	}
	while (der_take(&names, DER_SET, &set)) {
		while (der_take(&set, DER_SEQUENCE, &attribute)) {
			struct der_element value;

			if (!der_take(&attribute, DER_OID, &oid) ||
			    !der_next(&attribute, &value))
				break;
			buf_add_string(out, between);
			add_attribute(out, oid);
			buf_add_string(out, equals);
			add_value(out, &value);
			between = " + ";
		}
		if (*between)
			between = ", ";
	}
}

void
x509_add_name(struct buf *out, struct tls_span name)
{
	add_name(out, name, " = ");
}

void
x509_add_short_name(struct buf *out, struct tls_span name)
{
	add_name(out, name, "=");
}
