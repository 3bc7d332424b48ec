/* options.c - tests of the command line
 * SPDX-License-Identifier: Apache-2.0
 *
 * Longer than most: one table of samples serves every test.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "cmd/cmd.h"
#include "cmd/s_server.h"

#define MAX_WORDS	12

/* Short names for what stands in another file. */
#define rows	s_server_table.list
#define TABLE	(&s_server_table)

/* What became of a command line. */
struct parsed {
	enum cli_result result;
	struct s_server_options settings;
	struct cli_words words;
	struct tls_error err;
	char *argv[MAX_WORDS + 1];
	int argc;
};

/* Parses `line`, words between blanks; "~" stands for an empty word. */
static void
run(struct parsed *o, const char *line)
{
	*o = (struct parsed){ .err = TLS_ERROR_INIT };
	while (*line) {
		struct buf word = BUF_INIT;
		size_t len = strcspn(line, " ");

		assert_true(o->argc < MAX_WORDS);
		if (len != 1 || *line != '~')
			buf_add(&word, line, len);
		o->argv[o->argc++] = mem_string(buf_string(&word));
		buf_clear(&word);
		line += len;
		line += strspn(line, " ");
	}
	o->result = s_server_parse(&o->words, o->argc, o->argv,
	    &o->settings, &o->err);
}

static void
end(struct parsed *o)
{
	cli_clear(&o->words, &o->settings);
	for (int i = 0; i < o->argc; i++)
		free(o->argv[i]);
}

/* One line of error, blame CONFIG, that holds `words`. */
static void
is_wrong(const char *line, const char *words)
{
	struct parsed o;

	run(&o, line);
	if (o.result != CLI_WRONG)
		fail_msg("%s: accepted", line);
	assert_int_equal(o.err.blame, TLS_BLAME_CONFIG);
	if (!strstr(o.err.text, words))
		fail_msg("%s: \"%s\" lacks \"%s\"", line, o.err.text, words);
	assert_null(strchr(o.err.text, '\n'));
	end(&o);
}

/* Accepted, with one line of warning that holds `words`; null: with none. */
static void
is_right(const char *line, const char *words)
{
	struct parsed o;
	const char *warning;

	run(&o, line);
	if (o.result != CLI_GOOD)
		fail_msg("%s: %s", line, o.err.text);
	warning = buf_string(&o.words.warnings);
	if (!words && *warning)
		fail_msg("%s: warns \"%s\"", line, warning);
	if (words && (!strstr(warning, words) ||
	    strchr(warning, '\n') != warning + strlen(warning) - 1))
		fail_msg("%s: \"%s\" is no one line with \"%s\"", line,
		    warning, words);
	end(&o);
}

/* ---- every row ---------------------------------------------------------- */

/* What a kind takes and refuses. */
static const struct sample {
	const char *good, *other;	/* right, and different */
	const char *wrong[4];
} samples[OPTION_KIND_COUNT] = {
	[OPTION_NUMBER] = { "1", "3", { "-1", "4x", "99999999999" } },
	[OPTION_SECONDS] = { "0.5", "20", { "-1", "1.", "0.1234", "86401" } },
	[OPTION_DEPTH] = { "0", "1", { "-1", "101", "x", "~" } },
	[OPTION_DEMAND] = { "0", "1", { "-1", "101", "x", "~" } },
	[OPTION_STRING] = { "a", "b", { "~" } },
	[OPTION_LIST] = { "a", "b", { NULL } },
	[OPTION_OUTPUT] = { "-", "fd:3", { "~", "fd:", "fd:x" } },
	[OPTION_FORM] = { "PEM", "der", { "P13", "~", "PEMS" } },
	[OPTION_DEPTH_ONLY] = { "0", "1", { "-1", "101", "x", "~" } },
	[OPTION_WORDS] = { "a", "b", { "~" } },
	[OPTION_PSK] = { "1a2b", "a:b:00",
	    { "~", "1a2", ":00", "a:" } },
	[OPTION_BYTES] = { "a", "b",
	    { "123456789012345678901234567890123456789012345678901234567890"
	    "12345678901234567890123456789012345678901234567890123456789012"
	    "345678901234567890" } },
	[OPTION_ONE_OF] = { "ours", "both", { "~", "our", "ours|", "x" } },
	[OPTION_LENIENT] = { "refuse", NULL, { "~", "refused", "x" } },
	[OPTION_SOURCE] = { "pass:", "stdin",
	    { "secret", "env:", "fd:-1", "file:" } },
	[OPTION_ADDRESS] = { "0", "[::1]:443",
	    { "65536", "::1:443", "[::1]", "fd:x" } },
	[OPTION_PORT] = { "0", "65535", { "65536", "-1", "a:1", "~" } },
	[OPTION_URL] = { "http://a", "http://[::1]:8080/b",
	    { "~", "a", "https://a/", "http://a:x/" } },
	[OPTION_PROTOCOLS] = { "h2", "h2,,http/1.1,",
	    { "~", ",", ",,,", "a,\x7f" } },
};

