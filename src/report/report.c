/* report/report.c - what is known of one connection, as text
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1)
 */
#include "report/report.h"

#include "base/text.h"
#include "names/names.h"
#include "report/lists.h"
#include "wire/hello.h"
#include "wire/x509.h"

struct report
report_of(const struct event *event, bool secrets)
{
	return (struct report){
		.plug = event->handshake.plug,
		.facts = event->handshake.facts,
		.hello = event->handshake.hello,
		.config = event->handshake.config,
		.plugs = event->handshake.plugs,
		.now = event->at_us / 1000000,
		.verify_error = event->handshake.verify_error,
		.npn_by_alpn = event->handshake.npn_by_alpn,
		.secrets = secrets,
	};
}

void
report_add_name(struct buf *out, const struct tls_hello *hello, bool chose)
{
	if (hello->server_name.len == 0)
		return;
	buf_add_string(out, "Hostname in TLS extension: \"");
	text_add_escaped(out, hello->server_name);
	buf_add_string(out, "\"\n");
	if (chose)
		buf_add_string(out, "Switching server context.\n");
}

static void
add_alpn(struct buf *out, const struct tls_facts *facts,
    const struct tls_hello *hello)
{
	struct tls_span left = { NULL, 0 }, name;
	const char *sep = "ALPN protocols advertised by the client: ";

	if (hello)
		left = hello->alpn;
	while (left.len && hello_next_protocol(&left, &name)) {
		buf_add_string(out, sep);
		text_add_escaped(out, name);
		sep = ", ";
	}
	if (*sep == ',')
		buf_add_u8(out, '\n');
	if (facts->alpn.len) {
		buf_add_string(out, "ALPN protocols selected: ");
		text_add_escaped(out, facts->alpn);
		buf_add_u8(out, '\n');
	}
}

void
report_add_certificate(struct buf *out, const struct tls_facts *facts)
{
	struct x509 cert;

	if (facts->num_peer_chain == 0)
		return;
	buf_add_string(out, "Client certificate\n");
	text_add_pem(out, "CERTIFICATE", facts->peer_chain[0]);
	if (!x509_parse(facts->peer_chain[0], &cert))
		return;
	buf_add_string(out, "subject=");
	x509_add_name(out, cert.subject);
	buf_add_string(out, "\nissuer=");
	x509_add_name(out, cert.issuer);
	buf_add_u8(out, '\n');
}

/* Adds the client's suites, or only those that `has` accepts. */
static void
add_suites(struct buf *out, const char *label, const struct report *report,
    bool (*has)(const struct tls_config *config, const struct plug *plug,
    uint16_t suite))
{
	const struct tls_hello *hello = report->hello;
	char room[LABEL_ROOM];
	const char *sep = label;

	for (size_t i = 0; i < hello->num_suites; i++) {
		if (has && !has(report->config,
		    report->plugs ? report->plug : NULL, hello->suites[i]))
			continue;
		buf_add_string(out, sep);
		buf_add_string(out, lists_suite(hello->suites[i], room));
		sep = ":";
	}
	if (sep == label)
		buf_add_string(out, label);
	buf_add_u8(out, '\n');
}

void
report_add_renegotiation(struct buf *out, const struct tls_facts *facts)
{
	if (facts->version >= TLS_VERSION_1_3)
		buf_add_string(out,
		    "This TLS version forbids renegotiation.\n");
	else if (facts->secure_renegotiation != TLS_UNKNOWN)
		buf_printf(out, "Secure Renegotiation IS %ssupported\n",
		    facts->secure_renegotiation == TLS_YES ? "" : "NOT ");
}

/* The protocol agreed by NPN, or by ALPN in its place. */
static void
add_next_protocol(struct buf *out, const struct report *report)
{
	struct tls_span name = report->facts->npn;

	if (report->npn_by_alpn && !name.len)
		name = report->facts->alpn;
	if (!name.len)
		return;
	buf_add_string(out, "NEXTPROTO is ");
	text_add_escaped(out, name);
	buf_add_u8(out, '\n');
}

static void
add_suite_lists(struct buf *out, const struct report *report)
{
	add_suites(out, "Client ciphers:", report, NULL);
	add_suites(out, "Shared ciphers:", report, lists_enabled);
	add_suites(out, "Usable ciphers:", report, lists_usable);
	report_add_unknown(out, report);
}

