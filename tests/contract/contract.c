/* contract.c - does this backend keep the contract?
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

int
main(void)
{
	puts("1..1\nok 1 - " BACKEND);
	return 0;
}
