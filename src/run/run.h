/* run/run.h - a command that a server is run for: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct runner *runner = runner_new(&what, &err);
 *
 *	if (!runner || !runner_prepare(runner, plug, &err))
 *		return err_exit_status(&err);
 *	serve.owner = runner_owner(runner);
 *	status = serve_run(&serve, &err);
 *	runner_free(runner);
 *
 * Rules.  The command is started when clients can connect, in a process group
 * of its own, which has the terminal if this program has it.  Whatever of that
 * group is left when the command has ended is ended as well.
 */
#ifndef RUN_RUN_H
#define RUN_RUN_H

#include "plug/plug.h"
#include "serve/serve.h"

/* What is to be run; everything is borrowed. */
struct runner_options {
	char *const *words;	/* the command and its words, up to a null */
	unsigned timeout_ms;	/* -timeout: 0: no limit */
	bool trust;		/* -trust: the environment names the CA to
				 * clients that look there */
	bool client;		/* a client certificate is made too */
	bool rsa;		/* an RSA certificate is made too */
	const char *cert;	/* -cert: no certificate is made; or null */
	bool no_cert;		/* -nocert: nor is there any */
};

struct runner;

/* Null with blame CONFIG if a word has a placeholder that does not exist. */
struct runner *runner_new(const struct runner_options *options,
    struct tls_error *err);

/* Makes the private directory and the files in it, with the primitives of
 * `plug`.  False with `err` filled. */
bool runner_prepare(struct runner *runner, const struct plug *plug,
    struct tls_error *err);

/* Removes the directory with all that is in it. */
void runner_free(struct runner *runner);

/* Files that runner_prepare made, and null where there is none: the CA, the
 * server's certificate and key, and those for RSA. */
const char *runner_ca(const struct runner *runner);
const char *runner_cert(const struct runner *runner, bool rsa);
const char *runner_key(const struct runner *runner, bool rsa);

struct serve_owner *runner_owner(struct runner *runner);

/* Somebody who runs the same once for each of several backends. */
struct each_user {
	/* Does it with the backend called `name`, in a process of its own,
	 * which ends with the status returned. */
	int (*run)(struct each_user *user, const char *name, bool first);
};

/* Runs all, one after the other, and prints what became of each to standard
 * error.  Returns the first status that is not 0. */
int each_run(struct each_user *user, const char *const *names, size_t num);

/* The exit statuses that are not the command's: those of timeout(1) and of
 * sh(1). */
#define RUNNER_TIMED_OUT	124
#define RUNNER_CANNOT_RUN	126
#define RUNNER_NOT_FOUND	127
#define RUNNER_KILLED		128	/* and the signal's number */

/* The placeholder number `i`, without its braces, the variable of the
 * environment that has the same (or null), and what it stands for; null after
 * the last one. */
const char *runner_place(size_t i, const char **variable,
    const char **about);

#endif
