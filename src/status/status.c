/* status.c - OCSP responses to staple: from a file, kept, or asked for
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -status
 */
#include "status/status.h"

#include <stdlib.h>

#include "status/inside.h"

static int64_t
now_of(const struct status *status)
{
	return status->clock->wall_us(status->clock) / 1000000;
}

/* Gives what is kept, if it is still good. */
static bool
give_kept(struct status_ask *ask, size_t identity)
{
	struct status *status = ask->status;
	struct entry *entry;

	if (status->options->no_cache || ask->question.extensions.len)
		return false;
	entry = status_entry(status,
	    ask->question.config->identities[identity].chain[0]);
	if (entry->until <= now_of(status))
		return false;
	status_step(ask, identity, STATUS_CACHED);
	status_give(ask, identity, buf_span(&entry->response));
	return true;
}

struct status *
status_new(const struct status_options *options, struct fetcher *fetcher,
    const struct clock *clock, struct tls_error *err)
{
	struct status *status = mem_zero(1, sizeof *status);
	struct buf file = BUF_INIT;
	bool good;

	status->options = options;
	status->fetcher = fetcher;
	status->clock = clock;
	good = !options->file ||
	    status_read_file(options->file, &file, err);
	buf_clear(&file);
	if (good)
		return status;
	status_free(status);
	return NULL;
}

void
status_free(struct status *status)
{
	if (!status)
		return;
	while (status->queries)
		status_cancel(status->queries);
	while (status->entries) {
		struct entry *entry = status->entries;

		status->entries = entry->next;
		buf_clear(&entry->cert);
		buf_clear(&entry->response);
		free(entry);
	}
	status->fetcher->ops->free(status->fetcher);
	free(status);
}

struct status_ask *
status_ask(struct status *status, const struct status_question *question,
    struct status_host *host)
{
	struct status_ask *ask = mem_zero(1, sizeof *ask);

	ask->status = status;
	ask->host = host;
	ask->question = *question;
	ask->num = question->config->num_identities;
	/* There may be none. */
	ask->responses = mem_zero(ask->num + 1, sizeof *ask->responses);
	ask->slots = mem_zero(ask->num + 1, sizeof *ask->slots);
	status_step(ask, 0, STATUS_ASKED);
	if (status->options->file) {
		status_give_file(ask);
		return ask;
	}
	for (size_t i = 0; i < ask->num; i++) {
		ask->slots[i].ask = ask;
		ask->slots[i].identity = i;
		if (!give_kept(ask, i))
			status_query(ask, i);
	}
	return ask;
}

void
status_ask_free(struct status_ask *ask)
{
	if (!ask)
		return;
	for (size_t i = 0; i < ask->num; i++) {
		struct query *query = ask->slots[i].query;

		status_leave(&ask->slots[i]);
		/* What is for one alone is for nobody now. */
		if (query && !query->entry)
			status_cancel(query);
		free((uint8_t *)ask->responses[i].data);
	}
	free(ask->responses);
	free(ask->slots);
	free(ask);
}

size_t
status_missing(const struct status_ask *ask)
{
	size_t missing = 0;

	for (size_t i = 0; i < ask->num; i++)
		missing += ask->responses[i].len == 0;
	return missing;
}
