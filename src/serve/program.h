/* serve/program.h - the running server, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct ready ready;
 *
 *	if (ready_open(&ready, options->ready_file, &err) &&
 *	    ready_write(&ready, &program->workers[0].listener, &err))
 *		puts("clients can connect");
 *	ready_clear(&ready);
 */
#ifndef SERVE_PROGRAM_H
#define SERVE_PROGRAM_H

#include "base/buf.h"
#include "serve/serve.h"
#include "serve/worker.h"

struct program {
	struct common common;		/* first: finish() casts */
	const struct serve *serve;
	struct worker *workers;
	size_t num_workers;		/* that were opened, even if only in
					 * part */
	size_t num_threads;		/* running, this one not counted */
	struct service_edition *edition; /* shared: for new connections */
	struct watch term, interrupt, hangup;
	int signal;			/* the one that ends it, or 0 */
	struct watch leaving;		/* serve_leave: a timer */
	unsigned idle;			/* times in a row that nothing was left
					 * to do */
	uint64_t leave_us;		/* when that ends at the latest */
	pthread_mutex_t gate;		/* locked until all is ready: what the
					 * threads wait for */
};

/* ---- ready.c ---- */

/* The file of -ready_file while it is being written. */
struct ready {
	const char *name;	/* null: there is none */
	struct buf aside;	/* its name until it is complete */
	bool in_place;
	int fd;			/* or -1 */
};

/* Null `name`: there is no file.  False with blame CONFIG. */
bool ready_open(struct ready *ready, const char *name,
    struct tls_error *err);
/* Writes the address, and gives the file its name. */
bool ready_write(struct ready *ready, const struct listener *listener,
    struct tls_error *err);
/* Without a call of ready_write nothing is left. */
void ready_clear(struct ready *ready);

/* ---- leave.c ---- */

/* When the loops have ended: nothing watches them any more. */
void leave_clear(struct program *program);

#endif
