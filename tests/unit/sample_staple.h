/* unit/sample_staple.h - certificates, OCSP responses, and responders
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct scene scene;
 *	struct client client;
 *
 *	set(&scene, 1, "http://a/");
 *	begin(&scene);
 *	ask(&scene, &client);
 *	answer_good(&scene, 0, 1, NOW + 60);
 *	leave(&client);
 *	end(&scene);
 *
 * Nobody signed any of it: it is only read.
 */
#ifndef UNIT_SAMPLE_STATUS_H
#define UNIT_SAMPLE_STATUS_H

#include "staple/stapler.h"

#define SPAN(text)	\
	((struct tls_span){ (const uint8_t *)(text), sizeof(text) - 1 })

/* What all of it is dated by, and the clock shows. */
#define NOW		INT64_C(1800000000)

/* A certificate that "CA" issued. */
void make_cert(struct buf *out, const char *name, unsigned serial,
    const char *aia);

/* A response that says "good" of one serial number; `next` 0: without
 * nextUpdate. */
void make_response(struct buf *out, unsigned serial, int64_t next);

/* One that says so `num` times, each time with an end of its own. */
void make_responses(struct buf *out, unsigned serial, const int64_t *next,
    size_t num);

#define MAX_FETCHES	8
#define MAX_STEPS	32

struct fetch {
	struct fake *fake;
	struct fetch_user *user;	/* null: over */
	char host[64];
	unsigned port, timeout_ms;
	size_t len;			/* of the request */
};

/* A fetcher that a test moves by hand. */
struct fake {
	struct fetcher fetcher;		/* first */
	struct fetch fetches[MAX_FETCHES];
	size_t num, cancelled;
	bool freed;
};

struct still {
	struct clock clock;		/* first */
	int64_t seconds;
};

/* One connection. */
struct client {
	struct staple_user host;	/* first */
	struct staple_ask *ask;
	enum ocsp_step steps[MAX_STEPS];
	size_t num_steps;
	unsigned done;
	char reason[256];
	struct client *ends;		/* whom its being done takes along */
};

struct scene {
	struct fake fake;
	struct still still;
	struct staple_options settings;
	struct tls_backend backend;
	struct tls_primitives primitives;
	struct buf certs[3];		/* two of ours, and the CA's */
	struct tls_span chains[2], root;
	struct tls_identity identities[2];
	struct tls_config config;
	struct stapler *stapler;
};

/* With `num` identities, serial numbers 1 and 2. */
void set(struct scene *scene, size_t num, const char *aia);
void begin(struct scene *scene);
void end(struct scene *scene);

void ask(struct scene *scene, struct client *client);
void ask_with(struct scene *scene, struct client *client,
    struct tls_span extensions);
void leave(struct client *client);

/* Answers the fetch of this number. */
void answer(struct scene *scene, size_t number, struct tls_span body);
void answer_good(struct scene *scene, size_t number, unsigned serial,
    int64_t next);

#endif
