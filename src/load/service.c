/* service.c - options and files -> a service
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/loaded.h"

#include <stdlib.h>

/* Fills in the servers of a backend, numbered from `at` on. */
static bool
add_backend(struct loaded *loaded, const struct plug *plug,
    struct service_backend *backend, size_t at, struct tls_error *err)
{
	const size_t num = 1 + loaded->num_names;
	struct service_server *servers = &loaded->servers[at];

	*backend = (struct service_backend){
		.plug = plug, .servers = servers, .num_servers = num,
	};
	if (!load_config(loaded, plug, &servers[0].config, err))
		return false;
	for (size_t i = 0; i < num; i++)
		servers[i].number = at + i;
	for (size_t i = 1; i < num; i++) {
		servers[i].name = loaded->names[i - 1].name;
		name_config(loaded, i - 1, &servers[0].config,
		    &servers[i].config);
	}
	choose_protocols(loaded, &servers[0].config, backend);
	return true;
}

static bool
add_backends(struct loaded *loaded, struct service *service,
    struct tls_error *err)
{
	const struct plugs_choice *choice = loaded->choice;
	const size_t each = 1 + loaded->num_names;

	loaded->backends = mem_zero(choice->num, sizeof *loaded->backends);
	loaded->servers = mem_zero(choice->num * each,
	    sizeof *loaded->servers);
	for (size_t i = 0; i < choice->num; i++)
		if (!add_backend(loaded, choice->list[i],
		    &loaded->backends[i], i * each, err))
			return false;
	service->backends = loaded->backends;
	service->num_backends = choice->num;
	service->num_servers = choice->num * each;
	service->by_name = choice->by_name;
	return true;
}

bool
loaded_service(struct loaded *loaded, struct service *service,
    struct tls_error *err)
{
	const struct load_options *options = loaded->options;

	service->dh = options->no_dhe ? DH_OFF :
	    loaded->dh.len || loaded->own.dh.len ? DH_GIVEN : DH_DEFAULT;
	service->name_fatal = options->name_fatal;
	service->verify = (struct verify_rules){
		.depth = options->verify.depth,
		.most = options->verify_max,
		.refuse = options->verify_return_error,
		.strict = options->strict,
	};
	service->psk = loaded->psk.num ? &loaded->psk : NULL;
	service->faults = loaded->faults;
	service->seed = buf_span(&loaded->seed);
	service->staple = options->staple.wanted ? &options->staple : NULL;
	service->staple_required = options->staple.required;
	service->staple_strict = options->strict;
	return add_backends(loaded, service, err);
}

/* ---- one more ----------------------------------------------------------- */

struct loaded_other {
	struct loaded loaded;		/* borrows all but its numbers and
					 * servers */
	struct load_options options;
	struct service_backend backend;
};

struct loaded_other *
loaded_other_new(const struct loaded *loaded, const struct plug *plug,
    bool native, struct buf *notes, struct tls_error *err)
{
	struct loaded_other *other = mem_zero(1, sizeof *other);

	other->options = *loaded->options;
	other->options.native = native;
	other->loaded = *loaded;
	other->loaded.options = &other->options;
	other->loaded.notes = notes;
	other->loaded.numbers = NULL;
	other->loaded.num_numbers = 0;
	other->loaded.backends = NULL;
	other->loaded.servers = mem_zero(1 + loaded->num_names,
	    sizeof *other->loaded.servers);
	if (add_backend(&other->loaded, plug, &other->backend, 0, err))
		return other;
	loaded_other_free(other);
	return NULL;
}

void
loaded_other_free(struct loaded_other *other)
{
	if (!other)
		return;
	for (size_t i = 0; i < other->loaded.num_numbers; i++)
		free(other->loaded.numbers[i]);
	free(other->loaded.numbers);
	free(other->loaded.servers);
	mem_wipe(other->loaded.ticket_key, sizeof other->loaded.ticket_key);
	free(other);
}

const struct service_backend *
loaded_other_backend(const struct loaded_other *other)
{
	return &other->backend;
}
