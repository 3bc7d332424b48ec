/* report.c - the report after a handshake, and the page of -www
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/text.h"
#include "report/lists.h"
#include "report/page.h"
#include "report/report.h"
#include "sample.h"

static void
about(struct tls_about *out)
{
	*out = (struct tls_about){ "Library & Sons", "1.0", "1.1", "/lib.so",
	    "" };
}

static size_t
suites(uint16_t *out, size_t room)
{
	static const uint16_t known[] = { 0x1301, 0xc02b, 0xc02f };

	return sample_numbers(known, 3, out, room);
}

static size_t
groups(uint16_t *out, size_t room)
{
	static const uint16_t known[] = { 23, 24, 29 };

	return sample_numbers(known, 3, out, room);
}

static size_t
nothing(uint16_t *out, size_t room)
{
	return sample_numbers(NULL, 0, out, room);
}

static size_t
rc4(uint16_t *out, size_t room)
{
	static const uint16_t known[] = { 5 };

	return sample_numbers(known, 1, out, room);
}

static const struct tls_backend mirror = {
	TLS_BACKEND_HEAD("mirror"),
	.about = about, .suites = suites, .groups = groups,
	.signatures = nothing,
};

static const struct tls_backend other = {
	TLS_BACKEND_HEAD("other"),
	.suites = rc4, .groups = nothing, .signatures = nothing,
};

static struct plug *plug[2];
static struct plugs *plugs;

static int
set_up(void **state)
{
	(void)state;
	plug[0] = plug_new(&mirror);
	plug[1] = plug_new(&other);
	plugs = plugs_of((const struct plug *[]){ plug[0], plug[1] }, 2);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	plugs_free(plugs);
	plug_free(plug[0]);
	plug_free(plug[1]);
	return 0;
}

static struct page_facts
page_of(const struct sample *sample)
{
	static const struct http_request request = {
		.method = { (const uint8_t *)"GET", 3 },
		.target = { (const uint8_t *)"/<script>", 9 },
	};

	return (struct page_facts){
		.plug = plug[0], .facts = &sample->facts,
		.hello = sample->hello, .config = &sample->config,
		.request = &request, .version = "1.2.3",
		.command_line = "polytls s_server -www <&>\x1b",
		.peer = "[::1]:40122", .handshake_us = 12345,
		.verify_error = 10, .now = 1795341600,
		.statistics = { .accepts = 20, .accepts_good = 19,
		    .room = 128 },
	};
}

static struct report
report_on(const struct sample *sample)
{
	return (struct report){
		.plug = plug[0], .facts = &sample->facts,
		.hello = sample->hello, .config = &sample->config,
		.plugs = plugs, .now = 1795341600,
	};
}

/* The words after the session's parameters, which a test of its own reads
 * with a program that others wrote. */
static const char *
behind_parameters(struct buf *out)
{
	const char *at = strstr(buf_string(out),
	    "-----END SSL SESSION PARAMETERS-----\n");

	assert_non_null(at);
	return strchr(at, '\n') + 1;
}

