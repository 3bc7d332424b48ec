/* cli/cli.h - argv -> settings: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct settings settings;
 *
 *	switch (cli_parse(argc, argv, &settings, &err)) {
 *	case CLI_HELP:
 *		return cli_help(argc, argv);
 *	case CLI_WRONG:
 *		fprintf(stderr, "polytls s_server: %s\n", err.text);
 *		return 2;
 *	case CLI_SERVE:
 *		break;
 *	}
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdio.h>

#include "base/buf.h"
#include "plug/plug.h"
#include "settings.h"

enum cli_result {
	CLI_SERVE,		/* serve with these settings */
	CLI_HELP,		/* -help was among them */
	CLI_WRONG,		/* `err` says what, and the remedy */
};

/* Parses the words behind "s_server" (`argv[0]` is the first option).
 * Options have one dash or two, their value in the next word or behind "=";
 * abbreviations are refused.  On CLI_SERVE `settings` is whole and checked
 * for contradictions; `warnings`, one to a line, are things accepted with a
 * remark. */
enum cli_result cli_parse(int argc, char **argv, struct settings *settings,
    struct buf *warnings, struct tls_error *err);

/* Frees what cli_parse put into `settings`. */
void settings_clear(struct settings *settings);

/* Prints the options by group, or only the group that is named behind -help
 * among these words, or for -help -man all of them as a part of the manual
 * page.  Returns the exit status: 2, having said so, when there is no such
 * group. */
int cli_help(int argc, char **argv);

/* Prints the options by group; with `group` only that one; false when there
 * is no such group. */
bool cli_print_help(FILE *out, const char *group);

/* Prints the options as a part of the manual page, in man(7). */
void cli_print_manual(FILE *out);

/* Checks every option given against what `plug` can: false, blame FEATURE,
 * for the first that needs a feature whose answer is NONE. */
bool cli_check_backend(const struct settings *settings,
    const struct plug *plug, struct tls_error *err);

/* Adds a line to `notes` for every option given that `plug` takes without
 * effect.  What it can in part works, and "polytls backends" says how. */
void cli_note_backend(const struct settings *settings,
    const struct plug *plug, struct buf *notes);

#endif
