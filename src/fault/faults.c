/* faults.c - the faults of one connection: a channel around another
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault/fault.h"

#include <stdlib.h>
#include <string.h>

#include "fault/lane.h"

/* Bytes that are read at a time, and the most that are kept. */
#define READ_ROOM	16384
#define MOST_KEPT	65536

/* With a limited rate, what passes at once is what passes in this time. */
#define TICK_US		20000

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

static struct faults *
of(const struct channel *channel)
{
	return (struct faults *)channel;
}

static const struct channel_ops *
ops_below(const struct faults *faults)
{
	return faults->below.channel->ops;
}

/* ---- what happens -------------------------------------------------------- */

static void
tell(const struct faults *faults, const struct lane *lane,
    const struct work *work)
{
	const struct statement *statement = work->statement;
	struct event event = {
		.kind = EVENT_FAULT,
		.from = *faults->below.origin,
		.fault = {
			.text = statement->text,
			.action = actions[statement->action].word,
			.direction = lane->direction,
			.bytes = lane->bytes, .records = lane->records[0],
			.times = work->times,
		},
	};

	bus_post(faults->below.bus, &event);
}

static void
pause(struct side *side, uint64_t ms)
{
	struct channel *below = side->faults->below.channel;

	side->lane.paused = true;
	below->ops->wake(below, &side->pause, (unsigned)ms);
}

static void
happens(struct lane_user *user, struct lane *lane, struct work *work)
{
	struct faults *faults = (struct faults *)((char *)user -
	    offsetof(struct faults, lane_user));
	struct side *side = (struct side *)lane;
	const struct statement *statement = work->statement;

	/* Once for each connection; what comes again is counted. */
	if (work->times == 1)
		tell(faults, lane, work);
	switch (statement->action) {
	case ACTION_DELAY:
		pause(side, statement->amount);
		break;
	case ACTION_RATE:
		side->rate = statement->amount;
		side->credit = 0;
		side->credited_us =
		    faults->below.clock->monotonic_us(faults->below.clock);
		break;
	case ACTION_COALESCE:
		side->window_ms = (unsigned)statement->amount;
		break;
	case ACTION_HALF_CLOSE:
		lane->shut = true;
		if (lane->direction == TLS_RECEIVED)
			break;
		faults->has_last = true;
		faults->last = ACTION_HALF_CLOSE;
		break;
	case ACTION_RESET:
	case ACTION_CLOSE:
	case ACTION_HANG:
		lane->shut = true;
		faults->has_last = true;
		faults->last = statement->action;
		break;
	default:
		break;
	}
}

/* All that came before is sent. */
static void
do_last(struct faults *faults)
{
	const struct channel_ops *ops = ops_below(faults);

	if (!faults->has_last)
		return;
	faults->has_last = false;
	switch (faults->last) {
	case ACTION_RESET:
		ops->reset(faults->below.channel);
		faults->mute = true;
		faults->end = FAULT_RESET;
		break;
	case ACTION_HANG:
		faults->hangs = true;
		break;
	case ACTION_CLOSE:
		faults->end = FAULT_CLOSED;
		/* fall through */
	default:
		faults->mute = true;
		ops->shutdown(faults->below.channel);
		faults->was_shut = true;
		break;
	}
}

/* ---- how fast ----------------------------------------------------------- */

/* How many of `len` bytes may pass now; 0: the tick will say when. */
static size_t
allowed(struct side *side, size_t len)
{
	const struct clock *clock = side->faults->below.clock;
	struct channel *below = side->faults->below.channel;
	uint64_t now, since, most;

	if (!side->rate)
		return len;
	if (side->throttled)
		return 0;
	most = side->rate * TICK_US / 1000000 + 1;
	now = clock->monotonic_us(clock);
	since = now - side->credited_us;
	if (since > TICK_US * 50)
		since = TICK_US * 50;
	if (since * side->rate / 1000000) {
		side->credit += since * side->rate / 1000000;
		side->credited_us = now;
	}
	if (side->credit > most)
		side->credit = most;
	if (side->credit)
		return side->credit < len ? (size_t)side->credit : len;
	side->throttled = true;
	since = most * 1000 / side->rate;
	below->ops->wake(below, &side->tick, since ? (unsigned)since : 1);
	return 0;
}

static void
spend(struct side *side, size_t len)
{
	if (side->rate)
		side->credit -= len < side->credit ? len : side->credit;
}

/* ---- writing ------------------------------------------------------------ */

