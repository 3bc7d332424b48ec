/* compare.c - answers side by side: marks, text, JSON, HTML
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "compare/compare.h"
#include "report/json.h"
#include "report/page.h"
#include "report/parts.h"
#include "sample.h"
#include "sample_flight.h"
#include "wire/hello.h"

static const struct tls_backend one = { TLS_BACKEND_HEAD("one") };
static const struct tls_backend two = { TLS_BACKEND_HEAD("two") };

/* Four columns: a backend that serves, its library by itself, another one,
 * and the same by itself. */
struct stage {
	struct plug *plugs[2];
	struct compare_answer answers[4];
	struct compare_column columns[4];
	struct compare_table table;
};

static void
answer_of(struct compare_answer *answer, uint16_t version, uint16_t suite,
    uint16_t group)
{
	const struct tls_error err = TLS_ERROR_INIT;

	compare_cannot(answer, &err);
	answer->outcome = COMPARE_ANSWERED;
	answer->version = version;
	answer->suite = suite;
	answer->group = group;
	answer->flight.hello.message = SPAN("ServerHello");
	answer->knows_encrypted = true;
}

static void
begin(struct stage *stage)
{
	memset(stage, 0, sizeof *stage);
	stage->plugs[0] = plug_new(&one);
	stage->plugs[1] = plug_new(&two);
	answer_of(&stage->answers[0], 0x0304, 0x1301, 29);
	answer_of(&stage->answers[1], 0x0304, 0x1302, 29);
	answer_of(&stage->answers[2], 0x0303, 0xc02b, 29);
	answer_of(&stage->answers[3], 0x0303, 0xc02b, 23);
	for (size_t i = 0; i < 4; i++)
		stage->columns[i] = (struct compare_column){
			.plug = stage->plugs[i / 2], .native = i % 2,
			.serves = i == 0, .answer = &stage->answers[i],
		};
	stage->table = (struct compare_table){ stage->columns, 4, 0 };
}

static void
end(struct stage *stage)
{
	for (size_t i = 0; i < 4; i++)
		compare_answer_clear(&stage->answers[i]);
	plug_free(stage->plugs[0]);
	plug_free(stage->plugs[1]);
}

static const struct compare_row *
row_of(const char *name)
{
	for (size_t i = 0; i < compare_num_rows; i++)
		if (!strcmp(compare_rows[i].name, name))
			return &compare_rows[i];
	fail_msg("no row %s", name);
	return NULL;
}

/* A cell as text, with its marks before it. */
static void
assert_cell(const struct stage *stage, const char *name, size_t column,
    const char *expected)
{
	struct compare_cell cell;
	struct buf out = BUF_INIT;

	compare_cell(&stage->table, row_of(name), column, &cell);
	if (cell.differs)
		buf_add_u8(&out, '*');
	if (cell.parts)
		buf_add_u8(&out, '+');
	compare_add_value(&out, row_of(name), &cell.value);
	assert_string_equal(buf_string(&out), expected);
	buf_clear(&out);
	compare_cell_clear(&cell);
}

static void
marks_what_differs(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage);
	assert_cell(&stage, "version", 0, "TLSv1.3");
	assert_cell(&stage, "version", 2, "*TLSv1.2");
	assert_cell(&stage, "group", 2, "+x25519");
	assert_cell(&stage, "group", 3, "*+secp256r1");
	assert_cell(&stage, "suite", 0, "+TLS_AES_128_GCM_SHA256");
	assert_cell(&stage, "suite", 1, "*+TLS_AES_256_GCM_SHA384");
	assert_cell(&stage, "suite", 3, "*ECDHE-ECDSA-AES128-GCM-SHA256");
	stage.table.reference = 3;
	assert_cell(&stage, "group", 0, "*x25519");
	assert_cell(&stage, "group", 3, "+secp256r1");
	end(&stage);
}

/* Neither is no difference: what is not known, and what an answer lacks that is
 * none. */
static void
marks_nothing_without_a_value(void **state)
{
	struct tls_error err = { .text = "what it cannot", .alert_sent = -1 };
	struct stage stage;

	(void)state;
	begin(&stage);
	stage.answers[0].signature = 0x0403;
	stage.answers[2].signature = 0x0804;
	stage.answers[1].knows_encrypted = false;
	compare_answer_clear(&stage.answers[3]);
	compare_cannot(&stage.answers[3], &err);
	assert_cell(&stage, "signature", 0, "ecdsa_secp256r1_sha256");
	assert_cell(&stage, "signature", 1, "?");
	assert_cell(&stage, "signature", 2, "*rsa_pss_rsae_sha256");
	assert_cell(&stage, "signature", 3, "-");
	assert_cell(&stage, "result", 3, "*+cannot");
	assert_cell(&stage, "words", 3, "what it cannot");
	assert_cell(&stage, "request", 0, "no");
	assert_cell(&stage, "request", 1, "?");
	assert_cell(&stage, "request", 3, "-");
	end(&stage);
}

