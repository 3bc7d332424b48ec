/* tell.c - what is told of a response, and giving it to whoever asked
 * SPDX-License-Identifier: Apache-2.0
 */
#include "status/inside.h"

#include <stdlib.h>

#include "wire/ocsp.h"
#include "wire/x509.h"

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
	event->status.aloud = ask->status->options->verbose ||
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
