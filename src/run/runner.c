/* runner.c - a command that a server is run for
 * SPDX-License-Identifier: Apache-2.0
 */
#include "run/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "net/loop.h"
#include "run/child.h"
#include "run/files.h"
#include "run/places.h"

/* Milliseconds that the command's children may take longer than itself, and
 * that they have from SIGTERM to SIGKILL. */
#define LINGER_MS	100
#define GRACE_MS	1000

struct runner {
	struct serve_owner owner;	/* first: it is an owner */
	const struct runner_options *options;	/* borrowed */
	const char *backend;		/* borrowed: its name */
	struct run_files files;
	struct places places;
	struct buf url, port;		/* what `places` points to */
	struct child child;
	struct program *server;		/* borrowed; null: not begun */
	struct watch death, timeout, grace;
	bool timed_out, interrupted;
	bool lingers;			/* the command has ended, but not its
					 * group */
	int sent;			/* the last signal to it, or 0 */
};

static struct runner *
of_watch(struct watch *watch, size_t offset)
{
	return (struct runner *)((char *)watch - offset);
}

/* The server's own output may be nowhere. */
static void
say(const struct runner *runner, const char *what)
{
	fprintf(stderr, "polytls run: %s: %s\n", runner->options->words[0],
	    what);
}

/* ---- the end ----------------------------------------------------------- */

static void
kill_group(struct runner *runner, int number)
{
	child_signal(&runner->child, number);
	runner->sent = number;
	if (number != SIGKILL)
		watch_for(&runner->grace, 0, GRACE_MS);
}

static void
look(struct runner *runner)
{
	const bool over = child_look(&runner->child);

	if (!runner->child.ended)
		return;
	if (!over && !runner->lingers) {
		runner->lingers = true;
		if (!runner->sent)
			watch_for(&runner->grace, 0, LINGER_MS);
	}
	if (over) {
		watch_for(&runner->grace, 0, 0);
		watch_for(&runner->timeout, 0, 0);
		serve_leave(runner->server);
	}
}

static void
died(struct watch *watch, unsigned what)
{
	(void)what;
	look(of_watch(watch, offsetof(struct runner, death)));
}

static void
grace_over(struct watch *watch, unsigned what)
{
	struct runner *runner = of_watch(watch,
	    offsetof(struct runner, grace));

	(void)what;
	watch_for(watch, 0, 0);
	if (!runner->sent)
		say(runner, "it left processes behind: they are ended");
	kill_group(runner, runner->sent ? SIGKILL : SIGTERM);
}

static void
timed_out(struct watch *watch, unsigned what)
{
	struct runner *runner = of_watch(watch,
	    offsetof(struct runner, timeout));
	char words[64];

	(void)what;
	watch_for(watch, 0, 0);
	runner->timed_out = true;
	snprintf(words, sizeof words, "not done after %g seconds (-timeout): "
	    "ended", runner->options->timeout_ms / 1000.0);
	say(runner, words);
	kill_group(runner, SIGTERM);
}

static void
signalled(struct serve_owner *owner, int number)
{
	struct runner *runner = (struct runner *)owner;

	/* The second time it is meant. */
	kill_group(runner, runner->interrupted ? SIGKILL : number);
	runner->interrupted = true;
}

static int
status_of(const struct runner *runner)
{
	return runner->timed_out ? RUNNER_TIMED_OUT : runner->child.status;
}

static void
end(struct serve_owner *owner)
{
	struct runner *runner = (struct runner *)owner;

	child_clear(&runner->child);
	if (!runner->server)
		return;
	watch_clear(&runner->death);
	watch_clear(&runner->timeout);
	watch_clear(&runner->grace);
}

static int
status(const struct serve_owner *owner)
{
	return status_of((const struct runner *)owner);
}

/* ---- the beginning ----------------------------------------------------- */

static bool
is_any(const char *host)
{
	return !strcmp(host, "::") || !strcmp(host, "0.0.0.0");
}

/* The certificate that is made is for localhost. */
static const char *
name_of(const char *host)
{
	return is_any(host) || !strcmp(host, "127.0.0.1") ||
	    !strcmp(host, "::1") ? "localhost" : host;
}

