/* faults.c - the scripts of -fault
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "fault/fault.h"
#include "load/loaded.h"
#include "load/pem.h"

static bool
add_file(struct fault_script *script, const char *name, struct tls_error *err)
{
	struct named_file file = { "-fault", name, BUF_INIT };
	char shown[64];
	bool good;

	snprintf(shown, sizeof shown, "-fault @%s", name);
	good = file_read(&file, err) &&
	    fault_script_add(script, shown, buf_span(&file.bytes), err);
	file_clear(&file);
	return good;
}

static bool
add(struct fault_script *script, const char *value, struct tls_error *err)
{
	return value[0] == '@' ? add_file(script, value + 1, err) :
	    fault_script_add(script, "-fault", span_of(value), err);
}

bool
load_faults(struct fault_script **script, const struct load_options *options,
    struct tls_error *err)
{
	const struct option_words *words = &options->faults;

	if (!words->num)
		return true;
	*script = fault_script_new();
	for (size_t i = 0; i < words->num; i++)
		if (!add(*script, words->list[i], err))
			return false;
	return fault_script_check(*script, err);
}
