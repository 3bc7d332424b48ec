/* sink/text.h - events in the reference's words
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1)
 *
 *	bus_add(bus, text_new(&options, MODE_TERMINAL, 1, 2));
 *
 * The text goes to two descriptors as the reference's does: reports to standard
 * output, errors to standard error.  The struct is public for this room and its
 * tests only.
 */
#ifndef SINK_TEXT_H
#define SINK_TEXT_H

#include "event/bus.h"
#include "sink/sink.h"
#include "sink/writer.h"

struct pending;			/* of one connection: pending.c */

struct text {
	struct sink sink;		/* first: a text is a sink */
	enum service_mode mode;
	bool quiet, brief, secrets, verify_quiet, timestamps, strict;
	struct writer out, err;
	unsigned bits;			/* what it speaks on: text.c */
	struct pending *pending;	/* owned */
	size_t num_pending;
	bool leaving;			/* `Q` was typed */
	/* Open connections that failed: no DONE is printed at their end. */
	uint64_t *failed;
	size_t num_failed;
};

/* `out` and `err` are descriptors, or WRITER_MEMORY; `out` may be
 * WRITER_NOWHERE when something else uses standard output. */
struct sink *text_new(const struct sink_options *output,
    enum service_mode mode, int out, int err);

/* One kind of event each; see text.c. */
void trace_state(struct text *text, const struct event *event);
void trace_alert(struct text *text, const struct event *event);
void trace_record(struct text *text, const struct event *event);
void trace_message(struct text *text, const struct event *event);
void trace_wire(struct text *text, const struct event *event);
void trace_hello(struct text *text, const struct event *event);

/* Whether the type of this message is encrypted with its record. */
bool pending_hides(struct text *text, const struct event *event);
/* Keeps `message`, as printed, until its record is sent; takes it. */
void pending_add(struct text *text, const struct event *event,
    struct buf *message);
/* Adds the messages carried by a record that was sent. */
void pending_record(struct text *text, const struct event *event);
/* Adds the messages that no record carried, and forgets the connection. */
void pending_end(struct text *text, uint64_t conn);
void pending_clear(struct text *text);

/* remarks.c */
/* The time, with -timestamps. */
void text_add_time(struct text *text, const struct event *event);
void tell_psk(struct text *text, const struct event *event);
void tell_note(struct text *text, const struct event *event);
void tell_mismatch(struct text *text, const struct event *event);
void tell_reloaded(struct text *text, const struct event *event);
void tell_fault(struct text *text, const struct event *event);

void tell_ocsp(struct text *text, const struct event *event);

/* Adds a failure in one line: whose fault it was and the reason, in words of
 * ours that stay the same, then the alert and the library's words. */
void failure_add(struct buf *out, const struct event *event);

/* Adds a line with the explanation, which is there. */
void explanation_add(struct buf *out, const struct event *event);

/* Adds why a client certificate was refused: its subject, the reason, its
 * issuer. */
void refused_add(struct buf *out, const struct event *event);

/* Adds one step of a verification. */
void verify_add(struct buf *out, const struct tls_verify_step *step,
    bool accepted, bool quiet);

#endif
