/* cli/identity.h - certificates with their keys, out of their files
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct identity_list list = { NULL };
 *	struct pair pair = {
 *		.words = &tls->first, .cert_option = "-cert",
 *		.key_option = "-key", .pass_option = "-pass",
 *	};
 *
 *	if (identity_add(&list, &pair, plug, &err)) {
 *		config.identities = list.list;
 *		config.num_identities = list.num;
 *	}
 *	identity_list_clear(&list);
 */
#ifndef CLI_IDENTITY_H
#define CLI_IDENTITY_H

#include "cli/trust.h"
#include "plug/plug.h"
#include "settings.h"

/* The identities of one config; owns all that they point to. */
struct identity_list {
	struct tls_identity *list;
	struct der_list *chains;	/* of each */
	size_t num;
};

/* The options that name one identity, and what they said. */
struct pair {
	const struct settings_identity *words;
	const char *cert_option, *key_option, *pass_option;
	const char *default_cert;	/* file used without `words->cert` */
	unsigned pass_line;	/* of a file: source, from 1; 0 means 1 */
	const char *pass;	/* the pass phrase, where it was read before
				 * for another pair; else null */
};

/* Reads one identity and adds it.  False with blame CONFIG, naming option,
 * file and remedy, or FEATURE. */
bool identity_add(struct identity_list *list, const struct pair *pair,
    const struct plug *plug, struct tls_error *err);

/* Adds a certificate made on the spot (made.c), for localhost; a line about it
 * goes into `notes`. */
bool identity_make(struct identity_list *list, enum tls_key_kind kind,
    const struct plug *plug, struct buf *notes, struct tls_error *err);

/* Adds an empty one, whose members the caller fills in before the list is
 * used: strings and key are owned by the list then. */
struct tls_identity *identity_new(struct identity_list *list);

void identity_list_clear(struct identity_list *list);

#endif
