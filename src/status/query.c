/* query.c - asking a responder, once for all who wait
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6960, appendix A
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "status/inside.h"
#include "wire/ocsp.h"
#include "wire/ocsp_request.h"
#include "wire/url.h"
#include "wire/x509.h"

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

/* ---- the answer -------------------------------------------------------- */

/* Keeps a response until it is out of date; one that does not say when, or is
 * about something else, is for now alone. */
static void
keep(struct entry *entry, struct tls_span der, const struct ocsp *response)
{
	struct x509 cert;

	buf_clear(&entry->response);
	entry->until = 0;
	if (x509_parse(buf_span(&entry->cert), &cert) &&
	    ocsp_names(response, cert.serial, &entry->until) && entry->until)
		buf_add_span(&entry->response, der);
}

static void
join(struct query *query, struct status_slot *slot)
{
	slot->query = query;
	slot->next = query->slots;
	slot->link = &query->slots;
	if (slot->next)
		slot->next->link = &slot->next;
	query->slots = slot;
	slot->ask->waiting++;
}

void
status_leave(struct status_slot *slot)
{
	if (!slot->query)
		return;
	*slot->link = slot->next;
	if (slot->next)
		slot->next->link = slot->link;
	slot->query = NULL;
	slot->ask->waiting--;
}

static void
unlink_query(struct query *query)
{
	if (query->entry)
		query->entry->query = NULL;
	*query->link = query->next;
	if (query->next)
		query->next->link = query->link;
}

static void
tell_failed(const struct status_ask *ask, size_t identity,
    const struct tls_error *error)
{
	struct event event = { .kind = EVENT_STATUS };

	event.status.step = STATUS_FAILED;
	event.status.error = error;
	status_tell(ask, identity, &event);
}

static void
fetched(struct fetch_user *user, struct tls_span body,
    const struct tls_error *error)
{
	struct query *query = (struct query *)user;
	struct tls_error none = TLS_ERROR_INIT;
	struct ocsp response;

	/* Whoever comes from now on begins anew. */
	unlink_query(query);
	if (!error && !ocsp_parse(body, &response)) {
		err_set(&none, TLS_BLAME_NETWORK, "its answer is no OCSP "
		    "response");
		error = &none;
	}
	if (!error && query->entry)
		keep(query->entry, body, &response);
	/* One that is done may end another. */
	while (query->slots) {
		struct status_slot *slot = query->slots;
		struct status_ask *ask = slot->ask;

		status_leave(slot);
		if (error)
			tell_failed(ask, slot->identity, error);
		else
			status_give(ask, slot->identity, body);
		if (ask->waiting == 0)
			ask->host->done(ask->host);
	}
	free(query);
}

void
status_cancel(struct query *query)
{
	while (query->slots)
		status_leave(query->slots);
	query->status->fetcher->ops->cancel(query->fetch);
	unlink_query(query);
	free(query);
}

/* ---- the question ------------------------------------------------------ */

/* The responder that the certificate names, or else that of -status_url. */
static bool
find_responder(struct status_ask *ask, size_t identity,
    const struct x509 *cert, struct url *url)
{
	const char *given = ask->status->options->url;
	struct tls_span aia = x509_ocsp_url(cert);
	struct tls_error err = TLS_ERROR_INIT;
	struct event event = { .kind = EVENT_STATUS };

	if (!aia.len && !given) {
		status_step(ask, identity, STATUS_NO_RESPONDER);
		return false;
	}
	event.status.url = aia.len ? aia : span_of(given);
	if (!url_parse(event.status.url, url, &err)) {
		event.status.step = STATUS_BAD_URL;
		event.status.error = &err;
		status_tell(ask, identity, &event);
		ask->broken = true;
		return false;
	}
	event.status.step = aia.len ? STATUS_AIA : STATUS_DEFAULT;
	status_tell(ask, identity, &event);
	return true;
}

/* Among what is sent behind it, then among the roots; a self-signed one is its
 * own. */
static struct tls_span
find_issuer(const struct tls_config *config,
    const struct tls_identity *identity)
{
	struct tls_span found = x509_find_issuer(identity->chain[0],
	    identity->chain + 1, identity->num_chain - 1);

	if (!found.len)
		found = x509_find_issuer(identity->chain[0], config->roots,
		    config->num_roots);
	if (!found.len)
		found = x509_find_issuer(identity->chain[0], identity->chain,
		    1);
	return found;
}

static struct query *
query_new(struct status *status, struct entry *entry, const struct url *url,
    struct tls_span request)
{
	struct query *query = mem_zero(1, sizeof *query);
	struct fetch_post post = {
		.host = url->host, .port = url->port, .path = url->path,
		.type = "application/ocsp-request", .body = request,
		.most = STATUS_MOST,
		.timeout_ms = status->options->timeout_ms,
	};

	query->user.fetched = fetched;
	query->status = status;
	query->entry = entry;
	query->next = status->queries;
	query->link = &status->queries;
	if (query->next)
		query->next->link = &query->next;
	status->queries = query;
	if (entry)
		entry->query = query;
	query->fetch = status->fetcher->ops->post(status->fetcher, &post,
	    &query->user);
	return query;
}

/* Whether others may have what is asked for this one. */
static bool
is_shared(const struct status_ask *ask)
{
	return !ask->status->options->no_cache &&
	    !ask->question.extensions.len;
}

void
status_query(struct status_ask *ask, size_t identity)
{
	const struct tls_config *config = ask->question.config;
	const struct tls_identity *own = &config->identities[identity];
	struct entry *entry = NULL;
	struct ocsp_question question = {
		.cert = own->chain[0], .issuer = find_issuer(config, own),
		.extensions = ask->question.extensions,
	};
	struct tls_error err = TLS_ERROR_INIT;
	struct buf request = BUF_INIT;
	struct x509 cert;
	struct url url;

	if (!x509_parse(own->chain[0], &cert) ||
	    !find_responder(ask, identity, &cert, &url))
		return;
	if (is_shared(ask))
		entry = status_entry(ask->status, own->chain[0]);
	if (entry && entry->query) {
		join(entry->query, &ask->slots[identity]);
	} else if (!question.issuer.len) {
		status_step(ask, identity, STATUS_NO_ISSUER);
	} else if (ocsp_request(&request, ask->question.backend, &question)) {
		join(query_new(ask->status, entry, &url, buf_span(&request)),
		    &ask->slots[identity]);
	} else {
		err_set(&err, TLS_BLAME_FEATURE, "no request: the %s backend "
		    "has no SHA-1", ask->question.backend->name);
		tell_failed(ask, identity, &err);
	}
	buf_clear(&request);
}
