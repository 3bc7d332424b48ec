/* load/loaded.h - what the files said, inside this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	for (size_t i = 0; i < loaded->own.num; i++)
 *		puts(loaded->own.list[i].cert_origin);
 */
#ifndef LOAD_LOADED_H
#define LOAD_LOADED_H

#include "load/identity.h"
#include "policy/psk.h"

/* What belongs to a -servername. */
struct named {
	const char *name;
	struct identity_list identities;
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];
};

struct loaded {
	struct identity_list own;	/* -cert and -dcert, or made ones */
	struct named *names;
	size_t num_names;
	struct trust trust;
	struct buf dh;			/* -dhparam */
	struct buf alpn, npn;		/* ProtocolNameLists */
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];

	struct psk_table psk;
	struct buf seed;		/* -rand */

	/* Lists of suites and the like, of the configs that were filled. */
	uint16_t **numbers;
	size_t num_numbers;
};

/* load.c: those that chains of the server's own are built of, or null. */
const struct der_list *loaded_issuers(const struct loaded *loaded);

/* load.c: random bytes for tickets; false with blame US. */
bool make_ticket_key(uint8_t key[TLS_TICKET_KEY_LEN], struct tls_error *err);

/* psk.c: fills the table with -psk; false with blame CONFIG for an identity
 * that is given twice. */
bool load_psk(struct psk_table *table, const struct settings_tls *tls,
    struct tls_error *err);

/* protocols.c: reads the lists of protocols; fills in what a backend offers
 * by NPN. */
bool load_protocols(struct loaded *loaded, const struct settings_tls *tls,
    struct tls_error *err);
bool add_npn(const struct loaded *loaded, const struct plug *plug,
    struct tls_config *config, struct tls_error *err);

/* seed.c: reads the files and sockets of -rand; a line of how many bytes there
 * were goes into `notes`.  False with blame CONFIG. */
bool load_seed(struct buf *seed, const char *names, struct buf *notes,
    struct tls_error *err);

/* named.c: reads what belongs to each -servername. */
bool load_names(struct loaded *loaded, const struct settings_tls *tls,
    const struct plug *plug, struct tls_error *err);
void clear_names(struct loaded *loaded);

#endif
