/* serve/serve.h - listening, starting the workers, and shutting down
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct serve serve = {
 *		.source = &source, .edition = edition,
 *		.listen = &options.listen,
 *		.app = &options.app, .options = &options.serve, .notes = "",
 *	};
 *
 *	return serve_run(&serve, &err);
 */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "app/app.h"
#include "net/listen.h"
#include "service/service.h"

struct serve_options {
	unsigned num_accept;	/* -naccept: connections to serve; 0: no
				 * limit */
	const char *ready_file;	/* -ready_file, or null */
	bool strict;		/* -strict_s_server: a signal kills, and failed
				 * handshakes do not count */
};

/* Where services come from. */
struct serve_source {
	/* Reads the files again, for what takes the place of `present`; the
	 * caller is its first user.  Null with `err` filled: name file, option
	 * and reason. */
	struct service_edition *(*load)(struct serve_source *source,
	    const struct service_edition *present, struct tls_error *err);
	/* `next` has taken the place of `present`: may post what there is to
	 * say of it. */
	void (*taken)(struct serve_source *source,
	    const struct service_edition *present,
	    const struct service_edition *next);
};

/* Says at the end whether all was as it should be: see polytls-s_server(1),
 * -expect. */
struct serve_judge {
	/* All connections have ended; may post. */
	bool (*passed)(struct serve_judge *judge);
};

struct program;			/* the running server */

/* Somebody for whom a server runs, and with whom it ends: a command, see
 * polytls-run(1). */
struct serve_owner {
	/* Clients can connect to `listener`.  What it watches is in `loop`,
	 * whose thread calls everything here.  False with `err` filled: the
	 * server ends. */
	bool (*begin)(struct serve_owner *owner, struct program *program,
	    struct loop *loop, const struct listener *listener,
	    struct tls_error *err);
	/* SIGTERM, SIGINT, or SIGHUP from a terminal that is gone.  The server
	 * does not end for that: serve_leave does it. */
	void (*signalled)(struct serve_owner *owner, int number);
	/* The loop has ended, also one that never began: watches nothing any
	 * more. */
	void (*end)(struct serve_owner *owner);
	/* The exit status, 0 for success. */
	int (*status)(const struct serve_owner *owner);
};

/* Ends the server once it has seen what its clients did: those that wait are
 * accepted, and connections have half a second to end. */
void serve_leave(struct program *program);

/* All borrowed, unless it is said otherwise. */
struct serve {
	struct serve_source *source;
	struct service_edition *edition; /* the first one; taken */
	const struct listen_options *listen; /* with one thread for each of its
					      * workers */
	const struct app_options *app;
	const struct serve_options *options;
	struct shadow *shadow;	/* or null; finished at the end */
	struct serve_owner *owner;	/* or null */
	struct serve_judge *judge; /* or null: failed handshakes count */
	const char *notes;	/* remarks on options, and on what was made, one
				 * a line: printed when all is ready */
};

/* The exit status of a server that did all it was asked to, but could not write
 * all of its output. */
#define SERVE_INCOMPLETE	5

/* Added to a signal's number. */
#define SERVE_KILLED	128

/* Opens everything, reports that, serves until told to stop, and returns the
 * program's exit status.  If that is not 0, `err` is filled unless the reason
 * has been printed already.  SERVE_KILLED and more, if `strict`: the program is
 * to die of that signal, which is blocked.  SIGHUP makes it read the files
 * again, for the clients that come then, unless it is strict. */
int serve_run(const struct serve *serve, struct tls_error *err);

#endif
