/* main.c - the commands of polytls
 * SPDX-License-Identifier: Apache-2.0
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "cmd/cmd.h"

static int help(int argc, char **argv);

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);	/* words after the name */
	const char *help;
} commands[] = {
	{ "s_server", command_s_server,
	    "serve TLS: see polytls s_server -help" },
	{ "run", command_run,
	    "run a command beside a server for it [OPTIONS] -- COMMAND" },
	{ "backends", command_backends,
	    "what each backend can, part-can or cannot do [NAME] [-json]" },
	{ "ciphers", command_ciphers,
	    "what a cipher string selects on each backend [LIST]" },
	{ "groups", command_groups, "the same of a list of groups [LIST]" },
	{ "sigalgs", command_sigalgs,
	    "the same of a list of signature algorithms [LIST]" },
	{ "hello", command_hello,
	    "what a recorded ClientHello says: see polytls hello -help" },
	{ "version", command_version,
	    "versions of the program, modules and libraries [-json]" },
	{ "help", help, "this list" },
};

static void
print_commands(FILE *out)
{
	fputs("usage: polytls COMMAND [OPTIONS]\n\n", out);
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		fprintf(out, "  %-10s %s\n", commands[i].name,
		    commands[i].help);
	fputs("\nA first try: polytls s_server -www, then "
	    "curl -k https://localhost:4433/\n", out);
}

static int
help(int argc, char **argv)
{
	/* for completion */
	if (argc > 0 && !strcmp(argv[0], "-words"))
		for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
			puts(commands[i].name);
	else
		print_commands(stdout);
	return 0;
}

/* If standard input is closed, the first file opened would take its place. */
static void
hold_standard_input(void)
{
	if (fcntl(STDIN_FILENO, F_GETFD) < 0)
		(void)open("/dev/null", O_RDONLY);
}

int
main(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;

	hold_standard_input();
	/* A value that had no memory would be missing from a line. */
	json_set_alloc_funcs(mem_alloc, free);
	if (!name) {
		print_commands(stderr);
		return 2;
	}
	/* What people try first. */
	while (*name == '-')
		name++;
	if (!strcmp(name, "h"))
		name = "help";
	if (!strcmp(name, "V"))
		name = "version";
	for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
		if (!strcmp(name, commands[i].name))
			return commands[i].run(argc - 2, argv + 2);
	fprintf(stderr, "polytls: no command \"%.40s\": see polytls help\n",
	    argv[1]);
	return 2;
}
