/* expect.c - tests of -expect: every key, every spelling, the judge
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/clock.h"
#include "expect/expect.h"
#include "plug/plug.h"

#define SPAN(text)	{ (const uint8_t *)(text), sizeof (text) - 1 }

/* ---- a judge, and what it posts ----------------------------------------- */

struct listener {
	struct sink sink;
	struct buf *out;
};

static void
hear(struct sink *sink, const struct event *event)
{
	buf_printf(((struct listener *)sink)->out, "%llu %s: %s, %s\n",
	    (unsigned long long)event->from.conn, event->mismatch.key,
	    event->mismatch.expected, event->mismatch.seen);
}

static void
free_listener(struct sink *sink)
{
	free(sink);
}

static const struct sink_ops listener_ops = {
	.event = hear, .free = free_listener,
};

struct court {
	struct bus *bus;
	struct judge *judge;
	struct buf heard;
};

static void
open_court(struct court *court, const char *const *words, size_t num,
    unsigned num_accept)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct expect *expect = expect_new(words, num, &err);
	struct listener *listener = mem_zero(1, sizeof *listener);

	if (!expect)
		fail_msg("%s: %s", words[0], err.text);
	*court = (struct court){ .heard = BUF_INIT };
	court->bus = bus_new(&clock_system);
	court->judge = judge_new(expect, num_accept);
	bus_add(court->bus, judge_sink(court->judge));
	listener->sink.ops = &listener_ops;
	listener->sink.wants = EVENT_BIT(EVENT_MISMATCH);
	listener->out = &court->heard;
	bus_add(court->bus, &listener->sink);
}

/* The verdict, and what was heard. */
static void
close_court(struct court *court, const char *about, const char *heard)
{
	bool passed = judge_passed(court->judge, court->bus);
	const char *told = buf_string(&court->heard);

	if (strcmp(told, heard))
		fail_msg("%s: \"%s\" instead of \"%s\"", about, told, heard);
	assert_int_equal(passed, !*heard);
	bus_free(court->bus);
	buf_clear(&court->heard);
}

/* ---- connections --------------------------------------------------------- */

static void
post(struct court *court, uint64_t conn, struct event event)
{
	event.from.conn = conn;
	event.from.backend = "null";
	bus_post(court->bus, &event);
}

static const struct tls_hello hello = { .server_name = SPAN("a.test") };

static const struct tls_facts facts = {
	.version = TLS_VERSION_1_2, .suite = 0xc02b, .group = 29,
	.signature = 0x0403, .peer_signature = 0x0804,
	.resumed = TLS_NO, .extended_master = TLS_YES,
	.alpn = SPAN("h2"), .psk_identity = SPAN("Ann\n"),
	.num_peer_chain = 1, .peer_chain = { SPAN("x") },
};

/* A ServerHello with the random of a HelloRetryRequest (RFC 8446, 4.1.3). */
static const uint8_t retry[] = {
	2, 0, 0, 46, 3, 3,
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d,
	0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16,
	0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8,
	0x33, 0x9c, 0, 0x13, 0x01, 0, 0, 6, 0, 43, 0, 2, 3, 4,
};

static void
begin(struct court *court, uint64_t conn)
{
	post(court, conn, (struct event){ .kind = EVENT_ACCEPTED });
}

static void
shake(struct court *court, uint64_t conn, const struct tls_facts *had)
{
	post(court, conn, (struct event){ .kind = EVENT_HELLO,
	    .hello = { &hello } });
	post(court, conn, (struct event){ .kind = EVENT_MESSAGE,
	    .message = { TLS_SENT, TLS_VERSION_1_3, 22,
	    { retry, sizeof retry } } });
	post(court, conn, (struct event){ .kind = EVENT_HANDSHAKE,
	    .handshake = { .facts = had } });
	post(court, conn, (struct event){ .kind = EVENT_ALERT,
	    .alert = { TLS_SENT, 1, 90 } });
	post(court, conn, (struct event){ .kind = EVENT_ALERT,
	    .alert = { TLS_RECEIVED, 1, 0 } });
}

static void
end(struct court *court, uint64_t conn)
{
	post(court, conn, (struct event){ .kind = EVENT_CLOSED,
	    .closed = { OUTCOME_TRUNCATED, 300, 4000 } });
}

