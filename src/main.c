/* main.c - the commands of polytls
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

int
main(void)
{
	puts("polytls");
	return 0;
}
