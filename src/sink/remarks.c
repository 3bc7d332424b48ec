/* sink/remarks.c - remarks and warnings, as text
 * SPDX-License-Identifier: Apache-2.0
 */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "sink/text.h"

/* -timestamps: begins a line with the time. */
void
text_add_time(struct text *text, const struct event *event)
{
	char time[48];

	if (text->timestamps)
		buf_printf(&text->err.text, "%s ",
		    clock_format(event->at_us, time));
}

void
tell_psk(struct text *text, const struct event *event)
{
	struct buf *out = &text->out.text;

	buf_add_string(out, event->psk.accepted ?
	    "PSK warning: client identity not what we expected (got '" :
	    "PSK error: client identity not found (got '");
	text_add_escaped(out, event->psk.identity);
	buf_add_string(out, "' expected '");
	text_add_escaped(out, event->psk.expected);
	buf_add_string(out, "')\n");
}

void
tell_note(struct text *text, const struct event *event)
{
	const char *at = event->note.text;

	while (*at) {
		size_t len = strcspn(at, "\n");

		text_add_time(text, event);
		if (event->from.conn)
			buf_printf(&text->err.text, "conn %llu: ",
			    (unsigned long long)event->from.conn);
		text_add_escaped(&text->err.text,
		    (struct tls_span){ (const uint8_t *)at, len });
		buf_add_u8(&text->err.text, '\n');
		at += len;
		if (*at)
			at++;
	}
}

void
tell_mismatch(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;

	text_add_time(text, event);
	if (event->from.conn)
		buf_printf(err, "conn %llu: ",
		    (unsigned long long)event->from.conn);
	buf_printf(err, "%s: expected %s, seen %s\n", event->mismatch.key,
	    event->mismatch.expected, event->mismatch.seen);
}

void
tell_reloaded(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;

	if (!event->reloaded.error) {
		buf_add_string(err, "SIGHUP: new connections get the "
		    "certificates, keys, CRLs and responses as they are now, "
		    "and new ticket keys\n");
		return;
	}
	buf_add_string(err, "SIGHUP: nothing was changed: ");
	text_add_escaped(err, span_of(event->reloaded.error->text));
	buf_add_u8(err, '\n');
}

void
tell_fault(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;

	text_add_time(text, event);
	buf_printf(err, "conn %llu: fault: ",
	    (unsigned long long)event->from.conn);
	text_add_escaped(err, span_of(event->fault.text));
	buf_printf(err, " (%llu bytes %s before)\n",
	    (unsigned long long)event->fault.bytes,
	    event->fault.direction == TLS_SENT ? "sent" : "received");
}
