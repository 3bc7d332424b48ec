/* policy.c - version, candidates and protocol of a config and a hello
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "base/buf.h"
#include "policy/policy.h"

#define ALL_VERSIONS	0x1eu

static const uint16_t ours[] = { 0x1302, 0xc030, 0x1301, 0xc02f, 0x002f };
static const uint16_t theirs[] = {
	0x0a0a, 0x1301, 0xc02f, 0xc030, 0xc030, 0x1302, 0x0035,
};
static const uint16_t newest[] = { 0x2a2a, 0x0303, 0x0304 };

static struct tls_config
config_of(unsigned versions, bool server_preference)
{
	return (struct tls_config){
		.versions = versions,
		.suites = ours, .num_suites = 5,
		.server_preference = server_preference,
	};
}

static struct tls_hello
hello_of(const uint16_t *versions, size_t num, const char *alpn)
{
	return (struct tls_hello){
		.suites = theirs, .num_suites = 7,
		.versions = versions, .num_versions = num,
		.alpn = span_of(alpn),
	};
}

static void
expect(unsigned versions, bool server_preference, uint16_t version,
    const uint16_t *suites, size_t num)
{
	struct tls_config config = config_of(versions, server_preference);
	struct tls_hello hello = hello_of(newest, 3, "");
	const struct policy_alpn no_alpn = { { NULL, 0 }, false };
	struct policy_choice chosen;

	policy_choose(&chosen, &config, &no_alpn, &hello);
	assert_int_equal(chosen.choice.version, version);
	assert_int_equal(chosen.choice.num_suites, num);
	if (num)
		assert_memory_equal(chosen.choice.suites, suites,
		    num * sizeof *suites);
	policy_choice_clear(&chosen);
}

static void
takes_the_highest_version_of_both(void **state)
{
	(void)state;
	expect(ALL_VERSIONS, true, 0x0304,
	    (const uint16_t[]){ 0x1302, 0x1301 }, 2);
	expect(TLS_VERSION_BIT(0x0303), true, 0x0303,
	    (const uint16_t[]){ 0xc030, 0xc02f }, 2);
}

/* Of what no option named, a native choice says nothing; and the order is
 * that of the option. */
static void
leaves_it_to_a_native_library(void **state)
{
	struct tls_config config = config_of(ALL_VERSIONS, false);
	struct tls_hello hello = hello_of(newest, 3, "\002h2");
	struct policy_alpn alpn = { span_of("\001x"), false };
	struct policy_choice chosen;

	(void)state;
	config.native = true;
	config.num_suites = 0;
	policy_choose(&chosen, &config, &alpn, &hello);
	assert_true(chosen.choice.native);
	assert_int_equal(chosen.choice.version, 0);
	assert_int_equal(chosen.choice.num_suites, 0);
	assert_false(chosen.choice.alpn_refused);
	assert_int_equal(chosen.version, 0x0304);
	policy_choice_clear(&chosen);
	config.num_suites = 2;
	policy_choose(&chosen, &config, &alpn, &hello);
	assert_int_equal(chosen.choice.num_suites, 2);
	assert_int_equal(chosen.choice.suites[0], 0x1302);
	assert_int_equal(chosen.choice.suites[1], 0xc030);
	policy_choice_clear(&chosen);
}

static void
lets_the_client_have_its_order(void **state)
{
	(void)state;
	expect(ALL_VERSIONS, false, 0x0304,
	    (const uint16_t[]){ 0x1301, 0x1302 }, 2);
	expect(TLS_VERSION_BIT(0x0303), false, 0x0303,
	    (const uint16_t[]){ 0xc02f, 0xc030 }, 2);
}

static void
lists_all_suites_where_no_version_is_common(void **state)
{
	(void)state;
	expect(TLS_VERSION_BIT(0x0301), true, 0,
	    (const uint16_t[]){ 0x1302, 0xc030, 0x1301, 0xc02f }, 4);
}

static void
decides_nothing_without_a_hello(void **state)
{
	struct tls_config config = config_of(ALL_VERSIONS, true);
	struct policy_alpn alpn = { span_of("\002h2"), false };
	struct policy_choice chosen;

	(void)state;
	policy_choose(&chosen, &config, &alpn, NULL);
	assert_int_equal(chosen.choice.version, 0);
	assert_int_equal(chosen.choice.num_suites, 0);
	assert_false(chosen.choice.alpn_refused);
	policy_choice_clear(&chosen);
}

