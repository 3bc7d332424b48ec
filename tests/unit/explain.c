/* explain.c - one sentence for each way in which a handshake fails
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "explain/explain.h"

#define V12	TLS_VERSION_BIT(TLS_VERSION_1_2)
#define V13	TLS_VERSION_BIT(TLS_VERSION_1_3)

/* A client and a server that agree on everything, to be changed. */
struct parties {
	struct tls_hello hello;
	struct tls_config config;
	struct tls_error error;
	struct tls_facts facts;
	struct explain_case failed;
};

static const uint16_t both_versions[] = { 0x0304, 0x0303 };
static const uint16_t suites[] = { 0x1301, 0xc02b, 0xc02f };

static void
init(struct parties *p)
{
	*p = (struct parties){
		.hello = {
			.versions = both_versions, .num_versions = 2,
			.suites = suites, .num_suites = 3,
		},
		.config = {
			.versions = V12 | V13,
			.suites = suites, .num_suites = 3,
		},
		.error = TLS_ERROR_INIT,
		.facts = { .identity = -1 },
	};
	p->error.alert_sent = 40;
	p->failed = (struct explain_case){
		.error = &p->error, .facts = &p->facts,
		.hello = &p->hello, .config = &p->config,
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

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_both_sides_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
