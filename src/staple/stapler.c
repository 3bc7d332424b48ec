/* stapler.c - OCSP responses to staple: from a file, cached or fetched
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -status
 */
#include "staple/stapler.h"

#include <stdlib.h>

#include "staple/internal.h"

static int64_t
now_of(const struct stapler *stapler)
{
	return stapler->clock->wall_us(stapler->clock) / 1000000;
}

/* Gives the cached response, if it is still valid. */
static bool
give_kept(struct staple_ask *ask, size_t identity)
{
	struct stapler *stapler = ask->stapler;
	struct entry *entry;

	if (stapler->options->no_cache || ask->question.extensions.len)
		return false;
	entry = staple_entry(stapler,
	    ask->question.config->identities[identity].chain[0]);
	if (entry->until <= now_of(stapler))
		return false;
	staple_step(ask, identity, OCSP_CACHED);
	staple_give(ask, identity, buf_span(&entry->response));
	return true;
}

struct stapler *
stapler_new(const struct staple_options *options, struct fetcher *fetcher,
    const struct clock *clock, struct tls_error *err)
{
	struct stapler *stapler = mem_zero(1, sizeof *stapler);
	struct buf file = BUF_INIT;
	bool good;

	stapler->options = options;
	stapler->fetcher = fetcher;
	stapler->clock = clock;
	good = !options->file ||
	    staple_read_file(options->file, &file, err);
	buf_clear(&file);
	if (good)
		return stapler;
	stapler_free(stapler);
	return NULL;
}

void
stapler_free(struct stapler *stapler)
{
	if (!stapler)
		return;
	while (stapler->queries)
		staple_cancel(stapler->queries);
	while (stapler->entries) {
		struct entry *entry = stapler->entries;

		stapler->entries = entry->next;
		buf_clear(&entry->cert);
		buf_clear(&entry->response);
		free(entry);
	}
	stapler->fetcher->ops->free(stapler->fetcher);
	free(stapler);
}

struct staple_ask *
staple_ask(struct stapler *stapler, const struct staple_question *question,
    struct staple_user *host)
{
	struct staple_ask *ask = mem_zero(1, sizeof *ask);

	ask->stapler = stapler;
	ask->host = host;
	ask->question = *question;
	ask->num = question->config->num_identities;
	/* There may be no identity. */
	ask->responses = mem_zero(ask->num + 1, sizeof *ask->responses);
	ask->slots = mem_zero(ask->num + 1, sizeof *ask->slots);
	staple_step(ask, 0, OCSP_ASKED);
	if (stapler->options->file) {
		staple_give_file(ask);
		return ask;
	}
	for (size_t i = 0; i < ask->num; i++) {
		ask->slots[i].ask = ask;
		ask->slots[i].identity = i;
		if (!give_kept(ask, i))
			staple_query(ask, i);
	}
	return ask;
}

void
staple_ask_free(struct staple_ask *ask)
{
	if (!ask)
		return;
	for (size_t i = 0; i < ask->num; i++) {
		struct query *query = ask->slots[i].query;

		staple_leave(&ask->slots[i]);
		/* A query for one client only is of no more use. */
		if (query && !query->entry)
			staple_cancel(query);
		free((uint8_t *)ask->responses[i].data);
	}
	free(ask->responses);
	free(ask->slots);
	free(ask);
}

size_t
staple_missing(const struct staple_ask *ask)
{
	size_t missing = 0;

	for (size_t i = 0; i < ask->num; i++)
		missing += ask->responses[i].len == 0;
	return missing;
}
