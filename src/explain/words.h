/* explain/words.h - lists of names in a sentence
 * SPDX-License-Identifier: Apache-2.0
 *
 *	words_add_versions(&out, TLS_VERSION_BIT(TLS_VERSION_1_2));
 *
 * Inside this room only.
 */
#ifndef EXPLAIN_WORDS_H
#define EXPLAIN_WORDS_H

#include "base/buf.h"
#include "explain/agree.h"

/* Names of a list before "and 12 more". */
#define WORDS_MOST	4

/* Adds "TLS 1.0 and 1.1", or "none". */
void words_add_versions(struct buf *out, unsigned versions);

/* "TLS 1.2", or "0x7f1c" in `room` of WORDS_VERSION_ROOM bytes. */
#define WORDS_VERSION_ROOM	16
const char *words_version(uint16_t version, char *room);

/* Adds the first few of the numbers that `fits` leaves, with commas, and how
 * many more there are; "none". */
struct words_list {
	const uint16_t *list;
	size_t num;
	bool (*fits)(uint16_t number, uint16_t version);
	uint16_t version;
	const char *(*name)(uint16_t number);	/* null: by its number */
};

void words_add_list(struct buf *out, const struct words_list *list);

/* Adds what a peer or an option calls something: escaped, in double quotes,
 * those inside it escaped too. */
void words_add_quoted(struct buf *out, struct tls_span name);

/* Names for these. */
const char *words_suite(uint16_t suite);

#endif
