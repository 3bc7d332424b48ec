/* base/clock.c - one clock, replaceable in tests
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static uint64_t
monotonic_us(const struct clock *clock)
{
	struct timespec ts;

	(void)clock;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static int64_t
wall_us(const struct clock *clock)
{
	struct timespec ts;

	(void)clock;
	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

const struct clock clock_system = {
	.monotonic_us = monotonic_us,
	.wall_us = wall_us,
};

const char *
clock_format(int64_t us, char *out)
{
	time_t seconds = us / 1000000;
	struct tm tm;
	size_t len;

	gmtime_r(&seconds, &tm);
	len = strftime(out, 21, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + len, 9, ".%06uZ", (unsigned)(us % 1000000) % 1000000);
	return out;
}