static void
knows_nothing_after_a_retry(void **state)
{
	struct stage stage;

	(void)state;
	begin(&stage);
	stage.answers[2].outcome = COMPARE_RETRY;
	stage.answers[2].flight.retry.group = 24;
	stage.answers[2].group = 24;
	assert_cell(&stage, "result", 2, "*+asks again");
	assert_cell(&stage, "retry", 2, "secp384r1");
	assert_cell(&stage, "retry", 0, "-");
	assert_cell(&stage, "group", 2, "*+secp384r1");
	assert_cell(&stage, "alpn", 2, "?");
	assert_cell(&stage, "certificate", 2, "?");
	assert_cell(&stage, "request", 2, "?");
	end(&stage);
}

static void
says_who_refuses(void **state)
{
	struct tls_error err = { .text = "no hello", .alert_sent = 50 };
	struct stage stage;

	(void)state;
	begin(&stage);
	compare_refuse(&stage.answers[0], &err);
	assert_cell(&stage, "result", 0, "+polytls refuses");
	assert_cell(&stage, "alert", 0, "decode_error (50)");
	assert_cell(&stage, "words", 0, "no hello");
	stage.answers[2].alert = 199;
	assert_cell(&stage, "alert", 2, "*+199");
	end(&stage);
}

/* ---- as text ------------------------------------------------------------ */

static void
prints_a_table(void **state)
{
	static const char expected[] =
	    "#                      one                           "
	    "    two\n"
	    "#    result            answers                       "
	    "    answers\n"
	    "#    version           TLSv1.3                       "
	    " *  TLSv1.2\n"
	    "#    cipher suite      TLS_AES_128_GCM_SHA256        "
	    " *  ECDHE-ECDSA-AES128-GCM-SHA256\n"
	    "#    group             x25519                        "
	    "    x25519\n"
	    "#    ALPN              a long name of a protocol that"
	    " *  -\n"
	    "#                      is broken\\x0aeverywhere\n"
	    "#    extensions        none                          "
	    "    none\n"
	    "#    asks for cert.    no                            "
	    "    no\n"
	    "#    two: -groups: left out\n"
	    "#    two: \\x1b\n";
	struct stage stage;
	struct buf out = BUF_INIT;

	(void)state;
	begin(&stage);
	stage.columns[1] = stage.columns[2];
	stage.columns[1].remarks = "-groups: left out\n\x1b\n";
	stage.table.num = 2;
	stage.answers[0].alpn = SPAN("a long name of a protocol that is "
	    "broken\neverywhere");
	compare_add_text(&out, &stage.table, "#");
	assert_string_equal(buf_string(&out), expected);
	buf_clear(&out);
	end(&stage);
}

/* ---- as JSON and HTML --------------------------------------------------- */

static void
is_json(void **state)
{
	struct stage stage;
	json_t *columns, *column;
	const char *backend = NULL, *suite = NULL;
	int native = -1, serves = -1;

	(void)state;
	begin(&stage);
	stage.answers[3].knows_encrypted = false;
	columns = json_of_table(&stage.table);
	assert_int_equal(json_array_size(columns), 4);
	column = json_array_get(columns, 3);
	assert_int_equal(json_unpack(column, "{s:s,s:b,s:b,s:{s:s}}",
	    "backend", &backend, "native", &native, "serves", &serves,
	    "suite", "openssl", &suite), 0);
	assert_string_equal(backend, "two");
	assert_true(native && !serves);
	assert_string_equal(suite, "ECDHE-ECDSA-AES128-GCM-SHA256");
	for (size_t i = 0; i < compare_num_rows; i++)
		assert_non_null(json_object_get(column,
		    compare_rows[i].name));
	assert_true(json_is_null(json_object_get(column, "signature")));
	assert_int_equal(json_array_size(json_object_get(column,
	    "differs")), 3);
	assert_int_equal(json_array_size(json_object_get(column,
	    "parts")), 1);
	assert_string_equal(json_string_value(json_array_get(
	    json_object_get(column, "unknown"), 0)), "signature");
	json_decref(columns);
	end(&stage);
}

