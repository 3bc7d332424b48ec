/* staple/internal.h - queries and cache, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	staple_step(ask, identity, OCSP_NO_ISSUER);
 */
#ifndef STAPLE_INTERNAL_H
#define STAPLE_INTERNAL_H

#include "staple/stapler.h"

struct query;

/* The cache entry of one certificate. */
struct entry {
	struct entry *next;
	struct buf cert;		/* DER */
	struct buf response;
	int64_t until;			/* nextUpdate in seconds; 0: no
					 * response */
	struct query *query;		/* running, for all that ask; or null */
};

/* One identity of a staple_ask while it waits. */
struct staple_slot {
	struct staple_ask *ask;
	size_t identity;
	struct query *query;		/* or null: not waiting */
	struct staple_slot *next, **link; /* in the list of the query */
};

/* A query to a responder. */
struct query {
	struct fetch_user user;		/* first: a fetch_user is a query */
	struct stapler *stapler;
	struct entry *entry;		/* owned by `stapler`; null: the
					 * response is for one staple_ask
					 * only */
	struct fetch *fetch;
	struct staple_slot *slots;	/* that wait; may be empty */
	struct query *next, **link;
};

struct stapler {
	const struct staple_options *options;
	struct fetcher *fetcher;	/* owned */
	const struct clock *clock;
	struct entry *entries;
	struct query *queries;
};

/* tell.c: reports a step.  For a step with more to say the caller fills an
 * event. */
void staple_step(const struct staple_ask *ask, size_t identity,
    enum ocsp_step step);
void staple_tell(const struct staple_ask *ask, size_t identity,
    struct event *event);

/* Gives `ask` a copy of a response, and reports that. */
void staple_give(struct staple_ask *ask, size_t identity,
    struct tls_span response);

/* query.c: sends a query for this identity, or joins one that is running; if
 * neither can be done, reports why. */
void staple_query(struct staple_ask *ask, size_t identity);
/* Leaves the slot's query, which goes on for later clients. */
void staple_leave(struct staple_slot *slot);
void staple_cancel(struct query *query);
/* The cache entry of a certificate, made if there is none. */
struct entry *staple_entry(struct stapler *stapler, struct tls_span cert);

/* file.c: reads the response in the file into `out`, which is empty before;
 * false with blame CONFIG, the file and the reason. */
bool staple_read_file(const char *name, struct buf *out,
    struct tls_error *err);
/* Gives it to the identities that it is for. */
void staple_give_file(struct staple_ask *ask);

#endif
