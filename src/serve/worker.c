/* worker.c - a thread with a loop, a listening socket and servers of its own
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/worker.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/transport.h"

/* Milliseconds to wait before accepting again when descriptors have run out and
 * no connection of this worker has ended. */
#define PAUSE_MS	100

/* Clients of a crowd that are accepted in one round of the loop. */
#define BURST		64

/* Rounds in a row after which there is a crowd. */
#define CROWD		16

/* Clients accepted in a row after which a shortage of descriptors is over. */
#define CALM		16

static struct worker *
of_watch(struct watch *watch, size_t offset)
{
	return (struct worker *)((char *)watch - offset);
}

/* Whether the connection just accepted is one too many for -naccept. */
static bool
is_enough(struct worker *worker)
{
	unsigned limit = worker->common->num_accept;

	return limit && worker->common->accepted++ >= limit;
}

static void
pause_accepting(struct worker *worker)
{
	worker->paused = true;
	watch_for(&worker->accepting, 0, 0);
	watch_for(&worker->pause, 0, PAUSE_MS);
}

static void
accept_again(struct worker *worker)
{
	worker->paused = false;
	watch_for(&worker->pause, 0, 0);
	if (!watch_for(&worker->accepting, WATCH_READ, 0))
		pause_accepting(worker);
}

/* Said once, for all workers, and counted from then on. */
static void
out_of_descriptors(struct worker *worker)
{
	struct common *common = worker->common;

	if (common->shortages++ == 0)
		bus_note(common->bus, NULL, "accept: %s: waiting for "
		    "connections to end (ulimit -n)", strerror(errno));
	worker->calm = 0;
	pause_accepting(worker);
}

/* A client was accepted: when enough have been since the last shortage, that is
 * over. */
static void
tell_shortages(struct worker *worker)
{
	struct common *common = worker->common;
	unsigned long times;

	if (++worker->calm < CALM)
		return;
	times = atomic_exchange(&common->shortages, 0);
	if (times)
		bus_note(common->bus, NULL, "accept: there are "
		    "descriptors again; there was none %lu times", times);
}

/* Frees what no connection uses any more. */
static void
free_older(struct worker *worker)
{
	struct worker_setup **at = &worker->setup->older, *setup;

	while ((setup = *at)) {
		if (setup->conn.num_conns) {
			at = &setup->older;
			continue;
		}
		*at = setup->older;
		worker_setup_free(setup);
	}
}

static void
take_next(struct worker *worker)
{
	struct worker_setup *next = atomic_exchange(&worker->next, NULL);

	if (!next)
		return;
	next->older = worker->setup;
	worker->setup = next;
	worker->env.setup = &next->conn;
	free_older(worker);
}

void
worker_hand(struct worker *worker, struct worker_setup *setup)
{
	/* One that was not taken yet has never been used. */
	worker_setup_free(atomic_exchange(&worker->next, setup));
}

/* False if there is none, or there are to be no more. */
static bool
take_client(struct worker *worker)
{
	struct peer peer;
	int fd;

	fd = listener_accept(&worker->listener, &peer);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			out_of_descriptors(worker);
		/* Otherwise no client is waiting, or it is gone again. */
		return false;
	}
	if (is_enough(worker)) {
		close(fd);
		watch_for(&worker->accepting, 0, 0);
		return false;
	}
	if (worker->next)
		take_next(worker);
	if (worker->common->shortages)
		tell_shortages(worker);
	if (worker->common->plugs)
		plugs_begin(worker->common->plugs);
	conn_new(&worker->env, transport_new(worker->loop, fd), peer.host,
	    peer.port);
	return true;
}

/* One at a time: the loop reports another client as cheaply as an accept that
 * finds none would.  When one has come in each of many rounds in which
 * handshakes began, there is a crowd: then more are taken, so that none of them
 * waits unseen. */
static void
take_clients(struct watch *watch, unsigned what)
{
	struct worker *worker =
	    of_watch(watch, offsetof(struct worker, accepting));
	unsigned most, taken = 0;

	(void)what;
	worker->streak = worker->env.turns.taken ? worker->streak + 1 : 0;
	most = worker->streak >= CROWD ? BURST : 1;
	while (taken < most && take_client(worker))
		taken++;
	if (taken < most)
		worker->streak = 0;
}

static void
next_round(struct conn_env *env)
{
	watch_next(&((struct worker *)env)->round);
}

static void
round_begun(struct watch *watch, unsigned what)
{
	(void)what;
	conn_env_go_on(&of_watch(watch, offsetof(struct worker, round))->env);
}

static void
pause_over(struct watch *watch, unsigned what)
{
	struct worker *worker =
	    of_watch(watch, offsetof(struct worker, pause));

	(void)what;
	accept_again(worker);
}

static void
conn_closed(struct conn_env *env)
{
	struct worker *worker = (struct worker *)env;
	struct common *common = worker->common;
	unsigned limit = common->num_accept;

	if ((limit || common->counts) && ++common->finished == limit)
		common->finish(common);
	if (worker->setup->older)
		free_older(worker);
	if (worker->paused)
		accept_again(worker);
}

bool
worker_open(struct worker *worker, struct common *common,
    struct service_edition *edition, const struct listener *listener,
    struct tls_error *err)
{
	memset(worker, 0, sizeof *worker);
	worker->common = common;
	worker->listener = *listener;
	worker->env = (struct conn_env){
		.shared = &common->shared,
		.shadow = common->shadow,
		.closed = conn_closed,
		.next_round = next_round,
	};
	worker->loop = loop_new(common->app->mode == MODE_TERMINAL, err);
	if (!worker->loop)
		return false;
	worker->open = true;
	watch_init(&worker->accepting, worker->loop, listener->fd,
	    take_clients);
	watch_init(&worker->round, worker->loop, -1, round_begun);
	watch_init(&worker->pause, worker->loop, -1, pause_over);
	worker->app = app_new(common->app, worker->loop, err);
	worker->env.app = worker->app;
	if (!worker->app)
		return false;
	worker->setup = worker_setup_new(worker, edition, err);
	if (!worker->setup)
		return false;
	worker->env.setup = &worker->setup->conn;
	conn_env_init(&worker->env);
	return watch_for(&worker->accepting, WATCH_READ, 0) ||
	    err_set(err, TLS_BLAME_US, "the listening socket cannot be "
	    "watched: %s", strerror(errno));
}

void
worker_run(struct worker *worker)
{
	loop_run(worker->loop);
	worker->paused = false;
	watch_clear(&worker->accepting);
	listener_close(&worker->listener);
	conn_env_close_all(&worker->env);
}

void
worker_close(struct worker *worker)
{
	conn_env_clear(&worker->env);
	while (worker->setup) {
		struct worker_setup *setup = worker->setup;

		worker->setup = setup->older;
		worker_setup_free(setup);
	}
	worker_setup_free(worker->next);
	app_free(worker->app);
	if (worker->open) {
		watch_clear(&worker->accepting);
		watch_clear(&worker->pause);
		watch_clear(&worker->round);
	}
	loop_free(worker->loop);
	listener_close(&worker->listener);
}
