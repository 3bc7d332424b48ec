/* cipherlist.c - cipher strings over suites that a library may not have
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "names/cipherlist.h"

#define ECDHE_RSA_AES128_GCM	0xc02f
#define ECDHE_RSA_AES256_GCM	0xc030
#define ECDHE_RSA_CHACHA20	0xcca8
#define RSA_AES128_SHA		0x002f
#define RSA_NULL_SHA		0x0002
#define RSA_3DES		0x000a
#define RSA_CAMELLIA128_GCM	0xc07a	/* none of OpenSSL's */
#define TLS1_3_AES128_GCM	0x1301
#define TLS1_3_AES256_GCM	0x1302
#define TLS1_3_CCM		0x1304

static const uint16_t have[] = {
	TLS1_3_AES128_GCM, RSA_NULL_SHA, RSA_AES128_SHA, RSA_3DES,
	RSA_CAMELLIA128_GCM, ECDHE_RSA_AES128_GCM, ECDHE_RSA_AES256_GCM,
	ECDHE_RSA_CHACHA20, TLS1_3_AES256_GCM, TLS1_3_CCM,
};

#define NUM_HAVE	(sizeof have / sizeof *have)

/* Evaluates `string` and compares with `expected`, which a 0 ends. */
static void
expect(const char *string, const uint16_t *expected)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct cipherlist list;
	size_t num = 0;

	if (!cipherlist_eval(&list, string, have, NUM_HAVE, &err))
		fail_msg("'%s': %s", string, err.text);
	while (expected[num])
		num++;
	assert_int_equal(list.num, num);
	for (size_t i = 0; i < num; i++)
		assert_int_equal(list.suites[i], expected[i]);
	cipherlist_clear(&list);
}

static void
expect_blame(enum tls_blame blame, const char *string, const char *word)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct cipherlist list;

	if (cipherlist_eval(&list, string, have, NUM_HAVE, &err))
		fail_msg("'%s' is taken", string);
	assert_int_equal(err.blame, blame);
	if (!strstr(err.text, word))
		fail_msg("'%s' is not in: %s", word, err.text);
	assert_null(list.suites);
	assert_int_equal(list.num, 0);
}

static void
expect_refusal(const char *string, const char *word)
{
	expect_blame(TLS_BLAME_CONFIG, string, word);
}

#define LIST(...)	(const uint16_t[]){ __VA_ARGS__, 0 }

static void
leaves_only_suites_that_the_library_has(void **state)
{
	(void)state;
	expect("DEFAULT", LIST(ECDHE_RSA_AES256_GCM, ECDHE_RSA_CHACHA20,
	    ECDHE_RSA_AES128_GCM, RSA_AES128_SHA));
	expect("ALL", LIST(ECDHE_RSA_AES256_GCM, ECDHE_RSA_CHACHA20,
	    ECDHE_RSA_AES128_GCM, RSA_AES128_SHA, RSA_3DES));
	expect("eNULL", LIST(RSA_NULL_SHA));
	expect("AES128-SHA:ECDHE", LIST(RSA_AES128_SHA, ECDHE_RSA_AES256_GCM,
	    ECDHE_RSA_CHACHA20, ECDHE_RSA_AES128_GCM));
	expect("3DES:!AES", LIST(RSA_3DES));
	expect("ALL:!TLSv1.2+AESGCM:@STRENGTH:-3DES", LIST(ECDHE_RSA_CHACHA20,
	    RSA_AES128_SHA));
	expect("AES128-SHA:TLSv1.2+SSLv3", LIST(RSA_AES128_SHA));
}

static void
takes_the_names_of_the_registry_too(void **state)
{
	(void)state;
	expect("TLS_RSA_WITH_AES_128_CBC_SHA", LIST(RSA_AES128_SHA));
	expect("TLS_RSA_WITH_CAMELLIA_128_GCM_SHA256:AES128-SHA",
	    LIST(RSA_CAMELLIA128_GCM, RSA_AES128_SHA));
}

static void
notes_the_security_level(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct cipherlist list;

	(void)state;
	assert_true(cipherlist_eval(&list, "DEFAULT:@SECLEVEL=2:@SECLEVEL=0",
	    have, NUM_HAVE, &err));
	assert_int_equal(list.security_level, 0);
	cipherlist_clear(&list);
	assert_true(cipherlist_eval(&list, "DEFAULT", have, NUM_HAVE, &err));
	assert_int_equal(list.security_level, -1);
	cipherlist_clear(&list);
}

