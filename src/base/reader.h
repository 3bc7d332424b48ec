/* base/reader.h - a bounded cursor over bytes that somebody else owns
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct reader r = reader_of(span);
 *	uint16_t version = read_u16(&r);
 *	struct tls_span id = read_vec8(&r);
 *
 *	if (r.broken)
 *		return err_set(err, TLS_BLAME_PEER, "hello too short");
 *
 * A read past the end yields zero or an empty span and sets `broken` for
 * good, so a parser asks once, at its end.
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "tls_types.h"

struct reader {
	const uint8_t *at;
	size_t left;		/* bytes */
	bool broken;
};

static inline struct reader
reader_of(struct tls_span span)
{
	return (struct reader){ span.data, span.len, false };
}

/* Takes `len` bytes. */
static inline struct tls_span
read_bytes(struct reader *r, size_t len)
{
	struct tls_span span = { r->at, len };

	if (r->broken || len > r->left) {
		r->broken = true;
		r->left = 0;
		return (struct tls_span){ NULL, 0 };
	}
	if (len) {
		r->at += len;
		r->left -= len;
	}
	return span;
}

/* Takes a number of `len` bytes, 1 to 4, in network order. */
static inline uint32_t
read_number(struct reader *r, size_t len)
{
	struct tls_span span = read_bytes(r, len);
	uint32_t value = 0;

	for (size_t i = 0; i < span.len; i++)
		value = value << 8 | span.data[i];
	return value;
}

static inline uint8_t
read_u8(struct reader *r)
{
	return (uint8_t)read_number(r, 1);
}

static inline uint16_t
read_u16(struct reader *r)
{
	return (uint16_t)read_number(r, 2);
}

static inline uint32_t
read_u24(struct reader *r)
{
	return read_number(r, 3);
}

static inline uint32_t
read_u32(struct reader *r)
{
	return read_number(r, 4);
}

/* Take a vector that follows its length of one, two or three bytes (RFC 8446,
 * 3.4). */
static inline struct tls_span
read_vec8(struct reader *r)
{
	return read_bytes(r, read_u8(r));
}

static inline struct tls_span
read_vec16(struct reader *r)
{
	return read_bytes(r, read_u16(r));
}

static inline struct tls_span
read_vec24(struct reader *r)
{
	return read_bytes(r, read_u24(r));
}

#endif
