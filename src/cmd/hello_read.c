/* hello_read.c - the files that polytls hello reads
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "base/err.h"
#include "base/text.h"
#include "cmd/hello.h"

void
hello_complain(const char *file, const char *words)
{
	struct buf line = BUF_INIT;

	text_add_escaped(&line, span_of(file));
	fprintf(stderr, "polytls hello: %s: ", buf_string(&line));
	line.len = 0;
	text_add_escaped(&line, span_of(words));
	fprintf(stderr, "%s\n", buf_string(&line));
	buf_clear(&line);
}

/* Prints what was passed over in the file. */
static void
print_notes(const char *file, struct tls_span notes)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < notes.len; i++) {
		if (notes.data[i] != '\n') {
			buf_add_u8(&line, notes.data[i]);
			continue;
		}
		hello_complain(file, buf_string(&line));
		line.len = 0;
	}
	buf_clear(&line);
}

bool
hello_read(const struct hello_options *options, size_t which,
    struct recorded *out, int *status)
{
	const char *file = options->files[which];
	struct tls_error err = TLS_ERROR_INIT;
	char words[96];

	if (!recorded_read(out, file, options->format,
	    options->list ? 0 : options->number, &err)) {
		hello_complain(file, err.text);
		*status = err_exit_status(&err);
		return false;
	}
	print_notes(file, buf_span(&out->notes));
	if (options->list || out->num >= options->number)
		return true;
	if (out->num == 0)
		snprintf(words, sizeof words, "there is no ClientHello in it");
	else
		snprintf(words, sizeof words, "there %s only %zu "
		    "ClientHello%s in it, not %u", out->num == 1 ? "is" :
		    "are", out->num, out->num == 1 ? "" : "s",
		    options->number);
	hello_complain(file, words);
	recorded_clear(out);
	*status = 2;
	return false;
}

const struct recorded_hello *
hello_of(const struct hello_options *options, const struct recorded *recorded)
{
	return &recorded->list[options->number - 1];
}