/* A good value of `option` that is not the default. */
static const char *
other(const struct option *option)
{
	const char *word = samples[option->kind].other;

	if (option->kind == OPTION_LENIENT)
		return strchr(option->value, '|') + 1;
	return word;
}

/* The options that `option` is no good without. */
static const char *
companion(const struct option *option)
{
	static const struct {
		const char *name, *other;
	} companions[] = {
		{ "cert2", "-servername x" }, { "key2", "-servername x" },
		{ "servername_fatal", "-servername x" },
		{ "json_append", "-json x" },
		{ "dkey", "-dcert x" }, { "dkeyform", "-dcert x" },
		{ "dcertform", "-dcert x" }, { "dpass", "-dcert x" },
		{ "root", "-WWW" }, { "keep_alive", "-WWW" },
		{ "index", "-WWW" }, { "view", "-shadow all" },
		{ "workers", "-www" }, { "unlink", "-unix x" },
		{ "dcert_chain", "-dcert x" },
		{ "verify_depth", "-verify 1" },
		{ "verify_quiet", "-verify 1" },
		{ "crl_check", "-verify 1" },
		{ "crl_check_all", "-verify 1" },
		{ "CRL", "-verify 1 -crl_check" },
		{ "client_sigalgs", "-verify 1" },
		{ "alpn_mismatch", "-alpn h2" },
		{ "psk_identity", "-psk 00" }, { "psk_hint", "-psk 00" },
		{ "psk_mismatch", "-psk 00" },
		{ "verify_return_error", "-verify 1" },
	};

	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++)
		if (!strcmp(companions[i].name, option->name))
			return companions[i].other;
	return "";
}

typedef void check_fn(const char *line, const char *words);

/* Checks `option`, written `dashes`NAME`between``value`. */
static void
check(check_fn *how, const char *dashes, const struct option *option,
    const char *between, const char *value, const char *words)
{
	struct buf line = BUF_INIT;

	buf_printf(&line, "%s %s%s%s%s", companion(option), dashes,
	    option->name, between, value);
	how(buf_string(&line) + strspn(buf_string(&line), " "), words);
	buf_clear(&line);
}

/* The remark that an option brings along. */
static const char *
remark_on(const struct option *option)
{
	static const struct {
		const char *name, *words;
	} remarks[] = {
		{ "tls1", "security level" }, { "tls1_1", "security level" },
		{ "no_dhe", "leaves TLS 1.3 as it is" },
		{ "no_ecdhe", "leaves TLS 1.3 as it is" },
	};

	for (size_t i = 0; i < sizeof remarks / sizeof *remarks; i++)
		if (!strcmp(remarks[i].name, option->name))
			return remarks[i].words;
	return NULL;
}

static void
accepts_every_option_in_every_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < s_server_table.num; i++) {
		const struct option *option = &rows[i];
		const struct sample *sample = &samples[option->kind];
		const char *remark = remark_on(option);

		if (option->kind == OPTION_HELP)
			continue;
		assert_int_equal(!option_takes_value(option), !sample->good);
		assert_int_equal(!option->value, !sample->good);
		if (!sample->good) {
			check(is_right, "-", option, "", "", remark);
			check(is_right, "--", option, "", "", remark);
			continue;
		}
		check(is_right, "-", option, " ", sample->good, NULL);
		check(is_right, "--", option, " ", sample->good, NULL);
		check(is_right, "-", option, "=", sample->good, NULL);
		check(is_right, "--", option, "=", other(option), NULL);
	}
}

