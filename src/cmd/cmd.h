/* cmd/cmd.h - the commands that tell about backends
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (!strcmp(argv[1], "backends"))
 *		return command_backends(argc - 2, argv + 2);
 *
 * `argv[0]` is the first word behind the command's name; what is returned is
 * the exit status.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

/* Prints which backends load and what each of them can, with `-json` as one
 * JSON object; with `-names` only the names of those that load; with `-options`
 * what each option of s_server comes to on each of them.  3 when none loads,
 * 2 for a word that it does not know. */
int command_backends(int argc, char **argv);

/* Prints the versions of the program, of the libraries that it uses and of
 * every backend; with `-json` as one JSON object. */
int command_version(int argc, char **argv);

#endif
