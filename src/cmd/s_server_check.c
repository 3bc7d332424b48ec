/* s_server_check.c - options of s_server that depend on each other
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/s_server.h"

#include <string.h>

#include "base/buf.h"
#include "base/err.h"

static bool
in_effect(const struct s_server_options *options, const char *name)
{
	const struct option *option = option_find(&s_server_table, name,
	    strlen(name));

	return option_in_effect(&s_server_table, option, options);
}

/* The options that name certificates have no effect with -nocert. */
static bool
remark_no_cert(const struct s_server_options *options, struct buf *warnings,
    struct tls_error *err)
{
	static const char *const idle[] = {
		"cert", "certform", "key", "keyform", "pass", "cert_chain",
		"dcert", "dcertform", "dkey", "dkeyform", "dpass",
		"dcert_chain",
	};

	if (!options->tls.no_cert)
		return true;
	if (options->tls.names.num)
		return err_set(err, TLS_BLAME_CONFIG, "-nocert and -servername "
		    "do not go together: the one means that there is no "
		    "certificate, the other that there are several");
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (in_effect(options, idle[i]))
			buf_printf(warnings, "-%s has no effect with "
			    "-nocert\n", idle[i]);
	return true;
}

static void
remark_versions(const struct load_options *tls, struct buf *warnings)
{
	const unsigned newest = TLS_VERSION_BIT(TLS_VERSION_1_3);
	unsigned spoken = tls->only ? tls->only : ~tls->without;
	bool only_newest = tls->only == newest;

	if (spoken & newest && (tls->no_dhe || tls->no_ecdhe))
		buf_printf(warnings, "%s leaves TLS 1.3 as it is: choose its "
		    "groups with -groups\n",
		    tls->no_dhe ? "-no_dhe" : "-no_ecdhe");
	if (only_newest && tls->psk_hint)
		buf_add_string(warnings, "PSK warning: there is NO identity "
		    "hint in TLSv1.3\n");
	if (only_newest && tls->dh_param)
		buf_add_string(warnings, "-dhparam has no effect with "
		    "-tls1_3: choose its groups with -groups\n");
	if (tls->dh_param && tls->no_dhe)
		buf_add_string(warnings, "-dhparam has no effect with "
		    "-no_dhe\n");
}

/* A file is used instead of responders. */
static void
remark_status(const struct s_server_options *options, struct buf *warnings)
{
	static const char *const idle[] = {
		"status_url", "status_timeout", "no_status_cache",
	};

	if (!options->tls.staple.file)
		return;
	for (size_t i = 0; i < sizeof idle / sizeof *idle; i++)
		if (in_effect(options, idle[i]))
			buf_printf(warnings, "-%s has no effect with "
			    "-status_file\n", idle[i]);
}

static bool
remark(const struct s_server_options *options, struct buf *warnings,
    struct tls_error *err)
{
	if (!remark_no_cert(options, warnings, err))
		return false;
	remark_versions(&options->tls, warnings);
	remark_status(options, warnings);
	return true;
}

/* As in the reference: one version only, or all without some. */
static bool
check_versions(struct cli_words *words, const struct load_options *tls,
    struct tls_error *err)
{
	const unsigned ancient = TLS_VERSION_BIT(TLS_VERSION_SSL2) |
	    TLS_VERSION_BIT(TLS_VERSION_SSL3);
	const unsigned newest = TLS_VERSION_BIT(TLS_VERSION_1_3);
	const unsigned standard = TLS_VERSION_BIT(TLS_VERSION_1_2) | newest;
	const unsigned old = TLS_VERSION_BIT(TLS_VERSION_1_0) |
	    TLS_VERSION_BIT(TLS_VERSION_1_1);

