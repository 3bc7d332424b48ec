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
#include "report/json.h"
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

/* The hello as the reader of s_server takes it; null with `err` filled if it
 * does not. */
static struct tls_hello *
judge(const struct recorded_hello *hello, const struct partial *partial,
    struct tls_error *err)
{
	struct tls_span bytes = { hello->bytes.data, partial->used };

	return hello->bare ? hello_of_message(bytes, err) :
	    hello_new(bytes, err);
}

/* What is shown of a hello. */
struct shown {
	const struct hello_options *options;
	const struct recorded *recorded;
	const struct recorded_hello *hello;
	const struct partial *partial;
	const struct tls_error *err;		/* how it is refused */
	const struct hello_answers *answers;	/* or null */
};

static void
print_json(const struct shown *shown)
{
	const struct tls_error *err = shown->err;
	json_t *root = json_object();

	json_object_set_new(root, "file",
	    words_json(shown->options->files[0]));
	json_object_set_new(root, "format", words_json(
	    recorded_format_name(shown->recorded->format)));
	json_object_set_new(root, "number",
	    json_integer(shown->options->number));
	json_object_set_new(root, "capture", hello_origin(shown->hello));
	json_object_set_new(root, "hello", dissect_json(shown->partial));
	json_object_set_new(root, "bytes_after", json_integer((json_int_t)
	    (shown->hello->bytes.len - shown->partial->used)));
	json_object_set_new(root, "refused", err->blame == TLS_BLAME_NOBODY ?
	    json_null() : json_of_error(err));
	json_object_set_new(root, "answers", shown->answers ?
	    hello_answers_json(shown->answers) : json_null());
	words_print_json(root);
}

static void
print_text(const struct shown *shown)
{
	struct buf out = BUF_INIT;

	add_origin(&out, shown->hello);
	dissect_add_text(&out, shown->partial,
	    shown->options->bytes ? DISSECT_BYTES : 0);
	if (shown->hello->bytes.len > shown->partial->used)
		buf_printf(&out, "%zu bytes after it are not looked at\n",
		    shown->hello->bytes.len - shown->partial->used);
	add_verdict(&out, shown->err);
	if (shown->answers)
		hello_answers_add(&out, shown->answers);
	fwrite(out.data, 1, out.len, stdout);
	buf_clear(&out);
}

/* Asks the backends, if the hello is sound; 0, or the exit status after a
 * complaint. */
static int
ask(const struct hello_options *options, const struct tls_hello *sound,
    struct hello_answers **answers)
{
	struct tls_error err = TLS_ERROR_INIT;

	if (!sound || (options->backend && !strcmp(options->backend, "none")))
		return 0;
	*answers = hello_ask(options, sound, &err);
	if (*answers)
		return 0;
	fprintf(stderr, "polytls hello: %s\n", err.text);
	return err_exit_status(&err);
}

static int
show(const struct hello_options *options)
{
	struct tls_error err = TLS_ERROR_INIT;
	struct hello_answers *answers = NULL;
	struct recorded recorded;
	struct partial partial;
	struct shown shown = { options, &recorded, NULL, &partial, &err,
		NULL };
	struct tls_hello *sound;
	int status = 0;

	if (!hello_read(options, 0, &recorded, &status))
		return status;
	shown.hello = hello_of(options, &recorded);
	if (!partial_read(&partial, buf_span(&shown.hello->bytes),
	    shown.hello->bare)) {
		hello_complain(options->files[0],
		    "it ends before the ClientHello begins");
		recorded_clear(&recorded);
		return 2;
	}
	sound = judge(shown.hello, &partial, &err);
	status = ask(options, sound, &answers);
	shown.answers = answers;
	if (options->json)
		print_json(&shown);
	else
		print_text(&shown);
	hello_answers_free(answers);
	hello_free(sound);
	partial_clear(&partial);
	recorded_clear(&recorded);
	return status ? status : err.blame != TLS_BLAME_NOBODY;
}

/* ---- the command -------------------------------------------------------- */

static bool
check(struct cli_words *words, const struct hello_options *options,
    struct tls_error *err)
{
	size_t wanted = options->listen ? 0 : options->diff ? 2 : 1;

	if (!cli_check(words, err))
		return false;
	if (options->num_files < wanted)
		return err_set(err, TLS_BLAME_CONFIG, options->diff ?
		    "-diff compares two files, of which one may be -" :
		    "which file? Give one, or - for standard input");
	if (options->num_files > wanted)
		return err_set(err, TLS_BLAME_CONFIG, "\"%.60s\" is one file "
		    "too many", options->files[wanted]);
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

static int
run(const struct cli_words *words, const struct hello_options *options)
{
	if (words->warnings.len)
		fwrite(words->warnings.data, 1, words->warnings.len, stderr);
	return options->listen ? hello_listen(options) :
	    options->diff ? hello_diff(options) :
	    options->list ? hello_list(options) : show(options);
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
	if (result == CLI_GOOD && !check(&words, &options, &err))
		result = CLI_WRONG;
	if (cli_goes_on(&words, result, &err, &status))
		status = run(&words, &options);
	cli_clear(&words, &options);
	free(left);
	return status;
}
