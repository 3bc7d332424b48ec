/* sink/text.c - events in the reference's words
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1)
 */
#include "sink/text.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "compare/compare.h"
#include "names/names.h"
#include "report/report.h"

/* When a function prints: it is called if the sink has one of its bits. */
#define ALWAYS		0x001u
#define TALK		0x002u	/* not -quiet, nor -brief */
#define TERMINAL	0x004u	/* no web mode, not -quiet, nor -brief */
#define TERMINAL_OR_TALK 0x008u	/* no web mode, or not -quiet */
#define DATA		0x010u	/* no web mode */
#define FILES		0x020u	/* -WWW, -HTTP; not -quiet, nor -brief */
#define MESSAGES	0x040u
#define STATES		0x080u
#define BYTES		0x100u
#define EXTENSIONS	0x200u
#define REPORTS		0x400u	/* TERMINAL, or -brief */
#define BLOCKS		0x800u	/* not -quiet */
#define ECHO		0x1000u	/* -rev, not -quiet */
#define SHADOWS		0x2000u	/* not -quiet */

/* In the reference -debug turns on all standard output again. */
static bool
is_quiet(const struct sink_options *output)
{
	return output->quiet && !(output->strict && output->debug);
}

static unsigned
bits_of(const struct sink_options *output, enum service_mode mode, int out)
{
	bool terminal = mode == MODE_TERMINAL;
	bool heard = out != WRITER_NOWHERE;
	bool talk = !is_quiet(output) && !output->brief;
	unsigned bits = ALWAYS;

	if (talk)
		bits |= TALK;
	if (talk && terminal)
		bits |= TERMINAL;
	if (!output->quiet && mode == MODE_REVERSE)
		bits |= ECHO;
	if (bits & (TERMINAL | ECHO) || output->brief)
		bits |= REPORTS;
	if (!output->quiet || terminal)
		bits |= TERMINAL_OR_TALK;
	if (terminal && heard)
		bits |= DATA;
	if (talk && !output->quiet &&
	    (mode == MODE_FILES || mode == MODE_RESPONSES))
		bits |= FILES;
	if (output->blocks && !output->quiet)
		bits |= BLOCKS;
	if (!is_quiet(output) && heard)
		bits |= SHADOWS;
	if (output->message && heard)
		bits |= MESSAGES;
	if (output->state)
		bits |= STATES;
	if (output->debug && heard)
		bits |= BYTES;
	if (output->extensions && heard)
		bits |= EXTENSIONS;
	return bits;
}

static bool
is_web(const struct text *text)
{
	return text->mode != MODE_TERMINAL && text->mode != MODE_REVERSE;
}

/* What to open in a browser.  The certificate that is made is for
 * localhost. */
static void
add_url(struct buf *out, const char *host, unsigned port)
{
	bool here = !strcmp(host, "::") || !strcmp(host, "0.0.0.0") ||
	    !strcmp(host, "::1") || !strncmp(host, "127.", 4);

	buf_add_string(out, "https://");
	if (here)
		buf_add_string(out, "localhost");
	else
		buf_printf(out, strchr(host, ':') ? "[%s]" : "%s", host);
	if (port != 443)
		buf_printf(out, ":%u", port);
	buf_add_string(out, "/\n");
}

static void
tell_listening(struct text *text, const struct event *event)
{
	static const char *const parameters[] = {
		[DH_OFF] = "",
		[DH_DEFAULT] = "Using default temp DH parameters\n",
		[DH_GIVEN] = "Setting temp DH parameters\n",
	};
	const char *host = event->listening.host;
	struct buf *out = &text->out.text;
	bool brackets = event->listening.port && strchr(host, ':');

	if (is_web(text) && !text->strict && event->listening.port)
		add_url(&text->err.text, host, event->listening.port);
	buf_add_string(out, parameters[event->listening.dh]);
	if (!event->listening.any_port) {
		buf_add_string(out, "ACCEPT\n");
		return;
	}
	if (event->listening.port == 0) {
		/* a socket file, as the reference has it */
		buf_add_string(out, "ACCEPT localhost:");
		text_add_escaped(out, span_of(host));
		buf_add_u8(out, '\n');
		return;
	}
	buf_add_string(out, brackets ? "ACCEPT [" : "ACCEPT ");
	text_add_escaped(out, span_of(host));
	buf_printf(out, "%s:%u\n", brackets ? "]" : "", event->listening.port);
}