/* Sends what is ready.  TLS_OK if that is all of it. */
static enum tls_status
flush(struct faults *faults)
{
	struct side *side = &faults->sides[TLS_SENT];
	struct tls_io *io = faults->below.io;

	while (!faults->mute && lane_out(&side->lane).len) {
		struct tls_span out = lane_out(&side->lane);
		enum tls_status status;
		size_t done = 0;

		out.len = allowed(side, out.len);
		if (!out.len)
			return TLS_WANT_WRITE;
		status = io->ops->write(io, out.data, out.len, &done);
		if (status != TLS_OK)
			return status;
		spend(side, done);
		lane_passed(&side->lane, done);
	}
	do_last(faults);
	if (faults->shut && !faults->was_shut && !faults->hangs) {
		ops_below(faults)->shutdown(faults->below.channel);
		faults->was_shut = true;
	}
	return TLS_OK;
}

/* Whether a write could take bytes.  With `coalesce` the first ones begin the
 * time that others have to join them. */
static bool
takes(struct faults *faults, struct side *side)
{
	if (faults->hangs || !lane_goes_on(&side->lane))
		return false;
	if (!side->window_ms || side->window)
		return true;
	pause(side, side->window_ms);
	return false;
}

static enum tls_status
write_through(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct faults *faults = (struct faults *)io;
	struct side *side = &faults->sides[TLS_SENT];
	enum tls_status status;

	*done = 0;
	if (faults->left)
		return TLS_FAILED;
	status = flush(faults);
	if (status == TLS_OK) {
		*done = faults->owed < len ? faults->owed : len;
		faults->owed -= *done;
	}
	while (status == TLS_OK && *done < len && !faults->mute &&
	    takes(faults, side)) {
		size_t took = lane_take(&side->lane,
		    (struct tls_span){ buf + *done, len - *done });

		status = flush(faults);
		if (status == TLS_OK)
			*done += took;
		else
			faults->owed = took;
		if (side->lane.starved)
			break;
	}
	if (faults->mute) {
		*done = len;
		return TLS_OK;
	}
	if (status != TLS_OK && status != TLS_WANT_WRITE)
		return status;
	return *done ? TLS_OK : TLS_WANT_WRITE;
}

/* ---- reading ------------------------------------------------------------ */

/* Reads once from below, and keeps that. */
static enum tls_status
keep(struct faults *faults)
{
	struct tls_io *io = faults->below.io;
	enum tls_status status;
	size_t done = 0;

	if (faults->kept_end != TLS_OK)
		return faults->kept_end;
	status = io->ops->read(io, buf_reserve(&faults->kept, READ_ROOM),
	    READ_ROOM, &done);
	faults->kept.len += done;
	if (status == TLS_CLOSED || status == TLS_FAILED)
		faults->kept_end = status;
	return status;
}

/* Passes on what is ready; 0: nothing. */
static size_t
deliver(struct side *side, uint8_t *buf, size_t len)
{
	struct tls_span out = lane_out(&side->lane);
	bool was_cut = side->lane.cut;

	if (!out.len)
		return 0;
	if (len > out.len)
		len = out.len;
	len = allowed(side, len);
	if (!len)
		return 0;
	memcpy(buf, out.data, len);
	spend(side, len);
	lane_passed(&side->lane, len);
	side->faults->breathes = was_cut && !side->lane.cut;
	return len;
}

static enum tls_status
end_reading(struct faults *faults, enum tls_status status)
{
	faults->told_end = true;
	return status;
}

/* Reads from what was kept, or from below, until something is ready. */
static enum tls_status
read_lane(struct faults *faults, uint8_t *buf, size_t len, size_t *done)
{
	struct side *side = &faults->sides[TLS_RECEIVED];
	struct lane *lane = &side->lane;
	enum tls_status status = TLS_OK;

	for (;;) {
		*done = deliver(side, buf, len);
		if (*done)
			return TLS_OK;
		if (lane_out(lane).len)
			return TLS_WANT_READ;
		if (lane->shut && !faults->has_last)
			return end_reading(faults, TLS_CLOSED);
		if (!faults->kept.len || lane->starved) {
			status = keep(faults);
			if (status == TLS_WANT_READ ||
			    status == TLS_WANT_WRITE)
				return status;
			if (status != TLS_OK && !lane_give_up(lane) &&
			    !faults->kept.len)
				return end_reading(faults, status);
		}
		if (!takes(faults, side))
			return TLS_WANT_READ;
		buf_drop(&faults->kept, lane_take(lane,
		    buf_span(&faults->kept)));
		if (faults->has_last)
			flush(faults);
		if (faults->end || faults->hangs)
			return TLS_WANT_READ;
	}
}

