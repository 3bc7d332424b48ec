/* lib/pair.h - a session under test and its client, connected in memory
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct stage stage;
 *	struct pair pair;
 *
 *	stage_init(&stage, lab, TLS_VERSION_BIT(TLS_VERSION_1_2));
 *	pair_init(&pair, lab, &stage);
 *	pair.options.max_version = TLS_VERSION_1_2;
 *	pair_run(&pair);
 *	assert_pair(&pair, pair.phase == PHASE_OPEN);
 *	pair_clear(&pair);
 *
 * Rules.  The server's calls are made as the core makes them: after
 * TLS_WANT_READ only when the transport has something to read, after
 * TLS_WANT_WRITE with the same arguments.  So a session that forgets that it
 * holds bytes hangs here as it would in the program.
 */
#ifndef LIB_PAIR_H
#define LIB_PAIR_H

#include "certs.h"
#include "client.h"
#include "disturb.h"
#include "host.h"
#include "net/gather.h"
#include "net/memory.h"
#include "plug/plug.h"
#include "policy/policy.h"

#define STAGE_MAX_SUITES	512

/* What all scenes of a process share. */
struct lab {
	struct plug *plug;		/* the backend under test */
	struct certs *certs;
	/* What the test client's library lists by itself, best first. */
	uint16_t suites[STAGE_MAX_SUITES];
	size_t num_suites;
};

void lab_init(struct lab *lab, const char *backend);
void lab_clear(struct lab *lab);
enum tls_support lab_support(const struct lab *lab, enum tls_feature feature);

/* A config with room for what it points to.  Not to be copied. */
struct stage {
	struct tls_config config;
	struct tls_identity identities[CERT_COUNT];
	uint16_t suites[STAGE_MAX_SUITES];
	uint8_t ticket_key[TLS_TICKET_KEY_LEN];
	struct tls_span alpn;		/* what the server agrees to */
};

/* All versions of `versions` that the backend has (0: all of them), all
 * suites, every kind of key that it has, nothing else. */
void stage_init(struct stage *stage, const struct lab *lab,
    unsigned versions);
/* The only identity from now on. */
void stage_identity(struct stage *stage, const struct lab *lab,
    enum cert_name name);
/* Tickets under a key made of `seed`. */
void stage_tickets(struct stage *stage, uint8_t seed);
void stage_roots(struct stage *stage, const struct lab *lab,
    enum tls_peer_certificate how);

struct pair {
	/* to be set between pair_init and pair_start */
	struct client_options options;
	size_t fragment;	/* the hello comes in records of so many bytes;
				 * 0: as it is */
	struct tls_server *server;	/* null: its own */
	/* Changes what the client sends, before it is delivered; or null. */
	void (*alter)(struct pair *pair, struct buf *sent);
	uint64_t seed;			/* for `alter` */
	/* What the core would have stapled: a span for each identity of the
	 * stage; or null. */
	const struct tls_span *staples;

	const struct lab *lab;
	const struct tls_backend *backend;
	const struct stage *stage;
	struct memory_io io;
	struct disturb disturb;		/* over `io` */
	struct gather gather;		/* over that: what the session has */
	struct gather_pool *pool;
	struct host host;
	struct client *client;
	struct tls_server *own_server;
	struct tls_hello *hello;
	struct policy_choice chosen;
	struct tls_session *session;
	enum phase phase;		/* of the session */
	enum tls_status status;		/* of the last call that drives it */
	struct tls_error err;
	struct buf got;			/* application data */
	struct buf out;			/* application data to send */
	struct buf writing;
	unsigned handshake_calls;
	bool shaken;		/* the session's handshake is complete */
};

void pair_init(struct pair *pair, const struct lab *lab,
    const struct stage *stage);
void pair_clear(struct pair *pair);

/* Lets the transport block at random from now on (disturb_start). */
void pair_disturb(struct pair *pair, uint64_t seed, size_t max_chunk);

/* Sends what the session wrote in a call that gave `status`, as the core does
 * after each; what became of both: TLS_WANT_WRITE where the call is complete
 * and not all of it is sent. */
enum tls_status pair_sent(struct pair *pair, enum tls_status status);

/* Opens the server, if there is none, the client and the session.  Called by
 * pair_run where it has not been. */
void pair_start(struct pair *pair);

/* The same without a client, whose first bytes are `bytes`. */
void pair_start_raw(struct pair *pair, struct tls_span bytes);

/* Lets both sides go on until neither can. */
void pair_run(struct pair *pair);

/* The same, but no further than the session's handshake. */
void pair_handshake(struct pair *pair);

/* Delivers what the client has to say, once, without the session's doing. */
void pair_deliver(struct pair *pair);

/* The client sends only close_notify. */
void pair_client_goodbye(struct pair *pair);

/* Says close_notify and sends it, as often as it takes; the last status. */
enum tls_status pair_goodbye(struct pair *pair);

/* Sends something each way and checks that it came. */
void pair_talk(struct pair *pair);

/* The facts of the session now, every byte of the struct written. */
void pair_facts(const struct pair *pair, struct tls_facts *facts);

/* Prints what is known of both sides. */
void pair_explain(const struct pair *pair);

/* assert_true that explains. */
#define assert_pair(pair, condition) do { \
	bool holds = (condition); \
	if (!holds) \
		pair_explain(pair); \
	_assert_true(holds, #condition, __FILE__, __LINE__); \
} while (0)

#endif
