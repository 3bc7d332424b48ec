/* report/session.c - a session as openssl-sess_id(1) reads and shows it
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-sess_id(1), d2i_SSL_SESSION(3)
 */
#include "report/report.h"

#include <string.h>

#include "base/text.h"
#include "names/names.h"
#include "report/lists.h"
#include "wire/der_out.h"

/* Seconds for which a session may be resumed, as in the reference. */
#define LIFETIME	7200

/* Bytes of a master secret up to TLS 1.2 (RFC 5246, 8.1). */
#define MASTER_LEN	48

/* The version of the structure, the tags of its members, and the flag of an
 * extended master secret. */
enum {
	STRUCTURE = 1,
	TIME = 1,
	TIMEOUT = 2,
	PEER = 3,
	CONTEXT = 4,
	VERIFY_RESULT = 5,
	HOST_NAME = 6,
	PSK_HINT = 7,
	PSK_IDENTITY = 8,
	FLAGS = 13,
	ALPN = 16,
};
#define EXTENDED_MASTER	1

/* In TLS 1.3 the secret is as long as the hash of the suite. */
static size_t
secret_len(const struct tls_facts *facts)
{
	const struct suite *suite = suite_find(facts->suite);

	if (facts->version < TLS_VERSION_1_3)
		return MASTER_LEN;
	return suite && strstr(suite->iana, "SHA384") ? 48 : 32;
}

static bool
secret_shown(const struct report *report)
{
	return report->secrets && report->facts->secret.len;
}

/* The hint belongs to a session with a pre-shared key, and to a version that
 * has hints. */
static struct tls_span
hint_of(const struct report *report)
{
	const struct tls_facts *facts = report->facts;

	return facts->psk_identity.len && facts->version < TLS_VERSION_1_3 ?
	    report->config->psk_hint : (struct tls_span){ NULL, 0 };
}

/* Adds a number of up to 63 bits. */
static void
add_number(struct buf *out, uint64_t value)
{
	uint8_t bytes[8];

	for (int i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(value >> (56 - 8 * i));
	der_add_integer(out, (struct tls_span){ bytes, sizeof bytes });
}

static void
add_numbered(struct buf *out, unsigned member, uint64_t value)
{
	size_t mark = der_begin(out);

	add_number(out, value);
	der_end(out, mark, DER_CONTEXT(member));
}

static void
add_bytes(struct buf *out, unsigned member, struct tls_span bytes)
{
	size_t mark = der_begin(out);

	if (bytes.len == 0)
		return;
	der_add(out, DER_OCTET_STRING, bytes);
	der_end(out, mark, DER_CONTEXT(member));
}

static void
add_peer(struct buf *out, const struct tls_facts *facts)
{
	size_t mark = der_begin(out);

	if (facts->num_peer_chain == 0)
		return;
	buf_add_span(out, facts->peer_chain[0]);
	der_end(out, mark, DER_CONTEXT(PEER));
}

static void
add_structure(struct buf *out, const struct report *report)
{
	static const uint8_t zeros[MASTER_LEN];
	const struct tls_facts *facts = report->facts;
	const uint8_t suite[2] = { (uint8_t)(facts->suite >> 8),
		(uint8_t)facts->suite };
	size_t mark = der_begin(out);

	der_add_small(out, STRUCTURE);
	add_number(out, facts->version);
	der_add(out, DER_OCTET_STRING, (struct tls_span){ suite, 2 });
	der_add(out, DER_OCTET_STRING, facts->session_id);
	der_add(out, DER_OCTET_STRING, secret_shown(report) ? facts->secret :
	    (struct tls_span){ zeros, secret_len(facts) });
	add_numbered(out, TIME, (uint64_t)report->now);
	add_numbered(out, TIMEOUT, LIFETIME);
	add_peer(out, facts);
	add_bytes(out, CONTEXT, report->config->session_context);
	add_numbered(out, VERIFY_RESULT, (uint64_t)report->verify_error);
	if (report->hello)
		add_bytes(out, HOST_NAME, report->hello->server_name);
	add_bytes(out, PSK_HINT, hint_of(report));
	add_bytes(out, PSK_IDENTITY, facts->psk_identity);
	if (facts->extended_master == TLS_YES)
		add_numbered(out, FLAGS, EXTENDED_MASTER);
	add_bytes(out, ALPN, facts->alpn);
	der_end(out, mark, DER_SEQUENCE);
}

void
report_add_parameters(struct buf *out, const struct report *report)
{
	struct buf der = BUF_INIT;

	if (report->facts->suite == 0)
		return;
	if (!report->secrets)
		buf_add_string(out, "Master key left out: -show_secrets puts "
		    "it in\n");
	else if (!report->facts->secret.len)
		buf_add_string(out, "Master key left out: the library does "
		    "not tell it\n");
	add_structure(&der, report);
	text_add_pem(out, "SSL SESSION PARAMETERS", buf_span(&der));
	buf_wipe(&der);
}

static void
add_secret(struct buf *out, const struct report *report)
{
	buf_printf(out, "    %s: ",
	    report->facts->version >= TLS_VERSION_1_3 ? "Resumption PSK" :
	    "Master-Key");
	if (secret_shown(report))
		text_add_hex_upper(out, report->facts->secret);
	else
		buf_add_string(out, report->secrets ?
		    "(not told by the library)" : "(not shown)");
	buf_add_u8(out, '\n');
}

static void
add_escaped(struct buf *out, const char *label, struct tls_span text)
{
	buf_printf(out, "    %s: ", label);
	if (text.len)
		text_add_escaped(out, text);
	else
		buf_add_string(out, "None");
	buf_add_u8(out, '\n');
}

void
report_add_session(struct buf *out, const struct report *report)
{
	const struct tls_facts *facts = report->facts;
	const char *words = text_of_verify(report->verify_error);
	char room[LABEL_ROOM];

	buf_printf(out, "SSL-Session:\n    Protocol  : %s\n",
	    version_label(facts->version, room));
	buf_printf(out, "    Cipher    : %s\n",
	    lists_suite(facts->suite, room));
	buf_add_string(out, "    Session-ID: ");
	text_add_hex_upper(out, facts->session_id);
	buf_add_string(out, "\n    Session-ID-ctx: ");
	text_add_hex_upper(out, report->config->session_context);
	buf_add_u8(out, '\n');
	add_secret(out, report);
	add_escaped(out, "PSK identity", facts->psk_identity);
	add_escaped(out, "PSK identity hint", hint_of(report));
	buf_printf(out, "    SRP username: None\n    Start Time: %lld\n"
	    "    Timeout   : %d (sec)\n", (long long)report->now, LIFETIME);
	buf_printf(out, "    Verify return code: %d (%s)\n",
	    report->verify_error, report->verify_error == 0 ? "ok" :
	    words ? words : "unknown");
	if (facts->extended_master != TLS_UNKNOWN)
		buf_printf(out, "    Extended master secret: %s\n",
		    facts->extended_master == TLS_YES ? "yes" : "no");
	if (facts->version >= TLS_VERSION_1_3)
		buf_add_string(out, "    Max Early Data: 0\n");
}
