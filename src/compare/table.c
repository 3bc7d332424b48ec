/* compare/table.c - answers side by side, and where they differ
 * SPDX-License-Identifier: Apache-2.0
 */
#include "compare/compare.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "names/names.h"

/* The widest column that is not widened by a single word, in characters. */
#define USUAL_WIDTH	30

/* Between two columns, the marks included. */
#define GAP		4

/* ---- differences -------------------------------------------------------- */

static void
get(const struct compare_row *row, const struct compare_answer *answer,
    struct compare_value *out)
{
	memset(out, 0, sizeof *out);
	row->get(answer, out);
}

static bool
same_word(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* What is not known differs from nothing. */
static bool
differ(const struct compare_value *a, const struct compare_value *b)
{
	if (a->state == COMPARE_UNKNOWN || b->state == COMPARE_UNKNOWN)
		return false;
	return a->state != b->state || !same_word(a->word, b->word) ||
	    !span_equal(buf_span(&a->text), buf_span(&b->text)) ||
	    a->num != b->num || memcmp(a->numbers, b->numbers,
	    a->num * sizeof *a->numbers) != 0;
}

/* Whether `value`, of `column`, is to be marked beside that of `other`.  Where
 * one answers and the other does not, the first row says so, and not each that
 * only one of them has. */
static bool
is_marked(const struct compare_table *table, const struct compare_row *row,
    size_t column, size_t other, const struct compare_value *value)
{
	const struct compare_answer *ours = table->columns[column].answer;
	const struct compare_answer *theirs = table->columns[other].answer;
	struct compare_value reference;
	bool marked;

	if (!row->compared || column == other)
		return false;
	get(row, theirs, &reference);
	marked = differ(value, &reference) && (ours->outcome ==
	    theirs->outcome || value->state == reference.state);
	buf_clear(&reference.text);
	return marked;
}

/* The other column of the same backend, or `column` itself. */
static size_t
other_view(const struct compare_table *table, size_t column)
{
	for (size_t i = 0; i < table->num; i++)
		if (table->columns[i].plug == table->columns[column].plug &&
		    table->columns[i].native != table->columns[column].native)
			return i;
	return column;
}

void
compare_cell(const struct compare_table *table, const struct compare_row *row,
    size_t column, struct compare_cell *out)
{
	struct compare_value *value = &out->value;

	get(row, table->columns[column].answer, value);
	out->differs = is_marked(table, row, column, table->reference, value);
	out->parts = is_marked(table, row, column, other_view(table, column),
	    value);
}

void
compare_cell_clear(struct compare_cell *cell)
{
	buf_clear(&cell->value.text);
}

bool
compare_row_has(const struct compare_table *table,
    const struct compare_row *row)
{
	bool has = false;

	for (size_t i = 0; i < table->num && !has; i++) {
		struct compare_value value;

		get(row, table->columns[i].answer, &value);
		has = value.state != COMPARE_NONE;
		buf_clear(&value.text);
	}
	return has;
}

/* ---- values as text ----------------------------------------------------- */

/* The name of a number, or the number in hex. */
static void
add_label(struct buf *out, const char *name, uint16_t number)
{
	if (name)
		buf_add_string(out, name);
	else
		buf_printf(out, "0x%04x", number);
}

static void
add_alert(struct buf *out, uint16_t number)
{
	const char *name = name_of_alert((uint8_t)number);

	if (name)
		buf_printf(out, "%s (%u)", name, number);
	else
		buf_printf(out, "%u", number);
}

static void
add_number(struct buf *out, enum compare_kind kind, uint16_t number)
{
	const struct suite *suite;
	char room[8];

	switch (kind) {
	case COMPARE_COUNT:
		buf_printf(out, "%u", number);
		break;
	case COMPARE_VERSION:
		buf_add_string(out, version_label(number, room));
		break;
	case COMPARE_SUITE:
		suite = suite_find(number);
		add_label(out, suite ? suite->openssl : NULL, number);
		break;
	case COMPARE_GROUP:
		add_label(out, number ? name_of_group(number) : "none",
		    number);
		break;
	case COMPARE_SIGNATURE:
	case COMPARE_SIGNATURES:
		add_label(out, name_of_signature(number), number);
		break;
	case COMPARE_ALERT:
		add_alert(out, number);
		break;
	case COMPARE_EXTENSIONS:
		add_label(out, name_of_extension(number), number);
		break;
	default:
		break;
	}
}

void
compare_add_value(struct buf *out, const struct compare_row *row,
    const struct compare_value *value)
{
	size_t start = out->len;

	if (value->state != COMPARE_KNOWN) {
		buf_add_u8(out, value->state == COMPARE_NONE ? '-' : '?');
		return;
	}
	if (value->word)
		buf_add_string(out, value->word);
	text_add_escaped(out, buf_span(&value->text));
	for (size_t i = 0; i < value->num; i++) {
		if (i > 0)
			buf_add_string(out, ", ");
		add_number(out, row->kind, value->numbers[i]);
	}
	if (out->len == start)
		buf_add_string(out, "none");
}

void
compare_add_name(struct buf *out, const struct compare_column *column)
{
	buf_printf(out, "%s%s", column->plug->backend->name,
	    column->native ? " -native" : "");
}

/* ---- the table as text -------------------------------------------------- */

/* One cell while its row is written, line by line. */
struct slot {
	struct buf text;
	size_t at;
	const char *marks;
};

/* The length of the next line, and with its space of what follows it. */
static size_t
next_line(const struct slot *slot, size_t width, size_t *skip)
{
	const char *text = (const char *)slot->text.data + slot->at;
	size_t left = slot->text.len - slot->at, len = 0;

	*skip = 0;
	if (left <= width)
		return left;
	for (size_t i = 0; i < left; i++)
		if (text[i] == ' ' && (i <= width || !len)) {
			len = i;
			*skip = 1;
			if (i > width)
				break;
		}
	return len ? len : left;
}

static void
pad(struct buf *out, size_t num)
{
	while (num-- > 0)
		buf_add_u8(out, ' ');
}

static bool
is_open(const struct slot *slots, size_t num)
{
	for (size_t i = 0; i < num; i++)
		if (slots[i].at < slots[i].text.len)
			return true;
	return false;
}

/* Writes a row of as many lines as its longest cell takes. */
static void
add_lines(struct buf *out, const char *indent, struct slot *slots,
    const size_t *widths, size_t num)
{
	while (is_open(slots, num)) {
		size_t due = 0;

		buf_add_string(out, indent);
		for (size_t i = 0; i < num; i++) {
			struct slot *slot = &slots[i];
			size_t skip, len = next_line(slot, widths[i], &skip);

			if (len == 0) {
				due += GAP + widths[i];
				continue;
			}
			pad(out, due);
			buf_printf(out, "%4s", i == 0 ? "" : slot->marks);
			buf_add(out, slot->text.data + slot->at, len);
			slot->at += len + skip;
			slot->marks = "";
			due = widths[i] - len;
		}
		buf_add_u8(out, '\n');
	}
}

static const char *
marks_of(const struct compare_cell *cell)
{
	if (cell->parts)
		return cell->differs ? "*+ " : "+ ";
	return cell->differs ? "*  " : "";
}

/* The first slot is the label. */
static void
fill_row(const struct compare_table *table, const struct compare_row *row,
    struct slot *slots)
{
	buf_add_string(&slots[0].text, row->label);
	for (size_t i = 0; i < table->num; i++) {
		struct compare_cell cell;

		compare_cell(table, row, i, &cell);
		compare_add_value(&slots[i + 1].text, row, &cell.value);
		slots[i + 1].marks = marks_of(&cell);
		compare_cell_clear(&cell);
	}
}

static void
fill_head(const struct compare_table *table, struct slot *slots)
{
	for (size_t i = 0; i < table->num; i++)
		compare_add_name(&slots[i + 1].text, &table->columns[i]);
}

static void
clear_slots(struct slot *slots, size_t num)
{
	for (size_t i = 0; i < num; i++) {
		buf_clear(&slots[i].text);
		slots[i] = (struct slot){ .marks = "" };
	}
}

/* Widens a column for its longest word, and up to USUAL_WIDTH for all of
 * it. */
static void
widen(size_t *width, const struct buf *text)
{
	size_t word = 0, longest = 0;

	for (size_t i = 0; i < text->len; i++) {
		word = text->data[i] == ' ' ? 0 : word + 1;
		if (word > longest)
			longest = word;
	}
	if (longest < USUAL_WIDTH)
		longest = text->len < USUAL_WIDTH ? text->len : USUAL_WIDTH;
	if (longest > *width)
		*width = longest;
}

/* Calls `use` for each row that has something, the head first. */
static void
each_row(const struct compare_table *table, struct slot *slots,
    size_t *widths, struct buf *out, const char *indent)
{
	const size_t num = table->num + 1;

	for (size_t i = 0; i <= compare_num_rows; i++) {
		if (i == 0)
			fill_head(table, slots);
		else if (compare_row_has(table, &compare_rows[i - 1]))
			fill_row(table, &compare_rows[i - 1], slots);
		for (size_t j = 0; j < num && !out; j++)
			widen(&widths[j], &slots[j].text);
		if (out)
			add_lines(out, indent, slots, widths, num);
		clear_slots(slots, num);
	}
}

/* What the configuration of a backend lacks, below the table. */
static void
add_remarks(struct buf *out, const struct compare_table *table,
    const char *indent)
{
	for (size_t i = 0; i < table->num; i++) {
		const char *at = table->columns[i].remarks;

		while (at && *at) {
			size_t len = strcspn(at, "\n");

			buf_printf(out, "%s    ", indent);
			compare_add_name(out, &table->columns[i]);
			buf_add_string(out, ": ");
			text_add_escaped(out, (struct tls_span){
			    (const uint8_t *)at, len });
			buf_add_u8(out, '\n');
			at += len + (at[len] == '\n');
		}
	}
}

static bool
has_retry(const struct compare_table *table)
{
	for (size_t i = 0; i < table->num; i++)
		if (table->columns[i].answer->outcome == COMPARE_RETRY)
			return true;
	return false;
}

void
compare_add_text(struct buf *out, const struct compare_table *table,
    const char *indent)
{
	struct slot *slots = mem_zero(table->num + 1, sizeof *slots);
	size_t *widths = mem_zero(table->num + 1, sizeof *widths);

	clear_slots(slots, table->num + 1);
	each_row(table, slots, widths, NULL, indent);
	each_row(table, slots, widths, out, indent);
	if (has_retry(table))
		buf_printf(out, "%s    ?: depends on a second hello, which "
		    "nobody sends here\n", indent);
	add_remarks(out, table, indent);
	free(slots);
	free(widths);
}
