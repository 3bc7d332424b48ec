/* load/loaded.h - what was read from files, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	for (size_t i = 0; i < loaded->own.num; i++)
 *		puts(loaded->own.list[i].cert_origin);
 */
#ifndef LOAD_LOADED_H
#define LOAD_LOADED_H

#include "load/identity.h"
#include "load/load.h"

/* What belongs to a -servername. */
struct named {
	const char *name;
	struct identity_list identities;
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];
};

struct loaded {
	const struct load_options *options;	/* borrowed */
	const struct plugs_choice *choice;	/* borrowed */
	struct buf *notes;			/* borrowed: remarks, a line
						 * each */
	const struct loaded *before;	/* borrowed, while files are read */
	struct identity_list own;	/* -cert and -dcert, or made ones */
	bool made;			/* they are made ones */
	struct named *names;
	size_t num_names;
	struct trust trust;
	struct buf dh;			/* -dhparam */
	struct buf alpn, npn;		/* ProtocolNameLists */
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];

	struct psk_table psk;
	struct fault_script *faults;	/* -fault; owned, or null */
	struct buf seed;		/* -rand */

	/* What a service points to: service.c. */
	struct service_backend *backends;
	struct service_server *servers;

	/* Lists of suites and the like that configs point to. */
	uint16_t **numbers;
	size_t num_numbers;
};

/* loaded.c: the certificates to build the server's chains from, or null. */
const struct der_list *loaded_issuers(const struct loaded *loaded);

/* loaded.c: the pass phrase of an identity, by its source, if files are read
 * again and this source cannot be; else null. */
const char *loaded_pass(const struct loaded *loaded,
    const struct identity_list *before, size_t at, const char *source);

/* loaded.c: random bytes for a ticket key; false with blame US. */
bool make_ticket_key(uint8_t key[TLS_TICKET_KEY_LEN], struct tls_error *err);

/* strength.c: lowers the security level for what is weak, with a remark; false
 * with blame CONFIG where a level is named. */
bool judge_strength(const struct loaded *loaded, struct tls_config *config,
    struct tls_error *err);

/* psk.c: adds the keys of -psk to the table; false with blame CONFIG for an
 * identity that is given twice. */
bool load_psk(struct psk_table *table, const struct load_options *options,
    struct tls_error *err);

/* protocols.c: reads the lists of protocols; sets what a backend offers by NPN,
 * or selects itself by ALPN; sets what the core accepts by ALPN. */
bool load_protocols(struct loaded *loaded, struct tls_error *err);
bool add_protocols(const struct loaded *loaded, const struct plug *plug,
    struct tls_config *config, struct tls_error *err);
void choose_protocols(const struct loaded *loaded,
    const struct tls_config *config, struct service_backend *backend);

/* faults.c: reads the scripts of -fault, or null if there are none.  False with
 * blame CONFIG. */
bool load_faults(struct fault_script **script,
    const struct load_options *options, struct tls_error *err);

/* seed.c: reads the files and sockets of -rand; adds a line to `notes` with the
 * number of bytes.  False with blame CONFIG. */
bool load_seed(struct buf *seed, const char *names, struct buf *notes,
    struct tls_error *err);

/* named.c: reads the certificates of each -servername; makes their configs,
 * which differ from `base`, the default one of the same backend, in identities
 * and ticket key. */
bool load_names(struct loaded *loaded, const struct plug *plug,
    struct tls_error *err);
void clear_names(struct loaded *loaded);
void name_config(const struct loaded *loaded, size_t at,
    const struct tls_config *base, struct tls_config *config);

/* config.c: fills a config for `plug`: lists, versions, identities.  False with
 * blame CONFIG or FEATURE. */
bool load_config(struct loaded *loaded, const struct plug *plug,
    struct tls_config *config, struct tls_error *err);

#endif
