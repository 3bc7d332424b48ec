/* body.c - reading past the body of a request
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 9112, 6 and 7.1
 */
#include "app/body.h"

bool
body_begin(struct body *body, const struct http_request *request)
{
	*body = (struct body)BODY_INIT;
	if (request->chunked) {
		body->place = BODY_SIZE;
	} else if (request->content_len) {
		body->place = BODY_PLAIN;
		body->left = request->content_len;
	}
	return body->left <= BODY_MAX_LEN;
}

bool
body_pending(const struct body *body)
{
	return body->place != BODY_NONE;
}

/* Takes what has come of the rest of the body or chunk. */
static void
skip_data(struct body *body, struct tls_span *bytes)
{
	uint64_t len = bytes->len < body->left ? bytes->len : body->left;

	bytes->data += len;
	bytes->len -= (size_t)len;
	body->left -= len;
	if (!body->left)
		body->place = body->place == BODY_PLAIN ?
		    BODY_NONE : BODY_CHUNK_END;
}

static int
digit_of(uint8_t byte)
{
	if (byte >= '0' && byte <= '9')
		return byte - '0';
	byte |= 0x20;
	return byte >= 'a' && byte <= 'f' ? byte - 'a' + 10 : -1;
}

/* The line with a chunk's size is complete. */
static bool
sized(struct body *body)
{
	if (!body->digits)
		return false;
	body->digits = 0;
	body->total += body->left;
	body->place = body->left ? BODY_CHUNK : BODY_TRAILER;
	return body->total <= BODY_MAX_LEN;
}

/* A byte after the digits of a size: blanks may only stand before an
 * extension, and a CR only before the LF. */
static bool
end_of_size(struct body *body, uint8_t byte)
{
	if (byte == '\n')
		return sized(body);
	if (body->place == BODY_SIZE_CR)
		return false;
	body->place = byte == '\r' && body->place == BODY_SIZE ?
	    BODY_SIZE_CR : byte == ';' ? BODY_EXTENSION : BODY_SIZE_BLANK;
	return body->digits && (body->place != BODY_SIZE_BLANK ||
	    byte == ' ' || byte == '\t');
}

static bool
size_byte(struct body *body, uint8_t byte)
{
	int digit = digit_of(byte);

	if (digit < 0)
		return end_of_size(body, byte);
	body->digits++;
	body->left = body->left << 4 | (unsigned)digit;
	return body->left <= BODY_MAX_LEN;
}

/* Takes one byte of framing. */
static bool
framing_byte(struct body *body, uint8_t byte)
{
	if (++body->framing > BODY_MAX_FRAMING)
		return false;
	switch (body->place) {
	case BODY_SIZE:
		return size_byte(body, byte);
	case BODY_SIZE_BLANK:
		return byte != '\n' && end_of_size(body, byte);
	case BODY_SIZE_CR:
		return end_of_size(body, byte);
	case BODY_EXTENSION:
		return byte != '\n' || sized(body);
	case BODY_CHUNK_END:
		if (byte == '\r')
			body->place = BODY_CHUNK_CR;
		else
			body->place = BODY_SIZE;
		return byte == '\n' || byte == '\r';
	case BODY_CHUNK_CR:
		body->place = BODY_SIZE;
		return byte == '\n';
	case BODY_TRAILER:
		if (byte == '\n')
			body->place = BODY_NONE;
		else if (byte != '\r')
			body->place = BODY_FIELD;
		return true;
	case BODY_FIELD:
		if (byte == '\n')
			body->place = BODY_TRAILER;
		return true;
	case BODY_NONE:
	case BODY_PLAIN:
	case BODY_CHUNK:
		break;
	}
	return false;
}

bool
body_skip(struct body *body, struct tls_span *bytes)
{
	while (bytes->len && body_pending(body)) {
		if (body->place == BODY_PLAIN || body->place == BODY_CHUNK) {
			skip_data(body, bytes);
			continue;
		}
		if (!framing_byte(body, *bytes->data))
			return false;
		bytes->data++;
		bytes->len--;
	}
	return true;
}