static void
reports_as_the_reference_does_and_more(void **state)
{
	static const char before[] =
	    "ALPN protocols advertised by the client: h2, http/1.1\n"
	    "ALPN protocols selected: h2\n"
	    "Master key left out: -show_secrets puts it in\n"
	    "-----BEGIN SSL SESSION PARAMETERS-----\n";
	struct sample sample;
	struct report report;
	struct buf out = BUF_INIT, expected = BUF_INIT;

	(void)state;
	sample_init(&sample);
	report = report_on(&sample);
	report_add_handshake(&out, &report);
	assert_ptr_equal(strstr(buf_string(&out), before), out.data);
	buf_add_string(&expected,
	    "Client certificate\n");
	text_add_pem(&expected, "CERTIFICATE", buf_span(&sample.cert));
	buf_add_string(&expected,
	    "subject=CN = \"Ann <b>\\1B[2J\"\n"
	    "issuer=CN = Ann's CA\n"
	    "Client ciphers:0x4A4A:TLS_AES_128_GCM_SHA256:"
	    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:"
	    "RC4-SHA:0xFEDC\n"
	    "Shared ciphers:TLS_AES_128_GCM_SHA256:"
	    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256\n"
	    "Usable ciphers:TLS_AES_128_GCM_SHA256:"
	    "ECDHE-RSA-AES128-GCM-SHA256\n"
	    "GREASE ciphers: 0x4A4A\n"
	    "Unknown ciphers: 0x0005 TLS_RSA_WITH_RC4_128_SHA "
	    "(mirror no, other yes)\n"
	    "Unknown ciphers: 0xFEDC unassigned (mirror no, other no)\n"
	    "Signature Algorithms: ECDSA+SHA256:RSA-PSS+SHA256:"
	    "rsa_pss_pss_sha256:0xFE+0x01\n"
	    "Peer signing digest: SHA256\n"
	    "Peer signature type: ECDSA\n"
	    "Supported Elliptic Curve Point Formats: "
	    "uncompressed:ansiX962_compressed_prime\n"
	    "Supported groups: 0x3A3A:x25519:secp256r1\n"
	    "Shared groups: x25519:secp256r1\n"
	    "Negotiated group: x25519\n"
	    "Protocol version: TLSv1.2\n"
	    "CIPHER is ECDHE-RSA-AES128-GCM-SHA256\n"
	    "Secure Renegotiation IS supported\n");
	assert_string_equal(behind_parameters(&out), buf_string(&expected));
	buf_clear(&out);
	buf_clear(&expected);
	sample_clear(&sample);
}

static void
names_the_next_protocol_however_it_was_found(void **state)
{
	struct sample sample;
	struct report report;
	struct buf out = BUF_INIT;

	(void)state;
	sample_init(&sample);
	report = report_on(&sample);
	report.npn_by_alpn = true;
	report_add_handshake(&out, &report);
	assert_non_null(strstr(buf_string(&out), "\nNEXTPROTO is h2\n"));
	sample.facts.npn = span_of("spdy/3\x1b");
	report.npn_by_alpn = false;
	out.len = 0;
	report_add_handshake(&out, &report);
	assert_non_null(strstr(buf_string(&out),
	    "\nNEXTPROTO is spdy/3\\x1b\n"));
	buf_clear(&out);
	sample_clear(&sample);
}

static void
says_in_brief_what_matters(void **state)
{
	struct sample sample;
	struct report report;
	struct buf out = BUF_INIT;

	(void)state;
	sample_init(&sample);
	report = report_on(&sample);
	report.plugs = NULL;
	report.verify_error = 10;
	report_add_brief(&out, &report);
	assert_string_equal(buf_string(&out),
	    "Protocol version: TLSv1.2\n"
	    "Client cipher list: 0x4A4A:TLS_AES_128_GCM_SHA256:"
	    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES128-GCM-SHA256:"
	    "RC4-SHA:0xFEDC\n"
	    "GREASE ciphers: 0x4A4A\n"
	    "Ciphersuite: ECDHE-RSA-AES128-GCM-SHA256\n"
	    "Signature Algorithms: ECDSA+SHA256:RSA-PSS+SHA256:"
	    "rsa_pss_pss_sha256:0xFE+0x01\n"
	    "Peer certificate: CN = \"Ann <b>\\1B[2J\"\n"
	    "Hash used: SHA256\nSignature type: ECDSA\n"
	    "Verification error: certificate has expired\n"
	    "Supported Elliptic Curve Point Formats: "
	    "uncompressed:ansiX962_compressed_prime\n"
	    "Supported groups: 0x3A3A:x25519:secp256r1\n"
	    "Negotiated group: x25519\n");
	buf_clear(&out);
	sample_clear(&sample);
}

