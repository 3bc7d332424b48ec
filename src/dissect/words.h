/* dissect/words.h - numbers and bytes in words
 * SPDX-License-Identifier: Apache-2.0
 *
 *	words_add_value(&out, 0x001d, 2, VALUES_GROUP);	// x25519 (0x001d)
 *
 * Inside this room only.
 */
#ifndef DISSECT_WORDS_H
#define DISSECT_WORDS_H

#include "base/buf.h"
#include "names/values.h"

/* Adds a number in decimal; in hex with "0x" and at least `digits` digits. */
void words_add_decimal(struct buf *out, uint64_t number);
void words_add_hex(struct buf *out, uint64_t number, unsigned digits);

/* Adds the name and the number of a registry's value of `size` bytes (0: as
 * many as it takes), "unknown (0x1a2b)" where it has none; only the number in
 * decimal if it is of no registry. */
void words_add_value(struct buf *out, uint64_t number, unsigned size,
    enum values registry);

/* Adds "32 bytes"; "1 byte". */
void words_add_size(struct buf *out, size_t len);

#endif
