/* expect/internal.h - expectations and what was seen, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct answer answer;
 *
 *	seen_answer(seen, item->key->id, &answer);
 *	if (!item_matches(item, &answer))
 *		puts("mismatch");
 */
#ifndef EXPECT_INTERNAL_H
#define EXPECT_INTERNAL_H

#include "base/buf.h"
#include "expect/expect.h"
#include "plug/plug.h"

enum key_id {
#define K(id, name, kind, feature, events, about) KEY_##id,
#include "expect/keys.def"
#undef K
	KEY_COUNT
};

enum value_kind {
	VALUE_HANDSHAKE, VALUE_VERSION, VALUE_SUITE, VALUE_GROUP,
	VALUE_SIGNATURE, VALUE_TEXT, VALUE_BOOL, VALUE_CERT, VALUE_ALERT,
	VALUE_CLOSE, VALUE_RANGE,
	VALUE_KIND_COUNT
};

#define KEY_NEEDS_NOTHING	(-1)

struct key {
	const char *name;
	enum key_id id;
	enum value_kind kind;
	int feature;		/* enum tls_feature, or KEY_NEEDS_NOTHING */
	uint64_t wants;		/* events, besides those of every judge */
	const char *about;
};

extern const struct key expect_keys[KEY_COUNT];

/* Numbers from `least` to `most`, or `text`, or nothing at all. */
struct value {
	uint64_t least, most;
	char *text;		/* owned, or null */
	bool none;
};

/* KEY=VALUE|VALUE */
struct item {
	const struct key *key;
	bool negated;		/* != */
	bool partly;		/* a backend tells it only sometimes, so that
				 * nothing is no "none" */
	char *typed;		/* owned: the values as they were given */
	struct value *values;	/* owned */
	size_t num;
};

/* One word of -expect. */
struct expectation {
	uint64_t first, last;	/* the connections that it is for */
	struct item *items;	/* owned */
	size_t num;
};

struct expect {
	struct expectation *list;	/* owned */
	size_t num;
	uint64_t wants;			/* events */
};

/* What was seen of one key. */
#define ANSWER_ROOM	16

struct answer {
	bool unknown;		/* the library does not tell */
	uint64_t numbers[ANSWER_ROOM];
	size_t num;		/* 0, without `text`: none */
	struct tls_span text;	/* borrowed; `data` null: none */
};

/* ---- values.c ---- */

/* What the values of a kind are, for people. */
const char *value_words(enum value_kind kind);
/* Reads one value.  False with a text that names `key` and a near name. */
bool value_read(const struct key *key, const char *word, struct value *out,
    struct tls_error *err);
bool item_matches(const struct item *item, const struct answer *answer);
/* Adds what is expected, and what was seen, escaped. */
void item_add(struct buf *out, const struct item *item);
void answer_add(struct buf *out, const struct item *item,
    const struct answer *answer);

/* ---- seen.c ---- */

#define SEEN_ALERTS	(ANSWER_ROOM / 2)	/* of each side */

/* One connection. */
struct seen {
	uint64_t conn;
	bool opened;		/* the handshake is complete */
	uint16_t version, suite, group, signature, peer_signature;
	enum tls_known resumed, extended_master;
	bool retried;
	bool has_cert, bad_cert;
	char *alpn, *sni, *psk;	/* owned, or null: none */
	const char *backend;	/* borrowed, or null */
	uint8_t alerts[2][SEEN_ALERTS];	/* by enum tls_direction */
	size_t num_alerts[2];
	char *failure;		/* owned: why the handshake failed, escaped; or
				 * null */
	enum outcome outcome;
	uint64_t received, sent;
};

/* The events that seen_event reads for every key. */
#define SEEN_WANTS	(EVENT_BIT(EVENT_ACCEPTED) | \
			    EVENT_BIT(EVENT_HANDSHAKE) | \
			    EVENT_BIT(EVENT_FAILED) | EVENT_BIT(EVENT_CLOSED))

void seen_event(struct seen *seen, const struct event *event);
void seen_answer(const struct seen *seen, enum key_id key,
    struct answer *out);
void seen_clear(struct seen *seen);

#endif