static void
is_html(void **state)
{
	struct stage stage;
	struct page_facts page = { .shadow = PAGE_SHADOW_ASKED };
	struct buf out = BUF_INIT;

	(void)state;
	begin(&stage);
	stage.answers[2].alpn = SPAN("<script>\x1b");
	page_add_comparison(&out, &page);
	assert_non_null(strstr(buf_string(&out), "not all answered yet"));
	page.table = &stage.table;
	page_add_comparison(&out, &page);
	assert_non_null(strstr(buf_string(&out), "<th scope=\"col\">two "
	    "-native</th>"));
	assert_non_null(strstr(buf_string(&out), "&lt;script&gt;\\x1b"));
	assert_null(strstr(buf_string(&out), "<script>"));
	out.len = 0;
	page.shadow = PAGE_SHADOW_NONE;
	page_add_comparison(&out, &page);
	assert_int_equal(out.len, 0);
	buf_clear(&out);
	end(&stage);
}

/* ---- backends that go wrong --------------------------------------------- */

struct tls_server {
	int unused;
};

struct tls_session {
	struct tls_io *io;
	unsigned calls;
};

static struct tls_server *
server_open(const struct tls_config *config, struct tls_error *err)
{
	(void)config;
	(void)err;
	return mem_zero(1, sizeof(struct tls_server));
}

static void
server_close(struct tls_server *server)
{
	free(server);
}

static struct tls_session *
session_open(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io,
    struct tls_host *host, struct tls_error *err)
{
	struct tls_session *session = mem_zero(1, sizeof *session);

	(void)server;
	(void)hello;
	(void)choice;
	(void)host;
	(void)err;
	session->io = io;
	return session;
}

static struct tls_session *
no_session(struct tls_server *server, const struct tls_hello *hello,
    const struct tls_choice *choice, struct tls_io *io,
    struct tls_host *host, struct tls_error *err)
{
	(void)server;
	(void)hello;
	(void)choice;
	(void)io;
	(void)host;
	err->blame = TLS_BLAME_LIBRARY;
	strcpy(err->text, "no session");
	return NULL;
}

static void
session_close(struct tls_session *session)
{
	free(session);
}

/* Never comes to an end, and writes what is no TLS. */
static enum tls_status
babble(struct tls_session *session, struct tls_error *err)
{
	static const uint8_t junk[60000];
	size_t done;

	(void)err;
	assert_true(++session->calls < 1000);
	return session->io->ops->write(session->io, junk, sizeof junk,
	    &done) == TLS_OK ? TLS_WANT_READ : TLS_WANT_WRITE;
}

static enum tls_status
wait_for_more(struct tls_session *session, struct tls_error *err)
{
	(void)err;
	assert_true(++session->calls < 10);
	return TLS_WANT_READ;
}

static void
no_facts(struct tls_session *session, struct tls_facts *facts)
{
	(void)session;
	memset(facts, 0, sizeof *facts);
	facts->identity = 7;
}

/* What the backend that is so answers to the sample's hello. */
static void
ask(const struct tls_backend *backend, struct compare_answer *answer)
{
	const struct policy_alpn alpn = { { NULL, 0 }, false };
	struct tls_error err = TLS_ERROR_INIT;
	struct sample sample;
	struct plug *plug = plug_new(backend);
	struct compare_subject subject = { .plug = plug, .alpn = &alpn };
	struct compare_server *server;

	sample_init(&sample);
	subject.config = &sample.config;
	server = compare_open(&subject, &err);
	assert_non_null(server);
	compare_ask(server, sample.hello, answer);
	compare_close(server);
	plug_free(plug);
	sample_clear(&sample);
}

static void
bears_backends_that_go_wrong(void **state)
{
	struct tls_backend bad = {
		TLS_BACKEND_HEAD("bad"),
		.server_open = server_open, .server_close = server_close,
		.session_open = session_open, .session_close = session_close,
		.handshake = babble, .facts = no_facts,
	};
	struct compare_answer answer;

	(void)state;
	ask(&bad, &answer);
	assert_int_equal(answer.outcome, COMPARE_SILENT);
	assert_int_equal(answer.certificate.len, 0);
	compare_answer_clear(&answer);
	bad.handshake = wait_for_more;
	ask(&bad, &answer);
	assert_int_equal(answer.outcome, COMPARE_SILENT);
	compare_answer_clear(&answer);
	bad.session_open = no_session;
	ask(&bad, &answer);
	assert_int_equal(answer.outcome, COMPARE_REFUSED);
	assert_int_equal(answer.alert, 80);
	assert_string_equal(answer.err.text, "no session");
	compare_answer_clear(&answer);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(marks_what_differs),
		cmocka_unit_test(marks_nothing_without_a_value),
		cmocka_unit_test(knows_nothing_after_a_retry),
		cmocka_unit_test(says_who_refuses),
		cmocka_unit_test(prints_a_table),
		cmocka_unit_test(is_json),
		cmocka_unit_test(is_html),
		cmocka_unit_test(bears_backends_that_go_wrong),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
