/* cmd/hello.h - the options of polytls hello, for its own files only
 * SPDX-License-Identifier: Apache-2.0
 *
 *	struct hello_options options;
 *
 *	if (options.diff)
 *		return hello_compare(&options);
 */
#ifndef CMD_HELLO_H
#define CMD_HELLO_H

#include <jansson.h>

#include "cli/option.h"
#include "recorded/recorded.h"

/* Files that may be named. */
#define HELLO_FILES	2

struct hello_options {
	const char *files[HELLO_FILES];	/* borrowed */
	size_t num_files;
	bool json;
	bool list;
	bool bytes;		/* in full */
	bool diff;
	bool random;		/* random values are differences too */
	unsigned number;	/* which hello of the file, from 1 */
	const char *format;
	enum recorded_format of;	/* what `format` says */
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

/* The command with -list; returns the exit status. */
int hello_list(const struct hello_options *options);

/* Prints "polytls hello: FILE: WORDS" to standard error. */
void hello_complain(const char *file, const char *words);

#endif
