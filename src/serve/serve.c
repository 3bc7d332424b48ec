/* serve.c - listening, starting the workers, and shutting down
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "serve/worker.h"

struct program {
	struct common common;		/* first: finish() casts */
	const struct serve *serve;
	struct worker *workers;
	size_t num_workers;		/* that were opened, even if only in
					 * part */
	size_t num_threads;		/* running, this one not counted */
	struct watch term, interrupt;
	bool told;			/* a signal has come already */
};

/* ---- readiness --------------------------------------------------------- */

static void
add_address(struct buf *out, const struct listener *listener)
{
	if (listener->port == 0)
		buf_add_string(out, listener->host);
	else
		buf_printf(out, strchr(listener->host, ':') ? "[%s]:%u" :
		    "%s:%u", listener->host, listener->port);
}

static bool
cannot_write(const char *name, struct tls_error *err)
{
	return err_set(err, TLS_BLAME_CONFIG, "-ready_file %.100s: %s; name a "
	    "file in a directory that can be written", name, strerror(errno));
}

static bool
write_all(int fd, struct tls_span text)
{
	while (text.len) {
		ssize_t put = write(fd, text.data, text.len);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			text.data += put;
			text.len -= (size_t)put;
		}
	}
	return true;
}

/* ---- the end ----------------------------------------------------------- */

static void
finish(struct common *common)
{
	struct program *program = (struct program *)common;

	for (size_t i = 0; i < program->num_workers; i++)
		loop_stop(program->workers[i].loop);
}

static void
signalled(struct program *program)
{
	if (program->told)
		_exit(0);	/* Interrupted twice: at once. */
	program->told = true;
	finish(&program->common);
}

static void
term(struct watch *watch, unsigned what)
{
	(void)what;
	signalled((struct program *)((char *)watch -
	    offsetof(struct program, term)));
}

static void
interrupt(struct watch *watch, unsigned what)
{
	(void)what;
	signalled((struct program *)((char *)watch -
	    offsetof(struct program, interrupt)));
}

/* ---- being ready --------------------------------------------------- */

/* The file of -ready_file while it is being written. */
struct ready {
	const char *name;	/* null: there is none */
	struct buf aside;	/* its name until it is complete */
	bool in_place;
	int fd;
};

/* A plain file appears complete: it is written under another name first.  A
 * FIFO or a device is written directly; opening a FIFO waits for its reader. */
static bool
open_ready(struct ready *ready, const char *name, struct tls_error *err)
{
	struct stat st;

	*ready = (struct ready){ .name = name, .aside = BUF_INIT, .fd = -1 };
	if (!name)
		return true;
	ready->in_place = stat(name, &st) == 0 && !S_ISREG(st.st_mode);
	buf_printf(&ready->aside, ready->in_place ? "%s" : "%s.new", name);
	ready->fd = open(buf_string(&ready->aside), O_WRONLY | O_CLOEXEC |
	    (ready->in_place ? 0 : O_CREAT | O_TRUNC), 0666);
	return ready->fd >= 0 || cannot_write(name, err);
}

static bool
write_ready(struct ready *ready, const struct listener *listener,
    struct tls_error *err)
{
	struct buf line = BUF_INIT;
	bool done;

	if (!ready->name)
		return true;
	add_address(&line, listener);
	buf_add_u8(&line, '\n');
	done = write_all(ready->fd, buf_span(&line));
	if (close(ready->fd) != 0)
		done = false;
	if (done && !ready->in_place)
		done = rename(buf_string(&ready->aside), ready->name) == 0;
	buf_clear(&line);
	return done || cannot_write(ready->name, err);
}

static void
watch_signals(struct program *program)
{
	struct loop *loop = program->workers[0].loop;

	watch_init_signal(&program->term, loop, SIGTERM, term);
	watch_init_signal(&program->interrupt, loop, SIGINT, interrupt);
}

/* SIGTERM and SIGINT ask for what is happening already.  Blocked from here
 * on, so that the default action does not change the exit status. */
static void
unwatch_signals(struct program *program)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	watch_clear(&program->term);
	watch_clear(&program->interrupt);
}

