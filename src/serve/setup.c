/* setup.c - what the connections of one worker are served with
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/worker.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/err.h"

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
open_servers(struct worker_setup *setup, struct tls_error *err)
{
	const struct service *service = setup->conn.service;

	setup->servers = mem_zero(service->num_servers,
	    sizeof *setup->servers);
	setup->conn.servers = setup->servers;
	for (size_t i = 0; i < service->num_backends; i++) {
		const struct service_backend *one = &service->backends[i];

		for (size_t j = 0; j < one->num_servers; j++)
			if (!open_server(
			    &setup->servers[one->servers[j].number], service,
			    one, &one->servers[j].config, err))
				return false;
	}
	return true;
}

static void
close_servers(struct worker_setup *setup)
{
	const struct service *service = setup->conn.service;

	for (size_t i = 0; setup->servers && i < service->num_backends; i++) {
		const struct service_backend *one = &service->backends[i];

		for (size_t j = 0; j < one->num_servers; j++)
			one->plug->backend->server_close(
			    setup->servers[one->servers[j].number]);
	}
	free(setup->servers);
}

/* Makes the stapler that fetches and caches OCSP responses, if they are
 * wanted. */
static bool
open_status(struct worker_setup *setup, struct loop *loop,
    struct tls_error *err)
{
	const struct service *service = setup->conn.service;

	if (!service->staple)
		return true;
	setup->conn.stapler = stapler_new(service->staple, fetcher_new(loop),
	    service->clock, err);
	return setup->conn.stapler != NULL;
}

struct worker_setup *
worker_setup_new(const struct worker *worker,
    struct service_edition *edition, struct tls_error *err)
{
	struct worker_setup *setup = mem_zero(1, sizeof *setup);

	setup->edition = service_share(edition);
	setup->conn.service = &edition->service;
	setup->conn.edition = edition;
	if (open_servers(setup, err) &&
	    open_status(setup, worker->loop, err))
		return setup;
	worker_setup_free(setup);
	return NULL;
}

void
worker_setup_free(struct worker_setup *setup)
{
	if (!setup)
		return;
	stapler_free(setup->conn.stapler);
	close_servers(setup);
	service_release(setup->edition);
	free(setup);
}
