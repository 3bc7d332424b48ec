/* load/select.h - the options' versions, suites and so on that one backend has
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct numbers suites = { NULL, 0 };
 *
 *	if (!select_versions(options, plug, &config->versions, &err) ||
 *	    !select_suites(&suites, options, plug, config, &notes, &err))
 *		return false;
 *	config->suites = suites.list;
 */
#ifndef LOAD_SELECT_H
#define LOAD_SELECT_H

#include "plug/plug.h"
#include "load/load.h"

struct buf;
struct cipherlist;
struct suite;

/* IANA numbers; the list is owned. */
struct numbers {
	uint16_t *list;
	size_t num;
};

/* All versions up to TLS 1.2, and TLS 1.3, as sets of TLS_VERSION_BIT. */
#define NEWEST_VERSION	TLS_VERSION_BIT(TLS_VERSION_1_3)
#define OLDER_VERSIONS(set)	((set) & ~NEWEST_VERSION)

/* The versions to enable; false with blame FEATURE if none is left. */
bool select_versions(const struct load_options *tls, const struct plug *plug,
    unsigned *out, struct tls_error *err);

/* Whether a suite up to TLS 1.2 needs a pre-shared key. */
bool needs_psk(const struct suite *suite);

/* Evaluate `-ciphersuites` and `-cipher`, or the default lists, over what the
 * backend has; `list` is to be cleared.  False with blame CONFIG or FEATURE,
 * and `list` is then empty. */
bool eval_new_suites(struct cipherlist *list, const struct load_options *tls,
    const struct plug *plug, struct tls_error *err);
bool eval_old_suites(struct cipherlist *list, const struct load_options *tls,
    const struct plug *plug, struct tls_error *err);

/* Appends the suites for `config`, whose `versions`, `psk` and `num_identities`
 * are set, and sets its `security_level`.  What is left out gets a line in
 * `notes`.  There may be none, where the reference starts too and refuses every
 * client: with -nocert, or if the suites of -cipher need -psk.  False with
 * blame CONFIG or FEATURE. */
bool select_suites(struct numbers *out, const struct load_options *tls,
    const struct plug *plug, struct tls_config *config, struct buf *notes,
    struct tls_error *err);

/* Which list of names with colons between them: `-groups` and the like. */
enum list_kind { LIST_GROUPS, LIST_SIGNATURES };

struct list_request {
	enum list_kind kind;
	const char *option;		/* "-groups" */
	const char *words;		/* null: nothing is appended */
	const struct plug *plug;
	struct buf *notes;		/* gets a line for what is left out */
};

/* Appends the numbers; those that the backend lacks are left out.  False with
 * blame CONFIG for a name that no library knows or that is given twice, FEATURE
 * if the backend lacks all of them. */
bool select_list(struct numbers *out, const struct list_request *list,
    struct tls_error *err);

#endif
