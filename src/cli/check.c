/* check.c - the options given, and what a backend can
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cli/cli.h"

#include "base/buf.h"
#include "cli/options.h"

bool
cli_check_backend(const struct settings *settings, const struct plug *plug,
    struct tls_error *err)
{
	for (size_t i = 0; i < num_options; i++) {
		const struct option *option = &options[i];
		struct buf name = BUF_INIT;
		bool able = true;

		if (option->needs < 0 || !option_in_effect(option, settings))
			continue;
		buf_printf(&name, "-%s", option->name);
		able = plug_require(plug, (enum tls_feature)option->needs,
		    buf_string(&name), err);
		buf_clear(&name);
		if (!able)
			return false;
	}
	return true;
}

void
cli_note_backend(const struct settings *settings, const struct plug *plug,
    struct buf *notes)
{
	for (size_t i = 0; i < num_options; i++) {
		const struct option *option = &options[i];
		const struct tls_answer *answer;

		if (option->needs < 0 || !option_in_effect(option, settings))
			continue;
		answer = &plug->answers[option->needs];
		if (answer->support == TLS_SUPPORT_NOOP)
			buf_printf(notes, "%s: -%s has no effect: %s\n",
			    plug->backend->name, option->name, answer->note);
	}
}
