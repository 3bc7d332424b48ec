/* wire/record.c - finds records by their headers
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 8446, 5.1; RFC 5246, E.2
 */
#include "wire/record.h"

/* TLSCiphertext.length may be this much (RFC 5246, 6.2.3). */
#define MAX_LEN		(16384 + 2048)

/* The shortest SSLv2 hello, without its length. */
#define MIN_SSLV2_LEN	9

/* Fills `record` from the header that is whole in `watch`; false if it is
 * none. */
static bool
read_header(struct record_watch *watch, struct record *record)
{
	const uint8_t *h = watch->header;

	for (size_t i = 0; i < sizeof record->header; i++)
		record->header[i] = h[i];
	if (h[0] & 0x80) {
		/* Two bytes of length, then the message's first three. */
		record->type = 22;
		record->version = TLS_VERSION_SSL2;
		record->len = (uint16_t)((h[0] & 0x7f) << 8 | h[1]);
		watch->skip = record->len - 3u;
		return h[2] == 1 && record->len >= MIN_SSLV2_LEN;
	}
	record->type = h[0];
	record->version = (uint16_t)(h[1] << 8 | h[2]);
	record->len = (uint16_t)(h[3] << 8 | h[4]);
	watch->skip = record->len;
	return record->type >= 20 && record->type <= 26 && h[1] == 3 &&
	    record->len <= MAX_LEN;
}

static void
take(struct tls_span *bytes, size_t len)
{
	bytes->data += len;
	bytes->len -= len;
}

bool
record_next(struct record_watch *watch, struct tls_span *bytes,
    struct record *record)
{
	while (bytes->len > 0 && !watch->lost) {
		if (watch->skip > 0) {
			size_t len = bytes->len < watch->skip ? bytes->len :
			    watch->skip;

			watch->skip -= (uint32_t)len;
			take(bytes, len);
			continue;
		}
		watch->header[watch->have++] = bytes->data[0];
		take(bytes, 1);
		if (watch->have < sizeof watch->header)
			continue;
		watch->have = 0;
		if (read_header(watch, record))
			return true;
		watch->lost = true;
	}
	if (bytes->len > 0)
		take(bytes, bytes->len);
	return false;
}
