/* serve/worker.h - a thread with a loop, a listening socket, its own servers
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct worker worker;
 *
 *	if (!worker_open(&worker, &common, edition, listener, &err))
 *		return false;
 *	worker_run(&worker);
 *	worker_close(&worker);
 *
 * Workers share what is in `struct common` and nothing else.
 */
#ifndef SERVE_WORKER_H
#define SERVE_WORKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/app.h"
#include "conn/conn.h"
#include "net/listen.h"
#include "net/loop.h"
#include "service/service.h"

struct common {
	struct bus *bus;		/* borrowed */
	struct plugs *plugs;		/* borrowed, or null */
	const struct app_options *app;	/* borrowed */
	struct shadow *shadow;		/* borrowed, or null */
	unsigned num_accept;		/* connections to serve; 0: no limit */
	bool counts;			/* `finished` counts without a limit
					 * too */
	struct conn_shared shared;
	_Atomic unsigned accepted, finished; /* for -naccept */
	_Atomic unsigned long shortages; /* times that a client could not be
					  * accepted for want of a descriptor,
					  * since the last note that said so */
	/* Called by a worker when the program is to end. */
	void (*finish)(struct common *common);
};

/* What the connections of one worker are served with. */
struct worker_setup {
	struct conn_setup conn;		/* first */
	struct service_edition *edition; /* shared */
	struct tls_server **servers;	/* owned: those of all backends */
	struct worker_setup *older;	/* one that still has connections */
};

struct worker {
	struct conn_env env;		/* first: an env is a worker */
	struct worker_setup *setup;	/* owned: that of the env */
	/* Owned: what takes its place when the next client comes.  Any thread
	 * may put one there. */
	struct worker_setup *_Atomic next;
	struct common *common;		/* borrowed */
	struct loop *loop;
	struct listener listener;
	struct watch accepting;
	struct watch round;		/* the next round of the loop */
	struct watch pause;		/* running while no descriptor is
					 * left: */
	bool paused;
	unsigned calm;			/* clients accepted since the last
					 * shortage */
	unsigned streak;		/* rounds in a row with a client and a
					 * handshake that began */
	struct app *app;
	bool open;
	pthread_t thread;
};

/* Makes a worker around `listener`, which is taken, on the caller's thread for
 * now.  False with `err` filled; worker_close must be called in either case. */
bool worker_open(struct worker *worker, struct common *common,
    struct service_edition *edition, const struct listener *listener,
    struct tls_error *err);

/* Opens the servers of `edition` for a worker; null with `err` filled. */
struct worker_setup *worker_setup_new(const struct worker *worker,
    struct service_edition *edition, struct tls_error *err);
void worker_setup_free(struct worker_setup *setup);	/* null is allowed */

/* Serves the clients that come from now on with `setup`, which is taken.  May
 * be called from any thread, while the worker runs. */
void worker_hand(struct worker *worker, struct worker_setup *setup);

/* Serves until loop_stop(worker->loop), then tells the clients that are left:
 * close_notify is sent as far as there is room for it. */
void worker_run(struct worker *worker);
void worker_close(struct worker *worker);

#endif
