/* json_text.c - text and bytes as JSON values
 * SPDX-License-Identifier: Apache-2.0
 */
#include "report/json.h"

#include "base/text.h"

json_t *
json_of_span(struct tls_span text)
{
	struct buf escaped = BUF_INIT;
	json_t *value;

	if (text.len == 0)
		return json_null();
	text_add_escaped(&escaped, text);
	value = json_stringn((const char *)escaped.data, escaped.len);
	buf_clear(&escaped);
	return value;
}

json_t *
json_of_words(const char *string)
{
	if (!string)
		return json_null();
	return *string ? json_of_span(span_of(string)) : json_string("");
}

json_t *
json_of_hex(struct tls_span bytes)
{
	struct buf hex = BUF_INIT;
	json_t *value;

	text_add_hex(&hex, bytes);
	value = json_string(buf_string(&hex));
	buf_wipe(&hex);
	return value;
}
