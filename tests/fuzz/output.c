/* fuzz/output.c - what is printed of a client: lines of JSON, and pages
 * SPDX-License-Identifier: Apache-2.0
 *
 * The input stands wherever a client's bytes may stand in an output: in its
 * hello, its certificate, its request, the words of a library about it.
 */
#include <jansson.h>
#include <string.h>

#include "fuzz.h"
#include "report/page.h"
#include "sink/json.h"
#include "sink/text.h"
#include "wire/hello.h"

static void
about(struct tls_about *out)
{
	*out = (struct tls_about){ "Library", "1.0", "1.0", "/lib.so", "" };
}

static size_t
suites(uint16_t *out, size_t room)
{
	if (room > 0)
		out[0] = 0x1301;
	return 1;
}

static size_t
nothing(uint16_t *out, size_t room)
{
	(void)out;
	(void)room;
	return 0;
}

static const struct tls_backend backend = {
	TLS_BACKEND_HEAD("null"),
	.about = about, .suites = suites, .groups = nothing,
	.signatures = nothing,
};

/* The input in every form. */
struct input {
	struct tls_span bytes;
	char string[256];		/* up to a NUL */
	struct tls_hello *hello;	/* or null: it is none */
	struct tls_error error;
	struct tls_facts facts;
	struct tls_config config;
	struct tls_verify_step step;
	struct http_request request;
	struct plug *plug;
	struct plugs *plugs;
};

/* Made once: that takes a thread. */
static struct plug *plug;
static struct plugs *plugs;

static void
make(struct input *in, const uint8_t *data, size_t len)
{
	struct tls_error err = TLS_ERROR_INIT;
	size_t most = sizeof in->string - 1;

	memset(in, 0, sizeof *in);
	in->bytes = (struct tls_span){ data, len };
	memcpy(in->string, data, len < most ? len : most);
	in->hello = hello_new(in->bytes, &err);
	in->error = (struct tls_error)TLS_ERROR_INIT;
	in->error.blame = TLS_BLAME_PEER;
	memcpy(in->error.text, in->string, sizeof in->error.text <
	    sizeof in->string ? sizeof in->error.text : sizeof in->string);
	in->error.text[sizeof in->error.text - 1] = '\0';
	in->facts = (struct tls_facts){
		.version = TLS_VERSION_1_3, .suite = len ? data[0] : 0,
		.group = 29, .alpn = in->bytes, .session_id = in->bytes,
		.peer_chain = { in->bytes }, .num_peer_chain = 1,
	};
	in->step = (struct tls_verify_step){
		.der = in->bytes, .error = 10, .text = in->string,
	};
	in->request = (struct http_request){
		.method = in->bytes, .target = in->bytes,
	};
	in->plug = plug;
	in->plugs = plugs;
}

static void
clear(struct input *in)
{
	hello_free(in->hello);
}

/* ---- lines -------------------------------------------------------------- */

/* Whether nothing in it acts on a terminal. */
static bool
is_harmless(struct tls_span text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((text.data[i] < 0x20 && text.data[i] != '\n' &&
		    text.data[i] != '\t' && text.data[i] != '\r') ||
		    text.data[i] == 0x7f)
			return false;
	return true;
}

static void
is_json(struct tls_span text)
{
	json_error_t error;
	json_t *value = json_loadb((const char *)text.data, text.len,
	    JSON_REJECT_DUPLICATES, &error);

	CHECK(value);
	CHECK(json_is_object(value));
	json_decref(value);
}

/* Fills an event of `kind` with the input; false if no client's bytes get into
 * it. */
