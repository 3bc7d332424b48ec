/* places.c - tests of the placeholders of polytls run
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/places.h"
#include "run/run.h"

static const struct places places = {
	.values = { [PLACE_PORT] = "443", [PLACE_CA] = "/a{b}" },
};

static void
fills(void **state)
{
	static const struct {
		const char *word, *filled;
	} rows[] = {
		{ "", "" },
		{ "a", "a" },
		{ "{port}", "443" },
		{ ":{port}:{port}{port}", ":443:443443" },
		{ "{ca}", "/a{b}" },		/* not looked at again */
		{ "{{port}", "{port}" },
		{ "{{{port}", "{443" },
		{ "{{{{port}", "{{port}" },
		{ "{", "{" },
		{ "a{", "a{" },
		{ "{}", "{}" },
		{ "{ port}", "{ port}" },
		{ "{port", "{port" },
		{ "{Port}", "{Port}" },
		{ "{\"a\":{port}}", "{\"a\":443}" },
		{ "${x}", "${x}" },
		{ "%{x} {port}", "%{x} 443" },
		{ "$ {port}", "$ 443" },
		{ "${x", "${x" },
		{ "$", "$" },
		{ "{port}${port}%{port}{port}", "443${port}%{port}443" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;
		struct tls_error err = TLS_ERROR_INIT;

		assert_true(places_check(rows[i].word, &err));
		assert_true(places_fill(&places, rows[i].word, &out, &err));
		buf_reserve(&out, 1);
		assert_string_equal(buf_string(&out), rows[i].filled);
		buf_clear(&out);
	}
}

static void
refuses(void **state)
{
	static const struct {
		const char *word, *said;
		bool early;
	} rows[] = {
		{ "{prt}", "{prt} is none of {url} {host}", true },
		{ "a{port}{x}", "write {{x}", true },
		{ "{_}", "{_} is none", true },
		{ "{url}", "there is no {url}: the server listens", false },
		{ "{port}{cert}", "there is no {cert}: ", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf out = BUF_INIT;
		struct tls_error err = TLS_ERROR_INIT;

		assert_int_equal(places_check(rows[i].word, &err),
		    !rows[i].early);
		assert_false(places_fill(&places, rows[i].word, &out, &err));
		assert_int_equal(err.blame, TLS_BLAME_CONFIG);
		assert_non_null(strstr(err.text, rows[i].said));
		buf_clear(&out);
	}
}

static void
tells_what_is_used(void **state)
{
	(void)state;
	assert_true(places_uses("a{ca}", PLACE_CA));
	assert_false(places_uses("{{ca}", PLACE_CA));
	assert_false(places_uses("${ca}", PLACE_CA));
	assert_false(places_uses("{x}{port}", PLACE_CA));
}

static const char *
entry(char **environment, const char *name)
{
	const char *found = NULL;

	for (; *environment; environment++)
		if (!strncmp(*environment, name, strlen(name)) &&
		    (*environment)[strlen(name)] == '=') {
			/* Once only. */
			assert_null(found);
			found = *environment + strlen(name) + 1;
		}
	return found;
}

static void
makes_an_environment(void **state)
{
	char **made;

	(void)state;
	setenv("POLYTLS_PORT", "1", 1);
	setenv("POLYTLS_URL", "stale", 1);
	setenv("SSL_CERT_FILE", "/mine", 1);
	unsetenv("CURL_CA_BUNDLE");
	setenv("OTHER", "kept", 1);
	made = places_environment(&places, NULL);
	assert_string_equal(entry(made, "POLYTLS_PORT"), "443");
	assert_null(entry(made, "POLYTLS_URL"));
	assert_string_equal(entry(made, "SSL_CERT_FILE"), "/mine");
	assert_null(entry(made, "CURL_CA_BUNDLE"));
	assert_string_equal(entry(made, "OTHER"), "kept");
	places_free_environment(made);
	made = places_environment(&places, "/ca");
	assert_string_equal(entry(made, "SSL_CERT_FILE"), "/ca");
	assert_string_equal(entry(made, "CURL_CA_BUNDLE"), "/ca");
	places_free_environment(made);
}

static void
names_every_place(void **state)
{
	const char *variable, *about;
	size_t num = 0;

	(void)state;
	while (runner_place(num, &variable, &about)) {
		assert_int_equal(strncmp(variable, "POLYTLS_", 8), 0);
		assert_true(strlen(about) > 0);
		num++;
	}
	assert_int_equal(num, PLACE_COUNT);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fills),
		cmocka_unit_test(refuses),
		cmocka_unit_test(tells_what_is_used),
		cmocka_unit_test(makes_an_environment),
		cmocka_unit_test(names_every_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
