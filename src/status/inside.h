/* status/inside.h - asking and keeping, for the files of this room alone
 * SPDX-License-Identifier: Apache-2.0
 *
 *	status_step(ask, identity, STATUS_NO_ISSUER);
 */
#ifndef STATUS_INSIDE_H
#define STATUS_INSIDE_H

#include "status/status.h"

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
struct status_slot {
	struct status_ask *ask;
	size_t identity;
	struct query *query;		/* or null: not waiting */
	struct status_slot *next, **link; /* among those of the query */
};

/* A responder is being asked. */
struct query {
	struct fetch_user user;		/* first: a fetch_user is a query */
	struct status *status;
	struct entry *entry;		/* owned by `status`; null: the answer
					 * is for one alone */
	struct fetch *fetch;
	struct status_slot *slots;	/* who waits; may be nobody any more */
	struct query *next, **link;
};

struct status {
	const struct status_options *options;
	struct fetcher *fetcher;	/* owned */
	const struct clock *clock;
	struct entry *entries;
	struct query *queries;
};

/* tell.c: tells a step; of those with more to say the caller fills an
 * event. */
void status_step(const struct status_ask *ask, size_t identity,
    enum status_step step);
void status_tell(const struct status_ask *ask, size_t identity,
    struct event *event);

/* Gives the ask a copy of a response, and tells it. */
void status_give(struct status_ask *ask, size_t identity,
    struct tls_span response);

/* query.c: begins to ask a responder for this identity, or joins who did;
 * where that cannot be, tells why. */
void status_query(struct status_ask *ask, size_t identity);
/* Leaves the slot's query, which goes on for those to come. */
void status_leave(struct status_slot *slot);
void status_cancel(struct query *query);
/* The certificate's entry, made if need be. */
struct entry *status_entry(struct status *status, struct tls_span cert);

/* file.c: the response in the file; false with blame CONFIG, the file and
 * the reason. `out` is empty before. */
bool status_read_file(const char *name, struct buf *out,
    struct tls_error *err);
/* Gives it to whom it is for. */
void status_give_file(struct status_ask *ask);

#endif
