/* s_server.c - polytls s_server: serves TLS
 * SPDX-License-Identifier: Apache-2.0
 */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/buf.h"
#include "base/err.h"
#include "cmd/cmd.h"
#include "cmd/s_server.h"

/* What s_server owns while it runs. */
struct run {
	struct s_server_options options;
	struct cli_words words;
	struct buf notes;
	struct buf protocols;		/* -alpn, as far as it is offered */
	struct plugs *plugs;
	struct plugs_choice choice;
	struct loaded *loaded;
	struct bus *bus;
};

static void
clear(struct run *run)
{
	bus_free(run->bus);
	loaded_free(run->loaded);
	plugs_choice_clear(&run->choice);
	plugs_free(run->plugs);
	buf_clear(&run->notes);
	buf_clear(&run->protocols);
	cli_clear(&run->words, &run->options);
}

/* Checks the options against what the backends support. */
static bool
check_backends(struct run *run, struct tls_error *err)
{
	for (size_t i = 0; i < run->choice.num; i++) {
		const struct plug *plug = run->choice.list[i];

		if (!cli_check_backend(&s_server_table, &run->options, plug,
		    err))
			return false;
		cli_note_backend(&s_server_table, &run->options, plug,
		    &run->notes);
	}
	return true;
}

/* Whether anything reports on what clients offer. */
static bool
reports(const struct s_server_options *options)
{
	return options->output.brief ||
	    options->app.mode == MODE_WWW ||
	    options->app.mode == MODE_REVERSE ||
	    (options->app.mode == MODE_TERMINAL && !options->output.quiet);
}

/* Leaves out of -alpn what nothing here could speak. */
static void
offer_protocols(struct run *run)
{
	struct s_server_options *options = &run->options;

	if (!options->tls.alpn)
		return;
	app_protocols(&options->app, options->tls.alpn, &run->protocols,
	    &run->notes);
	options->tls.alpn = run->protocols.len ?
	    buf_string(&run->protocols) : NULL;
}

/* Loads the files and makes the service. */
static bool
prepare(struct run *run, struct service *service, struct tls_error *err)
{
	struct s_server_options *options = &run->options;
	const char *keylog = getenv("SSLKEYLOGFILE");

	run->plugs = plugs_new();
	if (!plugs_choose(run->plugs, options->backend, &run->choice,
	    &run->notes, err) || !check_backends(run, err))
		return false;
	offer_protocols(run);
	run->loaded = loaded_new(&options->tls, &run->choice, &run->notes,
	    err);
	if (!run->loaded || !loaded_service(run->loaded, service, err))
		return false;
	service->clock = &clock_system;
	service->limits = options->limits;
	service->plugs = reports(options) ? run->plugs : NULL;
	service->tells_blocks = options->output.blocks;
	service->stutters = options->nbio_test;
	run->bus = bus_new(service->clock);
	service->bus = run->bus;
	/* A wish of the environment: nothing is refused for it, and the
	 * reference does not look at it. */
	if (!options->output.keylog && !options->tls.strict && keylog &&
	    *keylog) {
		options->output.keylog = keylog;
		options->output.keylog_wish = true;
	}
	return sinks_open(run->bus, &options->output, options->app.mode, err);
}

static void
tell_start(struct run *run)
{
	struct event event = {
		.kind = EVENT_START,
		.start = { PACKAGE_VERSION, run->options.app.command_line },
	};

	bus_post(run->bus, &event);
}

/* A core dump would have the keys.  Debuggers, perf and /proc are not touched.
 * A limit of one byte, unlike none, also stops a core that is piped to a
 * program (core(5)). */
static void
forbid_core_dumps(void)
{
	struct rlimit core;

	if (getrlimit(RLIMIT_CORE, &core) != 0)
		return;
	core.rlim_cur = core.rlim_max < 1 ? core.rlim_max : 1;
	setrlimit(RLIMIT_CORE, &core);
}

static int
serve(struct run *run)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct service service = { .bus = NULL };
	struct serve all = {
		.service = &service, .listen = &run->options.listen,
		.app = &run->options.app, .options = &run->options.serve,
	};
	int status;

	buf_add_span(&run->notes, buf_span(&run->words.warnings));
	/* Both are reported by the call that meets them. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (!run->options.core_dumps)
		forbid_core_dumps();
	if (!prepare(run, &service, &err))
		return cli_complain(&run->words, &err,
		    err_exit_status(&err));
	tell_start(run);
	all.notes = buf_string(&run->notes);
	status = serve_run(&all, &err);
	if (!status && !bus_finish(run->bus))
		status = SERVE_INCOMPLETE;
	return status && err.blame ? cli_complain(&run->words, &err, status) :
	    status;
}

/* Whether the exit status is to be the reference's, which has only one for all
 * errors; the option may stand after the one that is wrong. */
static bool
is_strict(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], "-strict_s_server") ||
		    !strcmp(argv[i], "--strict_s_server"))
			return true;
	return false;
}

/* Dies of the signal that ended the server, as the reference does. */
static void
die_of(int number)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, number);
	signal(number, SIG_DFL);
	raise(number);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

int
command_s_server(int argc, char **argv)
{
	struct run run = { .notes = BUF_INIT };
	struct tls_error err = TLS_ERROR_INIT;
	int status = 0;

	if (cli_goes_on(&run.words, s_server_parse(&run.words, argc, argv,
	    &run.options, &err), &err, &status))
		status = serve(&run);
	clear(&run);
	if (status > SERVE_KILLED)
		die_of(status - SERVE_KILLED);
	return status && is_strict(argc, argv) ? 1 : status;
}
