/* recorded/stream.c - TCP segments in any order -> the ClientHellos in them
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9293, 3.4; RFC 8446, D.4
 */
#include "recorded/stream.h"

#include <stdlib.h>
#include <string.h>

#include "recorded/internal.h"
#include "wire/hello.h"
#include "wire/partial.h"

#define RECORD_CHANGE		20
#define RECORD_HANDSHAKE	22
#define RECORD_APPLICATION	23
#define CHANGE_LEN		6	/* of a ChangeCipherSpec record */

/* Bounds, in bytes: of a stream; of what comes ahead of its turn; of what is
 * not TLS before a hello may come (STARTTLS, a proxy); of all streams. */
#define MAX_STREAM	(HELLO_MAX_WIRE + 65536)
#define MAX_AHEAD	(1u << 20)
#define MAX_BEFORE	16384
#define MAX_ALL		(256u << 20)
/* Segments kept while it is not known where the stream begins; then. */
#define MAX_UNPLACED	16
#define MAX_PIECES	4096

/* A segment that came too early, or where it begins is not known. */
struct piece {
	uint32_t sequence;
	struct moment moment;
	uint8_t *bytes;		/* owned */
	size_t len;
};

/* Where a segment begins in the data. */
struct start {
	size_t at;
	struct moment moment;
};

enum phase {
	PHASE_HELLO,		/* a hello may begin at `at` */
	PHASE_SEEK,		/* something else; a hello may follow */
	PHASE_AFTER,		/* after a hello */
	PHASE_DONE,		/* nothing more is looked at */
};

struct stream {
	struct ends ends;
	bool used;		/* the slot of the table */
	bool placed;		/* `base` is known */
	uint32_t base;		/* sequence number of data[0] */
	enum phase phase;
	size_t at;		/* data before are dealt with */
	struct opening_scan scan;
	struct buf data;	/* owned: from `base` on, without gaps */
	struct start *starts;	/* owned */
	size_t num_starts;
	struct piece *pieces;	/* owned */
	size_t num_pieces;
	size_t held;		/* bytes of them */
};

struct streams {
	struct recorded *out;
	size_t wanted;
	struct stream *table;	/* owned; open addressing */
	size_t room, num;	/* slots, a power of two; those in use */
	size_t held;		/* bytes of all */
	size_t given_up;	/* with too much after a gap */
	bool full;		/* MAX_ALL was reached */
};

/* ---- the table ---------------------------------------------------------- */

static size_t
hash(const struct ends *ends)
{
	const uint8_t *bytes = (const uint8_t *)ends;
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < sizeof *ends; i++)
		h = (h ^ bytes[i]) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 32);
}

/* The stream with these ends, or the slot for it. */
static struct stream *
slot(struct streams *streams, const struct ends *ends)
{
	size_t i = hash(ends) & (streams->room - 1);

	while (streams->table[i].used &&
	    memcmp(&streams->table[i].ends, ends, sizeof *ends) != 0)
		i = (i + 1) & (streams->room - 1);
	return &streams->table[i];
}

static void
grow(struct streams *streams)
{
	struct stream *old = streams->table;
	size_t room = streams->room;

	streams->room = room ? 2 * room : 64;
	streams->table = mem_zero(streams->room, sizeof *streams->table);
	for (size_t i = 0; i < room; i++)
		if (old[i].used)
			*slot(streams, &old[i].ends) = old[i];
	free(old);
}

static struct stream *
find(struct streams *streams, const struct ends *ends)
{
	struct stream *stream;

	if (2 * streams->num >= streams->room)
		grow(streams);
	stream = slot(streams, ends);
	if (!stream->used) {
		stream->used = true;
		stream->ends = *ends;
		streams->num++;
	}
	return stream;
}

/* Frees what is kept of a stream. */
static void
drop(struct streams *streams, struct stream *stream)
{
	streams->held -= stream->data.len + stream->held;
	for (size_t i = 0; i < stream->num_pieces; i++)
		free(stream->pieces[i].bytes);
	free(stream->pieces);
	free(stream->starts);
	buf_clear(&stream->data);
	stream->pieces = NULL;
	stream->starts = NULL;
	stream->num_pieces = stream->num_starts = stream->held = 0;
}

static void
finish(struct streams *streams, struct stream *stream)
{
	drop(streams, stream);
	stream->phase = PHASE_DONE;
}

/* A new connection between the same ends. */
static void
begin(struct streams *streams, struct stream *stream, uint32_t base)
{
	drop(streams, stream);
	stream->placed = true;
	stream->base = base;
	stream->phase = PHASE_HELLO;
	stream->at = 0;
	stream->scan = (struct opening_scan){ .at = 0 };
}

/* ---- what is in a stream ------------------------------------------------ */

static struct moment
moment_at(const struct stream *stream, size_t at)
{
	struct moment moment = { 0, 0 };

	for (size_t i = 0; i < stream->num_starts &&
	    stream->starts[i].at <= at; i++)
		moment = stream->starts[i].moment;
	return moment;
}

