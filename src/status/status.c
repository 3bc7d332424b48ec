/* status.c - the OCSP responses that are stapled: had, kept, awaited
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1), -status
 */
#include "status/status.h"

#include <stdlib.h>

#include "status/inside.h"
#include "wire/ocsp.h"
#include "wire/x509.h"

static int64_t
now_of(const struct status *status)
{
	return status->clock->wall_us(status->clock) / 1000000;
}

/* ---- telling ------------------------------------------------------------ */

/* What -status_verbose alone says. */
static bool
is_detail(enum status_step step)
{
	return step == STATUS_ASKED || step == STATUS_AIA ||
	    step == STATUS_DEFAULT || step == STATUS_CACHED ||
	    step == STATUS_HAD || step == STATUS_SENT;
}

void
status_tell(const struct status_ask *ask, size_t identity,
    struct event *event)
{
	bool all = event->status.step == STATUS_ASKED ||
	    event->status.step == STATUS_FILE_FAILED;

	event->status.identity = all ? -1 : (int)identity;
	event->status.aloud = ask->status->settings->verbose ||
	    !is_detail(event->status.step);
	ask->host->tell(ask->host, event);
}

void
status_step(const struct status_ask *ask, size_t identity,
    enum status_step step)
{
	struct event event = { .kind = EVENT_STATUS };

	event.status.step = step;
	status_tell(ask, identity, &event);
}

/* What the response for this identity says of it. */
static const char *
verdict_of(const struct status_ask *ask, size_t identity)
{
	const struct tls_identity *own =
	    &ask->question.config->identities[identity];
	struct ocsp_single single;
	struct tls_span rest;
	struct ocsp response;
	struct x509 cert;

	if (!ocsp_parse(ask->responses[identity], &response) ||
	    !x509_parse(own->chain[0], &cert))
		return NULL;
	if (response.status != OCSP_SUCCESSFUL)
		return ocsp_status_name(response.status);
	rest = response.singles;
	while (ocsp_next(&rest, &single))
		if (span_equal(single.serial, cert.serial))
			return ocsp_verdict_name(single.verdict);
	return NULL;
}

void
status_give(struct status_ask *ask, size_t identity, struct tls_span response)
{
	struct event event = { .kind = EVENT_STATUS };

	free((uint8_t *)ask->responses[identity].data);
	ask->responses[identity] = (struct tls_span){
	    mem_copy(response.data, response.len), response.len };
	event.status.step = STATUS_HAD;
	event.status.response = response;
	event.status.verdict = verdict_of(ask, identity);
	status_tell(ask, identity, &event);
}

void
status_sent(const struct status_ask *ask, size_t identity)
{
	struct event event = { .kind = EVENT_STATUS };

	if (identity >= ask->num || !ask->responses[identity].len)
		return;
	event.status.step = STATUS_SENT;
	event.status.response = ask->responses[identity];
	event.status.verdict = verdict_of(ask, identity);
	status_tell(ask, identity, &event);
}

/* ---- what is kept ------------------------------------------------------- */

struct entry *
status_entry(struct status *status, struct tls_span cert)
{
	struct entry *entry = status->entries;

	while (entry && !span_equal(buf_span(&entry->cert), cert))
		entry = entry->next;
	if (entry)
		return entry;
	entry = mem_zero(1, sizeof *entry);
	buf_add_span(&entry->cert, cert);
	entry->next = status->entries;
	status->entries = entry;
	return entry;
}

/* Gives what is kept, if it is still good. */
static bool
give_kept(struct status_ask *ask, size_t identity)
{
	struct status *status = ask->status;
	struct entry *entry;

	if (status->settings->no_cache || ask->question.extensions.len)
		return false;
	entry = status_entry(status,
	    ask->question.config->identities[identity].chain[0]);
	if (entry->until <= now_of(status))
		return false;
	status_step(ask, identity, STATUS_CACHED);
	status_give(ask, identity, buf_span(&entry->response));
	return true;
}

/* ---- from outside ------------------------------------------------------- */

struct status *
status_new(const struct settings_status *settings, struct fetcher *fetcher,
    const struct clock *clock, struct tls_error *err)
{
	struct status *status = mem_zero(1, sizeof *status);
	struct buf file = BUF_INIT;
	bool good;

	status->settings = settings;
	status->fetcher = fetcher;
	status->clock = clock;
	good = !settings->file ||
	    status_read_file(settings->file, &file, err);
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
	if (status->settings->file) {
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