/* Who has keys for which suite. */
static void
knows_which_suites_can_be_used(void **state)
{
	static const uint16_t suites[] = {
		0x1301,			/* TLS 1.3 */
		0xc02f, 0xc02b, 0x002f,	/* RSA, ECDSA, RSA key exchange */
		0x0032,			/* DSS */
		0x0034, 0xc018,		/* anonymous */
		0x008c, 0x0090, 0xc035,	/* PSK, DHE-PSK, ECDHE-PSK */
		0x0094,			/* RSA-PSK */
		0xc01d,			/* SRP */
	};
	static const struct {
		bool cert, psk;
		const char *usable;	/* one mark each */
	} rows[] = {
		{ true, false, "yyny" "n" "yy" "nnn" "n" "n" },
		{ true, true, "yyny" "n" "yy" "yyy" "y" "n" },
		{ false, true, "ynnn" "n" "yy" "yyy" "n" "n" },
		{ false, false, "nnnn" "n" "yy" "nnn" "n" "n" },
	};
	struct sample sample;

	(void)state;
	sample_init(&sample);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_config config = sample.config;

		config.suites = suites;
		config.num_suites = sizeof suites / sizeof *suites;
		config.psk = rows[i].psk;
		if (!rows[i].cert)
			config.num_identities = 0;
		for (size_t j = 0; j < config.num_suites; j++)
			if (lists_usable(&config, NULL, suites[j]) !=
			    (rows[i].usable[j] == 'y'))
				fail_msg("row %zu: 0x%04x", i, suites[j]);
	}
	sample_clear(&sample);
}

static void
reports_what_it_knows_when_that_is_little(void **state)
{
	struct tls_facts facts = { .identity = -1 };
	struct tls_config config = { .num_suites = 0 };
	struct report report = { .facts = &facts, .config = &config };
	struct buf out = BUF_INIT;

	(void)state;
	report_add_handshake(&out, &report);
	assert_string_equal(buf_string(&out),
	    "Protocol version: 0x0000\nCIPHER is (NONE)\n");
	facts.version = TLS_VERSION_1_3;
	facts.suite = 0x1301;
	facts.resumed = TLS_YES;
	out.len = 0;
	report_add_handshake(&out, &report);
	assert_string_equal(behind_parameters(&out),
	    "Protocol version: TLSv1.3\nCIPHER is TLS_AES_128_GCM_SHA256\n"
	    "Reused session-id\nThis TLS version forbids renegotiation.\n");
	facts.version = TLS_VERSION_1_2;
	facts.resumed = TLS_NO;
	facts.secure_renegotiation = TLS_NO;
	out.len = 0;
	report_add_handshake(&out, &report);
	assert_string_equal(behind_parameters(&out),
	    "Protocol version: TLSv1.2\nCIPHER is TLS_AES_128_GCM_SHA256\n"
	    "Secure Renegotiation IS NOT supported\n");
	buf_clear(&out);
}

static void
dumps_with_an_indent(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	report_add_dump(&out, span_of("0123456789abcdefg"), 4);
	assert_string_equal(buf_string(&out),
	    "    0000 - 30 31 32 33 34 35 36 37-38 39 61 62 63 64 65 66   "
	    "0123456789abcdef\n"
	    "    0010 - 67                                                "
	    "g\n");
	buf_clear(&out);
}