static void
agrees_to_the_servers_favourite_protocol(void **state)
{
	static const struct {
		const char *ours, *theirs, *agreed;
		bool refused;
	} cases[] = {
		{ "\002h2\001x", "\001x\002h2", "h2", false },
		{ "\002h3\001x", "\001x\002h2", "x", false },
		{ "\002h3", "\001x\002h2", "", true },
		{ "\002h3", "", "", false },
		{ "", "\002h2", "", false },
		{ "\002h2", "\003h2", "", true },	/* broken list */
	};
	struct tls_config config = config_of(ALL_VERSIONS, true);
	struct policy_choice chosen;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct tls_hello hello = hello_of(newest, 3, cases[i].theirs);
		struct policy_alpn alpn = { span_of(cases[i].ours), false };

		policy_choose(&chosen, &config, &alpn, &hello);
		assert_true(span_equal(chosen.choice.alpn,
		    span_of(cases[i].agreed)));
		assert_int_equal(chosen.choice.alpn_refused,
		    cases[i].refused);
		policy_choice_clear(&chosen);
		/* -alpn_mismatch ignore */
		alpn.lenient = true;
		policy_choose(&chosen, &config, &alpn, &hello);
		assert_true(span_equal(chosen.choice.alpn,
		    span_of(cases[i].agreed)));
		assert_false(chosen.choice.alpn_refused);
		policy_choice_clear(&chosen);
	}
}

/* The reference looks at protocols last. */
static void
refuses_for_the_suites_before_the_protocols(void **state)
{
	static const struct {
		unsigned versions;
		uint16_t suite;
		bool refused;
	} rows[] = {
		{ ALL_VERSIONS, 0x1301, true },
		{ ALL_VERSIONS, 0x5a5a, false },
		{ TLS_VERSION_BIT(0x0301), 0xc02f, false },
	};
	struct policy_alpn alpn = { span_of("\002h2"), false };
	struct policy_choice chosen;

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_config config = config_of(rows[i].versions, true);
		struct tls_hello hello = hello_of(newest, 3, "\001x");

		hello.suites = &rows[i].suite;
		hello.num_suites = 1;
		policy_choose(&chosen, &config, &alpn, &hello);
		assert_int_equal(chosen.choice.alpn_refused, rows[i].refused);
		policy_choice_clear(&chosen);
	}
}

static void
reads_lists_of_protocols(void **state)
{
	struct buf out = BUF_INIT;
	struct tls_error err = TLS_ERROR_INIT;
	char name[300];

	(void)state;
	assert_true(policy_parse_protocols(&out, "-alpn", "h2,,http/1.1,",
	    &err));
	assert_true(span_equal(buf_span(&out), span_of("\002h2\010http/1.1")));
	out.len = 0;
	assert_false(policy_parse_protocols(&out, "-alpn", "", &err));
	assert_int_equal(err.blame, TLS_BLAME_CONFIG);
	assert_false(policy_parse_protocols(&out, "-alpn", ",,", &err));
	assert_false(policy_parse_protocols(&out, "-alpn", "h\n2", &err));
	memset(name, 'a', sizeof name);
	name[256] = '\0';
	assert_false(policy_parse_protocols(&out, "-alpn", name, &err));
	assert_non_null(strstr(err.text, "-alpn"));
	name[255] = '\0';
	out.len = 0;
	assert_true(policy_parse_protocols(&out, "-alpn", name, &err));
	assert_int_equal(out.len, 256);
	buf_clear(&out);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_highest_version_of_both),
		cmocka_unit_test(lets_the_client_have_its_order),
		cmocka_unit_test(leaves_it_to_a_native_library),
		cmocka_unit_test(lists_all_suites_where_no_version_is_common),
		cmocka_unit_test(decides_nothing_without_a_hello),
		cmocka_unit_test(agrees_to_the_servers_favourite_protocol),
		cmocka_unit_test(refuses_for_the_suites_before_the_protocols),
		cmocka_unit_test(reads_lists_of_protocols),
	};

	return cmocka_run_group_tests_name("policy", tests, NULL, NULL);
}
