/* resolve.c - the addresses of a name, without waiting in the loop
 * SPDX-License-Identifier: Apache-2.0
 * Reference: getaddrinfo(3)
 */
#include "net/resolve.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/thread.h"

/* Shared by the loop and the thread; the last user frees it. */
struct lookup {
	atomic_int users;
	char *host;
	char port[8];
	int thread_end;			/* of a pipe; closed when the thread is
					 * done */
	atomic_bool done;
	struct addrinfo *list;
	int error;			/* of getaddrinfo */
};

struct resolve {
	struct watch watch;		/* first: a watch is a resolve */
	struct lookup *lookup;
	struct resolve_user *user;
	int our_end;			/* of that pipe, or -1 */
};

static void
release_lookup(struct lookup *lookup)
{
	if (--lookup->users > 0)
		return;
	if (lookup->list)
		freeaddrinfo(lookup->list);
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

/* A thread's function is given a bare pointer. */
static void *
ask(void *given)
{
	struct lookup *lookup = given;

	look_up(lookup, AI_ADDRCONFIG);
	/* An address of this host, on a machine without a network. */
	if (lookup->error)
		look_up(lookup, 0);
	lookup->done = true;
	/* Wakes the loop, if it still waits. */
	close(lookup->thread_end);
	release_lookup(lookup);
	return NULL;
}

static bool
start_thread(struct lookup *lookup)
{
	lookup->users++;
	if (thread_start(NULL, ask, lookup) == 0)
		return true;
	lookup->users--;
	close(lookup->thread_end);
	return false;
}

/* Resolves at once what needs no resolver, and leaves the rest to a thread;
 * false if the answer is there. */
static bool
begin(struct resolve *resolve)
{
	struct lookup *lookup = resolve->lookup;
	int ends[2];

	look_up(lookup, AI_NUMERICHOST);
	lookup->done = lookup->error == 0;
	if (lookup->done || pipe2(ends, O_CLOEXEC) != 0)
		return false;
	resolve->our_end = ends[0];
	lookup->thread_end = ends[1];
	return start_thread(lookup);
}

static void
ready(struct watch *watch, unsigned what)
{
	struct resolve *resolve = (struct resolve *)watch;
	struct lookup *lookup = resolve->lookup;

	(void)what;
	watch_for(watch, 0, 0);
	if (!lookup->done)
		lookup->error = EAI_AGAIN;
	resolve->user->resolved(resolve->user, lookup->list,
	    lookup->error ? gai_strerror(lookup->error) : NULL);
}

struct resolve *
resolve_new(struct loop *loop, const char *host, unsigned port,
    struct resolve_user *user)
{
	struct resolve *resolve = mem_zero(1, sizeof *resolve);
	struct lookup *lookup = mem_zero(1, sizeof *lookup);
	bool asking;

	lookup->users = 1;
	lookup->host = mem_string(host);
	snprintf(lookup->port, sizeof lookup->port, "%u", port);
	resolve->lookup = lookup;
	resolve->user = user;
	resolve->our_end = -1;
	asking = begin(resolve);
	watch_init(&resolve->watch, loop, resolve->our_end, ready);
	if (!asking || !watch_for(&resolve->watch, WATCH_READ, 0))
		watch_soon(&resolve->watch, WATCH_READ);
	return resolve;
}

void
resolve_free(struct resolve *resolve)
{
	if (!resolve)
		return;
	watch_clear(&resolve->watch);
	if (resolve->our_end >= 0)
		close(resolve->our_end);
	release_lookup(resolve->lookup);
	free(resolve);
}
