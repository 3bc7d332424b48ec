/* options.c - the table of options, and questions to it
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/options.h"

#include <string.h>

#include "base/text.h"

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

const struct option *
option_nearest(const char *name)
{
	const struct option *nearest = NULL;
	size_t len = strlen(name);
	/* One slip in four letters still looks alike. */
	unsigned best = len < 4 ? 1 : (unsigned)(len + 1) / 4;

	if (len == 0)
		return NULL;
	for (size_t i = 0; i < num_options; i++) {
		unsigned far = text_distance(name, options[i].name);

		/* an abbreviation: as refused as any, but understood */
		if (len >= 3 && !strncmp(name, options[i].name, len))
			far = far < 1 ? far : 1;
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
