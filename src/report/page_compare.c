/* report/page_compare.c - the page's section on what every backend answers
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/text.h"
#include "compare/compare.h"
#include "report/parts.h"

static void
add_name(struct buf *out, const struct compare_column *column)
{
	struct buf name = BUF_INIT;

	compare_add_name(&name, column);
	part_text(out, buf_string(&name));
	buf_clear(&name);
}

static void
add_head(struct buf *out, const struct compare_table *table)
{
	buf_add_string(out, "<table class=\"sides\">\n<thead><tr><td></td>");
	for (size_t i = 0; i < table->num; i++) {
		buf_add_string(out, "<th scope=\"col\">");
		add_name(out, &table->columns[i]);
		if (table->columns[i].serves)
			part_badge(out, "good", "serves you");
		buf_add_string(out, "</th>");
	}
	buf_add_string(out, "</tr></thead>\n<tbody>\n");
}

/* In a narrow window each value has the name of its column before it. */
static void
add_cell(struct buf *out, const struct compare_table *table,
    const struct compare_row *row, size_t column)
{
	struct compare_cell cell;
	struct buf text = BUF_INIT;

	compare_cell(table, row, column, &cell);
	compare_add_value(&text, row, &cell.value);
	buf_printf(out, "<td%s data-of=\"", cell.differs ?
	    " class=\"note\"" : "");
	add_name(out, &table->columns[column]);
	buf_add_string(out, "\">");
	part_name(out, buf_string(&text));
	if (cell.differs)
		buf_add_string(out, "<b title=\"differs\">&nbsp;&ne;</b>");
	if (cell.parts)
		buf_add_string(out, "<b title=\"polytls and the library by "
		    "itself part here\">&nbsp;+</b>");
	buf_add_string(out, "</td>");
	buf_clear(&text);
	compare_cell_clear(&cell);
}

static bool
has_views(const struct compare_table *table)
{
	for (size_t i = 1; i < table->num; i++)
		if (table->columns[i].plug == table->columns[i - 1].plug)
			return true;
	return false;
}

static void
add_legend(struct buf *out, const struct compare_table *table)
{
	buf_add_string(out, "<p><small><b>&ne;</b> differs from ");
	add_name(out, &table->columns[table->reference]);
	if (has_views(table))
		buf_add_string(out, "; <b>+</b> polytls and the library by "
		    "itself (-native) part here");
	buf_add_string(out, "; <b>?</b> is not known: the backend does not "
	    "tell it, or it depends on a second ClientHello.  A session is "
	    "never resumed here.</small></p>\n");
}

static void
add_remarks(struct buf *out, const struct compare_table *table)
{
	for (size_t i = 0; i < table->num; i++) {
		if (!table->columns[i].remarks)
			continue;
		buf_add_string(out, "<p><small>");
		add_name(out, &table->columns[i]);
		buf_add_string(out, ": ");
		part_text(out, table->columns[i].remarks);
		buf_add_string(out, "</small></p>\n");
	}
}

static void
add_table(struct buf *out, const struct compare_table *table)
{
	buf_add_string(out, "<p>The same ClientHello, answered in memory with "
	    "the same options.</p>\n");
	add_head(out, table);
	for (size_t i = 0; i < compare_num_rows; i++) {
		const struct compare_row *row = &compare_rows[i];

		if (!compare_row_has(table, row))
			continue;
		buf_printf(out, "<tr><th scope=\"row\">%s</th>", row->label);
		for (size_t j = 0; j < table->num; j++)
			add_cell(out, table, row, j);
		buf_add_string(out, "</tr>\n");
	}
	buf_add_string(out, "</tbody></table>\n");
	add_legend(out, table);
	add_remarks(out, table);
}

void
page_add_comparison(struct buf *out, const struct page_facts *page)
{
	if (page->shadow == PAGE_SHADOW_NONE)
		return;
	part_open(out, "What every backend answers");
	if (page->shadow == PAGE_SHADOW_LEFT_OUT)
		part_text(out, "So many clients came at once that yours was "
		    "left out: reload the page.");
	else if (!page->table)
		part_text(out, "The backends have not all answered yet: reload "
		    "the page.");
	else
		add_table(out, page->table);
	part_close(out);
}
