/* ciphers.c - polytls ciphers: what a cipher string selects on each backend
 * SPDX-License-Identifier: Apache-2.0
 * Reference: openssl-ciphers(1)
 */
#include <stdio.h>
#include <string.h>

#include "base/numbers.h"
#include "cli/cli.h"
#include "cmd/cmd.h"
#include "cmd/stacks.h"
#include "cmd/words.h"
#include "names/names.h"

struct ciphers_options {
	struct load_options tls;	/* of these, what the table names */
	const char *backend;
	bool json;
	bool usable, psk;		/* -s, -psk */
	bool verbose, numbers, standard; /* -v, -V, -stdname */
	const char *convert;
};

static const struct option_group groups[] = {
	{ "ciphers", "Options of polytls ciphers" },
};

#define FIELD(name)	offsetof(struct ciphers_options, name)
#define FLAG(option, field_, text) \
	{ .name = option, .kind = OPTION_FLAG, .field = FIELD(field_), \
	  .needs = OPTION_NEEDS_NOTHING, .help = text }
#define STRING(option, kind_, field_, value_, text) \
	{ .name = option, .kind = OPTION_##kind_, .field = FIELD(field_), \
	  .needs = OPTION_NEEDS_NOTHING, .value = value_, .help = text }
#define VERSION(option, version, text) \
	{ .name = option, .kind = OPTION_VERSION, .field = FIELD(tls.only), \
	  .least = TLS_VERSION_##version, .needs = OPTION_NEEDS_NOTHING, \
	  .help = "with -s: what " text " can use" }

static const struct option rows[] = {
	STRING("backend", STRING, backend, "NAMES",
	    "ask this TLS library, or several with commas between; all: "
	    "every one that loads, as without this option"),
	STRING("ciphersuites", LIST, tls.ciphersuites, "SUITES",
	    "the suites of TLS 1.3, with colons between"),
	FLAG("s", usable, "leave out what a server could not use: "
	    "suites of versions that are not enabled, those that need a "
	    "pre-shared key, unless -psk is given, and those that the library "
	    "refuses at this security level"),
	FLAG("psk", psk, "with -s: there are pre-shared keys"),
	VERSION("tls1", 1_0, "TLS 1.0"),
	VERSION("tls1_1", 1_1, "TLS 1.1"),
	VERSION("tls1_2", 1_2, "TLS 1.2"),
	VERSION("tls1_3", 1_3, "TLS 1.3"),
	FLAG("all", tls.native, "without a list: everything that the library "
	    "has, in no particular order"),
	FLAG("v", verbose, "print a line for each suite, with "
	    "version, key exchange, authentication, encryption and MAC"),
	FLAG("V", numbers, "the same with the numbers"),
	FLAG("stdname", standard, "the same with the names that IANA "
	    "gave them"),
	FLAG("json", json, "print one JSON object"),
	STRING("convert", STRING, convert, "NAME",
	    "only print what OpenSSL calls the suite of this IANA name"),
	OPTION_HELP_ROW,
};

static const struct option_companions companions[] = {
	{ "psk", { "s" }, false },
	{ "tls1", { "s" }, false },
	{ "tls1_1", { "s" }, false },
	{ "tls1_2", { "s" }, false },
	{ "tls1_3", { "s" }, false },
};

static const struct ciphers_options defaults = { .json = false };

const struct option_table ciphers_table = {
	.command = "ciphers", .operand = "LIST",
	.about = "Prints which cipher suites a list selects on each TLS "
	    "library, in which order,\nand where they differ; without LIST: "
	    "those that a server uses by default.",
	.list = rows, .num = sizeof rows / sizeof *rows,
	.groups = groups, .num_groups = 1,
	.defaults = &defaults, .size = sizeof defaults,
	.companions = companions,
	.num_companions = sizeof companions / sizeof *companions,
};

/* ---- one suite ---------------------------------------------------------- */

static void
add_line(struct buf *out, uint16_t number, const void *user)
{
	const struct ciphers_options *options = user;
	const struct suite *suite = suite_find(number);
	struct suite_parts parts;
	char room[8];

	if (!options->verbose) {
		buf_add_string(out, suite->openssl);
		return;
	}
	if (options->numbers)
		buf_printf(out, "          0x%02X,0x%02X - ", number >> 8,
		    number & 0xff);
	if (options->standard)
		buf_printf(out, "%-45s - ", suite->iana);
	suite_describe(suite, &parts);
	buf_printf(out, "%-30s %-7s Kx=%-8s Au=%-5s Enc=%-22s Mac=%-4s",
	    suite->openssl, version_label(suite->min_version, room),
	    parts.exchange, parts.authentication, parts.encryption, parts.mac);
}

