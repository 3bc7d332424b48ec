/* gather.c - a tls_io that gathers what is written and reads ahead
 * SPDX-License-Identifier: Apache-2.0
 */
#include "net/gather.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* Bytes read at a time: a record of TLS 1.2 with all its expansion (RFC 5246,
 * 6.2.3), and some of the next. */
#define READ_ROOM	(20 * 1024)

/* Bytes usually gathered: any flight without long chains. */
#define WRITE_ROOM	(20 * 1024)

/* At this size a copy costs more than it saves: such a read goes to the
 * reader's own memory, and such a record is sent from the writer's. */
#define DIRECT		4096

/* The least size of a gather's own memory. */
#define OWN_ROOM	1024

/* Borrowed by one gather at a time, whose calls are in progress. */
struct slot {
	const struct gather *user;	/* or null */
	uint8_t *data;			/* owned */
	size_t room;
};

struct gather_pool {
	struct slot in, out;
};

/* ---- memory ------------------------------------------------------------- */

static bool
is_empty(const struct gather_bytes *bytes)
{
	return bytes->next == bytes->len;
}

static void
drop(struct gather_bytes *bytes, struct slot *slot)
{
	if (bytes->data == slot->data)
		slot->user = NULL;
	else
		free(bytes->data);
	*bytes = (struct gather_bytes){ .data = NULL };
}

/* Moves the bytes into memory of their own, of at least `room` bytes. */
static void
move(struct gather_bytes *bytes, struct slot *slot, size_t room)
{
	size_t len = bytes->len - bytes->next;
	uint8_t *own = mem_alloc(room);

	if (len)
		memcpy(own, bytes->data + bytes->next, len);
	drop(bytes, slot);
	*bytes = (struct gather_bytes){ own, 0, len, room };
}

/* Makes room for `more` bytes, from the slot if it is free and large enough. */
static uint8_t *
make_room(const struct gather *gather, struct gather_bytes *bytes,
    struct slot *slot, size_t more)
{
	size_t len = bytes->len - bytes->next;
	size_t room = 2 * bytes->room > OWN_ROOM ? 2 * bytes->room : OWN_ROOM;

	if (!bytes->data && !slot->user && more <= slot->room) {
		slot->user = gather;
		bytes->data = slot->data;
		bytes->room = slot->room;
	}
	if (bytes->room - bytes->len < more) {
		if (bytes->room - len >= more) {
			memmove(bytes->data, bytes->data + bytes->next, len);
			bytes->next = 0;
			bytes->len = len;
		} else {
			move(bytes, slot, len + more > room ? len + more :
			    room);
		}
	}
	return bytes->data + bytes->len;
}

static void
release(struct gather_bytes *bytes, struct slot *slot)
{
	if (is_empty(bytes))
		drop(bytes, slot);
	else if (bytes->data == slot->data)
		move(bytes, slot, bytes->len - bytes->next);
}

/* ---- reading ------------------------------------------------------------ */

/* Whether something may be read from below now: what was written is sent first,
 * since the peer may wait for it. */
static enum tls_status
before_reading(struct gather *gather)
{
	enum tls_status status = gather_send(gather);

	/* A peer that no longer reads may still have sent the reason. */
	if (status == TLS_WANT_WRITE && gather_unsent(gather) >= GATHER_MOST)
		return TLS_WANT_WRITE;
	return TLS_OK;
}

enum tls_status
gather_fill(struct gather *gather)
{
	struct gather_bytes *in = &gather->in;
	enum tls_status status = before_reading(gather);
	size_t done = 0, room;
	uint8_t *to;

	if (status != TLS_OK)
		return status;
	to = make_room(gather, in, &gather->pool->in, READ_ROOM / 2);
	room = in->room - in->len;
	status = gather->below->ops->read(gather->below, to, room, &done);
	in->len += done;
	return status;
}

static enum tls_status
read_ahead(struct tls_io *io, uint8_t *buf, size_t len, size_t *done)
{
	struct gather *gather = (struct gather *)io;
	struct gather_bytes *in = &gather->in;
	enum tls_status status;

	*done = 0;
	if (is_empty(in)) {
		if (len >= DIRECT) {
			status = before_reading(gather);
			return status != TLS_OK ? status :
			    gather->below->ops->read(gather->below, buf, len,
			    done);
		}
		in->next = in->len = 0;
		status = gather_fill(gather);
		if (status != TLS_OK)
			return status;
	}
	if (len > in->len - in->next)
		len = in->len - in->next;
	memcpy(buf, in->data + in->next, len);
	in->next += len;
	*done = len;
	return TLS_OK;
}

