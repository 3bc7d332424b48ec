/* pass.c - pass phrases, from a source or from the terminal
 * SPDX-License-Identifier: Apache-2.0
 */
#include "load/pass.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"

#define MAX_PASS	1024		/* bytes of a pass phrase */

void
pass_free(char *pass)
{
	if (pass)
		mem_wipe(pass, strlen(pass));
	free(pass);
}

/* ---- lines ------------------------------------------------------------ */

/* Reads one line, without its end, into `line` of MAX_PASS + 1 bytes.  False
 * with errno set: 0 at the end of the file before any byte, EOVERFLOW if the
 * line is too long. */
static bool
read_line(int fd, char *line)
{
	size_t len = 0;
	char c;

	for (;;) {
		ssize_t num = read(fd, &c, 1);

		if (num < 0 && errno == EINTR)
			continue;
		if (num < 0)
			return false;
		if (num == 0 && len == 0) {
			errno = 0;
			return false;
		}
		if (num == 0 || c == '\n')
			break;
		if (len == MAX_PASS) {
			errno = EOVERFLOW;
			return false;
		}
		line[len++] = c;
	}
	line[len] = 0;
	return true;
}

static char *
take_line(int fd, unsigned number, const char *what, struct tls_error *err)
{
	char line[MAX_PASS + 1];
	char *pass = NULL;
	bool good = true;

	for (unsigned i = 0; good && i < number; i++)
		good = read_line(fd, line);
	if (good)
		pass = mem_string(line);
	else if (errno == EOVERFLOW)
		err_set(err, TLS_BLAME_CONFIG, "%s: the line is longer than "
		    "%d bytes", what, MAX_PASS);
	else if (errno)
		err_set(err, TLS_BLAME_CONFIG, "%s: %s", what,
		    strerror(errno));
	else
		err_set(err, TLS_BLAME_CONFIG, "%s: there is no line %u to "
		    "take the pass phrase from", what, number);
	mem_wipe(line, sizeof line);
	return pass;
}

static char *
take_from_file(const char *name, unsigned line, const char *what,
    struct tls_error *err)
{
	int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	char *pass;

	if (fd < 0) {
		err_set(err, TLS_BLAME_CONFIG, "%s: %s", what,
		    strerror(errno));
		return NULL;
	}
	pass = take_line(fd, line, what, err);
	close(fd);
	return pass;
}

/* ---- sources ---------------------------------------------------------- */

char *
pass_read(const char *option, const char *source, unsigned line,
    struct tls_error *err)
{
	char what[160];
	const char *value = strchr(source, ':');

	value = value ? value + 1 : "";
	snprintf(what, sizeof what, "%s %.120s", option, source);
	if (!strncmp(source, "pass:", 5))
		return mem_string(value);
	if (!strncmp(source, "env:", 4)) {
		const char *pass = getenv(value);

		if (pass)
			return mem_string(pass);
		err_set(err, TLS_BLAME_CONFIG, "%s: there is no environment "
		    "variable of that name", what);
		return NULL;
	}
	if (!strncmp(source, "file:", 5))
		return take_from_file(value, line, what, err);
	if (!strncmp(source, "fd:", 3))
		return take_line(atoi(value), 1, what, err);
	return take_line(STDIN_FILENO, 1, what, err);
}

/* ---- the terminal ----------------------------------------------------- */

/* The signals that would otherwise leave the terminal without echo. */
static void
fill_signals(sigset_t *signals)
{
	static const int numbers[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
	};

	sigemptyset(signals);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		sigaddset(signals, numbers[i]);
}

/* Waits for a line while the signals are blocked; false if one of them came
 * first. */
static bool
wait_for_line(int tty, const sigset_t *signals)
{
	struct pollfd ready = { .fd = tty, .events = POLLIN };
	sigset_t pending;

	/* A handler would need a global variable, so pending signals are polled
	 * for. */
	while (poll(&ready, 1, 100) <= 0) {
		if (sigpending(&pending) != 0)
			continue;
		for (int i = 1; i < NSIG; i++)
			if (sigismember(signals, i) == 1 &&
			    sigismember(&pending, i) == 1)
				return false;
	}
	return true;
}

/* Asks once: true with a line in `line`.  False with errno set: 0 at the end of
 * input, EINTR after a signal, which has had its effect by then. */
static bool
ask_once(int tty, const char *file, char *line)
{
	struct termios before, silent;
	sigset_t signals, old;
	bool got = false;
	int failure;

	if (tcgetattr(tty, &before) != 0)
		return false;
	fill_signals(&signals);
	sigprocmask(SIG_BLOCK, &signals, &old);
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	silent.c_lflag |= ECHONL;
	tcsetattr(tty, TCSAFLUSH, &silent);
	dprintf(tty, "Enter pass phrase for %s:", file);
	errno = EINTR;
	if (wait_for_line(tty, &signals))
		got = read_line(tty, line);
	failure = errno;
	tcsetattr(tty, TCSADRAIN, &before);
	if (!got)
		dprintf(tty, "\n");
	sigprocmask(SIG_SETMASK, &old, NULL);
	errno = failure;
	return got;
}

char *
pass_ask(const char *option, const struct named_file *file,
    struct tls_error *err)
{
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	char line[MAX_PASS + 1];
	char *pass = NULL;
	bool got = false;

	if (tty < 0) {
		err_set(err, TLS_BLAME_CONFIG, "%s %.120s: the key is "
		    "encrypted and there is no terminal to ask: give its pass "
		    "phrase with %s", file->option, file->name, option);
		return NULL;
	}
	do {
		errno = 0;
		got = ask_once(tty, file->name, line);
	} while (!got && errno == EINTR);
	close(tty);
	if (got)
		pass = mem_string(line);
	else
		err_set(err, TLS_BLAME_CONFIG, "%s %.120s: no pass phrase "
		    "from the terminal%s%s: give it with %s", file->option,
		    file->name, errno ? ": " : "",
		    errno ? strerror(errno) : "", option);
	mem_wipe(line, sizeof line);
	return pass;
}
