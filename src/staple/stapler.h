/* staple/stapler.h - the OCSP responses that are stapled: had, kept, awaited
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
 * Rules.  One for each worker, used by its thread.  A response is found by
 * the certificate that it is for, whatever config that stands in.  Responses
 * are stapled as they were received, whatever they say, as long as they are
 * OCSP responses.  Nothing blocks; what cannot be had is told, and is no
 * failure here.
 */
#ifndef STAPLE_STAPLER_H
#define STAPLE_STAPLER_H

#include "base/buf.h"
#include "base/clock.h"
#include "event/event.h"
#include "net/fetch.h"

/* The longest response: it must fit an extension (RFC 8446, 4.2). */
#define STAPLE_MOST	65000

/* What -status and its kind say; strings are borrowed. */
struct staple_options {
	bool on;		/* -status */
	bool wanted;		/* that or any of the others was given */
	bool verbose;
	unsigned timeout_ms;	/* of each fetch; 0: none */
	const char *url;	/* fallback responder, or null */
	const char *file;	/* a response, or null */
	bool no_cache;		/* -no_status_cache: ask for each client */
	bool required;		/* -status_required: refuse clients that ask
				 * and cannot be given one */
};

/* Who asks. */
struct staple_user {
	/* An EVENT_OCSP whose connection is the host's to fill in. */
	void (*tell)(struct staple_user *host, struct event *event);
	/* What was waited for is there, or never will be; `ask` may be freed.
	 * Not called out of staple_ask. */
	void (*done)(struct staple_user *host);
};

/* For whom, and how; all borrowed, as long as the ask. */
struct staple_question {
	const struct tls_config *config; /* whose identities */
	const struct tls_backend *backend; /* whose `digest` */
	/* The request extensions of the client's status_request, a SEQUENCE,
	 * or empty.  What was asked with them is for nobody else. */
	struct tls_span extensions;
};

struct staple_slot;

/* One connection's question.  For reading. */
struct staple_ask {
	struct stapler *stapler;
	struct staple_user *host;
	struct staple_question question;
	size_t num;			/* identities of the config */
	struct tls_span *responses;	/* one each; empty: none */
	bool broken;			/* a URL or a file that is none: the
					 * reference ends a handshake then */
	size_t waiting;			/* how many are under way */
	struct staple_slot *slots;
};

struct stapler;

/* Null with blame CONFIG when the file of -status_file is none, or holds no
 * response.  `fetcher` is taken in any case. */
struct stapler *stapler_new(const struct staple_options *options,
    struct fetcher *fetcher, const struct clock *clock,
    struct tls_error *err);
void stapler_free(struct stapler *stapler);

/* Asks for the responses of all identities. */
struct staple_ask *staple_ask(struct stapler *stapler,
    const struct staple_question *question, struct staple_user *host);

/* At any time; null is allowed. */
void staple_ask_free(struct staple_ask *ask);

/* How many identities have no response. */
size_t staple_missing(const struct staple_ask *ask);

/* Tells that the response of this identity went to the client. */
void staple_sent(const struct staple_ask *ask, size_t identity);

#endif
