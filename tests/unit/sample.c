/* sample.c - a hello, a certificate and facts, for tests of events
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sample.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "wire/der_out.h"
#include "wire/hello.h"

#define SPAN(text)	\
	((struct tls_span){ (const uint8_t *)(text), sizeof(text) - 1 })

static void
add_name(struct buf *out, const char *common_name)
{
	size_t name = der_begin(out), set = der_begin(out);
	size_t attribute = der_begin(out);

	der_add(out, DER_OID, SPAN("\x55\x04\x03"));
	der_add(out, DER_UTF8_STRING, span_of(common_name));
	der_end(out, attribute, DER_SEQUENCE);
	der_end(out, set, DER_SET);
	der_end(out, name, DER_SEQUENCE);
}

static void
add_algorithm(struct buf *out, struct tls_span oid)
{
	size_t mark = der_begin(out);

	der_add(out, DER_OID, oid);
	der_add(out, DER_NULL, SPAN(""));
	der_end(out, mark, DER_SEQUENCE);
}

static void
add_public_key(struct buf *out)
{
	struct buf key = BUF_INIT;
	size_t spki = der_begin(out), numbers;
	uint8_t modulus[128];

	memset(modulus, 0xc3, sizeof modulus);
	add_algorithm(out, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01"));
	numbers = der_begin(&key);
	der_add_integer(&key,
	    (struct tls_span){ modulus, sizeof modulus });
	der_add_integer(&key, SPAN("\x01\x00\x01"));
	der_end(&key, numbers, DER_SEQUENCE);
	der_add_bits(out, buf_span(&key));
	der_end(out, spki, DER_SEQUENCE);
	buf_clear(&key);
}

/* Not signed: it is only parsed. */
static void
add_cert(struct buf *out)
{
	size_t cert = der_begin(out), inner = der_begin(out), mark;

	mark = der_begin(out);
	der_add_small(out, 2);
	der_end(out, mark, DER_CONTEXT(0));
	der_add_small(out, 77);
	add_algorithm(out, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"));
	add_name(out, "Ann's CA");
	mark = der_begin(out);
	der_add_time(out, INT64_C(1577836800));
	der_add_time(out, INT64_C(1609459199));
	der_end(out, mark, DER_SEQUENCE);
	add_name(out, "Ann <b>\x1b[2J");
	add_public_key(out);
	der_end(out, inner, DER_SEQUENCE);
	add_algorithm(out, SPAN("\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b"));
	der_add_bits(out, SPAN("signature"));
	der_end(out, cert, DER_SEQUENCE);
}

static void
add_extension(struct buf *out, unsigned type, struct tls_span body)
{
	buf_add_u16(out, type);
	buf_add_u16(out, (unsigned)body.len);
	buf_add_span(out, body);
}

static void
add_extensions(struct buf *out)
{
	add_extension(out, 0x2a2a, SPAN(""));
	add_extension(out, 0, SPAN("\0\x0d\0\0\x0a" "<i>&\"\x1b.org"));
	add_extension(out, 11, SPAN("\x02\0\x01"));
	add_extension(out, 10, SPAN("\0\x06\x3a\x3a\x00\x1d\x00\x17"));
	add_extension(out, 13, SPAN("\0\x08\x04\x03\x08\x04\x08\x09"
	    "\xfe\x01"));
	add_extension(out, 16, SPAN("\0\x0c\x02h2\x08http/1.1"));
	add_extension(out, 43, SPAN("\x04\x03\x04\x03\x03"));
	add_extension(out, 51, SPAN("\0\x0b\x3a\x3a\0\x01\0"
	    "\x00\x1d\0\x02xy"));
	add_extension(out, 0x1234, SPAN("??"));
}

static void
add_hello(struct buf *out)
{
	struct buf extensions = BUF_INIT, body = BUF_INIT;

	add_extensions(&extensions);
	buf_add_u16(&body, 0x0303);
	for (unsigned i = 0; i < 32; i++)
		buf_add_u8(&body, i);
	buf_add_span(&body, SPAN("\x02id"));
	buf_add_span(&body, SPAN("\0\x0c\x4a\x4a\x13\x01\xc0\x2f\xc0\x2b"
	    "\x00\x05\xfe\xdc"));
	buf_add_span(&body, SPAN("\x01\0"));
	buf_add_u16(&body, (unsigned)extensions.len);
	buf_add_span(&body, buf_span(&extensions));

	buf_add_span(out, SPAN("\x16\x03\x01"));
	buf_add_u16(out, (unsigned)body.len + 4);
	buf_add_u8(out, 1);
	buf_add_u24(out, (unsigned)body.len);
	buf_add_span(out, buf_span(&body));
	buf_clear(&extensions);
	buf_clear(&body);
}

size_t
sample_numbers(const uint16_t *list, size_t num, uint16_t *out, size_t room)
{
	for (size_t i = 0; i < num && i < room; i++)
		out[i] = list[i];
	return num;
}

static size_t
known_suites(uint16_t *out, size_t room)
{
	static const uint16_t known[] = { 0x1301, 0xc02b, 0xc02f };

	return sample_numbers(known, 3, out, room);
}

static size_t
nothing(uint16_t *out, size_t room)
{
	return sample_numbers(NULL, 0, out, room);
}

/* It knows all but what is old or unheard of. */
static const struct tls_backend backend = {
	TLS_BACKEND_HEAD("null"),
	.suites = known_suites, .groups = nothing, .signatures = nothing,
};

void
sample_init(struct sample *sample)
{
	static const uint16_t suites[] = { 0x1301, 0xc02b, 0xc02f };

	*sample = (struct sample){ .error = TLS_ERROR_INIT };
	sample->plug = plug_new(&backend);
	sample->plugs = plugs_of((const struct plug *[]){ sample->plug }, 1);
	add_cert(&sample->cert);
	add_hello(&sample->wire);
	sample->hello = hello_new(buf_span(&sample->wire), &sample->error);
	assert_non_null(sample->hello);
	sample->chain[0] = buf_span(&sample->cert);
	sample->identity = (struct tls_identity){
		.chain = sample->chain, .num_chain = 1,
		.cert_origin = "server.pem", .key_origin = "server.pem",
	};
	sample->config = (struct tls_config){
		.versions = TLS_VERSION_BIT(TLS_VERSION_1_2) |
		    TLS_VERSION_BIT(TLS_VERSION_1_3),
		.suites = suites, .num_suites = 3,
		.identities = &sample->identity, .num_identities = 1,
		.session_context = SPAN("\1\0\0\0"),
	};
	sample->facts = (struct tls_facts){
		.version = TLS_VERSION_1_2, .suite = 0xc02f, .group = 29,
		.signature = 0x0804, .peer_signature = 0x0403,
		.resumed = TLS_NO, .extended_master = TLS_YES,
		.secure_renegotiation = TLS_YES,
		.alpn = SPAN("h2"), .session_id = SPAN("\xab\xcd"),
		.peer_chain = { buf_span(&sample->cert) },
		.num_peer_chain = 1,
	};
	sample->choice = (struct tls_choice){
		.version = TLS_VERSION_1_2, .suites = suites + 2,
		.num_suites = 1, .alpn = SPAN("h2"),
	};
	sample->step = (struct tls_verify_step){
		.depth = 0, .der = buf_span(&sample->cert), .error = 10,
		.text = "too old",
	};
	sample->error = (struct tls_error){ TLS_BLAME_PEER, 40, -1, 7,
	    "no shared cipher\n\x1b[2J\xff" };
}

void
sample_clear(struct sample *sample)
{
	plugs_free(sample->plugs);
	plug_free(sample->plug);
	hello_free(sample->hello);
	buf_clear(&sample->cert);
	buf_clear(&sample->wire);
}

static const uint8_t hostile[] = { 'a', 0x1b, '[', 0xff, 0, '\\', '"', '\n' };
#define HOSTILE		((struct tls_span){ hostile, sizeof hostile })

static void
fill_early(const struct sample *sample, struct event *event)
{
	switch (event->kind) {
	case EVENT_START:
		event->start.version = "1.2.3";
		event->start.command_line = "polytls s_server -www";
		event->start.schema = EVENTS_SCHEMA;
		break;
	case EVENT_LISTENING:
		event->listening.host = "::";
		event->listening.port = 4433;
		event->listening.any_port = true;
		break;
	case EVENT_ACCEPTED:
		event->accepted.host = "127.0.0.1";
		event->accepted.port = 40122;
		break;
	case EVENT_OPENING:
		event->opening.name = "http";
		event->opening.bytes = SPAN("GET / HTTP/1.1\r\n");
		break;
	case EVENT_HELLO:
		event->hello.hello = sample->hello;
		break;
	case EVENT_CHOICE:
		event->choice.choice = &sample->choice;
		event->choice.hello = sample->hello;
		break;
	case EVENT_OCSP:
		event->ocsp.step = OCSP_BAD_URL;
		event->ocsp.in_text = true;
		event->ocsp.url = HOSTILE;
		event->ocsp.error = &sample->error;
		event->ocsp.verdict = "good";
		event->ocsp.response = SPAN("\x30");
		break;
	case EVENT_WIRE:
		event->wire.direction = TLS_RECEIVED;
		event->wire.asked = 5;
		event->wire.bytes = SPAN("\x16\x03\x01\x00\xb7");
		break;
	case EVENT_RECORD:
		event->record.direction = TLS_RECEIVED;
		event->record.type = 22;
		event->record.version = 0x0301;
		event->record.len = 0xb7;
		event->record.header = SPAN("\x16\x03\x01\x00\xb7");
		break;
	case EVENT_MESSAGE:
		event->message.direction = TLS_SENT;
		event->message.version = 0x0303;
		event->message.content_type = 22;
		event->message.body = SPAN("\x0e\0\0\0");
		break;
	default:
		break;
	}
}

static void
fill_handshake(const struct sample *sample, struct event *event)
{
	switch (event->kind) {
	case EVENT_ALERT:
		event->alert.direction = TLS_SENT;
		event->alert.level = 2;
		event->alert.description = 40;
		break;
	case EVENT_STATE:
		event->state.name = "SSLv3/TLS read client hello";
		break;
	case EVENT_SECRET:
		event->secret.label = "CLIENT_RANDOM";
		event->secret.client_random = SPAN("\x01\x02");
		event->secret.secret = SPAN("\xca\xfe");
		break;
	case EVENT_VERIFY:
		event->verify.step = &sample->step;
		event->verify.accepted = true;
		break;
	case EVENT_HANDSHAKE:
		event->handshake.facts = &sample->facts;
		event->handshake.hello = sample->hello;
		event->handshake.config = &sample->config;
		event->handshake.plug = sample->plug;
		event->handshake.plugs = sample->plugs;
		break;
	case EVENT_FAILED:
		event->failed.error = &sample->error;
		event->failed.handshaking = true;
		event->failed.refused = &sample->step;
		event->failed.leaf = sample->chain[0];
		event->failed.explanation = "no group in common";
		break;
	default:
		break;
	}
}

static void
fill_late(const struct sample *sample, struct event *event)
{
	switch (event->kind) {
	case EVENT_COMMAND:
		event->command.letter = 'r';
		event->command.status = TLS_UNSUPPORTED;
		event->command.error = &sample->error;
		break;
	case EVENT_DATA:
		event->data.direction = TLS_RECEIVED;
		event->data.bytes = HOSTILE;
		break;
	case EVENT_REQUEST:
		event->request.method = SPAN("GET");
		event->request.target = SPAN("/a\x1b");
		event->request.status = 200;
		event->request.len = 3;
		event->request.file = "a\x1b";
		break;
	case EVENT_FAULT:
		event->fault.text = "conn 2: after record 3: reset";
		event->fault.action = "reset";
		event->fault.direction = TLS_SENT;
		event->fault.bytes = 1234;
		event->fault.records = 3;
		event->fault.times = 1;
		break;
	case EVENT_BLOCKED:
		event->blocked.step = BLOCKED_WRITE;
		break;
	case EVENT_ENDING:
		event->ending.by_peer = true;
		break;
	case EVENT_CLOSED:
		event->closed.outcome = OUTCOME_TRUNCATED;
		event->closed.received = 300;
		event->closed.sent = 4000;
		break;
	case EVENT_MISMATCH:
		event->mismatch.key = "version";
		event->mismatch.expected = "1.3";
		event->mismatch.seen = "TLSv1.2";
		break;
	case EVENT_RELOADED:
		event->reloaded.error = &sample->error;
		break;
	case EVENT_LOST:
		event->lost.count = 7;
		break;
	case EVENT_NOTE:
		event->note.text = "one\ntwo\x1b";
		break;
	case EVENT_STATISTICS:
		event->statistics = (struct statistics){ .cached = 1,
		    .accepts = 20, .accepts_good = 19, .hits = 3,
		    .room = 128 };
		break;
	case EVENT_STOP:
		event->stop.status = 1;
		break;
	default:
		break;
	}
}

struct event
sample_event(const struct sample *sample, enum event_kind kind)
{
	struct event event = {
		.kind = kind, .from = { .conn = 3, .backend = "null" },
	};

	if (kind == EVENT_START || kind == EVENT_LISTENING ||
	    kind == EVENT_STOP) {
		event.from.conn = 0;
		event.from.backend = NULL;
	}
	fill_early(sample, &event);
	fill_handshake(sample, &event);
	fill_late(sample, &event);
	return event;
}

static uint64_t
monotonic_us(const struct clock *clock)
{
	struct sample_clock *sample = (struct sample_clock *)clock;

	return sample->now_us += 1000;
}

static int64_t
wall_us(const struct clock *clock)
{
	(void)clock;
	return INT64_C(1795341600000001);
}

void
sample_clock_init(struct sample_clock *clock)
{
	*clock = (struct sample_clock){
		.clock = { .monotonic_us = monotonic_us, .wall_us = wall_us },
	};
}
