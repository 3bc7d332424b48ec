/* common/wire.c - what backends read of the bytes of TLS
 * SPDX-License-Identifier: Apache-2.0 OR MIT
 */
#include "common/wire.h"

#include <string.h>

static void
put(uint8_t *at, uint64_t value, unsigned len)
{
	while (len--) {
		at[len] = (uint8_t)value;
		value >>= 8;
	}
}

uint16_t
common_get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

void
common_put_u16(uint8_t *at, unsigned value)
{
	put(at, value, 2);
}

void
common_put_u24(uint8_t *at, size_t value)
{
	put(at, value, 3);
}

uint64_t
common_get_u64(const uint8_t *at)
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | at[i];
	return value;
}

void
common_put_u64(uint8_t *at, uint64_t value)
{
	put(at, value, 8);
}

const struct tls_extension *
common_extension(const struct tls_hello *hello, uint16_t type)
{
	for (size_t i = 0; hello && i < hello->num_extensions; i++)
		if (hello->extensions[i].type == type)
			return &hello->extensions[i];
	return NULL;
}

void
common_alerts_add(struct common_alerts *alerts, struct tls_span bytes)
{
	const size_t room = sizeof alerts->tail;
	size_t keep;

	if (bytes.len > room) {
		bytes.data += bytes.len - room;
		bytes.len = room;
	}
	keep = alerts->len < room - bytes.len ? alerts->len :
	    room - bytes.len;
	memmove(alerts->tail, alerts->tail + alerts->len - keep, keep);
	if (bytes.len)
		memcpy(alerts->tail + keep, bytes.data, bytes.len);
	alerts->len = keep + bytes.len;
}

int
common_alerts_fatal(const struct common_alerts *alerts)
{
	static const uint8_t head[] = { COMMON_ALERT, 3, 3, 0, 2,
	    COMMON_ALERT_FATAL };

	if (alerts->len < sizeof alerts->tail ||
	    memcmp(alerts->tail, head, sizeof head) != 0)
		return -1;
	return alerts->tail[sizeof head];
}
