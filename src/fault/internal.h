/* fault/internal.h - the faults of one connection, for this room only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct faults *faults = faults_new(script, &below);
 *
 *	if (faults_flush(faults) == TLS_WANT_WRITE)
 *		return;
 *
 * faults.c is the channel, flow.c moves bytes, happen.c does what a lane does
 * not.
 */
#ifndef FAULT_INTERNAL_H
#define FAULT_INTERNAL_H

#include "fault/fault.h"
#include "fault/lane.h"

/* One direction, with the time that has to pass. */
struct side {
	struct lane lane;
	struct faults *faults;
	struct channel_timer pause;	/* of `delay` and `coalesce` */
	struct channel_timer tick;	/* of `rate` */
	uint64_t rate;			/* bytes a second; 0: no limit */
	uint64_t credit;		/* bytes that may pass now */
	uint64_t credited_us;		/* when they were counted */
	bool throttled;			/* waiting for the tick */
	unsigned window_ms;		/* of `coalesce`; 0: none */
	bool window;			/* it is over: all passes until the user
					 * waits */
};

struct faults {
	struct channel channel;		/* first: it is a channel */
	struct channel_user user;	/* of the one below */
	struct lane_user lane_user;
	struct fault_script *script;
	struct fault_below below;
	struct side sides[2];		/* by enum tls_direction */
	size_t owed;			/* bytes that were taken from a write,
					 * and not reported yet */
	struct buf kept;		/* read, and not taken yet */
	enum tls_status kept_end;	/* what follows them: TLS_OK: nothing
					 * yet */
	bool told_end;			/* the user knows that */
	enum action_id last;		/* to be done when all is sent, */
	bool has_last;			/* if so */
	bool shut;			/* our side is to be ended when all is
					 * sent, */
	bool was_shut;			/* and was */
	bool mute;			/* what is written is discarded */
	bool hangs;
	bool breathes;			/* the next read finds nothing */
	bool left;			/* the client has left a connection that
					 * hangs */
	unsigned wants;			/* the user waits for */
	enum fault_end end;
	bool obeyed;
};

static inline struct faults *
faults_of(const struct channel *channel)
{
	return (struct faults *)channel;
}

static inline const struct channel_ops *
ops_below(const struct faults *faults)
{
	return faults->below.channel->ops;
}

/* happen.c: of the lanes' user. */
void faults_happens(struct lane_user *user, struct lane *lane,
    struct work *work);
/* Lets nothing be taken on this side for some milliseconds. */
void faults_pause(struct side *side, uint64_t ms);
/* All that came before is sent: ends the connection, if that is due. */
void faults_do_last(struct faults *faults);
/* Ends our side of the transport, and says so. */
void faults_shut(struct faults *faults, bool reset);

/* flow.c: sends what is ready; TLS_OK if that is all of it. */
enum tls_status faults_flush(struct faults *faults);
/* Reads once from below, and keeps that. */
enum tls_status faults_keep(struct faults *faults);
/* The operations of a tls_io. */
enum tls_status faults_read(struct tls_io *io, uint8_t *buf, size_t len,
    size_t *done);
enum tls_status faults_write(struct tls_io *io, const uint8_t *buf,
    size_t len, size_t *done);

#endif