static void
whole(struct court *court, uint64_t conn)
{
	begin(court, conn);
	shake(court, conn, &facts);
	end(court, conn);
}

/* ---- every key ----------------------------------------------------------- */

/* `right` holds for the connection above, `wrong` does not, and `seen` is what
 * is said instead. */
static const struct {
	const char *right, *wrong, *seen;
} samples[] = {
	{ "handshake=ok", "handshake=failed", "ok" },
	{ "version=1.2", "version=1.3", "TLSv1.2" },
	{ "version=TLSv1.2", "version=none", "TLSv1.2" },
	{ "version=tls1_2", "version=0x0304", "TLSv1.2" },
	{ "version=771", "version=1", "TLSv1.2" },
	{ "suite=ECDHE-ECDSA-AES128-GCM-SHA256", "suite=AES128-SHA",
	  "ECDHE-ECDSA-AES128-GCM-SHA256" },
	{ "suite=tls_ecdhe_ecdsa_with_aes_128_gcm_sha256",
	  "suite=TLS_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256" },
	{ "suite=0xC02B", "suite=49196", "ECDHE-ECDSA-AES128-GCM-SHA256" },
	{ "group=X25519", "group=P-256", "x25519" },
	{ "group=29", "group=prime256v1|none", "x25519" },
	{ "signature=ecdsa_secp256r1_sha256", "signature=ed25519",
	  "ecdsa_secp256r1_sha256" },
	{ "signature=ECDSA+SHA256", "signature=0x0804",
	  "ecdsa_secp256r1_sha256" },
	{ "client_signature=PSS+SHA256", "client_signature=none",
	  "rsa_pss_rsae_sha256" },
	{ "alpn=http/1.1|h2", "alpn=none", "h2" },
	{ "sni=a.test", "sni=A.test", "a.test" },
	{ "resumed=no", "resumed=yes", "no" },
	{ "hrr=yes", "hrr=no", "yes" },
	{ "extended_master=yes", "extended_master=no", "yes" },
	{ "client_cert=valid", "client_cert=none", "valid" },
	{ "client_cert=any", "client_cert=invalid", "valid" },
	{ "psk!=none", "psk=Ann", "Ann\\x0a" },
	{ "backend=null", "backend=openssl", "null" },
	{ "alert=user_canceled", "alert=none", "user_canceled" },
	{ "alert=90", "alert=close_notify", "user_canceled" },
	{ "alert_sent=user_canceled", "alert_sent=40", "user_canceled" },
	{ "alert_received=none", "alert_received=unknown_ca", "none" },
	{ "close=truncated", "close=clean|reset", "truncated" },
	{ "bytes_received=300", "bytes_received=301-", "300" },
	{ "bytes_received=0-300", "bytes_received=0-299", "300" },
	{ "bytes_sent=4000-", "bytes_sent=0", "4000" },
	{ "connections=1", "connections=2-3", "1" },
};

#define NUM_SAMPLES	(sizeof samples / sizeof *samples)

static size_t
name_len(const char *pair)
{
	return strcspn(pair, "!=");
}

static void
compares_every_key(void **state)
{
	(void)state;
	for (size_t i = 0; i < NUM_SAMPLES; i++) {
		struct court court;
		struct buf told = BUF_INIT;
		const char *wrong = samples[i].wrong;
		size_t len = name_len(wrong);

		open_court(&court, &samples[i].right, 1, 0);
		whole(&court, 1);
		close_court(&court, samples[i].right, "");
		open_court(&court, &wrong, 1, 0);
		whole(&court, 1);
		buf_printf(&told, "%d %.*s: %s, %s\n",
		    strncmp(wrong, "connections", len) ? 1 : 0, (int)len,
		    wrong, wrong + len + 1, samples[i].seen);
		close_court(&court, wrong, buf_string(&told));
		buf_clear(&told);
	}
}

static void
has_a_sample_of_every_key(void **state)
{
	(void)state;
	for (size_t i = 0; expect_key_name(i); i++) {
		const char *name = expect_key_name(i);
		bool found = false;

		for (size_t j = 0; j < NUM_SAMPLES; j++)
			found = found ||
			    (name_len(samples[j].right) == strlen(name) &&
			    !strncmp(samples[j].right, name, strlen(name)));
		if (!found)
			fail_msg("%s has no sample", name);
		assert_true(strlen(expect_key_about(i)) > 0);
		assert_true(strlen(expect_key_values(i)) > 0);
	}
}

