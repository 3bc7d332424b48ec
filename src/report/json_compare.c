/* report/json_compare.c - answers of backends side by side, as JSON
 * SPDX-License-Identifier: Apache-2.0
 * Reference: doc/events.md
 */
#include "compare/compare.h"
#include "names/names.h"
#include "report/json.h"

static json_t *
json_of_extension(uint16_t number)
{
	return json_pack("{s:i,s:o,s:b}", "number", number,
	    "name", json_of_words(name_of_extension(number)),
	    "grease", is_grease(number));
}

static json_t *
json_of_count(uint16_t number)
{
	return json_integer(number);
}

static json_t *
json_of_alert_number(uint16_t number)
{
	return json_of_alert(number);
}

static json_t *
json_of_numbers(const struct compare_value *value,
    json_t *(*of)(uint16_t number))
{
	json_t *list = json_array();

	for (size_t i = 0; i < value->num; i++)
		json_array_append_new(list, of(value->numbers[i]));
	return list;
}

static json_t *
json_of_value(const struct compare_row *row, const struct compare_value *value)
{
	static json_t *(*const of[])(uint16_t number) = {
		[COMPARE_COUNT] = json_of_count,
		[COMPARE_VERSION] = json_of_version,
		[COMPARE_SUITE] = json_of_suite,
		[COMPARE_GROUP] = json_of_group,
		[COMPARE_SIGNATURE] = json_of_signature,
		[COMPARE_ALERT] = json_of_alert_number,
		[COMPARE_EXTENSIONS] = json_of_extension,
		[COMPARE_SIGNATURES] = json_of_signature,
	};

	if (value->state != COMPARE_KNOWN)
		return json_null();
	switch (row->kind) {
	case COMPARE_WORD:
		return json_of_words(value->word);
	case COMPARE_TEXT:
		return json_of_span(buf_span(&value->text));
	case COMPARE_EXTENSIONS:
	case COMPARE_SIGNATURES:
		return json_of_numbers(value, of[row->kind]);
	default:
		return of[row->kind](value->numbers[0]);
	}
}

/* The names of the rows where something is so. */
struct marks {
	json_t *unknown, *differs, *parts;
};

static void
add_row(json_t *out, struct marks *marks, const struct compare_table *table,
    size_t column, const struct compare_row *row)
{
	struct compare_cell cell;

	compare_cell(table, row, column, &cell);
	json_object_set_new(out, row->name, json_of_value(row, &cell.value));
	if (cell.value.state == COMPARE_UNKNOWN)
		json_array_append_new(marks->unknown, json_string(row->name));
	if (cell.differs)
		json_array_append_new(marks->differs, json_string(row->name));
	if (cell.parts)
		json_array_append_new(marks->parts, json_string(row->name));
	compare_cell_clear(&cell);
}

static json_t *
json_of_column(const struct compare_table *table, size_t at)
{
	const struct compare_column *column = &table->columns[at];
	struct marks marks = { json_array(), json_array(), json_array() };
	json_t *out = json_object();

	json_object_set_new(out, "backend",
	    json_of_words(column->plug->backend->name));
	json_object_set_new(out, "native", json_boolean(column->native));
	json_object_set_new(out, "serves", json_boolean(column->serves));
	for (size_t i = 0; i < compare_num_rows; i++)
		add_row(out, &marks, table, at, &compare_rows[i]);
	json_object_set_new(out, "unknown", marks.unknown);
	json_object_set_new(out, "differs", marks.differs);
	json_object_set_new(out, "parts", marks.parts);
	json_object_set_new(out, "remarks", json_of_words(column->remarks));
	return out;
}

json_t *
json_of_table(const struct compare_table *table)
{
	json_t *columns = json_array();

	for (size_t i = 0; table && i < table->num; i++)
		json_array_append_new(columns, json_of_column(table, i));
	return columns;
}