static void
refuses_a_missing_value(void **state)
{
	(void)state;
	for (size_t i = 0; i < s_server_table.num; i++) {
		if (!rows[i].value)
			continue;
		check(is_wrong, "-", &rows[i], "", "", "needs a value");
		check(is_wrong, "--", &rows[i], "", " -quiet",
		    "needs a value");
	}
}

static void
refuses_a_value_where_none_belongs(void **state)
{
	(void)state;
	for (size_t i = 0; i < s_server_table.num; i++)
		if (!rows[i].value)
			check(is_wrong, "-", &rows[i], "=", "yes",
			    "takes no value");
}

static void
refuses_malformed_values_by_the_name_of_the_option(void **state)
{
	(void)state;
	for (size_t i = 0; i < s_server_table.num; i++) {
		const struct option *option = &rows[i];
		struct buf name = BUF_INIT;

		buf_printf(&name, "-%s", option->name);
		for (size_t j = 0; j < 4; j++) {
			const char *wrong = samples[option->kind].wrong[j];

			if (wrong)
				check(is_wrong, "-", option, " ", wrong,
				    buf_string(&name));
		}
		buf_clear(&name);
	}
}

static void
keeps_numbers_between_their_bounds(void **state)
{
	(void)state;
	for (size_t i = 0; i < s_server_table.num; i++) {
		const struct option *option = &rows[i];
		char value[32];

		if (option->most == 0 || option->kind == OPTION_BYTES)
			continue;
		snprintf(value, sizeof value, "%ld", option->least);
		check(is_right, "-", option, " ", value, NULL);
		snprintf(value, sizeof value, "%ld", option->most);
		check(is_right, "-", option, " ", value, NULL);
		snprintf(value, sizeof value, "%ld", option->least - 1);
		check(is_wrong, "-", option, " ", value, option->name);
		snprintf(value, sizeof value, "%ld", option->most + 1);
		check(is_wrong, "-", option, " ", value, option->name);
	}
}

static void
warns_of_an_option_given_twice(void **state)
{
	(void)state;
	for (size_t i = 0; i < s_server_table.num; i++) {
		const struct sample *sample = &samples[rows[i].kind];
		struct buf twice = BUF_INIT;

		if (!sample->good)
			continue;
		buf_printf(&twice, "%s -%s %s", sample->good,
		    rows[i].name, other(&rows[i]));
		if (rows[i].kind == OPTION_WORDS ||
		    rows[i].kind == OPTION_PSK)
			check(is_right, "-", &rows[i], " ",
			    buf_string(&twice), NULL);
		else
			check(is_right, "-", &rows[i], " ",
			    buf_string(&twice),
			    "is given twice: the last one");
		buf_clear(&twice);
	}
}

static void
shows_exactly_the_options_given_as_in_effect(void **state)
{
	(void)state;
	for (size_t i = 0; i < s_server_table.num; i++) {
		const struct option *option = &rows[i];
		struct s_server_options settings;
		struct tls_error err = TLS_ERROR_INIT;

		memcpy(&settings, s_server_table.defaults, sizeof settings);
		assert_false(option_in_effect(TABLE, option, &settings));
		if (option->kind == OPTION_HELP)
			continue;
		assert_true(option_read(option, other(option), &settings,
		    &err));
		assert_true(option_in_effect(TABLE, option, &settings));
		for (size_t j = 0; j < s_server_table.num; j++)
			if (rows[j].field != option->field)
				assert_false(option_in_effect(TABLE, &rows[j],
				    &settings));
		option_clear(option, &settings);
	}
}

static void
has_help_and_a_group_for_every_option(void **state)
{
	static const struct option_table *const tables[] = {
		&s_server_table, &backends_table, &version_table,
	};

	(void)state;
	for (size_t t = 0; t < sizeof tables / sizeof *tables; t++)
		for (size_t i = 0; i < tables[t]->num; i++) {
			const struct option *option = &tables[t]->list[i];
			size_t len = strlen(option->help);

			assert_true(option->group < tables[t]->num_groups);
			assert_true(option->field < tables[t]->size);
			assert_true(len > 0 && option->help[len - 1] != '.');
			assert_ptr_equal(option_find(tables[t], option->name,
			    strlen(option->name)), option);
		}
}

/* ---- single lines ------------------------------------------------------- */