/* ---- what is wrong ------------------------------------------------------- */

static void
refuses(void **state)
{
	static const struct {
		const char *word, *said;
	} wrong[] = {
		{ "", "nothing is expected" },
		{ " , ", "nothing is expected" },
		{ "1:", "nothing is expected" },
		{ "version", "no KEY=VALUE" },
		{ "version!1.2", "no KEY=VALUE" },
		{ "=1.2", "no KEY=VALUE" },
		{ "!=1.2", "no KEY=VALUE" },
		{ "verson=1.2", "did you mean version?" },
		{ "Version=1.2", "did you mean version?" },
		{ "version=", "the values are" },
		{ "version=|1.2", "the values are" },
		{ "version=1.2|", "the values are" },
		{ "version=1.22", "the values are" },
		{ "version=0x", "the values are" },
		{ "version=0x10000", "the values are" },
		{ "version=65536", "the values are" },
		{ "version=-1", "the values are" },
		{ "alert=256", "the values are" },
		{ "alert=unknown_caa", "did you mean unknown_ca?" },
		{ "group=P-257", "did you mean P-25" },
		{ "signature=ed25518", "did you mean ed25519?" },
		{ "suite=AES128-SHAA", "did you mean AES128-SHA?" },
		{ "close=clean|cleam", "did you mean clean?" },
		{ "resumed=2", "the values are yes|no|none" },
		{ "client_cert=vald", "did you mean valid?" },
		{ "bytes_sent=1-2-3", "the values are" },
		{ "bytes_sent=2-1", "the values are" },
		{ "bytes_sent=99999999999999999999", "the values are" },
		{ "0: version=1.2", "counted from 1" },
		{ "2-1: version=1.2", "counted from 1" },
		{ "1-2 version=1.2", "counted from 1" },
		{ "99999999999: version=1.2", "counted from 1" },
		{ "1: connections=1", "all of them" },
		{ "2-: connections=1", "all of them" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct tls_error err = TLS_ERROR_INIT;
		struct expect *expect = expect_new(&wrong[i].word, 1, &err);

		if (expect)
			fail_msg("%s: accepted", wrong[i].word);
		assert_int_equal(err.blame, TLS_BLAME_CONFIG);
		if (!strstr(err.text, wrong[i].said))
			fail_msg("%s: %s", wrong[i].word, err.text);
	}
}

/* ---- several ------------------------------------------------------------- */

static void
judges_each_by_its_own(void **state)
{
	static const char *const words[] = {
		"sni=a.test", "1:sni=a", "2-3: sni=b,alpn=h2",
		"3-: sni!=a.test",
	};
	struct court court;

	(void)state;
	open_court(&court, words, 4, 0);
	/* They overlap, and end in another order. */
	for (uint64_t conn = 1; conn <= 4; conn++)
		begin(&court, conn);
	for (uint64_t conn = 4; conn >= 1; conn--) {
		shake(&court, conn, &facts);
		end(&court, conn);
	}
	close_court(&court, "each",
	    "4 sni: not a.test, a.test\n"
	    "3 sni: b, a.test\n"
	    "3 sni: not a.test, a.test\n"
	    "2 sni: b, a.test\n"
	    "1 sni: a, a.test\n");
}

static void
wants_a_handshake(void **state)
{
	static const char *const without = "alpn!=h3", *const with =
	    "handshake=failed version=none";
	const struct tls_error why = { .text = "a\x1b" };
	const struct event failed = {
		.kind = EVENT_FAILED, .failed = { .error = &why },
	};
	struct court court;

	(void)state;
	open_court(&court, &without, 1, 0);
	begin(&court, 1);
	post(&court, 1, failed);
	end(&court, 1);
	close_court(&court, without, "1 handshake: ok, failed: a\\x1b\n");
	open_court(&court, &with, 1, 0);
	begin(&court, 1);
	post(&court, 1, failed);
	end(&court, 1);
	close_court(&court, with, "");
}

static void
counts(void **state)
{
	static const char *const any = "sni=a.test", *const third =
	    "3: sni=a.test", *const none = "connections=0";
	struct court court;

	(void)state;
	open_court(&court, &any, 1, 0);
	close_court(&court, any, "0 connections: 1-, 0\n");
	open_court(&court, &any, 1, 2);
	whole(&court, 1);
	close_court(&court, any, "0 connections: 2-, 1\n");
	open_court(&court, &third, 1, 2);
	whole(&court, 1);
	whole(&court, 2);
	close_court(&court, third, "0 connections: 3-, 2\n");
	open_court(&court, &none, 1, 0);
	close_court(&court, none, "");
	open_court(&court, &none, 1, 0);
	whole(&court, 1);
	close_court(&court, none, "0 connections: 0, 1\n");
}

/* What a library does not tell is neither yes nor no, nor none. */
static void
knows_what_it_does_not_know(void **state)
{
	static const char *const words[] = { "resumed=no", "resumed!=yes",
	    "resumed=none" };
	struct tls_facts silent = facts;
	struct court court;

	(void)state;
	silent.resumed = TLS_UNKNOWN;
	for (size_t i = 0; i < 3; i++) {
		struct buf told = BUF_INIT;

		open_court(&court, &words[i], 1, 0);
		begin(&court, 1);
		shake(&court, 1, &silent);
		end(&court, 1);
		buf_printf(&told, "1 resumed: %s%s, nothing: the library "
		    "does not tell\n", i == 1 ? "not " : "",
		    strchr(words[i], '=') + 1);
		close_court(&court, words[i], buf_string(&told));
		buf_clear(&told);
	}
}

/* ---- what a backend tells ------------------------------------------------ */

static void
about(struct tls_about *out)
{
	*out = (struct tls_about){ "Null", "1", "1", "", "" };
}

static const struct tls_backend backend = {
	TLS_BACKEND_HEAD("null"), .about = about,
};

static void
asks_the_backend(void **state)
{
	static const char *const word = "2: group=none";
	const struct tls_answer no = { TLS_SUPPORT_NONE, "it is a secret" };
	const struct tls_answer part = { TLS_SUPPORT_PART, "sometimes" };
	struct plug *plug = plug_new(&backend);
	struct tls_error err = TLS_ERROR_INIT;
	struct expect *expect = expect_new(&word, 1, &err);

	(void)state;
	plug_set_answer(plug, TLS_FEATURE_FACT_GROUP, no);
	assert_false(expect_fits(expect, plug, &err));
	assert_int_equal(err.blame, TLS_BLAME_FEATURE);
	assert_non_null(strstr(err.text, "-expect group"));
	assert_non_null(strstr(err.text, "it is a secret"));
	expect_free(expect);
	plug_set_answer(plug, TLS_FEATURE_FACT_GROUP, part);
	expect = expect_new(&word, 1, &err);
	assert_true(expect_fits(expect, plug, &err));
	expect_free(expect);
	plug_free(plug);
}

/* Nothing is then no "none". */
static void
believes_part_of_an_answer(void **state)
{
	static const char *const word = "group=none";
	const struct tls_answer part = { TLS_SUPPORT_PART, "sometimes" };
	struct plug *plug = plug_new(&backend);
	struct tls_error err = TLS_ERROR_INIT;
	struct expect *expect = expect_new(&word, 1, &err);
	struct tls_facts silent = facts;
	struct bus *bus = bus_new(&clock_system);
	struct judge *judge;
	struct court court = { .bus = bus };

	(void)state;
	plug_set_answer(plug, TLS_FEATURE_FACT_GROUP, part);
	assert_true(expect_fits(expect, plug, &err));
	judge = judge_new(expect, 0);
	bus_add(bus, judge_sink(judge));
	silent.group = 0;
	begin(&court, 1);
	shake(&court, 1, &silent);
	end(&court, 1);
	assert_false(judge_passed(judge, bus));
	bus_free(bus);
	plug_free(plug);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(compares_every_key),
		cmocka_unit_test(has_a_sample_of_every_key),
		cmocka_unit_test(refuses),
		cmocka_unit_test(judges_each_by_its_own),
		cmocka_unit_test(wants_a_handshake),
		cmocka_unit_test(counts),
		cmocka_unit_test(knows_what_it_does_not_know),
		cmocka_unit_test(asks_the_backend),
		cmocka_unit_test(believes_part_of_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
