/* each.c - the same run once for each of several backends
 * SPDX-License-Identifier: Apache-2.0
 */
#include "run/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What this process waits for, while a child does the work. */
static void
fill_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGCHLD);
}

/* Waits for `child`, which gets the signals that this process gets; `*stop` is
 * set if one asked for the end. */
static int
wait_for(pid_t child, const sigset_t *set, bool *stop)
{
	int status, number;

	for (;;) {
		pid_t pid = waitpid(child, &status, WNOHANG);

		if (pid == child)
			return WIFSIGNALED(status) ?
			    RUNNER_KILLED + WTERMSIG(status) :
			    WEXITSTATUS(status);
		if (sigwait(set, &number) != 0 || number == SIGCHLD)
			continue;
		if (number != SIGHUP)
			*stop = true;
		kill(child, number);
	}
}

/* In a process of its own: a backend cannot be unloaded. */
static int
run_one(struct each_user *user, const char *name, bool first, bool *stop)
{
	sigset_t set, before;
	pid_t child;
	int status;

	fill_signals(&set);
	sigprocmask(SIG_BLOCK, &set, &before);
	child = fork();
	if (child == 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		exit(user->run(user, name, first));
	}
	if (child < 0) {
		fprintf(stderr, "polytls run: %s: no process: %s\n", name,
		    strerror(errno));
		status = 1;
	} else {
		status = wait_for(child, &set, stop);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return status;
}

int
each_run(struct each_user *user, const char *const *names, size_t num)
{
	int verdict = 0;
	bool stop = false;

	for (size_t i = 0; i < num && !stop; i++) {
		int status = run_one(user, names[i], i == 0, &stop);

		if (status)
			fprintf(stderr, "polytls run: %s: failed, status %d\n",
			    names[i], status);
		else
			fprintf(stderr, "polytls run: %s: passed\n",
			    names[i]);
		if (!verdict)
			verdict = status;
	}
	return verdict;
}
