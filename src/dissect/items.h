/* dissect/items.h - parts of a hello as words, to be compared
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct items items = ITEMS_INIT;
 *
 *	items_add_extension(&items, &hello->extensions[0], false);
 *	printf("%zu: %s\n", items.num, items.list[0].what);
 *	items_clear(&items);
 *
 * Inside this room only.
 */
#ifndef DISSECT_ITEMS_H
#define DISSECT_ITEMS_H

#include "names/values.h"
#include "tls_hello.h"

struct item {
	const char *where;	/* constant: "named_group_list" */
	char *what;		/* owned: "x25519 (0x001d)" */
};

struct items {
	struct item *list;	/* owned */
	size_t num;
};

#define ITEMS_INIT	{ NULL, 0 }

/* Add a number of a registry; bytes; what is in an extension, each element of
 * its lists apart.  Without `random` a GREASE value has no number, and bytes
 * that differ from hello to hello have only their size. */
void items_add_number(struct items *items, const char *where, uint16_t number,
    enum values registry, bool random);
void items_add_bytes(struct items *items, const char *where,
    struct tls_span bytes, bool random);
void items_add_extension(struct items *items,
    const struct tls_extension *extension, bool random);
void items_clear(struct items *items);

#endif
