/* staple/internal.h - asking and keeping, for the files of this room alone
 * SPDX-License-Identifier: Apache-2.0
 *
 *	staple_step(ask, identity, OCSP_NO_ISSUER);
 */
#ifndef STAPLE_INTERNAL_H
#define STAPLE_INTERNAL_H

#include "staple/stapler.h"

struct query;

/* What is kept for one certificate. */
struct entry {
	struct entry *next;
	struct buf cert;		/* DER */
	struct buf response;
	int64_t until;			/* its nextUpdate; 0: there is none */
	struct query *query;		/* under way for everybody, or null */
};

/* One identity of one ask, while it waits. */
struct staple_slot {
	struct staple_ask *ask;
	size_t identity;
	struct query *query;		/* or null: not waiting */
	struct staple_slot *next, **link; /* among those of the query */
};

/* A responder is being asked. */
struct query {
	struct fetch_user user;		/* first: a fetch_user is a query */
	struct stapler *stapler;
	struct entry *entry;		/* owned by `stapler`; null: the answer
					 * is for one alone */
	struct fetch *fetch;
	struct staple_slot *slots;	/* who waits; may be nobody any more */
	struct query *next, **link;
};

struct stapler {
	const struct staple_options *options;
	struct fetcher *fetcher;	/* owned */
	const struct clock *clock;
	struct entry *entries;
	struct query *queries;
};

/* tell.c: tells a step; of those with more to say the caller fills an
 * event. */
void staple_step(const struct staple_ask *ask, size_t identity,
    enum ocsp_step step);
void staple_tell(const struct staple_ask *ask, size_t identity,
    struct event *event);

/* Gives the ask a copy of a response, and tells it. */
void staple_give(struct staple_ask *ask, size_t identity,
    struct tls_span response);

/* query.c: begins to ask a responder for this identity, or joins who did;
 * where that cannot be, tells why. */
void staple_query(struct staple_ask *ask, size_t identity);
/* Leaves the slot's query, which goes on for those to come. */
void staple_leave(struct staple_slot *slot);
void staple_cancel(struct query *query);
/* The certificate's entry, made if need be. */
struct entry *staple_entry(struct stapler *stapler, struct tls_span cert);

/* file.c: the response in the file; false with blame CONFIG, the file and
 * the reason. `out` is empty before. */
bool staple_read_file(const char *name, struct buf *out,
    struct tls_error *err);
/* Gives it to whom it is for. */
void staple_give_file(struct staple_ask *ask);

#endif
