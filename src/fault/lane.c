/* lane.c - one direction of a connection, with the faults on it
 * SPDX-License-Identifier: Apache-2.0
 */
#include "fault/lane.h"

#include <stdlib.h>

#define CHANGE_CIPHER_SPEC	20
#define HANDSHAKE		22
#define HEADER_LEN		5

void
lane_init(struct lane *lane, enum tls_direction direction,
    struct lane_user *user, uint64_t random)
{
	*lane = (struct lane){
		.direction = direction, .user = user, .random = random,
		.message_over = -1,
	};
}

void
lane_clear(struct lane *lane)
{
	free(lane->works);
	buf_clear(&lane->out);
	buf_clear(&lane->copy);
	buf_clear(&lane->held);
}

static bool
counts_records(const struct statement *statement)
{
	return statement->trigger.kind >= TRIGGER_AT_RECORD;
}

void
lane_add(struct lane *lane, struct statement *statement)
{
	lane->works = mem_grow(lane->works,
	    (lane->num + 1) * sizeof *lane->works);
	lane->works[lane->num++] = (struct work){
		.statement = statement,
		.armed = statement->trigger.since == FAULT_AT_ACCEPT,
	};
	lane->counts |= counts_records(statement);
}

bool
lane_goes_on(const struct lane *lane)
{
	return !lane->cut && !lane->paused && !lane->stalled && !lane->shut;
}

struct tls_span
lane_out(const struct lane *lane)
{
	return (struct tls_span){
		lane->out.data ? lane->out.data + lane->out_next : NULL,
		lane->out.len - lane->out_next };
}

void
lane_passed(struct lane *lane, size_t len)
{
	lane->out_next += len;
	if (lane->out_next < lane->out.len)
		return;
	lane->out.len = lane->out_next = 0;
	lane->cut = false;
}

/* ---- when --------------------------------------------------------------- */

static unsigned
type_index(uint8_t type)
{
	return type >= 20 && type < 20 + NUM_TYPES - 1 ? type - 19u : 0;
}

/* How many records of the type that the trigger looks at have begun since it
 * began to count. */
static uint64_t
records_since(const struct lane *lane, const struct work *work)
{
	const struct trigger *trigger = &work->statement->trigger;

	return lane->records[trigger->type ? type_index(trigger->type) : 0] -
	    work->records;
}

static bool
is_type(const struct lane *lane, const struct trigger *trigger)
{
	return !trigger->type || trigger->type == lane->type;
}

static bool
draw(struct lane *lane, uint64_t percent)
{
	lane->random = mix(lane->random, lane->records[0]);
	return lane->random % 100 < percent;
}

/* The first byte of the message that a record begins with, if it is visible;
 * -1: it is not. */
static int
first_message(const struct lane *lane, struct tls_span bytes)
{
	return lane->type == HANDSHAKE && !lane->encrypted &&
	    !lane->header_len && !lane->body && bytes.len > HEADER_LEN ?
	    bytes.data[HEADER_LEN] : -1;
}

/* Whether it happens before the next byte. */
static bool
is_due(struct lane *lane, const struct work *work, struct tls_span bytes)
{
	const struct trigger *trigger = &work->statement->trigger;
	uint64_t count = lane->bytes - work->since;
	bool begins = lane->open && lane->left == lane->len;

	switch (trigger->kind) {
	case TRIGGER_AT_BYTE:
		return count == trigger->n - 1;
	case TRIGGER_EACH_BYTE:
		return (count + 1) % trigger->n == 0;
	case TRIGGER_AT_RECORD:
		return begins && is_type(lane, trigger) &&
		    records_since(lane, work) == trigger->n;
	case TRIGGER_EACH_RECORD:
		return begins && is_type(lane, trigger) &&
		    records_since(lane, work) % trigger->n == 0;
	case TRIGGER_SOME_RECORDS:
		return begins && is_type(lane, trigger) &&
		    draw(lane, trigger->n);
	case TRIGGER_AT_MESSAGE:
		return begins && first_message(lane, bytes) ==
		    trigger->message;
	default:
		return false;
	}
}

/* Whether it happens after the byte that was taken last. */
static bool
was_due(const struct lane *lane, const struct work *work)
{
	const struct trigger *trigger = &work->statement->trigger;
	uint64_t count = lane->bytes - work->since;

	switch (trigger->kind) {
	case TRIGGER_AFTER_BYTE:
		return count == trigger->n;
	case TRIGGER_EVERY_BYTES:
		return count && count % trigger->n == 0;
	case TRIGGER_AFTER_RECORD:
		return lane->record_over && is_type(lane, trigger) &&
		    records_since(lane, work) == trigger->n;
	case TRIGGER_AFTER_MESSAGE:
		return lane->message_over == trigger->message;
	case TRIGGER_MARK:
		return work->due;
	default:
		return false;
	}
}

/* ---- what --------------------------------------------------------------- */

