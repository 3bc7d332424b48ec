/* pki/der.h - a small writer of DER
 * SPDX-License-Identifier: Apache-2.0
 * Reference: ITU-T X.690
 *
 *	struct buf out = BUF_INIT;
 *	size_t name = der_begin(&out);
 *
 *	der_add(&out, DER_UTF8, span_of("localhost"));
 *	der_end(&out, name, DER_SEQUENCE);
 *
 * What was added since der_begin becomes the content of what der_end makes,
 * so the writer reads like the structure that it writes.
 */
#ifndef PKI_DER_H
#define PKI_DER_H

#include "base/buf.h"

#define DER_BOOLEAN	0x01
#define DER_INTEGER	0x02
#define DER_BITS	0x03
#define DER_OCTETS	0x04
#define DER_NULL	0x05
#define DER_OID		0x06
#define DER_UTF8	0x0c
#define DER_UTC_TIME	0x17
#define DER_TIME	0x18
#define DER_SEQUENCE	0x30
#define DER_SET		0x31
#define DER_CONTEXT(n)	(0x80 | (n))		/* implicit, primitive */
#define DER_EXPLICIT(n)	(0xa0 | (n))

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
