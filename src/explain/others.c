/* others.c - whether other backends would have agreed with a client
 * SPDX-License-Identifier: Apache-2.0
 *
 * By the same rules, with their lists.  Nothing is tried: a library may refuse
 * for a reason of its own.
 */
#include "explain/internal.h"

#define MOST_OTHERS	16

/* Adds "a, b and c" of those whose answer is `wanted`. */
static void
add_names(struct buf *out, const struct explain_other *list,
    const bool *agrees, size_t num, bool wanted)
{
	size_t left = 0;
	const char *sep = "";

	for (size_t i = 0; i < num; i++)
		left += agrees[i] == wanted;
	for (size_t i = 0; i < num; i++) {
		if (agrees[i] != wanted)
			continue;
		buf_printf(out, "%s%s", sep, list[i].plug->backend->name);
		sep = --left == 1 ? " and " : ", ";
	}
}

void
others_add(struct buf *out, const struct explain_case *failed)
{
	struct explain_other list[MOST_OTHERS];
	bool agrees[MOST_OTHERS];
	size_t found = 0, num = 0, good = 0;

	if (failed->source)
		found = failed->source->others(failed->source, list,
		    MOST_OTHERS);
	for (size_t i = 0; i < found; i++) {
		const struct side side = {
			list[i].config, list[i].alpn, list[i].plug,
		};
		struct agreement agreement = { .lack = LACK_VERSION };

		if (side.config)
			agreement = agree(&side, failed->hello);
		if (agreement.unsure && agreement.lack == LACK_GROUP)
			continue;
		list[num] = list[i];
		agrees[num] = agreement.lack == LACK_NOTHING;
		good += agrees[num++];
	}
	if (num == 0)
		return;
	buf_add_string(out, "; ");
	add_names(out, list, agrees, num, good > 0);
	buf_add_string(out, good ? " would have agreed" :
	    " would not have agreed either");
	if (!good || good == num)
		return;
	buf_add_string(out, ", ");
	add_names(out, list, agrees, num, false);
	buf_add_string(out, " not");
}
