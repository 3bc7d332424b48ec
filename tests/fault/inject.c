/* fault/inject.c - calls that fail when they are told to, for LD_PRELOAD
 * SPDX-License-Identifier: Apache-2.0
 *
 *	FAULT=malloc FAULT_AT=37 LD_PRELOAD=.libs/inject.so polytls ...
 *
 * fails the call number 37 of its kind, counted from 1.  A kind is a row of
 * `kinds` below.  With FAULT_AT=all each call, or every FAULT_STEP-th one,
 * fails in a child of its own, which goes on from there with its output in a
 * file.  How it ended is written to descriptor FAULT_REPORT, as "KIND NUMBER
 * WAIT-STATUS LENGTH\n" and LENGTH bytes of what it said.  The parent goes on
 * as if nothing had been.  Both do without further threads: pthread_create
 * fails.
 *
 * Without FAULT_AT nothing fails before the first connection is accepted; from
 * there on every second one, the first included, counts anew, and fails
 * the call number FAULT_FIRST + k * FAULT_STEP on its k-th turn.  What is done
 * for the connections between them succeeds.  FAULT_REPORT is told
 * "KIND NUMBER 0 0\n" for each call that failed.
 *
 * What crashes after a failure writes "crash: SIGNAL" and the calls that led
 * there to standard error, a line each: "FILE(FUNCTION+OFFSET) [ADDRESS]".
 * FAULT_TRACE=1 has the calls that led to the failure written before it.
 *
 * FAULT_STOP=1 sends SIGTERM to the program when it first waits in its loop.
 * FAULT_COUNT=FD has "KIND NUMBER\n" written there at the end, for each kind.
 */
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inject.h"

/* Seconds after which a child that goes on is taken to hang; FAULT_PATIENCE. */
#define PATIENCE	10

static const struct {
	const char *name;
	int error;
} kinds[NUM_KINDS] = {
	[KIND_MALLOC] = { "malloc", ENOMEM },
	[KIND_READ] = { "read", EIO },
	[KIND_WRITE] = { "write", EIO },
	[KIND_ACCEPT] = { "accept", EMFILE },
	[KIND_OPEN] = { "open", EMFILE },
	[KIND_EPOLL_CTL] = { "epoll_ctl", ENOMEM },
	[KIND_EVENTFD] = { "eventfd", EMFILE },
	[KIND_THREAD] = { "pthread_create", EAGAIN },
};

static struct {
	enum kind kind;		/* NUM_KINDS: nothing fails */
	bool all;
	bool by_connection;
	unsigned long at;	/* the call that fails next; 0: none */
	unsigned long first, step, turn, patience;
	bool stop, trace;
	int report, count;	/* descriptors; -1: none */
	unsigned long num[NUM_KINDS];
	bool ready;
} fault = { .kind = NUM_KINDS, .report = -1, .count = -1 };

/* ---- failing ----------------------------------------------------------- */

static void
tell(int fd, const void *text, size_t len)
{
	const char *at = text;

	while (len) {
		long put = syscall(SYS_write, fd, at, len);

		if (put <= 0)
			return;
		at += put;
		len -= (size_t)put;
	}
}

static void
tell_failure(enum kind kind, unsigned long number, int status, size_t len)
{
	char line[96];

	tell(fault.report, line, (size_t)snprintf(line, sizeof line,
	    "%s %lu %d %zu\n", kinds[kind].name, number, status, len));
}

static void
trace(const char *title, int what)
{
	void *calls[40];
	char line[64];

	tell(2, line, (size_t)snprintf(line, sizeof line, "%s: %d\n", title,
	    what));
	backtrace_symbols_fd(calls, backtrace(calls, 40), 2);
}

static void
crashed(int number)
{
	fault.ready = false;
	trace("crash", number);
	signal(number, SIG_DFL);
	kill(getpid(), number);
}

static void
watch_crashes(void)
{
	static const int numbers[] = {
		SIGSEGV, SIGABRT, SIGBUS, SIGFPE, SIGILL,
	};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		signal(numbers[i], crashed);
}

