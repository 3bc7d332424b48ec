/* groups.c - polytls groups, polytls sigalgs: what such a list selects
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "base/numbers.h"
#include "cli/cli.h"
#include "cmd/cmd.h"
#include "cmd/stacks.h"
#include "cmd/words.h"
#include "names/names.h"

struct lists_options {
	struct load_options tls;	/* of these, the two lists */
	const char *backend;
	bool all;
	bool json;
	bool verbose;
};

static const struct option_group headings[] = {
	{ "lists", "Options of polytls groups and sigalgs" },
};

#define FIELD(name)	offsetof(struct lists_options, name)

static const struct option rows[] = {
	{ .name = "backend", .kind = OPTION_STRING, .field = FIELD(backend),
	  .needs = OPTION_NEEDS_NOTHING, .value = "NAMES",
	  .help = "ask this TLS library, or several with commas between; all: "
	  "every one that loads, as without this option" },
	{ .name = "native", .kind = OPTION_FLAG, .field = FIELD(tls.native),
	  .needs = OPTION_NEEDS_NOTHING,
	  .help = "without a list: what the library does by itself, as with "
	  "s_server -native" },
	{ .name = "all", .kind = OPTION_FLAG, .field = FIELD(all),
	  .needs = OPTION_NEEDS_NOTHING,
	  .help = "without a list: everything that the library has, in its "
	  "own order of preference" },
	{ .name = "v", .kind = OPTION_FLAG, .field = FIELD(verbose),
	  .needs = OPTION_NEEDS_NOTHING,
	  .help = "print a line for each, with its number, what OpenSSL calls "
	  "it, and its kind" },
	{ .name = "json", .kind = OPTION_FLAG, .field = FIELD(json),
	  .needs = OPTION_NEEDS_NOTHING,
	  .help = "print one JSON object" },
	OPTION_HELP_ROW,
};

static const struct lists_options defaults = { .json = false };

const struct option_table groups_table = {
	.command = "groups", .operand = "LIST",
	.about = "Prints which groups a list, as for s_server -groups, "
	    "selects on each TLS library,\nin which order, and where they "
	    "differ; without LIST:\nthose of a server that has no such list.",
	.list = rows, .num = sizeof rows / sizeof *rows,
	.groups = headings, .num_groups = 1,
	.defaults = &defaults, .size = sizeof defaults,
};

const struct option_table sigalgs_table = {
	.command = "sigalgs", .operand = "LIST",
	.about = "Prints which signature algorithms a list, as for s_server "
	    "-sigalgs, selects on each\nTLS library, in which order, and "
	    "where they differ; without LIST: those\nthat a server names "
	    "in TLS 1.2 when it asks for a client certificate.",
	.list = rows, .num = sizeof rows / sizeof *rows,
	.groups = headings, .num_groups = 1,
	.defaults = &defaults, .size = sizeof defaults,
};

/* ---- one of them -------------------------------------------------------- */

static const char *
label(uint16_t number, const char *name, char *room)
{
	if (name)
		return name;
	snprintf(room, 8, "0x%04x", number);
	return room;
}

static const char *
group_label(uint16_t number, char *room)
{
	return label(number, name_of_group(number), room);
}

static const char *
signature_label(uint16_t number, char *room)
{
	return label(number, name_of_signature(number), room);
}

static void
add_line(struct buf *out, uint16_t number, const char *name,
    const char *openssl, const char *kind)
{
	buf_printf(out, "0x%04x  %-36s %-24s %s", number,
	    name ? name : "unknown", openssl ? openssl : "",
	    kind ? kind : "");
}

static void
add_group(struct buf *out, uint16_t number, const void *user)
{
	(void)user;
	add_line(out, number, name_of_group(number), openssl_of_group(number),
	    kind_of_group(number));
}

static void
add_signature(struct buf *out, uint16_t number, const void *user)
{
	(void)user;
	add_line(out, number, name_of_signature(number),
	    text_of_signature(number), kind_of_signature(number));
}

static void
add_group_members(json_t *object, uint16_t number)
{
	json_object_set_new(object, "name",
	    words_json_or_null(name_of_group(number)));
	json_object_set_new(object, "openssl",
	    words_json_or_null(openssl_of_group(number)));
	json_object_set_new(object, "kind",
	    words_json_or_null(kind_of_group(number)));
}

static void
add_signature_members(json_t *object, uint16_t number)
{
	json_object_set_new(object, "name",
	    words_json_or_null(name_of_signature(number)));
	json_object_set_new(object, "openssl",
	    words_json_or_null(text_of_signature(number)));
	json_object_set_new(object, "kind",
	    words_json_or_null(kind_of_signature(number)));
}

static void
add_reason(struct buf *out, uint16_t number, const struct stack *stack,
    const char *what, struct plug_numbers known)
{
	if (numbers_have(known.list, known.num, number))
		buf_add_string(out, "only with a list that names it");
	else
		buf_printf(out, "%s %s has no such %s",
		    stack->plug->about.library, stack->plug->about.running,
		    what);
}

static void
add_group_reason(struct buf *out, uint16_t number, const struct stack *stack,
    const void *user)
{
	(void)user;
	add_reason(out, number, stack, "group", plug_groups(stack->plug));
}

static void
add_signature_reason(struct buf *out, uint16_t number,
    const struct stack *stack, const void *user)
{
	(void)user;
	add_reason(out, number, stack, "signature algorithm",
	    plug_signatures(stack->plug));
}

static const struct stacks_look group_look = {
	.one = "group", .many = "groups", .name = group_label,
	.line = add_group, .reason = add_group_reason,
	.members = add_group_members,
};

static const struct stacks_look signature_look = {
	.one = "signature algorithm", .many = "signature algorithms",
	.name = signature_label, .line = add_signature,
	.reason = add_signature_reason, .members = add_signature_members,
};

/* ---- the commands ------------------------------------------------------- */

static int
tell(const struct lists_options *options, struct cli_words *words,
    enum meaning_kind kind)
{
	struct stacks_look look = kind == MEANING_GROUPS ? group_look :
	    signature_look;
	const struct stacks_request request = {
		.meaning = { .kind = kind, .options = &options->tls },
		.defaults = !words->operand && !options->all,
	};

	look.verbose = options->verbose;
	return stacks_tell(words, &request, &look,
	    (struct stacks_choice){ options->backend, options->json });
}

int
command_groups(int argc, char **argv)
{
	struct lists_options options;
	struct tls_error err = TLS_ERROR_INIT;
	struct cli_words words;
	int status = 0;

	if (cli_goes_on(&words, cli_parse(&words, &groups_table, argc, argv,
	    &options, &err), &err, &status)) {
		options.tls.groups = words.operand;
		status = tell(&options, &words, MEANING_GROUPS);
	}
	cli_clear(&words, &options);
	return status;
}

int
command_sigalgs(int argc, char **argv)
{
	struct lists_options options;
	struct tls_error err = TLS_ERROR_INIT;
	struct cli_words words;
	int status = 0;

	if (cli_goes_on(&words, cli_parse(&words, &sigalgs_table, argc, argv,
	    &options, &err), &err, &status)) {
		options.tls.signatures = words.operand;
		status = tell(&options, &words, MEANING_SIGNATURES);
	}
	cli_clear(&words, &options);
	return status;
}
