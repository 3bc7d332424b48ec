/* report/page_json.c - the page of -www as a JSON document
 * SPDX-License-Identifier: Apache-2.0
 * Reference: doc/events.md
 */
#include "report/json.h"
#include "report/page.h"

#define INDENT	2

static json_t *
json_of_backend(const struct tls_backend *backend)
{
	struct tls_about about;

	backend->about(&about);
	return json_pack("{s:o,s:o,s:o,s:o,s:o}",
	    "name", json_of_words(backend->name),
	    "library", json_of_words(about.library),
	    "built", json_of_words(about.built),
	    "running", json_of_words(about.running),
	    "file", json_of_words(about.file));
}

static json_t *
json_of_config(const struct tls_config *config)
{
	static const char *const asks[] = {
		[TLS_PEER_NONE] = "none",
		[TLS_PEER_ASK] = "ask",
		[TLS_PEER_DEMAND] = "demand",
	};
	json_t *versions = json_array(), *suites = json_array();

	for (uint16_t v = TLS_VERSION_1_0; v <= TLS_VERSION_1_3; v++)
		if (config->versions & TLS_VERSION_BIT(v))
			json_array_append_new(versions, json_of_version(v));
	for (size_t i = 0; i < config->num_suites; i++)
		json_array_append_new(suites,
		    json_of_suite(config->suites[i]));
	return json_pack("{s:o,s:o,s:b,s:s}", "versions", versions,
	    "suites", suites,
	    "server_preference", config->server_preference,
	    "client_certificate", asks[config->peer_certificate]);
}

static json_t *
json_of_request(const struct http_request *request)
{
	if (!request)
		return json_null();
	return json_pack("{s:o,s:o,s:o,s:o}",
	    "method", json_of_span(request->method),
	    "target", json_of_span(request->target),
	    "host", json_of_span(request->host),
	    "user_agent", json_of_span(request->user_agent));
}

static json_t *
json_of_statistics(const struct statistics *stats)
{
	struct event event = {
		.kind = EVENT_STATISTICS, .statistics = *stats,
	};
	json_t *value = json_object();

	json_add_fields(value, &event, false);
	return value;
}

static json_t *
json_of_page_unknown(const struct page_facts *page)
{
	struct event event = { .kind = EVENT_HANDSHAKE };

	event.handshake.hello = page->hello;
	event.handshake.plug = page->plug;
	event.handshake.plugs = page->plugs;
	return json_of_unknown(&event);
}

void
page_add_json(struct buf *out, const struct page_facts *page)
{
	json_t *document = json_pack("{s:i,s:o,s:o,s:o,s:I,s:i,s:o,s:o}",
	    "v", 1,
	    "polytls", json_of_words(page->version),
	    "backend", json_of_backend(page->plug->backend),
	    "peer", json_of_words(page->peer),
	    "handshake_us", (json_int_t)page->handshake_us,
	    "verify_error", page->verify_error,
	    "facts", json_of_facts(page->facts),
	    "hello", json_of_hello(page->hello));

	json_object_set_new(document, "unknown_suites",
	    json_of_page_unknown(page));
	if (page->shadow != PAGE_SHADOW_NONE)
		json_object_set_new(document, "shadow", page->table ?
		    json_of_table(page->table) : json_null());
	json_object_set_new(document, "config", json_of_config(page->config));
	json_object_set_new(document, "request",
	    json_of_request(page->request));
	json_object_set_new(document, "statistics",
	    json_of_statistics(&page->statistics));
	json_object_set_new(document, "command_line",
	    json_of_words(page->command_line));
	json_add(out, document, INDENT);
	buf_add_u8(out, '\n');
	json_decref(document);
}
