/* flow.c - bytes through the lanes: how fast, and when
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault/internal.h"

#include <string.h>

/* Bytes that are read at a time. */
#define READ_ROOM	16384

/* With a limited rate, what passes at once is what passes in this time. */
#define TICK_US		20000

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
enum tls_status
faults_flush(struct faults *faults)
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
	faults_do_last(faults);
	if (faults->shut && !faults->hangs)
		faults_shut(faults, false);
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
	faults_pause(side, side->window_ms);
	return false;
}

enum tls_status
faults_write(struct tls_io *io, const uint8_t *buf, size_t len, size_t *done)
{
	struct faults *faults = (struct faults *)io;
	struct side *side = &faults->sides[TLS_SENT];
	enum tls_status status;

	*done = 0;
	if (faults->left) {
		faults->told_end = true;
		return TLS_FAILED;
	}
	status = faults_flush(faults);
	if (status == TLS_OK) {
		*done = faults->owed < len ? faults->owed : len;
		faults->owed -= *done;
	}
	while (status == TLS_OK && *done < len && !faults->mute &&
	    takes(faults, side)) {
		size_t took = lane_take(&side->lane,
		    (struct tls_span){ buf + *done, len - *done });

		status = faults_flush(faults);
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
enum tls_status
faults_keep(struct faults *faults)
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
			status = faults_keep(faults);
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
			faults_flush(faults);
		if (faults->end || faults->hangs)
			return TLS_WANT_READ;
	}
}

enum tls_status
faults_read(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
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
