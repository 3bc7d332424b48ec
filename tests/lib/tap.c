/* tap.c - skips of a cmocka program, as TAP counts them
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "tap.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/wait.h>
#include <unistd.h>

#define REASON	"# reason of a skip: "

static bool
is_tap(void)
{
	const char *format = getenv("CMOCKA_MESSAGE_OUTPUT");

	return format && !strcasecmp(format, "TAP");
}

/* The number and the name in "[not ]ok N # SKIP NAME"; false: another line. */
static bool
read_skip(char *line, unsigned *number, const char **name)
{
	static const char directive[] = " # SKIP ";
	char *at = strncmp(line, "not ", 4) ? line : line + 4;

	if (strncmp(at, "ok ", 3))
		return false;
	*number = (unsigned)strtoul(at + 3, &at, 10);
	if (strncmp(at, directive, sizeof directive - 1))
		return false;
	*name = at + sizeof directive - 1;
	return true;
}

static void
pass_on(FILE *in, FILE *out)
{
	char *line = NULL, *reason = NULL;
	size_t room = 0;

	while (getline(&line, &room, in) > 0) {
		const char *name;
		unsigned number;

		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, REASON, sizeof REASON - 1)) {
			free(reason);
			reason = strdup(line + sizeof REASON - 1);
		} else if (reason && read_skip(line, &number, &name)) {
			fprintf(out, "ok %u - %s # SKIP %s\n", number, name,
			    reason);
			free(reason);
			reason = NULL;
		} else {
			fprintf(out, "%s\n", line);
		}
		fflush(out);
	}
	free(reason);
	free(line);
}

void
tap_begin(struct tap *tap)
{
	int ends[2];

	tap->reader = 0;
	if (!is_tap())
		return;
	if (pipe(ends) < 0 || (tap->reader = fork()) < 0) {
		puts("Bail out! no pipe for the output");
		exit(1);
	}
	if (tap->reader == 0) {
		close(ends[1]);
		pass_on(fdopen(ends[0], "r"), stdout);
		_exit(0);
	}
	close(ends[0]);
	dup2(ends[1], STDOUT_FILENO);
	close(ends[1]);
}

int
tap_end(struct tap *tap)
{
	int status = 0;

	fflush(stdout);
	if (tap->reader == 0)
		return 0;
	fclose(stdout);		/* the reader sees the end */
	return waitpid(tap->reader, &status, 0) != tap->reader || status != 0;
}

void
tap_skip(const char *reason)
{
	print_message("%s%s\n", is_tap() ? REASON : "", reason);
	skip();
}
