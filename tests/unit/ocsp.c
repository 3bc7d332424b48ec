/* ocsp.c - the readers of OCSP responses and of URLs
 * SPDX-License-Identifier: Apache-2.0
 */
#include "wire/ocsp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sample_staple.h"
#include "wire/url.h"

static void
takes_urls_apart(void **state)
{
	static const struct {
		const char *text, *host, *path;
		unsigned port;
	} rows[] = {
		{ "http://a", "a", "/", 80 },
		{ "HTTP://a.example:8888/", "a.example", "/", 8888 },
		{ "http://a/b?c=d", "a", "/b?c=d", 80 },
		{ "http://a?c", "a", "/?c", 80 },
		{ "http://a/b#c", "a", "/b", 80 },
		{ "http://[::1]:1/x", "::1", "/x", 1 },
		{ "http://[fe80::1%eth0]", "fe80::1%eth0", "/", 80 },
		{ "http://127.0.0.1:65535", "127.0.0.1", "/", 65535 },
		{ "http://a:/b", "a", "/b", 80 },
		{ "https://a/", NULL, NULL, 0 },
		{ "ftp//bad", NULL, NULL, 0 },
		{ "a", NULL, NULL, 0 },
		{ "", NULL, NULL, 0 },
		{ "http://", NULL, NULL, 0 },
		{ "http:///b", NULL, NULL, 0 },
		{ "http://:80/", NULL, NULL, 0 },
		{ "http://a:0/", NULL, NULL, 0 },
		{ "http://a:65536/", NULL, NULL, 0 },
		{ "http://a:8o/", NULL, NULL, 0 },
		{ "http://a b/", NULL, NULL, 0 },
		{ "http://a/b c", NULL, NULL, 0 },
		{ "http://a/\r\nX: y", NULL, NULL, 0 },
		{ "http://user@a/", NULL, NULL, 0 },
		{ "http://[::1/", NULL, NULL, 0 },
		{ "http://[::1]x/", NULL, NULL, 0 },
		{ "http://[a_b]/", NULL, NULL, 0 },
		{ "ldap://a/b", NULL, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tls_error err = TLS_ERROR_INIT;
		struct url url;
		bool good = url_parse(span_of(rows[i].text), &url, &err);

		print_message("%s\n", rows[i].text);
		assert_int_equal(good, rows[i].host != NULL);
		if (!good) {
			assert_int_equal(err.blame, TLS_BLAME_CONFIG);
			continue;
		}
		assert_string_equal(url.host, rows[i].host);
		assert_string_equal(url.path, rows[i].path);
		assert_int_equal(url.port, rows[i].port);
	}
}

static void
refuses_a_response_that_is_cut(void **state)
{
	struct buf der = BUF_INIT;
	struct ocsp response;

	(void)state;
	make_response(&der, 1, NOW);
	for (size_t len = 0; len <= der.len; len++) {
		uint8_t *copy = mem_copy(der.data, len);

		assert_int_equal(ocsp_parse((struct tls_span){ copy, len },
		    &response), len == der.len);
		free(copy);
	}
	assert_int_equal(response.produced_at, NOW - 10);
	buf_add_u8(&der, 0);
	assert_false(ocsp_parse(buf_span(&der), &response));
	buf_clear(&der);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_urls_apart),
		cmocka_unit_test(refuses_a_response_that_is_cut),
	};

	return cmocka_run_group_tests_name("ocsp", tests, NULL, NULL);
}
