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
#include "cmd/words.h"
#include "expect/expect.h"

/* What s_server owns while it runs. */
struct run {
	struct s_server_options *options;	/* borrowed */
	struct cli_words *words;		/* borrowed */
	struct s_server_caller *caller;		/* borrowed, or null */
	struct buf notes;
	struct buf protocols;		/* -alpn, as far as it is offered */
	struct plugs *plugs;
	struct plugs_choice choice;
	struct bus *bus;
	struct expect *expect;		/* -expect, until its judge has it */
	struct judge *judge;		/* the bus's, or null */
	struct serve_judge verdict;
	struct serve_source source;
	struct shadow_use shadow_use;
	struct shadow_source shadow_source;
	struct shadow *shadow;		/* or null */
	struct service_edition *edition; /* the first one, until it is
					  * served */
};

/* A service with the files that it was made of. */
struct edition {
	struct service_edition edition;	/* first */
	struct loaded *loaded;		/* owned */
	struct buf notes;		/* remarks on them, one a line */
};

static void
clear(struct run *run)
{
	shadow_free(run->shadow);
	service_release(run->edition);
	bus_free(run->bus);
	expect_free(run->expect);
	plugs_choice_clear(&run->choice);
	plugs_free(run->plugs);
	buf_clear(&run->notes);
	buf_clear(&run->protocols);
}

