/* wire/der.c - a bounded reader of DER
 * SPDX-License-Identifier: Apache-2.0
 * Reference: ITU-T X.690
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/reader.h"
#include "wire/der.h"

bool
der_next(struct tls_span *rest, struct der_element *element)
{
	struct reader r = reader_of(*rest);
	size_t len;

	element->tag = read_u8(&r);
	if ((element->tag & 0x1f) == 0x1f)
		return false;
	len = read_u8(&r);
	if (len & 0x80) {
		if (len == 0x80 || len > 0x84)
			return false;
		len = read_number(&r, len & 0x7f);
	}
	element->content = read_bytes(&r, len);
	if (r.broken)
		return false;
	element->whole = (struct tls_span){ rest->data, rest->len - r.left };
	*rest = (struct tls_span){ r.at, r.left };
	return true;
}

bool
der_take(struct tls_span *rest, uint8_t tag, struct tls_span *content)
{
	struct tls_span after = *rest;
	struct der_element element;

	if (!der_next(&after, &element) || element.tag != tag)
		return false;
	*rest = after;
	*content = element.content;
	return true;
}

bool
der_take_whole(struct tls_span *rest, uint8_t tag, struct tls_span *whole)
{
	struct tls_span after = *rest;
	struct der_element element;

	if (!der_next(&after, &element) || element.tag != tag)
		return false;
	*rest = after;
	*whole = element.whole;
	return true;
}

/* Takes a number of seven bits a byte, most significant first. */
static bool
take_arc(struct tls_span *oid, uint64_t *arc)
{
	uint8_t byte;

	*arc = 0;
	do {
		if (oid->len == 0 || *arc >> 57)
			return false;
		byte = *oid->data++;
		oid->len--;
		*arc = *arc << 7 | (byte & 0x7f);
	} while (byte & 0x80);
	return true;
}

const char *
der_oid(struct tls_span oid, char *room)
{
	uint64_t arc, first;
	size_t used;

	if (!take_arc(&oid, &arc))
		return "?";
	/* The first two arcs share a number (X.690, 8.19.4). */
	first = arc < 80 ? arc / 40 : 2;
	used = (size_t)snprintf(room, DER_OID_ROOM, "%" PRIu64 ".%" PRIu64,
	    first, arc - first * 40);
	while (oid.len > 0) {
		if (!take_arc(&oid, &arc))
			return "?";
		used += (size_t)snprintf(room + used, DER_OID_ROOM - used,
		    ".%" PRIu64, arc);
		if (used >= DER_OID_ROOM)
			return "?";
	}
	return room;
}

const char *
der_oid_word(struct tls_span oid, const struct der_oid_name *names, size_t num,
    char *room)
{
	const char *text = der_oid(oid, room);

	for (size_t i = 0; i < num; i++)
		if (!strcmp(names[i].oid, text))
			return names[i].name;
	return text;
}

size_t
der_bits(struct tls_span integer)
{
	size_t bits;

	while (integer.len > 0 && *integer.data == 0) {
		integer.data++;
		integer.len--;
	}
	if (integer.len == 0)
		return 0;
	bits = (integer.len - 1) * 8;
	for (unsigned first = *integer.data; first; first >>= 1)
		bits++;
	return bits;
}