void
report_add_handshake(struct buf *out, const struct report *report)
{
	const struct tls_facts *facts = report->facts;
	char room[LABEL_ROOM];

	add_alpn(out, facts, report->hello);
	report_add_parameters(out, report);
	report_add_certificate(out, facts);
	if (report->hello) {
		add_suite_lists(out, report);
		report_add_offer(out, report);
	} else {
		lists_add_peer_signature(out, facts, "Peer signing digest",
		    "Peer signature type");
	}
	if (facts->group)
		buf_printf(out, "Negotiated group: %s\n",
		    lists_group(facts->group, room));
	buf_printf(out, "Protocol version: %s\n",
	    version_label(facts->version, room));
	buf_printf(out, "CIPHER is %s\n",
	    facts->suite ? lists_suite(facts->suite, room) : "(NONE)");
	add_next_protocol(out, report);
	if (facts->resumed == TLS_YES)
		buf_add_string(out, "Reused session-id\n");
	report_add_renegotiation(out, facts);
}

/* ---- -brief ------------------------------------------------------------ */

static void
add_brief_peer(struct buf *out, const struct report *report)
{
	const struct tls_facts *facts = report->facts;
	const char *words = text_of_verify(report->verify_error);
	struct x509 cert;

	if (facts->num_peer_chain == 0) {
		buf_add_string(out, "No peer certificate\n");
		return;
	}
	buf_add_string(out, "Peer certificate: ");
	if (x509_parse(facts->peer_chain[0], &cert))
		x509_add_name(out, cert.subject);
	buf_add_u8(out, '\n');
	lists_add_peer_signature(out, facts, "Hash used", "Signature type");
	if (report->verify_error)
		buf_printf(out, "Verification error: %s\n",
		    words ? words : "unknown");
	else
		buf_add_string(out, "Verification: OK\n");
}

void
report_add_brief(struct buf *out, const struct report *report)
{
	const struct tls_facts *facts = report->facts;
	const struct tls_hello *hello = report->hello;
	char room[LABEL_ROOM];

	buf_printf(out, "Protocol version: %s\n",
	    version_label(facts->version, room));
	if (hello) {
		add_suites(out, "Client cipher list: ", report, NULL);
		report_add_unknown(out, report);
	}
	buf_printf(out, "Ciphersuite: %s\n",
	    facts->suite ? lists_suite(facts->suite, room) : "(NONE)");
	if (hello)
		lists_add_numbers(out, "Signature Algorithms: ",
		    hello->signatures, hello->num_signatures,
		    lists_signature);
	add_brief_peer(out, report);
	if (!hello)
		return;
	lists_add_point_formats(out, report);
	lists_add_numbers(out, "Supported groups: ", hello->groups,
	    hello->num_groups, lists_group);
	if (facts->group)
		buf_printf(out, "Negotiated group: %s\n",
		    lists_group(facts->group, room));
}

void
report_add_statistics(struct buf *out, const struct statistics *stats)
{
	const struct {
		uint64_t value;
		const char *text;
	} lines[] = {
		{ stats->cached, "items in the session cache" },
		{ stats->connects, "client connects (SSL_connect())" },
		{ stats->connect_renegotiates,
		    "client renegotiates (SSL_connect())" },
		{ stats->connects_good, "client connects that finished" },
		{ stats->accepts, "server accepts (SSL_accept())" },
		{ stats->renegotiates,
		    "server renegotiates (SSL_accept())" },
		{ stats->accepts_good, "server accepts that finished" },
		{ stats->hits, "session cache hits" },
		{ stats->misses, "session cache misses" },
		{ stats->timeouts, "session cache timeouts" },
		{ stats->callback_hits, "callback cache hits" },
	};

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		buf_printf(out, "%4llu %s\n",
		    (unsigned long long)lines[i].value, lines[i].text);
	buf_printf(out, "%4llu cache full overflows (%llu allowed)\n",
	    (unsigned long long)stats->overflows,
	    (unsigned long long)stats->room);
}

static void
add_dump_line(struct buf *out, struct tls_span bytes, size_t at)
{
	for (size_t i = at; i < at + 16; i++) {
		if (i < bytes.len)
			buf_printf(out, "%02x%c", bytes.data[i],
			    i == at + 7 ? '-' : ' ');
		else
			buf_add_string(out, "   ");
	}
	buf_add_string(out, "  ");
	for (size_t i = at; i < at + 16 && i < bytes.len; i++) {
		uint8_t c = bytes.data[i];

		buf_add_u8(out, c >= ' ' && c <= '~' ? c : '.');
	}
	buf_add_u8(out, '\n');
}

void
report_add_dump(struct buf *out, struct tls_span bytes, int indent)
{
	for (size_t at = 0; at < bytes.len; at += 16) {
		buf_printf(out, "%*s%04zx - ", indent, "", at);
		add_dump_line(out, bytes, at);
	}
}
