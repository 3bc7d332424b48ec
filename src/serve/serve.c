/* serve.c - listening, starting the workers, and shutting down
 * SPDX-License-Identifier: Apache-2.0
 */
#include "serve/program.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/thread.h"
#include "fault/fault.h"
#include "serve/worker.h"
#include "shadow/shadow.h"

/* ---- the end ----------------------------------------------------------- */

static void
finish(struct common *common)
{
	struct program *program = (struct program *)common;

	for (size_t i = 0; i < program->num_workers; i++)
		if (program->workers[i].open)
			loop_stop(program->workers[i].loop);
}

static void
signalled(struct program *program, int number)
{
	struct serve_owner *owner = program->serve->owner;

	if (owner) {
		owner->signalled(owner, number);
		return;
	}
	/* Interrupted twice: at once, and nobody has judged. */
	if (program->signal)
		_exit(program->serve->judge ? 1 : 0);
	program->signal = number;
	finish(&program->common);
}

static void
term(struct watch *watch, unsigned what)
{
	(void)what;
	signalled((struct program *)((char *)watch -
	    offsetof(struct program, term)), SIGTERM);
}

static void
interrupt(struct watch *watch, unsigned what)
{
	(void)what;
	signalled((struct program *)((char *)watch -
	    offsetof(struct program, interrupt)), SIGINT);
}

/* ---- reading the files again ------------------------------------------- */

/* Opens the servers of `edition` for all workers before one of them gets
 * any. */
static bool
hand_over(struct program *program, struct service_edition *edition,
    struct tls_error *err)
{
	struct worker_setup **setups = mem_zero(program->num_workers,
	    sizeof *setups);
	size_t num = 0;
	bool all;

	while (num < program->num_workers && (setups[num] = worker_setup_new(
	    &program->workers[num], edition, err)))
		num++;
	all = num == program->num_workers;
	for (size_t i = 0; i < num; i++) {
		if (all)
			worker_hand(&program->workers[i], setups[i]);
		else
			worker_setup_free(setups[i]);
	}
	free(setups);
	return all;
}

/* What -fault announced and did not happen is said before it is forgotten. */
static void
tell_idle_faults(const struct program *program)
{
	const struct fault_script *script = program->edition->service.faults;

	if (script)
		fault_script_tell_idle(script, program->common.bus);
}

static void
reload(struct program *program)
{
	struct serve_source *source = program->serve->source;
	struct tls_error err = TLS_ERROR_INIT;
	struct service_edition *next = source->load(source, program->edition,
	    &err);
	struct event event = { .kind = EVENT_RELOADED };

	if (next && hand_over(program, next, &err)) {
		tell_idle_faults(program);
		source->taken(source, program->edition, next);
		service_release(program->edition);
		program->edition = next;
	} else {
		service_release(next);
		event.reloaded.error = &err;
	}
	bus_post(program->common.bus, &event);
}

/* Whether the terminal that this was started from is gone: then SIGHUP means
 * what it always meant. */
static bool
lost_terminal(void)
{
	struct stat st;

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		struct pollfd gone = { .fd = fd };

		if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
		    poll(&gone, 1, 0) > 0 && gone.revents & POLLHUP)
			return true;
	}
	return false;
}

static void
hung_up(struct watch *watch, unsigned what)
{
	struct program *program = (struct program *)((char *)watch -
	    offsetof(struct program, hangup));

	(void)what;
	if (lost_terminal())
		signalled(program, SIGHUP);
	else
		reload(program);
}

/* ---- being ready --------------------------------------------------- */

static bool
watch_signals(struct program *program, struct tls_error *err)
{
	struct loop *loop = program->workers[0].loop;

	return (watch_init_signal(&program->term, loop, SIGTERM, term) &&
	    watch_init_signal(&program->interrupt, loop, SIGINT, interrupt) &&
	    (program->serve->options->strict ||
	    watch_init_signal(&program->hangup, loop, SIGHUP, hung_up))) ||
	    err_set(err, TLS_BLAME_US, "signals cannot be watched: %s",
	    strerror(errno));
}

/* The signals ask for what is happening already.  Blocked from here
 * on, so that the default action does not change the exit status. */
static void
unwatch_signals(struct program *program)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	if (!program->serve->options->strict)
		sigaddset(&set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	watch_clear(&program->term);
	watch_clear(&program->interrupt);
	watch_clear(&program->hangup);
}

/* Only now: a failure prints only its reason. */
static void
tell_notes(const struct program *program, const char *notes)
{
	const char *at = notes;

	while (*at) {
		size_t len = strcspn(at, "\n");

		bus_note(program->common.bus, NULL, "%.*s", (int)len, at);
		at += len + (at[len] == '\n');
	}
}

/* The command may connect now; its events come after that of listening, which
 * this thread posts before it looks at anything else. */
static bool
begin(struct program *program, struct tls_error *err)
{
	struct serve_owner *owner = program->serve->owner;

	return !owner || owner->begin(owner, program,
	    program->workers[0].loop, &program->workers[0].listener, err);
}

