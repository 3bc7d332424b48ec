/* child.c - a process group with one command in it
 * SPDX-License-Identifier: Apache-2.0
 */
#include "run/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"
#include "run/run.h"

static bool
is_ignored(int number)
{
	struct sigaction now;

	return sigaction(number, NULL, &now) == 0 &&
	    now.sa_handler == SIG_IGN;
}

void
child_remember(struct child *child)
{
	getrlimit(RLIMIT_CORE, &child->core);
	getrlimit(RLIMIT_NOFILE, &child->files);
	child->pipe_ignored = is_ignored(SIGPIPE);
	child->size_ignored = is_ignored(SIGXFSZ);
}

/* ---- the terminal ------------------------------------------------------ */

/* Whose the terminal is. */
static void
set_foreground(int tty, pid_t group)
{
	sigset_t set, before;

	/* It would stop this process, which is in the background by now. */
	sigemptyset(&set);
	sigaddset(&set, SIGTTOU);
	pthread_sigmask(SIG_BLOCK, &set, &before);
	(void)tcsetpgrp(tty, group);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The terminal, if this program's group has it; else -1. */
static int
own_terminal(void)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (tty >= 0 && tcgetpgrp(tty) == getpgrp())
		return tty;
	if (tty >= 0)
		close(tty);
	return -1;
}

/* ---- starting ---------------------------------------------------------- */

static int
spawn(struct child *child, char *const *words, char *const *environment)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t defaults, none;
	int error;

	sigemptyset(&none);
	sigemptyset(&defaults);
	if (!child->pipe_ignored)
		sigaddset(&defaults, SIGPIPE);
	if (!child->size_ignored)
		sigaddset(&defaults, SIGXFSZ);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETPGROUP |
	    POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setsigdefault(&attr, &defaults);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawn_file_actions_init(&actions);
	if (child->tty >= 0)
		posix_spawn_file_actions_addtcsetpgrp_np(&actions,
		    child->tty);
	error = posix_spawnp(&child->pid, words[0], &actions, &attr, words,
	    environment);
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attr);
	return error;
}

/* With the limits of the program's start, which other threads, still waiting
 * for theirs, do not notice. */
static int
spawn_limited(struct child *child, char *const *words,
    char *const *environment)
{
	struct rlimit core, files;
	int error;

	getrlimit(RLIMIT_CORE, &core);
	getrlimit(RLIMIT_NOFILE, &files);
	setrlimit(RLIMIT_CORE, &child->core);
	setrlimit(RLIMIT_NOFILE, &child->files);
	error = spawn(child, words, environment);
	setrlimit(RLIMIT_CORE, &core);
	setrlimit(RLIMIT_NOFILE, &files);
	return error;
}

bool
child_start(struct child *child, char *const *words,
    char *const *environment, struct tls_error *err)
{
	int error;

	/* What the command leaves behind becomes a child of this process. */
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	child->tty = own_terminal();
	error = spawn_limited(child, words, environment);
	if (!error)
		return true;
	child_clear(child);
	child->pid = 0;
	child->status = error == ENOENT ? RUNNER_NOT_FOUND :
	    RUNNER_CANNOT_RUN;
	return err_set(err, TLS_BLAME_CONFIG, "%.150s: %s", words[0],
	    error == ENOENT ? "no such command" : strerror(error));
}

/* ---- the end ----------------------------------------------------------- */

bool
child_look(struct child *child)
{
	int status;
	pid_t pid;

	while (child->pid && (pid = waitpid(-child->pid, &status, WNOHANG))) {
		if (pid < 0) {
			/* Nobody of the group is left. */
			child->pid = 0;
		} else if (pid == child->pid) {
			child->ended = true;
			child->status = WIFSIGNALED(status) ?
			    RUNNER_KILLED + WTERMSIG(status) :
			    WEXITSTATUS(status);
		}
	}
	return child->ended && !child->pid;
}

void
child_signal(const struct child *child, int number)
{
	if (!child->pid)
		return;
	kill(-child->pid, number);
	kill(-child->pid, SIGCONT);
}

void
child_clear(struct child *child)
{
	if (child->tty < 0)
		return;
	set_foreground(child->tty, getpgrp());
	close(child->tty);
	child->tty = -1;
}
