/* sample_flight.c - messages of a server, made of their parts
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sample_flight.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

void
add_message(struct buf *out, unsigned type, struct tls_span body)
{
	buf_add_u8(out, type);
	buf_add_u24(out, (unsigned)body.len);
	buf_add_span(out, body);
}

void
add_hello(struct buf *out, unsigned version, const char *end, unsigned suite,
    struct tls_span extensions)
{
	struct buf body = BUF_INIT;

	buf_add_u16(&body, version);
	for (unsigned i = 0; i < 24; i++)
		buf_add_u8(&body, i);
	buf_add(&body, end, 8);
	buf_add(&body, "\x02id", 3);
	buf_add_u16(&body, suite);
	buf_add_u8(&body, 0);
	if (extensions.len) {
		buf_add_u16(&body, (unsigned)extensions.len);
		buf_add_span(&body, extensions);
	}
	add_message(out, 2, buf_span(&body));
	buf_clear(&body);
}

#define HELLO_TLS1_3	"\0\x2b\0\x02\x03\x04" \
	"\0\x33\0\x08\0\x1d\0\x04" "qrst" "\x2a\x2a\0\0"

void
add_hello_tls1_3(struct buf *out)
{
	add_hello(out, 0x0303, "01234567", 0x1301, SPAN(HELLO_TLS1_3));
}

void
add_records(struct buf *out, unsigned type, struct tls_span bytes, size_t size)
{
	while (bytes.len > 0) {
		size_t len = bytes.len < size ? bytes.len : size;

		buf_add_u8(out, type);
		buf_add_u16(out, 0x0303);
		buf_add_u16(out, (unsigned)len);
		buf_add(out, bytes.data, len);
		bytes.data += len;
		bytes.len -= len;
	}
}

void
feed(struct flight *flight, struct tls_span bytes, size_t piece)
{
	while (bytes.len > 0) {
		size_t len = bytes.len < piece ? bytes.len : piece;
		uint8_t *copy = mem_copy(bytes.data, len);
		struct tls_error err = TLS_ERROR_INIT;

		if (!flight_add_records(flight, (struct tls_span){ copy, len },
		    &err))
			fail_msg("%s", err.text);
		free(copy);
		bytes.data += len;
		bytes.len -= len;
	}
}