static bool
tell_ready(struct program *program, struct ready *ready,
    struct tls_error *err)
{
	const struct listener *listener = &program->workers[0].listener;
	struct event event = {
		.kind = EVENT_LISTENING,
		.listening = { listener->host, listener->port,
		    listener->any_port, program->edition->service.dh },
	};

	if (!ready_write(ready, listener, err) || !begin(program, err))
		return false;
	tell_notes(program, program->serve->notes);
	bus_post(program->common.bus, &event);
	return true;
}

static void
tell_end(struct program *program, int status)
{
	struct bus *bus = program->common.bus;
	struct event statistics = { .kind = EVENT_STATISTICS };
	struct event stop = { .kind = EVENT_STOP, .stop = { status } };

	if (program->common.shortages > 1)
		bus_note(bus, NULL, "accept: there was no descriptor %lu times",
		    (unsigned long)program->common.shortages);
	tell_idle_faults(program);
	conn_count(&program->common.shared, &statistics.statistics);
	/* The reference dies at once. */
	if (!(program->signal && program->serve->options->strict))
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
			program->edition, &listener, err))
			return false;
	}
	return true;
}

/* A thread's function is given a bare pointer: the only one in the core. */
static void *
thread(void *user)
{
	struct worker *worker = user;
	struct program *program = (struct program *)worker->common;

	pthread_mutex_lock(&program->gate);
	pthread_mutex_unlock(&program->gate);
	worker_run(worker);
	return NULL;
}

static bool
start_threads(struct program *program, struct tls_error *err)
{
	for (size_t i = 1; i < program->num_workers; i++) {
		struct worker *worker = &program->workers[i];
		int error = thread_start(&worker->thread, thread, worker);

		if (error)
			return err_set(err, TLS_BLAME_US, "-workers: no thread "
			    "%zu: %s", i + 1, strerror(error));
		program->num_threads++;
	}
	return true;
}

/* Nothing can fail after it is said that clients may come, and no client is
 * served before.  A program that is told so may ask this one to stop at once:
 * signals are handled from before that. */
static bool
make_ready(struct program *program, struct tls_error *err)
{
	struct ready ready;
	bool ok = ready_open(&ready, program->serve->options->ready_file,
	    err) &&
	    watch_signals(program, err) && start_threads(program, err) &&
	    tell_ready(program, &ready, err);

	ready_clear(&ready);
	return ok;
}

static void
end_threads(struct program *program)
{
	finish(&program->common);
	for (size_t i = 1; i <= program->num_threads; i++)
		pthread_join(program->workers[i].thread, NULL);
}

static int
status_of_failure(const struct program *program, const struct tls_error *err)
{
	const struct serve_owner *owner = program->serve->owner;
	int status = owner ? owner->status(owner) : 0;

	return status ? status : err_exit_status(err);
}

static int
status_at_end(const struct program *program)
{
	const struct conn_shared *shared = &program->common.shared;

	struct serve_judge *judge = program->serve->judge;
	const struct serve_owner *owner = program->serve->owner;
	int status = owner ? owner->status(owner) : 0;

	if (judge && !judge->passed(judge))
		return 1;
	if (status)
		return status;
	if (program->serve->options->strict)
		return program->signal ? SERVE_KILLED + program->signal : 0;
	/* With -naccept every connection was asked for. */
	if (!judge && !owner && program->common.num_accept &&
	    shared->accepts_good < shared->accepts)
		return 1;
	return bus_finish(program->common.bus) ? 0 :
	    SERVE_INCOMPLETE;
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
	const struct service *first = &serve->edition->service;
	struct program program = {
		.common = {
			.bus = first->bus, .plugs = first->plugs,
			.app = serve->app, .shadow = serve->shadow,
			.num_accept = serve->options->num_accept,
			.counts = serve->owner != NULL,
			.finish = finish,
		},
		.serve = serve,
		.edition = serve->edition,
	};
	bool ready;
	int status;

	raise_limit();
	*err = (struct tls_error)TLS_ERROR_INIT;
	program.common.shared.store = store_new(STORE_ROOM);
	pthread_mutex_init(&program.gate, NULL);
	pthread_mutex_lock(&program.gate);
	ready = open_workers(&program, err) && make_ready(&program, err);
	if (!ready)
		finish(&program.common);
	pthread_mutex_unlock(&program.gate);
	if (ready)
		worker_run(&program.workers[0]);
	end_threads(&program);
	/* What the last clients would have got is told, unless somebody wants
	 * an end now. */
	if (serve->shadow)
		shadow_finish(serve->shadow, ready && !program.signal);
	status = ready ? status_at_end(&program) :
	    status_of_failure(&program, err);
	if (ready)
		tell_end(&program, status);
	unwatch_signals(&program);
	leave_clear(&program);
	for (size_t i = 0; i < program.num_workers; i++)
		worker_close(&program.workers[i]);
	service_release(program.edition);
	free(program.workers);
	pthread_mutex_destroy(&program.gate);
	store_free(program.common.shared.store);
	return status;
}