static void
emit(struct streams *streams, struct stream *stream, size_t len)
{
	struct moment moment = moment_at(stream, stream->at);
	struct buf bytes = BUF_INIT;
	struct recorded_hello *hello;

	if (streams->wanted && streams->out->num >= streams->wanted)
		return;
	buf_add(&bytes, stream->data.data + stream->at, len);
	hello = recorded_add(streams->out, &bytes, false);
	hello->frame = moment.frame;
	hello->wall_us = moment.wall_us;
	frame_address(stream->ends.from, stream->ends.from_port, hello->from);
	frame_address(stream->ends.to, stream->ends.to_port, hello->to);
}

static struct tls_span
rest(const struct stream *stream)
{
	if (stream->data.len <= stream->at)
		return (struct tls_span){ NULL, 0 };
	return (struct tls_span){ stream->data.data + stream->at,
	    stream->data.len - stream->at };
}

/* How many bytes the hello at the start of `bytes` takes. */
static size_t
len_of(struct tls_span bytes)
{
	struct partial partial;
	size_t len = bytes.len;

	if (partial_read(&partial, bytes, false)) {
		len = partial.used;
		partial_clear(&partial);
	}
	return len;
}

static bool
begins_hello(const uint8_t *b)
{
	return b[0] == RECORD_HANDSHAKE && b[1] == 3 && b[5] == 1;
}

/* Looks for the next segment that begins as a hello; false: there is none
 * yet. */
static bool
seek(struct streams *streams, struct stream *stream)
{
	const uint8_t *first = stream->data.data + stream->at;

	/* It is TLS, and the other side's. */
	if (stream->at == 0 && stream->data.len > 2 &&
	    first[0] >= RECORD_CHANGE && first[0] <= RECORD_APPLICATION &&
	    first[1] == 3) {
		finish(streams, stream);
		return false;
	}
	for (size_t i = 0; i < stream->num_starts; i++) {
		size_t at = stream->starts[i].at;

		if (at <= stream->at || at + 6 > stream->data.len ||
		    !begins_hello(stream->data.data + at))
			continue;
		stream->at = at;
		stream->phase = PHASE_HELLO;
		stream->scan = (struct opening_scan){ .at = 0 };
		return true;
	}
	if (stream->data.len > MAX_BEFORE)
		finish(streams, stream);
	return false;
}

/* After a hello only a ChangeCipherSpec can stand before another one; false:
 * it cannot go on yet. */
static bool
go_on(struct streams *streams, struct stream *stream)
{
	struct tls_span left = rest(stream);

	if (left.len < CHANGE_LEN)
		return false;
	if (left.data[0] == RECORD_CHANGE && left.data[1] == 3 &&
	    left.data[3] == 0 && left.data[4] == 1) {
		stream->at += CHANGE_LEN;
		return true;
	}
	if (begins_hello(left.data)) {
		stream->phase = PHASE_HELLO;
		stream->scan = (struct opening_scan){ .at = 0 };
		return true;
	}
	finish(streams, stream);
	return false;
}

/* Judges what may be a hello; false: it must wait for more. */
static bool
judge(struct streams *streams, struct stream *stream)
{
	struct tls_span left = rest(stream);
	size_t len;

	switch (opening_next(&stream->scan, left)) {
	case OPENING_MORE:
		return false;
	case OPENING_HELLO:
	case OPENING_HELLO_SSLV2:
		len = len_of(left);
		emit(streams, stream, len);
		stream->at += len;
		stream->phase = PHASE_AFTER;
		return true;
	case OPENING_OVERSIZED:
		emit(streams, stream, left.len);
		finish(streams, stream);
		return false;
	default:
		stream->phase = PHASE_SEEK;
		return true;
	}
}

static void
look(struct streams *streams, struct stream *stream)
{
	bool more = stream->data.len > 0;

	while (more) {
		switch (stream->phase) {
		case PHASE_HELLO:
			more = judge(streams, stream);
			break;
		case PHASE_SEEK:
			more = seek(streams, stream);
			break;
		case PHASE_AFTER:
			more = go_on(streams, stream);
			break;
		case PHASE_DONE:
			more = false;
			break;
		}
	}
	if (stream->data.len > MAX_STREAM)
		finish(streams, stream);
}

/* ---- putting segments in order ------------------------------------------ */

/* Keeps a segment whose turn has not come. */
static void
hold(struct streams *streams, struct stream *stream,
    const struct segment *segment, struct moment moment)
{
	struct piece *piece;

	if (stream->held + segment->payload.len > MAX_AHEAD ||
	    stream->num_pieces >= (stream->placed ? MAX_PIECES :
	    MAX_UNPLACED)) {
		streams->given_up += stream->placed;
		finish(streams, stream);
		return;
	}
	stream->pieces = mem_grow(stream->pieces,
	    (stream->num_pieces + 1) * sizeof *stream->pieces);
	piece = &stream->pieces[stream->num_pieces++];
	piece->sequence = segment->sequence;
	piece->moment = moment;
	piece->len = segment->payload.len;
	piece->bytes = mem_copy(segment->payload.data, piece->len);
	stream->held += piece->len;
	streams->held += piece->len;
}

