/* hello_list.c - polytls hello -list: the ClientHellos of a file, a line each
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jansson.h>
#include <stdio.h>

#include "base/clock.h"
#include "cmd/hello.h"
#include "cmd/words.h"
#include "dissect/dissect.h"
#include "report/json.h"
#include "wire/fingerprint.h"

json_t *
hello_origin(const struct recorded_hello *hello)
{
	char time[28];

	if (!hello->frame)
		return json_null();
	return json_pack("{s:I,s:s,s:s,s:s}",
	    "packet", (json_int_t)hello->frame,
	    "time", clock_format(hello->wall_us, time),
	    "from", hello->from, "to", hello->to);
}

static json_t *
row(const struct recorded_hello *hello, size_t number)
{
	json_t *object = json_pack("{s:I,s:o,s:I}", "number",
	    (json_int_t)number, "capture", hello_origin(hello),
	    "len", (json_int_t)hello->bytes.len);
	struct partial partial;
	struct fingerprint f;

	if (!partial_read(&partial, buf_span(&hello->bytes), hello->bare))
		return object;
	fingerprint_of(partial.hello, &f);
	json_object_set_new(object, "len",
	    json_integer((json_int_t)partial.message.len));
	json_object_set_new(object, "server_name",
	    json_of_span(partial.hello->server_name));
	json_object_set_new(object, "ja3_hash", json_string(f.ja3_hash));
	json_object_set_new(object, "ja4", json_string(f.ja4));
	json_object_set_new(object, "malformed",
	    json_boolean(partial.faults.len > 0));
	fingerprint_clear(&f);
	partial_clear(&partial);
	return object;
}

static void
add_row(struct buf *out, const struct recorded_hello *hello, size_t number)
{
	struct partial partial;
	char time[28];

	buf_printf(out, "%zu  ", number);
	if (hello->frame)
		buf_printf(out, "packet %zu, %s, from %s to %s, ",
		    hello->frame, clock_format(hello->wall_us, time),
		    hello->from, hello->to);
	if (partial_read(&partial, buf_span(&hello->bytes), hello->bare)) {
		dissect_add_line(out, &partial);
		partial_clear(&partial);
	} else {
		buf_add_string(out, "it ends before the ClientHello begins");
	}
	buf_add_u8(out, '\n');
}

int
hello_list(const struct hello_options *options)
{
	struct buf out = BUF_INIT;
	struct recorded recorded;
	int status = 0;
	json_t *root, *list;

	if (!hello_read(options, 0, &recorded, &status))
		return status;
	if (options->json) {
		list = json_array();
		for (size_t i = 0; i < recorded.num; i++)
			json_array_append_new(list,
			    row(&recorded.list[i], i + 1));
		root = json_pack("{s:o,s:s,s:o}", "file",
		    words_json(options->files[0]), "format",
		    recorded_format_name(recorded.format), "hellos", list);
		words_print_json(root);
	} else {
		for (size_t i = 0; i < recorded.num; i++)
			add_row(&out, &recorded.list[i], i + 1);
		fwrite(buf_string(&out), 1, out.len, stdout);
	}
	buf_clear(&out);
	recorded_clear(&recorded);
	return status;
}
