/* dissect/dissect.h - a ClientHello in all its parts: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct partial partial;
 *	struct buf out = BUF_INIT;
 *
 *	if (partial_read(&partial, bytes, false)) {
 *		dissect_add_text(&out, &partial, 0);
 *		fputs(buf_string(&out), stdout);
 *	}
 *
 * Rules.  Nothing of the hello is left out: what has no name is shown by its
 * number, what cannot be decoded as bytes.  What the client chose is escaped.
 */
#ifndef DISSECT_DISSECT_H
#define DISSECT_DISSECT_H

#include <jansson.h>

#include "wire/partial.h"

#define DISSECT_BYTES	0x1u	/* show bytes in full, however many */
#define DISSECT_RANDOM	0x2u	/* random values count too: randoms, session
				 * IDs, keys, GREASE numbers */

/* Adds the hello as text, with JA3 and JA4 at its end; `flags` may have
 * DISSECT_BYTES. */
void dissect_add_text(struct buf *out, const struct partial *partial,
    unsigned flags);

/* The hello as an object: the members of the event client_hello, what is in
 * each extension as its "content", "ja3", "ja3_hash", "ja4", "ja4_r", "message"
 * and "faults".  A new reference. */
json_t *dissect_json(const struct partial *partial);

/* A line on the hello: its size, version, name, protocols, JA4. */
void dissect_add_line(struct buf *out, const struct partial *partial);

/* ---- differences -------------------------------------------------------- */

enum difference_kind {
	DIFFERENCE_SAME,
	DIFFERENCE_REMOVED,	/* only in the first */
	DIFFERENCE_ADDED,	/* only in the second */
	DIFFERENCE_MOVED,	/* in both, in another place of its list */
};

struct difference {
	enum difference_kind kind;
	char *where;		/* owned: "cipher_suites" */
	char *what;		/* owned: "TLS_AES_128_GCM_SHA256 (0x1301)" */
	size_t from, to;	/* places in the lists, from 1; 0: none */
};

struct differences {
	struct difference *list;	/* owned; without those that are the
					 * same */
	size_t num;
};

/* What changed from `a` to `b`, order included; `flags` may have
 * DISSECT_RANDOM. */
void dissect_compare(const struct partial *a, const struct partial *b,
    unsigned flags, struct differences *out);
void differences_clear(struct differences *differences);

/* "removed", "added" or "moved". */
const char *difference_name(enum difference_kind kind);

#endif
