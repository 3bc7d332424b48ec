/* answers.c - the answers of each backend, held against the page of its library
 * SPDX-License-Identifier: Apache-2.0
 *
 *	answers.t		compares, and says TAP
 *	answers.t -write	writes the pages anew ("make answers")
 *
 * A page is tests/answers/BACKEND-VERSION.txt, VERSION the first two numbers
 * of the version of the library that is loaded.  A scene is skipped where an
 * answer says so; the pages are what keeps an answer from saying so one day
 * because its probe is broken.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/err.h"
#include "names/names.h"
#include "plug/plug.h"

struct page {
	char name[64];		/* "openssl-3.0.txt" */
	struct buf file;	/* its name */
	struct buf text;	/* a line feed stands before each line */
	bool there;
};

/* ---- pages ------------------------------------------------------------ */

static void
page_open(struct page *page, const struct plug *plug)
{
	const char *folder = getenv("POLYTLS_ANSWERS");
	const char *version = plug->about.running;
	size_t major = strspn(version, "0123456789"), minor = 0;
	FILE *file;
	int c;

	if (version[major] == '.')
		minor = 1 + strspn(version + major + 1, "0123456789");
	*page = (struct page){ "", BUF_INIT, BUF_INIT, false };
	snprintf(page->name, sizeof page->name, "%s-%.*s.txt",
	    plug->backend->name, (int)(major + minor), version);
	buf_printf(&page->file, "%s/%s", folder ? folder : ".", page->name);
	buf_add_u8(&page->text, '\n');
	file = fopen(buf_string(&page->file), "r");
	if (!file)
		return;
	page->there = true;
	while ((c = getc(file)) != EOF)
		buf_add_u8(&page->text, (unsigned)c);
	fclose(file);
}

static void
page_close(struct page *page)
{
	buf_clear(&page->file);
	buf_clear(&page->text);
}

/* What the page says of `key`, up to the end of its line; null: nothing. */
static char *
page_line(struct page *page, const char *key)
{
	struct buf word = BUF_INIT;
	char *at;

	buf_printf(&word, "\n%s ", key);
	at = strstr(buf_string(&page->text), buf_string(&word));
	if (at) {
		at += word.len;
		at = strndup(at, strcspn(at, "\n"));
	}
	buf_clear(&word);
	return at;
}

/* ---- what a page says --------------------------------------------------- */

static void
tell_answer(const struct plug *plug, enum tls_feature feature,
    struct buf *out)
{
	struct tls_answer answer = plug_answer(plug, feature);

	buf_add_string(out, plug_support_name(answer.support));
	if (answer.note)
		buf_printf(out, ": %s", answer.note);
}

/* The three lists of numbers. */
static const struct list {
	const char *word;
	const char *(*name)(uint16_t number);
} lists[] = {
	{ "suite", NULL },
	{ "group", name_of_group },
	{ "signature", name_of_signature },
};

#define NUM_LISTS	(sizeof lists / sizeof *lists)

static const uint16_t *
numbers_of(const struct plug *plug, size_t list, size_t *num)
{
	struct plug_numbers (*const ask[NUM_LISTS])(const struct plug *) = {
		plug_suites, plug_groups, plug_signatures,
	};
	struct plug_numbers numbers = ask[list](plug);

	*num = numbers.num;
	return numbers.list;
}

static const char *
name_in(const struct list *list, uint16_t number)
{
	const struct suite *suite;
	const char *name;

	if (list->name) {
		name = list->name(number);
		return name ? name : "unknown";
	}
	suite = suite_find(number);
	return suite ? suite->iana : "unknown";
}

