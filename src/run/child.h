/* run/child.h - a process group with one command in it, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct child child = CHILD_INIT;
 *
 *	child_remember(&child);
 *	...
 *	if (!child_start(&child, words, environment, &err))
 *		return child.status;
 *	child_signal(&child, SIGTERM);
 *
 * Rules.  What the server changes of its process (limits, ignored signals) the
 * command finds as it was when child_remember was called.
 */
#ifndef RUN_CHILD_H
#define RUN_CHILD_H

#include <sys/resource.h>
#include <sys/types.h>

#include "tls_types.h"

struct child {
	pid_t pid;		/* its group's number too; 0: not started, or
				 * the whole group has ended */
	bool ended;		/* the command has; its group may not have */
	int status;		/* of the command, as sh(1) says it */
	int tty;		/* the terminal that it was given, or -1 */
	struct rlimit core, files;
	bool pipe_ignored, size_ignored;
};

#define CHILD_INIT	{ .tty = -1 }

void child_remember(struct child *child);

/* Starts `words`, found by PATH, in a process group of its own; it gets the
 * terminal if this program's group has it.  False with blame CONFIG, and
 * `status` 126 or 127. */
bool child_start(struct child *child, char *const *words,
    char *const *environment, struct tls_error *err);

/* After SIGCHLD: takes notice of what has ended.  True once the command has
 * and, as far as this process can know, its group as well. */
bool child_look(struct child *child);

/* Sends a signal to the whole group, stopped or not. */
void child_signal(const struct child *child, int number);

/* Takes the terminal back. */
void child_clear(struct child *child);

#endif
