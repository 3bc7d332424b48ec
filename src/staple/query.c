/* query.c - queries to responders, each shared by all clients that wait
 * SPDX-License-Identifier: Apache-2.0
 * Reference: RFC 6960, appendix A
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "staple/internal.h"
#include "wire/ocsp.h"
#include "wire/ocsp_request.h"
#include "wire/url.h"
#include "wire/x509.h"

struct entry *
staple_entry(struct stapler *stapler, struct tls_span cert)
{
	struct entry *entry = stapler->entries;

	while (entry && !span_equal(buf_span(&entry->cert), cert))
		entry = entry->next;
	if (entry)
		return entry;
	entry = mem_zero(1, sizeof *entry);
	buf_add_span(&entry->cert, cert);
	entry->next = stapler->entries;
	stapler->entries = entry;
	return entry;
}

/* ---- the answer -------------------------------------------------------- */

/* Caches a response until its nextUpdate.  One without nextUpdate, or about
 * another certificate, is used only for those that wait now. */
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
join(struct query *query, struct staple_slot *slot)
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
staple_leave(struct staple_slot *slot)
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
tell_failed(const struct staple_ask *ask, size_t identity,
    const struct tls_error *error)
{
	struct event event = { .kind = EVENT_OCSP };

	event.ocsp.step = OCSP_FAILED;
	event.ocsp.error = error;
	staple_tell(ask, identity, &event);
}

static void
fetched(struct fetch_user *user, struct tls_span body,
    const struct tls_error *error)
{
	struct query *query = (struct query *)user;
	struct tls_error none = TLS_ERROR_INIT;
	struct ocsp response;

	/* Clients from now on need a new query. */
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
		struct staple_slot *slot = query->slots;
		struct staple_ask *ask = slot->ask;

		staple_leave(slot);
		if (error)
			tell_failed(ask, slot->identity, error);
		else
			staple_give(ask, slot->identity, body);
		if (ask->waiting == 0)
			ask->host->done(ask->host);
	}
	free(query);
}

void
staple_cancel(struct query *query)
{
	while (query->slots)
		staple_leave(query->slots);
	query->stapler->fetcher->ops->cancel(query->fetch);
	unlink_query(query);
	free(query);
}

/* ---- the question ------------------------------------------------------ */

/* The responder that the certificate names, or else that of -status_url. */
static bool
find_responder(struct staple_ask *ask, size_t identity,
    const struct x509 *cert, struct url *url)
{
	const char *given = ask->stapler->options->url;
	struct tls_span aia = x509_ocsp_url(cert);
	struct tls_error err = TLS_ERROR_INIT;
	struct event event = { .kind = EVENT_OCSP };

	if (!aia.len && !given) {
		staple_step(ask, identity, OCSP_NO_RESPONDER);
		return false;
	}
	event.ocsp.url = aia.len ? aia : span_of(given);
	if (!url_parse(event.ocsp.url, url, &err)) {
		event.ocsp.step = OCSP_BAD_URL;
		event.ocsp.error = &err;
		staple_tell(ask, identity, &event);
		ask->broken = true;
		return false;
	}
	event.ocsp.step = aia.len ? OCSP_AIA : OCSP_DEFAULT;
	staple_tell(ask, identity, &event);
	return true;
}

/* The issuer: among the certificates sent after it, then among the roots; a
 * self-signed certificate is its own. */
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
query_new(struct stapler *stapler, struct entry *entry, const struct url *url,
    struct tls_span request)
{
	struct query *query = mem_zero(1, sizeof *query);
	struct fetch_post post = {
		.host = url->host, .port = url->port, .path = url->path,
		.type = "application/ocsp-request", .body = request,
		.most = STAPLE_MOST,
		.timeout_ms = stapler->options->timeout_ms,
	};

	query->user.fetched = fetched;
	query->stapler = stapler;
	query->entry = entry;
	query->next = stapler->queries;
	query->link = &stapler->queries;
	if (query->next)
		query->next->link = &query->next;
	stapler->queries = query;
	if (entry)
		entry->query = query;
	query->fetch = stapler->fetcher->ops->post(stapler->fetcher, &post,
	    &query->user);
	return query;
}

/* Whether the response to this query may be given to other clients. */
static bool
is_shared(const struct staple_ask *ask)
{
	return !ask->stapler->options->no_cache &&
	    !ask->question.extensions.len;
}

void
staple_query(struct staple_ask *ask, size_t identity)
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
		entry = staple_entry(ask->stapler, own->chain[0]);
	if (entry && entry->query) {
		join(entry->query, &ask->slots[identity]);
	} else if (!question.issuer.len) {
		staple_step(ask, identity, OCSP_NO_ISSUER);
	} else if (ocsp_request(&request, ask->question.backend, &question)) {
		join(query_new(ask->stapler, entry, &url, buf_span(&request)),
		    &ask->slots[identity]);
	} else {
		err_set(&err, TLS_BLAME_FEATURE, "no request: the %s backend "
		    "has no SHA-1", ask->question.backend->name);
		tell_failed(ask, identity, &err);
	}
	buf_clear(&request);
}
