/* serve/worker.h - a thread with a loop, a listening socket, its own servers
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct worker worker;
 *
 *	if (!worker_open(&worker, &common, listener, &err))
 *		return false;
 *	worker_run(&worker);
 *	worker_close(&worker);
 *
 * Workers share what `struct common` holds and nothing else.
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
	const struct service *service;	/* borrowed */
	const struct app_options *app;	/* borrowed */
	unsigned num_accept;		/* connections to serve; 0: no end */
	struct conn_shared shared;
	_Atomic unsigned accepted, finished; /* for -naccept */
	/* Told by a worker when the program shall end. */
	void (*finish)(struct common *common);
};

struct worker {
	struct conn_env env;		/* first: an env is a worker */
	struct common *common;		/* borrowed */
	struct loop *loop;
	struct listener listener;
	struct watch accepting;
	struct watch pause;		/* no descriptors left: a while */
	struct watch limit;		/* of the time to end in */
	struct app *app;
	struct tls_server **servers;	/* owned: of all backends */
	bool open, ending;
	pthread_t thread;
};

/* Makes a worker around `listener`, which is taken, as yet on the caller's
 * thread.  False with `err` filled; worker_close is to be called all the
 * same. */
bool worker_open(struct worker *worker, struct common *common,
    const struct listener *listener, struct tls_error *err);

/* Serves until loop_stop(worker->loop), then ends the connections that are
 * there, within a bounded time. */
void worker_run(struct worker *worker);
void worker_close(struct worker *worker);

#endif
