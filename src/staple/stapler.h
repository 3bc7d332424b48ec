/* staple/stapler.h - OCSP responses to staple: from a file, cached or fetched
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6960; RFC 6066, 8; openssl-s_server(1), -status
 *
 *	struct stapler *stapler = stapler_new(&options, fetcher, clock, &err);
 *	struct staple_ask *ask = staple_ask(stapler, &question, &host);
 *
 *	if (ask->waiting == 0)
 *		staple(ask->responses, ask->num);
 *	...
 *	staple_ask_free(ask);
 *	stapler_free(stapler);
 *
 * Rules.  Each worker has one, used by its thread only.  A response is cached
 * under the certificate that it is for, whatever config names that.  Responses
 * are stapled as they were received, whatever they say, as long as they are
 * OCSP responses.  Nothing blocks.  A response that cannot be had is reported
 * as an event; it is no failure here.
 */
#ifndef STAPLE_STAPLER_H
#define STAPLE_STAPLER_H

#include "base/buf.h"
#include "base/clock.h"
#include "event/event.h"
#include "net/fetch.h"

/* The longest response, in bytes: it must fit into an extension (RFC 8446,
 * 4.2). */
#define STAPLE_MOST	65000

/* The options -status, -status_url and so on; strings are borrowed. */
struct staple_options {
	bool on;		/* -status */
	bool wanted;		/* -status or one of the others was given */
	bool verbose;
	unsigned timeout_ms;	/* of each fetch; 0: none */
	const char *url;	/* fallback responder, or null */
	const char *file;	/* a response, or null */
	bool no_cache;		/* -no_status_cache: ask for each client */
	bool required;		/* -status_required: refuse clients that ask
				 * and cannot be given one */
};

/* The user of a staple_ask. */
struct staple_user {
	/* Reports an EVENT_OCSP, in which the user fills in the connection. */
	void (*tell)(struct staple_user *host, struct event *event);
	/* No identity waits any more; `ask` may be freed.  Never called from
	 * within staple_ask. */
	void (*done)(struct staple_user *host);
};

/* What to ask for; everything is borrowed and outlives the staple_ask. */
struct staple_question {
	const struct tls_config *config; /* its identities */
	const struct tls_backend *backend; /* its digests */
	/* The request_extensions of the client's status_request, a SEQUENCE, or
	 * empty.  A response to a request with them is given to nobody else. */
	struct tls_span extensions;
};

struct staple_slot;

/* The responses for one connection.  Read only for its user. */
struct staple_ask {
	struct stapler *stapler;
	struct staple_user *host;
	struct staple_question question;
	size_t num;			/* identities of the config */
	struct tls_span *responses;	/* one each; empty: none */
	bool broken;			/* a URL or file is unusable: the
					 * reference ends the handshake then */
	size_t waiting;			/* identities with a query running */
	struct staple_slot *slots;
};

struct stapler;

/* Null with blame CONFIG if the file of -status_file cannot be read or holds no
 * response.  `fetcher` is taken in either case. */
struct stapler *stapler_new(const struct staple_options *options,
    struct fetcher *fetcher, const struct clock *clock,
    struct tls_error *err);
void stapler_free(struct stapler *stapler);

/* Asks for the responses of all identities; free with staple_ask_free.  `host`
 * is told what comes of it. */
struct staple_ask *staple_ask(struct stapler *stapler,
    const struct staple_question *question, struct staple_user *host);

/* May be called at any time; null is allowed. */
void staple_ask_free(struct staple_ask *ask);

/* How many identities have no response. */
size_t staple_missing(const struct staple_ask *ask);

/* Reports that the response of this identity was sent to the client. */
void staple_sent(const struct staple_ask *ask, size_t identity);

#endif
