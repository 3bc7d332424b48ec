/* s_server.c - polytls s_server: serves TLS
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/s_server.h"
#include "load/load.h"
#include "serve/serve.h"
#include "sink/sink.h"

/* What s_server holds while it runs. */
struct held {
	struct settings settings;
	struct cli_words words;
	struct buf notes;
	struct loaded *loaded;
	struct serve_backend *backends;
	size_t num_backends;
	/* What all backends can, and those of them that do not serve. */
	struct libraries libraries;
	struct library *library;
	struct plug **others;
	size_t num_others;
	struct bus *bus;
};

static void
free_backend(struct serve_backend *backend)
{
	plug_free(backend->plug);
	free(backend->servers);
}

static void
let_go(struct held *held)
{
	bus_free(held->bus);
	loaded_free(held->loaded);
	for (size_t i = 0; i < held->num_backends; i++)
		free_backend(&held->backends[i]);
	free(held->backends);
	for (size_t i = 0; i < held->num_others; i++)
		plug_free(held->others[i]);
	free(held->others);
	free(held->library);
	buf_clear(&held->notes);
	cli_clear(&held->words, &held->settings);
}

static bool
take_backend(struct held *held, struct plug *plug, struct tls_error *err)
{
	held->backends = mem_grow(held->backends,
	    (held->num_backends + 1) * sizeof *held->backends);
	held->backends[held->num_backends++] =
	    (struct serve_backend){ .plug = plug };
	if (!cli_check_backend(&s_server_table, &held->settings, plug,
	    err))
		return false;
	cli_note_backend(&s_server_table, &held->settings, plug,
	    &held->notes);
	return true;
}

static bool
add_backend(struct held *held, const char *name, struct tls_error *err)
{
	struct plug *plug = plug_load(name, err);

	return plug && take_backend(held, plug, err);
}

/* Of what is there, `name` or all but it; one that does not load is left out,
 * and that is said. */
static bool
add_those(struct held *held, char **names, const char *name, bool others,
    struct tls_error *err)
{
	for (size_t i = 0; names[i]; i++) {
		struct plug *plug;

		/* The one that passes bytes through is for tests. */
		if (!strcmp(names[i], name) == others ||
		    !strcmp(names[i], "null"))
			continue;
		plug = plug_load(names[i], err);
		if (!plug)
			buf_printf(&held->notes, "left out: %s\n", err->text);
		else if (!take_backend(held, plug, err))
			return false;
	}
	return true;
}

/* All there are, the default one first. */
static bool
add_all_backends(struct held *held, struct tls_error *err)
{
	const char *name = plug_default_name();
	char **names = plug_names();
	bool ok = add_those(held, names, name, false, err) &&
	    add_those(held, names, name, true, err);

	plug_names_free(names);
	if (ok && held->num_backends == 0)
		return err_set(err, TLS_BLAME_FEATURE, "-backend sni: no "
		    "backend loads: see polytls backends");
	return ok;
}

/* The backend called `name` if it serves, or loads. */
static const struct plug *
find_plug(struct held *held, const char *name)
{
	struct plug *plug;
	struct tls_error err;

	for (size_t i = 0; i < held->num_backends; i++)
		if (!strcmp(held->backends[i].plug->backend->name, name))
			return held->backends[i].plug;
	plug = plug_load(name, &err);
	if (!plug)
		return NULL;
	held->others = mem_grow(held->others,
	    (held->num_others + 1) * sizeof(struct plug *));
	held->others[held->num_others++] = plug;
	return plug;
}

/* Looks what all backends know, for reports on what a client offers.  One
 * that does not load, or is no TLS, is left out. */
