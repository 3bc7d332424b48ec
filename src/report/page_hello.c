/* report/page_hello.c - the page's section on what the client offered
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/reader.h"
#include "base/text.h"
#include "names/names.h"
#include "report/lists.h"
#include "report/parts.h"
#include "wire/hello.h"

#define KEY_SHARE	51
/* Bytes of an extension that are shown before it is opened. */
#define SHOWN_BYTES	12

/* Names the libraries that know a suite. */
static void
add_knowers(struct buf *out, struct plugs *plugs, uint16_t id)
{
	const char *sep = "<br><small>known to ";
	size_t num;
	const struct plug *const *all = plugs_all(plugs, &num);

	for (size_t i = 0; i < num; i++) {
		if (!lists_knows(all[i], id))
			continue;
		buf_add_string(out, sep);
		part_text(out, all[i]->backend->name);
		sep = ", ";
	}
	if (*sep == ',')
		buf_add_string(out, "</small>");
}

static void
add_suite(struct buf *out, const struct page_facts *page, uint16_t id)
{
	const struct suite *suite = suite_find(id);
	const struct plug *serving = page->plugs ? page->plug : NULL;
	bool enabled = lists_enabled(page->config, serving, id);

	buf_printf(out, "<tr%s><td class=\"number\"><code>0x%04x</code></td>"
	    "<td>", enabled ? "" : " class=\"off\"", id);
	if (suite)
		part_name(out, suite->iana);
	else if (is_grease(id))
		buf_add_string(out, "GREASE");
	else
		buf_add_string(out, "unknown");
	if (serving && !lists_knows(serving, id) &&
	    lists_kind(id) == LISTS_SUITE)
		part_badge(out, "note", "not known to this library");
	if (lists_kind(id) == LISTS_SIGNAL)
		part_badge(out, "", "a signal");
	if (id == page->facts->suite)
		part_badge(out, "good", "chosen");
	else if (enabled)
		part_badge(out, "", "enabled here");
	if (suite && suite->weak)
		part_badge(out, "bad", "weak");
	if (is_grease(id))
		part_badge(out, "note", "RFC 8701");
	if (suite && suite->openssl != suite->iana) {
		buf_add_string(out, "<br><small>");
		part_text(out, suite->openssl);
		buf_add_string(out, "</small>");
	}
	if (serving && !lists_knows(serving, id))
		add_knowers(out, page->plugs, id);
	buf_add_string(out, "</td><td class=\"size\"><small>");
	if (suite)
		part_text(out, suite->reference);
	buf_add_string(out, "</small></td></tr>\n");
}

static void
add_suites(struct buf *out, const struct page_facts *page)
{
	const struct tls_hello *hello = page->hello;

	buf_printf(out, "<h3>Cipher suites, %zu</h3>\n<table><thead><tr>"
	    "<th scope=\"col\">Number</th><th scope=\"col\">Name</th>"
	    "<th scope=\"col\" class=\"size\">Reference</th></tr></thead>"
	    "<tbody>\n", hello->num_suites);
	for (size_t i = 0; i < hello->num_suites; i++)
		add_suite(out, page, hello->suites[i]);
	buf_add_string(out, "</tbody></table>\n");
}

static void
add_body(struct buf *out, struct tls_span body)
{
	if (body.len == 0)
		return;
	if (body.len <= SHOWN_BYTES) {
		buf_add_string(out, "<br><code>");
		text_add_hex(out, body);
		buf_add_string(out, "</code>");
		return;
	}
	buf_add_string(out, "<details><summary>content</summary><code>");
	text_add_hex(out, body);
	buf_add_string(out, "</code></details>");
}

static void
add_extension(struct buf *out, const struct tls_extension *extension)
{
	const char *name = name_of_extension(extension->type);
	const char *about = about_extension(extension->type);

	buf_printf(out, "<tr><td class=\"number\"><code>0x%04x</code></td><td>",
	    extension->type);
	part_name(out, name ? name : "unknown");
	if (!name)
		part_badge(out, "note", "not registered");
	if (about) {
		buf_add_string(out, "<br><small>");
		part_text(out, about);
		buf_add_string(out, "</small>");
	}
	add_body(out, extension->body);
	buf_printf(out, "</td><td class=\"size\">%zu</td></tr>\n",
	    extension->body.len);
}

static void
add_extensions(struct buf *out, const struct tls_hello *hello)
{
	buf_printf(out, "<h3>Extensions, %zu</h3>\n<table><thead><tr>"
	    "<th scope=\"col\">Number</th><th scope=\"col\">Name</th>"
	    "<th scope=\"col\" class=\"size\">Bytes</th></tr></thead>"
	    "<tbody>\n", hello->num_extensions);
	for (size_t i = 0; i < hello->num_extensions; i++)
		add_extension(out, &hello->extensions[i]);
	buf_add_string(out, "</tbody></table>\n");
}

