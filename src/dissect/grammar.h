/* dissect/grammar.h - what extensions of a ClientHello look like, as tables
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct part *parts = grammar_of(extension->type);
 *
 *	if (parts && parts->shape == PART_NUMBERS)
 *		printf("%s\n", parts->name);
 *
 * Inside this room only.  The words are those of the presentation language
 * (RFC 8446, 3).
 */
#ifndef DISSECT_GRAMMAR_H
#define DISSECT_GRAMMAR_H

#include "names/values.h"
#include "tls_types.h"

enum shape {
	PART_END,
	PART_NUMBER,	/* of `size` bytes */
	PART_BYTES,	/* a vector with a length of `size` bytes */
	PART_RANDOM,	/* the same; differs from hello to hello */
	PART_TEXT,	/* the same, text */
	PART_NAME,	/* the same, a DER Name */
	PART_NUMBERS,	/* the same, numbers of `unit` bytes */
	PART_LIST,	/* the same, elements made of `inner` */
	PART_WHEN,	/* `inner` follows if the last number was `unit` */
	PART_OTHER,	/* `inner` follows if no PART_WHEN before it held */
	PART_FIXED,	/* `size` bytes without a length */
	PART_ZEROS,	/* all that is left, and it should be zeros */
};

/* Sizes of a vector's length. */
#define SIZE_REST	0	/* none: all that is left */
#define SIZE_VARINT	9	/* a QUIC integer (RFC 9000, 16) */

struct part {
	enum shape shape;
	const char *name;
	uint8_t size;
	uint8_t unit;
	enum values registry;
	const struct part *inner;
};

/* The parts of the extension `type` in a ClientHello, or null. */
const struct part *grammar_of(uint16_t type);

#endif