static void
set_places(struct runner *runner, const struct listener *listener)
{
	const struct run_files *files = &runner->files;
	const char *name = name_of(listener->host), **to;

	to = runner->places.values;
	to[PLACE_BACKEND] = runner->backend;
	to[PLACE_DIR] = files->dir;
	to[PLACE_CA] = files->ca;
	to[PLACE_CERT] = runner->options->cert ? runner->options->cert :
	    files->cert;
	to[PLACE_CLIENT_CERT] = files->client_cert;
	to[PLACE_CLIENT_KEY] = files->client_key;
	if (!listener->port)
		return;
	buf_printf(&runner->port, "%u", listener->port);
	buf_printf(&runner->url, strchr(name, ':') ? "https://[%s]:%u/" :
	    "https://%s:%u/", name, listener->port);
	to[PLACE_PORT] = buf_string(&runner->port);
	to[PLACE_URL] = buf_string(&runner->url);
	to[PLACE_HOST] = name;
	to[PLACE_ADDRESS] = !strcmp(listener->host, "0.0.0.0") ? "127.0.0.1" :
	    !strcmp(listener->host, "::") ? "::1" : listener->host;
}

/* The words with their placeholders replaced; null with `err` filled. */
static char **
fill_words(const struct runner *runner, struct tls_error *err)
{
	char *const *words = runner->options->words;
	size_t num = 0;
	char **filled;

	while (words[num])
		num++;
	filled = mem_zero(num + 1, sizeof *filled);
	for (size_t i = 0; i < num; i++) {
		struct buf word = BUF_INIT;

		buf_reserve(&word, 1);
		if (!places_fill(&runner->places, words[i], &word, err)) {
			buf_clear(&word);
			places_free_environment(filled);
			return NULL;
		}
		filled[i] = mem_string(buf_string(&word));
		buf_clear(&word);
	}
	return filled;
}

static bool
start(struct runner *runner, struct tls_error *err)
{
	char **words = fill_words(runner, err), **environment;
	bool started;

	if (!words)
		return false;
	environment = places_environment(&runner->places,
	    runner->options->trust ? runner->files.ca : NULL);
	started = child_start(&runner->child, words, environment, err);
	places_free_environment(words);
	places_free_environment(environment);
	return started;
}

static bool
begin(struct serve_owner *owner, struct program *server,
    struct loop *loop, const struct listener *listener, struct tls_error *err)
{
	struct runner *runner = (struct runner *)owner;

	runner->server = server;
	watch_init(&runner->timeout, loop, -1, timed_out);
	watch_init(&runner->grace, loop, -1, grace_over);
	if (!watch_init_signal(&runner->death, loop, SIGCHLD, died))
		return err_set(err, TLS_BLAME_US, "SIGCHLD cannot be watched: "
		    "%s", strerror(errno));
	set_places(runner, listener);
	if (!start(runner, err))
		return false;
	if (runner->options->timeout_ms)
		watch_for(&runner->timeout, 0, runner->options->timeout_ms);
	return true;
}

/* ---- before and after --------------------------------------------------- */

struct runner *
runner_new(const struct runner_options *options, struct tls_error *err)
{
	struct runner *runner;

	for (char *const *word = options->words; *word; word++)
		if (!places_check(*word, err))
			return NULL;
	runner = mem_zero(1, sizeof *runner);
	runner->owner = (struct serve_owner){
		.begin = begin, .signalled = signalled, .end = end,
		.status = status,
	};
	runner->options = options;
	runner->child = (struct child)CHILD_INIT;
	child_remember(&runner->child);
	return runner;
}

static bool
uses_client(const struct runner_options *options)
{
	for (char *const *word = options->words; *word; word++)
		if (places_uses(*word, PLACE_CLIENT_CERT) ||
		    places_uses(*word, PLACE_CLIENT_KEY))
			return true;
	return options->client;
}

bool
runner_prepare(struct runner *runner, const struct plug *plug,
    struct tls_error *err)
{
	const struct run_files_want want = {
		.rsa = runner->options->rsa &&
		    plug_can(plug, TLS_FEATURE_IDENTITIES),
		.client = uses_client(runner->options),
	};

	runner->backend = plug->backend->name;
	return files_make_dir(&runner->files, err) &&
	    (runner->options->cert || runner->options->no_cert ||
	    files_make_certs(&runner->files, plug, &want, err));
}

void
runner_free(struct runner *runner)
{
	if (!runner)
		return;
	files_clear(&runner->files);
	buf_clear(&runner->url);
	buf_clear(&runner->port);
	free(runner);
}

const char *
runner_ca(const struct runner *runner)
{
	return runner->files.ca;
}

const char *
runner_cert(const struct runner *runner, bool rsa)
{
	return rsa ? runner->files.rsa_cert : runner->files.cert;
}

const char *
runner_key(const struct runner *runner, bool rsa)
{
	return rsa ? runner->files.rsa_key : runner->files.key;
}

struct serve_owner *
runner_owner(struct runner *runner)
{
	return &runner->owner;
}