static int
compare_numbers(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static void
tell_list(const struct plug *plug, size_t list, struct buf *out)
{
	size_t num;
	const uint16_t *numbers = numbers_of(plug, list, &num);
	uint16_t *sorted = mem_zero(num + 1, sizeof *sorted);

	/* the order of suites is not promised, and that of the others is the
	 * library's to change */
	if (num > 0)
		memcpy(sorted, numbers, num * sizeof *sorted);
	qsort(sorted, num, sizeof *sorted, compare_numbers);
	for (size_t i = 0; i < num; i++)
		buf_printf(out, "%s %04x %s\n", lists[list].word, sorted[i],
		    name_in(&lists[list], sorted[i]));
	free(sorted);
}

static bool
page_write(struct page *page, const struct plug *plug)
{
	struct buf out = BUF_INIT;
	FILE *file;
	bool good;

	buf_printf(&out, "# %s - what the %s backend answers; \"make answers\" "
	    "writes it\n", page->name, plug->backend->name);
	for (int i = 0; i < TLS_FEATURE_COUNT; i++) {
		buf_printf(&out, "%s ",
		    plug_feature_name((enum tls_feature)i));
		tell_answer(plug, (enum tls_feature)i, &out);
		buf_add_u8(&out, '\n');
	}
	for (size_t i = 0; i < NUM_LISTS; i++)
		tell_list(plug, i, &out);
	file = fopen(buf_string(&page->file), "w");
	good = file && fwrite(out.data, out.len, 1, file) == 1;
	good = file && fclose(file) == 0 && good;
	if (!good)
		fprintf(stderr, "%s: %s\n", buf_string(&page->file),
		    strerror(errno));
	buf_clear(&out);
	return good;
}

/* ---- comparing ---------------------------------------------------------- */

struct tap {
	unsigned number, failed;
};

static void
says(struct tap *tap, bool good, const char *page, const char *what)
{
	printf("%sok %u - %s: %s\n", good ? "" : "not ", ++tap->number, page,
	    what);
	tap->failed += !good;
}

static int
rank_of(const char *line)
{
	for (int i = TLS_SUPPORT_NONE; i <= TLS_SUPPORT_FULL; i++) {
		const char *name = plug_support_name((enum tls_support)i);
		size_t len = strlen(name);

		if (!strncmp(line, name, len) &&
		    (line[len] == '\0' || line[len] == ':'))
			return i;
	}
	return TLS_SUPPORT_UNANSWERED;
}

static void
compare_answer(struct tap *tap, struct page *page, const struct plug *plug,
    enum tls_feature feature)
{
	const char *name = plug_feature_name(feature);
	char *before = page_line(page, name);
	struct buf now = BUF_INIT;
	bool same;

	tell_answer(plug, feature, &now);
	same = before && !strcmp(before, buf_string(&now));
	if (!before)
		puts("# the page has no line of it: make answers");
	else if (rank_of(before) > (int)plug_answer(plug, feature).support)
		puts("# the answer fell: is its probe broken?");
	else if (!same)
		puts("# the answer is another one: if it is right, make "
		    "answers");
	if (!same)
		printf("#   page: %s\n#   now:  %s\n", before ? before : "",
		    buf_string(&now));
	says(tap, same, page->name, name);
	free(before);
	buf_clear(&now);
}

/* Prints each line of `some` that begins with `word` and is not in `all`. */
static bool
has_lines_of(struct buf *all, struct buf *some, const char *word,
    const char *verdict)
{
	const char *line = buf_string(some);
	size_t word_len = strlen(word), len;
	bool good = true;

	for (; *line; line += len + (line[len] == '\n')) {
		char *copy;

		len = strcspn(line, "\n");
		if (strncmp(line, word, word_len) || line[word_len] != ' ')
			continue;
		if (asprintf(&copy, "\n%.*s\n", (int)len, line) < 0)
			abort();
		if (!strstr(buf_string(all), copy)) {
			printf("# %s: %.*s\n", verdict, (int)len, line);
			good = false;
		}
		free(copy);
	}
	return good;
}

static void
compare_list(struct tap *tap, struct page *page, const struct plug *plug,
    size_t list)
{
	const char *word = lists[list].word;
	struct buf now = BUF_INIT;
	bool kept, same;

	buf_add_u8(&now, '\n');
	tell_list(plug, list, &now);
	kept = has_lines_of(&now, &page->text, word, "lost");
	same = has_lines_of(&page->text, &now, word,
	    "new (if it is right, make answers)");
	says(tap, kept && same, page->name, word);
	buf_clear(&now);
}

static void
compare(struct tap *tap, struct page *page, const struct plug *plug)
{
	if (!page->there) {
		printf("ok %u - %s: is there # SKIP no page of %s %s: \"make "
		    "answers\" writes tests/answers/%s, to be read and "
		    "committed\n", ++tap->number, page->name,
		    plug->about.library, plug->about.running, page->name);
		return;
	}
	for (int i = 0; i < TLS_FEATURE_COUNT; i++)
		compare_answer(tap, page, plug, (enum tls_feature)i);
	for (size_t i = 0; i < NUM_LISTS; i++)
		compare_list(tap, page, plug, i);
}

int
main(int argc, char **argv)
{
	const bool writing = argc > 1 && !strcmp(argv[1], "-write");
	char **names = plug_names();
	struct tap tap = { 0, 0 };

	for (size_t i = 0; names[i]; i++) {
		struct tls_error err = TLS_ERROR_INIT;
		struct plug *plug = plug_load(names[i], &err);
		struct page page;

		if (!plug) {
			printf("# %s\n", err.text);
			says(&tap, false, names[i], "loads");
			continue;
		}
		page_open(&page, plug);
		if (!writing)
			compare(&tap, &page, plug);
		else if (!page_write(&page, plug))
			tap.failed++;
		else
			printf("%s: %s %s\n", buf_string(&page.file),
			    plug->about.library, plug->about.running);
		page_close(&page);
		plug_free(plug);
	}
	if (!writing)
		printf("1..%u\n", tap.number);
	plug_names_free(names);
	return tap.failed != 0;
}
