/* report/page_text.c - the page of -www in the reference's words
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1)
 */
#include <string.h>

#include "base/text.h"
#include "names/names.h"
#include "report/lists.h"
#include "report/page.h"
#include "report/report.h"

/* "TLSv1.2    :ECDHE-RSA-AES256-SHA384   ", two to a line. */
static void
add_enabled(struct buf *out, const struct page_facts *page)
{
	const struct tls_config *config = page->config;
	struct plug_numbers suites = { config->suites, config->num_suites };
	char name[LABEL_ROOM], version[LABEL_ROOM];
	size_t num = 0;

	if (config->native && page->plugs)
		suites = plug_suites(page->plug);
	buf_add_string(out, "Ciphers supported in s_server binary\n");
	for (size_t i = 0; i < suites.num; i++) {
		uint16_t id = suites.list[i];
		const struct suite *suite = suite_find(id);

		if (!lists_enabled(config, page->plug, id))
			continue;
		if (num && num % 2 == 0)
			buf_add_u8(out, '\n');
		num++;
		buf_printf(out, "%-11s:%-25s ",
		    suite ? version_label(suite->min_version, version) :
		    "unknown", lists_suite(id, name));
	}
	buf_add_u8(out, '\n');
}

/* Three to a line. */
static void
add_common(struct buf *out, const struct page_facts *page)
{
	char room[LABEL_ROOM];
	size_t num = 0;

	buf_add_string(out,
	    "---\nCiphers common between both SSL end points:\n");
	for (size_t i = 0; page->hello && i < page->hello->num_suites; i++) {
		uint16_t id = page->hello->suites[i];

		if (!lists_enabled(page->config,
		    page->plugs ? page->plug : NULL, id))
			continue;
		if (num++)
			buf_add_u8(out, num % 3 == 1 ? '\n' : ' ');
		buf_printf(out, "%-26s", lists_suite(id, room));
	}
	buf_add_u8(out, '\n');
}

static struct report
report_of_page(const struct page_facts *page)
{
	return (struct report){
		.plug = page->plug,
		.facts = page->facts,
		.hello = page->hello,
		.config = page->config,
		.plugs = page->plugs,
		.now = page->now,
		.verify_error = page->verify_error,
		.npn_by_alpn = page->npn_by_alpn,
		.secrets = page->secrets,
	};
}

void
page_add_text(struct buf *out, const struct page_facts *page)
{
	const struct tls_facts *facts = page->facts;
	const struct report report = report_of_page(page);
	char version[LABEL_ROOM], suite[LABEL_ROOM];

	if (page->command_line) {
		text_add_escaped(out, span_of(page->command_line));
		buf_add_u8(out, '\n');
	}
	report_add_renegotiation(out, facts);
	add_enabled(out, page);
	add_common(out, page);
	if (page->hello) {
		report_add_unknown(out, &report);
		report_add_offer(out, &report);
	}
	buf_printf(out, "---\n%s, %s, Cipher is %s\n",
	    facts->resumed == TLS_YES ? "Reused" : "New",
	    version_label(facts->version, version),
	    facts->suite ? lists_suite(facts->suite, suite) : "(NONE)");
	report_add_session(out, &report);
	buf_add_string(out, "---\n");
	report_add_statistics(out, &page->statistics);
	buf_add_string(out, "---\n");
	if (facts->num_peer_chain)
		report_add_certificate(out, facts);
	else
		buf_add_string(out, "no client certificate available\n");
}
