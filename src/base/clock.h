/* base/clock.h - one clock, replaceable in tests
 * SPDX-License-Identifier: Apache-2.0
 *
 *	const struct clock *clock = &clock_system;
 *	uint64_t start = clock->monotonic_us(clock);
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

struct clock {
	/* Microseconds since some start; never goes back. */
	uint64_t (*monotonic_us)(const struct clock *clock);
	/* Microseconds since the epoch. */
	int64_t (*wall_us)(const struct clock *clock);
};

extern const struct clock clock_system;

/* Writes `wall_us` as RFC 3339 in UTC with microseconds,
 * "2026-11-22T10:00:00.000000Z", into `out` of at least 28 bytes. */
const char *clock_format(int64_t wall_us, char *out);

#endif