static void
names_the_nearest_option(void **state)
{
	(void)state;
	is_wrong("-acept 1", "unknown option -acept: did you mean -accept?");
	is_wrong("-verfiy 1", "did you mean -verify?");
	is_wrong("--Cafile=x", "did you mean -CAfile?");
	is_wrong("-http", "did you mean -HTTP?");
	is_wrong("-handshake 1", "did you mean -handshake_timeout?");
	is_wrong("-zzzz", "unknown option -zzzz: -help lists");
	is_wrong("-naccepted_connections_in_all_there_were 1", "-help lists");
}

static void
refuses_abbreviations(void **state)
{
	(void)state;
	is_wrong("-acc 1", "did you mean -accept?");
	is_wrong("-keylog x", "did you mean -keylogfile?");
}

static void
refuses_stray_words(void **state)
{
	(void)state;
	is_wrong("4433", "\"4433\" is no option");
	is_wrong("-quiet x", "\"x\" is no option");
	is_wrong("-", "\"-\" is no option");
	is_wrong("-- -quiet", "\"--\" is no option");
	is_wrong("~", "\"\" is no option");
	is_wrong("-=x", "\"-=x\" is no option");
}

static void
lets_the_last_of_alternatives_win(void **state)
{
	struct parsed o;

	(void)state;
	run(&o, "-HTTP -www -WWW");
	assert_int_equal(o.settings.app.mode, MODE_FILES);
	end(&o);
	run(&o, "-Verify 1 -verify 2");
	assert_int_equal(o.settings.tls.verify.depth, 2);
	assert_false(o.settings.tls.verify.demand);
	end(&o);
	run(&o, "-verify 2 -Verify 1");
	assert_int_equal(o.settings.tls.verify.depth, 1);
	assert_true(o.settings.tls.verify.demand);
	end(&o);
	run(&o, "-accept 1 -port 2 -accept [::1]:3");
	assert_string_equal(o.settings.listen.accept, "[::1]:3");
	end(&o);
	is_right("-www -WWW", "-WWW takes the place of -www");
	is_right("-port 1 -accept 2", "-accept takes the place of -port");
	is_right("-www -www -quiet -quiet", NULL);
}

static void
refuses_contradictory_versions(void **state)
{
	(void)state;
	is_wrong("-tls1_2 -tls1_3", "only one of");
	is_wrong("-tls1 -tls1_1", "only one of");
	is_wrong("-tls1_2 -no_tls1", "do not go together");
	is_wrong("-no_tls1_3 -tls1_2", "do not go together");
	is_wrong("-no_tls1_3 -no_tls1_2", "leave no version");
	is_right("-no_tls1 -no_tls1_1 -no_tls1_2", NULL);
	is_right("-tls1_2 -tls1_2", NULL);
}

static void
remarks_on_what_has_no_effect(void **state)
{
	(void)state;
	is_right("-root x", "no effect without -WWW or -HTTP");
	is_right("-json_append", "no effect without -json");
	is_right("-keep_alive", "no effect without -www, -WWW or -HTTP");
	is_right("-CAfile x", NULL);
	is_right("-crl_check", "no effect without -verify or -Verify");
	is_right("-verify 1 -CRL x", "no effect without -crl_check or "
	    "-crl_check_all");
	is_right("-nocert -cert x", "-cert has no effect with -nocert");
	is_wrong("-nocert -servername x", "do not go together");
	is_right("-no_dhe -no_tls1_3", NULL);
	is_right("-no_dhe -no_tls1_3 -dhparam x", "-dhparam has no effect");
	is_right("-tls1_3 -psk 00 -psk_hint x", "NO identity hint");
	is_right("-status_file x -status_required", NULL);
	is_right("-status_file x -status_timeout 1", "no effect with "
	    "-status_file");
	is_right("-crlf -www", "no effect");
	is_right("-tls1_3 -cipher x", "-cipher has no effect");
	is_right("-tls1_2 -ciphersuites x", "-ciphersuites has no effect");
	is_right("-no_tls1_3 -ciphersuites x", "-ciphersuites has no effect");
	is_right("-tls1 -cipher ALL:@SECLEVEL=1", NULL);
	is_wrong("-dkey x", "-dkey needs -dcert");
	is_wrong("-workers 2", "-workers 2 needs -www, -WWW, -HTTP or -rev");
	is_right("-workers 1", NULL);
}

