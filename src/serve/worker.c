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

/* Clients taken in one go. */
#define ACCEPT_BURST	16

/* Milliseconds to wait when descriptors have run out. */
#define PAUSE_MS	100

/* Milliseconds that connections have at the end of the program. */
#define END_MS		2000

static struct worker *
of_watch(struct watch *watch, size_t offset)
{
	return (struct worker *)((char *)watch - offset);
}

/* The connection just taken is one too many for -naccept. */
static bool
is_enough(struct worker *worker)
{
	unsigned limit = worker->common->serve->settings->listen.num_accept;

	return limit && worker->common->accepted++ >= limit;
}

static void
out_of_descriptors(struct worker *worker)
{
	bus_note(worker->env.bus, NULL, "accept: %s: waiting for "
	    "connections to end (ulimit -n)", strerror(errno));
	watch_for(&worker->accepting, 0, 0);
	watch_for(&worker->pause, 0, PAUSE_MS);
}

static void
take_clients(struct watch *watch, unsigned what)
{
	struct worker *worker =
	    of_watch(watch, offsetof(struct worker, accepting));
	struct peer peer;

	(void)what;
	for (int i = 0; i < ACCEPT_BURST; i++) {
		int fd = listener_accept(&worker->listener, &peer);

		if (fd < 0) {
			if (errno == EMFILE || errno == ENFILE ||
			    errno == ENOBUFS || errno == ENOMEM)
				out_of_descriptors(worker);
			/* Others: nobody there, or already gone again. */
			return;
		}
		if (is_enough(worker)) {
			close(fd);
			watch_for(&worker->accepting, 0, 0);
			return;
		}
		conn_new(&worker->env, transport_new(worker->loop, fd),
		    peer.host, peer.port);
	}
}

static void
pause_over(struct watch *watch, unsigned what)
{
	struct worker *worker =
	    of_watch(watch, offsetof(struct worker, pause));

	(void)what;
	watch_for(&worker->pause, 0, 0);
	if (!worker->ending)
		watch_for(&worker->accepting, WATCH_READ, 0);
}

static void
limit_over(struct watch *watch, unsigned what)
{
	(void)what;
	loop_stop(of_watch(watch, offsetof(struct worker, limit))->loop);
}

static void
conn_closed(struct conn_env *env)
{
	struct worker *worker = (struct worker *)env;
	struct common *common = worker->common;
	unsigned limit = common->serve->settings->listen.num_accept;

	if (limit && ++common->finished == limit)
		common->finish(common);
	if (worker->ending && env->num_conns == 0)
		loop_stop(worker->loop);
}

static bool
open_server(struct conn_server *server, const struct tls_backend *backend,
    const struct serve_server *from, struct tls_span seed,
    struct tls_error *err)
{
	server->name = from->name;
	server->config = &from->config;
	*err = (struct tls_error)TLS_ERROR_INIT;
	server->server = backend->server_open(server->config, err);
	if (!server->server)
		return false;
	return !seed.len || !backend->seed ||
	    backend->seed(server->server, seed, err);
}

/* What is agreed to by ALPN: the protocols of -alpn; or those of NPN on a
 * library that does not have it, where a client is free to choose none. */
static void
choose_protocols(struct conn_backend *backend, const struct serve *serve,
    const struct tls_config *config)
{
	backend->alpn.list = serve->alpn;
	backend->alpn.lenient = serve->settings->tls.alpn_lenient;
	if (serve->alpn.len || config->npn.len || !serve->npn.len)
		return;
	backend->alpn.list = serve->npn;
	backend->alpn.lenient = true;
	backend->npn_by_alpn = true;
}

