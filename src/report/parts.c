/* report/parts.c - pieces of the page of -www
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/parts.h"

#include <string.h>

#include "base/text.h"

void
part_open(struct buf *out, const char *title)
{
	buf_printf(out, "<section>\n<h2>%s</h2>\n", title);
}

void
part_close(struct buf *out)
{
	buf_add_string(out, "</section>\n");
}

void
part_text(struct buf *out, const char *text)
{
	text_add_html(out, span_of(text));
}

void
part_name(struct buf *out, const char *name)
{
	while (*name) {
		size_t len = strcspn(name, "_");

		len += name[len] == '_';
		text_add_html(out, (struct tls_span){
		    (const uint8_t *)name, len });
		name += len;
		if (*name)
			buf_add_string(out, "<wbr>");
	}
}

void
part_row(struct buf *out, const char *label, const char *fmt, ...)
{
	struct buf value = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&value, fmt, ap);
	va_end(ap);
	buf_printf(out, "<tr><th scope=\"row\">%s</th><td>", label);
	text_add_html(out, buf_span(&value));
	buf_add_string(out, "</td></tr>\n");
	buf_clear(&value);
}

void
part_badge(struct buf *out, const char *look, const char *word)
{
	buf_printf(out, " <span class=\"badge %s\">", look);
	part_text(out, word);
	buf_add_string(out, "</span>");
}