/* Checks the options against what the backends support. */
static bool
check_backends(struct run *run, struct tls_error *err)
{
	for (size_t i = 0; i < run->choice.num; i++) {
		const struct plug *plug = run->choice.list[i];

		if (!cli_check_backend(&s_server_table, run->options, plug,
		    err))
			return false;
		if (run->expect && !expect_fits(run->expect, plug, err))
			return false;
		cli_note_backend(&s_server_table, run->options, plug,
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
	struct s_server_options *options = run->options;

	if (!options->tls.alpn)
		return;
	app_protocols(&options->app, options->tls.alpn, &run->protocols,
	    &run->notes);
	options->tls.alpn = run->protocols.len ?
	    buf_string(&run->protocols) : NULL;
}

static void
free_edition(struct service_edition *edition)
{
	s_server_others_free(edition->service.others);
	buf_clear(&((struct edition *)edition)->notes);
	loaded_free(((struct edition *)edition)->loaded);
	free(edition);
}

/* Loads the files and makes a service; null with `err` filled. */
static struct service_edition *
make_edition(struct run *run, const struct edition *before,
    struct tls_error *err)
{
	const struct s_server_options *options = run->options;
	const struct load_from from = {
		&options->tls, &run->choice, before ? before->loaded : NULL,
	};
	struct edition *made = mem_zero(1, sizeof *made);
	struct service *service = &made->edition.service;

	made->edition.users = 1;
	made->edition.free = free_edition;
	made->loaded = loaded_new(&from, &made->notes, err);
	if (!made->loaded || !loaded_service(made->loaded, service, err)) {
		service_release(&made->edition);
		return NULL;
	}
	service->edition = before ? before->edition.service.edition + 1 : 0;
	service->clock = &clock_system;
	service->limits = options->limits;
	service->plugs = reports(options) ? run->plugs : NULL;
	service->others = reports(options) ? s_server_others_new(
	    &(struct s_server_others_of){ options, &run->choice, run->plugs,
	    made->loaded }) : NULL;
	service->tells_blocks = options->output.blocks;
	service->stutters = options->nbio_test;
	service->bus = run->bus;
	return &made->edition;
}

static struct service_edition *
make_again(struct serve_source *source, const struct service_edition *present,
    struct tls_error *err)
{
	struct run *run = (struct run *)((char *)source -
	    offsetof(struct run, source));

	return make_edition(run, (const struct edition *)present, err);
}

/* Whether one of the lines of `notes` is this one. */
static bool
has_line(const struct buf *notes, const char *line, size_t len)
{
	size_t at = 0;

	while (at < notes->len) {
		const char *from = (const char *)notes->data + at;
		size_t one = strcspn(from, "\n");

		if (one == len && !memcmp(from, line, len))
			return true;
		at += one + (from[one] == '\n');
	}
	return false;
}

/* What has been said of the files as they were is no news. */
static void
tell_news(struct serve_source *source, const struct service_edition *present,
    const struct service_edition *next)
{
	struct run *run = (struct run *)((char *)source -
	    offsetof(struct run, source));
	const struct buf *before = &((const struct edition *)present)->notes;
	const struct buf *now = &((const struct edition *)next)->notes;
	size_t at = 0;

	while (at < now->len) {
		const char *line = (const char *)now->data + at;
		size_t len = strcspn(line, "\n");

		if (!has_line(before, line, len))
			bus_note(run->bus, NULL, "%.*s", (int)len, line);
		at += len + (line[len] == '\n');
	}
}

/* ---- other backends ----------------------------------------------------- */

/* Checks the options as for a backend that serves. */
static bool
open_shadow(struct shadow_source *source,
    const struct service_edition *edition, const struct plug *plug,
    bool native, struct shadow_config *out, struct buf *remarks,
    struct tls_error *err)
{
	const struct run *run = (const struct run *)((const char *)source -
	    offsetof(struct run, shadow_source));
	const struct loaded *loaded = ((const struct edition *)edition)->loaded;
	struct s_server_options options = *run->options;

	options.tls.native = native;
	if (!cli_check_backend(&s_server_table, &options, plug, err))
		return false;
	cli_note_backend(&s_server_table, &options, plug, remarks);
	out->owner = loaded_other_new(loaded, plug, native, remarks, err);
	if (!out->owner)
		return false;
	out->backend = loaded_other_backend(out->owner);
	return true;
}

static void
close_shadow(struct shadow_source *source, struct shadow_config *config)
{
	(void)source;
	loaded_other_free(config->owner);
}

static bool
make_shadow(struct run *run, struct tls_error *err)
{
	run->shadow_source.open = open_shadow;
	run->shadow_source.close = close_shadow;
	run->shadow_use = (struct shadow_use){
		.list = run->options->shadow, .view = run->options->view,
		.plugs = run->plugs, .source = &run->shadow_source,
		.bus = run->bus,
	};
	if (!run->options->shadow)
		return true;
	run->shadow = shadow_new(&run->shadow_use, err);
	return run->shadow != NULL;
}

/* ---- the start ---------------------------------------------------------- */

static bool
read_expect(struct run *run, struct tls_error *err)
{
	const struct option_words *words = &run->options->expect;

	if (words->num)
		run->expect = expect_new(words->list, words->num, err);
	return !words->num || run->expect;
}

static bool
passed(struct serve_judge *verdict)
{
	struct run *run = (struct run *)((char *)verdict -
	    offsetof(struct run, verdict));

	return judge_passed(run->judge, run->bus);
}

/* Before the other sinks, which tell of a mismatch. */
static void
add_judge(struct run *run)
{
	if (!run->expect)
		return;
	run->judge = judge_new(run->expect, run->options->serve.num_accept);
	run->expect = NULL;
	run->verdict.passed = passed;
	bus_add(run->bus, judge_sink(run->judge));
}

static bool
prepare(struct run *run, struct tls_error *err)
{
	struct s_server_options *options = run->options;
	struct s_server_caller *caller = run->caller;
	const char *keylog = getenv("SSLKEYLOGFILE");

	if (!read_expect(run, err))
		return false;
	run->plugs = plugs_new();
	if (!plugs_choose(run->plugs, options->backend, &run->choice,
	    &run->notes, err) || !check_backends(run, err))
		return false;
	if (caller && !caller->prepare(caller, run->choice.list[0], err))
		return false;
	offer_protocols(run);
	/* A wish of the environment: nothing is refused for it, and the
	 * reference does not look at it. */
	if (!options->output.keylog && !options->tls.strict && keylog &&
	    *keylog) {
		options->output.keylog = keylog;
		options->output.keylog_wish = true;
	}
	run->bus = bus_new(&clock_system);
	if (!make_shadow(run, err))
		return false;
	add_judge(run);
	run->source.load = make_again;
	run->source.taken = tell_news;
	run->edition = make_edition(run, NULL, err);
	if (!run->edition)
		return false;
	buf_add_span(&run->notes,
	    buf_span(&((struct edition *)run->edition)->notes));
	return sinks_open(run->bus, &options->output,
	    options->app.mode, err);
}

static void
tell_start(struct run *run)
{
	struct event event = {
		.kind = EVENT_START,
		.start = { PACKAGE_VERSION, run->options->app.command_line,
		    EVENTS_SCHEMA },
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
	struct serve all = {
		.source = &run->source, .listen = &run->options->listen,
		.app = &run->options->app, .options = &run->options->serve,
	};
	int status;

	buf_add_span(&run->notes, buf_span(&run->words->warnings));
	/* Both are reported by the call that meets them. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (!run->options->core_dumps)
		forbid_core_dumps();
	if (!prepare(run, &err))
		return cli_complain(run->words, &err,
		    err_exit_status(&err));
	tell_start(run);
	all.shadow = run->shadow;
	all.edition = run->edition;
	run->edition = NULL;
	all.owner = run->caller ? run->caller->owner : NULL;
	all.judge = run->judge ? &run->verdict : NULL;
	all.notes = buf_string(&run->notes);
	status = serve_run(&all, &err);
	if (!status && !bus_finish(run->bus))
		status = SERVE_INCOMPLETE;
	return status && err.blame ? cli_complain(run->words, &err, status) :
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
s_server_serve(struct cli_words *words, struct s_server_options *options,
    struct s_server_caller *caller)
{
	struct run run = {
		.options = options, .words = words, .caller = caller,
		.notes = BUF_INIT,
	};
	int status = serve(&run);

	clear(&run);
	return status;
}

int
command_s_server(int argc, char **argv)
{
	struct s_server_options options;
	struct cli_words words;
	struct tls_error err = TLS_ERROR_INIT;
	int status = 0;

	if (cli_goes_on(&words, s_server_parse(&words, argc, argv, &options,
	    &err), &err, &status)) {
		if (s_server_asks_for_keys(&options))
			words_print_keys();
		else
			status = s_server_serve(&words, &options, NULL);
	}
	cli_clear(&words, &options);
	if (status > SERVE_KILLED)
		die_of(status - SERVE_KILLED);
	return status && is_strict(argc, argv) ? 1 : status;
}
