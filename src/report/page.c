/* report/page.c - the page that -www answers with
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/page.h"

#include "base/text.h"
#include "explain/explain.h"
#include "names/names.h"
#include "report/lists.h"
#include "report/page_style.h"
#include "report/parts.h"

static void
add_head(struct buf *out, const struct page_facts *page)
{
	char room[LABEL_ROOM];

	buf_add_string(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
	    "<meta charset=\"utf-8\">\n"
	    "<meta name=\"viewport\" "
	    "content=\"width=device-width, initial-scale=1\">\n"
	    "<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
	part_text(out, version_label(page->facts->version, room));
	buf_add_string(out, ", ");
	part_text(out, lists_suite(page->facts->suite, room));
	buf_add_string(out, " - polytls</title>\n<style>\n" PAGE_STYLE
	    "</style>\n</head>\n<body>\n");
}

/* What nobody should overlook. */
static void
add_alert(struct buf *out, const struct page_facts *page)
{
	const struct explain_case wrong = {
		.facts = page->facts, .config = page->config,
		.rules = page->rules, .refused = page->wrong,
	};
	struct buf words = BUF_INIT;

	if (!page->facts->num_peer_chain || !page->wrong)
		return;
	explain_certificate(&words, &wrong);
	buf_add_string(out, "<p class=\"alert bad\" role=\"alert\">Your "
	    "client certificate is wrong: ");
	part_text(out, buf_string(&words));
	buf_printf(out, " (error %d).</p>\n", page->verify_error);
	buf_clear(&words);
}

/* The host that was asked for without the name of a backend before it. */
static struct tls_span
bare_host(const struct page_facts *page)
{
	struct tls_span host = page->request->host;
	struct tls_span own = span_of(page->plug->backend->name);

	if (host.len > own.len && host.data[own.len] == '.' &&
	    span_equal((struct tls_span){ host.data, own.len }, own)) {
		host.data += own.len + 1;
		host.len -= own.len + 1;
	}
	return host;
}

/* -backend sni: the same page of the other libraries. */
static void
add_others(struct buf *out, const struct page_facts *page)
{
	const char *sep = "<nav>The same by ";
	size_t num = 0;
	const struct plug *const *all;

	if (!page->by_name || !page->plugs || !page->request ||
	    !page->request->host.len)
		return;
	all = plugs_all(page->plugs, &num);
	for (size_t i = 0; i < num; i++) {
		if (all[i] == page->plug)
			continue;
		buf_printf(out, "%s<a href=\"https://%s.", sep,
		    all[i]->backend->name);
		text_add_html(out, bare_host(page));
		text_add_html(out, page->request->target);
		buf_printf(out, "\">%s</a>", all[i]->backend->name);
		sep = ", ";
	}
	if (*sep == ',')
		buf_add_string(out, "</nav>\n");
}

static void
add_title(struct buf *out, const struct page_facts *page)
{
	char room[LABEL_ROOM];
	struct tls_about about;

	page->plug->backend->about(&about);
	buf_add_string(out, "<header>\n<p class=\"faint\">polytls ");
	part_text(out, page->version);
	buf_add_string(out, " with ");
	part_text(out, about.library);
	buf_add_u8(out, ' ');
	part_text(out, about.running);
	buf_add_string(out, "</p>\n<h1>Connected with ");
	part_text(out, version_label(page->facts->version, room));
	buf_add_string(out, "</h1>\n<p>This page shows what your client "
	    "offered, and what came of it.</p>\n");
	add_alert(out, page);
	add_others(out, page);
	buf_add_string(out, "</header>\n<main>\n");
}

/* The words that scripts look for in the reference's page. */
static void
add_reference_text(struct buf *out, const struct page_facts *page)
{
	struct buf text = BUF_INIT;

	page_add_text(&text, page);
	part_open(out, "As plain text");
	buf_add_string(out, "<details><summary>The same in the words of "
	    "openssl s_server</summary>\n<pre>\n");
	/* Names of suites contain nothing that HTML escapes, so that scripts
	 * find them unchanged. */
	text_add_html(out, buf_span(&text));
	buf_add_string(out, "</pre></details>\n");
	part_close(out);
	buf_clear(&text);
}

void
page_add_html(struct buf *out, const struct page_facts *page)
{
	add_head(out, page);
	add_title(out, page);
	page_add_connection(out, page);
	page_add_comparison(out, page);
	page_add_offer(out, page);
	page_add_certificate(out, page);
	page_add_server(out, page);
	add_reference_text(out, page);
	buf_add_string(out, "</main>\n<footer><a href=\"/json\">The same as "
	    "JSON</a>. Nothing secret is shown here.</footer>\n"
	    "</body>\n</html>\n");
}

void
page_add_statistics(struct buf *out, const struct page_facts *page)
{
	add_head(out, page);
	buf_add_string(out, "<header><h1>Statistics</h1></header>\n<main>\n");
	part_open(out, "This server");
	page_add_counters(out, &page->statistics);
	part_close(out);
	buf_add_string(out, "</main>\n<footer><a href=\"/\">This "
	    "connection</a></footer>\n</body>\n</html>\n");
}