static enum tls_status
read_through(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct faults *faults = (struct faults *)io;
	struct tls_io *below = faults->below.io;

	*done = 0;
	if (faults->end)
		return faults->obeyed ?
		    below->ops->read(below, buf, len, done) : TLS_WANT_READ;
	if (faults->left)
		return end_reading(faults, TLS_CLOSED);
	if (faults->hangs)
		return TLS_WANT_READ;
	if (faults->breathes) {
		faults->breathes = false;
		ops_below(faults)->soon(faults->below.channel);
		return TLS_WANT_READ;
	}
	return read_lane(faults, buf, len, done);
}

static bool
pending(struct tls_io *io)
{
	(void)io;
	return false;
}

/* ---- waiting ------------------------------------------------------------ */

/* Whether the lane of what is sent waits for time or for ever. */
static bool
is_blocked(const struct faults *faults)
{
	const struct side *side = &faults->sides[TLS_SENT];

	return faults->hangs || side->throttled || side->lane.paused ||
	    side->lane.stalled;
}

/* Whether a read would find something without asking below. */
static bool
can_read(const struct faults *faults)
{
	const struct side *side = &faults->sides[TLS_RECEIVED];

	if (faults->hangs || side->throttled)
		return false;
	if (lane_out(&side->lane).len)
		return true;
	if (side->lane.shut)
		return true;
	return lane_goes_on(&side->lane) &&
	    ((faults->kept.len && !side->lane.starved) ||
	    faults->kept_end != TLS_OK);
}

/* Whether reading must wait for time, or for ever. */
static bool
is_held(const struct faults *faults)
{
	const struct side *side = &faults->sides[TLS_RECEIVED];

	return faults->hangs || side->throttled || side->lane.paused ||
	    side->lane.stalled;
}

static unsigned
waits_for(const struct faults *faults)
{
	const struct side *sent = &faults->sides[TLS_SENT];
	unsigned what = 0;
	bool writes = faults->wants & CHANNEL_WRITE ||
	    lane_out(&sent->lane).len;
	/* What comes meanwhile is kept, so that the end is noticed. */
	bool keeps = is_held(faults) || (writes && is_blocked(faults));

	if (faults->end)
		return faults->wants;
	if (keeps ? faults->kept.len < MOST_KEPT &&
	    faults->kept_end == TLS_OK : faults->wants & CHANNEL_READ)
		what |= CHANNEL_READ;
	if (writes && !is_blocked(faults))
		what |= CHANNEL_WRITE;
	return what;
}

static void
wait(struct channel *channel, unsigned what, unsigned timeout_ms)
{
	struct faults *faults = of(channel);
	bool again = false;

	faults->wants = what;
	for (size_t i = 0; i < 2; i++)
		if (!faults->sides[i].lane.paused)
			faults->sides[i].window = false;
	/* Less than a header of a record: it will be none. */
	if (faults->sides[TLS_SENT].lane.starved)
		again = lane_give_up(&faults->sides[TLS_SENT].lane);
	/* A user that cannot write may not read either until it can. */
	if (what & CHANNEL_READ && can_read(faults) &&
	    !(what & CHANNEL_WRITE && is_blocked(faults)))
		again = true;
	if (faults->end && !faults->obeyed)
		again = true;
	ops_below(faults)->wait(faults->below.channel, waits_for(faults),
	    timeout_ms);
	if (again)
		ops_below(faults)->soon(faults->below.channel);
}

/* Takes what comes while nothing passes: it is kept, or with `hang`
 * discarded. */
static void
keep_meanwhile(struct faults *faults)
{
	const struct side *received = &faults->sides[TLS_RECEIVED];
	bool forever = faults->hangs ||
	    faults->sides[TLS_SENT].lane.stalled || received->lane.stalled;

	while (faults->kept.len < MOST_KEPT && keep(faults) == TLS_OK)
		if (faults->hangs)
			faults->kept.len = 0;
	if (forever && faults->kept_end != TLS_OK)
		faults->left = true;
}

static void
ready(struct channel_user *user, unsigned what)
{
	struct faults *faults = (struct faults *)((char *)user -
	    offsetof(struct faults, user));

	if (what & CHANNEL_WRITE)
		flush(faults);
	if (what & CHANNEL_READ && !faults->end &&
	    (is_held(faults) || is_blocked(faults)))
		keep_meanwhile(faults);
	channel_ready(&faults->channel, what);
}

