/* parse.c - words to settings, and what words must not stand together
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/options.h"

struct parser {
	int argc;
	char **argv;
	int at;				/* the next word */
	const struct option *option;	/* the last one read */
	const char *value;		/* its value, or null */
	const char **given;		/* by row: its last value, "" for a
					 * kind that takes none, or null */
	struct settings *settings;
	struct buf *warnings;
};

/* ---- words ------------------------------------------------------------ */

/* The name in `word` without its dashes, and its length up to a "="; null
 * when the word is no option. */
static const char *
name_in(const char *word, size_t *len)
{
	const char *name = word;

	if (*name++ != '-')
		return NULL;
	if (*name == '-')
		name++;
	*len = strcspn(name, "=");
	return *len ? name : NULL;
}

static const struct option *
option_in(const char *word)
{
	size_t len;
	const char *name = name_in(word, &len);

	return name ? option_find(name, len) : NULL;
}

static bool
refuse_unknown(const char *word, struct tls_error *err)
{
	size_t len;
	const char *name = name_in(word, &len);
	const struct option *nearest = NULL;
	struct buf copy = BUF_INIT;

	if (!name)
		return err_set(err, TLS_BLAME_CONFIG, "\"%.80s\" is no option: "
		    "all begin with a dash; -help lists them", word);
	buf_add(&copy, name, len);
	nearest = option_nearest(buf_string(&copy));
	if (nearest)
		err_set(err, TLS_BLAME_CONFIG, "unknown option -%.80s: did "
		    "you mean -%s?", buf_string(&copy), nearest->name);
	else
		err_set(err, TLS_BLAME_CONFIG, "unknown option -%.80s: -help "
		    "lists the options", buf_string(&copy));
	buf_clear(&copy);
	return false;
}

/* Takes the next option and its value off the words. */
static bool
next_option(struct parser *p, struct tls_error *err)
{
	const char *word = p->argv[p->at++], *equals = strchr(word, '=');
	const struct option *option = option_in(word);
	const char *dash = *word == '-' && word[1] == '-' ? "--" : "-";

	p->option = option;
	p->value = NULL;
	if (!option)
		return refuse_unknown(word, err);
	if (!option_takes_value(option)) {
		if (equals)
			return err_set(err, TLS_BLAME_CONFIG, "%s%s takes no "
			    "value: leave out \"%.80s\"", dash, option->name,
			    equals);
		return true;
	}
	if (equals) {
		p->value = equals + 1;
		return true;
	}
	if (p->at == p->argc)
		return err_set(err, TLS_BLAME_CONFIG, "-%s needs a value: %s",
		    option->name, option->value);
	/* "-cert -key x" is a forgotten name, not a file called "-key" */
	if (option_in(p->argv[p->at]))
		return err_set(err, TLS_BLAME_CONFIG, "-%s needs a value, %s, "
		    "before %.80s: if that is the value, write -%s=%.80s",
		    option->name, option->value, p->argv[p->at],
		    option->name, p->argv[p->at]);
	p->value = p->argv[p->at++];
	return true;
}

/* ---- remarks ---------------------------------------------------------- */

static bool
is_given(const struct parser *p, const char *name)
{
	const struct option *option = option_find(name, strlen(name));

	return option && p->given[option - options];
}

/* What contradicts each other. */
static const struct {
	const char *one, *other, *remedy;
} rivals[] = {
	{ "4", "6", "leave both out to listen on both" },
	{ "unix", "accept", "a server has one place to listen" },
	{ "unix", "port", "a server has one place to listen" },
	{ "unix", "4", "a socket file has no address" },
	{ "unix", "6", "a socket file has no address" },
};

static bool
are_rivals(const struct option *a, const struct option *b)
{
	for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++) {
		const char *one = rivals[i].one, *other = rivals[i].other;

		if ((!strcmp(a->name, one) && !strcmp(b->name, other)) ||
		    (!strcmp(a->name, other) && !strcmp(b->name, one)))
			return true;
	}
	return false;
}

