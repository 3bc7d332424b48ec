/* explain.c - one sentence for each way in which a handshake fails
 * SPDX-License-Identifier: Apache-2.0
 *
 * The lists and the alerts, as a table; certificates are made by
 * tests/e2e/test_explain.py.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "explain/explain.h"

#define V12	TLS_VERSION_BIT(TLS_VERSION_1_2)
#define V13	TLS_VERSION_BIT(TLS_VERSION_1_3)

/* A client and a server that agree on everything, to be changed. */
struct parties {
	struct tls_hello hello;
	struct tls_config config;
	struct policy_alpn alpn;
	struct tls_error error;
	struct tls_facts facts;
	struct explain_case failed;
};

static const uint16_t both_versions[] = { 0x0304, 0x0303 };
static const uint16_t suites[] = { 0x1301, 0xc034 };
static const uint16_t x25519[] = { 0x0a0a, 29 }, p256[] = { 23 };

static void
init(struct parties *p)
{
	*p = (struct parties){
		.hello = {
			.versions = both_versions, .num_versions = 2,
			.suites = suites, .num_suites = 2,
			.groups = x25519, .num_groups = 2,
			.offers_psk = true,
		},
		.config = {
			.versions = V12 | V13,
			.suites = suites, .num_suites = 2,
			.psk = true,
		},
		.error = TLS_ERROR_INIT,
		.facts = { .identity = -1 },
	};
	p->error.alert_sent = 40;
	p->failed = (struct explain_case){
		.error = &p->error, .facts = &p->facts,
		.hello = &p->hello, .config = &p->config, .alpn = &p->alpn,
		.opening = OPENING_HELLO,
	};
}

static void
says(const struct parties *p, const char *expected)
{
	struct buf out = BUF_INIT;

	assert_true(explain_failure(&out, &p->failed));
	assert_string_equal(buf_string(&out), expected);
	buf_clear(&out);
}

/* ---- lists --------------------------------------------------------------- */

static void
names_both_sides_versions(void **state)
{
	static const struct tls_extension versions_extension = {
		43, { NULL, 0 },
	};
	static const uint16_t old[] = { 0x0302, 0x0301 }, odd[] = { 0x0a0a };
	struct parties p;

	(void)state;
	init(&p);
	p.hello.versions = old;
	says(&p, "no protocol version in common: the client offers TLS 1.1 at "
	    "most, this server TLS 1.2 and 1.3: -tls1_1 would agree");
	p.hello.extensions = &versions_extension;
	p.hello.num_extensions = 1;
	says(&p, "no protocol version in common: the client offers TLS 1.0 "
	    "and 1.1, this server TLS 1.2 and 1.3: -tls1_1 would agree");
	p.hello.versions = both_versions;
	p.hello.num_versions = 1;
	p.config.versions = V12;
	says(&p, "no protocol version in common: the client offers TLS 1.3, "
	    "this server TLS 1.2: -tls1_3 would agree");
	p.hello.versions = odd;
	says(&p, "no protocol version in common: the client offers none, "
	    "this server TLS 1.2");
}

static void
names_suites_of_the_version_only(void **state)
{
	static const uint16_t theirs[] = {
		0x2a2a, 0x1302, 0xc02c, 0x00ff, 0x5600, 0x13fe,
	};
	struct parties p;

	(void)state;
	init(&p);
	p.hello.suites = theirs;
	p.hello.num_suites = 6;
	/* One that needs no certificate is needed to say which. */
	p.config.num_identities = 0;
	says(&p, "the server has no certificate, only pre-shared keys, and the "
	    "client needs one in TLS 1.3: -cert would agree");
	p.config.versions = V12;
	p.config.psk = false;
	says(&p, "the server has no certificate, and the client needs one in "
	    "TLS 1.2: -cert would agree");
}

static void
names_groups_without_grease(void **state)
{
	struct parties p;

	(void)state;
	init(&p);
	p.config.groups = p256;
	p.config.num_groups = 1;
	says(&p, "no group in common for TLS 1.3: the client's are x25519, "
	    "this server's secp256r1");
}

