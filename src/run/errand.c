/* errand.c - a command that a server is run for
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

struct errand {
	struct serve_company company;	/* first: it is a company */
	const struct errand_options *options;	/* borrowed */
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

static struct errand *
of_watch(struct watch *watch, size_t offset)
{
	return (struct errand *)((char *)watch - offset);
}

/* The server's own output may be nowhere. */
static void
say(const struct errand *errand, const char *what)
{
	fprintf(stderr, "polytls run: %s: %s\n", errand->options->words[0],
	    what);
}

/* ---- the end ----------------------------------------------------------- */

static void
kill_group(struct errand *errand, int number)
{
	child_signal(&errand->child, number);
	errand->sent = number;
	if (number != SIGKILL)
		watch_for(&errand->grace, 0, GRACE_MS);
}

static void
look(struct errand *errand)
{
	const bool over = child_look(&errand->child);

	if (!errand->child.ended)
		return;
	if (!over && !errand->lingers) {
		errand->lingers = true;
		if (!errand->sent)
			watch_for(&errand->grace, 0, LINGER_MS);
	}
	if (over) {
		watch_for(&errand->grace, 0, 0);
		watch_for(&errand->timeout, 0, 0);
		serve_leave(errand->server);
	}
}

static void
died(struct watch *watch, unsigned what)
{
	(void)what;
	look(of_watch(watch, offsetof(struct errand, death)));
}

static void
grace_over(struct watch *watch, unsigned what)
{
	struct errand *errand = of_watch(watch,
	    offsetof(struct errand, grace));

	(void)what;
	watch_for(watch, 0, 0);
	if (!errand->sent)
		say(errand, "it left processes behind: they are ended");
	kill_group(errand, errand->sent ? SIGKILL : SIGTERM);
}

static void
timed_out(struct watch *watch, unsigned what)
{
	struct errand *errand = of_watch(watch,
	    offsetof(struct errand, timeout));
	char words[64];

	(void)what;
	watch_for(watch, 0, 0);
	errand->timed_out = true;
	snprintf(words, sizeof words, "not done after %g seconds (-timeout): "
	    "ended", errand->options->timeout_ms / 1000.0);
	say(errand, words);
	kill_group(errand, SIGTERM);
}

static void
signalled(struct serve_company *company, int number)
{
	struct errand *errand = (struct errand *)company;

	/* The second time it is meant. */
	kill_group(errand, errand->interrupted ? SIGKILL : number);
	errand->interrupted = true;
}

static int
status_of(const struct errand *errand)
{
	return errand->timed_out ? ERRAND_TIMED_OUT : errand->child.status;
}

static void
end(struct serve_company *company)
{
	struct errand *errand = (struct errand *)company;

	child_clear(&errand->child);
	if (!errand->server)
		return;
	watch_clear(&errand->death);
	watch_clear(&errand->timeout);
	watch_clear(&errand->grace);
}