static void
keeps_the_words_that_scripts_look_for(void **state)
{
	struct sample sample;
	struct page_facts page;
	struct buf out = BUF_INIT, expected = BUF_INIT;

	(void)state;
	sample_init(&sample);
	sample.facts.num_peer_chain = 0;
	page = page_of(&sample);
	page_add_text(&out, &page);
	buf_add_string(&expected,
	    "polytls s_server -www <&>\\x1b\n"
	    "Secure Renegotiation IS supported\n"
	    "Ciphers supported in s_server binary\n"
	    "TLSv1.3    :TLS_AES_128_GCM_SHA256    "
	    "TLSv1.2    :ECDHE-ECDSA-AES128-GCM-SHA256 \n"
	    "TLSv1.2    :ECDHE-RSA-AES128-GCM-SHA256 \n"
	    "---\nCiphers common between both SSL end points:\n"
	    "TLS_AES_128_GCM_SHA256     ECDHE-RSA-AES128-GCM-SHA256 "
	    "ECDHE-ECDSA-AES128-GCM-SHA256\n"
	    "GREASE ciphers: 0x4A4A\n"
	    "Signature Algorithms: ECDSA+SHA256:RSA-PSS+SHA256:"
	    "rsa_pss_pss_sha256:0xFE+0x01\n"
	    "Supported Elliptic Curve Point Formats: "
	    "uncompressed:ansiX962_compressed_prime\n"
	    "Supported groups: 0x3A3A:x25519:secp256r1\n"
	    "---\nNew, TLSv1.2, Cipher is ECDHE-RSA-AES128-GCM-SHA256\n"
	    "SSL-Session:\n"
	    "    Protocol  : TLSv1.2\n"
	    "    Cipher    : ECDHE-RSA-AES128-GCM-SHA256\n"
	    "    Session-ID: ABCD\n"
	    "    Session-ID-ctx: 01000000\n"
	    "    Master-Key: (not shown)\n"
	    "    PSK identity: None\n"
	    "    PSK identity hint: None\n"
	    "    SRP username: None\n"
	    "    Start Time: 1795341600\n"
	    "    Timeout   : 7200 (sec)\n"
	    "    Verify return code: 10 (certificate has expired)\n"
	    "    Extended master secret: yes\n"
	    "---\n");
	report_add_statistics(&expected, &page.statistics);
	buf_add_string(&expected, "---\nno client certificate available\n");
	assert_string_equal(buf_string(&out), buf_string(&expected));
	buf_clear(&out);
	buf_clear(&expected);
	sample_clear(&sample);
}

