/* h2_stream.c - one request of HTTP/2 and its answer
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9113, 8
 */
#include "app/h2_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

/* What each field costs besides its bytes. */
#define FIELD_COST	32

struct stream *
stream_new(uint32_t id)
{
	struct stream *stream = mem_zero(1, sizeof *stream);

	stream->id = id;
	stream->file = -1;
	return stream;
}

void
stream_free(struct stream *stream)
{
	if (stream->file != -1)
		close(stream->file);
	buf_clear(&stream->method);
	buf_clear(&stream->target);
	buf_clear(&stream->host);
	buf_clear(&stream->user_agent);
	buf_clear(&stream->head);
	buf_clear(&stream->body);
	free(stream);
}

static const struct {
	const char *name;
	size_t at;			/* the buf in struct stream */
} kept[] = {
	{ ":method", offsetof(struct stream, method) },
	{ ":path", offsetof(struct stream, target) },
	{ ":authority", offsetof(struct stream, host) },
	{ "host", offsetof(struct stream, host) },
	{ "user-agent", offsetof(struct stream, user_agent) },
};

static void
keep(struct stream *stream, struct tls_span name, struct tls_span value)
{
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		struct buf *to = (struct buf *)((char *)stream + kept[i].at);

		if (!span_equal(name, span_of(kept[i].name)))
			continue;
		to->len = 0;
		buf_add_span(to, value);
	}
}

bool
stream_field(struct stream *stream, struct tls_span name,
    struct tls_span value)
{
	unsigned long announced;
	char digits[32];

	if (stream->bad)
		return false;
	if (++stream->num_fields > HTTP_MAX_FIELDS || stream->head.len +
	    name.len + value.len + FIELD_COST > HTTP_MAX_HEAD) {
		stream->bad = 431;
		return false;
	}
	if (span_equal(name, span_of(":path")) && value.len > HTTP_MAX_LINE)
		stream->bad = 414;
	keep(stream, name, value);
	if (span_equal(name, span_of("content-length")) &&
	    value.len < sizeof digits) {
		memcpy(digits, value.data, value.len);
		digits[value.len] = 0;
		if (text_read_number(digits, 0, UINT32_MAX, &announced))
			stream->announced = announced;
	}
	buf_add_span(&stream->head, name);
	buf_add_string(&stream->head, ": ");
	buf_add_span(&stream->head, value);
	buf_add_string(&stream->head, "\r\n");
	return !stream->bad;
}

struct http_request
stream_request(const struct stream *stream)
{
	return (struct http_request){
		.stream = stream->id, .minor = 1, .keep_alive = true,
		.method = buf_span(&stream->method),
		.target = buf_span(&stream->target),
		.host = buf_span(&stream->host),
		.user_agent = buf_span(&stream->user_agent),
		.head = buf_span(&stream->head),
		.head_len = stream->head.len,
		.content_len = stream->body_len,
	};
}

ssize_t
stream_read(struct stream *stream, uint8_t *out, size_t len)
{
	size_t left = stream->body.len - stream->body_next;
	ssize_t got;

	if (stream->file == -1) {
		if (len > left)
			len = left;
		memcpy(out, stream->body.data + stream->body_next, len);
		stream->body_next += len;
		return (ssize_t)len;
	}
	if (len > stream->file_left)
		len = (size_t)stream->file_left;
	do
		got = len ? read(stream->file, out, len) : 0;
	while (got == -1 && errno == EINTR);
	if (len && got <= 0)
		return -1;
	stream->file_left -= (uint64_t)got;
	return got;
}

size_t
stream_held(const struct stream *stream)
{
	return stream->body.len;
}

bool
stream_is_sent(const struct stream *stream)
{
	return stream->file == -1 ? stream->body_next == stream->body.len :
	    stream->file_left == 0;
}
