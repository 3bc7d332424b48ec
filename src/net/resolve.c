/* resolve.c - the addresses of a name, without waiting in the loop
 * SPDX-License-Identifier: Apache-2.0
 * Reference: getaddrinfo(3)
 */
#include "net/resolve.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"

/* What the loop's side and the thread share; the last one frees it. */
struct lookup {
	atomic_int users;
	char *host;
	char port[8];
	int done_fd;			/* written to by the thread, or -1 */
	struct addrinfo *list;
	int error;			/* of getaddrinfo */
};

struct resolve {
	struct watch watch;		/* first: a watch is a resolve */
	struct lookup *lookup;
	struct resolve_user *user;
};

static void
let_go(struct lookup *lookup)
{
	if (--lookup->users > 0)
		return;
	if (lookup->list)
		freeaddrinfo(lookup->list);
	if (lookup->done_fd >= 0)
		close(lookup->done_fd);
	free(lookup->host);
	free(lookup);
}

static void
look_up(struct lookup *lookup, int flags)
{
	struct addrinfo hints = {
		.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM,
		.ai_flags = flags,
	};

	lookup->error = getaddrinfo(lookup->host, lookup->port, &hints,
	    &lookup->list);
	if (lookup->error)
		lookup->list = NULL;
}

/* A thread takes what its function is given as a bare pointer. */
static void *
ask(void *given)
{
	struct lookup *lookup = given;
	const uint64_t one = 1;

	look_up(lookup, AI_ADDRCONFIG);
	/* An address of the host itself, on a machine without a network. */
	if (lookup->error)
		look_up(lookup, 0);
	/* Cannot fail: the counter is 0. */
	(void)!write(lookup->done_fd, &one, sizeof one);
	let_go(lookup);
	return NULL;
}

static bool
start_thread(struct lookup *lookup)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, before;
	int error;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	lookup->users++;
	error = pthread_create(&thread, &attr, ask, lookup);
	if (error)
		lookup->users--;
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return error == 0;
}

static void
ready(struct watch *watch, unsigned what)
{
	struct resolve *resolve = (struct resolve *)watch;
	const struct lookup *lookup = resolve->lookup;
	uint64_t ignored;

	(void)what;
	(void)!read(lookup->done_fd, &ignored, sizeof ignored);
	watch_for(watch, 0, 0);
	resolve->user->resolved(resolve->user, lookup->list,
	    lookup->error ? gai_strerror(lookup->error) : NULL);
}

struct resolve *
resolve_new(struct loop *loop, const char *host, unsigned port,
    struct resolve_user *user)
{
	struct resolve *resolve = mem_zero(1, sizeof *resolve);
	struct lookup *lookup = mem_zero(1, sizeof *lookup);

	lookup->users = 1;
	lookup->host = mem_string(host);
	snprintf(lookup->port, sizeof lookup->port, "%u", port);
	lookup->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	resolve->lookup = lookup;
	resolve->user = user;
	watch_init(&resolve->watch, loop, lookup->done_fd, ready);
	look_up(lookup, AI_NUMERICHOST);
	if (!lookup->error) {
		watch_soon(&resolve->watch, WATCH_READ);
	} else if (lookup->done_fd < 0 || !start_thread(lookup)) {
		lookup->error = EAI_AGAIN;
		watch_soon(&resolve->watch, WATCH_READ);
	} else {
		watch_for(&resolve->watch, WATCH_READ, 0);
	}
	return resolve;
}

void
resolve_free(struct resolve *resolve)
{
	if (!resolve)
		return;
	watch_clear(&resolve->watch);
	let_go(resolve->lookup);
	free(resolve);
}
