/* words.c - lists of names in a sentence
 * SPDX-License-Identifier: Apache-2.0
 */
#include "explain/words.h"

#include <stdio.h>

#include "base/text.h"
#include "names/names.h"

static const struct {
	uint16_t version;
	const char *name, *number;
} versions[] = {
	{ TLS_VERSION_SSL2, "SSL 2.0", "2.0" },
	{ TLS_VERSION_SSL3, "SSL 3.0", "3.0" },
	{ TLS_VERSION_1_0, "TLS 1.0", "1.0" },
	{ TLS_VERSION_1_1, "TLS 1.1", "1.1" },
	{ TLS_VERSION_1_2, "TLS 1.2", "1.2" },
	{ TLS_VERSION_1_3, "TLS 1.3", "1.3" },
};
#define NUM_VERSIONS	(sizeof versions / sizeof *versions)

const char *
words_version(uint16_t version, char *room)
{
	for (size_t i = 0; i < NUM_VERSIONS; i++)
		if (versions[i].version == version)
			return versions[i].name;
	snprintf(room, WORDS_VERSION_ROOM, "0x%04x", version);
	return room;
}

void
words_add_versions(struct buf *out, unsigned set)
{
	bool had = false, had_tls = false;

	for (size_t i = 0; i < NUM_VERSIONS; i++) {
		unsigned bit = TLS_VERSION_BIT((unsigned)versions[i].version);
		bool last = !(set & ~(bit | (bit - 1)) & 0x7fffu) ||
		    set == bit;

		if (!(set & bit))
			continue;
		if (had)
			buf_add_string(out, last ? " and " : ", ");
		buf_add_string(out, had_tls ? versions[i].number :
		    versions[i].name);
		had = true;
		had_tls = versions[i].version >= TLS_VERSION_1_0;
	}
	if (!had)
		buf_add_string(out, "none");
}

void
words_add_quoted(struct buf *out, struct tls_span name)
{
	buf_add_u8(out, '"');
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] == '"')
			buf_add_string(out, "\\x22");
		else
			text_add_escaped(out,
			    (struct tls_span){ name.data + i, 1 });
	buf_add_u8(out, '"');
}

const char *
words_suite(uint16_t id)
{
	const struct suite *suite = suite_find(id);

	return suite ? suite->openssl : NULL;
}

void
words_add_list(struct buf *out, const struct words_list *list)
{
	size_t num = 0;

	for (size_t i = 0; i < list->num; i++) {
		uint16_t number = list->list[i];
		const char *name = list->name(number);

		if (is_grease(number) || (list->fits &&
		    !list->fits(number, list->version)))
			continue;
		if (num++ >= WORDS_MOST)
			continue;
		buf_add_string(out, num > 1 ? ", " : "");
		if (name)
			buf_add_string(out, name);
		else
			buf_printf(out, "0x%04x", number);
	}
	if (num == 0)
		buf_add_string(out, "none");
	else if (num > WORDS_MOST)
		buf_printf(out, " and %zu more", num - WORDS_MOST);
}
