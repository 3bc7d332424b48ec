/* report/parts.h - pieces of the page of -www
 * SPDX-License-Identifier: Apache-2.0
 *
 *	part_open(out, "Client certificate");
 *	part_text(out, "none");
 *	part_close(out);
 *
 * For this room only.  Text is escaped here; HTML must be constant.
 */
#ifndef REPORT_PARTS_H
#define REPORT_PARTS_H

#include "base/buf.h"
#include "report/page.h"

/* Begins a section with a heading. */
void part_open(struct buf *out, const char *title);
void part_close(struct buf *out);

void part_text(struct buf *out, const char *text);

/* The same for a name of words joined by "_": a line may end after each. */
void part_name(struct buf *out, const char *name);

/* A row of a table: a heading and text formatted as by printf. */
void part_row(struct buf *out, const char *label, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* A word in a frame; `look` is "", "good", "bad" or "note". */
void part_badge(struct buf *out, const char *look, const char *word);

/* The sections that have a file of their own. */
void page_add_connection(struct buf *out, const struct page_facts *page);
void page_add_comparison(struct buf *out, const struct page_facts *page);
void page_add_offer(struct buf *out, const struct page_facts *page);
void page_add_certificate(struct buf *out, const struct page_facts *page);
void page_add_counters(struct buf *out, const struct statistics *stats);
void page_add_server(struct buf *out, const struct page_facts *page);

#endif
