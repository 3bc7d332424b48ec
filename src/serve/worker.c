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
		bus_note(common->service->bus, NULL, "accept: %s: waiting for "
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
		bus_note(common->service->bus, NULL, "accept: there are "
		    "descriptors again; there was none %lu times", times);
}

/* One at a time.  The loop reports another client as cheaply as an accept that
 * finds none would. */
static void
take_client(struct watch *watch, unsigned what)
{
	struct worker *worker =
	    of_watch(watch, offsetof(struct worker, accepting));
	struct peer peer;
	int fd;

	(void)what;
	fd = listener_accept(&worker->listener, &peer);
	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		    errno == ENOMEM)
			out_of_descriptors(worker);
		/* Otherwise no client is waiting, or it is gone again. */
		return;
	}
	if (is_enough(worker)) {
		close(fd);
		watch_for(&worker->accepting, 0, 0);
		return;
	}
	if (worker->common->shortages)
		tell_shortages(worker);
	if (worker->common->service->plugs)
		plugs_begin(worker->common->service->plugs);
	conn_new(&worker->env, transport_new(worker->loop, fd), peer.host,
	    peer.port);
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

	if (limit && ++common->finished == limit)
		common->finish(common);
	if (worker->paused)
		accept_again(worker);
}

static bool
open_server(struct tls_server **to, const struct service *service,
    const struct service_backend *from, const struct tls_config *config,
    struct tls_error *err)
{
	const struct tls_backend *backend = from->plug->backend;

	*err = (struct tls_error)TLS_ERROR_INIT;
	*to = backend->server_open(config, err);
	if (!*to)
		return false;
	return !service->seed.len || !backend->seed ||
	    backend->seed(*to, service->seed, err);
}

static bool
open_servers(struct worker *worker, struct tls_error *err)
{
	const struct service *service = worker->common->service;

	worker->servers = mem_zero(service->num_servers,
	    sizeof *worker->servers);
	worker->env.servers = worker->servers;
	for (size_t i = 0; i < service->num_backends; i++) {
		const struct service_backend *one = &service->backends[i];

		for (size_t j = 0; j < one->num_servers; j++)
			if (!open_server(
			    &worker->servers[one->servers[j].number], service,
			    one, &one->servers[j].config, err))
				return false;
	}
	return true;
}

static void
close_servers(struct worker *worker)
{
	const struct service *service = worker->common->service;

	for (size_t i = 0; worker->servers && i < service->num_backends; i++) {
		const struct service_backend *one = &service->backends[i];

		for (size_t j = 0; j < one->num_servers; j++)
			one->plug->backend->server_close(
			    worker->servers[one->servers[j].number]);
	}
	free(worker->servers);
}

/* Makes the stapler that fetches and caches OCSP responses, if they are
 * wanted. */
static bool
open_status(struct worker *worker, struct tls_error *err)
{
	const struct service *service = worker->common->service;

	if (!service->staple)
		return true;
	worker->env.stapler = stapler_new(service->staple,
	    fetcher_new(worker->loop), service->clock, err);
	return worker->env.stapler != NULL;
}

bool
worker_open(struct worker *worker, struct common *common,
    const struct listener *listener, struct tls_error *err)
{
	memset(worker, 0, sizeof *worker);
	worker->common = common;
	worker->listener = *listener;
	worker->env = (struct conn_env){
		.service = common->service,
		.shared = &common->shared,
		.closed = conn_closed,
	};
	worker->loop = loop_new(common->app->mode == MODE_TERMINAL, err);
	if (!worker->loop)
		return false;
	worker->open = true;
	watch_init(&worker->accepting, worker->loop, listener->fd,
	    take_client);
	watch_init(&worker->pause, worker->loop, -1, pause_over);
	worker->app = app_new(common->app, worker->loop, err);
	worker->env.app = worker->app;
	if (!worker->app || !open_servers(worker, err) ||
	    !open_status(worker, err))
		return false;
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
	stapler_free(worker->env.stapler);
	close_servers(worker);
	app_free(worker->app);
	if (worker->open) {
		watch_clear(&worker->accepting);
		watch_clear(&worker->pause);
	}
	loop_free(worker->loop);
	listener_close(&worker->listener);
}
