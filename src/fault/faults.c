/* faults.c - the faults of one connection: a channel around another
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault/internal.h"

#include <stdlib.h>

/* The most bytes that are read and kept while nothing passes. */
#define MOST_KEPT	65536

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

	if (faults->hangs || side->throttled || faults->told_end)
		return false;
	if (lane_out(&side->lane).len || side->lane.shut)
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
	struct faults *faults = faults_of(channel);
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

	while (faults->kept.len < MOST_KEPT && faults_keep(faults) == TLS_OK)
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
		faults_flush(faults);
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
	faults_flush(faults);
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
	struct channel *below = faults_of(channel)->below.channel;

	below->ops->soon(below);
}

static void
wake(struct channel *channel, struct channel_timer *timer, unsigned ms)
{
	struct channel *below = faults_of(channel)->below.channel;

	below->ops->wake(below, timer, ms);
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
	const struct faults *faults = faults_of(channel);

	ops_below(faults)->state(faults->below.channel, out);
	if (!faults->end)
		out->ended = faults->told_end;
}

static void
look_at(const struct channel *channel, struct channel_look *out)
{
	const struct channel *below = faults_of(channel)->below.channel;

	if (below->ops->look)
		below->ops->look(below, out);
}

static void
end_sending(struct channel *channel)
{
	struct faults *faults = faults_of(channel);

	lane_give_up(&faults->sides[TLS_SENT].lane);
	lane_finish(&faults->sides[TLS_SENT].lane);
	faults->shut = true;
	faults_flush(faults);
}

static void
reset(struct channel *channel)
{
	struct channel *below = faults_of(channel)->below.channel;

	below->ops->reset(below);
}

static void
end(struct channel *channel)
{
	struct faults *faults = faults_of(channel);
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

static bool
pending(struct tls_io *io)
{
	(void)io;
	return false;
}

static const struct tls_io_ops io_ops = {
	.read = faults_read,
	.write = faults_write,
	.pending = pending,
};

static const struct channel_ops channel_ops = {
	.wait = wait,
	.soon = soon,
	.wake = wake,
	.more = more,
	.state = tell_state,
	.look = look_at,
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
	faults->lane_user.happens = faults_happens;
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
	faults_flush(faults);
}

bool
faults_delay(const struct faults *faults)
{
	const struct side *side = &faults->sides[TLS_SENT];

	return !faults->hangs && !side->lane.stalled &&
	    (side->lane.paused || side->throttled);
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
