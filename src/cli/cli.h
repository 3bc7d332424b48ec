/* cli/cli.h - argv -> the options of a command: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct version_options options;
 *	struct cli_words words;
 *	struct tls_error err;
 *
 *	switch (cli_parse(&words, &version_table, argc, argv, &options,
 *	    &err)) {
 *	case CLI_HELP:
 *		return cli_help(&words);
 *	case CLI_WRONG:
 *		return cli_complain(&words, &err, 2);
 *	case CLI_GOOD:
 *		break;
 *	}
 *	...
 *	cli_clear(&words, &options);
 *
 * Rules.  An option has one dash or two, and its value in the next word or
 * after "=".  Abbreviations are refused.  A word without a dash is the operand
 * of a command that takes one, and so is whatever word follows "--".  cli_clear
 * is called in every outcome.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include "base/buf.h"
#include "cli/option.h"
#include "plug/plug.h"

enum cli_result {
	CLI_GOOD,		/* the options are read */
	CLI_HELP,		/* -help was given */
	CLI_WRONG,		/* `err` has reason and remedy */
};

/* The words of a command line as parsed. */
struct cli_words {
	const struct option_table *table;	/* borrowed */
	int argc;
	char **argv;			/* borrowed; see cli_parse */
	const char **given;		/* owned: for each row the last value,
					 * "" for a kind that takes none, null
					 * if not given */
	const char *operand;		/* the word that is no option, borrowed;
					 * null: none */
	struct buf line;		/* the command and its options, as
					 * typed, with secrets redacted */
	struct buf warnings;		/* remarks, a line each */
	char **secrets;			/* owned, wiped before they are freed:
					 * values that argv no longer has */
	size_t num_secrets;
};

/* Parses the words after the name of the command (`argv[0]` is the first
 * option) into `base`, which is first set to the defaults of `table`.  Pass
 * phrases and keys are moved out of the words, where ps(1) shows them to every
 * user: asterisks take their place, and the options borrow from `words`. */
enum cli_result cli_parse(struct cli_words *words,
    const struct option_table *table, int argc, char **argv, void *base,
    struct tls_error *err);

/* Checks the table's rules on options that contradict or need each other: false
 * with blame CONFIG; an option without effect becomes a warning. */
bool cli_check(struct cli_words *words, struct tls_error *err);

/* Whether an option of this name was given, and no other one of its field after
 * it. */
bool cli_given(const struct cli_words *words, const char *name);

/* Frees what cli_parse made, in `base` too. */
void cli_clear(struct cli_words *words, void *base);

/* Prints "polytls COMMAND: " and the text of `err` to standard error; returns
 * `status`. */
int cli_complain(const struct cli_words *words, const struct tls_error *err,
    int status);

/* Acts on the result of cli_parse: for CLI_HELP prints what was asked for, for
 * CLI_WRONG complains.  True only for CLI_GOOD; otherwise `status` is set to
 * the exit status. */
bool cli_goes_on(const struct cli_words *words, enum cli_result result,
    const struct tls_error *err, int *status);

/* Prints the options by group, or only the group named after -help, for the
 * backend of a -backend before it, if there is one; for -help
 * -man all of them as a part of the manual page; for -help -words their names,
 * one a line.  Returns the exit status, which is 2 after a message if there is
 * no such group. */
int cli_help(const struct cli_words *words);

/* Prints the options by group, one a line, each with the backends that cannot
 * do it; one that none can do is only named at the end.  With `group` only that
 * one, and all that there is to say of each option.  With `backend` only that
 * one counts.  Loads backends if any option needs one.  False if there is no
 * such group. */
bool cli_print_help(FILE *out, const struct option_table *table,
    const char *group, const char *backend);

/* Prints the options as a part of the manual page, in man(7). */
void cli_print_manual(FILE *out, const struct option_table *table);

/* Whether `plug` takes the option, be it without effect. */
bool cli_can(const struct option_table *table, const struct option *option,
    const struct plug *plug);

/* Checks every option given against what `plug` can do: false with blame
 * FEATURE for the first one whose feature has the answer NONE. */
bool cli_check_backend(const struct option_table *table, const void *base,
    const struct plug *plug, struct tls_error *err);

/* Adds a line to `notes` for every option given that `plug` accepts without
 * effect.  An option supported in part gets none: "polytls backends" has the
 * details. */
void cli_note_backend(const struct option_table *table, const void *base,
    const struct plug *plug, struct buf *notes);

#endif
