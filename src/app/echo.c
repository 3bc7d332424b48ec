/* echo.c - each line back, reversed
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -rev
 */
#include "app/echo.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

/* The longest line with its end, as in the reference. */
#define MAX_LINE	16383

struct app_state {
	struct buf line;		/* what has come of it so far */
};

struct echo {
	struct app app;			/* first */
	bool bytes;			/* bytes are reversed, as in the
					 * reference, and not characters */
};

/* The length of the character that ends `text`: one byte, or a sequence of
 * UTF-8 (RFC 3629). */
static size_t
last_character(struct tls_span text)
{
	size_t len = 1;
	uint8_t first;

	while (len < 4 && len < text.len &&
	    (text.data[text.len - len] & 0xc0) == 0x80)
		len++;
	first = text.data[text.len - len];
	if ((len == 2 && (first & 0xe0) == 0xc0) ||
	    (len == 3 && (first & 0xf0) == 0xe0) ||
	    (len == 4 && (first & 0xf8) == 0xf0))
		return len;
	return 1;
}

/* Adds `line` from its last character to its first. */
static void
add_reversed(struct buf *out, struct tls_span line, bool bytes)
{
	buf_reserve(out, line.len + 1);
	while (line.len) {
		size_t len = bytes ? 1 : last_character(line);

		line.len -= len;
		buf_add(out, line.data + line.len, len);
	}
	buf_add_u8(out, '\n');
}

static bool
reverses_bytes(const struct conn *conn)
{
	return ((const struct echo *)conn_app(conn))->bytes;
}

/* Answers one line, its end included; false if it said CLOSE. */
static bool
answer(struct buf *out, struct tls_span line, bool bytes)
{
	while (line.len && (line.data[line.len - 1] == '\n' ||
	    line.data[line.len - 1] == '\r'))
		line.len--;
	if (line.len == 5 && memcmp(line.data, "CLOSE", 5) == 0)
		return false;
	add_reversed(out, line, bytes);
	return true;
}

/* The length of the first line of `text` with its end; 0 if it is
 * incomplete. */
static size_t
line_in(struct tls_span text)
{
	size_t most = text.len < MAX_LINE ? text.len : MAX_LINE;
	const uint8_t *end = memchr(text.data, '\n', most);

	if (end)
		return (size_t)(end - text.data) + 1;
	return text.len >= MAX_LINE ? MAX_LINE : 0;
}

static void
received(struct conn *conn, struct tls_span data)
{
	struct app_state *state = conn_state(conn);
	struct buf out = BUF_INIT;
	struct tls_span left;
	bool go_on = true;
	size_t len;

	buf_add_span(&state->line, data);
	left = buf_span(&state->line);
	while (go_on && (len = line_in(left)) > 0) {
		go_on = answer(&out, (struct tls_span){ left.data, len },
		    reverses_bytes(conn));
		left.data += len;
		left.len -= len;
	}
	conn_write(conn, buf_span(&out));
	buf_clear(&out);
	if (go_on)
		buf_drop(&state->line, state->line.len - left.len);
	else
		conn_close(conn);
}

static void
opened(struct conn *conn)
{
	conn_set_state(conn, mem_zero(1, sizeof(struct app_state)));
}

/* The last line may lack its end. */
static void
ended(struct conn *conn)
{
	struct app_state *state = conn_state(conn);
	struct buf out = BUF_INIT;

	if (state->line.len && answer(&out, buf_span(&state->line),
	    reverses_bytes(conn)))
		conn_write(conn, buf_span(&out));
	buf_clear(&out);
	conn_close(conn);
}

static void
closed(struct conn *conn)
{
	struct app_state *state = conn_state(conn);

	if (!state)
		return;
	buf_clear(&state->line);
	free(state);
}

static const struct app_ops echo_ops = {
	.name = "echo",
	.opened = opened,
	.received = received,
	.ended = ended,
	.closed = closed,
};

bool
echo_is(const struct app *app)
{
	return app->ops == &echo_ops;
}

struct app *
echo_new(const struct app_options *options)
{
	struct echo *echo = mem_zero(1, sizeof *echo);

	echo->app.ops = &echo_ops;
	echo->bytes = options->strict;
	return &echo->app;
}

void
echo_free(struct app *app)
{
	free(app);
}