static void
tell_accepted(struct text *text, const struct event *event)
{
	(void)event;
	buf_add_string(&text->err.text, "Turned on non blocking io\n");
}

static void
tell_blocked(struct text *text, const struct event *event)
{
	static const char *const words[] = {
		[BLOCKED_HANDSHAKE] = "DELAY\n",
		[BLOCKED_READ] = "Read BLOCK\n",
		[BLOCKED_WRITE] = "Write BLOCK\n",
	};

	buf_add_string(&text->out.text, words[event->blocked.step]);
}

static void
tell_opening(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;

	buf_printf(err, "conn %llu: no ClientHello: %s: ",
	    (unsigned long long)event->from.conn, event->opening.name);
	text_add_escaped(err, event->opening.bytes);
	buf_add_u8(err, '\n');
}

static void
tell_choice(struct text *text, const struct event *event)
{
	/* The reference looks at the name only if it has names to choose by. */
	if (event->choice.hello && (text->mode == MODE_TERMINAL ||
	    event->choice.names))
		report_add_name(&text->out.text, event->choice.hello,
		    event->choice.server);
}

static void
tell_shadow(struct text *text, const struct event *event)
{
	const struct compare_table *table = event->shadow.table;
	struct buf *out = &text->out.text;

	buf_printf(out, "shadow of connection %llu, served by ",
	    (unsigned long long)event->from.conn);
	compare_add_name(out, &table->columns[table->reference]);
	buf_add_string(out, ":\n");
	compare_add_text(out, table, "");
}

static void
tell_verify(struct text *text, const struct event *event)
{
	if (!text->verify_quiet || event->verify.step->error)
		verify_add(&text->err.text, event->verify.step,
		    event->verify.accepted, text->verify_quiet);
}

static void
tell_handshake(struct text *text, const struct event *event)
{
	struct report report = report_of(event, text->secrets);
	bool echo = text->mode == MODE_REVERSE;

	if (echo && event->handshake.again)
		return;
	if (echo)
		buf_add_string(&text->err.text, "CONNECTION ESTABLISHED\n");
	if (text->brief || echo)
		report_add_brief(&text->err.text, &report);
	else
		report_add_handshake(&text->out.text, &report);
}

static void
keep_failed(struct text *text, uint64_t conn)
{
	text->failed = mem_grow(text->failed,
	    (text->num_failed + 1) * sizeof *text->failed);
	text->failed[text->num_failed++] = conn;
}

/* The index of `conn` among those that failed, or their number. */
static size_t
find_failed(const struct text *text, uint64_t conn)
{
	size_t i = 0;

	while (i < text->num_failed && text->failed[i] != conn)
		i++;
	return i;
}

/* The reference has no such line, and -quiet and -brief ask for few. */
static void
tell_why(struct text *text, const struct event *event)
{
	if (!event->failed.explanation || text->strict || text->quiet)
		return;
	text_add_time(text, event);
	explanation_add(&text->err.text, event);
}

