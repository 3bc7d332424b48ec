/* shadow/internal.h - for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct cast cast = { .use = use };
 *
 *	cast_answer(&cast, job);
 *	cast_clear(&cast);
 */
#ifndef SHADOW_INTERNAL_H
#define SHADOW_INTERNAL_H

#include <stdatomic.h>

#include "shadow/shadow.h"

/* One hello and what came of it. */
struct shadow_job {
	struct shadow *shadow;
	struct shadow_job *next;	/* in the queue */
	_Atomic unsigned users;
	struct service_edition *edition; /* shared, until it is answered */
	struct origin from;
	const struct plug *plug;
	bool native;
	size_t server;
	struct buf wire;		/* the hello's records, or empty */
	bool refused;
	struct tls_error refusal;

	/* Under the lock of the shadow. */
	bool done;
	int wake;			/* an eventfd, or -1 */

	/* Constant when it is done. */
	struct compare_table table;
	struct compare_column *columns;	/* owned */
	struct compare_answer *answers;	/* owned: of each column */
	char **remarks;			/* owned: the same */
};

/* A backend under one view, in the edition of the cast. */
struct actor {
	const struct plug *plug;
	bool native;
	struct shadow_config config;
	struct buf remarks;
	struct compare_server **servers; /* owned; null: not opened yet */
	struct tls_error *errs;		/* owned: why one cannot be opened */
	size_t num_servers;		/* 0: `err` says why */
	struct tls_error err;
};

/* All that can be asked; used by one thread. */
struct cast {
	const struct shadow_use *use;
	/* Those of the list, owned; the plugs belong to the set. */
	const struct plug **plugs;
	size_t num_plugs;
	bool named;			/* they are named, or loaded already */

	struct service_edition *edition; /* shared, or null */
	struct actor *actors;		/* of this edition; owned */
	size_t num_actors;
};

/* Loads the backends of `use->list` unless that is "all". */
bool cast_init(struct cast *cast, const struct shadow_use *use,
    struct tls_error *err);
void cast_clear(struct cast *cast);

/* Asks all of them, and fills in the table of the job. */
void cast_answer(struct cast *cast, struct shadow_job *job);

#endif
