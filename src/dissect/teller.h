/* dissect/teller.h - who is told what an extension contains
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct text_teller teller = { .teller = text_teller, .out = &out };
 *
 *	walk_extension(&teller.teller, type, body);
 *
 * Inside this room only.  The walker knows what extensions look like, a teller
 * what becomes of that: text, JSON, or items to be compared.
 */
#ifndef DISSECT_TELLER_H
#define DISSECT_TELLER_H

#include "names/values.h"
#include "tls_types.h"

struct teller {
	/* A number of `size` bytes, at most 8; without `name` it is an element
	 * of a list. */
	void (*number)(struct teller *teller, const char *name, uint64_t value,
	    unsigned size, enum values registry);
	/* Bytes without a meaning of their own; `random`: they differ from
	 * hello to hello. */
	void (*bytes)(struct teller *teller, const char *name,
	    struct tls_span bytes, bool random);
	/* Text that the client chose. */
	void (*text)(struct teller *teller, const char *name,
	    struct tls_span text);
	/* Words of ours that are escaped already. */
	void (*words)(struct teller *teller, const char *name,
	    const char *words);
	/* A list of so many bytes, and its end.  With `objects` each of its
	 * elements is between `element` and `element_end`. */
	void (*list)(struct teller *teller, const char *name, size_t len,
	    bool objects);
	void (*list_end)(struct teller *teller);
	void (*element)(struct teller *teller);
	void (*element_end)(struct teller *teller);
	/* `name` cannot be decoded: `rest` is what is left of it. */
	void (*broken)(struct teller *teller, const char *name,
	    struct tls_span rest);
};

/* Tells what is in the body of an extension. */
void walk_extension(struct teller *teller, uint16_t type,
    struct tls_span body);

#endif
