/* psk.c - the words of -psk as a table of keys
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

#define DEFAULT_IDENTITY	"Client_identity"

static unsigned
digit(char c)
{
	return c <= '9' ? (unsigned)(c - '0') :
	    (unsigned)((c | 0x20) - 'a' + 10);
}

/* The digits were looked at when the option was read. */
static void
read_hex(struct buf *out, const char *hex)
{
	for (; *hex; hex += 2)
		buf_add_u8(out, digit(hex[0]) << 4 | digit(hex[1]));
}

/* Behind the last colon are the digits. */
static bool
add_word(struct psk_table *table, const char *word, const char *otherwise,
    struct tls_error *err)
{
	const char *colon = strrchr(word, ':');
	struct tls_span identity = span_of(otherwise);
	struct buf key = BUF_INIT;
	bool added;

	if (colon)
		identity = (struct tls_span){ (const uint8_t *)word,
		    (size_t)(colon - word) };
	read_hex(&key, colon ? colon + 1 : word);
	added = psk_add(table, identity, buf_span(&key));
	buf_wipe(&key);
	return added || err_set(err, TLS_BLAME_CONFIG, "-psk: two keys for "
	    "the identity \"%.*s\": give each its own, as in "
	    "-psk somebody:1a2b3c4d",
	    identity.len < 80 ? (int)identity.len : 80,
	    (const char *)identity.data);
}

bool
load_psk(struct psk_table *table, const struct settings_tls *tls,
    struct tls_error *err)
{
	const char *otherwise = tls->psk_identity ? tls->psk_identity :
	    DEFAULT_IDENTITY;

	table->lenient = tls->psk_lenient || tls->strict;
	for (size_t i = 0; i < tls->psk.num; i++)
		if (!add_word(table, tls->psk.list[i], otherwise, err))
			return false;
	return true;
}
