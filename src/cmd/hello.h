/* cmd/hello.h - the options of polytls hello, for its own files only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct hello_options options;
 *
 *	if (options.diff)
 *		return hello_diff(&options);
 */
#ifndef CMD_HELLO_H
#define CMD_HELLO_H

#include <jansson.h>

#include "cli/option.h"
#include "load/load.h"
#include "recorded/recorded.h"

/* Files that may be named, and one too many. */
#define HELLO_FILES	3

/* In the order in which -view names them. */
enum hello_view {
	HELLO_OURS = 1,
	HELLO_NATIVE,
	HELLO_BOTH,
};

struct hello_options {
	const char *files[HELLO_FILES];	/* borrowed */
	size_t num_files;
	bool json;
	bool list;
	bool bytes;		/* in full */
	bool diff;
	bool random;		/* random values are differences too */
	unsigned number;	/* which hello of the file, from 1 */
	enum recorded_format format;
	const char *listen;	/* [HOST:]PORT, or null */
	const char *dir;	/* where to put what clients send */
	unsigned num_accept;	/* 0: no limit */
	unsigned wait_ms;	/* for a hello to be complete */
	const char *backend;	/* "none", "all", or names; null: all */
	enum hello_view view;
	struct load_options tls;
};

/* Reads the hello that the options ask for from file `which`; complains and
 * returns false, with `status` set, if there is none. */
bool hello_read(const struct hello_options *options, size_t which,
    struct recorded *out, int *status);

/* The hello itself, which is the last of those that were read. */
const struct recorded_hello *hello_of(const struct hello_options *options,
    const struct recorded *recorded);

/* Where a hello of a capture comes from, as an object; JSON's null for
 * others. */
json_t *hello_origin(const struct recorded_hello *hello);

/* Prints "polytls hello: FILE: WORDS" to standard error. */
void hello_complain(const char *file, const char *words);

/* The command with -list, -diff, -listen; they return the exit status. */
int hello_list(const struct hello_options *options);
int hello_diff(const struct hello_options *options);
int hello_listen(const struct hello_options *options);

/* What the backends of the options answer to `hello`; null with `err` filled if
 * they cannot be asked.  Borrows both. */
struct hello_answers;
struct hello_answers *hello_ask(const struct hello_options *options,
    const struct tls_hello *hello, struct tls_error *err);
void hello_answers_free(struct hello_answers *answers); /* null is allowed */

/* Adds the table of the answers; the same as JSON, a new reference. */
void hello_answers_add(struct buf *out, const struct hello_answers *answers);
json_t *hello_answers_json(const struct hello_answers *answers);

#endif
