/* shadow/shadow.h - what every other backend answers to each client's hello
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct shadow *shadow = shadow_new(&use, &err);
 *	struct shadow_job *job = shadow_put(shadow, &hello);
 *
 *	if (job && shadow_table(job))
 *		compare_add_text(&out, shadow_table(job), "");
 *	shadow_drop(job);
 *	shadow_finish(shadow, true);
 *	shadow_free(shadow);
 *
 * Rules.  Backends are asked on a thread of its own, which the first hello
 * starts; it opens servers of its own when they are needed, and closes them
 * when the files were read again.  shadow_put copies the hello and does not
 * wait.  What does not fit into the queue is left out, counted, and said.  Each
 * answer becomes an EVENT_SHADOW.
 *
 * The backend that serves is asked in the same way, without its caches: so
 * like is compared with like, and its column is not what a client with a
 * session to resume gets.
 *
 * All functions but shadow_new, shadow_finish and shadow_free may be called
 * from any thread.
 */
#ifndef SHADOW_SHADOW_H
#define SHADOW_SHADOW_H

#include "compare/compare.h"
#include "event/bus.h"
#include "plug/plugs.h"
#include "service/service.h"

/* Whose decisions are shown of each backend. */
enum shadow_view {
	SHADOW_AS_SERVED,	/* as in the connection */
	SHADOW_OURS,		/* polytls's rules */
	SHADOW_NATIVE,		/* the library by itself, as with -native */
	SHADOW_BOTH,
};

/* The configuration of one backend; `owner` is the source's. */
struct loaded_other;
struct shadow_config {
	const struct service_backend *backend;
	struct loaded_other *owner;
};

/* Where configurations come from; called on the shadow's thread. */
struct shadow_source {
	/* The same configuration as that of `edition`, for `plug`.  Adds to
	 * `remarks` what it leaves out, a line each.  False with `err` filled
	 * if the backend cannot do it. */
	bool (*open)(struct shadow_source *source,
	    const struct service_edition *edition, const struct plug *plug,
	    bool native, struct shadow_config *out, struct buf *remarks,
	    struct tls_error *err);
	void (*close)(struct shadow_source *source,
	    struct shadow_config *config);
};

/* All borrowed; outlives the shadow. */
struct shadow_use {
	const char *list;		/* "all", or names between commas */
	enum shadow_view view;
	struct plugs *plugs;
	struct shadow_source *source;
	struct bus *bus;
};

struct shadow;

/* Loads the backends of a list; "all" are loaded when they are needed.  Null
 * with blame CONFIG or FEATURE for one that does not load. */
struct shadow *shadow_new(const struct shadow_use *use,
    struct tls_error *err);

/* Ends the thread: with `all` after what is queued, for a bounded time;
 * otherwise what is queued is left out.  Says what was.  Nothing may be put
 * any more. */
void shadow_finish(struct shadow *shadow, bool all);
void shadow_free(struct shadow *shadow);	/* null is allowed */

/* A client's hello, and how it is served. */
struct shadow_hello {
	struct service_edition *edition;
	const struct origin *from;
	const struct plug *plug;
	bool native;
	size_t server;			/* index among the backend's servers */
	const struct tls_hello *hello;	/* null: `refusal` is set */
	const struct tls_error *refusal; /* by polytls itself, or null */
};

struct shadow_job;

/* Queues a hello; null if there is no room.  What is returned is to be given to
 * shadow_drop. */
struct shadow_job *shadow_put(struct shadow *shadow,
    const struct shadow_hello *hello);
void shadow_drop(struct shadow_job *job);	/* null is allowed */

/* The answers; null: they have not come yet.  Valid until the job is
 * dropped. */
const struct compare_table *shadow_table(struct shadow_job *job);

/* Has a number written to `fd`, an eventfd(2), when the answers have come.
 * False if they have.  At most one: it replaces an earlier one; -1: none. */
bool shadow_wake(struct shadow_job *job, int fd);

#endif
