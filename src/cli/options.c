/* options.c - the table of options, and questions to it
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/options.h"

#include <string.h>

#define TLS_FEATURE_NOTHING	(-1)

const struct option options[] = {
#define O(option, how, place, low, high, feature, part, argument, words) \
	{ .name = (option), .kind = OPTION_##how, \
	  .field = offsetof(struct settings, place), \
	  .least = (low), .most = (high), .needs = TLS_FEATURE_##feature, \
	  .group = GROUP_##part, .value = (argument), .help = (words) },
#include "cli/options.def"
#undef O
};
const size_t num_options = sizeof options / sizeof *options;

const struct option_group_name option_groups[OPTION_GROUP_COUNT] = {
#define G(group, name, title) [GROUP_##group] = { name, title },
	OPTION_GROUPS(G)
#undef G
};

const struct option *
option_find(const char *name, size_t len)
{
	for (size_t i = 0; i < num_options; i++)
		if (strlen(options[i].name) == len &&
		    !memcmp(options[i].name, name, len))
			return &options[i];
	return NULL;
}

/* Longer words are no misspelt options. */
#define MAX_WORD	32

static unsigned
least_of(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

static char
folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* How many letters must be changed, added, dropped or swapped with their
 * neighbour; both words have at most MAX_WORD letters. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned rows[3][MAX_WORD + 1];
	unsigned *before = rows[0], *last = rows[1], *now = rows[2];
	const size_t len_a = strlen(a), len_b = strlen(b);

	for (size_t j = 0; j <= len_b; j++)
		last[j] = (unsigned)j;
	for (size_t i = 1; i <= len_a; i++) {
		unsigned *oldest = before;

		now[0] = (unsigned)i;
		for (size_t j = 1; j <= len_b; j++) {
			char x = folded(a[i - 1]), y = folded(b[j - 1]);

			now[j] = least_of(last[j - 1] + (x != y),
			    least_of(last[j], now[j - 1]) + 1);
			if (i > 1 && j > 1 && x == folded(b[j - 2]) &&
			    y == folded(a[i - 2]))
				now[j] = least_of(now[j], before[j - 2] + 1);
		}
		before = last;
		last = now;
		now = oldest;
	}
	return last[len_b];
}

const struct option *
option_nearest(const char *name)
{
	const struct option *nearest = NULL;
	size_t len = strlen(name);
	/* One slip in four letters still looks alike. */
	unsigned best = len < 4 ? 1 : (unsigned)(len + 1) / 4;

	if (len == 0 || len > MAX_WORD)
		return NULL;
	for (size_t i = 0; i < num_options; i++) {
		unsigned far = distance(name, options[i].name);

		/* an abbreviation: as refused as any, but understood */
		if (len >= 3 && !strncmp(name, options[i].name, len))
			far = least_of(far, 1);
		if (far < best || (far == best && !nearest)) {
			best = far;
			nearest = &options[i];
		}
	}
	return nearest;
}

void
settings_init(struct settings *settings)
{
	*settings = (struct settings){
		.listen = { .workers = 1 },
		.tls = {
			.verify_depth = -1,
			.verify_max = -1,
			.num_tickets = 2,
			.status = { .timeout_ms = 5000 },
		},
		.limits = {
			.handshake_ms = 30 * 1000,
			.close_ms = 500,
		},
	};
}
