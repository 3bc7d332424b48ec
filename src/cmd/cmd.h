/* cmd/cmd.h - the commands of polytls: the door of this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (!strcmp(argv[1], "backends"))
 *		return command_backends(argc - 2, argv + 2);
 *
 * Rules.  A command is one file, or several that begin with its name.  It gets
 * the words after its name (`argv[0]` is the first of them) and returns the
 * exit status: 0, 1 for the failures that its manual names, 2 for wrong usage,
 * 3 for what no library here supports.
 */
#ifndef CMD_CMD_H
#define CMD_CMD_H

struct option_table;

/* Serves TLS: see polytls-s_server(1). */
int command_s_server(int argc, char **argv);

/* Runs a command beside a server that is there for it only: see
 * polytls-run(1). */
int command_run(int argc, char **argv);

/* Prints which backends load and what each of them supports.  3 if none
 * loads. */
int command_backends(int argc, char **argv);
extern const struct option_table backends_table;

/* Print what a list of cipher suites, groups or signature algorithms selects on
 * each backend, and where they differ.  2 for a list that nobody understands, 3
 * for one of which no backend has anything. */
int command_ciphers(int argc, char **argv);
int command_groups(int argc, char **argv);
int command_sigalgs(int argc, char **argv);
extern const struct option_table ciphers_table, groups_table, sigalgs_table;

/* Decodes a recorded ClientHello: see polytls-hello(1).  1 if a server would
 * refuse it. */
int command_hello(int argc, char **argv);
extern const struct option_table hello_table;

/* Prints the versions of the program, of its libraries and of every backend. */
int command_version(int argc, char **argv);
extern const struct option_table version_table;

#endif
