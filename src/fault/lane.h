/* fault/lane.h - one direction of a connection, with the faults on it
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 5.1
 *
 *	struct lane lane;
 *
 *	lane_init(&lane, TLS_SENT, &user, seed);
 *	lane_add(&lane, statement);
 *	took = lane_take(&lane, bytes);
 *	send(lane_out(&lane));
 *
 * Rules.  A lane takes the bytes of a stream, does what is to happen on the
 * way, and has the result in `out`.  It takes no more when something has to
 * happen before: what is in `out` has to be passed on (`cut`), time has to
 * pass (`paused`), or nothing may pass any more.
 *
 * A record is known when its header is whole.  While that is not so, its bytes
 * are not taken (`starved`), unless lane_give_up says that no more come.
 */
#ifndef FAULT_LANE_H
#define FAULT_LANE_H

#include "fault/script.h"
#include "wire/record.h"

/* TLSPlaintext.type is 20 to 26; in the first place, all types. */
#define NUM_TYPES	8

/* A statement at work on one connection. */
struct work {
	struct statement *statement;	/* borrowed */
	bool armed;			/* its `since` has come */
	uint64_t since;			/* bytes that had passed by then */
	uint64_t records;		/* of its type, begun by then */
	bool due;			/* its mark has come, and nothing could
					 * happen then */
	uint64_t mark;			/* the place where it was last looked
					 * at: bytes + 1 */
	uint64_t times;			/* that it happened */
	uint64_t flips;			/* the byte to change: bytes + 1; 0:
					 * none */
};

struct lane;

struct lane_user {
	/* A statement happens now: for what concerns more than the lane. */
	void (*happens)(struct lane_user *user, struct lane *lane,
	    struct work *work);
};

struct lane {
	enum tls_direction direction;
	struct lane_user *user;		/* borrowed */
	struct work *works;		/* owned; in the order of the script */
	size_t num;
	uint64_t random;

	/* Where the stream is. */
	uint64_t bytes;			/* taken */
	bool counts;			/* some statement looks at records */
	bool lost;			/* this is no stream of records */
	bool open;			/* a record has begun: */
	uint64_t left, len;		/* bytes of it to come; of all of it */
	uint8_t type;
	uint64_t records[NUM_TYPES];	/* begun, by type */
	bool record_over;		/* a record has just ended */
	bool encrypted;			/* after change_cipher_spec */
	uint8_t header[4];		/* of a handshake message */
	unsigned header_len;
	uint32_t body;			/* bytes of the message to come */
	int message_over;		/* a message of this type has just
					 * ended; -1: none */

	/* What is done to it. */
	struct buf out;			/* ready to be passed on */
	size_t out_next;
	bool cut;			/* pass `out` on before more is taken */
	uint64_t cut_at;		/* bytes: the end of a unit that is to
					 * be a segment */
	uint64_t drop_until;		/* bytes */
	uint64_t copy_until;		/* bytes: repeat what is taken */
	unsigned copies;
	struct buf copy;
	uint64_t hold_until;		/* bytes: passed on after what
					 * follows */
	bool holds;			/* the next record's end is the place */
	struct buf held;

	/* Why nothing is taken. */
	bool starved, paused, stalled, shut;
};

void lane_init(struct lane *lane, enum tls_direction direction,
    struct lane_user *user, uint64_t random);
void lane_clear(struct lane *lane);
void lane_add(struct lane *lane, struct statement *statement);

/* A mark has come. */
void lane_mark(struct lane *lane, enum fault_mark mark);

/* Takes from `bytes` what can be taken now, and returns how many. */
size_t lane_take(struct lane *lane, struct tls_span bytes);

/* No more bytes come for now, or ever: what is there is no record.  True if
 * that makes a difference. */
bool lane_give_up(struct lane *lane);

/* The stream is at its end: what was held is passed on. */
void lane_finish(struct lane *lane);

/* What is ready to be passed on; lane_passed drops `len` bytes of it. */
struct tls_span lane_out(const struct lane *lane);
void lane_passed(struct lane *lane, size_t len);

/* Whether more can be taken. */
bool lane_goes_on(const struct lane *lane);

#endif