static void
tell_failed(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;
	const char *words;

	/* The state of the reference's library after its alert. */
	if (text->bits & STATES && event->failed.handshaking &&
	    event->failed.error->alert_sent >= 0)
		buf_add_string(err, "SSL_accept:error in error\n");
	if (text->mode == MODE_TERMINAL && event->failed.handshaking)
		buf_add_string(err, "ERROR\n");
	else if (text->mode == MODE_REVERSE && event->failed.handshaking)
		buf_add_string(err, "CONNECTION FAILURE\n");
	else if (text->mode == MODE_TERMINAL && !text->quiet)
		buf_add_string(&text->out.text, "ERROR\n");
	if (event->failed.handshaking && event->failed.verify_error) {
		words = text_of_verify(event->failed.verify_error);
		buf_printf(err, "verify error:%s\n",
		    words ? words : "unknown error");
	}
	/* A browser closes connections that it does not need any more. */
	if (!event->failed.left || event->failed.handshaking || !is_web(text)) {
		text_add_time(text, event);
		failure_add(err, event);
		tell_why(text, event);
	}
	/* Kept until EVENT_CLOSED, if that is wanted. */
	if (text->sink.wants & EVENT_BIT(EVENT_CLOSED))
		keep_failed(text, event->from.conn);
}

static void
tell_command(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;
	char letter = event->command.letter;

	if (event->command.status == TLS_UNSUPPORTED ||
	    event->command.status == TLS_FAILED) {
		buf_printf(err, "conn %llu: command '%c': ",
		    (unsigned long long)event->from.conn, letter);
		text_add_escaped(err, span_of(event->command.error ?
		    event->command.error->text : "failed"));
		buf_add_u8(err, '\n');
	} else if (letter == 'Q') {
		text->leaving = true;
		buf_add_string(err, "shutdown accept socket\n");
	} else if (letter && strchr("rRkKc", letter)) {
		buf_add_string(&text->out.text, "SSL_do_handshake -> 1\n");
	}
}

static void
tell_data(struct text *text, const struct event *event)
{
	if (event->data.direction != TLS_RECEIVED)
		return;
	if (text->out.terminal)
		text_add_harmless(&text->out.text, event->data.bytes);
	else
		buf_add_span(&text->out.text, event->data.bytes);
}

static void
tell_request(struct text *text, const struct event *event)
{
	struct buf *err = &text->err.text;

	if (!event->request.file && event->request.status < 400)
		return;
	text_add_time(text, event);
	if (!event->request.file) {
		buf_printf(err, "conn %llu: %d ",
		    (unsigned long long)event->from.conn,
		    event->request.status);
		text_add_escaped(err, event->request.target);
		buf_add_u8(err, '\n');
		return;
	}
	buf_add_string(&text->err.text, "FILE:");
	text_add_escaped(&text->err.text, span_of(event->request.file));
	buf_add_u8(&text->err.text, '\n');
}

static void
tell_ending(struct text *text, const struct event *event)
{
	if (find_failed(text, event->from.conn) < text->num_failed)
		return;
	if (text->mode == MODE_REVERSE)
		buf_add_string(&text->err.text, "CONNECTION CLOSED\n");
	else
		buf_add_string(&text->out.text, "DONE\n");
}

static void
tell_closed(struct text *text, const struct event *event)
{
	size_t at = find_failed(text, event->from.conn);

	if (at < text->num_failed)
		text->failed[at] = text->failed[--text->num_failed];
	pending_end(text, event->from.conn);
	if (!(text->bits & TERMINAL))
		return;
	buf_add_string(&text->out.text,
	    "shutting down SSL\nCONNECTION CLOSED\n");
	if (!text->leaving)
		buf_add_string(&text->out.text, "ACCEPT\n");
}

static void
tell_statistics(struct text *text, const struct event *event)
{
	report_add_statistics(&text->out.text, &event->statistics);
}

