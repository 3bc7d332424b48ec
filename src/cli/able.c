/* able.c - every option against what a backend can
 * SPDX-License-Identifier: Apache-2.0
 *
 * A row names the feature that an option cannot do without; what else there
 * is to say of it stands in the rules of its table.  The refusal at
 * start-up, the remarks and the table of "polytls backends -options" all ask
 * the one function here.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"

/* Lowers `support` to what a rule leaves of it, and adds why to `note`. */
static enum tls_support
follow(const struct option_rule *rule, const struct tls_answer *answer,
    const struct tls_answer *own, enum tls_support support, struct buf *note)
{
	const char *sep = note->len ? "; " : "";

	switch (rule->kind) {
	case OPTION_NO_EFFECT:
		buf_add_string(note, rule->words);
		return TLS_SUPPORT_NOOP;
	case OPTION_INSTEAD:
		if (support != TLS_SUPPORT_NONE ||
		    answer->support <= TLS_SUPPORT_NONE)
			return support;
		note->len = 0;
		buf_printf(note, "%s: %s", rule->words, own->note);
		return TLS_SUPPORT_PART;
	case OPTION_WITHOUT:
		if (support <= TLS_SUPPORT_NONE ||
		    answer->support == TLS_SUPPORT_FULL)
			return support;
		buf_add_string(note, sep);
		if (rule->words)
			buf_printf(note, "%s%s: ", answer->support ==
			    TLS_SUPPORT_NONE ? "not " : "", rule->words);
		buf_add_string(note, answer->note);
		return TLS_SUPPORT_PART;
	}
	return support;
}

/* The answer to a feature, or to -1: nothing is needed. */
static struct tls_answer
answer_to(const struct plug *plug, int feature)
{
	if (feature < 0)
		return (struct tls_answer){ TLS_SUPPORT_FULL, NULL };
	return plug_answer(plug, (enum tls_feature)feature);
}

enum tls_support
option_answer(const struct option_table *table, const struct option *option,
    const struct plug *plug, struct buf *note)
{
	struct tls_answer own = answer_to(plug, option->needs), other;
	enum tls_support support = own.support;

	note->len = 0;
	if (own.note)
		buf_add_string(note, own.note);
	for (size_t i = 0; i < table->num_rules; i++) {
		const struct option_rule *rule = &table->rules[i];

		if (strcmp(rule->option, option->name))
			continue;
		other = answer_to(plug, rule->feature);
		support = follow(rule, &other, &own, support, note);
	}
	return support;
}

bool
cli_check_backend(const struct option_table *table, const void *base,
    const struct plug *plug, struct tls_error *err)
{
	struct buf note = BUF_INIT;
	bool able = true;

	for (size_t i = 0; able && i < table->num; i++) {
		const struct option *option = &table->list[i];

		if (!option_in_effect(table, option, base))
			continue;
		if (option_answer(table, option, plug, &note) >
		    TLS_SUPPORT_NONE)
			continue;
		able = err_set(err, TLS_BLAME_FEATURE,
		    "the %s backend cannot do -%s: %s", plug->backend->name,
		    option->name, note.len ? buf_string(&note) :
		    "it did not say why");
	}
	buf_clear(&note);
	return able;
}

void
cli_note_backend(const struct option_table *table, const void *base,
    const struct plug *plug, struct buf *notes)
{
	struct buf note = BUF_INIT;

	for (size_t i = 0; i < table->num; i++) {
		const struct option *option = &table->list[i];
		enum tls_support support;

		if (!option_in_effect(table, option, base))
			continue;
		support = option_answer(table, option, plug, &note);
		if (support == TLS_SUPPORT_NOOP ||
		    (support == TLS_SUPPORT_PART && option->needs >= 0 &&
		    !plug_can(plug, (enum tls_feature)option->needs)))
			buf_printf(notes, "%s: -%s %s: %s\n",
			    plug->backend->name, option->name,
			    support == TLS_SUPPORT_NOOP ? "has no effect" :
			    "is done otherwise", buf_string(&note));
	}
	buf_clear(&note);
}