	if (tls->only & (tls->only - 1))
		return err_set(err, TLS_BLAME_CONFIG, "only one of -tls1, "
		    "-tls1_1, -tls1_2 and -tls1_3: each means that version "
		    "alone; leave versions out with -no_tls1_2 or -no_tls1_3");
	if (tls->only && tls->without & ~ancient)
		return err_set(err, TLS_BLAME_CONFIG, "a version alone, as by "
		    "-tls1_2, and a version left out, as by -no_tls1_3, do "
		    "not go together: drop one of them");
	if (!tls->only && !tls->native && !(standard & ~tls->without))
		return err_set(err, TLS_BLAME_CONFIG, "-no_tls1_2 and "
		    "-no_tls1_3 leave no version: TLS 1.0 and 1.1 are spoken "
		    "with -tls1 or -tls1_1");
	if (tls->cipher && tls->only == newest)
		buf_printf(&words->warnings, "-cipher has no effect with "
		    "-tls1_3: -ciphersuites has\n");
	if (tls->ciphersuites &&
	    !((tls->only ? tls->only : ~tls->without) & newest))
		buf_printf(&words->warnings, "-ciphersuites has no effect "
		    "without TLS 1.3: -cipher has\n");
	if (tls->only & old && !tls->native && !(tls->cipher &&
	    strstr(tls->cipher, "@SECLEVEL")))
		buf_printf(&words->warnings, "%s lowers the security level to "
		    "0, where TLS 1.0 and 1.1 work: say otherwise by @SECLEVEL "
		    "in -cipher\n",
		    cli_given(words, "tls1") ? "-tls1" : "-tls1_1");
	return true;
}

static bool
check_modes(struct cli_words *words, const struct s_server_options *options,
    struct tls_error *err)
{
	if (options->listen.workers > 1 &&
	    options->app.mode == MODE_TERMINAL)
		return err_set(err, TLS_BLAME_CONFIG, "-workers %u needs -www, "
		    "-WWW, -HTTP or -rev: there is one terminal to share",
		    options->listen.workers);
	if (cli_given(words, "crlf") && options->app.mode != MODE_TERMINAL)
		buf_printf(&words->warnings, "-crlf has no effect with -www, "
		    "-WWW, -HTTP or -rev\n");
	return true;
}

/* Passes options on to the parts that need them. */
static void
fill_in(struct cli_words *words, struct s_server_options *options)
{
	static const char *const status[] = {
		"status", "status_verbose", "status_timeout", "status_url",
		"status_file", "no_status_cache", "status_required",
	};

	for (size_t i = 0; i < sizeof status / sizeof *status; i++)
		if (cli_given(words, status[i]))
			options->tls.staple.wanted = true;
	options->tls.alpn_own = !cli_given(words, "alpn_mismatch");
	options->tls.tickets_own = !cli_given(words, "num_tickets");
	if (options->nbio_test)
		options->output.blocks = true;
	if (options->app.mode != MODE_TERMINAL &&
	    !cli_given(words, "idle_timeout"))
		options->limits.idle_ms = 300 * 1000;
	options->app.command_line = buf_string(&words->line);
	options->app.commands = !options->output.quiet &&
	    !options->output.brief;
	options->app.shadow = options->shadow != NULL &&
	    options->app.mode == MODE_WWW;
	options->app.secrets = options->output.secrets;
	options->serve.strict = options->tls.strict;
	options->output.strict = options->tls.strict;
	options->app.strict = options->tls.strict;
	options->tls.quiet = options->output.quiet;
}

bool
s_server_asks_for_keys(const struct s_server_options *options)
{
	return options->expect.num && !strcmp(options->expect.list[0], "help");
}

enum cli_result
s_server_parse_as(const struct option_table *table, struct cli_words *words,
    int argc, char **argv, struct s_server_options *options,
    struct tls_error *err)
{
	enum cli_result result = cli_parse(words, table, argc, argv, options,
	    err);

	if (result != CLI_GOOD)
		return result;
	if (!check_versions(words, &options->tls, err) ||
	    !cli_check(words, err) || !check_modes(words, options, err) ||
	    !remark(options, &words->warnings, err))
		return CLI_WRONG;
	fill_in(words, options);
	return CLI_GOOD;
}

enum cli_result
s_server_parse(struct cli_words *words, int argc, char **argv,
    struct s_server_options *options, struct tls_error *err)
{
	return s_server_parse_as(&s_server_table, words, argc, argv, options,
	    err);
}