static bool
pending(struct tls_io *io)
{
	struct gather *gather = (struct gather *)io;

	return !is_empty(&gather->in) ||
	    gather->below->ops->pending(gather->below);
}

struct tls_span
gather_ahead(const struct gather *gather)
{
	const struct gather_bytes *in = &gather->in;

	return (struct tls_span){ in->data ? in->data + in->next : NULL,
	    in->len - in->next };
}

void
gather_replace(struct gather *gather, size_t len, struct tls_span bytes)
{
	struct gather_bytes *in = &gather->in;
	size_t rest = in->len - in->next - len;
	uint8_t *whole = mem_alloc(bytes.len + rest + 1);

	memcpy(whole, bytes.data, bytes.len);
	memcpy(whole + bytes.len, in->data + in->next + len, rest);
	drop(in, &gather->pool->in);
	*in = (struct gather_bytes){ whole, 0, bytes.len + rest,
	    bytes.len + rest };
}

/* ---- writing ------------------------------------------------------------ */

/* Writes as much of `data` as possible, and tells how much that was. */
static enum tls_status
write_below(struct gather *gather, const uint8_t *data, size_t len,
    size_t *done)
{
	enum tls_status status = TLS_OK;
	size_t some;

	*done = 0;
	while (*done < len && status == TLS_OK) {
		some = 0;
		status = gather->below->ops->write(gather->below,
		    data + *done, len - *done, &some);
		*done += some;
	}
	gather->blocked = status == TLS_WANT_WRITE;
	if (status == TLS_OK || status == TLS_WANT_WRITE)
		return status;
	gather->broken = true;
	drop(&gather->out, &gather->pool->out);
	return TLS_FAILED;
}

enum tls_status
gather_send(struct gather *gather)
{
	struct gather_bytes *out = &gather->out;
	enum tls_status status;
	size_t done;

	if (gather->broken)
		return TLS_FAILED;
	if (is_empty(out))
		return TLS_OK;
	status = write_below(gather, out->data + out->next,
	    out->len - out->next, &done);
	if (status == TLS_FAILED)
		return TLS_FAILED;
	out->next += done;
	if (is_empty(out))
		out->next = out->len = 0;
	return status;
}

size_t
gather_unsent(const struct gather *gather)
{
	return gather->out.len - gather->out.next;
}

static enum tls_status
write_gathered(struct tls_io *io, const uint8_t *buf, size_t len,
    size_t *done)
{
	struct gather *gather = (struct gather *)io;
	struct gather_bytes *out = &gather->out;
	size_t sent = 0;

	*done = 0;
	if (gather_unsent(gather) >= GATHER_MOST &&
	    gather_send(gather) == TLS_WANT_WRITE &&
	    gather_unsent(gather) >= GATHER_MOST)
		return TLS_WANT_WRITE;
	if (!gather->broken && gather->direct && len >= DIRECT &&
	    is_empty(out))
		(void)write_below(gather, buf, len, &sent);
	if (gather->broken)
		return TLS_FAILED;
	if (sent < len) {
		memcpy(make_room(gather, out, &gather->pool->out, len - sent),
		    buf + sent, len - sent);
		out->len += len - sent;
	}
	*done = len;
	return TLS_OK;
}

/* ---- making one --------------------------------------------------------- */

static const struct tls_io_ops ops = {
	.read = read_ahead,
	.write = write_gathered,
	.pending = pending,
};

struct gather_pool *
gather_pool_new(void)
{
	struct gather_pool *pool = mem_zero(1, sizeof *pool);

	pool->in = (struct slot){ NULL, mem_alloc(READ_ROOM), READ_ROOM };
	pool->out = (struct slot){ NULL, mem_alloc(WRITE_ROOM), WRITE_ROOM };
	return pool;
}

void
gather_pool_free(struct gather_pool *pool)
{
	if (!pool)
		return;
	free(pool->in.data);
	free(pool->out.data);
	free(pool);
}

void
gather_init(struct gather *gather, struct tls_io *below,
    struct gather_pool *pool)
{
	*gather = (struct gather){
		.io = { &ops }, .below = below, .pool = pool,
	};
}

void
gather_clear(struct gather *gather)
{
	drop(&gather->in, &gather->pool->in);
	drop(&gather->out, &gather->pool->out);
}

void
gather_release(struct gather *gather)
{
	release(&gather->in, &gather->pool->in);
	release(&gather->out, &gather->pool->out);
}
