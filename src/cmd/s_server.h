/* cmd/s_server.h - the options of s_server
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct settings settings;
 *	struct cli_words words;
 *
 *	if (s_server_parse(&words, argc, argv, &settings, &err) == CLI_GOOD)
 *		puts(buf_string(&words.line));
 *	cli_clear(&words, &settings);
 */
#ifndef CMD_S_SERVER_H
#define CMD_S_SERVER_H

#include "cli/cli.h"
#include "settings.h"

extern const struct option_table s_server_table;

/* Parses the words after "s_server" as cli_parse does, checks what they mean
 * together, and fills in what some of them say to others. */
enum cli_result s_server_parse(struct cli_words *words, int argc, char **argv,
    struct settings *settings, struct tls_error *err);

#endif