static void
escapes_what_peers_call_things(void **state)
{
	struct parties p;

	(void)state;
	init(&p);
	p.hello.alpn = span_of("\001\n\003a\"b");
	p.alpn.list = span_of("\002h2");
	says(&p, "no application protocol in common: the client offers "
	    "\"\\x0a\", \"a\\x22b\" by ALPN, this server \"h2\": -alpn with "
	    "one of the client's would agree, or -alpn_mismatch ignore");
}

/* ---- others ------------------------------------------------------------- */

static const struct tls_backend left = { .name = "left" };
static const struct tls_backend right = { .name = "right" };

static size_t
two_others(struct explain_source *source, struct explain_other *out,
    size_t room)
{
	static const struct plug plugs[] = {
		{ .backend = &left }, { .backend = &right },
	};
	static const struct tls_config able = {
		.versions = V12 | V13, .suites = suites, .num_suites = 2,
		.groups = x25519, .num_groups = 2, .psk = true,
	};

	(void)source;
	assert_true(room >= 2);
	out[0] = (struct explain_other){ &plugs[0], NULL, NULL };
	out[1] = (struct explain_other){ &plugs[1], &able, NULL };
	return 2;
}

static void
says_who_would_have_agreed(void **state)
{
	struct explain_source source = { two_others };
	struct parties p;

	(void)state;
	init(&p);
	p.config.groups = p256;
	p.config.num_groups = 1;
	p.failed.source = &source;
	says(&p, "no group in common for TLS 1.3: the client's are x25519, "
	    "this server's secp256r1; right would have agreed, left not");
	p.hello.num_groups = 1;
	says(&p, "no group in common for TLS 1.3: the client's are none, "
	    "this server's secp256r1; left and right would not have agreed "
	    "either");
}

/* ---- alerts, and no words at all ---------------------------------------- */

static void
knows_what_an_alert_means(void **state)
{
	struct parties p;

	(void)state;
	init(&p);
	p.error.alert_sent = -1;
	p.error.alert_received = 48;
	says(&p, "the client refused the server's certificate (unknown_ca): "
	    "it does not trust it");
	p.error.alert_received = 90;
	says(&p, "the client ended the handshake (user_canceled): its user or "
	    "program gave up");
	p.error.alert_received = 255;
	says(&p, "the client ended the handshake with the alert 255, which has "
	    "no common meaning");
}

static void
tells_clients_that_never_began(void **state)
{
	struct parties p;

	(void)state;
	init(&p);
	p.error.alert_sent = -1;
	p.failed.hello = NULL;
	p.failed.opening = OPENING_MORE;
	p.failed.left = true;
	says(&p, "the client closed the connection before it sent anything: "
	    "probably it only looked whether the port is open, as load "
	    "balancers do");
	p.failed.received = 5;
	says(&p, "the client closed the connection after 5 bytes of its "
	    "ClientHello: it was stopped, or the network broke");
	p.failed.left = false;
	p.failed.limit_ms = 9;
	says(&p, "only 5 bytes of a ClientHello came within 9 ms "
	    "(-handshake_timeout): probably the client or the network hangs");
	p.failed.opening = OPENING_HTTP;
	says(&p, "the client speaks plain HTTP to the TLS port: https:// in "
	    "its URL would agree");
}

static void
says_nothing_of_what_it_cannot_know(void **state)
{
	struct buf out = BUF_INIT;
	struct parties p;

	(void)state;
	init(&p);
	p.failed.opened = true;
	assert_false(explain_failure(&out, &p.failed));
	assert_int_equal(out.len, 0);
}

static void
leaves_it_to_the_library_if_all_lists_overlap(void **state)
{
	struct parties p;

	(void)state;
	init(&p);
	strcpy(p.error.text, "no\nway");
	says(&p, "the client was refused (handshake_failure) although "
	    "versions, suites, groups and signature schemes overlap; the "
	    "library says: no\\x0away");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_both_sides_versions),
		cmocka_unit_test(names_suites_of_the_version_only),
		cmocka_unit_test(names_groups_without_grease),
		cmocka_unit_test(escapes_what_peers_call_things),
		cmocka_unit_test(says_who_would_have_agreed),
		cmocka_unit_test(knows_what_an_alert_means),
		cmocka_unit_test(tells_clients_that_never_began),
		cmocka_unit_test(says_nothing_of_what_it_cannot_know),
		cmocka_unit_test(
		    leaves_it_to_the_library_if_all_lists_overlap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