static void
cut(struct lane *lane)
{
	lane->cut = lane->cut || lane_out(lane).len > 0;
}

/* How many bytes the trigger of the statement stands for. */
static uint64_t
unit_len(const struct lane *lane, const struct statement *statement)
{
	return !trigger_has_unit(&statement->trigger) ? 0 :
	    statement->trigger.kind < TRIGGER_AT_RECORD ? 1 : lane->len;
}

/* False if there is nothing that it could be done to. */
static bool
act(struct lane *lane, struct work *work)
{
	const struct statement *statement = work->statement;
	uint64_t len = unit_len(lane, statement);

	switch (statement->action) {
	case ACTION_SPLIT:
		cut(lane);
		lane->cut_at = len ? lane->bytes + len : 0;
		return true;
	case ACTION_FLIP:
		if (statement->byte > len)
			return false;
		work->flips = lane->bytes +
		    (statement->byte ? statement->byte : len);
		return true;
	case ACTION_DROP:
		lane->drop_until = lane->bytes + len;
		return true;
	case ACTION_DUPLICATE:
		lane->copy_until = lane->bytes + len;
		lane->copies++;
		return true;
	case ACTION_SWAP:
		if (lane->holds || lane->held.len)
			return false;
		lane->hold_until = lane->bytes + len;
		return true;
	case ACTION_INJECT:
		buf_add_span(&lane->out, buf_span(&statement->bytes));
		return true;
	case ACTION_STALL:
		lane->stalled = true;
		return true;
	default:
		return true;
	}
}

static void
happen(struct lane *lane, struct work *work)
{
	struct statement *statement = work->statement;

	work->due = false;
	if ((statement->most && work->times >= statement->most) ||
	    !act(lane, work))
		return;
	work->times++;
	statement->happened++;
	lane->user->happens(lane->user, lane, work);
}

/* Lets happen what is due here and was not looked at here before.  False if
 * nothing can be taken then. */
static bool
look(struct lane *lane, struct tls_span bytes, bool before)
{
	for (size_t i = 0; i < lane->num && lane_goes_on(lane); i++) {
		struct work *work = &lane->works[i];

		if (!work->armed || (work->mark == lane->bytes + 1 &&
		    !work->due) || before !=
		    trigger_is_before(&work->statement->trigger))
			continue;
		work->mark = lane->bytes + 1;
		if (before ? is_due(lane, work, bytes) : was_due(lane, work))
			happen(lane, work);
	}
	return lane_goes_on(lane);
}

void
lane_mark(struct lane *lane, enum fault_mark mark)
{
	for (size_t i = 0; i < lane->num; i++) {
		struct work *work = &lane->works[i];
		const struct trigger *trigger = &work->statement->trigger;

		if (trigger->since != mark || (mark && work->armed))
			continue;
		work->armed = true;
		work->since = lane->bytes;
		work->records = 0;
		work->records = records_since(lane, work);
		work->due = trigger->kind == TRIGGER_MARK;
	}
	look(lane, (struct tls_span){ NULL, 0 }, false);
}

/* ---- the stream --------------------------------------------------------- */

/* No record follows any more, nor one to swap with. */
static void
lose(struct lane *lane)
{
	lane->lost = true;
	lane_finish(lane);
}

/* A record begins with `bytes`: learns what it is.  False if they are not
 * enough for that. */
static bool
begin_record(struct lane *lane, struct tls_span bytes)
{
	struct record_watch watch = RECORD_WATCH_INIT;
	struct tls_span at = bytes;
	struct record record;

	if (bytes.len < HEADER_LEN)
		return false;
	at.len = HEADER_LEN;
	if (!record_next(&watch, &at, &record) ||
	    record.version == TLS_VERSION_SSL2) {
		lose(lane);
		return true;
	}
	/* One more byte says what message it is. */
	if (record.type == HANDSHAKE && watch.skip &&
	    bytes.len == HEADER_LEN)
		return false;
	lane->type = record.type;
	lane->len = lane->left = HEADER_LEN + watch.skip;
	lane->records[0]++;
	if (type_index(record.type))
		lane->records[type_index(record.type)]++;
	if (record.type == CHANGE_CIPHER_SPEC)
		lane->encrypted = true;
	lane->open = true;
	return true;
}

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Bytes until `place`, if that is ahead; else `most`. */
static uint64_t
until(const struct lane *lane, uint64_t place, uint64_t most)
{
	return place > lane->bytes ? least(place - lane->bytes, most) : most;
}