static bool
check_rivals(const struct parser *p, struct tls_error *err)
{
	for (size_t i = 0; i < sizeof rivals / sizeof *rivals; i++)
		if (is_given(p, rivals[i].one) && is_given(p, rivals[i].other))
			return err_set(err, TLS_BLAME_CONFIG, "-%s and -%s do "
			    "not go together: %s", rivals[i].one,
			    rivals[i].other, rivals[i].remedy);
	return true;
}

/* The option given before whose field `option` is about to fill. */
static const struct option *
overridden(const struct parser *p, const struct option *option)
{
	if (option->kind == OPTION_VERSION || option->kind == OPTION_WORDS ||
	    option->kind == OPTION_PSK)
		return NULL;
	for (size_t i = 0; i < num_options; i++)
		if (p->given[i] && options[i].field == option->field &&
		    !are_rivals(&options[i], option) &&
		    (&options[i] != option || option_takes_value(option)))
			return &options[i];
	return NULL;
}

static void
warn_overridden(struct parser *p)
{
	const struct option *option = p->option;
	const struct option *before = overridden(p, option);

	if (!before)
		return;
	if (before != option)
		buf_printf(p->warnings, "-%s takes the place of -%s, which "
		    "came before it\n", option->name, before->name);
	else if (option->kind == OPTION_SOURCE)
		buf_printf(p->warnings, "-%s is given twice: the last one "
		    "counts\n", option->name);
	else
		buf_printf(p->warnings, "-%s is given twice: the last one, "
		    "%s, counts\n", option->name, p->value);
	p->given[before - options] = NULL;
}

/* What has no effect, or no meaning, without one of others; `wrong` where it
 * is refused and not just remarked. */
static const struct {
	const char *name;
	const char *without[4];
	bool wrong;
} companions[] = {
	{ "unlink", { "unix" }, true },
	{ "dkey", { "dcert" }, true },
	{ "dkeyform", { "dcert" }, true },
	{ "dcertform", { "dcert" }, true },
	{ "dpass", { "dcert" }, true },
	{ "dcert_chain", { "dcert" }, true },
	{ "verify_depth", { "verify", "Verify" }, false },
	{ "verify_quiet", { "verify", "Verify" }, false },
	{ "crl_check", { "verify", "Verify" }, false },
	{ "crl_check_all", { "verify", "Verify" }, false },
	{ "CRL", { "crl_check", "crl_check_all" }, false },
	{ "client_sigalgs", { "verify", "Verify" }, false },
	{ "alpn_mismatch", { "alpn" }, false },
	{ "psk_identity", { "psk" }, false },
	{ "psk_hint", { "psk" }, false },
	{ "psk_mismatch", { "psk" }, false },
	{ "verify_return_error", { "verify", "Verify" }, false },
	{ "root", { "WWW", "HTTP" }, false },
	{ "keep_alive", { "www", "WWW", "HTTP" }, false },
};

static bool
check_companions(struct parser *p, struct tls_error *err)
{
	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
		const char *const *others = companions[i].without;
		struct buf list = BUF_INIT;
		bool met = false;

		if (!is_given(p, companions[i].name))
			continue;
		for (size_t j = 0; j < 4 && others[j]; j++) {
			met = met || is_given(p, others[j]);
			buf_printf(&list, "%s-%s", j == 0 ? "" :
			    j < 3 && others[j + 1] ? ", " : " or ", others[j]);
		}
		if (!met && companions[i].wrong)
			err_set(err, TLS_BLAME_CONFIG, "-%s needs %s",
			    companions[i].name, buf_string(&list));
		else if (!met)
			buf_printf(p->warnings, "-%s has no effect without "
			    "%s\n", companions[i].name, buf_string(&list));
		buf_clear(&list);
		if (!met && companions[i].wrong)
			return false;
	}
	if (p->settings->listen.workers > 1 &&
	    p->settings->app.mode == MODE_TERMINAL)
		return err_set(err, TLS_BLAME_CONFIG, "-workers %u needs -www, "
		    "-WWW, -HTTP or -rev: there is one terminal to share",
		    p->settings->listen.workers);
	if (is_given(p, "crlf") && p->settings->app.mode != MODE_TERMINAL)
		buf_printf(p->warnings, "-crlf has no effect with -www, -WWW, "
		    "-HTTP or -rev\n");
	return true;
}

