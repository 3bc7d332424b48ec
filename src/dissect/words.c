/* dissect/words.c - numbers and bytes in words
 * SPDX-License-Identifier: Apache-2.0
 */
#include "dissect/words.h"

#include <string.h>

void
words_add_decimal(struct buf *out, uint64_t number)
{
	char digits[20];
	size_t at = sizeof digits;

	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number);
	buf_add(out, digits + at, sizeof digits - at);
}

void
words_add_hex(struct buf *out, uint64_t number, unsigned digits)
{
	char room[18];
	size_t at = sizeof room;

	while (number || digits) {
		room[--at] = "0123456789abcdef"[number & 15];
		number >>= 4;
		digits -= digits > 0;
	}
	room[--at] = 'x';
	room[--at] = '0';
	buf_add(out, room + at, sizeof room - at);
}

void
words_add_value(struct buf *out, uint64_t number, unsigned size,
    enum values registry)
{
	const char *name;

	if (registry == VALUES_NONE) {
		words_add_decimal(out, number);
		return;
	}
	name = name_of_value(registry, number);
	buf_add_string(out, name ? name : "unknown");
	buf_add_string(out, " (");
	if (size == 1)
		words_add_decimal(out, number);
	else
		words_add_hex(out, number, size ? 2 * size : 2);
	buf_add_u8(out, ')');
}

void
words_add_size(struct buf *out, size_t len)
{
	words_add_decimal(out, len);
	buf_add_string(out, len == 1 ? " byte" : " bytes");
}
