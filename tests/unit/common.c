/* common.c - tests of what backends share
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "common/memory.h"
#include "common/probe.h"
#include "common/wire.h"
#include "common/witness.h"

#define SPAN(bytes) \
	((struct tls_span){ (const uint8_t *)(bytes), sizeof(bytes) - 1 })

/* ---- memory ------------------------------------------------------------- */

static void
carries_bytes_both_ways(void **state)
{
	struct common_memory memory;
	uint8_t buf[16];
	size_t done;

	(void)state;
	common_memory_init(&memory);
	assert_int_equal(memory.io.ops->read(&memory.io, buf, 4, &done),
	    TLS_WANT_READ);
	assert_int_equal(done, 0);
	assert_int_equal(common_pipe_put(&memory.to_server,
	    (const uint8_t *)"hello", 5), 5);
	assert_true(memory.io.ops->pending(&memory.io));
	assert_int_equal(memory.io.ops->read(&memory.io, buf, 4, &done),
	    TLS_OK);
	assert_int_equal(done, 4);
	assert_memory_equal(buf, "hell", 4);
	assert_int_equal(common_pipe_len(&memory.to_server), 1);
	assert_int_equal(memory.io.ops->write(&memory.io,
	    (const uint8_t *)"reply", 5, &done), TLS_OK);
	assert_int_equal(common_pipe_take(&memory.to_client, buf, 16), 5);
	assert_memory_equal(buf, "reply", 5);
	common_memory_clear(&memory);
}

static void
holds_no_more_than_it_may(void **state)
{
	static const uint8_t much[COMMON_PIPE_MAX + 1];
	struct common_memory memory;
	size_t done;

	(void)state;
	common_memory_init(&memory);
	assert_int_equal(memory.io.ops->write(&memory.io, much, sizeof much,
	    &done), TLS_OK);
	assert_int_equal(done, COMMON_PIPE_MAX);
	assert_int_equal(memory.io.ops->write(&memory.io, much, 1, &done),
	    TLS_WANT_WRITE);
	assert_int_equal(done, 0);
	common_memory_clear(&memory);
}

static void
cuts_records(void **state)
{
	struct common_memory memory;
	uint8_t buf[64];

	(void)state;
	common_memory_init(&memory);
	common_pipe_put(&memory.to_server,
	    SPAN("\x16\3\1\0\5abcde\x14\3\3\0\1\1").data, 16);
	assert_true(common_pipe_cut(&memory.to_server, 2));
	assert_int_equal(common_pipe_take(&memory.to_server, buf, 64), 26);
	assert_memory_equal(buf, "\x16\3\1\0\2ab\x16\3\1\0\2cd\x16\3\1\0\1e"
	    "\x14\3\3\0\1\1", 26);
	common_memory_clear(&memory);
}

/* ---- the wire ----------------------------------------------------------- */

static void
finds_an_alert_in_clear_at_the_end(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		int alert;
	} rows[] = {
		{ "\x15\3\3\0\2\2\x28", 7, 40 },
		{ "before\x15\3\3\0\2\2\x2a", 13, 42 },
		{ "\x15\3\3\0\2\1\x28", 7, -1 },
		{ "\x16\3\3\0\2\2\x28", 7, -1 },
		{ "\x15\3\3\0\2\2", 6, -1 },
		{ "\x15\3\3\0\2\2\x28x", 8, -1 },
		{ "", 0, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct common_alerts once = { .len = 0 }, slowly = once;

		common_alerts_add(&once, (struct tls_span){
		    (const uint8_t *)rows[i].bytes, rows[i].len });
		for (size_t j = 0; j < rows[i].len; j++)
			common_alerts_add(&slowly, (struct tls_span){
			    (const uint8_t *)rows[i].bytes + j, 1 });
		assert_int_equal(common_alerts_fatal(&once), rows[i].alert);
		assert_int_equal(common_alerts_fatal(&slowly), rows[i].alert);
	}
}

static void
writes_numbers_as_it_reads_them(void **state)
{
	uint8_t at[8];

	(void)state;
	common_put_u64(at, 0x0102030405060708);
	assert_memory_equal(at, "\1\2\3\4\5\6\7\x8", 8);
	assert_true(common_get_u64(at) == 0x0102030405060708);
	assert_int_equal(common_get_u16(at + 6), 0x0708);
	common_put_u16(at, 0xfffe);
	assert_memory_equal(at, "\xff\xfe", 2);
	common_put_u24(at, 0x10203);
	assert_memory_equal(at, "\1\2\3", 3);
}

