/* stacks_print.c - what lists select on several backends, as text and JSON
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/numbers.h"
#include "cmd/stacks.h"
#include "cmd/words.h"

#define LEAST_COLUMN	3		/* digits of a position */

/* The position of `number` on a backend, from 1; 0: it is not selected. */
static size_t
position(const struct stack *stack, uint16_t number)
{
	for (size_t i = 0; i < stack->meaning.num; i++)
		if (stack->meaning.list[i] == number)
			return i + 1;
	return 0;
}

/* ---- one backend -------------------------------------------------------- */

void
stacks_print_list(const struct stack *stack, const struct stacks_look *look)
{
	const struct meaning *meaning = &stack->meaning;
	struct buf line = BUF_INIT;
	char room[8];

	for (size_t i = 0; i < meaning->num; i++) {
		if (!look->verbose) {
			printf("%s%s", i ? ":" : "",
			    look->name(meaning->list[i], room));
			continue;
		}
		buf_clear(&line);
		look->line(&line, meaning->list[i], look->user);
		puts(buf_string(&line));
	}
	if (!look->verbose)
		putchar('\n');
	buf_clear(&line);
}

/* ---- the table ---------------------------------------------------------- */

static int
width(const struct stack *stack)
{
	int len = (int)strlen(stack->plug->backend->name);

	return len < LEAST_COLUMN ? LEAST_COLUMN : len;
}

static void
print_row(const struct stacks *stacks, const struct stacks_look *look,
    uint16_t number)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < stacks->num; i++) {
		const struct stack *stack = &stacks->list[i];
		size_t at = position(stack, number);

		if (at)
			printf("%*zu  ", width(stack), at);
		else
			printf("%*s  ", width(stack), "-");
	}
	look->line(&line, number, look->user);
	puts(buf_string(&line));
	buf_clear(&line);
}

static void
add_names(struct buf *out, const struct stacks *stacks)
{
	for (size_t i = 0; i < stacks->num; i++)
		buf_printf(out, "%s%s", i == 0 ? "" :
		    i + 1 == stacks->num ? " and " : ", ",
		    stacks->list[i].plug->backend->name);
}

void
stacks_print_same(FILE *out, const struct stacks *stacks,
    const struct stacks_look *look)
{
	struct buf names = BUF_INIT;

	add_names(&names, stacks);
	fprintf(out, "%s: the same %zu %s in the same order\n",
	    buf_string(&names), stacks->num_rows,
	    stacks->num_rows == 1 ? look->one : look->many);
	buf_clear(&names);
}

static void
print_order(const struct stacks *stacks, const struct stacks_look *look)
{
	size_t common = 0;

	for (size_t i = 0; i < stacks->num_rows; i++) {
		bool all = true;

		for (size_t j = 0; j < stacks->num; j++)
			all = all && position(&stacks->list[j],
			    stacks->rows[i]);
		common += all;
	}
	if (common == 1)
		printf("all of them select 1 %s\n", look->one);
	else if (common)
		printf("all of them select %zu %s, %s\n", common, look->many,
		    stacks->same_order ? "in the same order" :
		    "but not in the same order");
	else
		printf("there is no %s that all of them select\n",
		    look->one);
}

/* Prints the numbers that are missing on `stack` for the reason of the first of
 * them from `at` on, and marks them as printed. */
static void
print_gap(const struct stacks *stacks, const struct stacks_look *look,
    const struct stack *stack, size_t at, bool *printed)
{
	struct buf why = BUF_INIT, other = BUF_INIT, line = BUF_INIT;
	const char *sep = "";
	char room[8];

	look->reason(&why, stacks->rows[at], stack, look->user);
	for (size_t i = at; i < stacks->num_rows; i++) {
		if (printed[i] || position(stack, stacks->rows[i]))
			continue;
		buf_clear(&other);
		look->reason(&other, stacks->rows[i], stack, look->user);
		if (!span_equal(buf_span(&why), buf_span(&other)))
			continue;
		buf_printf(&line, "%s%s", sep,
		    look->name(stacks->rows[i], room));
		sep = ", ";
		printed[i] = true;
	}
	buf_printf(&line, ": %s", buf_string(&why));
	fputs("  ", stdout);
	words_wrap(buf_string(&line), 2, 2);
	buf_clear(&why);
	buf_clear(&other);
	buf_clear(&line);
}

