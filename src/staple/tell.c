/* tell.c - events about responses, and giving them to those that wait
 * SPDX-License-Identifier: Apache-2.0
 */
#include "staple/internal.h"

#include <stdlib.h>

#include "wire/ocsp.h"
#include "wire/x509.h"

/* What is printed only with -status_verbose. */
static bool
is_detail(enum ocsp_step step)
{
	return step == OCSP_ASKED || step == OCSP_AIA ||
	    step == OCSP_DEFAULT || step == OCSP_CACHED ||
	    step == OCSP_OBTAINED || step == OCSP_SENT;
}

void
staple_tell(const struct staple_ask *ask, size_t identity,
    struct event *event)
{
	bool all = event->ocsp.step == OCSP_ASKED ||
	    event->ocsp.step == OCSP_FILE_FAILED;

	event->ocsp.identity = all ? -1 : (int)identity;
	event->ocsp.in_text = ask->stapler->options->verbose ||
	    !is_detail(event->ocsp.step);
	ask->host->tell(ask->host, event);
}

void
staple_step(const struct staple_ask *ask, size_t identity,
    enum ocsp_step step)
{
	struct event event = { .kind = EVENT_OCSP };

	event.ocsp.step = step;
	staple_tell(ask, identity, &event);
}

/* The certificate's status according to the response for this identity. */
static const char *
verdict_of(const struct staple_ask *ask, size_t identity)
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
staple_give(struct staple_ask *ask, size_t identity, struct tls_span response)
{
	struct event event = { .kind = EVENT_OCSP };

	free((uint8_t *)ask->responses[identity].data);
	ask->responses[identity] = (struct tls_span){
	    mem_copy(response.data, response.len), response.len };
	event.ocsp.step = OCSP_OBTAINED;
	event.ocsp.response = response;
	event.ocsp.verdict = verdict_of(ask, identity);
	staple_tell(ask, identity, &event);
}

void
staple_sent(const struct staple_ask *ask, size_t identity)
{
	struct event event = { .kind = EVENT_OCSP };

	if (identity >= ask->num || !ask->responses[identity].len)
		return;
	event.ocsp.step = OCSP_SENT;
	event.ocsp.response = ask->responses[identity];
	event.ocsp.verdict = verdict_of(ask, identity);
	staple_tell(ask, identity, &event);
}