/* In the child: it goes on by itself, and not for ever. */
static void
go_on(int output)
{
	const struct itimerval limit = {
		.it_value = { (time_t)fault.patience, 0 },
	};

	fault.kind = NUM_KINDS;
	fault.count = -1;
	dup2(output, 1);
	dup2(output, 2);
	setitimer(ITIMER_REAL, &limit, NULL);
}

/* Whether this call fails: it does in a child, whose end is waited for. */
static bool
fails_in_child(enum kind kind)
{
	char said[16384];
	int output = memfd_create("said", MFD_CLOEXEC), status = 0;
	ssize_t len;
	pid_t child;

	/* fork(3) would have pthread_once begin anew whatever is under way. */
	child = output < 0 ? -1 :
	    (pid_t)syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL);
	if (child == 0) {
		go_on(output);
		return true;
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	len = child < 0 ? 0 : pread(output, said, sizeof said, 0);
	tell_failure(kind, fault.num[kind], child < 0 ? -1 : status,
	    len < 0 ? 0 : (size_t)len);
	tell(fault.report, said, len < 0 ? 0 : (size_t)len);
	close(output);
	return false;
}

bool
fault_fails(enum kind kind)
{
	bool fail;
	int saved = errno;

	if (!fault.ready)
		return false;
	__atomic_add_fetch(&fault.num[kind], 1, __ATOMIC_RELAXED);
	/* A child has only the thread that forked. */
	if (fault.all && kind == KIND_THREAD)
		return true;
	if (kind != fault.kind)
		return false;
	if (fault.all) {
		if (fault.num[kind] % fault.step != 0)
			return false;
		fault.ready = false;
		fail = fails_in_child(kind);
		fault.ready = true;
	} else {
		fail = fault.at && fault.num[kind] == fault.at;
		if (fail && fault.by_connection)
			tell_failure(kind, fault.at, 0, 0);
	}
	if (fail && fault.trace) {
		fault.ready = false;
		trace("failed", kind);
		fault.ready = true;
	}
	errno = fail ? kinds[kind].error : saved;
	return fail;
}

/* A connection was accepted. */
void
fault_turn(void)
{
	unsigned long turn = fault.turn++;

	if (!fault.by_connection)
		return;
	fault.num[fault.kind] = 0;
	fault.at = turn % 2 ? 0 : fault.first + turn / 2 * fault.step;
}

/* ---- what is asked ----------------------------------------------------- */

static unsigned long
number_of(const char *name, unsigned long otherwise)
{
	const char *value = getenv(name);

	return value ? strtoul(value, NULL, 10) : otherwise;
}

static void
count_all(void)
{
	char line[64];

	for (int i = 0; i < NUM_KINDS && fault.count >= 0; i++)
		tell(fault.count, line, (size_t)snprintf(line, sizeof line,
		    "%s %lu\n", kinds[i].name, fault.num[i]));
}

__attribute__((constructor)) static void
begin(void)
{
	const char *kind = getenv("FAULT"), *at = getenv("FAULT_AT");

	for (int i = 0; kind && i < NUM_KINDS; i++)
		if (!strcmp(kind, kinds[i].name))
			fault.kind = (enum kind)i;
	fault.all = at && !strcmp(at, "all");
	fault.by_connection = !at && fault.kind != NUM_KINDS;
	fault.at = number_of("FAULT_AT", 0);
	fault.first = number_of("FAULT_FIRST", 1);
	fault.step = number_of("FAULT_STEP", 1);
	fault.patience = number_of("FAULT_PATIENCE", PATIENCE);
	fault.trace = getenv("FAULT_TRACE");
	fault.stop = getenv("FAULT_STOP");
	fault.report = (int)number_of("FAULT_REPORT", 2);
	if (getenv("FAULT_COUNT")) {
		fault.count = (int)number_of("FAULT_COUNT", 2);
		atexit(count_all);
	}
	/* Its first use loads a library; a sanitizer has its own handlers. */
	backtrace(&(void *){ NULL }, 1);
	if (fault.kind != NUM_KINDS && !dlsym(RTLD_DEFAULT, "__asan_init"))
		watch_crashes();
	/* A program that this one starts is left alone. */
	unsetenv("LD_PRELOAD");
	fault.ready = true;
}

void
fault_waits(void)
{
	if (fault.stop) {
		fault.stop = false;
		kill(getpid(), SIGTERM);
	}
}
