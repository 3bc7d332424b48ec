/* quiet.c - the host that has no answers, and records what it is told
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "plug/quiet.h"

static const struct tls_span text = { (const uint8_t *)"text", 4 };

static int64_t
wall_us(const struct clock *clock)
{
	(void)clock;
	return 1234567890;
}

static const struct clock fixed = { .wall_us = wall_us };

static void
has_no_answer_but_the_time(void **state)
{
	const struct tls_verify_step good = { .error = 0 }, bad = {
		.error = 18 };
	struct quiet_host quiet;
	struct tls_host *host = &quiet.host;

	(void)state;
	quiet_init(&quiet, &fixed, 0);
	assert_int_equal(host->ops->now_ms(host), 1234567);
	assert_int_equal(host->ops->resume(host, text).len, 0);
	assert_int_equal(host->ops->psk(host, text).len, 0);
	assert_null(host->ops->inner_hello(host, text));
	assert_true(host->ops->verify(host, &good));
	assert_false(host->ops->verify(host, &bad));
	host->ops->state(host, &(struct tls_state){ TLS_STATE_DONE, TLS_SENT,
	    0, 0 });
	host->ops->changed(host);
	host->ops->remember(host, text, text, 60);
	host->ops->forget(host, text);
	host->ops->wake_in(host, 20);
	assert_int_equal(quiet.num_messages + quiet.num_secrets +
	    quiet.num_alerts + quiet.num_left_out, 0);
	quiet_clear(&quiet);
}

static void
records_what_it_is_told(void **state)
{
	struct quiet_host quiet;
	struct tls_host *host = &quiet.host;
	char bytes[] = "text";

	(void)state;
	quiet_init(&quiet, &fixed, TLS_WANTS_MESSAGES);
	host->ops->message(host, TLS_SENT, 0x0303, 22, (struct tls_span){
	    (uint8_t *)bytes, 4 });
	bytes[0] = 'n';			/* it has a copy */
	host->ops->alert(host, TLS_RECEIVED, 2, 40);
	host->ops->secret(host, "LABEL", text, text);
	assert_int_equal(quiet.num_messages, 1);
	assert_int_equal(quiet.messages[0].direction, TLS_SENT);
	assert_int_equal(quiet.messages[0].version, 0x0303);
	assert_int_equal(quiet.messages[0].content_type, 22);
	assert_true(span_equal(quiet.messages[0].message, text));
	assert_int_equal(quiet.num_alerts, 1);
	assert_int_equal(quiet.alerts[0].direction, TLS_RECEIVED);
	assert_int_equal(quiet.alerts[0].level, 2);
	assert_int_equal(quiet.alerts[0].description, 40);
	assert_string_equal(buf_string(&quiet.secrets),
	    "LABEL 74657874 74657874\n");

	quiet_clear(&quiet);
	assert_int_equal(quiet.num_messages + quiet.num_secrets +
	    quiet.num_alerts, 0);
	assert_int_equal(quiet.host.wants, TLS_WANTS_MESSAGES);
}

static void
records_no_more_than_its_limits(void **state)
{
	static const uint8_t bytes[QUIET_MAX_LEN / 2];
	const struct tls_span half = { bytes, sizeof bytes };
	struct quiet_host quiet;
	struct tls_host *host = &quiet.host;

	(void)state;
	quiet_init(&quiet, &fixed, 0);
	for (int i = 0; i < 3; i++)
		host->ops->message(host, TLS_SENT, 0x0303, 22, half);
	assert_int_equal(quiet.num_messages, 2);
	assert_int_equal(quiet.num_left_out, 1);
	quiet_clear(&quiet);

	for (int i = 0; i <= QUIET_MAX_MESSAGES; i++)
		host->ops->message(host, TLS_SENT, 0x0303, 22, text);
	for (int i = 0; i <= QUIET_MAX_ALERTS; i++)
		host->ops->alert(host, TLS_SENT, 1, 0);
	assert_int_equal(quiet.num_messages, QUIET_MAX_MESSAGES);
	assert_int_equal(quiet.num_alerts, QUIET_MAX_ALERTS);
	assert_int_equal(quiet.num_left_out, 2);
	host->ops->secret(host, "LABEL", text, half);
	assert_int_equal(quiet.num_secrets, 0);
	assert_int_equal(quiet.num_left_out, 3);
	host->ops->secret(host, "LABEL", text, text);
	assert_int_equal(quiet.num_secrets, 1);
	quiet_clear(&quiet);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(has_no_answer_but_the_time),
		cmocka_unit_test(records_what_it_is_told),
		cmocka_unit_test(records_no_more_than_its_limits),
	};

	return cmocka_run_group_tests_name("quiet", tests, NULL, NULL);
}
