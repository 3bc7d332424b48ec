/* hello.c - polytls hello: what a recorded ClientHello says
 * SPDX-License-Identifier: Apache-2.0
 */
#include "cmd/hello.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cmd/cmd.h"
#include "cmd/words.h"
#include "dissect/dissect.h"
#include "wire/hello.h"

/* ---- printing ----------------------------------------------------------- */

static void
add_origin(struct buf *out, const struct recorded_hello *hello)
{
	char time[28];

	if (hello->frame)
		buf_printf(out, "packet %zu, %s, from %s to %s\n",
		    hello->frame, clock_format(hello->wall_us, time),
		    hello->from, hello->to);
}

/* How a server here would take it, if it would not. */
static void
add_verdict(struct buf *out, const struct tls_error *err)
{
	if (err->blame == TLS_BLAME_NOBODY)
		return;
	buf_add_string(out, "refused by every backend, with the alert ");
	buf_printf(out, "%d: ", err->alert_sent);
	text_add_escaped(out, span_of(err->text));
	buf_add_u8(out, '\n');
}

/* What the reader of s_server says of it. */
static void
judge(const struct recorded_hello *hello, struct tls_error *err)
{
	struct tls_span bytes = buf_span(&hello->bytes);
	struct tls_hello *sound = hello->bare ?
	    hello_of_message(bytes, err) : hello_new(bytes, err);

	hello_free(sound);
}

static void
print_json(const struct hello_options *options,
    const struct recorded *recorded, const struct partial *partial,
    const struct tls_error *err)
{
	const struct recorded_hello *hello = hello_of(options, recorded);
	json_t *root = json_object();

	json_object_set_new(root, "file", words_json(options->files[0]));
	json_object_set_new(root, "format",
	    words_json(recorded_format_name(recorded->format)));
	json_object_set_new(root, "number", json_integer(options->number));
	json_object_set_new(root, "capture", hello_origin(hello));
	json_object_set_new(root, "hello", dissect_json(partial));
	json_object_set_new(root, "bytes_after", json_integer((json_int_t)
	    (hello->bytes.len - partial->used)));
	json_object_set_new(root, "refused", err->blame == TLS_BLAME_NOBODY ?
	    json_null() : words_json(err->text));
	words_print_json(root);
}

static void
print_text(const struct hello_options *options,
    const struct recorded *recorded, const struct partial *partial,
    const struct tls_error *err)
{
	const struct recorded_hello *hello = hello_of(options, recorded);
	struct buf out = BUF_INIT;

	add_origin(&out, hello);
	dissect_add_text(&out, partial, options->bytes ? DISSECT_BYTES : 0);
	if (hello->bytes.len > partial->used)
		buf_printf(&out, "%zu bytes after it are not looked at\n",
		    hello->bytes.len - partial->used);
	add_verdict(&out, err);
	fwrite(out.data, 1, out.len, stdout);
	buf_clear(&out);
}

static int
show(const struct hello_options *options)
{
	struct tls_error err = TLS_ERROR_INIT;
	const struct recorded_hello *hello;
	struct recorded recorded;
	struct partial partial;
	int status = 0;

	if (!hello_read(options, 0, &recorded, &status))
		return status;
	hello = hello_of(options, &recorded);
	if (!partial_read(&partial, buf_span(&hello->bytes), hello->bare)) {
		hello_complain(options->files[0],
		    "it ends before the ClientHello begins");
		recorded_clear(&recorded);
		return 2;
	}
	judge(hello, &err);
	if (options->json)
		print_json(options, &recorded, &partial, &err);
	else
		print_text(options, &recorded, &partial, &err);
	partial_clear(&partial);
	recorded_clear(&recorded);
	return err.blame == TLS_BLAME_NOBODY ? 0 : 1;
}

/* ---- the command -------------------------------------------------------- */

static bool
check(struct hello_options *options, struct tls_error *err)
{
	enum recorded_format of = FORMAT_ANY;

	while (options->format && of <= FORMAT_CAPTURE &&
	    strcmp(options->format, recorded_format_name(of)))
		of++;
	if (of > FORMAT_CAPTURE)
		return err_set(err, TLS_BLAME_CONFIG, "no format \"%.20s\": "
		    "there are record, message, hex, base64, msg, pcap",
		    options->format);
	options->of = of;
	if (options->num_files == 0)
		return err_set(err, TLS_BLAME_CONFIG, "which file? Give one, "
		    "or - for standard input");
	if (options->num_files > 1)
		return err_set(err, TLS_BLAME_CONFIG,
		    "one file, not \"%.60s\" as well", options->files[1]);
	return true;
}

/* Moves the words that are no option and no value of one to `files`; returns
 * how many words are left.  One file too many is kept, to be complained of. */
static int
take_files(int argc, char **argv, char **left, struct hello_options *files)
{
	int num = 0;

	files->num_files = 0;
	for (int i = 0; i < argc; i++) {
		const char *name = argv[i] + (argv[i][0] == '-') +
		    (argv[i][0] == '-' && argv[i][1] == '-');
		const struct option *option;

		if ((argv[i][0] != '-' || !argv[i][1]) &&
		    files->num_files < HELLO_FILES) {
			files->files[files->num_files++] = argv[i];
			continue;
		}
		left[num++] = argv[i];
		option = option_find(&hello_table, name, strlen(name));
		if (option && option_takes_value(option) && i + 1 < argc)
			left[num++] = argv[++i];
		/* The group after -help. */
		if (option && option->kind == OPTION_HELP)
			while (i + 1 < argc)
				left[num++] = argv[++i];
	}
	return num;
}

int
command_hello(int argc, char **argv)
{
	char **left = mem_alloc(((size_t)argc + 1) * sizeof *left);
	struct hello_options options, files = { .num_files = 0 };
	struct tls_error err = TLS_ERROR_INIT;
	enum cli_result result;
	struct cli_words words;
	int status = 0;

	argc = take_files(argc, argv, left, &files);
	result = cli_parse(&words, &hello_table, argc, left, &options, &err);
	memcpy(options.files, files.files, sizeof options.files);
	options.num_files = files.num_files;
	if (result == CLI_GOOD && !check(&options, &err))
		result = CLI_WRONG;
	if (cli_goes_on(&words, result, &err, &status))
		status = options.list ? hello_list(&options) :
		    show(&options);
	cli_clear(&words, &options);
	free(left);
	return status;
}
