/* report/page_facts.c - the page's sections on the connection and the server
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "names/names.h"
#include "report/lists.h"
#include "report/parts.h"
#include "wire/x509.h"

/* Longest value, in characters, for one line of a card. */
#define LONG_VALUE	18

/* A card with a fact: its name, its value and, in small print, a remark or
 * null. */
static void
add_card(struct buf *out, const char *label, const char *value,
    const char *more)
{
	/* A long value gets twice the width. */
	buf_printf(out, "<div%s><dt>%s</dt><dd>",
	    strlen(value) > LONG_VALUE ? " class=\"wide\"" : "", label);
	part_name(out, value);
	if (more) {
		buf_add_string(out, "<small>");
		part_name(out, more);
		buf_add_string(out, "</small>");
	}
	buf_add_string(out, "</dd></div>\n");
}

static void
add_suite_card(struct buf *out, uint16_t id)
{
	const struct suite *suite = suite_find(id);
	char room[LABEL_ROOM], number[LABEL_ROOM];
	struct buf more = BUF_INIT;

	if (id == 0)
		return;
	snprintf(number, sizeof number, "0x%04x", id);
	buf_add_string(&more, number);
	if (suite && *suite->reference)
		buf_printf(&more, ", %s", suite->reference);
	if (suite && suite->openssl != suite->iana)
		buf_printf(&more, ", %s", suite->openssl);
	add_card(out, "Cipher suite", suite ? suite->iana :
	    lists_suite(id, room), buf_string(&more));
	buf_clear(&more);
}

static void
add_named_card(struct buf *out, const char *label, uint16_t number,
    const char *name)
{
	char text[LABEL_ROOM];

	if (number == 0)
		return;
	snprintf(text, sizeof text, "0x%04x", number);
	add_card(out, label, name ? name : text, name ? text : NULL);
}

static void
add_known_card(struct buf *out, const char *label, enum tls_known known,
    const char *more)
{
	if (known != TLS_UNKNOWN)
		add_card(out, label, known == TLS_YES ? "yes" : "no", more);
}

static void
add_span_card(struct buf *out, const char *label, struct tls_span value,
    const char *none)
{
	struct buf text = BUF_INIT;

	text_add_escaped(&text, value);
	add_card(out, label, value.len ? buf_string(&text) : none, NULL);
	buf_clear(&text);
}

void
page_add_connection(struct buf *out, const struct page_facts *page)
{
	const struct tls_facts *facts = page->facts;
	char room[LABEL_ROOM], time[32];

	snprintf(time, sizeof time, "%.1f ms",
	    (double)page->handshake_us / 1000);
	part_open(out, "This connection");
	buf_add_string(out, "<dl>\n");
	add_card(out, "Protocol", version_label(facts->version, room),
	    facts->version < TLS_VERSION_1_2 ? "obsolete, RFC 8996" : NULL);
	add_suite_card(out, facts->suite);
	add_named_card(out, "Key exchange", facts->group,
	    name_of_group(facts->group));
	add_named_card(out, "Signature of the server", facts->signature,
	    name_of_signature(facts->signature));
	add_named_card(out, "Signature of the client", facts->peer_signature,
	    name_of_signature(facts->peer_signature));
	add_span_card(out, "Application protocol (ALPN)", facts->alpn,
	    "none agreed");
	if (page->hello)
		add_span_card(out, "Server name (SNI)",
		    page->hello->server_name, "none sent");
	if (facts->resumed != TLS_UNKNOWN)
		add_card(out, "Session", facts->resumed == TLS_YES ?
		    "resumed" : "new", NULL);
	add_known_card(out, "Extended master secret", facts->extended_master,
	    "RFC 7627");
	add_known_card(out, "Secure renegotiation",
	    facts->secure_renegotiation, "RFC 5746");
	add_card(out, "Accept to end of handshake", time, NULL);
	add_card(out, "Your address", page->peer, NULL);
	buf_add_string(out, "</dl>\n");
	part_close(out);
}

static void
add_certificate(struct buf *out, struct tls_span der)
{
	struct buf text = BUF_INIT;
	struct x509 cert;

	if (!x509_parse(der, &cert))
		return;
	x509_add_name(&text, cert.subject);
	part_row(out, "Subject", "%s", buf_string(&text));
	text.len = 0;
	x509_add_name(&text, cert.issuer);
	part_row(out, "Issuer", "%s", buf_string(&text));
	text.len = 0;
	text_add_hex(&text, cert.serial);
	part_row(out, "Serial number", "%s", buf_string(&text));
	text.len = 0;
	x509_add_time(&text, cert.not_before);
	part_row(out, "Valid from", "%s", buf_string(&text));
	text.len = 0;
	x509_add_time(&text, cert.not_after);
	part_row(out, "Valid until", "%s", buf_string(&text));
	if (cert.key_bits)
		part_row(out, "Key", "%s, %u bits", cert.key, cert.key_bits);
	else
		part_row(out, "Key", "%s", cert.key);
	buf_clear(&text);
}