static void
print_gaps(const struct stacks *stacks, const struct stacks_look *look,
    const struct stack *stack)
{
	bool *printed = mem_zero(stacks->num_rows + 1, sizeof *printed);
	const size_t lacking = stacks->num_rows - stack->meaning.num;

	printf("\n%s: %s %s lacks %zu of these %zu\n",
	    stack->plug->backend->name, stack->plug->about.library,
	    stack->plug->about.running, lacking, stacks->num_rows);
	for (size_t i = 0; i < stacks->num_rows; i++)
		if (!printed[i] && !position(stack, stacks->rows[i]))
			print_gap(stacks, look, stack, i, printed);
	free(printed);
}

static void
print_orders(const struct stacks *stacks)
{
	static const char *const words[] = {
		[DEFAULTS_SERVER] = "this order decides",
		[DEFAULTS_CLIENT] = "the client's order decides",
		[DEFAULTS_MIXED] = "neither this order nor the client's alone "
		    "decides",
	};

	for (size_t i = 0; i < stacks->num && stacks->ordered; i++)
		if (stacks->list[i].good)
			printf("%s: %s\n",
			    stacks->list[i].plug->backend->name,
			    words[stacks->list[i].order]);
}

static void
print_nothing(const struct stack *stack)
{
	printf("\n%s: %s %s selects nothing\n  ", stack->plug->backend->name,
	    stack->plug->about.library, stack->plug->about.running);
	words_wrap(stack->err.text, 2, 2);
}

