/* hello_diff.c - polytls hello -diff: what changed between two ClientHellos
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdio.h>

#include "base/text.h"
#include "cmd/hello.h"
#include "cmd/words.h"
#include "dissect/dissect.h"

/* Reads file `which` into `out`; complains if there is no hello in it. */
static bool
read_one(const struct hello_options *options, size_t which,
    struct recorded *recorded, struct partial *out)
{
	const struct recorded_hello *hello;
	int status;

	if (!hello_read(options, which, recorded, &status))
		return false;
	hello = hello_of(options, recorded);
	if (partial_read(out, buf_span(&hello->bytes), hello->bare))
		return true;
	hello_complain(options->files[which],
	    "it ends before the ClientHello begins");
	recorded_clear(recorded);
	return false;
}

static json_t *
place(size_t number)
{
	return number ? json_integer((json_int_t)number) : json_null();
}

static void
print_json(const struct hello_options *options,
    const struct differences *differences)
{
	json_t *list = json_array();

	for (size_t i = 0; i < differences->num; i++) {
		const struct difference *d = &differences->list[i];

		json_array_append_new(list, json_pack("{s:s,s:o,s:o,s:o,s:o}",
		    "change", difference_name(d->kind),
		    "where", words_json(d->where), "what", words_json(d->what),
		    "from", place(d->from), "to", place(d->to)));
	}
	words_print_json(json_pack("{s:o,s:o,s:o}",
	    "a", words_json(options->files[0]),
	    "b", words_json(options->files[1]), "differences", list));
}

/* "- suites 3: TLS_...", "+ suites 4: TLS_...", "~ suites 3 -> 7: TLS_...". */
static void
print_text(const struct differences *differences)
{
	static const char signs[] = {
		[DIFFERENCE_SAME] = ' ', [DIFFERENCE_REMOVED] = '-',
		[DIFFERENCE_ADDED] = '+', [DIFFERENCE_MOVED] = '~',
	};

	for (size_t i = 0; i < differences->num; i++) {
		const struct difference *d = &differences->list[i];

		printf("%c %s ", signs[d->kind], d->where);
		if (d->kind == DIFFERENCE_MOVED)
			printf("%zu -> %zu: %s\n", d->from, d->to, d->what);
		else
			printf("%zu: %s\n", d->from + d->to, d->what);
	}
}

/* Nothing is the same as trouble: 2 is for that. */
int
hello_diff(const struct hello_options *options)
{
	struct recorded recorded[2];
	struct partial partial[2];
	struct differences differences;
	int status;

	if (!read_one(options, 0, &recorded[0], &partial[0]))
		return 2;
	if (!read_one(options, 1, &recorded[1], &partial[1])) {
		partial_clear(&partial[0]);
		recorded_clear(&recorded[0]);
		return 2;
	}
	dissect_compare(&partial[0], &partial[1],
	    options->random ? DISSECT_RANDOM : 0, &differences);
	status = differences.num > 0;
	if (options->json)
		print_json(options, &differences);
	else
		print_text(&differences);
	differences_clear(&differences);
	for (int i = 0; i < 2; i++) {
		partial_clear(&partial[i]);
		recorded_clear(&recorded[i]);
	}
	return status;
}