static bool
open_servers(struct worker *worker, struct tls_error *err)
{
	const struct serve *serve = worker->common->serve;
	size_t num = serve->num_backends, num_servers = 0;
	struct conn_server *next;

	for (size_t i = 0; i < num; i++)
		num_servers += serve->backends[i].num_servers;
	next = mem_zero(num_servers, sizeof *next);
	worker->servers = next;
	worker->backends = mem_zero(num, sizeof *worker->backends);
	worker->env.backends = worker->backends;
	for (size_t i = 0; i < num; i++) {
		const struct serve_backend *from = &serve->backends[i];
		struct conn_backend *to = &worker->backends[i];

		to->plug = from->plug;
		to->servers = next;
		choose_protocols(to, serve,
		    &from->servers[0].config);
		worker->env.num_backends++;
		for (; to->num_servers < from->num_servers; next++)
			if (!open_server(next, from->plug->backend,
			    &from->servers[to->num_servers++], serve->seed,
			    err))
				return false;
	}
	return true;
}

static void
close_servers(struct worker *worker)
{
	for (size_t i = 0; i < worker->env.num_backends; i++) {
		const struct conn_backend *one = &worker->backends[i];

		for (size_t j = 0; j < one->num_servers; j++)
			one->plug->backend->server_close(
			    one->servers[j].server);
	}
	free(worker->backends);
	free(worker->servers);
}

/* What fetches and keeps OCSP responses, where they are wanted. */
static bool
open_status(struct worker *worker, struct tls_error *err)
{
	const struct settings_tls *tls =
	    &worker->common->serve->settings->tls;

	if (!tls->status.wanted)
		return true;
	worker->env.status = status_new(&tls->status,
	    fetcher_new(worker->loop), worker->env.clock, err);
	worker->env.status_required = tls->status.required;
	worker->env.status_strict = tls->strict;
	return worker->env.status != NULL;
}

bool
worker_open(struct worker *worker, struct common *common,
    const struct listener *listener, struct tls_error *err)
{
	const struct settings *settings = common->serve->settings;

	memset(worker, 0, sizeof *worker);
	worker->common = common;
	worker->listener = *listener;
	worker->env = (struct conn_env){
		.bus = common->serve->bus,
		.clock = common->serve->clock,
		.limits = &settings->limits,
		.shared = &common->shared,
		.psk = common->serve->psk,
		.libraries = common->serve->libraries,
		.by_name = common->serve->by_name,
		.name_fatal = settings->tls.name_fatal,
		.verify = {
			.depth = settings->tls.verify.depth,
			.most = settings->tls.verify_max,
			.refuse = settings->tls.verify_return_error,
			.strict = settings->tls.strict,
		},
		.tells_blocks = settings->output.blocks,
		.stutters = settings->app.nbio_test,
		.closed = conn_closed,
	};
	worker->loop = loop_new(settings->app.mode == MODE_TERMINAL, err);
	if (!worker->loop)
		return false;
	worker->open = true;
	watch_init(&worker->accepting, worker->loop, listener->fd,
	    take_clients);
	watch_init(&worker->pause, worker->loop, -1, pause_over);
	watch_init(&worker->limit, worker->loop, -1, limit_over);
	worker->app = app_new(&settings->app, worker->loop, err);
	worker->env.app = worker->app;
	if (!worker->app || !open_servers(worker, err) ||
	    !open_status(worker, err))
		return false;
	conn_env_init(&worker->env);
	watch_for(&worker->accepting, WATCH_READ, 0);
	return true;
}

void
worker_run(struct worker *worker)
{
	loop_run(worker->loop);
	worker->ending = true;
	watch_clear(&worker->accepting);
	listener_close(&worker->listener);
	conn_env_close_all(&worker->env);
	if (worker->env.num_conns == 0)
		return;
	watch_for(&worker->limit, 0, END_MS);
	loop_run(worker->loop);
}

void
worker_close(struct worker *worker)
{
	conn_env_clear(&worker->env);
	status_free(worker->env.status);
	close_servers(worker);
	app_free(worker->app);
	if (worker->open) {
		watch_clear(&worker->accepting);
		watch_clear(&worker->pause);
		watch_clear(&worker->limit);
	}
	loop_free(worker->loop);
	listener_close(&worker->listener);
}
