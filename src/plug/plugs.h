/* plug/plugs.h - the backends that exist, loaded when they are needed
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
 * Rules.  One set for the whole program.  Each backend is loaded at most once,
 * by the call that needs it first, and its plug lives as long as the set.  All
 * functions may be called from any thread; those that load wait for another
 * thread that is loading.
 */
#ifndef PLUG_PLUGS_H
#define PLUG_PLUGS_H

#include "plug/plug.h"

struct buf;
struct plugs;

struct plugs *plugs_new(void);

/* The same of `num` plugs that are loaded, all borrowed; nothing else is
 * looked for. */
struct plugs *plugs_of(const struct plug *const *list, size_t num);

/* Waits for a thread of plugs_begin. */
void plugs_free(struct plugs *plugs);

/* The backend called `name`, loaded; null with `err` as plug_load has it. */
const struct plug *plugs_load(struct plugs *plugs, const char *name,
    struct tls_error *err);

/* What -backend chooses. */
struct plugs_choice {
	const struct plug **list;	/* owned; the plugs are the set's */
	size_t num;			/* at least 1 */
	bool by_name;			/* the server name chooses among them */
};

/* Loads what `word` names: one backend; with "sni" all that serve TLS, the
 * default one first, where those that do not load are left out with a line in
 * `notes`; null: the default one.  False with blame CONFIG or FEATURE; `out`
 * is then empty. */
bool plugs_choose(struct plugs *plugs, const char *word,
    struct plugs_choice *out, struct buf *notes, struct tls_error *err);
void plugs_choice_clear(struct plugs_choice *choice);

/* All that load and speak TLS, sorted by name; the others are loaded first.
 * The list lives as long as the set. */
const struct plug *const *plugs_all(struct plugs *plugs, size_t *num);

/* Begins to load them on another thread, for plugs_all to find; once, however
 * often it is called. */
void plugs_begin(struct plugs *plugs);

/* One that exists, or why it does not load. */
struct plugs_entry {
	const char *name;
	const struct plug *plug;	/* or null: `err` says why */
	struct tls_error err;
	bool is_default;		/* used without -backend */
	bool serves_tls;		/* false: it is for tests */
};

struct plugs_list {
	const struct plugs_entry *list;
	size_t num;
};

/* All that exist, sorted by name; the others are loaded first.  The list lives
 * as long as the set. */
struct plugs_list plugs_entries(struct plugs *plugs);

/* Asks each of these for all that it can; one that does not answer in time
 * then counts as one that does not load.  Before other threads use the set. */
void plugs_ask(struct plugs *plugs);

#endif