/* Only now: a failure prints only its reason. */
static void
tell_notes(const struct serve *serve)
{
	const char *at = serve->notes;

	while (*at) {
		size_t len = strcspn(at, "\n");

		bus_note(serve->service->bus, NULL, "%.*s", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

/* A program that is told that the server is ready may ask it to stop at once:
 * signals are handled from before that. */
static bool
tell_ready(struct program *program, struct tls_error *err)
{
	const struct serve *serve = program->serve;
	const struct listener *listener = &program->workers[0].listener;
	struct event event = {
		.kind = EVENT_LISTENING,
		.listening = { listener->host, listener->port,
		    listener->any_port },
	};
	struct ready ready;
	bool ok;

	ok = open_ready(&ready, serve->options->ready_file, err);
	if (ok) {
		watch_signals(program);
		ok = write_ready(&ready, listener, err);
	}
	if (ok) {
		tell_notes(serve);
		bus_post(serve->service->bus, &event);
	}
	buf_clear(&ready.aside);
	return ok;
}

static void
tell_end(struct program *program, int status)
{
	struct bus *bus = program->serve->service->bus;
	struct event statistics = { .kind = EVENT_STATISTICS };
	struct event stop = { .kind = EVENT_STOP, .stop = { status } };

	conn_count(&program->common.shared, &statistics.statistics);
	bus_post(bus, &statistics);
	bus_post(bus, &stop);
}

/* ---- workers ----------------------------------------------------------- */

static bool
open_workers(struct program *program, struct tls_error *err)
{
	const struct listen_options *listen = program->serve->listen;
	struct listener listener;

	program->workers = mem_zero(listen->workers,
	    sizeof *program->workers);
	for (size_t i = 0; i < listen->workers; i++) {
		if (i == 0 ? !listener_open(&listener, listen, err) :
		    !listener_open_again(&listener,
			&program->workers[0].listener, err))
			return false;
		program->num_workers++;
		if (!worker_open(&program->workers[i], &program->common,
			&listener, err))
			return false;
	}
	return true;
}

/* A thread's function is given a bare pointer: the only one in the core. */
static void *
thread(void *worker)
{
	worker_run(worker);
	return NULL;
}

static bool
start_threads(struct program *program, struct tls_error *err)
{
	sigset_t all, before;
	bool ok = true;

	/* Signals are for the main thread. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	for (size_t i = 1; ok && i < program->num_workers; i++) {
		int error = pthread_create(&program->workers[i].thread, NULL,
		    thread, &program->workers[i]);

		if (error)
			ok = err_set(err, TLS_BLAME_US, "-workers: no thread "
			    "%zu: %s", i + 1, strerror(error));
		else
			program->num_threads++;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return ok;
}

static void
run(struct program *program)
{
	worker_run(&program->workers[0]);
	finish(&program->common);
	for (size_t i = 1; i <= program->num_threads; i++)
		pthread_join(program->workers[i].thread, NULL);
}

static int
status_at_end(const struct program *program)
{
	const struct conn_shared *shared = &program->common.shared;

	/* With -naccept every connection was asked for. */
	return program->common.num_accept &&
	    shared->accepts_good < shared->accepts;
}

/* Each connection needs a descriptor: raises the limit as far as this user
 * may. */
static void
raise_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) == 0 &&
	    files.rlim_cur < files.rlim_max) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

int
serve_run(const struct serve *serve, struct tls_error *err)
{
	struct program program = {
		.common = {
			.service = serve->service, .app = serve->app,
			.num_accept = serve->options->num_accept,
			.finish = finish,
		},
		.serve = serve,
	};
	int status;

	signal(SIGPIPE, SIG_IGN);
	raise_limit();
	*err = (struct tls_error)TLS_ERROR_INIT;
	program.common.shared.store = store_new(STORE_ROOM);
	if (open_workers(&program, err) && tell_ready(&program, err) &&
	    start_threads(&program, err)) {
		run(&program);
		status = status_at_end(&program);
		tell_end(&program, status);
	} else {
		finish(&program.common);
		for (size_t i = 1; i <= program.num_threads; i++)
			pthread_join(program.workers[i].thread, NULL);
		status = err_exit_status(err);
	}
	unwatch_signals(&program);
	for (size_t i = 0; i < program.num_workers; i++)
		worker_close(&program.workers[i]);
	free(program.workers);
	store_free(program.common.shared.store);
	return status;
}
