/* load/load.h - what the files of a server say: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct loaded *loaded = loaded_new(&settings, plug, &notes, &err);
 *	struct tls_config config;
 *
 *	if (!loaded || !loaded_config(loaded, &settings, plug, &config, &err))
 *		return err_exit_status(&err);
 *	loaded_free(loaded);
 */
#ifndef LOAD_LOAD_H
#define LOAD_LOAD_H

#include "base/buf.h"
#include "plug/plug.h"
#include "settings.h"

/* What the files say: blobs for a tls_config; owns all it points to. */
struct loaded;

/* Reads keys, certificates and trust as `settings` names them, asks for pass
 * phrases, and makes a certificate for localhost through `plug` when none is
 * given and there is no server.pem; `notes` then says so with its fingerprint,
 * one line each.  Null with blame CONFIG and file, option and remedy. */
struct loaded *loaded_new(const struct settings *settings,
    const struct plug *plug, struct buf *notes, struct tls_error *err);
void loaded_free(struct loaded *loaded);

/* Fills `config` for `plug`: evaluated lists, versions, identities; borrowed
 * from `loaded` and `settings`.  False with blame CONFIG or FEATURE. */
bool loaded_config(struct loaded *loaded, const struct settings *settings,
    const struct plug *plug, struct tls_config *config,
    struct tls_error *err);

/* The number of names of -servername.  Fills `config` for number `at`: as
 * `base`, that of the same backend without a name, but for the identities and
 * the ticket key.  Returns the name. */
size_t loaded_num_names(const struct loaded *loaded);
const char *loaded_name_config(const struct loaded *loaded, size_t at,
    const struct tls_config *base, struct tls_config *config);

/* The lists of -alpn and -nextprotoneg as a ProtocolNameList each, borrowed;
 * empty where they were not given. */
void loaded_protocols(const struct loaded *loaded, struct tls_span *alpn,
    struct tls_span *npn);

/* The keys of -psk, or null: none. */
struct psk_table;
const struct psk_table *loaded_psk(const struct loaded *loaded);

/* The bytes of -rand for `seed` of a backend, or an empty span. */
struct tls_span loaded_seed(const struct loaded *loaded);

#endif