static void
refuses_a_string_and_names_the_word(void **state)
{
	(void)state;
	expect_refusal("FOO", "no cipher matches 'FOO'");
	expect_refusal("AESG", "no cipher matches 'AESG'");
	expect_refusal("FOO:BAR:AES256-SHA", "'FOO'");
	expect_refusal("", "''");
	expect_refusal("ALL:!ALL", "ALL:!ALL");
	expect_refusal("ALL:*", "'*'");
	expect_refusal("ALL:!", "end");
	expect_refusal("ALL:@", "end");
	expect_refusal("DEFAULT:*", "'*'");
	expect_blame(TLS_BLAME_FEATURE, "SUITEB128:ALL", "'SUITEB128:ALL'");
	expect_refusal("ALL:@STRONG", "@STRONG");
	expect_refusal("ALL:@SECLEVEL=7", "@SECLEVEL=7");
	expect_refusal("TLS_AES_128_GCM_SHA256", "TLS_AES_128_GCM_SHA256");
}

static void
blames_the_library_for_words_of_the_language(void **state)
{
	(void)state;
	expect_blame(TLS_BLAME_FEATURE, "RC4", "of 'RC4' the library has none");
	expect_blame(TLS_BLAME_FEATURE, "aNULL:@SECLEVEL=0", "'aNULL'");
	expect_blame(TLS_BLAME_FEATURE, "AES256-SHA", "'AES256-SHA'");
	/* Nobody can tell what else was meant. */
	expect_refusal("aNULL:FOO", "'FOO'");
}

static void
lists_the_suites_that_are_lacking(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct cipherlist list;

	(void)state;
	assert_true(cipherlist_eval(&list, "AES128-SHA:AES256-SHA:!SEED-SHA:"
	    "RC4:WRONG:ARIA128-GCM-SHA256", have, NUM_HAVE, &err));
	assert_string_equal(buf_string(&list.lacking),
	    "AES256-SHA, ARIA128-GCM-SHA256");
	cipherlist_clear(&list);
	assert_true(cipherlist_eval_tls1_3(&list, "TLS_AES_128_GCM_SHA256:"
	    "TLS_CHACHA20_POLY1305_SHA256", have, NUM_HAVE, &err));
	assert_string_equal(buf_string(&list.lacking),
	    "TLS_CHACHA20_POLY1305_SHA256");
	cipherlist_clear(&list);
	assert_false(cipherlist_eval_tls1_3(&list,
	    "TLS_CHACHA20_POLY1305_SHA256", have, NUM_HAVE, &err));
	assert_int_equal(err.blame, TLS_BLAME_FEATURE);
}

static void
expect_tls1_3(const char *string, const uint16_t *expected)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct cipherlist list;
	size_t num = 0;

	assert_true(cipherlist_eval_tls1_3(&list, string, have, NUM_HAVE,
	    &err));
	while (expected[num])
		num++;
	assert_int_equal(list.num, num);
	for (size_t i = 0; i < num; i++)
		assert_int_equal(list.suites[i], expected[i]);
	cipherlist_clear(&list);
}

static void
lists_the_suites_of_tls_1_3(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct cipherlist list;

	(void)state;
	expect_tls1_3(NULL, LIST(TLS1_3_AES256_GCM, TLS1_3_AES128_GCM));
	expect_tls1_3("", LIST(0));
	expect_tls1_3("TLS_AES_128_CCM_SHA256: TLS_AES_128_GCM_SHA256:"
	    "TLS_AES_128_CCM_SHA256:WRONG",
	    LIST(TLS1_3_CCM, TLS1_3_AES128_GCM));
	assert_false(cipherlist_eval_tls1_3(&list, "WRONG:AES128-SHA", have,
	    NUM_HAVE, &err));
	assert_int_equal(err.blame, TLS_BLAME_CONFIG);
	assert_non_null(strstr(err.text, "WRONG"));
	assert_null(list.suites);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leaves_only_suites_that_the_library_has),
		cmocka_unit_test(takes_the_names_of_the_registry_too),
		cmocka_unit_test(notes_the_security_level),
		cmocka_unit_test(refuses_a_string_and_names_the_word),
		cmocka_unit_test(blames_the_library_for_words_of_the_language),
		cmocka_unit_test(lists_the_suites_that_are_lacking),
		cmocka_unit_test(lists_the_suites_of_tls_1_3),
	};

	return cmocka_run_group_tests_name("cipherlist", tests, NULL, NULL);
}
