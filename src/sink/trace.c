/* sink/trace.c - -msg, -state, -debug and -tlsextdebug
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1)
 */
#include "base/text.h"
#include "names/names.h"
#include "report/report.h"
#include "sink/text.h"

#define HANDSHAKE	22
#define ALERT		21

void
trace_state(struct text *text, const struct event *event)
{
	buf_add_string(&text->err.text, "SSL_accept:");
	text_add_escaped(&text->err.text, span_of(event->state.name));
	buf_add_u8(&text->err.text, '\n');
}

void
trace_alert(struct text *text, const struct event *event)
{
	const char *words = text_of_alert(event->alert.description);

	buf_printf(&text->err.text, "SSL3 alert %s:%s:%s\n",
	    event->alert.direction == TLS_RECEIVED ? "read" : "write",
	    event->alert.level == 1 ? "warning" :
	    event->alert.level == 2 ? "fatal" : "unknown",
	    words ? words : "unknown");
}

/* "TLS 1.2", as -msg spells it. */
static void
add_version(struct buf *out, uint16_t version)
{
	switch (version) {
	case TLS_VERSION_SSL2:
		buf_add_string(out, "SSL 2.0");
		break;
	case TLS_VERSION_SSL3:
		buf_add_string(out, "SSL 3.0");
		break;
	case TLS_VERSION_1_0:
	case TLS_VERSION_1_1:
	case TLS_VERSION_1_2:
	case TLS_VERSION_1_3:
		buf_printf(out, "TLS 1.%u", (version & 0xffu) - 1);
		break;
	default:
		buf_printf(out, "version 0x%04x", version);
	}
}

static void
add_head(struct buf *out, enum tls_direction direction, uint16_t version)
{
	buf_add_string(out, direction == TLS_RECEIVED ? "<<< " : ">>> ");
	add_version(out, version);
	buf_add_string(out, ", ");
}

static void
add_bytes(struct buf *out, struct tls_span bytes)
{
	for (size_t i = 0; i < bytes.len; i++) {
		if (i % 16 == 0)
			buf_add_string(out, i ? "\n   " : "   ");
		buf_printf(out, " %02x", bytes.data[i]);
	}
	if (bytes.len)
		buf_add_u8(out, '\n');
}

void
trace_record(struct text *text, const struct event *event)
{
	struct buf *out = &text->out.text;

	add_head(out, event->record.direction, event->record.version);
	buf_printf(out, "RecordHeader [length %04zx]\n",
	    event->record.header.len);
	add_bytes(out, event->record.header);
	if (event->record.direction == TLS_SENT)
		pending_record(text, event);
}

/* ", fatal handshake_failure" or ", ClientHello". */
static void
add_detail(struct buf *out, uint8_t content_type, struct tls_span body)
{
	const char *name;

	if (content_type == ALERT && body.len == 2) {
		name = name_of_alert(body.data[1]);
		buf_printf(out, ", %s %s",
		    body.data[0] == 1 ? "warning" :
		    body.data[0] == 2 ? "fatal" : "???",
		    name ? name : "???");
	} else if (content_type == HANDSHAKE && body.len) {
		name = name_of_message(body.data[0]);
		buf_printf(out, ", %s", name ? name : "???");
	}
}

void
trace_message(struct text *text, const struct event *event)
{
	bool sent = event->message.direction == TLS_SENT;
	struct buf message = BUF_INIT;
	struct buf *out = sent ? &message : &text->out.text;
	uint8_t type = event->message.content_type;
	const char *name = name_of_content(type);

	if (pending_hides(text, event)) {
		add_head(out, event->message.direction, TLS_VERSION_1_3);
		buf_printf(out, "InnerContent [length 0001]\n    %02x\n", type);
	}
	add_head(out, event->message.direction, event->message.version);
	if (name)
		buf_add_string(out, name);
	else
		buf_printf(out, "Unknown (content_type=%u)", type);
	buf_printf(out, " [length %04zx]", event->message.body.len);
	add_detail(out, type, event->message.body);
	buf_add_u8(out, '\n');
	add_bytes(out, event->message.body);
	if (sent)
		pending_add(text, event, &message);
}

void
trace_wire(struct text *text, const struct event *event)
{
	struct buf *out = &text->out.text;
	struct tls_span bytes = event->wire.bytes;
	uint64_t us = event->since_us;

	buf_printf(out, "%s conn %llu [%llu.%06llu] (%zu bytes => ",
	    event->wire.direction == TLS_RECEIVED ? "read from" : "write to",
	    (unsigned long long)event->from.conn,
	    (unsigned long long)(us / 1000000),
	    (unsigned long long)(us % 1000000), event->wire.asked);
	if (event->wire.status == TLS_OK || event->wire.status == TLS_CLOSED)
		buf_printf(out, "%zu (0x%zX))\n", bytes.len, bytes.len);
	else
		buf_add_string(out, "-1)\n");
	report_add_dump(out, bytes, 0);
}

void
trace_hello(struct text *text, const struct event *event)
{
	const struct tls_hello *hello = event->hello.hello;
	struct buf *out = &text->out.text;

	for (size_t i = 0; i < hello->num_extensions; i++) {
		const struct tls_extension *extension = &hello->extensions[i];

		buf_printf(out,
		    "TLS client extension \"%s\" (id=%u), len=%zu\n",
		    text_of_extension(extension->type), extension->type,
		    extension->body.len);
		report_add_dump(out, extension->body, 0);
	}
}
