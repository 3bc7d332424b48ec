/* sink/flight.c - messages behind the headers of the records that carry them
 * SPDX-License-Identifier: Apache-2.0
 *
 * A library tells a message when it makes it; the record is seen when it is
 * written, maybe with others, as one flight.  The reference prints the header
 * first, so what is sent waits here for its record.
 */
#include <stdlib.h>
#include <string.h>

#include "sink/text.h"

/* Content types (RFC 8446, 5.1). */
#define APPLICATION_DATA	23

struct waiting {
	struct buf text;		/* the message as it is printed */
	uint8_t type;
	size_t left;			/* bytes of it not seen in a record */
};

/* What is known of one connection. */
struct flight {
	uint64_t conn;
	bool hidden;			/* messages are encrypted by now, and
					 * say their type inside (TLS 1.3) */
	struct waiting *list;
	size_t num;
};

static struct flight *
flight_of(struct text *text, uint64_t conn)
{
	for (size_t i = 0; i < text->num_flights; i++)
		if (text->flights[i].conn == conn)
			return &text->flights[i];
	text->flights = mem_grow(text->flights,
	    (text->num_flights + 1) * sizeof *text->flights);
	text->flights[text->num_flights] = (struct flight){ .conn = conn };
	return &text->flights[text->num_flights++];
}

/* Prints the message at `i`, whose turn has come. */
static void
release(struct text *text, struct flight *flight, size_t i)
{
	buf_add_span(&text->out.text, buf_span(&flight->list[i].text));
	buf_clear(&flight->list[i].text);
	flight->num--;
	memmove(flight->list + i, flight->list + i + 1,
	    (flight->num - i) * sizeof *flight->list);
}

bool
flight_hides(struct text *text, const struct event *event)
{
	struct flight *flight = flight_of(text, event->from.conn);
	struct tls_span body = event->message.body;

	if (event->message.version != TLS_VERSION_1_3 ||
	    event->message.content_type == 20)
		return false;
	/* The hellos alone are never hidden. */
	if (event->message.content_type == 22 && body.len)
		flight->hidden = body.data[0] > 2;
	return flight->hidden;
}

void
flight_add(struct text *text, const struct event *event, struct buf *message)
{
	struct flight *flight = flight_of(text, event->from.conn);

	flight->list = mem_grow(flight->list,
	    (flight->num + 1) * sizeof *flight->list);
	flight->list[flight->num++] = (struct waiting){
		.text = *message, .type = event->message.content_type,
		.left = event->message.body.len,
	};
	*message = (struct buf)BUF_INIT;
}

/* A record that was sent: prints what may be in it.  Its length tells how
 * much that is, roughly where it is encrypted. */
void
flight_record(struct text *text, const struct event *event)
{
	struct flight *flight = flight_of(text, event->from.conn);
	size_t room = event->record.len, i = 0;
	uint8_t type = event->record.type;

	while (i < flight->num && room) {
		struct waiting *next = &flight->list[i];

		if (type != next->type && type != APPLICATION_DATA) {
			i++;
		} else if (next->left <= room) {
			room -= next->left;
			type = next->type;
			release(text, flight, i);
		} else {
			if (room == event->record.len)
				next->left -= room;
			return;
		}
	}
}

void
flight_end(struct text *text, uint64_t conn)
{
	for (size_t i = 0; i < text->num_flights; i++) {
		struct flight *flight = &text->flights[i];

		if (flight->conn != conn)
			continue;
		while (flight->num)
			release(text, flight, 0);
		free(flight->list);
		*flight = text->flights[--text->num_flights];
		return;
	}
}

void
flight_clear(struct text *text)
{
	while (text->num_flights)
		flight_end(text, text->flights[0].conn);
	free(text->flights);
	text->flights = NULL;
}
