/* happen.c - what a fault does besides changing bytes
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault/internal.h"

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

void
faults_pause(struct side *side, uint64_t ms)
{
	struct channel *below = side->faults->below.channel;

	side->lane.paused = true;
	below->ops->wake(below, &side->pause, (unsigned)ms);
}

void
faults_happens(struct lane_user *user, struct lane *lane, struct work *work)
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
		faults_pause(side, statement->amount);
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

/* Ends our side of the transport, and says so. */
void
faults_shut(struct faults *faults, bool reset)
{
	const struct channel_ops *ops = ops_below(faults);
	struct event event = {
		.kind = EVENT_SHUT, .from = *faults->below.origin,
		.shut = { TLS_SENT, reset },
	};

	if (faults->was_shut && !reset)
		return;
	(reset ? ops->reset : ops->shutdown)(faults->below.channel);
	faults->was_shut = true;
	bus_post(faults->below.bus, &event);
}

/* All that came before is sent. */
void
faults_do_last(struct faults *faults)
{
	if (!faults->has_last)
		return;
	faults->has_last = false;
	switch (faults->last) {
	case ACTION_RESET:
		faults_shut(faults, true);
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
		faults_shut(faults, false);
		break;
	}
}