static void
fills_the_settings(void **state)
{
	struct parsed o;

	(void)state;
	run(&o, "-handshake_timeout 0.25 -naccept 7 -tls1_2 -certform der "
	    "-ciphersuites ~");
	assert_int_equal(o.result, CLI_GOOD);
	assert_int_equal(o.settings.limits.handshake_ms, 250);
	assert_int_equal(o.settings.serve.num_accept, 7);
	assert_int_equal(o.settings.tls.only, TLS_VERSION_BIT(TLS_VERSION_1_2));
	assert_string_equal(o.settings.tls.first.cert_form, "DER");
	assert_string_equal(o.settings.tls.ciphersuites, "");
	end(&o);
}

static void
has_the_defaults_of_its_mode(void **state)
{
	struct parsed o;

	(void)state;
	run(&o, "");
	assert_int_equal(o.result, CLI_GOOD);
	assert_int_equal(o.settings.listen.workers, 1);
	assert_int_equal(o.settings.limits.handshake_ms, 30000);
	assert_int_equal(o.settings.limits.idle_ms, 0);
	assert_int_equal(o.settings.limits.close_ms, 500);
	assert_int_equal(o.settings.tls.verify.depth, -1);
	assert_null(o.settings.listen.accept);
	end(&o);
	run(&o, "-www");
	assert_int_equal(o.settings.limits.idle_ms, 300000);
	end(&o);
	run(&o, "-idle_timeout 0 -www");
	assert_int_equal(o.settings.limits.idle_ms, 0);
	end(&o);
}

static void
shows_no_secret(void **state)
{
	struct parsed o;

	(void)state;
	run(&o, "-pass pass:hush -dpass=pass:hush --dcert=x -accept 1");
	assert_string_equal(o.settings.app.command_line, "s_server "
	    "-pass pass:*** -dpass pass:*** -dcert x -accept 1");
	assert_string_equal(o.settings.tls.first.pass, "pass:hush");
	end(&o);
	run(&o, "-pass hush");
	assert_int_equal(o.result, CLI_WRONG);
	assert_null(strstr(o.err.text, "hush"));
	end(&o);
	run(&o, "-pass pass:hush -pass pass:hush2");
	assert_null(strstr(buf_string(&o.words.warnings), "hush"));
	end(&o);
}

static void
asks_for_help_before_what_is_wrong_behind_it(void **state)
{
	struct parsed o;

	(void)state;
	run(&o, "-quiet -help -nonsense");
	assert_int_equal(o.result, CLI_HELP);
	end(&o);
}

/* ---- backends ----------------------------------------------------------- */

static const struct tls_backend anything = { TLS_BACKEND_HEAD("anything") };

static void
answer_all(struct plug *plug, enum tls_support support)
{
	for (int f = 0; f < TLS_FEATURE_COUNT; f++)
		plug_set_answer(plug, (enum tls_feature)f, (struct tls_answer){
		    support, support == TLS_SUPPORT_FULL ? NULL :
		    "for a reason" });
}

static void
refuses_exactly_what_the_backend_cannot(void **state)
{
	(void)state;
	for (size_t i = 0; i < s_server_table.num; i++) {
		const struct option *option = &rows[i];
		struct plug *plug;
		struct tls_error err = TLS_ERROR_INIT;
		struct s_server_options settings;
		struct buf notes = BUF_INIT;

		if (option->needs < 0)
			continue;
		plug = plug_new(&anything);
		answer_all(plug, TLS_SUPPORT_NONE);
		memcpy(&settings, s_server_table.defaults, sizeof settings);
		assert_true(cli_check_backend(TABLE, &settings, plug, &err));
		assert_true(option_read(option, other(option), &settings,
		    &err));
		assert_false(cli_check_backend(TABLE, &settings, plug, &err));
		assert_int_equal(err.blame, TLS_BLAME_FEATURE);
		assert_non_null(strstr(err.text, option->name));
		assert_non_null(strstr(err.text, "for a reason"));

		answer_all(plug, TLS_SUPPORT_FULL);
		plug_set_answer(plug, (enum tls_feature)option->needs,
		    (struct tls_answer){ TLS_SUPPORT_NOOP, "for a reason" });
		assert_true(cli_check_backend(TABLE, &settings, plug, &err));
		cli_note_backend(TABLE, &settings, plug, &notes);
		assert_non_null(strstr(buf_string(&notes), "has no effect: "
		    "for a reason\n"));
		buf_clear(&notes);

		plug_set_answer(plug, (enum tls_feature)option->needs,
		    (struct tls_answer){ TLS_SUPPORT_PART, "for a reason" });
		assert_true(cli_check_backend(TABLE, &settings, plug, &err));
		cli_note_backend(TABLE, &settings, plug, &notes);
		assert_string_equal(buf_string(&notes), "");
		buf_clear(&notes);
		option_clear(option, &settings);
		plug_free(plug);
	}
}

