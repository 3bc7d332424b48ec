/* serve/serve.h - listening, workers, and the end
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct serve serve = {
 *		.settings = &settings, .bus = bus, .clock = &clock_system,
 *		.backends = backends, .num_backends = 1,
 *	};
 *
 *	return serve_run(&serve, &err);
 */
#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "event/bus.h"
#include "plug/plug.h"
#include "policy/psk.h"
#include "settings.h"

/* What a server shall be. */
struct serve_server {
	const char *name;		/* of -servername; null: the default */
	struct tls_config config;
};

/* One backend with its servers, the default one first. */
struct serve_backend {
	struct plug *plug;
	struct serve_server *servers;
	size_t num_servers;
};

/* All borrowed. */
struct serve {
	const struct settings *settings;
	const struct psk_table *psk;		/* or null */
	struct tls_span seed;			/* for all generators */
	struct bus *bus;
	const char *notes;	/* what was accepted with a remark or made, a
				 * line each: told when all is well */
	const struct clock *clock;
	const struct serve_backend *backends;	/* the default one first */
	size_t num_backends;
	bool by_name;				/* -backend sni */
	struct tls_span alpn, npn;	/* lists of -alpn, -nextprotoneg */
	/* What all backends can, those that only reports speak of too. */
	const struct libraries *libraries;
};

/* Opens everything, says so, serves until told to stop, and returns the
 * program's exit status; `err` is filled when that is not 0 and nothing else
 * has said why. */
int serve_run(const struct serve *serve, struct tls_error *err);

#endif