static void
add_members(json_t *object, uint16_t number)
{
	const struct suite *suite = suite_find(number);
	struct suite_parts parts;
	char room[8];

	suite_describe(suite, &parts);
	json_object_set_new(object, "name", words_json(suite->iana));
	json_object_set_new(object, "openssl", words_json(suite->openssl));
	json_object_set_new(object, "version", words_json(
	    version_label(suite->min_version, room)));
	json_object_set_new(object, "exchange", words_json(parts.exchange));
	json_object_set_new(object, "authentication",
	    words_json(parts.authentication));
	json_object_set_new(object, "encryption",
	    words_json(parts.encryption));
	json_object_set_new(object, "mac", words_json(parts.mac));
	json_object_set_new(object, "weak", json_boolean(suite->weak));
}

/* A feature without which a suite cannot be had. */
static bool
lacks(struct buf *out, const struct plug *plug, enum tls_feature feature)
{
	struct tls_answer answer = plug_answer(plug, feature);

	if (answer.support > TLS_SUPPORT_NONE)
		return false;
	buf_add_string(out, answer.note);
	return true;
}

static void
add_reason(struct buf *out, uint16_t number, const struct stack *stack,
    const void *user)
{
	const struct ciphers_options *options = user;
	const struct suite *suite = suite_find(number);
	const struct plug *plug = stack->plug;
	struct plug_numbers known = plug_suites(plug);
	const bool newest = suite->min_version >= TLS_VERSION_1_3;

	if ((newest && lacks(out, plug, TLS_FEATURE_TLS1_3)) ||
	    (strstr(suite->iana, "_anon_") &&
	    lacks(out, plug, TLS_FEATURE_ANONYMOUS)) ||
	    (strstr(suite->iana, "_PSK_") &&
	    lacks(out, plug, TLS_FEATURE_PSK)))
		return;
	if (!numbers_have(known.list, known.num, number))
		buf_printf(out, "%s %s has no such %s", plug->about.library,
		    plug->about.running, "suite");
	else if (options->usable && !options->psk &&
	    strstr(suite->iana, "_PSK_"))
		buf_add_string(out, "needs a pre-shared key: give -psk");
	else if (options->usable && suite->weak)
		buf_printf(out, "%s refuses it at this security level, or has "
		    "no use for it in these versions", plug->about.library);
	else if (options->usable)
		buf_add_string(out, "of no use there in these versions");
	else
		buf_add_string(out, "not selected there");
}

/* ---- the command -------------------------------------------------------- */

/* In the words of openssl-ciphers(1), which distinguishes upper and lower
 * case. */
static int
convert(const char *name)
{
	const struct suite *suite = suite_named(name);
	bool known = suite && !strcmp(suite->iana, name) &&
	    (suite->min_version >= TLS_VERSION_1_3 ||
	    strcmp(suite->iana, suite->openssl) != 0);

	printf("OpenSSL cipher name: %s\n", known ? suite->openssl :
	    "(NONE)");
	return 0;
}

static int
tell(struct ciphers_options *options, struct cli_words *words)
{
	const bool lines = options->verbose || options->numbers ||
	    options->standard;
	const struct stacks_request request = { .meaning = {
		.kind = MEANING_SUITES, .options = &options->tls,
		.usable = options->usable, .psk = options->psk,
	} };
	const struct stacks_look look = {
		.one = "suite", .many = "suites",
		.verbose = lines, .name = suite_label,
		.line = add_line, .reason = add_reason,
		.members = add_members, .user = options,
	};

	options->verbose = lines;
	return stacks_tell(words, &request, &look,
	    (struct stacks_choice){ options->backend, options->json });
}

int
command_ciphers(int argc, char **argv)
{
	struct ciphers_options options;
	struct tls_error err = TLS_ERROR_INIT;
	struct cli_words words;
	int status = 0;

	if (cli_goes_on(&words, cli_parse(&words, &ciphers_table, argc, argv,
	    &options, &err), &err, &status)) {
		options.tls.cipher = words.operand;
		status = options.convert ? convert(options.convert) :
		    tell(&options, &words);
	}
	cli_clear(&words, &options);
	return status;
}
