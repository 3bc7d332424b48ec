/* seen.c - events -> what is known of a connection
 * SPDX-License-Identifier: Apache-2.0
 */
#include "expect/internal.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "wire/answer.h"

#define HANDSHAKE	22
#define CLOSE_NOTIFY	0

/* Replaces the string at `to` by `span`; an empty one is none. */
static void
keep(char **to, struct tls_span span)
{
	struct buf copy = BUF_INIT;

	free(*to);
	*to = NULL;
	if (span.len == 0)
		return;
	buf_add_span(&copy, span);
	*to = (char *)copy.data;
}

static void
see_facts(struct seen *seen, const struct event *event)
{
	const struct tls_facts *facts = event->handshake.facts;

	seen->opened = true;
	seen->version = facts->version;
	seen->suite = facts->suite;
	seen->group = facts->group;
	seen->signature = facts->signature;
	seen->peer_signature = facts->peer_signature;
	seen->extended_master = facts->extended_master;
	/* Of the first handshake: a renegotiation resumes the present one. */
	if (!event->handshake.again)
		seen->resumed = facts->resumed;
	seen->has_cert = facts->num_peer_chain > 0;
	seen->bad_cert = event->handshake.verify_error != 0;
	keep(&seen->alpn, facts->alpn);
	keep(&seen->psk, facts->psk_identity);
}

static void
see_failure(struct seen *seen, const struct event *event)
{
	const char *reason = event->failed.reason ? event->failed.reason :
	    event->failed.error->text;
	struct buf words = BUF_INIT;

	if (event->failed.refused || event->failed.leaf.len)
		seen->has_cert = true;
	if (event->failed.refused || event->failed.verify_error)
		seen->bad_cert = true;
	if (seen->opened)
		return;
	/* Escaped, as the sentence that explains is. */
	if (event->failed.explanation)
		buf_add_string(&words, event->failed.explanation);
	else
		text_add_escaped(&words, span_of(reason));
	keep(&seen->failure, buf_span(&words));
	buf_clear(&words);
}

static void
see_alert(struct seen *seen, const struct event *event)
{
	enum tls_direction side = event->alert.direction;

	if (event->alert.description != CLOSE_NOTIFY &&
	    seen->num_alerts[side] < SEEN_ALERTS)
		seen->alerts[side][seen->num_alerts[side]++] =
		    event->alert.description;
}

static void
see_message(struct seen *seen, const struct event *event)
{
	struct server_hello hello;

	if (event->message.direction == TLS_SENT &&
	    event->message.content_type == HANDSHAKE &&
	    answer_hello(event->message.body, &hello))
		seen->retried = seen->retried || hello.retry;
}

void
seen_event(struct seen *seen, const struct event *event)
{
	if (event->from.backend)
		seen->backend = event->from.backend;
	switch (event->kind) {
	case EVENT_HELLO:
		keep(&seen->sni, event->hello.hello->server_name);
		break;
	case EVENT_MESSAGE:
		see_message(seen, event);
		break;
	case EVENT_ALERT:
		see_alert(seen, event);
		break;
	case EVENT_HANDSHAKE:
		see_facts(seen, event);
		break;
	case EVENT_FAILED:
		see_failure(seen, event);
		break;
	case EVENT_CLOSED:
		seen->outcome = event->closed.outcome;
		seen->received = event->closed.received;
		seen->sent = event->closed.sent;
		break;
	default:
		break;
	}
}

static void
one(struct answer *out, uint64_t number)
{
	out->numbers[out->num++] = number;
}

/* A number of a registry, 0 for none. */
static void
some(struct answer *out, uint64_t number)
{
	if (number)
		one(out, number);
}

static void
known(struct answer *out, enum tls_known fact)
{
	if (fact == TLS_UNKNOWN)
		out->unknown = true;
	else
		one(out, fact == TLS_YES);
}

static void
words(struct answer *out, const char *text)
{
	if (text)
		out->text = span_of(text);
}

static void
alerts(struct answer *out, const struct seen *seen, enum tls_direction side)
{
	for (size_t i = 0; i < seen->num_alerts[side]; i++)
		one(out, seen->alerts[side][i]);
}

void
seen_answer(const struct seen *seen, enum key_id key, struct answer *out)
{
	*out = (struct answer){ .unknown = false };
	switch (key) {
	case KEY_HANDSHAKE: one(out, seen->opened); break;
	case KEY_VERSION: some(out, seen->version); break;
	case KEY_SUITE: some(out, seen->suite); break;
	case KEY_GROUP: some(out, seen->group); break;
	case KEY_SIGNATURE: some(out, seen->signature); break;
	case KEY_CLIENT_SIGNATURE: some(out, seen->peer_signature); break;
	case KEY_ALPN: words(out, seen->alpn); break;
	case KEY_SNI: words(out, seen->sni); break;
	case KEY_RESUMED:
		if (seen->opened)
			known(out, seen->resumed);
		break;
	case KEY_HRR: one(out, seen->retried); break;
	case KEY_EXTENDED_MASTER:
		/* There is none in TLS 1.3. */
		if (seen->opened && seen->version < TLS_VERSION_1_3)
			known(out, seen->extended_master);
		break;
	case KEY_CLIENT_CERT: one(out, !seen->has_cert ? 0 :
	    seen->bad_cert ? 2 : 1); break;
	case KEY_PSK: words(out, seen->psk); break;
	case KEY_BACKEND: words(out, seen->backend); break;
	case KEY_ALERT:
		alerts(out, seen, TLS_SENT);
		alerts(out, seen, TLS_RECEIVED);
		break;
	case KEY_ALERT_SENT: alerts(out, seen, TLS_SENT); break;
	case KEY_ALERT_RECEIVED: alerts(out, seen, TLS_RECEIVED); break;
	case KEY_CLOSE: one(out, seen->outcome); break;
	case KEY_BYTES_RECEIVED: one(out, seen->received); break;
	case KEY_BYTES_SENT: one(out, seen->sent); break;
	case KEY_CONNECTIONS: case KEY_COUNT: break;
	}
}

void
seen_clear(struct seen *seen)
{
	free(seen->alpn);
	free(seen->sni);
	free(seen->psk);
	free(seen->failure);
	memset(seen, 0, sizeof *seen);
}
