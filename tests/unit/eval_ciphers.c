/* eval_ciphers.c - evaluates the cipher strings on its standard input
 * SPDX-License-Identifier: Apache-2.0
 *
 * The arguments are the numbers of the suites to choose from, in hex.  Each
 * line is answered with numbers between colons, or with "!" and the reason.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "names/cipherlist.h"

static void
answer(const char *string, const uint16_t *have, size_t num_have)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct cipherlist list;

	if (!cipherlist_eval(&list, string, have, num_have, &err)) {
		printf("!%s\n", err.text);
		return;
	}
	for (size_t i = 0; i < list.num; i++)
		printf("%s%04X", i ? ":" : "", list.suites[i]);
	printf("\n");
	cipherlist_clear(&list);
}

int
main(int argc, char **argv)
{
	uint16_t *have = mem_zero((size_t)argc, sizeof *have);
	char line[1024];

	for (int i = 1; i < argc; i++)
		have[i - 1] = (uint16_t)strtoul(argv[i], NULL, 16);
	while (fgets(line, sizeof line, stdin)) {
		line[strcspn(line, "\n")] = '\0';
		answer(line, have, (size_t)argc - 1);
	}
	free(have);
	return 0;
}
