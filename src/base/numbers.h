/* base/numbers.h - lists of registry numbers
 * SPDX-License-Identifier: Apache-2.0
 *
 *	if (numbers_have(config->suites, config->num_suites, 0x1301))
 *		return true;
 */
#ifndef BASE_NUMBERS_H
#define BASE_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether `number` is one of the `num` numbers of `list`. */
static inline bool
numbers_have(const uint16_t *list, size_t num, uint16_t number)
{
	for (size_t i = 0; i < num; i++)
		if (list[i] == number)
			return true;
	return false;
}

#endif
