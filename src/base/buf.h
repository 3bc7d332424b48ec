/* base/buf.h - a growing buffer, and allocation that cannot fail
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct buf out = BUF_INIT;
 *
 *	buf_printf(&out, "HTTP/1.1 %d %s\r\n", 200, "OK");
 *	buf_add(&out, body, body_len);
 *	send(fd, out.data, out.len, 0);
 *	buf_clear(&out);
 *
 * Rules.  Running out of memory ends the program here and nowhere else in the
 * core.  A buf owns its bytes; `data` moves whenever something is added.  One
 * NUL byte always follows the bytes and is not counted.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "tls_types.h"

struct buf {
	uint8_t *data;		/* never null once something was added */
	size_t len;
	size_t room;
};

#define BUF_INIT	{ NULL, 0, 0 }

/* Frees the bytes; the buf is empty and usable again. */
void buf_clear(struct buf *buf);

/* As `buf_clear`, and the bytes are overwritten first. */
void buf_wipe(struct buf *buf);

/* Makes room for `more` bytes after the first `len` and returns where they go;
 * the caller raises `len` by what it wrote. */
uint8_t *buf_reserve(struct buf *buf, size_t more);

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_add_span(struct buf *buf, struct tls_span span);
void buf_add_string(struct buf *buf, const char *string);
void buf_add_u8(struct buf *buf, unsigned value);
void buf_add_u16(struct buf *buf, unsigned value);	/* network order */
void buf_add_u24(struct buf *buf, unsigned value);
void buf_add_u32(struct buf *buf, uint32_t value);
void buf_printf(struct buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *buf, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* Drops `len` bytes from the front. */
void buf_drop(struct buf *buf, size_t len);

/* The bytes as a span, and as a string (with the NUL after them). */
struct tls_span buf_span(const struct buf *buf);
const char *buf_string(struct buf *buf);

/* malloc(3), calloc(3), realloc(3), strdup(3), that never return null. */
void *mem_alloc(size_t len);
void *mem_zero(size_t num, size_t len);
void *mem_grow(void *old, size_t len);
char *mem_string(const char *string);
void *mem_copy(const void *data, size_t len);

/* Overwrites `len` bytes in a way that is not optimised out. */
void mem_wipe(void *data, size_t len);

/* A span over a string, without its NUL. */
struct tls_span span_of(const char *string);
bool span_equal(struct tls_span a, struct tls_span b);

#endif
