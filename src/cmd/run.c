/* run.c - polytls run: a command beside a server that is there for it only
 * SPDX-License-Identifier: Apache-2.0
 */
#include "run/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "cmd/cmd.h"
#include "cmd/s_server.h"
#include "cmd/words.h"

/* What the command owns while it runs. */
struct running {
	struct s_server_caller caller;	/* first: it is a caller */
	struct each_user each;
	char **command;			/* borrowed */
	struct run_options options;
	struct cli_words words;
	struct runner_options what;
	struct runner *runner;
};

/* ---- options ----------------------------------------------------------- */

/* The words before "--"; `*command` is what follows it, or null. */
static int
split(int argc, char **argv, char ***command)
{
	*command = NULL;
	for (int i = 0; i < argc; i++)
		if (!strcmp(argv[i], "--")) {
			*command = argv + i + 1;
			return i;
		}
	return argc;
}

static bool
is_elsewhere(const char *option, const char *file, struct tls_error *err)
{
	return !file || strcmp(file, "-") ||
	    err_set(err, TLS_BLAME_CONFIG, "%s -: standard output is the "
	    "command's: name a file", option);
}

/* The server has neither terminal nor end of its own. */
static bool
check(const struct running *running, char *const *command,
    struct tls_error *err)
{
	const struct s_server_options *server = &running->options.server;

	if (!command || !*command)
		return err_set(err, TLS_BLAME_CONFIG, "no command: polytls "
		    "run [OPTIONS] -- COMMAND {url} {ca} ...");
	if (server->serve.num_accept)
		return err_set(err, TLS_BLAME_CONFIG, "-naccept: the server "
		    "ends with the command; how many connections there have "
		    "to be is said by -expect connections=%u",
		    server->serve.num_accept);
	return is_elsewhere("-json", server->output.json, err) &&
	    is_elsewhere("-pcapng", server->output.pcapng, err);
}

static bool
is_asked_for(const struct sink_options *output)
{
	return output->brief || output->message || output->state ||
	    output->debug || output->extensions || output->blocks;
}

/* The command has standard output, and the server a port of its own. */
static void
fill_in(struct running *running, char **command)
{
	const unsigned old = TLS_VERSION_BIT(TLS_VERSION_1_0) |
	    TLS_VERSION_BIT(TLS_VERSION_1_1);
	struct run_options *options = &running->options;
	struct s_server_options *server = &options->server;

	if (!server->listen.accept && !server->listen.unix_path)
		server->listen.accept =
		    server->listen.family == FAMILY_IPV6 ? "[::1]:0" :
		    "127.0.0.1:0";
	server->output.aside = true;
	server->output.silent = !is_asked_for(&server->output);
	if (!server->output.brief)
		server->output.quiet = true;
	server->tls.quiet = true;
	running->what = (struct runner_options){
		.words = command,
		.timeout_ms = options->timeout_ms,
		.trust = options->trust,
		.client = server->tls.verify.depth >= 0,
		.rsa = server->tls.cipher || server->tls.only & old,
		.cert = server->tls.first.cert,
		.no_cert = server->tls.no_cert,
	};
}

/* ---- running ----------------------------------------------------------- */

/* The server uses the files that were made, where no others were given. */
static bool
prepare(struct s_server_caller *caller, const struct plug *plug,
    struct tls_error *err)
{
	struct running *running = (struct running *)caller;
	struct load_options *tls = &running->options.server.tls;
	const struct runner *runner = running->runner;

	if (!runner_prepare(running->runner, plug, err))
		return false;
	if (runner_cert(runner, false)) {
		tls->first.cert = runner_cert(runner, false);
		tls->first.key = runner_key(runner, false);
	}
	if (runner_cert(runner, true) && !tls->second.cert) {
		tls->second.cert = runner_cert(runner, true);
		tls->second.key = runner_key(runner, true);
	}
	if (running->what.client && !tls->ca_file && !tls->ca_path)
		tls->ca_file = runner_ca(runner);
	return true;
}

static int
run_with(struct running *running)
{
	struct tls_error err = TLS_ERROR_INIT;
	int status;

	fill_in(running, running->command);
	running->runner = runner_new(&running->what, &err);
	if (!running->runner)
		return cli_complain(&running->words, &err, 2);
	running->caller.prepare = prepare;
	running->caller.owner = runner_owner(running->runner);
	status = s_server_serve(&running->words, &running->options.server,
	    &running->caller);
	runner_free(running->runner);
	return status;
}

/* ---- several backends --------------------------------------------------- */

static int
run_one(struct each_user *user, const char *name, bool first)
{
	struct running *running = (struct running *)((char *)user -
	    offsetof(struct running, each));
	struct s_server_options *server = &running->options.server;

	server->backend = name;
	/* One file has the events of all. */
	if (!first)
		server->output.json_append = true;
	return run_with(running);
}

/* The names in "NAME,NAME", or of all backends but that for tests; free with
 * plug_names_free. */
static char **
names_of(const char *word, size_t *num)
{
	char **all = plug_names(), **names;
	struct buf name = BUF_INIT;

	*num = 0;
	if (!strcmp(word, "all")) {
		for (char **at = all; *at; at++)
			if (plugs_serves_tls(*at))
				all[(*num)++] = *at;
			else
				free(*at);
		all[*num] = NULL;
		return all;
	}
	plug_names_free(all);
	names = mem_zero(strlen(word) + 2, sizeof *names);
	while (text_next_part(&word, &name))
		if (name.len)
			names[(*num)++] = mem_string(buf_string(&name));
	buf_clear(&name);
	return names;
}

static int
run_each(struct running *running, const char *word)
{
	struct tls_error err = TLS_ERROR_INIT;
	size_t num;
	char **names;
	int status;

	if (running->options.server.output.pcapng) {
		err_set(&err, TLS_BLAME_CONFIG, "-pcapng with several "
		    "backends: each would write the same file: run them one "
		    "by one");
		return cli_complain(&running->words, &err, 2);
	}
	names = names_of(word, &num);
	if (num == 0) {
		plug_names_free(names);
		err_set(&err, TLS_BLAME_CONFIG, "-backend %.40s: there is "
		    "none", word);
		return cli_complain(&running->words, &err, 2);
	}
	running->each.run = run_one;
	status = each_run(&running->each, (const char *const *)names, num);
	plug_names_free(names);
	return status;
}

static int
run(struct running *running)
{
	const char *backend = running->options.server.backend;
	struct tls_error err = TLS_ERROR_INIT;

	if (!check(running, running->command, &err))
		return cli_complain(&running->words, &err, 2);
	if (backend && (!strcmp(backend, "all") || strchr(backend, ',')))
		return run_each(running, backend);
	return run_with(running);
}

int
command_run(int argc, char **argv)
{
	struct running running = { .runner = NULL };
	struct tls_error err = TLS_ERROR_INIT;
	int status = 0, num = split(argc, argv, &running.command);

	if (cli_goes_on(&running.words, s_server_parse_as(&run_table,
	    &running.words, num, argv, &running.options.server, &err), &err,
	    &status)) {
		if (s_server_asks_for_keys(&running.options.server))
			words_print_keys();
		else
			status = run(&running);
	}
	cli_clear(&running.words, &running.options);
	return status;
}
