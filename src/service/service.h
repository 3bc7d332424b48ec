/* service/service.h - all that a connection needs, decided once
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct service_edition edition = { .users = 1, .free = free_edition };
 *
 *	edition.service = (struct service){
 *		.bus = bus, .clock = &clock_system,
 *		.backends = backends, .num_backends = 1, .num_servers = 1,
 *		.limits = { .handshake_ms = 30000 },
 *	};
 *	worker_open(&worker, &common, &edition, &listener, &err);
 *
 * Rules.  Made before the first connection, and anew when the files are read
 * again; constant from then on, and shared by all threads: workers,
 * connections, and any code that plays a server in memory.  Everything that it
 * points to is borrowed and outlives it.  What
 * belongs to one thread (a library's tls_server, the application) is part of
 * the worker.
 */
#ifndef SERVICE_SERVICE_H
#define SERVICE_SERVICE_H

#include "event/bus.h"
#include "fault/fault.h"
#include "plug/plugs.h"
#include "policy/policy.h"
#include "policy/psk.h"
#include "policy/verify.h"
#include "staple/stapler.h"

/* What a connection is for. */
enum service_mode {
	MODE_TERMINAL,		/* standard input to the peer, letters */
	MODE_REVERSE,		/* -rev: each line back, reversed */
	MODE_WWW,		/* -www */
	MODE_FILES,		/* -WWW */
	MODE_RESPONSES,		/* -HTTP: files that are whole responses */
};

/* Time limits in milliseconds; 0: none. */
struct service_limits {
	unsigned handshake_ms;	/* from accept to the end of the handshake */
	unsigned idle_ms;	/* without receiving a byte */
	unsigned close_ms;	/* from our close_notify to the end of
				 * draining */
};

/* One server of a backend: the default one, or one for a name. */
struct service_server {
	const char *name;		/* null: the default one */
	size_t number;			/* service_server.number: index among
					 * the servers of all backends */
	struct tls_config config;
};

/* One backend with its servers, the default one first.  A session can be
 * resumed only at the server that made it. */
struct service_backend {
	const struct plug *plug;
	const struct service_server *servers;
	size_t num_servers;
	struct policy_alpn alpn;
	bool npn_by_alpn;		/* ALPN is used in place of NPN */
};

/* A backend that does not serve. */
struct service_other {
	const struct plug *plug;
	/* With the servers of those that serve, in the same order; null: it
	 * cannot be configured so. */
	const struct service_backend *backend;
};

/* All of them that load, for those who explain what they would do.  The first
 * call of `list` makes it, and may wait for backends to be loaded; of any
 * thread.  The list lives as long as the service. */
struct service_others {
	const struct service_other *(*list)(struct service_others *others,
	    size_t *num);
};

struct service {
	struct bus *bus;
	const struct clock *clock;
	size_t edition;			/* how often the files were read
					 * before */

	/* The first one is used unless `by_name` is set: then the backend whose
	 * name is the first label of the server name, if there is one. */
	const struct service_backend *backends;
	size_t num_backends;
	size_t num_servers;		/* of all backends */
	bool by_name;
	/* What happens to a client that asks for an unknown server name, if
	 * there are names to choose by: it is warned, or refused. */
	bool name_fatal;

	enum dh_parameters dh;		/* to be told at the start */

	struct service_limits limits;
	struct verify_rules verify;
	const struct psk_table *psk;	/* or null: no keys */
	struct tls_span seed;		/* for all random generators, or
					 * empty */

	/* For stapling OCSP responses; null: none.  A client that asks for a
	 * response that is missing is refused if `staple_required`, or with
	 * `staple_strict` if the reference would refuse it. */
	const struct staple_options *staple;
	bool staple_required, staple_strict;

	/* All backends, for reports on what a client offers; null: no such
	 * report. */
	struct plugs *plugs;

	struct fault_script *faults;	/* -fault, or null */
	/* The backends that do not serve, for explanations of failures; null:
	 * nothing is said of them. */
	struct service_others *others;

	bool tells_blocks;		/* -nbio: post EVENT_BLOCKED */
	bool stutters;			/* -nbio_test */
};

/* A service with what it points to, shared by counting its users.  Whoever
 * makes one embeds it, and is its first user. */
struct service_edition {
	struct service service;
	_Atomic unsigned users;
	void (*free)(struct service_edition *edition);
};

static inline struct service_edition *
service_share(struct service_edition *edition)
{
	edition->users++;
	return edition;
}

/* Of any thread; the last one frees it.  Null is allowed. */
static inline void
service_release(struct service_edition *edition)
{
	if (edition && --edition->users == 0)
		edition->free(edition);
}

#endif
