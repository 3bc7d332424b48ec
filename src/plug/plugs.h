/* plug/plugs.h - all backends, loaded when they are needed
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct plugs *plugs = plugs_new();
 *	struct plugs_choice choice;
 *
 *	if (!plugs_choose(plugs, "gnutls", &choice, &notes, &err))
 *		return err_exit_status(&err);
 *	puts(choice.list[0]->backend->name);
 *	plugs_choice_clear(&choice);
 *	plugs_free(plugs);
 *
 * Rules.  The program has one set.  Each backend is loaded at most once, by the
 * first call that needs it, and its plug lives as long as the set.  All
 * functions may be called from any thread; those that load wait for another
 * thread that is loading.
 */
#ifndef PLUG_PLUGS_H
#define PLUG_PLUGS_H

#include "plug/plug.h"

struct buf;
struct plugs;

struct plugs *plugs_new(void);

/* A set of `num` plugs that are loaded already, all borrowed; no others are
 * looked for. */
struct plugs *plugs_of(const struct plug *const *list, size_t num);

/* Waits for the thread of plugs_begin, if there is one. */
void plugs_free(struct plugs *plugs);

/* The backend called `name`, loaded if need be; null with `err` as from
 * plug_load. */
const struct plug *plugs_load(struct plugs *plugs, const char *name,
    struct tls_error *err);

/* What -backend chooses. */
struct plugs_choice {
	const struct plug **list;	/* owned; the plugs belong to the set */
	size_t num;			/* at least 1 */
	bool by_name;			/* the server name chooses one of
					 * them */
};

/* Loads what `word` names: one backend; null: the default one; "sni": all that
 * serve TLS, the default one first, where those that do not load are left out
 * with a line in `notes`.  False with blame CONFIG or FEATURE; `out` is then
 * empty. */
bool plugs_choose(struct plugs *plugs, const char *word,
    struct plugs_choice *out, struct buf *notes, struct tls_error *err);
void plugs_choice_clear(struct plugs_choice *choice);

/* All that load and serve TLS, sorted by name; loads those that have not been.
 * The list lives as long as the set. */
const struct plug *const *plugs_all(struct plugs *plugs, size_t *num);

/* Starts loading them on another thread, for plugs_all to find; has no effect
 * when called again. */
void plugs_begin(struct plugs *plugs);

/* Whether the backend of this name serves TLS; the other one is for tests. */
bool plugs_serves_tls(const char *name);

/* A backend, or the reason why it does not load. */
struct plugs_entry {
	const char *name;
	const struct plug *plug;	/* null: `err` says why */
	struct tls_error err;
	bool is_default;		/* the one used without -backend */
	bool serves_tls;		/* false: for tests */
};

struct plugs_list {
	const struct plugs_entry *list;
	size_t num;
};

/* All backends, sorted by name; loads those that have not been.  The list lives
 * as long as the set. */
struct plugs_list plugs_entries(struct plugs *plugs);

/* Asks all these backends for all their answers; one that does not answer in
 * time then counts as one that does not load.  Not while other threads use the
 * set. */
void plugs_ask(struct plugs *plugs);

#endif
