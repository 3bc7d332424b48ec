/* start.c - the bare start of a library: one server, and no more
 * SPDX-License-Identifier: Apache-2.0
 *
 *	start-NAME CERT KEY
 *
 * Says ACCEPT as a server does, and ends with its standard input.
 */
#include <stdio.h>

#include "floor.h"

int
main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: start CERT KEY\n", stderr);
		return 2;
	}
	floor_server(argv[1], argv[2], 2);
	puts("ACCEPT");
	fflush(stdout);
	while (getchar() != EOF)
		;
	return 0;
}
