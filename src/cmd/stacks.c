/* stacks.c - asks several backends what a list selects, and compares
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/stacks.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/numbers.h"
#include "base/text.h"

/* ---- which backends ----------------------------------------------------- */

static void
add_stack(struct stacks *stacks, const struct plug *plug)
{
	for (size_t i = 0; i < stacks->num; i++)
		if (stacks->list[i].plug == plug)
			return;
	stacks->list = mem_grow(stacks->list,
	    (stacks->num + 1) * sizeof *stacks->list);
	stacks->list[stacks->num++] = (struct stack){
		.plug = plug, .err = TLS_ERROR_INIT,
	};
}

static bool
add_all(struct stacks *stacks, struct tls_error *err)
{
	size_t num;
	const struct plug *const *all = plugs_all(stacks->plugs, &num);

	for (size_t i = 0; i < num; i++)
		add_stack(stacks, all[i]);
	return num || err_set(err, TLS_BLAME_FEATURE, "no backend loads: "
	    "install one into %s", BACKENDDIR);
}

static bool
add_named(struct stacks *stacks, const char *words, struct tls_error *err)
{
	struct buf name = BUF_INIT;
	bool good = true;

	while (good && text_next_part(&words, &name)) {
		const struct plug *plug = plugs_load(stacks->plugs,
		    buf_string(&name), err);

		if (plug)
			add_stack(stacks, plug);
		good = plug != NULL;
	}
	buf_clear(&name);
	return good;
}

/* ---- what they have in common ------------------------------------------- */

static void
insert_row(struct stacks *stacks, size_t at, uint16_t number)
{
	stacks->rows = mem_grow(stacks->rows,
	    (stacks->num_rows + 1) * sizeof *stacks->rows);
	memmove(&stacks->rows[at + 1], &stacks->rows[at],
	    (stacks->num_rows - at) * sizeof *stacks->rows);
	stacks->rows[at] = number;
	stacks->num_rows++;
}

static size_t
row_of(const struct stacks *stacks, uint16_t number)
{
	size_t at = 0;

	while (at < stacks->num_rows && stacks->rows[at] != number)
		at++;
	return at;
}

/* Puts what is new of a list after what comes before it there. */
static void
merge(struct stacks *stacks, const struct meaning *meaning)
{
	size_t at = 0;

	for (size_t i = 0; i < meaning->num; i++) {
		size_t row = row_of(stacks, meaning->list[i]);

		if (row == stacks->num_rows) {
			row = at;
			insert_row(stacks, row, meaning->list[i]);
		}
		at = row + 1;
	}
}

static const struct stack *
longest(const struct stacks *stacks)
{
	const struct stack *found = &stacks->list[0];

	for (size_t i = 1; i < stacks->num; i++)
		if (stacks->list[i].meaning.num > found->meaning.num)
			found = &stacks->list[i];
	return found;
}

static bool
is_in_all(const struct stacks *stacks, uint16_t number)
{
	for (size_t i = 0; i < stacks->num; i++)
		if (!numbers_have(stacks->list[i].meaning.list,
		    stacks->list[i].meaning.num, number))
			return false;
	return true;
}

/* The next number from `at` on that all of them select; 0: none. */
static uint16_t
next_common(const struct stacks *stacks, const struct meaning *meaning,
    size_t *at)
{
	while (*at < meaning->num) {
		uint16_t number = meaning->list[(*at)++];

		if (is_in_all(stacks, number))
			return number;
	}
	return 0;
}

static bool
has_order_of(const struct stacks *stacks, const struct meaning *one,
    const struct meaning *other)
{
	size_t i = 0, j = 0;

	for (;;) {
		uint16_t a = next_common(stacks, one, &i);
		uint16_t b = next_common(stacks, other, &j);

		if (a != b)
			return false;
		if (!a)
			return true;
	}
}

static void
compare(struct stacks *stacks)
{
	const struct meaning *first = &stacks->list[0].meaning;

	merge(stacks, &longest(stacks)->meaning);
	stacks->same = stacks->same_order = true;
	for (size_t i = 0; i < stacks->num; i++) {
		const struct meaning *meaning = &stacks->list[i].meaning;

		merge(stacks, meaning);
		stacks->same_order = stacks->same_order &&
		    has_order_of(stacks, first, meaning);
	}
	for (size_t i = 0; i < stacks->num; i++)
		stacks->same = stacks->same && stacks->same_order &&
		    stacks->list[i].meaning.num == stacks->num_rows;
}

/* ---- the whole ---------------------------------------------------------- */

static void
ask(struct stacks *stacks, struct stack *stack,
    const struct stacks_request *request)
{
	struct meaning_request one = request->meaning;
	const struct defaults_request other = {
		.kind = one.kind, .plugs = stacks->plugs, .plug = stack->plug,
		.native = one.options->native, .options = one.options,
		.psk = one.psk,
	};
	struct tls_error err = TLS_ERROR_INIT;
	struct defaults defaults;

	one.plug = stack->plug;
	if (!request->defaults) {
		stack->good = meaning_of(&stack->meaning, &one, &stack->err);
		if (stack->good && one.usable && !defaults_drop_refused(
		    &stack->meaning, &other, &err))
			buf_printf(&stack->meaning.notes, "-s: the security "
			    "level was not tried: %s\n", err.text);
		return;
	}
	stack->good = defaults_find(&defaults, &other, &stack->err);
	stack->meaning = defaults.meaning;
	stack->order = defaults.order;
	stacks->ordered = one.kind == MEANING_GROUPS;
}

bool
stacks_open(struct stacks *stacks, const char *words,
    const struct stacks_request *request, struct tls_error *err)
{
	bool all = !words || !strcmp(words, "all");

	*stacks = (struct stacks){ .plugs = plugs_new() };
	if (!(all ? add_all(stacks, err) : add_named(stacks, words, err)))
		return false;
	stacks->by_name = !all && stacks->num == 1;
	for (size_t i = 0; i < stacks->num; i++)
		ask(stacks, &stacks->list[i], request);
	compare(stacks);
	return true;
}

void
stacks_close(struct stacks *stacks)
{
	for (size_t i = 0; i < stacks->num; i++)
		meaning_clear(&stacks->list[i].meaning);
	free(stacks->list);
	free(stacks->rows);
	plugs_free(stacks->plugs);
	*stacks = (struct stacks){ .plugs = NULL };
}

int
stacks_status(const struct stacks *stacks, struct tls_error *err)
{
	for (size_t i = 0; i < stacks->num; i++)
		if (stacks->list[i].good)
			return 0;
	*err = stacks->list[0].err;
	for (size_t i = 1; i < stacks->num; i++)
		if (stacks->list[i].err.blame == TLS_BLAME_CONFIG)
			*err = stacks->list[i].err;
	return err_exit_status(err);
}