/* Bytes until the statement may be due, `most` at most. */
static uint64_t
until_due(const struct lane *lane, const struct work *work, uint64_t most)
{
	const struct trigger *trigger = &work->statement->trigger;
	uint64_t count = lane->bytes - work->since, n = trigger->n;

	if (work->flips > lane->bytes)
		most = work->flips == lane->bytes + 1 ? 1 :
		    least(work->flips - 1 - lane->bytes, most);
	if (!work->armed)
		return most;
	switch (trigger->kind) {
	case TRIGGER_AT_BYTE:
		return until(lane, work->since + n - 1, most);
	case TRIGGER_AFTER_BYTE:
		return until(lane, work->since + n, most);
	case TRIGGER_EACH_BYTE:
		/* Before byte n, and after it: it is a unit. */
		return least((count + 1) % n ? n - 1 - count % n : 1, most);
	case TRIGGER_EVERY_BYTES:
		return least(n - count % n, most);
	default:
		return most;
	}
}

/* How many of `len` bytes can be taken at once: nothing changes within them. */
static uint64_t
stretch(const struct lane *lane, uint64_t len)
{
	if (lane->open)
		len = least(len, lane->left);
	for (size_t i = 0; i < lane->num; i++)
		len = until_due(lane, &lane->works[i], len);
	len = until(lane, lane->cut_at, len);
	len = until(lane, lane->drop_until, len);
	len = until(lane, lane->copy_until, len);
	len = until(lane, lane->hold_until, len);
	/* The headers of handshake messages, and their ends. */
	if (lane->open && lane->type == HANDSHAKE && !lane->encrypted &&
	    lane->left <= lane->len - HEADER_LEN)
		len = least(len, lane->body ? lane->body : 1);
	else if (lane->open && lane->left > lane->len - HEADER_LEN)
		len = least(len, lane->left - (lane->len - HEADER_LEN));
	return len;
}

/* Follows the messages of a handshake in clear. */
static void
follow(struct lane *lane, struct tls_span bytes)
{
	lane->message_over = -1;
	if (!lane->open || lane->type != HANDSHAKE || lane->encrypted ||
	    lane->left > lane->len - HEADER_LEN)
		return;
	if (lane->body) {
		lane->body -= (uint32_t)bytes.len;
	} else {
		lane->header[lane->header_len++] = bytes.data[0];
		if (lane->header_len < sizeof lane->header)
			return;
		lane->body = (uint32_t)lane->header[1] << 16 |
		    (uint32_t)lane->header[2] << 8 | lane->header[3];
	}
	if (lane->body)
		return;
	lane->message_over = lane->header[0];
	lane->header_len = 0;
}

static void
change_bits(struct lane *lane, uint8_t *byte)
{
	for (size_t i = 0; i < lane->num; i++)
		if (lane->works[i].flips == lane->bytes + 1)
			*byte ^= (uint8_t)(1u <<
			    lane->works[i].statement->bit);
}

/* Passes on what was kept for this place. */
static void
add_kept(struct lane *lane)
{
	if (lane->bytes == lane->copy_until && lane->copies) {
		for (; lane->copies; lane->copies--)
			buf_add_span(&lane->out, buf_span(&lane->copy));
		lane->copy.len = 0;
	}
	if (lane->bytes == lane->hold_until && lane->held.len) {
		lane->holds = true;
		lane->hold_until = 0;
	} else if (lane->holds && lane->record_over) {
		lane_finish(lane);
	}
}

static void
move(struct lane *lane, struct tls_span bytes)
{
	bool held = lane->bytes < lane->hold_until;
	struct buf *out = held ? &lane->held : &lane->out;
	size_t at = out->len;

	if (lane->bytes >= lane->drop_until) {
		buf_add_span(out, bytes);
		if (bytes.len)
			change_bits(lane, out->data + at);
		if (lane->bytes < lane->copy_until)
			buf_add(&lane->copy, out->data + at, bytes.len);
	}
	follow(lane, bytes);
	lane->bytes += bytes.len;
	lane->record_over = false;
	if (lane->open) {
		lane->left -= bytes.len;
		lane->record_over = !lane->left;
		lane->open = lane->left > 0;
	}
	add_kept(lane);
	if (lane->bytes == lane->cut_at)
		cut(lane);
}

size_t
lane_take(struct lane *lane, struct tls_span bytes)
{
	const size_t all = bytes.len;

	lane->starved = false;
	while (look(lane, bytes, false) && bytes.len) {
		size_t len;

		if (lane->counts && !lane->lost && !lane->open &&
		    !begin_record(lane, bytes)) {
			lane->starved = true;
			break;
		}
		if (!look(lane, bytes, true))
			break;
		len = (size_t)stretch(lane, bytes.len);
		move(lane, (struct tls_span){ bytes.data, len });
		bytes.data += len;
		bytes.len -= len;
	}
	return all - bytes.len;
}

bool
lane_give_up(struct lane *lane)
{
	if (!lane->starved)
		return false;
	lane->starved = false;
	lose(lane);
	return true;
}

void
lane_finish(struct lane *lane)
{
	buf_add_span(&lane->out, buf_span(&lane->held));
	lane->held.len = 0;
	lane->holds = false;
	lane->hold_until = 0;
}