static int
status(const struct serve_company *company)
{
	return status_of((const struct errand *)company);
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
set_places(struct errand *errand, const struct listener *listener)
{
	const struct run_files *files = &errand->files;
	const char *name = name_of(listener->host), **to;

	to = errand->places.values;
	to[PLACE_BACKEND] = errand->backend;
	to[PLACE_DIR] = files->dir;
	to[PLACE_CA] = files->ca;
	to[PLACE_CERT] = errand->options->cert ? errand->options->cert :
	    files->cert;
	to[PLACE_CLIENT_CERT] = files->client_cert;
	to[PLACE_CLIENT_KEY] = files->client_key;
	if (!listener->port)
		return;
	buf_printf(&errand->port, "%u", listener->port);
	buf_printf(&errand->url, strchr(name, ':') ? "https://[%s]:%u/" :
	    "https://%s:%u/", name, listener->port);
	to[PLACE_PORT] = buf_string(&errand->port);
	to[PLACE_URL] = buf_string(&errand->url);
	to[PLACE_HOST] = name;
	to[PLACE_ADDRESS] = !strcmp(listener->host, "0.0.0.0") ? "127.0.0.1" :
	    !strcmp(listener->host, "::") ? "::1" : listener->host;
}

/* The words with their placeholders replaced; null with `err` filled. */
static char **
fill_words(const struct errand *errand, struct tls_error *err)
{
	char *const *words = errand->options->words;
	size_t num = 0;
	char **filled;

	while (words[num])
		num++;
	filled = mem_zero(num + 1, sizeof *filled);
	for (size_t i = 0; i < num; i++) {
		struct buf word = BUF_INIT;

		buf_reserve(&word, 1);
		if (!places_fill(&errand->places, words[i], &word, err)) {
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
start(struct errand *errand, struct tls_error *err)
{
	char **words = fill_words(errand, err), **environment;
	bool started;

	if (!words)
		return false;
	environment = places_environment(&errand->places,
	    errand->options->trust ? errand->files.ca : NULL);
	started = child_start(&errand->child, words, environment, err);
	places_free_environment(words);
	places_free_environment(environment);
	return started;
}

static bool
begin(struct serve_company *company, struct program *server,
    struct loop *loop, const struct listener *listener, struct tls_error *err)
{
	struct errand *errand = (struct errand *)company;

	errand->server = server;
	watch_init(&errand->timeout, loop, -1, timed_out);
	watch_init(&errand->grace, loop, -1, grace_over);
	if (!watch_init_signal(&errand->death, loop, SIGCHLD, died))
		return err_set(err, TLS_BLAME_US, "SIGCHLD cannot be watched: "
		    "%s", strerror(errno));
	set_places(errand, listener);
	if (!start(errand, err))
		return false;
	if (errand->options->timeout_ms)
		watch_for(&errand->timeout, 0, errand->options->timeout_ms);
	return true;
}

/* ---- before and after --------------------------------------------------- */

struct errand *
errand_new(const struct errand_options *options, struct tls_error *err)
{
	struct errand *errand;

	for (char *const *word = options->words; *word; word++)
		if (!places_check(*word, err))
			return NULL;
	errand = mem_zero(1, sizeof *errand);
	errand->company = (struct serve_company){
		.begin = begin, .signalled = signalled, .end = end,
		.status = status,
	};
	errand->options = options;
	errand->child = (struct child)CHILD_INIT;
	child_remember(&errand->child);
	return errand;
}

static bool
uses_client(const struct errand_options *options)
{
	for (char *const *word = options->words; *word; word++)
		if (places_uses(*word, PLACE_CLIENT_CERT) ||
		    places_uses(*word, PLACE_CLIENT_KEY))
			return true;
	return options->client;
}

bool
errand_prepare(struct errand *errand, const struct plug *plug,
    struct tls_error *err)
{
	const struct run_files_want want = {
		.rsa = errand->options->rsa &&
		    plug_can(plug, TLS_FEATURE_IDENTITIES),
		.client = uses_client(errand->options),
	};

	errand->backend = plug->backend->name;
	return files_make_dir(&errand->files, err) &&
	    (errand->options->cert || errand->options->no_cert ||
	    files_make_certs(&errand->files, plug, &want, err));
}

void
errand_free(struct errand *errand)
{
	if (!errand)
		return;
	files_clear(&errand->files);
	buf_clear(&errand->url);
	buf_clear(&errand->port);
	free(errand);
}

const char *
errand_ca(const struct errand *errand)
{
	return errand->files.ca;
}

const char *
errand_cert(const struct errand *errand, bool rsa)
{
	return rsa ? errand->files.rsa_cert : errand->files.cert;
}

const char *
errand_key(const struct errand *errand, bool rsa)
{
	return rsa ? errand->files.rsa_key : errand->files.key;
}

struct serve_company *
errand_company(struct errand *errand)
{
	return &errand->company;
}
