/* sink/pending.c - messages waiting for the records that carry them
 * SPDX-License-Identifier: Apache-2.0
 *
 * A library reports a message when it has made it; the record is seen when it
 * is written, possibly with others, as one flight.  The reference prints the
 * record's header first, so a message that is sent waits here for its record.
 */
#include <stdlib.h>
#include <string.h>

#include "sink/text.h"

/* Content types (RFC 8446, 5.1). */
#define APPLICATION_DATA	23

struct waiting {
	struct buf text;		/* the message as printed */
	uint8_t type;
	size_t left;			/* bytes of it not seen in a record
					 * yet */
};

/* What is pending for one connection. */
struct pending {
	uint64_t conn;
	bool hidden;			/* messages are encrypted from now on
					 * and have their type inside (TLS
					 * 1.3) */
	struct waiting *list;
	size_t num;
};

static struct pending *
pending_of(struct text *text, uint64_t conn)
{
	for (size_t i = 0; i < text->num_pending; i++)
		if (text->pending[i].conn == conn)
			return &text->pending[i];
	text->pending = mem_grow(text->pending,
	    (text->num_pending + 1) * sizeof *text->pending);
	text->pending[text->num_pending] = (struct pending){ .conn = conn };
	return &text->pending[text->num_pending++];
}

/* Prints the message at `i`, whose turn it is. */
static void
release(struct text *text, struct pending *pending, size_t i)
{
	buf_add_span(&text->out.text, buf_span(&pending->list[i].text));
	buf_clear(&pending->list[i].text);
	pending->num--;
	memmove(pending->list + i, pending->list + i + 1,
	    (pending->num - i) * sizeof *pending->list);
}

bool
pending_hides(struct text *text, const struct event *event)
{
	struct pending *pending = pending_of(text, event->from.conn);
	struct tls_span body = event->message.body;

	if (event->message.version != TLS_VERSION_1_3 ||
	    event->message.content_type == 20)
		return false;
	/* Only the hellos are always in clear. */
	if (event->message.content_type == 22 && body.len)
		pending->hidden = body.data[0] > 2;
	return pending->hidden;
}

void
pending_add(struct text *text, const struct event *event, struct buf *message)
{
	struct pending *pending = pending_of(text, event->from.conn);

	pending->list = mem_grow(pending->list,
	    (pending->num + 1) * sizeof *pending->list);
	pending->list[pending->num++] = (struct waiting){
		.text = *message, .type = event->message.content_type,
		.left = event->message.body.len,
	};
	*message = (struct buf)BUF_INIT;
}

/* A record was sent: prints the messages that it may carry.  Its length tells
 * how many bytes of them, roughly if it is encrypted. */
void
pending_record(struct text *text, const struct event *event)
{
	struct pending *pending = pending_of(text, event->from.conn);
	size_t room = event->record.len, i = 0;
	uint8_t type = event->record.type;

	while (i < pending->num && room) {
		struct waiting *next = &pending->list[i];

		if (type != next->type && type != APPLICATION_DATA) {
			i++;
		} else if (next->left <= room) {
			room -= next->left;
			type = next->type;
			release(text, pending, i);
		} else {
			if (room == event->record.len)
				next->left -= room;
			return;
		}
	}
}

void
pending_end(struct text *text, uint64_t conn)
{
	for (size_t i = 0; i < text->num_pending; i++) {
		struct pending *pending = &text->pending[i];

		if (pending->conn != conn)
			continue;
		while (pending->num)
			release(text, pending, 0);
		free(pending->list);
		*pending = text->pending[--text->num_pending];
		return;
	}
}

void
pending_clear(struct text *text)
{
	while (text->num_pending)
		pending_end(text, text->pending[0].conn);
	free(text->pending);
	text->pending = NULL;
}