static bool
fill(const struct input *in, struct event *event)
{
	switch (event->kind) {
	case EVENT_OPENING:
		event->opening.name = "unknown";
		event->opening.bytes = in->bytes;
		return true;
	case EVENT_HELLO:
		event->hello.hello = in->hello;
		return in->hello;
	case EVENT_OCSP:
		event->ocsp.url = event->ocsp.response = in->bytes;
		event->ocsp.error = &in->error;
		return true;
	case EVENT_MESSAGE:
		event->message.content_type = 22;
		event->message.body = in->bytes;
		return true;
	case EVENT_VERIFY:
		event->verify.step = &in->step;
		return true;
	case EVENT_PSK:
		event->psk.identity = event->psk.expected = in->bytes;
		return true;
	case EVENT_HANDSHAKE:
		event->handshake.facts = &in->facts;
		event->handshake.hello = in->hello;
		event->handshake.config = &in->config;
		event->handshake.plug = in->plug;
		event->handshake.plugs = in->plugs;
		return true;
	case EVENT_FAILED:
		event->failed.error = &in->error;
		event->failed.peer = "[::1]:1";
		event->failed.refused = &in->step;
		event->failed.leaf = in->bytes;
		return true;
	case EVENT_COMMAND:
		event->command.letter = 'r';
		event->command.error = &in->error;
		return true;
	case EVENT_DATA:
		event->data.bytes = in->bytes;
		return true;
	case EVENT_REQUEST:
		event->request.method = event->request.target = in->bytes;
		event->request.file = in->string;
		return true;
	case EVENT_NOTE:
		event->note.text = in->string;
		return true;
	default:
		return false;
	}
}

static void
check_lines(const struct input *in)
{
	const struct sink_options options = { .debug = true, .secrets = true };
	struct sink *sink = lines_new(&options, WRITER_MEMORY, false);
	struct buf *out = &((struct lines *)sink)->out.text;

	for (enum event_kind kind = 0; kind < EVENT_COUNT; kind++) {
		struct event event = {
			.kind = kind, .from = { 1, 1, "null" },
			.at_us = 1,
		};
		struct tls_span line;

		if (!fill(in, &event))
			continue;
		out->len = 0;
		sink->ops->event(sink, &event);
		line = buf_span(out);
		CHECK(line.len > 1 && line.data[line.len - 1] == '\n');
		line.len--;
		CHECK(!memchr(line.data, '\n', line.len));
		CHECK(is_harmless(line));
		is_json(line);
	}
	sink->ops->free(sink);
}

/* The text of terminal mode, but for the data itself, which is printed as it
 * is. */
static void
check_text(const struct input *in)
{
	const struct sink_options options = {
		.message = true, .state = true, .extensions = true,
	};
	struct sink *sink = text_new(&options, MODE_TERMINAL, WRITER_MEMORY,
	    WRITER_MEMORY);
	struct text *text = (struct text *)sink;

	for (enum event_kind kind = 0; kind < EVENT_COUNT; kind++) {
		struct event event = {
			.kind = kind, .from = { 1, 1, "null" },
			.at_us = 1,
		};

		if (kind == EVENT_DATA || kind == EVENT_NOTE ||
		    !(sink->wants & EVENT_BIT(kind)) || !fill(in, &event))
			continue;
		sink->ops->event(sink, &event);
		CHECK(is_harmless(buf_span(&text->out.text)));
		CHECK(is_harmless(buf_span(&text->err.text)));
	}
	sink->ops->free(sink);
}

/* ---- pages -------------------------------------------------------------- */

static void
check_pages(const struct input *in)
{
	const struct page_facts page = {
		.plug = in->plug, .facts = &in->facts, .hello = in->hello,
		.config = &in->config, .plugs = in->plugs,
		.request = &in->request, .version = "1",
		.command_line = in->string, .peer = "[::1]:1",
	};
	struct buf out = BUF_INIT;

	page_add_json(&out, &page);
	CHECK(out.len && out.data[out.len - 1] == '\n');
	is_json(buf_span(&out));
	out.len = 0;
	page_add_text(&out, &page);
	CHECK(is_harmless(buf_span(&out)));
	out.len = 0;
	page_add_html(&out, &page);
	CHECK(is_harmless(buf_span(&out)));
	/* Markup is only ours, and we have no scripts. */
	CHECK(!strcasestr(buf_string(&out), "<script"));
	CHECK(!strcasestr(buf_string(&out), "<img"));
	buf_clear(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in;

	if (!plug) {
		plug = plug_new(&backend);
		plugs = plugs_of((const struct plug *[]){ plug }, 1);
	}
	make(&in, data, len);
	check_lines(&in);
	check_text(&in);
	check_pages(&in);
	clear(&in);
	return 0;
}
