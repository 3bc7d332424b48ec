/* names.c - the tables of numbers and words
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "names/names.h"
#include "tls_types.h"

static const uint16_t suite_numbers[] = {
#define SUITE(number, name, openssl_name, first, last, from, quality) number,
#define OTHER(number, name, first, last, from, quality) number,
#include "names/suites.def"
#undef SUITE
#undef OTHER
};
static const uint16_t alert_numbers[] = {
#define ALERT(number, name, text)	number,
#include "names/alerts.def"
};
static const uint16_t extension_numbers[] = {
#define EXTENSION(number, name, text, about)	number,
#include "names/extensions.def"
};
static const uint16_t group_numbers[] = {
#define GROUP(number, name)	number,
#include "names/groups.def"
};
static const uint16_t signature_numbers[] = {
#define SIGNATURE(number, name, text)	number,
#include "names/signatures.def"
};
static const uint16_t message_numbers[] = {
#define MESSAGE(number, name)	number,
#include "names/messages.def"
};
static const uint16_t verify_numbers[] = {
#define VERIFY(number, text)	number,
#include "names/verify.def"
};

#define CHECK_ORDER(table) \
	check_order(#table, table, sizeof table / sizeof *table)

static void
check_order(const char *table, const uint16_t *numbers, size_t num)
{
	for (size_t i = 1; i < num; i++)
		if (numbers[i - 1] >= numbers[i])
			fail_msg("%s: %u is not before %u", table,
			    numbers[i - 1], numbers[i]);
}

/* A row out of order would never be found. */
static void
keeps_every_table_in_order(void **state)
{
	(void)state;
	CHECK_ORDER(suite_numbers);
	CHECK_ORDER(alert_numbers);
	CHECK_ORDER(extension_numbers);
	CHECK_ORDER(group_numbers);
	CHECK_ORDER(signature_numbers);
	CHECK_ORDER(message_numbers);
	CHECK_ORDER(verify_numbers);
}

static void
finds_every_suite_by_number_and_name(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof suite_numbers / sizeof *suite_numbers;
	    i++) {
		const struct suite *suite = suite_find(suite_numbers[i]);

		assert_non_null(suite);
		assert_int_equal(suite->id, suite_numbers[i]);
		assert_ptr_equal(suite_named(suite->iana), suite);
		assert_ptr_equal(suite_named(suite->openssl), suite);
		assert_true(suite->min_version <= suite->max_version);
		assert_true(suite->reference[0] != '\0');
	}
	assert_true(sizeof suite_numbers / sizeof *suite_numbers > 350);
}

static void
knows_a_suite_by_both_spellings(void **state)
{
	const struct suite *suite = suite_find(0xc02f);

	(void)state;
	assert_string_equal(suite->iana,
	    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
	assert_string_equal(suite->openssl, "ECDHE-RSA-AES128-GCM-SHA256");
	assert_string_equal(suite->reference, "RFC5289");
	assert_int_equal(suite->min_version, TLS_VERSION_1_2);
	assert_int_equal(suite->max_version, TLS_VERSION_1_2);
	assert_false(suite->weak);
	assert_ptr_equal(suite_named("ecdhe-rsa-aes128-gcm-sha256"), suite);
	assert_null(suite_named("ECDHE-RSA-AES128-GCM"));
	assert_null(suite_find(0x0a0b));
	assert_int_equal(suite_find(0x1301)->min_version, TLS_VERSION_1_3);
	assert_int_equal(suite_find(0x002f)->min_version, TLS_VERSION_SSL3);
	for (size_t i = 0; i < sizeof suite_numbers / sizeof *suite_numbers;
	    i++)
		assert_int_equal(suite_is_tls1_3(suite_numbers[i]),
		    suite_find(suite_numbers[i])->min_version ==
		    TLS_VERSION_1_3);
}

static void
calls_weak_what_is_weak(void **state)
{
	static const uint16_t weak[] = {
		0x0000, 0x0001, 0x0003, 0x0005, 0x0009, 0x0018, 0x0034,
		0xc006, 0xc007, 0xc018, 0xc0b4,
	};
	static const uint16_t fair[] = {
		0x000a, 0x002f, 0x00ff, 0x1301, 0x5600, 0xc02b, 0xcca8,
	};

	(void)state;
	for (size_t i = 0; i < sizeof weak / sizeof *weak; i++)
		assert_true(suite_find(weak[i])->weak);
	for (size_t i = 0; i < sizeof fair / sizeof *fair; i++)
		assert_false(suite_find(fair[i])->weak);
}

static void
labels_what_has_no_name(void **state)
{
	char room[8];

	(void)state;
	assert_string_equal(suite_label(0x1301, room),
	    "TLS_AES_128_GCM_SHA256");
	assert_string_equal(suite_label(0xc02f, room),
	    "ECDHE-RSA-AES128-GCM-SHA256");
	/* IANA's name, where OpenSSL has none. */
	assert_string_equal(suite_label(0xc003, room),
	    "TLS_ECDH_ECDSA_WITH_3DES_EDE_CBC_SHA");
	assert_string_equal(suite_label(0x1a1a, room), "GREASE");
	assert_string_equal(suite_label(0x1a2b, room), "0x1a2b");
	assert_string_equal(version_label(0x0301, room), "TLSv1");
	assert_string_equal(version_label(0x0303, room), "TLSv1.2");
	assert_string_equal(version_label(0x0304, room), "TLSv1.3");
	assert_string_equal(version_label(0x0300, room), "SSLv3");
	assert_string_equal(version_label(0x7f1c, room), "0x7f1c");
	assert_string_equal(version_label(0xfafa, room), "GREASE");
}

static void
knows_grease(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 16; i++)
		assert_true(is_grease((uint16_t)(0x0a0a + i * 0x1010)));
	assert_false(is_grease(0x0a1a));
	assert_false(is_grease(0x0b0b));
	assert_false(is_grease(0x1a0a));
	assert_false(is_grease(0));
	assert_string_equal(name_of_extension(0x6a6a), "GREASE");
	assert_string_equal(text_of_extension(0x6a6a), "unknown");
	assert_string_equal(name_of_group(0xbaba), "GREASE");
	assert_non_null(about_extension(0xfafa));
}

