/* base/buf.c - a growing buffer, and allocation that cannot fail
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Ends the program with the status of a failure of its own. */
static void *
check(void *memory)
{
	static const char last_words[] = "polytls: out of memory\n";

	/* Nothing more is run: not even that can be relied on.  No abort(),
	 * which would leave a core dump with the keys. */
	if (!memory) {
		ssize_t ignored = write(STDERR_FILENO, last_words,
		    sizeof last_words - 1);

		(void)ignored;
		_exit(1);
	}
	return memory;
}

void *
mem_alloc(size_t len)
{
	return check(malloc(len ? len : 1));
}

void *
mem_zero(size_t num, size_t len)
{
	return check(calloc(num ? num : 1, len ? len : 1));
}

void *
mem_grow(void *old, size_t len)
{
	return check(realloc(old, len ? len : 1));
}

char *
mem_string(const char *string)
{
	return mem_copy(string, strlen(string) + 1);
}

void *
mem_copy(const void *data, size_t len)
{
	void *copy = mem_alloc(len);

	if (len)
		memcpy(copy, data, len);
	return copy;
}

void
mem_wipe(void *data, size_t len)
{
	if (len)
		explicit_bzero(data, len);
}

struct tls_span
span_of(const char *string)
{
	return (struct tls_span){ (const uint8_t *)string, strlen(string) };
}

bool
span_equal(struct tls_span a, struct tls_span b)
{
	return a.len == b.len &&
	    (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

void
buf_clear(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf)BUF_INIT;
}

void
buf_wipe(struct buf *buf)
{
	mem_wipe(buf->data, buf->len);
	buf_clear(buf);
}

uint8_t *
buf_reserve(struct buf *buf, size_t more)
{
	size_t need = buf->len + more + 1;

	if (need < more)
		check(NULL);
	if (need > buf->room) {
		size_t room = buf->room ? buf->room : 64;

		while (room < need)
			room = room > SIZE_MAX / 2 ? need : room * 2;
		buf->data = mem_grow(buf->data, room);
		buf->room = room;
	}
	buf->data[buf->len + more] = 0;
	return buf->data + buf->len;
}

void
buf_add(struct buf *buf, const void *data, size_t len)
{
	uint8_t *to = buf_reserve(buf, len);

	if (len)
		memcpy(to, data, len);
	buf->len += len;
}

void
buf_add_span(struct buf *buf, struct tls_span span)
{
	buf_add(buf, span.data, span.len);
}

void
buf_add_string(struct buf *buf, const char *string)
{
	buf_add(buf, string, strlen(string));
}

void
buf_add_u8(struct buf *buf, unsigned value)
{
	buf_add(buf, &(uint8_t){ value & 0xff }, 1);
}

void
buf_add_u16(struct buf *buf, unsigned value)
{
	buf_add(buf, (uint8_t[]){ value >> 8 & 0xff, value & 0xff }, 2);
}

void
buf_add_u24(struct buf *buf, unsigned value)
{
	buf_add_u8(buf, value >> 16);
	buf_add_u16(buf, value);
}

void
buf_add_u32(struct buf *buf, uint32_t value)
{
	buf_add_u16(buf, value >> 16);
	buf_add_u16(buf, value & 0xffff);
}

void
buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
{
	va_list again;
	int len;

	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (len < 0)
		check(NULL);
	vsnprintf((char *)buf_reserve(buf, len), (size_t)len + 1, fmt, ap);
	buf->len += len;
}

void
buf_printf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(buf, fmt, ap);
	va_end(ap);
}

void
buf_drop(struct buf *buf, size_t len)
{
	if (len == 0)
		return;
	memmove(buf->data, buf->data + len, buf->len - len + 1);
	buf->len -= len;
}

struct tls_span
buf_span(const struct buf *buf)
{
	return (struct tls_span){ buf->data, buf->len };
}

const char *
buf_string(struct buf *buf)
{
	buf_reserve(buf, 0);
	return (const char *)buf->data;
}
