/* base/thread.h - starting threads that leave signals to the main one
 * SPDX-License-Identifier: Apache-2.0
 *
 *	pthread_t thread;
 *	int error = thread_start(&thread, work, user);
 *
 *	if (error)
 *		return err_set(err, TLS_BLAME_US, "%s", strerror(error));
 *	pthread_join(thread, NULL);
 */
#ifndef BASE_THREAD_H
#define BASE_THREAD_H

#include <pthread.h>

/* Starts a thread that runs work(user) with all signals blocked, so that they
 * come to the thread that watches them.  With `thread` null it is detached;
 * else the caller joins it.  Returns 0, or the error number of
 * pthread_create(3): then nothing was started. */
int thread_start(pthread_t *thread, void *(*work)(void *user), void *user);

#endif