static void
add_pem(struct buf *out, const char *summary, struct tls_span der)
{
	buf_printf(out, "<details><summary>%s</summary><pre>\n", summary);
	text_add_pem(out, "CERTIFICATE", der);
	buf_add_string(out, "</pre></details>\n");
}

static void
add_verdict(struct buf *out, int error)
{
	const char *words = text_of_verify(error);

	if (error)
		part_row(out, "Verification", "error %d: %s", error,
		    words ? words : "unknown");
	else
		part_row(out, "Verification", "ok");
}

void
page_add_certificate(struct buf *out, const struct page_facts *page)
{
	const struct tls_facts *facts = page->facts;

	part_open(out, "Client certificate");
	if (facts->num_peer_chain == 0) {
		buf_add_string(out, page->config->peer_certificate ==
		    TLS_PEER_NONE ? "<p>None: this server did not ask for one "
		    "(<code>-verify</code>).</p>\n" :
		    "<p>None: asked for, but your client sent none.</p>\n");
		part_close(out);
		return;
	}
	buf_add_string(out, "<table><tbody>\n");
	add_certificate(out, facts->peer_chain[0]);
	add_verdict(out, page->verify_error);
	buf_add_string(out, "</tbody></table>\n");
	add_pem(out, "PEM", facts->peer_chain[0]);
	for (size_t i = 1; i < facts->num_peer_chain; i++) {
		buf_printf(out, "<h3>Sent behind it, %zu</h3>\n"
		    "<table><tbody>\n", i);
		add_certificate(out, facts->peer_chain[i]);
		buf_add_string(out, "</tbody></table>\n");
		add_pem(out, "PEM", facts->peer_chain[i]);
	}
	part_close(out);
}

static void
add_versions_row(struct buf *out, const struct tls_config *config)
{
	struct buf text = BUF_INIT;
	char room[LABEL_ROOM];

	for (uint16_t v = TLS_VERSION_1_3; v >= TLS_VERSION_1_0; v--)
		if (config->versions & TLS_VERSION_BIT(v))
			buf_printf(&text, "%s%s", text.len ? ", " : "",
			    version_label(v, room));
	part_row(out, "Versions enabled", "%s", buf_string(&text));
	buf_clear(&text);
}

static void
add_identities(struct buf *out, const struct tls_config *config)
{
	struct buf text = BUF_INIT;
	struct x509 cert;

	for (size_t i = 0; i < config->num_identities; i++) {
		if (!x509_parse(config->identities[i].chain[0], &cert))
			continue;
		text.len = 0;
		x509_add_name(&text, cert.subject);
		buf_printf(&text, " (%s, until ", cert.key);
		x509_add_time(&text, cert.not_after);
		part_row(out, "Certificate", "%s)", buf_string(&text));
	}
	buf_clear(&text);
}

static void
add_suites(struct buf *out, const struct tls_config *config)
{
	char room[LABEL_ROOM];

	buf_printf(out, "<details><summary>%zu cipher suites enabled, %s "
	    "order decides</summary>\n<ul class=\"chips\">\n",
	    config->num_suites,
	    config->server_preference ? "the server's" : "the client's");
	for (size_t i = 0; i < config->num_suites; i++) {
		buf_add_string(out, "<li>");
		part_text(out, lists_suite(config->suites[i], room));
		buf_add_string(out, "</li>\n");
	}
	buf_add_string(out, "</ul></details>\n");
}

void
page_add_counters(struct buf *out, const struct statistics *stats)
{
	const struct {
		const char *label;
		uint64_t value;
	} rows[] = {
		{ "Connections accepted", stats->accepts },
		{ "Handshakes finished", stats->accepts_good },
		{ "Renegotiations", stats->renegotiates },
		{ "Sessions resumed", stats->hits },
		{ "Sessions not found", stats->misses },
		{ "Sessions too old", stats->timeouts },
		{ "Sessions stored", stats->cached },
	};

	buf_add_string(out, "<h3>Counters since the start</h3>\n"
	    "<table><tbody>\n");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		part_row(out, rows[i].label, "%llu",
		    (unsigned long long)rows[i].value);
	buf_add_string(out, "</tbody></table>\n");
}

void
page_add_server(struct buf *out, const struct page_facts *page)
{
	struct tls_about about;

	page->plug->backend->about(&about);
	part_open(out, "This server");
	buf_add_string(out, "<table><tbody>\n");
	part_row(out, "Backend", "%s", page->plug->backend->name);
	part_row(out, "Library", "%s %s (built against %s)", about.library,
	    about.running, about.built);
	if (*about.file)
		part_row(out, "Loaded from", "%s", about.file);
	add_versions_row(out, page->config);
	add_identities(out, page->config);
	if (page->command_line)
		part_row(out, "Command line", "%s", page->command_line);
	buf_add_string(out, "</tbody></table>\n");
	add_suites(out, page->config);
	page_add_counters(out, &page->statistics);
	part_close(out);
}