static bool
stands_alone(const char *tag, size_t len)
{
	static const char *const names[] = {
		"meta", "br", "wbr", "!DOCTYPE", "link",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (len == strlen(names[i]) &&
		    strncmp(tag, names[i], len) == 0)
			return true;
	return false;
}

/* Walks through the tags: each is closed by its like, and none is of a kind
 * that runs or loads anything. */
static void
check_tags(const char *html)
{
	struct { const char *name; size_t len; } open[64];
	size_t depth = 0;

	for (const char *at = strchr(html, '<'); at; at = strchr(at, '<')) {
		bool closes = *++at == '/';
		size_t len;

		at += closes;
		len = strcspn(at, " >\n");
		assert_false(strncmp(at, "script", 6) == 0);
		assert_false(strncmp(at, "img", 3) == 0);
		assert_false(strncmp(at, "i>", 2) == 0);
		assert_false(strncmp(at, "b>", 2) == 0);
		if (stands_alone(at, len))
			continue;
		if (!closes) {
			assert_true(depth < 64);
			open[depth].name = at;
			open[depth++].len = len;
			continue;
		}
		assert_true(depth > 0);
		depth--;
		assert_int_equal(len, open[depth].len);
		assert_memory_equal(at, open[depth].name, len);
	}
	assert_int_equal(depth, 0);
}

static void
has(const char *text, const char *words)
{
	if (!strstr(text, words))
		fail_msg("the page lacks: %s", words);
}

static void
shows_all_on_the_page_and_runs_nothing(void **state)
{
	static const char *const words[] = {
		"TLSv1.2", "ECDHE-RSA-AES128-GCM-SHA256",
		"TLS_<wbr>ECDHE_<wbr>RSA_<wbr>WITH_<wbr>AES_<wbr>128_"
		"<wbr>GCM_<wbr>SHA256", "RFC5289",
		"0x4a4a", "GREASE", "0xfedc", "unknown", "weak", "chosen",
		"x25519", "rsa_<wbr>pss_<wbr>rsae_<wbr>sha256", "h2",
		"http/1.1",
		"&lt;i&gt;&amp;&quot;\\x1b.org", "0x1234", "3f3f",
		"Library &amp; Sons 1.1", "mirror", "12.3 ms",
		"[::1]:40122", "CN = &quot;Ann &lt;b&gt;", "CN = Ann&#39;s CA",
		"-----BEGIN CERTIFICATE-----", "certificate has expired",
		"polytls s_server -www &lt;&amp;&gt;",
		"SSL-Session:", "    Protocol  : TLSv1.2",
		"Ciphers supported in s_server binary",
		"Ciphers common between both SSL end points:",
		"  20 server accepts (SSL_accept())",
	};
	struct sample sample;
	struct page_facts page;
	struct buf out = BUF_INIT;
	const char *html;

	(void)state;
	sample_init(&sample);
	page = page_of(&sample);
	page_add_html(&out, &page);
	html = buf_string(&out);
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		has(html, words[i]);
	for (size_t i = 0; i < out.len; i++)
		assert_true(out.data[i] == '\n' || (out.data[i] >= ' ' &&
		    out.data[i] <= '~'));
	check_tags(html);
	assert_null(strstr(html, "://"));
	assert_null(strstr(html, "url("));
	buf_clear(&out);
	sample_clear(&sample);
}

static void
makes_do_without_a_hello(void **state)
{
	struct sample sample;
	struct page_facts page;
	struct buf out = BUF_INIT;

	(void)state;
	sample_init(&sample);
	page = page_of(&sample);
	page.hello = NULL;
	page.request = NULL;
	page.command_line = NULL;
	page_add_html(&out, &page);
	check_tags(buf_string(&out));
	has(buf_string(&out), "was not kept");
	buf_clear(&out);
	sample_clear(&sample);
}

static void
says_the_same_in_json(void **state)
{
	struct sample sample;
	struct page_facts page;
	struct buf out = BUF_INIT;
	json_t *document, *value;

	(void)state;
	sample_init(&sample);
	page = page_of(&sample);
	page_add_json(&out, &page);
	document = json_loads(buf_string(&out), JSON_REJECT_DUPLICATES, NULL);
	assert_non_null(document);
	assert_int_equal(json_object_size(document), 13);
	value = json_object_get(json_object_get(document, "facts"), "suite");
	assert_int_equal(json_integer_value(
	    json_object_get(value, "number")), 0xc02f);
	value = json_object_get(json_object_get(document, "backend"),
	    "library");
	assert_string_equal(json_string_value(value), "Library & Sons");
	value = json_object_get(json_object_get(document, "config"),
	    "versions");
	assert_int_equal(json_array_size(value), 2);
	value = json_object_get(json_object_get(document, "request"),
	    "target");
	assert_string_equal(json_string_value(value), "/<script>");
	value = json_object_get(json_object_get(document, "statistics"),
	    "accepts");
	assert_int_equal(json_integer_value(value), 20);
	json_decref(document);
	buf_clear(&out);
	sample_clear(&sample);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_as_the_reference_does_and_more),
		cmocka_unit_test(
		    names_the_next_protocol_however_it_was_found),
		cmocka_unit_test(says_in_brief_what_matters),
		cmocka_unit_test(knows_which_suites_can_be_used),
		cmocka_unit_test(reports_what_it_knows_when_that_is_little),
		cmocka_unit_test(dumps_with_an_indent),
		cmocka_unit_test(keeps_the_words_that_scripts_look_for),
		cmocka_unit_test(shows_all_on_the_page_and_runs_nothing),
		cmocka_unit_test(makes_do_without_a_hello),
		cmocka_unit_test(says_the_same_in_json),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