/* The rules of the reference: one version alone, or all but some. */
static bool
check_versions(struct parser *p, struct tls_error *err)
{
	const struct settings_tls *tls = &p->settings->tls;
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
	if (!tls->only && !(standard & ~tls->without))
		return err_set(err, TLS_BLAME_CONFIG, "-no_tls1_2 and "
		    "-no_tls1_3 leave no version: TLS 1.0 and 1.1 are spoken "
		    "with -tls1 or -tls1_1");
	if (tls->cipher && tls->only == newest)
		buf_printf(p->warnings, "-cipher has no effect with -tls1_3: "
		    "-ciphersuites has\n");
	if (tls->ciphersuites &&
	    !((tls->only ? tls->only : ~tls->without) & newest))
		buf_printf(p->warnings, "-ciphersuites has no effect without "
		    "TLS 1.3: -cipher has\n");
	if (tls->only & old && !(tls->cipher &&
	    strstr(tls->cipher, "@SECLEVEL")))
		buf_printf(p->warnings, "%s lowers the security level to 0, "
		    "where TLS 1.0 and 1.1 work: say otherwise by @SECLEVEL "
		    "in -cipher\n", is_given(p, "tls1") ? "-tls1" : "-tls1_1");
	return true;
}

/* ---- the command line, for the page ----------------------------------- */

/* "-pass" and the like keep their name and the kind of their source. */
static void
add_word(struct buf *line, const struct option *option, const char *value)
{
	buf_printf(line, " -%s", option->name);
	if (!value)
		return;
	if (option->kind == OPTION_SOURCE && !strncmp(value, "pass:", 5))
		value = "pass:***";
	if (option->kind == OPTION_PSK)
		value = "***";
	buf_add_u8(line, ' ');
	text_add_uri(line, value);
}

void
settings_clear(struct settings *settings)
{
	/* ours; the cast drops the borrower's const */
	free((char *)settings->app.command_line);
	settings->app.command_line = NULL;
	for (size_t i = 0; i < num_options; i++) {
		struct settings_words *words = (struct settings_words *)
		    ((char *)settings + options[i].field);

		if (options[i].kind != OPTION_WORDS &&
		    options[i].kind != OPTION_PSK)
			continue;
		free(words->list);
		*words = (struct settings_words){ NULL, 0 };
	}
}

/* ---- the whole -------------------------------------------------------- */

static enum cli_result
parse(struct parser *p, struct buf *line, struct tls_error *err)
{
	while (p->at < p->argc) {
		if (!next_option(p, err))
			return CLI_WRONG;
		if (p->option->kind == OPTION_HELP)
			return CLI_HELP;
		warn_overridden(p);
		if (!option_read(p->option, p->value, p->settings, err))
			return CLI_WRONG;
		p->given[p->option - options] = p->value ? p->value : "";
		add_word(line, p->option, p->value);
	}
	if (!check_versions(p, err) || !check_rivals(p, err) ||
	    !check_companions(p, err) ||
	    !remark(p->settings, p->warnings, err))
		return CLI_WRONG;
	for (size_t i = 0; i < num_options; i++)
		if (options[i].group == GROUP_STATUS && p->given[i])
			p->settings->tls.status.wanted = true;
	if (p->settings->app.nbio_test)
		p->settings->output.blocks = true;
	if (p->settings->app.mode != MODE_TERMINAL &&
	    !is_given(p, "idle_timeout"))
		p->settings->limits.idle_ms = 300 * 1000;
	return CLI_SERVE;
}

enum cli_result
cli_parse(int argc, char **argv, struct settings *settings,
    struct buf *warnings, struct tls_error *err)
{
	struct parser p = {
		.argc = argc, .argv = argv, .settings = settings,
		.warnings = warnings,
		.given = mem_zero(num_options, sizeof *p.given),
	};
	struct buf line = BUF_INIT;
	enum cli_result result;

	settings_init(settings);
	buf_add_string(&line, "s_server");
	result = parse(&p, &line, err);
	if (result == CLI_SERVE)
		settings->app.command_line = mem_string(buf_string(&line));
	buf_clear(&line);
	free(p.given);
	return result;
}