/* How far `sequence` is after the end of the data; negative: before it. */
static int32_t
distance(const struct stream *stream, uint32_t sequence)
{
	return (int32_t)(sequence - stream->base -
	    (uint32_t)stream->data.len);
}

/* Adds what of `bytes` is new; they begin at the end of the data or before. */
static void
append(struct streams *streams, struct stream *stream, uint32_t sequence,
    struct tls_span bytes, struct moment moment)
{
	size_t old = (size_t)-(int64_t)distance(stream, sequence);

	if (old >= bytes.len)
		return;
	stream->starts = mem_grow(stream->starts,
	    (stream->num_starts + 1) * sizeof *stream->starts);
	stream->starts[stream->num_starts++] = (struct start){
		stream->data.len, moment };
	buf_add(&stream->data, bytes.data + old, bytes.len - old);
	streams->held += bytes.len - old;
}

/* Appends the pieces whose turn it is. */
static void
append_pieces(struct streams *streams, struct stream *stream)
{
	for (size_t i = 0; i < stream->num_pieces;) {
		struct piece piece = stream->pieces[i];

		if (distance(stream, piece.sequence) > 0) {
			i++;
			continue;
		}
		memmove(&stream->pieces[i], &stream->pieces[i + 1],
		    (--stream->num_pieces - i) * sizeof piece);
		stream->held -= piece.len;
		streams->held -= piece.len;
		append(streams, stream, piece.sequence,
		    (struct tls_span){ piece.bytes, piece.len }, piece.moment);
		free(piece.bytes);
		i = 0;
	}
}

/* Finds out where a stream begins whose SYN is not in the capture. */
static void
place(struct stream *stream, const struct segment *segment)
{
	const uint8_t *b = segment->payload.data;

	if (segment->payload.len >= 6 && begins_hello(b)) {
		stream->placed = true;
		stream->base = segment->sequence;
	}
}

bool
streams_take(struct streams *streams, const struct segment *segment,
    struct moment moment)
{
	struct stream *stream;

	if (!segment->syn && segment->payload.len == 0)
		return true;
	if (streams->held > MAX_ALL) {
		streams->full = true;
		return false;
	}
	stream = find(streams, &segment->ends);
	if (segment->syn && (!stream->placed ||
	    stream->base != segment->sequence))
		begin(streams, stream, segment->sequence);
	if (stream->phase == PHASE_DONE || segment->payload.len == 0)
		return true;
	if (!stream->placed)
		place(stream, segment);
	if (!stream->placed || distance(stream, segment->sequence) > 0) {
		hold(streams, stream, segment, moment);
		return true;
	}
	append(streams, stream, segment->sequence, segment->payload, moment);
	append_pieces(streams, stream);
	look(streams, stream);
	return streams->wanted == 0 || streams->out->num < streams->wanted;
}

/* ---- beginning and end -------------------------------------------------- */

struct streams *
streams_new(struct recorded *out, size_t wanted)
{
	struct streams *streams = mem_zero(1, sizeof *streams);

	streams->out = out;
	streams->wanted = wanted;
	grow(streams);
	return streams;
}

/* A hello that began and is not complete. */
static void
emit_rest(struct streams *streams, struct stream *stream)
{
	struct tls_span left = rest(stream);
	char from[RECORDED_ADDRESS], to[RECORDED_ADDRESS];

	if (stream->phase != PHASE_HELLO || left.len < 6 ||
	    !begins_hello(left.data) ||
	    (streams->wanted && streams->out->num >= streams->wanted))
		return;
	emit(streams, stream, left.len);
	frame_address(stream->ends.from, stream->ends.from_port, from);
	frame_address(stream->ends.to, stream->ends.to_port, to);
	buf_printf(&streams->out->notes, "from %s to %s: the capture has only "
	    "the first %zu bytes of a ClientHello\n", from, to, left.len);
}

void
streams_end(struct streams *streams)
{
	for (size_t i = 0; i < streams->room; i++) {
		if (!streams->table[i].used)
			continue;
		emit_rest(streams, &streams->table[i]);
		drop(streams, &streams->table[i]);
	}
	if (streams->given_up)
		buf_printf(&streams->out->notes, "%zu connections lack bytes "
		    "and have too much after them: they are not read\n",
		    streams->given_up);
	if (streams->full)
		buf_printf(&streams->out->notes, "too many connections are "
		    "open at a time: what follows is not read\n");
	free(streams->table);
	free(streams);
}
