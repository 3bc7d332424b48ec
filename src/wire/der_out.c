/* der_out.c - a small writer of DER
 * SPDX-License-Identifier: Apache-2.0
 * Reference: ITU-T X.690
 */
#include "wire/der_out.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

size_t
der_begin(const struct buf *out)
{
	return out->len;
}

void
der_end(struct buf *out, size_t mark, unsigned tag)
{
	size_t len = out->len - mark;
	uint8_t head[6];
	size_t num = 0;

	head[num++] = (uint8_t)tag;
	if (len < 0x80) {
		head[num++] = (uint8_t)len;
	} else {
		unsigned bytes = len > 0xffffff ? 4 : len > 0xffff ? 3 :
		    len > 0xff ? 2 : 1;

		head[num++] = (uint8_t)(0x80 | bytes);
		while (bytes--)
			head[num++] = (uint8_t)(len >> 8 * bytes);
	}
	buf_reserve(out, num + 1);
	memmove(out->data + mark + num, out->data + mark, len);
	memcpy(out->data + mark, head, num);
	out->len += num;
	out->data[out->len] = 0;
}

void
der_add(struct buf *out, unsigned tag, struct tls_span content)
{
	size_t mark = der_begin(out);

	buf_add_span(out, content);
	der_end(out, mark, tag);
}

void
der_add_integer(struct buf *out, struct tls_span bytes)
{
	size_t mark = der_begin(out);

	while (bytes.len > 1 && bytes.data[0] == 0) {
		bytes.data++;
		bytes.len--;
	}
	if (bytes.len == 0 || bytes.data[0] & 0x80)
		buf_add_u8(out, 0);
	buf_add_span(out, bytes);
	der_end(out, mark, DER_INTEGER);
}

void
der_add_small(struct buf *out, unsigned value)
{
	uint8_t bytes[2] = { (uint8_t)(value >> 8), (uint8_t)value };

	der_add_integer(out, (struct tls_span){ bytes, sizeof bytes });
}

void
der_add_bits(struct buf *out, struct tls_span bytes)
{
	size_t mark = der_begin(out);

	buf_add_u8(out, 0);		/* unused bits of the last byte */
	buf_add_span(out, bytes);
	der_end(out, mark, DER_BIT_STRING);
}

void
der_add_time(struct buf *out, int64_t seconds)
{
	time_t when = (time_t)seconds;
	struct tm tm;
	char text[32];
	bool utc;

	if (!gmtime_r(&when, &tm))
		memset(&tm, 0, sizeof tm);
	utc = tm.tm_year >= 50 && tm.tm_year < 150;
	strftime(text, sizeof text, utc ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ",
	    &tm);
	der_add(out, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, span_of(text));
}
