/* harmless.c - text of a peer, for a terminal
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 3629; Unicode 15, general categories Cc, Cf, Zl and Zp
 */
#include <string.h>

#include "base/text.h"

/* Characters that are not seen, or that change how others are shown: Cf, Zl
 * and Zp, what Default_Ignorable_Code_Point adds to them, surrogates and
 * private use. */
static const struct range {
	uint32_t first, last;
} unseen[] = {
	{ 0x80, 0x9f }, { 0xad, 0xad }, { 0x34f, 0x34f }, { 0x600, 0x605 },
	{ 0x61c, 0x61c }, { 0x6dd, 0x6dd }, { 0x70f, 0x70f },
	{ 0x890, 0x891 }, { 0x8e2, 0x8e2 }, { 0x115f, 0x1160 },
	{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x200b, 0x200f },
	{ 0x2028, 0x202e }, { 0x2060, 0x206f }, { 0x3164, 0x3164 },
	{ 0xd800, 0xf8ff }, { 0xfe00, 0xfe0f }, { 0xfeff, 0xfeff },
	{ 0xffa0, 0xffa0 }, { 0xfff0, 0xfffb }, { 0xfffe, 0xffff },
	{ 0x110bd, 0x110bd }, { 0x110cd, 0x110cd }, { 0x13430, 0x1343f },
	{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a }, { 0xe0000, 0x10ffff },
};

static bool
is_unseen(uint32_t character)
{
	for (size_t i = 0; i < sizeof unseen / sizeof *unseen; i++)
		if (character >= unseen[i].first &&
		    character <= unseen[i].last)
			return true;
	return false;
}

/* The length of the UTF-8 sequence at `at` that a terminal shows as one
 * character; 0 if there is none. */
static size_t
shown(const uint8_t *at, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len = *at >= 0xf0 ? 4 : *at >= 0xe0 ? 3 : 2;
	uint32_t character = *at & (0xffu >> (len + 1));

	if (*at < 0xc2 || *at > 0xf4 || len > left)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		character = character << 6 | (at[i] & 0x3f);
	}
	return character < least[len] || character > 0x10ffff ||
	    is_unseen(character) ? 0 : len;
}

void
text_add_harmless(struct buf *out, struct tls_span bytes)
{
	for (size_t i = 0; i < bytes.len;) {
		uint8_t c = bytes.data[i];
		size_t len = 1;

		if (c >= 0x80)
			len = shown(bytes.data + i, bytes.len - i);
		else if ((c < 0x20 && !strchr("\n\r\t", c)) || c == 0 ||
		    c == 0x7f)
			len = 0;
		if (len) {
			buf_add(out, bytes.data + i, len);
			i += len;
		} else {
			buf_printf(out, "\\x%02x", c);
			i++;
		}
	}
}
