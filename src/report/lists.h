/* report/lists.h - what two sides have in common, as lists of names
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (suite_enabled(config, hello->suites[i]))
 *		lists_add_suite(&out, &sep, hello->suites[i]);
 *
 * Inside this room only.
 */
#ifndef REPORT_LISTS_H
#define REPORT_LISTS_H

#include "base/buf.h"
#include "tls_config.h"
#include "tls_hello.h"

/* Room for a number as text, "0x1A2B" or "0x08+0x04". */
#define LABEL_ROOM	16

/* Names as the reference spells them, or the number. */
const char *lists_suite(uint16_t id, char *room);
const char *lists_group(uint16_t id, char *room);
const char *lists_signature(uint16_t id, char *room);

/* Whether the config has `suite`; and whether a credential of it goes with the
 * suite. */
bool lists_enabled(const struct tls_config *config, uint16_t suite);
bool lists_usable(const struct tls_config *config, uint16_t suite);

#endif
