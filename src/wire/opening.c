/* wire/opening.c - judges the first bytes of a connection
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 5.1; RFC 5246, E.2; RFC 9110, 9.1
 */
#include <string.h>

#include "base/reader.h"
#include "wire/answer.h"
#include "wire/hello.h"

#define RECORD_HANDSHAKE	22
#define RECORD_HEADER_LEN	5
#define RECORD_MAX_LEN		16384
#define MESSAGE_HEADER_LEN	4

/* The first words of plain text that are told from garbage.  PRI begins
 * HTTP/2 (RFC 9113, 3.4), PROPFIND is WebDAV's. */
static const char *const methods[] = {
	"GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ",
	"TRACE ", "PATCH ", "PRI ", "PROPFIND ",
};

static enum opening
opening_of_text(struct tls_span bytes)
{
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		size_t len = strlen(methods[i]);
		size_t common = bytes.len < len ? bytes.len : len;

		if (memcmp(bytes.data, methods[i], common) == 0)
			return common == len ? OPENING_HTTP : OPENING_MORE;
	}
	return OPENING_GARBAGE;
}

static size_t
message_len(const struct opening_scan *scan)
{
	const uint8_t *b = scan->header;

	return MESSAGE_HEADER_LEN +
	    ((size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3]);
}

/* Takes from `body` what the message's header still lacks, which may come in
 * pieces as small as a byte, and judges what is known; OPENING_HELLO: go
 * on. */
static enum opening
judge_header(struct opening_scan *scan, struct tls_span body)
{
	for (size_t i = 0; i < body.len && scan->have < sizeof scan->header;
	    i++)
		scan->header[scan->have++] = body.data[i];
	if (scan->have > 0 && scan->header[0] != MESSAGE_CLIENT_HELLO)
		return OPENING_GARBAGE;
	return scan->have == sizeof scan->header &&
	    message_len(scan) > HELLO_MAX_LEN ?
	    OPENING_OVERSIZED : OPENING_HELLO;
}

/* Judges a record's header, of which `r` has one to five bytes. */
static bool
is_record_header(const struct reader *r)
{
	return r->at[0] == RECORD_HANDSHAKE &&
	    (r->left < 2 || r->at[1] == 3) &&
	    (r->left < RECORD_HEADER_LEN ||
	    ((size_t)r->at[3] << 8 | r->at[4]) <= RECORD_MAX_LEN);
}

/* Goes on in `next`, a copy of `scan`; `scan` follows after each record that is
 * whole. */
static enum opening
opening_of_records(struct opening_scan *scan, struct tls_span bytes)
{
	struct opening_scan next = *scan;
	struct reader r = reader_of(bytes);
	enum opening judged;

	read_bytes(&r, scan->at);
	while (r.left > 0) {
		struct tls_span body;
		size_t len;

		if (next.at >= HELLO_MAX_WIRE)
			return OPENING_OVERSIZED;
		if (!is_record_header(&r))
			return OPENING_GARBAGE;
		if (r.left < RECORD_HEADER_LEN)
			return OPENING_MORE;
		read_bytes(&r, RECORD_HEADER_LEN - 2);
		len = read_u16(&r);
		body = read_bytes(&r, len < r.left ? len : r.left);
		judged = judge_header(&next, body);
		if (judged != OPENING_HELLO)
			return judged;
		if (body.len < len)
			return OPENING_MORE;
		next.at += RECORD_HEADER_LEN + len;
		next.got += len;
		if (next.have == sizeof next.header &&
		    next.got >= message_len(&next))
			return OPENING_HELLO;
		*scan = next;
	}
	return OPENING_MORE;
}

/* RFC 5246, E.2: the length with its high bit set, msg_type 1, the version,
 * then three lengths that must add up. */
static enum opening
opening_of_sslv2(struct tls_span bytes)
{
	struct reader r = reader_of(bytes);
	size_t len, sum = 9;
	uint16_t version;

	if (bytes.len < 3)
		return OPENING_MORE;
	len = read_u16(&r) & 0x7fff;
	if (read_u8(&r) != MESSAGE_CLIENT_HELLO || len < sum)
		return OPENING_GARBAGE;
	if (bytes.len < 5)
		return OPENING_MORE;
	version = read_u16(&r);
	if (version == TLS_VERSION_SSL2)
		return OPENING_SSLV2;
	if (version >> 8 != 3)
		return OPENING_GARBAGE;
	if (bytes.len < 11)
		return OPENING_MORE;
	for (int i = 0; i < 3; i++)
		sum += read_u16(&r);
	if (sum != len)
		return OPENING_GARBAGE;
	return bytes.len < len + 2 ? OPENING_MORE : OPENING_HELLO_SSLV2;
}

enum opening
opening_next(struct opening_scan *scan, struct tls_span bytes)
{
	if (bytes.len == 0)
		return OPENING_MORE;
	if (bytes.data[0] == RECORD_HANDSHAKE)
		return opening_of_records(scan, bytes);
	if (bytes.data[0] & 0x80)
		return opening_of_sslv2(bytes);
	return opening_of_text(bytes);
}

enum opening
opening_of(struct tls_span bytes)
{
	struct opening_scan scan = { .at = 0 };

	return opening_next(&scan, bytes);
}

const char *
opening_name(enum opening opening)
{
	static const char *const names[] = {
		[OPENING_MORE] = "more",
		[OPENING_HELLO] = "hello",
		[OPENING_HELLO_SSLV2] = "hello_sslv2",
		[OPENING_SSLV2] = "sslv2",
		[OPENING_HTTP] = "http",
		[OPENING_OVERSIZED] = "oversized",
		[OPENING_MALFORMED] = "malformed",
		[OPENING_GARBAGE] = "garbage",
	};

	return names[opening];
}
