/* report/lists.h - what client and server have in common, as lists of names
 * SPDX-License-Identifier: Apache-2.0
 *
 *	lists_add_numbers(&out, "Groups: ", hello->groups, hello->num_groups,
 *	    lists_group);
 *
 * Inside this room only.
 */
#ifndef REPORT_LISTS_H
#define REPORT_LISTS_H

#include "report/report.h"

/* Bytes of a number as text, "0x1A2B" or "0x08+0x04". */
#define LABEL_ROOM	16

/* Names as the reference spells them, or the number. */
const char *lists_suite(uint16_t id, char *room);
const char *lists_group(uint16_t id, char *room);
const char *lists_signature(uint16_t id, char *room);

/* What the number of a suite stands for. */
enum lists_kind {
	LISTS_SUITE,
	LISTS_GREASE,		/* RFC 8701 */
	LISTS_SIGNAL,		/* a signalling value, RFC 5746 or RFC 7507 */
};

enum lists_kind lists_kind(uint16_t suite);

/* Whether the library has a suite. */
bool lists_knows(const struct plug *plug, uint16_t suite);

/* Adds `label` and the names with colons between them; nothing if there are
 * none. */
void lists_add_numbers(struct buf *out, const char *label,
    const uint16_t *numbers, size_t num,
    const char *(*name)(uint16_t number, char *room));

/* Adds two lines with these labels on the algorithm of the client's signature;
 * the client's point formats, which TLS 1.3 does not use. */
void lists_add_peer_signature(struct buf *out, const struct tls_facts *facts,
    const char *digest, const char *type);
void lists_add_point_formats(struct buf *out, const struct report *report);

/* Whether `suite` is enabled: the config has it; or has none of its kind, which
 * leaves the choice to the library (tls_config.native), and `plug`, which may
 * be null, has it.  Whether one of the certificates or a pre-shared key can be
 * used with the suite besides. */
bool lists_enabled(const struct tls_config *config, const struct plug *plug,
    uint16_t suite);
bool lists_usable(const struct tls_config *config, const struct plug *plug,
    uint16_t suite);

#endif