/* A backend that is asked for anything crashes: it cannot answer. */
static void
asks_only_for_what_decides(void **state)
{
	struct plug *plug = plug_new(&anything);
	struct buf notes = BUF_INIT;
	struct parsed o;

	(void)state;
	run(&o, "-cert a -key b -certform PEM -WWW -no_tmp_rsa -workers 2");
	assert_true(cli_check_backend(TABLE, &o.settings, plug, &o.err));
	cli_note_backend(TABLE, &o.settings, plug, &notes);
	assert_string_equal(buf_string(&notes), "anything: -no_tmp_rsa has "
	    "no effect: no library makes temporary RSA keys any more\n");
	buf_clear(&notes);
	end(&o);
	plug_free(plug);
}

/* What the option answers where this one feature is missing. */
static enum tls_support
answer_without(const char *name, enum tls_feature feature, struct buf *note)
{
	struct plug *plug = plug_new(&anything);
	enum tls_support support;

	answer_all(plug, TLS_SUPPORT_FULL);
	plug_set_answer(plug, feature, (struct tls_answer){ TLS_SUPPORT_NONE,
	    "for a reason" });
	support = option_answer(TABLE, option_find(&s_server_table, name,
	    strlen(name)), plug, note);
	plug_free(plug);
	return support;
}

static void
says_what_an_option_loses(void **state)
{
	struct buf note = BUF_INIT;

	(void)state;
	assert_int_equal(answer_without("nextprotoneg", TLS_FEATURE_NPN,
	    &note), TLS_SUPPORT_PART);
	assert_string_equal(buf_string(&note),
	    "offered by ALPN: for a reason");
	assert_int_equal(answer_without("status", TLS_FEATURE_STATUS_TLS1_3,
	    &note), TLS_SUPPORT_PART);
	assert_string_equal(buf_string(&note),
	    "not in TLS 1.3: for a reason");
	assert_int_equal(answer_without("status", TLS_FEATURE_NPN, &note),
	    TLS_SUPPORT_FULL);
	assert_string_equal(buf_string(&note), "");
	assert_int_equal(answer_without("hack", TLS_FEATURE_NPN, &note),
	    TLS_SUPPORT_NOOP);
	assert_true(note.len > 0);
	buf_clear(&note);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepts_every_option_in_every_spelling),
		cmocka_unit_test(refuses_a_missing_value),
		cmocka_unit_test(refuses_a_value_where_none_belongs),
		cmocka_unit_test(
		    refuses_malformed_values_by_the_name_of_the_option),
		cmocka_unit_test(keeps_numbers_between_their_bounds),
		cmocka_unit_test(warns_of_an_option_given_twice),
		cmocka_unit_test(shows_exactly_the_options_given_as_in_effect),
		cmocka_unit_test(has_help_and_a_group_for_every_option),
		cmocka_unit_test(names_the_nearest_option),
		cmocka_unit_test(refuses_abbreviations),
		cmocka_unit_test(refuses_stray_words),
		cmocka_unit_test(lets_the_last_of_alternatives_win),
		cmocka_unit_test(refuses_contradictory_versions),
		cmocka_unit_test(remarks_on_what_has_no_effect),
		cmocka_unit_test(fills_the_settings),
		cmocka_unit_test(has_the_defaults_of_its_mode),
		cmocka_unit_test(shows_no_secret),
		cmocka_unit_test(asks_for_help_before_what_is_wrong_behind_it),
		cmocka_unit_test(refuses_exactly_what_the_backend_cannot),
		cmocka_unit_test(asks_only_for_what_decides),
		cmocka_unit_test(says_what_an_option_loses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
