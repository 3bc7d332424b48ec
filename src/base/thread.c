/* thread.c - starting threads that leave signals to the main one
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/thread.h"

#include <signal.h>

int
thread_start(pthread_t *thread, void *(*work)(void *user), void *user)
{
	pthread_t detached;
	sigset_t all, before;
	int error;

	/* A new thread inherits the mask. */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(thread ? thread : &detached, NULL, work, user);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error && !thread)
		pthread_detach(detached);
	return error;
}