/* Something may pass again. */
static void
go_on(struct side *side)
{
	struct faults *faults = side->faults;

	if (!side->throttled)
		lane_take(&side->lane, (struct tls_span){ NULL, 0 });
	flush(faults);
	channel_ready(&faults->channel,
	    side->lane.direction == TLS_SENT ? CHANNEL_WRITE : CHANNEL_READ);
}

static void
pause_over(struct channel_timer *timer)
{
	struct side *side = (struct side *)((char *)timer -
	    offsetof(struct side, pause));

	side->lane.paused = false;
	side->window = side->window_ms != 0;
	go_on(side);
}

static void
tick(struct channel_timer *timer)
{
	struct side *side = (struct side *)((char *)timer -
	    offsetof(struct side, tick));

	side->throttled = false;
	go_on(side);
}

/* ---- the rest of a channel ----------------------------------------------- */

static void
soon(struct channel *channel)
{
	ops_below(of(channel))->soon(of(channel)->below.channel);
}

static void
wake(struct channel *channel, struct channel_timer *timer, unsigned ms)
{
	ops_below(of(channel))->wake(of(channel)->below.channel, timer, ms);
}

/* What is to be a segment is not to wait for more. */
static void
more(struct channel *channel, bool follows)
{
	(void)channel;
	(void)follows;
}

static void
tell_state(const struct channel *channel, struct channel_state *out)
{
	const struct faults *faults = of(channel);

	ops_below(faults)->state(faults->below.channel, out);
	if (!faults->end)
		out->ended = faults->told_end;
}

static void
end_sending(struct channel *channel)
{
	struct faults *faults = of(channel);

	lane_give_up(&faults->sides[TLS_SENT].lane);
	lane_finish(&faults->sides[TLS_SENT].lane);
	faults->shut = true;
	flush(faults);
}

static void
reset(struct channel *channel)
{
	ops_below(of(channel))->reset(of(channel)->below.channel);
}

static void
end(struct channel *channel)
{
	struct faults *faults = of(channel);
	struct channel *below = faults->below.channel;

	for (size_t i = 0; i < 2; i++) {
		below->ops->wake(below, &faults->sides[i].pause, 0);
		below->ops->wake(below, &faults->sides[i].tick, 0);
		lane_clear(&faults->sides[i].lane);
	}
	buf_clear(&faults->kept);
	below->ops->close(below);
	free(faults);
}

static const struct tls_io_ops io_ops = {
	.read = read_through,
	.write = write_through,
	.pending = pending,
};

static const struct channel_ops channel_ops = {
	.wait = wait,
	.soon = soon,
	.wake = wake,
	.more = more,
	.state = tell_state,
	.shutdown = end_sending,
	.reset = reset,
	.close = end,
};

/* ---- making them -------------------------------------------------------- */

static void
fill(struct faults *faults, uint64_t number)
{
	struct fault_script *script = faults->script;

	for (size_t i = 0; i < 2; i++) {
		struct side *side = &faults->sides[i];

		side->faults = faults;
		side->pause.fired = pause_over;
		side->tick.fired = tick;
		lane_init(&side->lane, (enum tls_direction)i,
		    &faults->lane_user, mix(script->seed, number));
	}
	for (size_t i = 0; i < script->num; i++) {
		struct statement *statement = script->list[i];

		if (conns_have(&statement->conns, number, script->seed))
			lane_add(&faults->sides[statement->direction].lane,
			    statement);
	}
}

struct faults *
faults_new(struct fault_script *script, const struct fault_below *below)
{
	uint64_t number = below->origin->conn;
	struct faults *faults;
	size_t num = 0;

	for (size_t i = 0; i < script->num; i++)
		num += conns_have(&script->list[i]->conns, number,
		    script->seed);
	if (num == 0)
		return NULL;
	faults = mem_zero(1, sizeof *faults);
	faults->channel.io.ops = &io_ops;
	faults->channel.ops = &channel_ops;
	faults->user.ready = ready;
	faults->lane_user.happens = happens;
	faults->script = script;
	faults->below = *below;
	fill(faults, number);
	channel_attach(below->channel, &faults->user);
	return faults;
}

struct channel *
faults_channel(struct faults *faults)
{
	return &faults->channel;
}

void
faults_mark(struct faults *faults, enum fault_mark mark)
{
	lane_mark(&faults->sides[TLS_SENT].lane, mark);
	lane_mark(&faults->sides[TLS_RECEIVED].lane, mark);
	flush(faults);
}

enum fault_end
faults_end(const struct faults *faults)
{
	return faults->end;
}

void
faults_obey(struct faults *faults)
{
	faults->obeyed = true;
	/* Of what was kept the user needs nothing any more. */
	buf_clear(&faults->kept);
}