void
stacks_print_table(const struct stacks *stacks,
    const struct stacks_look *look)
{
	for (size_t i = 0; i < stacks->num; i++)
		printf("%*s%s", width(&stacks->list[i]),
		    stacks->list[i].plug->backend->name,
		    i + 1 < stacks->num ? "  " : "\n");
	for (size_t i = 0; i < stacks->num_rows; i++)
		print_row(stacks, look, stacks->rows[i]);
	if (stacks->num < 2)
		return;
	putchar('\n');
	if (stacks->same)
		stacks_print_same(stdout, stacks, look);
	else
		print_order(stacks, look);
	print_orders(stacks);
	for (size_t i = 0; i < stacks->num; i++) {
		const struct stack *stack = &stacks->list[i];

		if (!stack->good)
			print_nothing(stack);
		else if (stack->meaning.num < stacks->num_rows)
			print_gaps(stacks, look, stack);
	}
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *
order_json(const struct stacks *stacks, const struct stack *stack)
{
	static const char *const words[] = {
		[DEFAULTS_SERVER] = "server",
		[DEFAULTS_CLIENT] = "client",
		[DEFAULTS_MIXED] = "mixed",
	};

	return stacks->ordered && stack->good ?
	    json_string(words[stack->order]) : json_null();
}

static json_t *
number_json(const struct stacks_look *look, uint16_t number)
{
	json_t *object = json_pack("{s:i}", "number", number);

	look->members(object, number);
	return object;
}

static json_t *
selected_json(const struct stack *stack, const struct stacks_look *look)
{
	json_t *list = json_array();

	for (size_t i = 0; i < stack->meaning.num; i++)
		json_array_append_new(list, number_json(look,
		    stack->meaning.list[i]));
	return list;
}

static json_t *
lacking_json(const struct stacks *stacks, const struct stacks_look *look,
    const struct stack *stack)
{
	json_t *list = json_array();
	struct buf why = BUF_INIT;

	for (size_t i = 0; i < stacks->num_rows; i++) {
		json_t *object;

		if (position(stack, stacks->rows[i]))
			continue;
		buf_clear(&why);
		look->reason(&why, stacks->rows[i], stack, look->user);
		object = number_json(look, stacks->rows[i]);
		json_object_set_new(object, "reason",
		    words_json(buf_string(&why)));
		json_array_append_new(list, object);
	}
	buf_clear(&why);
	return list;
}

json_t *
stacks_json(const struct stacks *stacks, const struct stacks_look *look)
{
	json_t *list = json_array();

	for (size_t i = 0; i < stacks->num; i++) {
		const struct stack *stack = &stacks->list[i];

		json_array_append_new(list, json_pack(
		    "{s:s,s:o,s:o,s:o,s:o,s:o,s:o}",
		    "name", stack->plug->backend->name,
		    "library", words_json(stack->plug->about.library),
		    "running", words_json(stack->plug->about.running),
		    "order", order_json(stacks, stack),
		    "selected", selected_json(stack, look),
		    "lacking", lacking_json(stacks, look, stack),
		    "error", stack->good ? json_null() :
		    words_json(stack->err.text)));
	}
	return json_pack("{s:i,s:b,s:b,s:o}", "v", 1,
	    "same", stacks->same, "same_order", stacks->same_order,
	    "backends", list);
}

/* ---- the command -------------------------------------------------------- */

/* Complains without the name of the option that the list has in s_server. */
static int
complain(const struct cli_words *words, const struct tls_error *err)
{
	static const char *const options[] = {
		"-cipher: ", "-groups: ", "-sigalgs: ",
	};
	struct tls_error said = *err;

	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (!strncmp(err->text, options[i], strlen(options[i])))
			err_set(&said, err->blame, "%s",
			    err->text + strlen(options[i]));
	return cli_complain(words, &said, err_exit_status(err));
}

/* Prints `lines` to standard error, each after the name of the command. */
static void
print_remarks(const struct cli_words *words, struct buf *lines)
{
	const char *at = buf_string(lines);

	while (*at) {
		int len = (int)strcspn(at, "\n");

		fprintf(stderr, "polytls %s: %.*s\n", words->table->command,
		    len, at);
		at += len + (at[len] == '\n');
	}
}

/* OpenSSL skips words that mean nothing, and so does every backend. */
static void
print_ignored(const struct cli_words *words, struct stacks *stacks)
{
	for (size_t i = 0; i < stacks->num; i++) {
		struct buf *ignored = &stacks->list[i].meaning.ignored;

		if (!ignored->len)
			continue;
		fprintf(stderr, "polytls %s: skipped, since it means nothing: "
		    "%s\n", words->table->command, buf_string(ignored));
		return;
	}
}

static void
print_failures(const struct cli_words *words, const struct stacks *stacks)
{
	const struct plugs_list all = plugs_entries(stacks->plugs);

	for (size_t i = 0; i < all.num; i++)
		if (!all.list[i].plug)
			cli_complain(words, &all.list[i].err, 0);
}

static void
print(const struct cli_words *words, struct stacks *stacks,
    const struct stacks_look *look, struct stacks_choice choice)
{
	if (choice.json) {
		words_print_json(stacks_json(stacks, look));
	} else if (stacks->by_name) {
		stacks_print_list(&stacks->list[0], look);
		print_remarks(words, &stacks->list[0].meaning.notes);
	} else if (!choice.names && stacks->same) {
		stacks_print_list(&stacks->list[0], look);
		stacks_print_same(stderr, stacks, look);
	} else {
		stacks_print_table(stacks, look);
	}
}

int
stacks_tell(struct cli_words *words, const struct stacks_request *request,
    const struct stacks_look *look, struct stacks_choice choice)
{
	static const char *const listless[] = { "all", "native" };
	struct tls_error err = TLS_ERROR_INIT;
	struct stacks stacks;
	int status;

	if (!cli_check(words, &err))
		return cli_complain(words, &err, err_exit_status(&err));
	for (size_t i = 0; i < sizeof listless / sizeof *listless; i++)
		if (words->operand && cli_given(words, listless[i]))
			buf_printf(&words->warnings, "-%s has no effect with a "
			    "list\n", listless[i]);
	print_remarks(words, &words->warnings);
	if (!stacks_open(&stacks, choice.names, request, &err)) {
		stacks_close(&stacks);
		return cli_complain(words, &err, err_exit_status(&err));
	}
	if (!choice.names || !strcmp(choice.names, "all"))
		print_failures(words, &stacks);
	print_ignored(words, &stacks);
	status = stacks_status(&stacks, &err);
	if (status)
		complain(words, &err);
	if (!status || choice.json)
		print(words, &stacks, look, choice);
	stacks_close(&stacks);
	return status;
}
