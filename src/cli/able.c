/* able.c - every option against what a backend can
 * SPDX-License-Identifier: Apache-2.0
 *
 * The row of an option names the feature that it needs; whatever else there is
 * to say about it is in the rules of its table.  The refusal at start-up, the
 * remarks and the table of "polytls backends -options" all use the one function
 * here.
 */
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"

/* Lowers `support` to what a rule leaves of it, and adds the reason to
 * `note`. */
static enum tls_support
follow(const struct option_rule *rule, const struct tls_answer *answer,
    const struct tls_answer *own, enum tls_support support, struct buf *note)
{
	const char *sep = note->len ? "; " : "";

	switch (rule->kind) {
	case OPTION_NO_EFFECT:
		buf_add_string(note, rule->words);
		return TLS_SUPPORT_NOOP;
	case OPTION_UNLESS:
		return support;
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

/* The answer to a feature; FULL for OPTION_NEEDS_NOTHING. */
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

static bool
has_no_effect(const struct option_table *table, const struct option *option,
    const void *base)
{
	const struct option *other;
	bool none = false;

	for (size_t i = 0; i < table->num_rules; i++) {
		const struct option_rule *rule = &table->rules[i];

		if (strcmp(rule->option, option->name))
			continue;
		if (rule->kind == OPTION_NO_EFFECT)
			none = true;
		if (rule->kind != OPTION_UNLESS)
			continue;
		other = option_find(table, rule->words, strlen(rule->words));
		if (option_in_effect(table, other, base))
			return false;
	}
	return none;
}

static bool
has_instead(const struct option_table *table, const struct option *option,
    const struct plug *plug)
{
	for (size_t i = 0; i < table->num_rules; i++)
		if (table->rules[i].kind == OPTION_INSTEAD &&
		    !strcmp(table->rules[i].option, option->name) &&
		    answer_to(plug, table->rules[i].feature).support >
		    TLS_SUPPORT_NONE)
			return true;
	return false;
}

/* What a backend makes of an option that is given. */
enum fate {
	TAKEN,
	WITHOUT_EFFECT,
	DONE_OTHERWISE,
	REFUSED,
};

/* The same as option_answer without the text.  Asks only for the features that
 * decide, since each may have to be tried. */
static enum fate
fate_of(const struct option_table *table, const struct option *option,
    const void *base, const struct plug *plug)
{
	enum tls_support own;

	if (has_no_effect(table, option, base))
		return WITHOUT_EFFECT;
	own = answer_to(plug, option->needs).support;
	if (own == TLS_SUPPORT_NOOP)
		return WITHOUT_EFFECT;
	if (own > TLS_SUPPORT_NONE)
		return TAKEN;
	return has_instead(table, option, plug) ? DONE_OTHERWISE : REFUSED;
}

bool
cli_can(const struct option_table *table, const struct option *option,
    const struct plug *plug)
{
	return fate_of(table, option, table->defaults, plug) != REFUSED;
}

bool
cli_check_backend(const struct option_table *table, const void *base,
    const struct plug *plug, struct tls_error *err)
{
	for (size_t i = 0; i < table->num; i++) {
		const struct option *option = &table->list[i];
		struct buf note = BUF_INIT;

		if (!option_in_effect(table, option, base) ||
		    fate_of(table, option, base, plug) != REFUSED)
			continue;
		option_answer(table, option, plug, &note);
		err_set(err, TLS_BLAME_FEATURE, "the %s backend cannot do "
		    "-%s: %s", plug->backend->name, option->name,
		    note.len ? buf_string(&note) : "it did not say why");
		buf_clear(&note);
		return false;
	}
	return true;
}

void
cli_note_backend(const struct option_table *table, const void *base,
    const struct plug *plug, struct buf *notes)
{
	struct buf note = BUF_INIT;

	for (size_t i = 0; i < table->num; i++) {
		const struct option *option = &table->list[i];
		enum fate fate;

		if (!option_in_effect(table, option, base))
			continue;
		fate = fate_of(table, option, base, plug);
		if (fate != WITHOUT_EFFECT && fate != DONE_OTHERWISE)
			continue;
		option_answer(table, option, plug, &note);
		buf_printf(notes, "%s: -%s %s: %s\n", plug->backend->name,
		    option->name, fate == WITHOUT_EFFECT ? "has no effect" :
		    "is done otherwise", buf_string(&note));
	}
	buf_clear(&note);
}