static void
add_chip(struct buf *out, uint16_t number, const char *name, bool chosen)
{
	buf_printf(out, "<li%s>%s", chosen ? " class=\"good\"" : "",
	    chosen ? "&#10003; " : "");
	part_name(out, is_grease(number) ? "GREASE" : name ? name :
	    "unknown");
	buf_printf(out, " <small>0x%04x</small></li>\n", number);
}

static void
add_numbers(struct buf *out, const char *title, const uint16_t *numbers,
    size_t num, const char *(*name)(uint16_t number), uint16_t chosen)
{
	if (num == 0)
		return;
	buf_printf(out, "<h3>%s</h3>\n<ul class=\"chips\">\n", title);
	for (size_t i = 0; i < num; i++)
		add_chip(out, numbers[i], name(numbers[i]),
		    chosen && numbers[i] == chosen);
	buf_add_string(out, "</ul>\n");
}

static void
add_versions(struct buf *out, const struct page_facts *page)
{
	const struct tls_hello *hello = page->hello;
	char room[LABEL_ROOM];

	buf_add_string(out, "<h3>Versions</h3>\n<ul class=\"chips\">\n");
	for (size_t i = 0; i < hello->num_versions; i++)
		add_chip(out, hello->versions[i],
		    version_label(hello->versions[i], room),
		    hello->versions[i] == page->facts->version);
	buf_add_string(out, "</ul>\n");
}

static void
add_key_shares(struct buf *out, const struct page_facts *page)
{
	const struct tls_extension *extension =
	    hello_extension(page->hello, KEY_SHARE);
	struct reader r;

	if (!extension)
		return;
	r = reader_of(extension->body);
	r = reader_of(read_vec16(&r));
	buf_add_string(out, "<h3>Key shares</h3>\n<ul class=\"chips\">\n");
	while (r.left) {
		uint16_t group = read_u16(&r);

		read_vec16(&r);
		if (!r.broken)
			add_chip(out, group, name_of_group(group),
			    group == page->facts->group);
	}
	buf_add_string(out, "</ul>\n");
}

static void
add_protocols(struct buf *out, const struct page_facts *page)
{
	struct tls_span left = page->hello->alpn, name;

	if (left.len == 0)
		return;
	buf_add_string(out, "<h3>Application protocols (ALPN)</h3>\n"
	    "<ul class=\"chips\">\n");
	while (left.len && hello_next_protocol(&left, &name)) {
		bool chosen = page->facts->alpn.len &&
		    span_equal(name, page->facts->alpn);

		buf_printf(out, "<li%s>%s", chosen ? " class=\"good\"" : "",
		    chosen ? "&#10003; " : "");
		text_add_html(out, name);
		buf_add_string(out, "</li>\n");
	}
	buf_add_string(out, "</ul>\n");
}

static void
add_form(struct buf *out, const struct tls_hello *hello)
{
	char record[LABEL_ROOM], legacy[LABEL_ROOM];

	buf_add_string(out, "<h3>Form of the ClientHello</h3>\n"
	    "<table><tbody>\n");
	part_row(out, "Length", "%zu bytes in %zu record%s%s",
	    hello->message.len, hello->num_records,
	    hello->num_records == 1 ? "" : "s",
	    hello->sslv2 ? ", framed as SSLv2" : "");
	part_row(out, "Version of its record", "%s",
	    version_label(hello->record_version, record));
	part_row(out, "Legacy version", "%s",
	    version_label(hello->legacy_version, legacy));
	part_row(out, "Session ID", "%zu bytes", hello->session_id.len);
	part_row(out, "Compression methods", "%zu", hello->compression.len);
	buf_add_string(out, "</tbody></table>\n");
}

void
page_add_offer(struct buf *out, const struct page_facts *page)
{
	const struct tls_hello *hello = page->hello;

	part_open(out, "What your client offered");
	if (!hello) {
		buf_add_string(out, "<p>Its ClientHello was not kept.</p>\n");
		part_close(out);
		return;
	}
	buf_add_string(out, "<p class=\"faint\">All of it, in your client's "
	    "order, known or not.</p>\n");
	add_versions(out, page);
	add_suites(out, page);
	add_extensions(out, hello);
	add_numbers(out, "Groups for key exchange", hello->groups,
	    hello->num_groups, name_of_group, page->facts->group);
	add_key_shares(out, page);
	add_numbers(out, "Signature schemes", hello->signatures,
	    hello->num_signatures, name_of_signature,
	    page->facts->signature);
	add_protocols(out, page);
	add_form(out, hello);
	part_close(out);
}
