/* wire/der_out.h - a small writer of DER
 * SPDX-License-Identifier: Apache-2.0
 * Reference: ITU-T X.690
 *
 *	struct buf out = BUF_INIT;
 *	size_t name = der_begin(&out);
 *
 *	der_add(&out, DER_UTF8_STRING, span_of("localhost"));
 *	der_end(&out, name, DER_SEQUENCE);
 *
 * What was added since der_begin becomes the content of what der_end makes,
 * so the writer reads like the structure that it writes.
 */
#ifndef WIRE_DER_OUT_H
#define WIRE_DER_OUT_H

#include "base/buf.h"
#include "wire/der.h"

#define DER_NULL	0x05
#define DER_IMPLICIT(n)	(0x80 | (n))		/* "[n]", primitive */

/* Returns the mark that der_end wants. */
size_t der_begin(const struct buf *out);

/* Puts `tag` and the length before all that was added since `mark`. */
void der_end(struct buf *out, size_t mark, unsigned tag);

/* Adds a whole value. */
void der_add(struct buf *out, unsigned tag, struct tls_span content);

/* Adds an INTEGER of these unsigned bytes, or of a small number. */
void der_add_integer(struct buf *out, struct tls_span bytes);
void der_add_small(struct buf *out, unsigned value);

/* Adds a BIT STRING of whole bytes. */
void der_add_bits(struct buf *out, struct tls_span bytes);

/* Adds UTCTime up to 2049, else GeneralizedTime (RFC 5280, 4.1.2.5). */
void der_add_time(struct buf *out, int64_t seconds);

#endif
