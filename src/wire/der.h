/* wire/der.h - a bounded reader of DER
 * SPDX-License-Identifier: Apache-2.0
 * Reference: ITU-T X.690
 *
 *	struct tls_span rest = der, sequence, number;
 *
 *	if (!der_take(&rest, DER_SEQUENCE, &sequence) ||
 *	    !der_take(&sequence, DER_INTEGER, &number))
 *		return false;
 *
 * Rules.  A reader is the span that is left: taking an element moves it
 * past that, failing leaves it where it was.  Tags are single bytes, lengths
 * definite and at most four bytes long; all else is refused.
 */
#ifndef WIRE_DER_H
#define WIRE_DER_H

#include "tls_types.h"

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BIT_STRING = 0x03,
	DER_OCTET_STRING = 0x04,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c,
	DER_NUMERIC_STRING = 0x12,
	DER_PRINTABLE_STRING = 0x13,
	DER_T61_STRING = 0x14,
	DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17,
	DER_GENERALIZED_TIME = 0x18,
	DER_VISIBLE_STRING = 0x1a,
	DER_UNIVERSAL_STRING = 0x1c,
	DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

/* The tag of a constructed, context-specific element, "[number]". */
#define DER_CONTEXT(number)	(0xa0 | (number))

/* One element. */
struct der_element {
	uint8_t tag;
	struct tls_span whole;		/* with tag and length */
	struct tls_span content;
};

/* Takes the next element; false at the end or where it is broken. */
bool der_next(struct tls_span *rest, struct der_element *element);

/* Takes the content of the next element if its tag is `tag`. */
bool der_take(struct tls_span *rest, uint8_t tag, struct tls_span *content);

/* The same for the element with its tag and length. */
bool der_take_whole(struct tls_span *rest, uint8_t tag,
    struct tls_span *whole);

/* The content of an OID as "1.2.840.10045.2.1" in `room`, of DER_OID_ROOM
 * bytes; "?" for one that is broken or does not fit. */
#define DER_OID_ROOM	128
const char *der_oid(struct tls_span oid, char *room);

/* A word for an OID. */
struct der_oid_name {
	const char *oid, *name;
};

/* The word that `names` has for `oid`, or else its numbers, in `room`. */
const char *der_oid_word(struct tls_span oid,
    const struct der_oid_name *names, size_t num, char *room);

/* The length of a positive INTEGER's content in bits. */
size_t der_bits(struct tls_span integer);

#endif
