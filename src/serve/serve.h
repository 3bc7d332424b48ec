/* serve/serve.h - listening, workers, and the end
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct serve serve = {
 *		.service = &service, .listen = &options.listen,
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
	unsigned num_accept;	/* -naccept: connections to serve; 0: no end */
	const char *ready_file;	/* -ready_file, or null */
};

/* All borrowed. */
struct serve {
	const struct service *service;
	const struct listen_options *listen; /* a thread for each worker */
	const struct app_options *app;
	const struct serve_options *options;
	const char *notes;	/* what was accepted with a remark or made, a
				 * line each: told when all is well */
};

/* Opens everything, says so, serves until told to stop, and returns the
 * program's exit status; `err` is filled when that is not 0 and nothing else
 * has said why. */
int serve_run(const struct serve *serve, struct tls_error *err);

#endif
