/* s_server.c - polytls s_server: serves TLS
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/s_server.h"

/* What s_server holds while it runs. */
struct held {
	struct s_server_options options;
	struct cli_words words;
	struct buf notes;
	struct plugs *plugs;
	struct plugs_choice choice;
	struct loaded *loaded;
	struct bus *bus;
};

static void
clear(struct held *held)
{
	bus_free(held->bus);
	loaded_free(held->loaded);
	plugs_choice_clear(&held->choice);
	plugs_free(held->plugs);
	buf_clear(&held->notes);
	cli_clear(&held->words, &held->options);
}

/* Holds the options against what the backends can. */
static bool
check_backends(struct held *held, struct tls_error *err)
{
	for (size_t i = 0; i < held->choice.num; i++) {
		const struct plug *plug = held->choice.list[i];

		if (!cli_check_backend(&s_server_table, &held->options, plug,
		    err))
			return false;
		cli_note_backend(&s_server_table, &held->options, plug,
		    &held->notes);
	}
	return true;
}

/* Whether something will be said of what clients offer. */
static bool
reports(const struct s_server_options *options)
{
	return options->output.brief ||
	    options->app.mode == MODE_STATUS ||
	    options->app.mode == MODE_REVERSE ||
	    (options->app.mode == MODE_TERMINAL && !options->output.quiet);
}

/* Loads what is named, and makes the service of it. */
static bool
prepare(struct held *held, struct service *service, struct tls_error *err)
{
	const struct s_server_options *options = &held->options;

	held->plugs = plugs_new();
	if (!plugs_choose(held->plugs, options->backend, &held->choice,
	    &held->notes, err) || !check_backends(held, err))
		return false;
	held->loaded = loaded_new(&options->tls, &held->choice, &held->notes,
	    err);
	if (!held->loaded || !loaded_service(held->loaded, service, err))
		return false;
	service->clock = &clock_system;
	service->limits = options->limits;
	service->plugs = reports(options) ? held->plugs : NULL;
	service->tells_blocks = options->output.blocks;
	service->stutters = options->nbio_test;
	held->bus = bus_new(service->clock);
	service->bus = held->bus;
	return sinks_open(held->bus, &options->output, options->app.mode, err);
}

static void
tell_start(struct held *held)
{
	struct event event = {
		.kind = EVENT_START,
		.start = { PACKAGE_VERSION, held->options.app.command_line },
	};

	bus_post(held->bus, &event);
}

static int
serve(struct held *held)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct service service = { .bus = NULL };
	struct serve all = {
		.service = &service, .listen = &held->options.listen,
		.app = &held->options.app, .options = &held->options.serve,
	};
	int status;

	buf_add_span(&held->notes, buf_span(&held->words.warnings));
	if (!prepare(held, &service, &err))
		return cli_complain(&held->words, &err,
		    err_exit_status(&err));
	tell_start(held);
	all.notes = buf_string(&held->notes);
	status = serve_run(&all, &err);
	return status && err.blame ? cli_complain(&held->words, &err, status) :
	    status;
}

int
command_s_server(int argc, char **argv)
{
	struct held held = { .notes = BUF_INIT };
	struct tls_error err = TLS_ERROR_INIT;
	int status = 0;

	switch (s_server_parse(&held.words, argc, argv, &held.options,
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
	clear(&held);
	return status;
}