static void
look_around(struct held *held)
{
	char **names = plug_names();
	struct libraries *libraries = &held->libraries;

	for (size_t i = 0; names[i]; i++) {
		const struct plug *plug = strcmp(names[i], "null") ?
		    find_plug(held, names[i]) : NULL;
		struct plug_numbers suites, groups, signatures;

		if (!plug)
			continue;
		suites = plug_suites(plug);
		groups = plug_groups(plug);
		signatures = plug_signatures(plug);
		held->library = mem_grow(held->library,
		    (libraries->num + 1) * sizeof *held->library);
		held->library[libraries->num++] = (struct library){
			.backend = plug->backend->name,
			.suites = suites.list,
			.num_suites = suites.num,
			.groups = groups.list,
			.num_groups = groups.num,
			.signatures = signatures.list,
			.num_signatures = signatures.num,
		};
	}
	libraries->list = held->library;
	plug_names_free(names);
}

/* Whether something will be said of what clients offer. */
static bool
reports(const struct settings *settings)
{
	return settings->output.brief ||
	    settings->app.mode == MODE_STATUS ||
	    settings->app.mode == MODE_REVERSE ||
	    (settings->app.mode == MODE_TERMINAL && !settings->output.quiet);
}

/* Says what the servers of a backend shall be. */
static bool
configure(struct held *held, struct serve_backend *backend,
    struct tls_error *err)
{
	size_t num = loaded_num_names(held->loaded);

	backend->num_servers = 1 + num;
	backend->servers = mem_zero(backend->num_servers,
	    sizeof *backend->servers);
	if (!loaded_config(held->loaded, &held->settings, backend->plug,
	    &backend->servers[0].config, err))
		return false;
	for (size_t i = 0; i < num; i++)
		backend->servers[1 + i].name = loaded_name_config(
		    held->loaded, i, &backend->servers[0].config,
		    &backend->servers[1 + i].config);
	return true;
}

static bool
prepare(struct held *held, struct tls_error *err)
{
	const char *name = held->settings.tls.backend;
	bool ok;

	ok = name && !strcmp(name, "sni") ? add_all_backends(held, err) :
	    add_backend(held, name ? name : plug_default_name(), err);
	if (!ok)
		return false;
	held->loaded = loaded_new(&held->settings, held->backends[0].plug,
	    &held->notes, err);
	if (!held->loaded)
		return false;
	for (size_t i = 0; i < held->num_backends; i++)
		if (!configure(held, &held->backends[i], err))
			return false;
	if (reports(&held->settings))
		look_around(held);
	held->bus = bus_new(&clock_system);
	return sinks_open(held->bus, &held->settings.output,
	    held->settings.app.mode, err);
}

static void
tell_start(struct held *held)
{
	struct event event = {
		.kind = EVENT_START,
		.start = { PACKAGE_VERSION, held->settings.app.command_line },
	};

	bus_post(held->bus, &event);
}

static int
serve(struct held *held)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct serve serve;
	int status;

	buf_add_span(&held->notes, buf_span(&held->words.warnings));
	if (!prepare(held, &err))
		return cli_complain(&held->words, &err,
		    err_exit_status(&err));
	tell_start(held);
	serve = (struct serve){
		.settings = &held->settings,
		.psk = loaded_psk(held->loaded),
		.seed = loaded_seed(held->loaded),
		.bus = held->bus,
		.notes = buf_string(&held->notes),
		.clock = &clock_system,
		.backends = held->backends,
		.num_backends = held->num_backends,
		.by_name = held->settings.tls.backend &&
		    !strcmp(held->settings.tls.backend, "sni"),
		.libraries = &held->libraries,
	};
	loaded_protocols(held->loaded, &serve.alpn, &serve.npn);
	status = serve_run(&serve, &err);
	return status && err.blame ? cli_complain(&held->words, &err, status) :
	    status;
}

int
command_s_server(int argc, char **argv)
{
	struct held held = { .notes = BUF_INIT };
	struct tls_error err = TLS_ERROR_INIT;
	int status = 0;

	switch (s_server_parse(&held.words, argc, argv, &held.settings,
	    &err)) {
	case CLI_HELP:
		status = cli_help(&held.words);
		break;
	case CLI_WRONG:
		status = cli_complain(&held.words, &err, 2);
		break;
	case CLI_GOOD:
		status = serve(&held);
		break;
	}
	let_go(&held);
	return status;
}
