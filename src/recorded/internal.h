/* recorded/internal.h - what the files of this room share
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct buf bytes = BUF_INIT;
 *
 *	if (hex_read(text, &bytes))
 *		recorded_add(out, &bytes, true);
 *
 * Inside this room only.
 */
#ifndef RECORDED_INTERNAL_H
#define RECORDED_INTERNAL_H

#include <stdio.h>

#include "recorded/recorded.h"

/* Appends a hello with the content of `bytes`, which is taken. */
struct recorded_hello *recorded_add(struct recorded *out, struct buf *bytes,
    bool bare);

/* Decodes hex with or without offsets, the column of text after it, colons,
 * commas, "0x", "\x"; a "*" of hexdump(1) stands for lines that are left out.
 * False if it is none. */
bool hex_read(struct tls_span text, struct buf *out);

/* Finds the ClientHellos of what openssl s_client -msg printed. */
void msg_read(struct tls_span text, struct recorded *out, size_t wanted);
bool msg_looks_like(struct tls_span text);

/* Takes a line off `text`, without its end; false at the end. */
bool next_line(struct tls_span *text, struct tls_span *line);

/* Whether `bytes` begin as a capture, or as a compressed file: the program that
 * makes it readable, or null. */
bool capture_looks_like(struct tls_span bytes);
const char *compressed_by(struct tls_span bytes);

/* Reads a capture from `file`, which is taken: it is closed. */
bool capture_read(struct recorded *out, FILE *file, size_t wanted,
    struct tls_error *err);

/* The same with a module that is in memory already. */
struct capture_module;
bool capture_read_by(const struct capture_module *module, struct recorded *out,
    FILE *file, size_t wanted, struct tls_error *err);

#endif
