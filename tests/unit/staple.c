/* staple.c - OCSP responses read, cached and fetched, all in memory
 * SPDX-License-Identifier: Apache-2.0
 */
#include "sample_staple.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/err.h"
#include "wire/ocsp.h"

static bool
took(const struct client *client, enum ocsp_step step)
{
	for (size_t i = 0; i < client->num_steps; i++)
		if (client->steps[i] == step)
			return true;
	return false;
}

/* ---- tests -------------------------------------------------------------- */

/* Of several single responses to one serial number, the first that is out of
 * date ends them all; and one that never says when, at once. */
static void
goes_by_the_earliest_end(void **state)
{
	static const int64_t ends[] = { NOW + 90, NOW + 30, NOW + 60 };
	static const int64_t none[] = { NOW + 90, 0 };
	struct ocsp response;
	struct buf der = BUF_INIT;
	int64_t until = -1;

	(void)state;
	make_responses(&der, 7, ends, 3);
	assert_true(ocsp_parse(buf_span(&der), &response));
	assert_true(ocsp_names(&response, SPAN("\x07"), &until));
	assert_int_equal(until, NOW + 30);
	assert_false(ocsp_names(&response, SPAN("\x08"), &until));
	assert_int_equal(until, 0);
	buf_clear(&der);
	make_responses(&der, 7, none, 2);
	assert_true(ocsp_parse(buf_span(&der), &response));
	assert_true(ocsp_names(&response, SPAN("\x07"), &until));
	assert_int_equal(until, 0);
	buf_clear(&der);
}

static void
keeps_a_response_until_it_is_out_of_date(void **state)
{
	struct client first, second, third;
	struct scene scene;

	(void)state;
	set(&scene, 1, "http://first:81/ocsp");
	begin(&scene);
	ask(&scene, &first);
	assert_int_equal(first.ask->waiting, 1);
	assert_int_equal(scene.fake.num, 1);
	assert_int_equal(scene.fake.fetches[0].port, 81);
	assert_int_equal(scene.fake.fetches[0].timeout_ms, 5000);
	answer_good(&scene, 0, 1, NOW + 60);
	assert_int_equal(first.done, 1);
	assert_int_equal(staple_missing(first.ask), 0);
	scene.still.seconds = NOW + 59;
	ask(&scene, &second);
	assert_int_equal(second.ask->waiting, 0);
	assert_true(took(&second, OCSP_CACHED));
	assert_true(span_equal(second.ask->responses[0],
	    first.ask->responses[0]));
	assert_int_equal(second.done, 0);
	scene.still.seconds = NOW + 60;
	ask(&scene, &third);
	assert_int_equal(third.ask->waiting, 1);
	assert_int_equal(scene.fake.num, 2);
	leave(&first);
	leave(&second);
	leave(&third);
	end(&scene);
	assert_int_equal(scene.fake.cancelled, 1);
}

/* -no_status_cache: a good response is there, and yet the next client's is
 * asked for. */
static void
asks_for_each_client_without_a_cache(void **state)
{
	struct client first, second;
	struct scene scene;

	(void)state;
	set(&scene, 1, "http://a/");
	begin(&scene);
	ask(&scene, &first);
	answer_good(&scene, 0, 1, NOW + 60);
	assert_int_equal(first.done, 1);
	scene.settings.no_cache = true;
	ask(&scene, &second);
	assert_int_equal(second.ask->waiting, 1);
	assert_false(took(&second, OCSP_CACHED));
	assert_int_equal(scene.fake.num, 2);
	leave(&first);
	leave(&second);
	end(&scene);
}

static void
keeps_nothing_that_names_no_end_or_another(void **state)
{
	static const struct {
		unsigned serial;
		int64_t next;
	} rows[] = { { 1, 0 }, { 2, NOW + 60 }, { 1, NOW }, { 1, NOW - 5 } };
	struct client client;
	struct scene scene;

	(void)state;
	set(&scene, 1, "http://first/");
	begin(&scene);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		ask(&scene, &client);
		assert_int_equal(client.ask->waiting, 1);
		answer_good(&scene, i, rows[i].serial, rows[i].next);
		/* It is stapled all the same. */
		assert_int_equal(staple_missing(client.ask), 0);
		leave(&client);
	}
	ask(&scene, &client);
	answer(&scene, 4, SPAN("\x30\x03\x0a\x01\x03"));
	assert_int_equal(staple_missing(client.ask), 0);
	leave(&client);
	ask(&scene, &client);
	assert_int_equal(client.ask->waiting, 1);
	leave(&client);
	end(&scene);
}

