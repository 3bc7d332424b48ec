/* base/text.h - bytes as text: hex, base64, and escaping what peers sent
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct buf line = BUF_INIT;
 *
 *	text_add_escaped(&line, hello->server_name);
 *	puts(buf_string(&line));
 *	buf_clear(&line);
 */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include "base/buf.h"

/* Adds lower- or upper-case hex, two digits a byte. */
void text_add_hex(struct buf *out, struct tls_span bytes);
void text_add_hex_upper(struct buf *out, struct tls_span bytes);

/* Reads hex, two digits a byte of either case, the whole string.  False, and
 * leaves `out` as far as it got, for anything else. */
bool text_read_hex(struct buf *out, const char *string);

/* Adds base64 (RFC 4648, 4), with a line feed after every `width` characters
 * and at the end; 0: one run, no line feed. */
void text_add_base64(struct buf *out, struct tls_span bytes, size_t width);

/* Reads base64, white space skipped, until the end or the first byte that
 * is none.  Returns false, and leaves `out` as far as it got, when the text
 * is no whole base64. */
bool text_read_base64(struct buf *out, struct tls_span text);

/* Adds `bytes` with everything but printable ASCII as \xNN, and the backslash
 * as \\: safe on any terminal. */
void text_add_escaped(struct buf *out, struct tls_span bytes);

/* The same for a string of which an unknown part came from a peer or a
 * library; fills `out`, cut to `room` with its NUL, and returns `out`. */
const char *text_escape(const char *string, char *out, size_t room);

/* Adds text that a peer sent for a terminal: UTF-8 stays, and line ends and
 * tabs; as \xNN all that is none, controls (C0, C1), and what is not seen or
 * changes how the rest is shown, such as U+202E and U+200B. */
void text_add_harmless(struct buf *out, struct tls_span bytes);

/* Adds `bytes` for HTML text or a quoted attribute; what is neither printable
 * ASCII nor white space becomes \xNN. */
void text_add_html(struct buf *out, struct tls_span bytes);

/* Adds a PEM block (RFC 7468): BEGIN line, base64 of 64 columns, END line. */
void text_add_pem(struct buf *out, const char *label, struct tls_span der);

/* Reads an unsigned decimal number of the whole string between `min` and
 * `max`; false if it is anything else. */
bool text_read_number(const char *string, unsigned long min,
    unsigned long max, unsigned long *out);

/* How many letters must be changed, added, dropped or swapped with their
 * neighbour to make one word of the other, case ignored; UINT_MAX for words
 * of more than 63 letters. */
unsigned text_distance(const char *a, const char *b);

/* Adds the name of a key, "pkcs11:...", without the PIN that may be in it
 * (RFC 7512, 2.4). */
void text_add_uri(struct buf *out, const char *uri);

/* Replaces `part` by the next of the parts between commas, which may be empty,
 * and moves `*rest` past it: to null after the last.  False, with nothing
 * changed, if it is null. */
bool text_next_part(const char **rest, struct buf *part);

#endif
