/* recorded/msg.c - what openssl s_client -msg printed
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_client(1), -msg
 *
 *	>>> TLS 1.0, RecordHeader [length 0005]
 *	    16 03 01 01 3a
 *	>>> TLS 1.3, Handshake [length 013a], ClientHello
 *	    01 00 01 36 03 03 ...
 */
#include <string.h>

#include "recorded/internal.h"

static bool
begins(struct tls_span line, const char *word)
{
	size_t len = strlen(word);

	return line.len >= len && memcmp(line.data, word, len) == 0;
}

static bool
has(struct tls_span line, const char *word)
{
	return line.len && memmem(line.data, line.len, word, strlen(word));
}

/* s_client says ">>>" of what it sends, a server "<<<" of what it got. */
static bool
is_head(struct tls_span line)
{
	return begins(line, ">>> ") || begins(line, "<<< ");
}

static bool
is_hello(struct tls_span line)
{
	return is_head(line) && has(line, ", ClientHello");
}

bool
msg_looks_like(struct tls_span text)
{
	struct tls_span line;

	while (next_line(&text, &line))
		if (is_hello(line))
			return true;
	return false;
}

/* Reads the lines that are indented. */
static void
read_body(struct tls_span *text, struct buf *out)
{
	struct buf row = BUF_INIT;

	while (text->len && *text->data == ' ') {
		struct tls_span line;

		next_line(text, &line);
		if (!hex_read(line, &row))
			break;
		buf_add_span(out, buf_span(&row));
	}
	buf_clear(&row);
}

/* Whether `header` is that of the one record with the message. */
static bool
fits(const struct buf *header, const struct buf *message)
{
	return header->len == 5 && header->data[0] == 22 &&
	    ((size_t)header->data[3] << 8 | header->data[4]) == message->len;
}

void
msg_read(struct tls_span text, struct recorded *out, size_t wanted)
{
	struct buf header = BUF_INIT;
	struct tls_span line;

	while ((wanted == 0 || out->num < wanted) && next_line(&text, &line)) {
		struct buf message = BUF_INIT, record = BUF_INIT;

		if (!is_head(line))
			continue;
		if (has(line, "RecordHeader")) {
			header.len = 0;
			read_body(&text, &header);
			continue;
		}
		if (!is_hello(line))
			continue;
		read_body(&text, &message);
		if (fits(&header, &message)) {
			buf_add_span(&record, buf_span(&header));
			buf_add_span(&record, buf_span(&message));
			buf_clear(&message);
			recorded_add(out, &record, false);
		} else if (message.len) {
			recorded_add(out, &message, true);
		}
	}
	buf_clear(&header);
}