static void
asks_once_for_all_who_wait(void **state)
{
	struct client clients[3];
	struct scene scene;

	(void)state;
	set(&scene, 2, "http://first/");
	begin(&scene);
	for (size_t i = 0; i < 3; i++)
		ask(&scene, &clients[i]);
	assert_int_equal(scene.fake.num, 2);
	answer_good(&scene, 1, 2, NOW + 60);
	assert_int_equal(clients[0].done, 0);
	/* The last one leaves in between. */
	leave(&clients[2]);
	answer_good(&scene, 0, 1, NOW + 60);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(clients[i].done, 1);
		assert_int_equal(staple_missing(clients[i].ask), 0);
		assert_false(span_equal(clients[i].ask->responses[0],
		    clients[i].ask->responses[1]));
		leave(&clients[i]);
	}
	assert_int_equal(clients[2].done, 0);
	end(&scene);
}

static void
stands_one_that_ends_another(void **state)
{
	struct client clients[3];
	struct scene scene;

	(void)state;
	set(&scene, 1, "http://first/");
	begin(&scene);
	for (size_t i = 0; i < 3; i++)
		ask(&scene, &clients[i]);
	for (size_t i = 0; i < 3; i++)
		clients[i].ends = &clients[(i + 1) % 3];
	answer_good(&scene, 0, 1, NOW + 60);
	assert_int_equal(clients[0].done + clients[1].done + clients[2].done,
	    2);
	for (size_t i = 0; i < 3; i++)
		leave(&clients[i]);
	end(&scene);
}

static void
asks_on_when_whoever_asked_is_gone(void **state)
{
	struct client client;
	struct scene scene;

	(void)state;
	set(&scene, 1, "http://first/");
	begin(&scene);
	ask(&scene, &client);
	leave(&client);
	assert_int_equal(scene.fake.cancelled, 0);
	answer_good(&scene, 0, 1, NOW + 60);
	assert_int_equal(client.done, 0);
	ask(&scene, &client);
	assert_int_equal(client.ask->waiting, 0);
	assert_int_equal(staple_missing(client.ask), 0);
	leave(&client);
	end(&scene);
}

/* What is asked with a client's own extensions, a nonce perhaps, or without a
 * cache, is its own. */
static void
asks_for_one_alone(void **state)
{
	static const struct tls_span extensions = {
		(const uint8_t *)"\x30\x02\x05\x00", 4
	};

	(void)state;
	for (int no_cache = 0; no_cache < 2; no_cache++) {
		struct tls_span with = no_cache ? SPAN("") : extensions;
		struct client first, second;
		struct scene scene;

		set(&scene, 1, "http://first/");
		scene.settings.no_cache = no_cache;
		begin(&scene);
		ask_with(&scene, &first, with);
		ask_with(&scene, &second, with);
		assert_int_equal(scene.fake.num, 2);
		leave(&second);
		assert_int_equal(scene.fake.cancelled, 1);
		answer_good(&scene, 0, 1, NOW + 60);
		assert_int_equal(first.done, 1);
		leave(&first);
		ask(&scene, &second);
		assert_int_equal(scene.fake.num, 3);
		leave(&second);
		end(&scene);
	}
}

static void
tells_why_there_is_none(void **state)
{
	static const struct {
		const char *aia, *url;
		bool no_root;
		enum ocsp_step step;
		bool broken;
	} rows[] = {
		{ NULL, NULL, false, OCSP_NO_RESPONDER, false },
		{ "http://first/", NULL, true, OCSP_NO_ISSUER, false },
		{ "https://first/", NULL, false, OCSP_BAD_URL, true },
		/* What the certificate says goes before -status_url. */
		{ "ldap://x", "http://first/", false, OCSP_BAD_URL, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct client client;
		struct scene scene;

		set(&scene, 1, rows[i].aia);
		scene.settings.url = rows[i].url;
		scene.config.num_roots = !rows[i].no_root;
		begin(&scene);
		ask(&scene, &client);
		assert_int_equal(client.ask->waiting, 0);
		assert_int_equal(staple_missing(client.ask), 1);
		assert_true(took(&client, rows[i].step));
		assert_int_equal(client.ask->broken, rows[i].broken);
		assert_int_equal(scene.fake.num, 0);
		leave(&client);
		end(&scene);
	}
}

static void
takes_the_url_that_was_given(void **state)
{
	struct client client;
	struct scene scene;

	(void)state;
	set(&scene, 1, NULL);
	scene.settings.url = "http://first:1234/x";
	begin(&scene);
	ask(&scene, &client);
	assert_true(took(&client, OCSP_DEFAULT));
	assert_int_equal(scene.fake.fetches[0].port, 1234);
	leave(&client);
	end(&scene);
}

static void
tells_of_an_answer_that_is_none(void **state)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct fetch_user *user;
	struct client client;
	struct scene scene;

	(void)state;
	set(&scene, 1, "http://first/");
	begin(&scene);
	ask(&scene, &client);
	answer(&scene, 0, SPAN("hello"));
	assert_int_equal(client.done, 1);
	assert_true(took(&client, OCSP_FAILED));
	assert_non_null(strstr(client.reason, "no OCSP response"));
	assert_int_equal(staple_missing(client.ask), 1);
	leave(&client);
	ask(&scene, &client);
	err_set(&err, TLS_BLAME_NETWORK, "dead");
	user = scene.fake.fetches[1].user;
	user->fetched(user, SPAN(""), &err);
	assert_string_equal(client.reason, "dead");
	assert_int_equal(client.done, 1);
	leave(&client);
	end(&scene);
}