/* ---- probes ------------------------------------------------------------- */

struct tls_probe {
	struct common_probe base;	/* first */
	unsigned runs;
};

static void
try_two(struct tls_probe *probe)
{
	probe->runs++;
	common_probe_found(probe, TLS_FEATURE_ALPN, true);
	common_probe_found(probe, TLS_FEATURE_NPN, false);
}

static void
try_part(struct tls_probe *probe)
{
	common_probe_set(probe, TLS_FEATURE_PSK, TLS_SUPPORT_PART, "half");
}

static void
try_nothing(struct tls_probe *probe)
{
	probe->runs++;
}

static void
tries_what_is_asked_for_and_once(void **state)
{
	static const struct common_row rows[] = {
		{ TLS_FEATURE_SSL2, NULL, { TLS_SUPPORT_NONE, "never" },
		  NULL },
		{ TLS_FEATURE_ALPN, try_two, { TLS_SUPPORT_FULL, NULL },
		  NULL },
		{ TLS_FEATURE_NPN, try_two, { TLS_SUPPORT_FULL, NULL },
		  "not here" },
		{ TLS_FEATURE_PSK, try_part, { TLS_SUPPORT_FULL, NULL },
		  NULL },
		{ TLS_FEATURE_CRLS, try_nothing, { TLS_SUPPORT_FULL, NULL },
		  NULL },
	};
	static const struct common_table table = {
		rows, 5, "failed", NULL,
	};
	struct tls_probe probe = { .runs = 0 };
	struct tls_answer answer;

	(void)state;
	answer = common_probe_answer(&probe, &table, TLS_FEATURE_SSL2);
	assert_int_equal(answer.support, TLS_SUPPORT_NONE);
	assert_string_equal(answer.note, "never");
	assert_int_equal(probe.runs, 0);
	answer = common_probe_answer(&probe, &table, TLS_FEATURE_ALPN);
	assert_int_equal(answer.support, TLS_SUPPORT_FULL);
	answer = common_probe_answer(&probe, &table, TLS_FEATURE_NPN);
	assert_int_equal(answer.support, TLS_SUPPORT_NONE);
	assert_string_equal(answer.note, "not here");
	assert_int_equal(probe.runs, 1);
	answer = common_probe_answer(&probe, &table, TLS_FEATURE_PSK);
	assert_int_equal(answer.support, TLS_SUPPORT_PART);
	assert_string_equal(answer.note, "half");
	answer = common_probe_answer(&probe, &table, TLS_FEATURE_CRLS);
	assert_int_equal(answer.support, TLS_SUPPORT_NONE);
	assert_string_equal(answer.note, "failed");
	answer = common_probe_answer(&probe, &table, TLS_FEATURE_TLS1);
	assert_int_equal(answer.support, TLS_SUPPORT_UNANSWERED);
}

/* ---- the witness -------------------------------------------------------- */

static void
remembers_one_session(void **state)
{
	struct common_witness witness;
	const struct tls_host_ops *ops;

	(void)state;
	common_witness_init(&witness, 0);
	ops = witness.host.ops;
	assert_int_equal(ops->resume(&witness.host, SPAN("id")).len, 0);
	ops->remember(&witness.host, SPAN("id"), SPAN("session"), 10);
	assert_memory_equal(ops->resume(&witness.host, SPAN("id")).data,
	    "session", 7);
	assert_int_equal(ops->resume(&witness.host, SPAN("no")).len, 0);
	ops->forget(&witness.host, SPAN("no"));
	ops->remember(&witness.host, SPAN("no"), SPAN("other"), 10);
	assert_int_equal(ops->resume(&witness.host, SPAN("id")).len, 0);
	ops->forget(&witness.host, SPAN("no"));
	assert_int_equal(ops->resume(&witness.host, SPAN("no")).len, 0);
	witness.psk_identity = SPAN("me");
	witness.psk = SPAN("key");
	assert_int_equal(ops->psk(&witness.host, SPAN("me")).len, 3);
	assert_int_equal(ops->psk(&witness.host, SPAN("you")).len, 0);
	common_witness_clear(&witness);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(carries_bytes_both_ways),
		cmocka_unit_test(holds_no_more_than_it_may),
		cmocka_unit_test(cuts_records),
		cmocka_unit_test(finds_an_alert_in_clear_at_the_end),
		cmocka_unit_test(writes_numbers_as_it_reads_them),
		cmocka_unit_test(tries_what_is_asked_for_and_once),
		cmocka_unit_test(remembers_one_session),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