static const struct teller {
	void (*tell)(struct text *text, const struct event *event);
	unsigned when;
} tellers[EVENT_COUNT] = {
	[EVENT_LISTENING] = { tell_listening, TALK },
	[EVENT_ACCEPTED] = { tell_accepted, BLOCKS },
	[EVENT_OPENING] = { tell_opening, TERMINAL_OR_TALK },
	[EVENT_HELLO] = { trace_hello, EXTENSIONS },
	[EVENT_CHOICE] = { tell_choice, TALK },
	[EVENT_SHADOW] = { tell_shadow, SHADOWS },
	[EVENT_OCSP] = { tell_ocsp, ALWAYS },
	[EVENT_WIRE] = { trace_wire, BYTES },
	[EVENT_RECORD] = { trace_record, MESSAGES },
	[EVENT_MESSAGE] = { trace_message, MESSAGES },
	[EVENT_ALERT] = { trace_alert, STATES },
	[EVENT_STATE] = { trace_state, STATES },
	[EVENT_VERIFY] = { tell_verify, ALWAYS },
	[EVENT_PSK] = { tell_psk, TALK },
	[EVENT_HANDSHAKE] = { tell_handshake, REPORTS },
	[EVENT_FAILED] = { tell_failed, TERMINAL_OR_TALK },
	[EVENT_COMMAND] = { tell_command, TERMINAL },
	[EVENT_DATA] = { tell_data, DATA },
	[EVENT_REQUEST] = { tell_request, FILES },
	[EVENT_FAULT] = { tell_fault, TALK | REPORTS },
	[EVENT_BLOCKED] = { tell_blocked, BLOCKS },
	[EVENT_ENDING] = { tell_ending, TERMINAL | ECHO },
	[EVENT_CLOSED] = { tell_closed, TERMINAL | ECHO | MESSAGES },
	[EVENT_MISMATCH] = { tell_mismatch, ALWAYS },
	[EVENT_RELOADED] = { tell_reloaded, ALWAYS },
	[EVENT_NOTE] = { tell_note, ALWAYS },
	[EVENT_STATISTICS] = { tell_statistics, TALK },
};

static void
tell(struct sink *sink, const struct event *event)
{
	struct text *text = (struct text *)sink;

	tellers[event->kind].tell(text, event);
	writer_flush(&text->out);
	writer_flush(&text->err);
}

static void
free_text(struct sink *sink)
{
	struct text *text = (struct text *)sink;

	pending_clear(text);
	writer_clear(&text->out);
	writer_clear(&text->err);
	free(text->failed);
	free(text);
}

static void
add_remark(struct sink *sink, struct buf *out)
{
	struct text *text = (struct text *)sink;

	writer_add_remark(&text->out, out);
	writer_add_remark(&text->err, out);
}

static bool
finish(struct sink *sink)
{
	struct text *text = (struct text *)sink;
	bool complete = writer_finish(&text->out);

	return writer_finish(&text->err) && complete;
}

static const struct sink_ops text_ops = {
	.event = tell,
	.add_remark = add_remark,
	.finish = finish,
	.free = free_text,
};

static void
add_lost(struct buf *out, uint64_t count)
{
	buf_printf(out, "\n(%llu messages were lost here)\n",
	    (unsigned long long)count);
}

struct sink *
text_new(const struct sink_options *output, enum service_mode mode,
    int out, int err)
{
	const struct writer_use
	    for_out = { .option = "standard output", .add_lost = add_lost },
	    for_err = { .option = "standard error", .add_lost = add_lost };
	struct text *text = mem_zero(1, sizeof *text);
	unsigned bits = bits_of(output, mode, out);

	text->sink.ops = &text_ops;
	text->mode = mode;
	text->bits = bits;
	text->quiet = is_quiet(output) || output->brief;
	text->brief = output->brief;
	text->secrets = output->secrets;
	text->timestamps = output->timestamps;
	text->strict = output->strict;
	text->verify_quiet = output->verify_quiet;
	writer_init(&text->out, out, &for_out);
	writer_init(&text->err, err, &for_err);
	for (unsigned kind = 0; kind < EVENT_COUNT; kind++)
		if (tellers[kind].when & bits)
			text->sink.wants |= EVENT_BIT(kind);
	if (output->silent)
		text->sink.wants &= EVENT_BIT(EVENT_NOTE) |
		    EVENT_BIT(EVENT_MISMATCH);
	return &text->sink;
}