static void
cannot_ask_without_sha1(void **state)
{
	struct client client;
	struct scene scene;

	(void)state;
	set(&scene, 1, "http://first/");
	scene.backend.primitives = NULL;
	begin(&scene);
	ask(&scene, &client);
	assert_true(took(&client, OCSP_FAILED));
	assert_non_null(strstr(client.reason, "SHA-1"));
	leave(&client);
	end(&scene);
}

/* ---- files -------------------------------------------------------------- */

static void
write_file(const char *name, struct tls_span bytes)
{
	FILE *file = fopen(name, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.data, 1, bytes.len, file), bytes.len);
	fclose(file);
}

static void
gives_a_file_to_whom_it_is_for(void **state)
{
	/* The serial number in it, and who gets it: bits. */
	static const unsigned rows[][2] = {
		{ 1, 1 }, { 2, 2 }, { 3, 3 },
	};
	char name[] = "/tmp/polytls-XXXXXX";
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct buf response = BUF_INIT;
		struct client client;
		struct scene scene;

		make_response(&response, rows[i][0], NOW - 1);
		write_file(name, buf_span(&response));
		set(&scene, 2, "http://first/");
		scene.settings.file = name;
		begin(&scene);
		ask(&scene, &client);
		assert_int_equal(client.ask->waiting, 0);
		for (unsigned j = 0; j < 2; j++)
			assert_int_equal(client.ask->responses[j].len > 0,
			    rows[i][1] >> j & 1);
		leave(&client);
		/* It is read anew, and may be gone. */
		write_file(name, SPAN("no more"));
		ask(&scene, &client);
		assert_true(took(&client, OCSP_FILE_FAILED));
		assert_true(client.ask->broken);
		assert_int_equal(staple_missing(client.ask), 2);
		assert_int_equal(scene.fake.num, 0);
		leave(&client);
		end(&scene);
		buf_clear(&response);
	}
	unlink(name);
}

static void
refuses_a_file_that_is_none(void **state)
{
	static const char *const names[] = {
		"/nonexistent/file", "/tmp", "/dev/null", "/etc/passwd",
	};

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct tls_error err = TLS_ERROR_INIT;
		struct scene scene;

		set(&scene, 0, NULL);
		scene.settings.file = names[i];
		assert_null(stapler_new(&scene.settings, &scene.fake.fetcher,
		    &scene.still.clock, &err));
		assert_true(scene.fake.freed);
		assert_int_equal(err.blame, TLS_BLAME_CONFIG);
		assert_non_null(strstr(err.text, names[i]));
		assert_non_null(strstr(err.text, "-status_file"));
		for (size_t j = 0; j < 3; j++)
			buf_clear(&scene.certs[j]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(goes_by_the_earliest_end),
		cmocka_unit_test(keeps_a_response_until_it_is_out_of_date),
		cmocka_unit_test(asks_for_each_client_without_a_cache),
		cmocka_unit_test(keeps_nothing_that_names_no_end_or_another),
		cmocka_unit_test(asks_once_for_all_who_wait),
		cmocka_unit_test(stands_one_that_ends_another),
		cmocka_unit_test(asks_on_when_whoever_asked_is_gone),
		cmocka_unit_test(asks_for_one_alone),
		cmocka_unit_test(tells_why_there_is_none),
		cmocka_unit_test(takes_the_url_that_was_given),
		cmocka_unit_test(tells_of_an_answer_that_is_none),
		cmocka_unit_test(cannot_ask_without_sha1),
		cmocka_unit_test(gives_a_file_to_whom_it_is_for),
		cmocka_unit_test(refuses_a_file_that_is_none),
	};

	return cmocka_run_group_tests_name("staple", tests, NULL, NULL);
}
