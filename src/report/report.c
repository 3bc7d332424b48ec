/* report/report.c - what is known of one connection, in words for people
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-s_server(1)
 */
#include "report/report.h"

#include <string.h>

#include "base/reader.h"
#include "base/text.h"
#include "names/names.h"
#include "report/lists.h"
#include "wire/hello.h"
#include "wire/x509.h"

#define EC_POINT_FORMATS	11
#define CERTIFICATE_AUTHORITIES	47

static void
add_name_asked(struct buf *out, const struct tls_hello *hello)
{
	if (hello->server_name.len == 0)
		return;
	buf_add_string(out, "Hostname in TLS extension: \"");
	text_add_escaped(out, hello->server_name);
	buf_add_string(out, "\"\n");
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

/* Adds the client's suites, or those of them that `has` lets through. */
static void
add_suites(struct buf *out, const char *label, const struct tls_hello *hello,
    const struct tls_config *config,
    bool (*has)(const struct tls_config *config, uint16_t suite))
{
	char room[LABEL_ROOM];
	const char *sep = label;

	for (size_t i = 0; i < hello->num_suites; i++) {
		if (has && !has(config, hello->suites[i]))
			continue;
		buf_add_string(out, sep);
		buf_add_string(out, lists_suite(hello->suites[i], room));
		sep = ":";
	}
	if (sep == label)
		buf_add_string(out, label);
	buf_add_u8(out, '\n');
}

static void
add_numbers(struct buf *out, const char *label, const uint16_t *numbers,
    size_t num, const char *(*name)(uint16_t number, char *room))
{
	char room[LABEL_ROOM];

	if (num == 0)
		return;
	for (size_t i = 0; i < num; i++) {
		buf_add_string(out, i ? ":" : label);
		buf_add_string(out, name(numbers[i], room));
	}
	buf_add_u8(out, '\n');
}

/* "ECDSA+SHA256" comes in two lines, "ed25519" in one. */
static void
add_peer_signature(struct buf *out, const struct tls_facts *facts)
{
	const char *text = text_of_signature(facts->peer_signature);
	const char *plus;

	if (facts->num_peer_chain == 0 || facts->peer_signature == 0 || !text)
		return;
	plus = strchr(text, '+');
	if (plus)
		buf_printf(out, "Peer signing digest: %s\n", plus + 1);
	buf_printf(out, "Peer signature type: %.*s\n",
	    plus ? (int)(plus - text) : (int)strlen(text), text);
}

static void
add_point_formats(struct buf *out, const struct tls_hello *hello)
{
	static const char *const names[] = {
		"uncompressed",
		"ansiX962_compressed_prime",
		"ansiX962_compressed_char2",
	};
	const struct tls_extension *extension =
	    hello_extension(hello, EC_POINT_FORMATS);
	struct reader r;
	struct tls_span list;

	if (!extension)
		return;
	r = reader_of(extension->body);
	list = read_vec8(&r);
	buf_add_string(out, "Supported Elliptic Curve Point Formats: ");
	for (size_t i = 0; i < list.len; i++) {
		uint8_t c = list.data[i];

		buf_add_string(out, i ? ":" : "");
		if (c < sizeof names / sizeof *names)
			buf_add_string(out, names[c]);
		else
			buf_printf(out, "unknown(%u)", c);
	}
	buf_add_u8(out, '\n');
}

static void
add_authorities(struct buf *out, const struct tls_hello *hello)
{
	const struct tls_extension *extension =
	    hello_extension(hello, CERTIFICATE_AUTHORITIES);
	struct reader r;

	if (!extension)
		return;
	r = reader_of(extension->body);
	r = reader_of(read_vec16(&r));
	if (r.left)
		buf_add_string(out,
		    "---\nAcceptable server certificate CA names\n");
	while (r.left) {
		struct tls_span name = read_vec16(&r);

		if (r.broken)
			return;
		x509_add_name(out, name);
		buf_add_u8(out, '\n');
	}
}

void
report_add_offer(struct buf *out, const struct tls_facts *facts,
    const struct tls_hello *hello)
{
	add_numbers(out, "Signature Algorithms: ", hello->signatures,
	    hello->num_signatures, lists_signature);
	add_peer_signature(out, facts);
	if (facts->version < TLS_VERSION_1_3)
		add_point_formats(out, hello);
	add_numbers(out, "Supported groups: ", hello->groups,
	    hello->num_groups, lists_group);
	add_authorities(out, hello);
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

void
report_add_session(struct buf *out, const struct tls_facts *facts,
    const struct tls_hello *hello, const struct tls_config *config)
{
	char room[LABEL_ROOM];

	if (hello)
		add_name_asked(out, hello);
	add_alpn(out, facts, hello);
	report_add_certificate(out, facts);
	if (hello) {
		add_suites(out, "Client ciphers:", hello, config, NULL);
		add_suites(out, "Shared ciphers:", hello, config,
		    lists_enabled);
		add_suites(out, "Usable ciphers:", hello, config,
		    lists_usable);
		report_add_offer(out, facts, hello);
	} else {
		add_peer_signature(out, facts);
	}
	if (facts->group)
		buf_printf(out, "Negotiated group: %s\n",
		    lists_group(facts->group, room));
	buf_printf(out, "Protocol version: %s\n",
	    version_label(facts->version, room));
	buf_printf(out, "CIPHER is %s\n",
	    facts->suite ? lists_suite(facts->suite, room) : "(NONE)");
	if (facts->resumed == TLS_YES)
		buf_add_string(out, "Reused session-id\n");
	report_add_renegotiation(out, facts);
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
