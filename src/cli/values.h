/* cli/values.h - reading the value of an option, inside this room
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct reading r = { .option = option, .value = "4433", .field = &at };
 *
 *	return value_read_port(&r, &err);
 */
#ifndef CLI_VALUES_H
#define CLI_VALUES_H

#include "cli/option.h"

/* An option whose value is being read into its field. */
struct reading {
	const struct option *option;
	const char *value;		/* null for a kind that takes none */
	void *field;			/* in the command's options */
};

/* Stores the string itself; true. */
static inline bool
keep(const struct reading *r)
{
	const char **string = r->field;

	*string = r->value;
	return true;
}

/* addresses.c: false with blame CONFIG and a text that names the option. */
bool value_read_port(const struct reading *r, struct tls_error *err);
bool value_read_address(const struct reading *r, struct tls_error *err);
bool value_read_protocols(const struct reading *r, struct tls_error *err);
bool value_read_url(const struct reading *r, struct tls_error *err);

#endif