static void
says_the_words_of_the_reference(void **state)
{
	(void)state;
	assert_string_equal(text_of_extension(0), "server name");
	assert_string_equal(text_of_extension(10), "supported_groups");
	assert_string_equal(text_of_extension(13), "signature algorithms");
	assert_string_equal(text_of_extension(21), "TLS padding");
	assert_string_equal(text_of_extension(13172), "next protocol");
	assert_string_equal(text_of_extension(17513), "unknown");
	assert_string_equal(text_of_extension(4242), "unknown");
	assert_string_equal(text_of_alert(40), "handshake failure");
	assert_string_equal(text_of_alert(48), "unknown CA");
	assert_string_equal(text_of_signature(0x0403), "ECDSA+SHA256");
	assert_string_equal(text_of_signature(0x0804), "RSA-PSS+SHA256");
	assert_string_equal(text_of_signature(0x0809), "RSA-PSS+SHA256");
	assert_string_equal(text_of_signature(0x0201), "RSA+SHA1");
	assert_string_equal(text_of_signature(0x0402), "DSA+SHA256");
	assert_string_equal(text_of_signature(0x0807), "ed25519");
	assert_string_equal(text_of_verify(0), "ok");
	assert_string_equal(text_of_verify(10), "certificate has expired");
	assert_string_equal(text_of_verify(18), "self-signed certificate");
	assert_null(text_of_verify(-1));
	assert_null(text_of_verify(70000));
}

static void
says_the_names_of_the_registries(void **state)
{
	(void)state;
	assert_string_equal(name_of_alert(40), "handshake_failure");
	assert_null(name_of_alert(41 + 200));
	assert_null(text_of_alert(1));
	assert_string_equal(name_of_extension(0xfe0d),
	    "encrypted_client_hello");
	assert_null(name_of_extension(4242));
	assert_null(about_extension(4242));
	assert_string_equal(name_of_group(4588), "X25519MLKEM768");
	assert_string_equal(name_of_group(29), "x25519");
	assert_string_equal(name_of_group(256), "ffdhe2048");
	assert_null(name_of_group(0));
	assert_string_equal(name_of_signature(0x0403),
	    "ecdsa_secp256r1_sha256");
	assert_string_equal(name_of_signature(0x0905), "mldsa65");
	assert_null(name_of_signature(0));
	assert_string_equal(name_of_message(1), "ClientHello");
	assert_null(name_of_message(99));
	assert_string_equal(name_of_content(22), "Handshake");
	assert_null(name_of_content(0));
}

static void
finds_groups_and_signatures_by_every_spelling(void **state)
{
	static const struct {
		const char *word;
		uint16_t number;
	} words[] = {
		{ "secp256r1", 23 }, { "P-256", 23 }, { "prime256v1", 23 },
		{ "p-384", 24 }, { "X25519", 29 }, { "x448", 30 },
		{ "ffdhe2048", 256 }, { "brainpoolp256r1", 26 },
		{ "X25519MLKEM768", 4588 },
	}, schemes[] = {
		{ "ECDSA+SHA256", 0x0403 }, { "ecdsa+sha384", 0x0503 },
		{ "RSA+SHA1", 0x0201 }, { "RSA-PSS+SHA256", 0x0804 },
		{ "PSS+SHA512", 0x0806 }, { "rsa_pss_pss_sha256", 0x0809 },
		{ "rsa_pss_rsae_sha256", 0x0804 }, { "ed25519", 0x0807 },
		{ "ecdsa_secp256r1_sha256", 0x0403 },
	};
	uint16_t number;

	(void)state;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		assert_true(group_named(words[i].word, &number));
		assert_int_equal(number, words[i].number);
	}
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++) {
		assert_true(signature_named(schemes[i].word, &number));
		assert_int_equal(number, schemes[i].number);
	}
	assert_false(group_named("P-25", &number));
	assert_false(group_named("", &number));
	assert_false(signature_named("ECDSA", &number));
	assert_string_equal(group_nearest("P-265"), "P-256");
	assert_string_equal(signature_nearest("ECDSA-SHA256"),
	    "ECDSA+SHA256");
	assert_null(group_nearest("bananas-and-cream-1999"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_every_table_in_order),
		cmocka_unit_test(finds_every_suite_by_number_and_name),
		cmocka_unit_test(knows_a_suite_by_both_spellings),
		cmocka_unit_test(calls_weak_what_is_weak),
		cmocka_unit_test(labels_what_has_no_name),
		cmocka_unit_test(knows_grease),
		cmocka_unit_test(says_the_words_of_the_reference),
		cmocka_unit_test(says_the_names_of_the_registries),
		cmocka_unit_test(
		    finds_groups_and_signatures_by_every_spelling),
	};

	return cmocka_run_group_tests_name("names", tests, NULL, NULL);
}
